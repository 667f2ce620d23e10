#include "models/organizations/service.hpp"

#include <algorithm>

#include "models/organizations/organizations.hpp"

namespace opsim {

namespace {

using organizations::Organizations;

template <ApiResult<Json> (*Handle)(Organizations&, const Request&)>
constexpr auto on_organization = immediate<Organizations, Handle>;

constexpr std::string_view kNoPolicies = "service control policies are not evaluated";

constexpr Operation kOperations[] = {
    {.name = "AttachPolicy", .not_simulated = kNoPolicies},
    {"CloseAccount", Access::write, on_organization<organizations::close_account>},
    {"CreateAccount", Access::write, on_organization<organizations::create_account>},
    {"CreateOrganizationalUnit", Access::write, on_organization<organizations::create_unit>},
    {.name = "CreatePolicy", .not_simulated = kNoPolicies},
    {"DescribeAccount", Access::read, on_organization<organizations::describe_account>},
    {"DescribeOrganization", Access::read, on_organization<organizations::describe_organization>},
    {"DescribeOrganizationalUnit", Access::read, on_organization<organizations::describe_unit>},
    {"ListAccounts", Access::read, on_organization<organizations::list_accounts>},
    {"ListAccountsForParent", Access::read,
     on_organization<organizations::list_accounts_for_parent>},
    {"ListOrganizationalUnitsForParent", Access::read,
     on_organization<organizations::list_units_for_parent>},
    {"ListParents", Access::read, on_organization<organizations::list_parents>},
    {"ListRoots", Access::read, on_organization<organizations::list_roots>},
    {"MoveAccount", Access::write, on_organization<organizations::move_account>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

void read_section(Model& model, Cloud&, const Node& section) {
  organizations::read_organization(static_cast<Organizations&>(model), section);
}
const Section kSections[] = {{"organization", &organizations::kOrganizationShape, read_section}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "units, accounts, and accounts that move between units",
     "organizations/apireference"},
    {Grade::simplified, "an account is created at once", "AWS: a few minutes"},
    {Grade::absent, "service control policies, invitations, delegated administrators"},
};

}  // namespace

extern const Service kOrganizations{
    .name = "organizations",
    .title = "AWS Organizations",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Organizations>(cloud);
    },
    .operations = kOperations,
    .sections = kSections,
    .fidelity = kFidelity,
};

}  // namespace opsim
