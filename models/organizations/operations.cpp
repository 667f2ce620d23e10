// AWS: AWS Organizations API reference, the page of each operation.
#include <fmt/format.h>

#include "models/organizations/organizations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::organizations {

namespace {

std::string arn_of(const Organizations& organization, std::string_view what) {
  const Place& home = organization.cloud.home();
  return fmt::format("arn:{}:organizations::{}:{}", partition_of(home.region), home.account, what);
}

Json account_json(const Organizations& organization, const Account& account) {
  return {{"Id", account.id},
          {"Arn", arn_of(organization, "account/o-0001/" + account.id)},
          {"Name", account.name},
          {"Email", account.email},
          {"Status", account.status},
          {"JoinedMethod", "CREATED"},
          {"JoinedTimestamp", iso8601(account.joined)}};
}

Json unit_json(const Organizations& organization, const Unit& unit) {
  return {
      {"Id", unit.id}, {"Arn", arn_of(organization, "ou/o-0001/" + unit.id)}, {"Name", unit.name}};
}

ApiError no_parent() {
  return {"ParentNotFoundException",
          "You provided a value that does not match any of the parents."};
}
ApiError no_account() {
  return {"AccountNotFoundException",
          "You specified an account that doesn't exist in this organization."};
}

ApiResult<Account*> named_account(Organizations& organization, const Request& request) {
  const auto found = organization.accounts.find(input::text(request.input, "AccountId"));
  if (found == organization.accounts.end()) return no_account();
  return &found->second;
}

}  // namespace

/// SIMPLIFIED: CreateAccount is done at once; AWS takes a few minutes.
ApiResult<Json> create_account(Organizations& organization, const Request& request) {
  Account account{.id = next_account(organization),
                  .name = input::text(request.input, "AccountName"),
                  .email = input::text(request.input, "Email"),
                  .parent = organization.root,
                  .joined = organization.cloud.sim().now()};
  if (account.name.empty() || account.email.empty())
    return ApiError{"InvalidInputException", "AccountName and Email are required"};
  Json status{{"Id", organization.cloud.next_id("car-")},
              {"AccountName", account.name},
              {"AccountId", account.id},
              {"State", "SUCCEEDED"},
              {"RequestedTimestamp", iso8601(account.joined)}};
  organization.accounts[account.id] = std::move(account);
  return Json{{"CreateAccountStatus", std::move(status)}};
}

ApiResult<Json> close_account(Organizations& organization, const Request& request) {
  auto account = named_account(organization, request);
  if (!account) return account.error();
  (*account)->status = "SUSPENDED";
  return Json::object();
}

ApiResult<Json> move_account(Organizations& organization, const Request& request) {
  auto account = named_account(organization, request);
  if (!account) return account.error();
  const std::string from = input::text(request.input, "SourceParentId");
  const std::string to = input::text(request.input, "DestinationParentId");
  if (!organization.knows_parent(to))
    return ApiError{"DestinationParentNotFoundException",
                    "We can't find the destination container (a root or OU) with the ParentId that "
                    "you specified."};
  if ((*account)->parent != from)
    return ApiError{"SourceParentNotFoundException",
                    "We can't find a source root or OU with the ParentId that you specified."};
  (*account)->parent = to;
  return Json::object();
}

ApiResult<Json> create_unit(Organizations& organization, const Request& request) {
  const std::string parent = input::text(request.input, "ParentId");
  if (!organization.knows_parent(parent)) return no_parent();
  Unit unit{organization.cloud.next_id("ou-0001-"), input::text(request.input, "Name"), parent};
  for (const auto& [id, other] : organization.units)
    if (other.parent == parent && other.name == unit.name)
      return ApiError{"DuplicateOrganizationalUnitException",
                      "An OU with the same name already exists."};
  Json shown = unit_json(organization, unit);
  organization.units[unit.id] = std::move(unit);
  return Json{{"OrganizationalUnit", std::move(shown)}};
}

ApiResult<Json> describe_account(Organizations& organization, const Request& request) {
  auto account = named_account(organization, request);
  if (!account) return account.error();
  return Json{{"Account", account_json(organization, **account)}};
}

ApiResult<Json> describe_unit(Organizations& organization, const Request& request) {
  const auto found = organization.units.find(input::text(request.input, "OrganizationalUnitId"));
  if (found == organization.units.end())
    return ApiError{"OrganizationalUnitNotFoundException",
                    "We can't find an OU with the OrganizationalUnitId that you specified."};
  return Json{{"OrganizationalUnit", unit_json(organization, found->second)}};
}

ApiResult<Json> describe_organization(Organizations& organization, const Request&) {
  const std::string account = organization.cloud.home().account;
  return Json{{"Organization",
               {{"Id", "o-0001"},
                {"Arn", arn_of(organization, "organization/o-0001")},
                {"FeatureSet", "ALL"},
                {"MasterAccountId", account}}}};
}

ApiResult<Json> list_roots(Organizations& organization, const Request&) {
  const Json root{{"Id", organization.root}, {"Name", "Root"}};
  return Json{{"Roots", Json::array({root})}};
}

ApiResult<Json> list_accounts(Organizations& organization, const Request&) {
  Json list = Json::array();
  for (const auto& [id, account] : organization.accounts)
    list.push_back(account_json(organization, account));
  return Json{{"Accounts", std::move(list)}};
}

ApiResult<Json> list_accounts_for_parent(Organizations& organization, const Request& request) {
  const std::string parent = input::text(request.input, "ParentId");
  if (!organization.knows_parent(parent)) return no_parent();
  Json list = Json::array();
  for (const auto& [id, account] : organization.accounts)
    if (account.parent == parent) list.push_back(account_json(organization, account));
  return Json{{"Accounts", std::move(list)}};
}

ApiResult<Json> list_units_for_parent(Organizations& organization, const Request& request) {
  const std::string parent = input::text(request.input, "ParentId");
  if (!organization.knows_parent(parent)) return no_parent();
  Json list = Json::array();
  for (const auto& [id, unit] : organization.units)
    if (unit.parent == parent) list.push_back(unit_json(organization, unit));
  return Json{{"OrganizationalUnits", std::move(list)}};
}

ApiResult<Json> list_parents(Organizations& organization, const Request& request) {
  const std::string child = input::text(request.input, "ChildId");
  std::string parent;
  if (const auto account = organization.accounts.find(child);
      account != organization.accounts.end())
    parent = account->second.parent;
  if (const auto unit = organization.units.find(child); unit != organization.units.end())
    parent = unit->second.parent;
  if (parent.empty())
    return ApiError{
        "ChildNotFoundException",
        "We can't find an organizational unit (OU) or AWS account with the ChildId that "
        "you specified."};
  const Json shown{{"Id", parent},
                   {"Type", parent == organization.root ? "ROOT" : "ORGANIZATIONAL_UNIT"}};
  return Json{{"Parents", Json::array({shown})}};
}

}  // namespace opsim::organizations
