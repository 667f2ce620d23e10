#include <fmt/format.h>

#include "models/fis/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

// Quotas of fis-quotas.
constexpr std::size_t kMostTemplates = 500;
constexpr std::size_t kMostAccounts = 40;

ApiResult<ExperimentTemplate*> named_template(Fis& fis, const Request& request,
                                              const char* member) {
  const std::string id = input::text(request.input, member);
  if (ExperimentTemplate* found = fis.find_template(request.place(), id)) return found;
  return not_found("Experiment template", id);
}

ExperimentTemplate& add_template(Fis& fis, const Place& place, TemplateSpec spec,
                                 std::string source) {
  ExperimentTemplate made;
  made.id = fis.cloud.next_id("EXT");
  made.place = place;
  made.arn = arn(place, "fis", "experiment-template/" + made.id);
  made.spec = std::move(spec);
  made.created = made.updated = fis.sim().now();
  made.source = std::move(source);
  std::string id = made.id;
  return fis.templates.emplace(std::move(id), std::move(made)).first->second;
}

Json account_json(const TargetAccount& account) {
  return {{"accountId", account.account},
          {"roleArn", account.role},
          {"description", account.description}};
}

ApiResult<TargetAccount> read_account(const Json& members) {
  TargetAccount account{input::text(members, "AccountId"), input::text(members, "RoleArn"),
                        input::text(members, "Description")};
  if (account.account.size() != 12 || account.role.empty())
    return ApiError{"ValidationException", "accountId (twelve digits) and roleArn must be given"};
  return account;
}

ApiResult<TargetAccount*> named_account(ExperimentTemplate& of, const Request& request) {
  const std::string id = input::text(request.input, "accountId");
  const auto found = of.accounts.find(id);
  if (found == of.accounts.end()) return not_found("Target account configuration", id);
  return &found->second;
}

}  // namespace

ApiResult<Json> create_template(Fis& fis, const Request& request) {
  ApiResult<TemplateSpec> spec = read_template(request.input);
  if (!spec) return spec.error();
  if (fis.templates.size() >= kMostTemplates)
    return ApiError{"ServiceQuotaExceededException",
                    fmt::format("An account has at most {} templates", kMostTemplates), 402};
  const ExperimentTemplate& made = add_template(fis, request.place(), *std::move(spec), "");
  return Json{{"experimentTemplate", template_json(made)}};
}

ApiResult<Json> get_template(Fis& fis, const Request& request) {
  const auto found = named_template(fis, request, "id");
  if (!found) return found.error();
  return Json{{"experimentTemplate", template_json(**found)}};
}

ApiResult<Json> delete_template(Fis& fis, const Request& request) {
  const auto found = named_template(fis, request, "id");
  if (!found) return found.error();
  Json answer{{"experimentTemplate", template_json(**found)}};
  fis.templates.erase((*found)->id);
  return answer;
}

/// Members that are given replace those that were.
ApiResult<Json> update_template(Fis& fis, const Request& request) {
  const auto found = named_template(fis, request, "id");
  if (!found) return found.error();
  Json members = template_json(**found);
  for (const auto& [name, value] : request.input.items())
    if (name != "id") members[name] = value;
  ApiResult<TemplateSpec> spec = read_template(members);
  if (!spec) return spec.error();
  (*found)->spec = *std::move(spec);
  (*found)->updated = fis.sim().now();
  return Json{{"experimentTemplate", template_json(**found)}};
}

ApiResult<Json> list_templates(Fis& fis, const Request& request) {
  Json found = Json::array();
  for (const auto& [id, one] : fis.templates)
    if (one.place == request.place()) found.push_back(template_summary(one));
  return Json{{"experimentTemplates", std::move(found)}};
}

ApiResult<Json> create_target_account(Fis& fis, const Request& request) {
  const auto found = named_template(fis, request, "experimentTemplateId");
  if (!found) return found.error();
  ApiResult<TargetAccount> account = read_account(request.input);
  if (!account) return account.error();
  if ((*found)->accounts.size() >= kMostAccounts)
    return ApiError{"ServiceQuotaExceededException",
                    fmt::format("A template has at most {} target accounts", kMostAccounts), 402};
  const auto [entry, fresh] = (*found)->accounts.emplace(account->account, *account);
  if (!fresh) return ApiError{"ConflictException", "The target account exists already", 409};
  return Json{{"targetAccountConfiguration", account_json(entry->second)}};
}

ApiResult<Json> delete_target_account(Fis& fis, const Request& request) {
  const auto found = named_template(fis, request, "experimentTemplateId");
  if (!found) return found.error();
  const auto account = named_account(**found, request);
  if (!account) return account.error();
  Json answer{{"targetAccountConfiguration", account_json(**account)}};
  (*found)->accounts.erase(input::text(request.input, "accountId"));
  return answer;
}

ApiResult<Json> get_target_account(Fis& fis, const Request& request) {
  const auto found = named_template(fis, request, "experimentTemplateId");
  if (!found) return found.error();
  const auto account = named_account(**found, request);
  if (!account) return account.error();
  return Json{{"targetAccountConfiguration", account_json(**account)}};
}

ApiResult<Json> list_target_accounts(Fis& fis, const Request& request) {
  const auto found = named_template(fis, request, "experimentTemplateId");
  if (!found) return found.error();
  Json accounts = Json::array();
  for (const auto& [id, account] : (*found)->accounts) accounts.push_back(account_json(account));
  return Json{{"targetAccountConfigurations", std::move(accounts)}};
}

ApiResult<Created> create_template_resource(Fis& fis, const ResourceRequest& request) {
  ApiResult<TemplateSpec> spec = read_template(request.properties);
  if (!spec) return spec.error();
  const ExperimentTemplate& made =
      add_template(fis, request.place, *std::move(spec), request.source);
  return Created{.physical_id = made.id, .arn = made.arn, .attributes = {{"Id", made.id}}};
}

ApiResult<Created> create_target_account_resource(Fis& fis, const ResourceRequest& request) {
  const std::string id = input::text(request.properties, "ExperimentTemplateId");
  ExperimentTemplate* of = fis.find_template(request.place, id);
  if (of == nullptr) return not_found("Experiment template", id);
  ApiResult<TargetAccount> account = read_account(request.properties);
  if (!account) return account.error();
  std::string name = account->account;
  of->accounts.insert_or_assign(name, *std::move(account));
  return Created{.physical_id = fmt::format("{}|{}", id, name)};
}

}  // namespace opsim::fis
