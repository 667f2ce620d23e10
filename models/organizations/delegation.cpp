// Trusted access and delegated administrators; an account that is opened while time runs.
// AWS: Organizations API Reference, EnableAWSServiceAccess, RegisterDelegatedAdministrator, ...;
// User Guide, "Delegated administrator for AWS services that work with Organizations".
#include <fmt/format.h>

#include <algorithm>

#include "models/organizations/organizations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::organizations {

namespace {

std::string principal_in(const Request& request) {
  return input::text(request.input, "ServicePrincipal");
}
std::optional<ApiError> wrong_principal(const Request& request) {
  if (principal_in(request).ends_with(".amazonaws.com")) return std::nullopt;
  return ApiError{"InvalidInputException",
                  "You specified an invalid value: ServicePrincipal is the name of a service."};
}

Json delegated_json(const Organizations& organization, const Account& account) {
  const Place& home = organization.cloud.home();
  return {{"Id", account.id},
          {"Arn", fmt::format("arn:{}:organizations::{}:account/o-0001/{}",
                              partition_of(home.region), home.account, account.id)},
          {"Name", account.name},
          {"Email", account.email},
          {"Status", account.status},
          {"JoinedMethod", "CREATED"},
          {"JoinedTimestamp", iso8601(account.joined)}};
}

/// Two calls of whoever hands out accounts: it is made, and comes to its unit.
Process<> open_account(Organizations& organization, std::string unit, std::string name) {
  const Place home = organization.cloud.home();
  const Caller factory{
      home,
      fmt::format("arn:{}:iam::{}:role/AccountFactory", partition_of(home.region), home.account),
      ""};
  Json create{{"AccountName", name}, {"Email", name + "@example.com"}};
  Process<ApiResult<Json>> creating =
      organization.cloud.call(factory, "organizations", "CreateAccount", std::move(create));
  const ApiResult<Json> created = co_await creating;
  if (!created) co_return;
  Json move{{"AccountId", input::text(input::member(*created, "CreateAccountStatus"), "AccountId")},
            {"SourceParentId", organization.root},
            {"DestinationParentId", unit}};
  Process<ApiResult<Json>> moving =
      organization.cloud.call(factory, "organizations", "MoveAccount", std::move(move));
  co_await moving;
}

constexpr Shape kWord{.kind = Kind::text, .min = 1};
constexpr Field kOpenFields[] = {
    {.name = "in", .shape = &kWord, .need = Need::required, .doc = "The unit, by id or name."},
};

}  // namespace

extern constexpr Shape kOpenAccountShape{.kind = Kind::mapping,
                                         .doc = "A new account joins a unit of the organization.",
                                         .fields = kOpenFields};

ApiResult<Json> enable_service_access(Organizations& organization, const Request& request) {
  if (auto wrong = wrong_principal(request)) return *std::move(wrong);
  organization.trusted.insert(principal_in(request));
  return Json::object();
}

ApiResult<Json> disable_service_access(Organizations& organization, const Request& request) {
  if (auto wrong = wrong_principal(request)) return *std::move(wrong);
  organization.trusted.erase(principal_in(request));
  return Json::object();
}

ApiResult<Json> list_service_access(Organizations& organization, const Request&) {
  Json list = Json::array();
  for (const std::string& principal : organization.trusted)
    list.push_back({{"ServicePrincipal", principal}});
  return Json{{"EnabledServicePrincipals", list}};
}

ApiResult<Json> register_administrator(Organizations& organization, const Request& request) {
  if (auto wrong = wrong_principal(request)) return *std::move(wrong);
  const std::string id = input::text(request.input, "AccountId");
  if (id == organization.cloud.home().account)
    return ApiError{"ConstraintViolationException",
                    "You cannot register the management account of the organization as a delegated "
                    "administrator."};
  const auto account = organization.accounts.find(id);
  if (account == organization.accounts.end() || account->second.status != "ACTIVE")
    return ApiError{"AccountNotFoundException",
                    "You specified an account that doesn't exist in this organization."};
  if (!organization.administrators[principal_in(request)].insert(id).second)
    return ApiError{"AccountAlreadyRegisteredException",
                    "The specified account is already a delegated administrator for this AWS "
                    "service."};
  return Json::object();
}

ApiResult<Json> deregister_administrator(Organizations& organization, const Request& request) {
  if (auto wrong = wrong_principal(request)) return *std::move(wrong);
  if (organization.administrators[principal_in(request)].erase(
          input::text(request.input, "AccountId")) == 0)
    return ApiError{"AccountNotRegisteredException",
                    "The specified account is not a delegated administrator for this AWS service."};
  return Json::object();
}

ApiResult<Json> list_administrators(Organizations& organization, const Request& request) {
  const std::string only = input::text(request.input, "ServicePrincipal");
  std::set<std::string> ids;
  for (const auto& [principal, accounts] : organization.administrators)
    if (only.empty() || only == principal) ids.insert(accounts.begin(), accounts.end());
  Json list = Json::array();
  for (const std::string& id : ids)
    if (const auto account = organization.accounts.find(id); account != organization.accounts.end())
      list.push_back(delegated_json(organization, account->second));
  return Json{{"DelegatedAdministrators", list}};
}

ApiResult<Json> list_delegated_services(Organizations& organization, const Request& request) {
  const std::string id = input::text(request.input, "AccountId");
  Json list = Json::array();
  for (const auto& [principal, accounts] : organization.administrators)
    if (accounts.contains(id)) list.push_back({{"ServicePrincipal", principal}});
  return Json{{"DelegatedServices", list}};
}

void begin_open_account(Model& model, const FaultRequest& request) {
  Organizations& organization = static_cast<Organizations&>(model);
  std::string unit{request.arguments.find("in").value_or(Node{}).spelling()};
  for (const auto& [id, one] : organization.units)
    if (one.name == unit) unit = id;
  if (!organization.units.contains(unit)) {
    request.cloud.journal().write({.kind = EntryKind::note,
                                   .level = Level::story,
                                   .subject = unit,
                                   .text = "is no unit of the organization: no account is opened",
                                   .source = request.source});
    return;
  }
  std::string name = organization.cloud.next_id("account-");
  organization.cloud.sim().spawn(open_account(organization, std::move(unit), std::move(name)));
}

}  // namespace opsim::organizations
