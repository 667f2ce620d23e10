// The scenario's organization.
#include <fmt/format.h>

#include <algorithm>

#include "models/organizations/organizations.hpp"

namespace opsim::organizations {

namespace {

constexpr Shape kAccountId{.kind = Kind::text, .min = 12, .max = 12, .example = "200000000001"};
constexpr Shape kAccountIds{.kind = Kind::list, .of = &kAccountId};
constexpr Shape kHowMany{.kind = Kind::integer, .min = 0, .max = 5000};
constexpr const Shape* kEither[] = {&kHowMany, &kAccountIds};
constexpr Shape kAccounts{.kind = Kind::either, .choices = kEither, .example = "24"};
constexpr Shape kText{.kind = Kind::text};
constexpr Shape kPrincipals{.kind = Kind::list, .of = &kText};
constexpr Field kUnitFields[] = {
    {.name = "accounts", .shape = &kAccounts, .doc = "How many accounts it has, or which."},
    {.name = "administers",
     .shape = &kPrincipals,
     .doc = "Services whose delegated administrator its first account is."},
    {.name = "in", .shape = &kText, .doc = "The unit above it; the root where nothing is said."},
    {.name = "name", .shape = &kText, .doc = "What it is called; its id where nothing is said."},
};
constexpr Shape kUnit{.kind = Kind::mapping, .fields = kUnitFields};

void add_account(Organizations& organization, const std::string& id, const std::string& unit) {
  organization.accounts[id] = {.id = id,
                               .name = "account-" + id,
                               .email = id + "@example.com",
                               .parent = unit,
                               .joined = organization.cloud.sim().now()};
}

void read_unit(Organizations& organization, const std::string& id, const Node& text) {
  const auto above = text.find("in");
  const auto name = text.find("name");
  organization.units[id] = {id, name ? std::string{name->spelling()} : id,
                            above ? std::string{above->spelling()} : organization.root};
  const Node accounts = text.find("accounts").value_or(Node{});
  for (const Node& one : accounts.items())
    add_account(organization, std::string{one.spelling()}, id);
  for (std::int64_t i = 0; i < accounts.as_integer().value_or(0); ++i)
    add_account(organization, next_account(organization), id);
  const auto first = std::ranges::find_if(organization.accounts,
                                          [&](const auto& one) { return one.second.parent == id; });
  const Node services = text.find("administers").value_or(Node{});
  if (first != organization.accounts.end())
    for (const Node& service : services.items())
      organization.administrators[std::string{service.spelling()}].insert(first->first);
}

}  // namespace

extern constexpr Shape kOrganizationShape{
    .kind = Kind::table,
    .doc = "AWS Organizations: units by id, with their accounts. The home account manages it.",
    .of = &kUnit};

std::string next_account(const Organizations& organization) {
  for (std::uint64_t number = 200'000'000'001;; ++number)
    if (std::string id = fmt::format("{:012}", number); !organization.accounts.contains(id))
      return id;
}

void read_organization(Organizations& organization, const Node& section) {
  for (const auto& [id, text, at] : section.entries())
    read_unit(organization, std::string{id}, text);
}

}  // namespace opsim::organizations
