// Resource-based policies. SIMPLIFIED: they are kept and shown, and nobody is asked for them.
// AWS: Lambda API Reference, AddPermission, GetPolicy, RemovePermission.
#include <fmt/format.h>

#include "models/lambda/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::lambda {

namespace {

std::string statement_key(const std::string& qualifier, const std::string& id) {
  return fmt::format("{}/{}", qualifier, id);
}

Json statement_of(const Function& function, const std::string& qualifier, const Json& input) {
  const std::string principal = input::text(input, "Principal");
  Json statement{{"Sid", input::text(input, "StatementId")},
                 {"Effect", "Allow"},
                 {"Action", input::text(input, "Action")},
                 {"Resource", qualified_arn(function, qualifier)}};
  if (principal.ends_with(".amazonaws.com"))
    statement["Principal"] = {{"Service", principal}};
  else
    statement["Principal"] = principal == "*" ? Json("*") : Json{{"AWS", principal}};
  if (const std::string arn = input::text(input, "SourceArn"); !arn.empty())
    statement["Condition"]["ArnLike"] = {{"AWS:SourceArn", arn}};
  if (const std::string account = input::text(input, "SourceAccount"); !account.empty())
    statement["Condition"]["StringEquals"] = {{"AWS:SourceAccount", account}};
  return statement;
}

ApiError no_policy() {
  return {"ResourceNotFoundException", "No policy is associated with the given resource.", 404};
}

}  // namespace

ApiResult<Json> add_permission(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const std::string id = input::text(request.input, "StatementId");
  if (id.empty() || input::text(request.input, "Action").empty() ||
      input::text(request.input, "Principal").empty())
    return ApiError{"ValidationException",
                    "StatementId, Action and Principal are required parameters"};
  Json statement = statement_of(*asked->function, asked->qualifier, request.input);
  const auto [kept, fresh] = asked->function->policy.try_emplace(
      statement_key(asked->qualifier, id), std::move(statement));
  if (!fresh)
    return ApiError{"ResourceConflictException",
                    fmt::format("The statement id ({}) provided already exists. Please provide a "
                                "new statement id, or remove the existing statement.",
                                id),
                    409};
  return Json{{"Statement", kept->second.dump()}};
}

ApiResult<Json> remove_permission(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const std::string id = input::text(request.input, "StatementId");
  if (asked->function->policy.erase(statement_key(asked->qualifier, id)) == 0)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Statement {} is not found in resource policy.", id), 404};
  return Json::object();
}

ApiResult<Json> get_policy(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Json statements = Json::array();
  for (const auto& [key, statement] : asked->function->policy)
    if (key.starts_with(asked->qualifier + "/")) statements.push_back(statement);
  if (statements.empty()) return no_policy();
  const Json policy{{"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", statements}};
  return Json{{"Policy", policy.dump()}, {"RevisionId", asked->function->latest.revision_id}};
}

}  // namespace opsim::lambda
