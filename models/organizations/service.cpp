#include "models/organizations/service.hpp"

#include <algorithm>

#include "models/organizations/organizations.hpp"

namespace opsim {

namespace {

using organizations::Organizations;

template <ApiResult<Json> (*Handle)(Organizations&, const Request&)>
constexpr auto on_organization = immediate<Organizations, Handle>;

constexpr Operation kOperations[] = {
    {"AttachPolicy", Access::write, on_organization<organizations::attach_policy>},
    {"CloseAccount", Access::write, on_organization<organizations::close_account>},
    {"CreateAccount", Access::write, on_organization<organizations::create_account>},
    {"CreateOrganizationalUnit", Access::write, on_organization<organizations::create_unit>},
    {"CreatePolicy", Access::write, on_organization<organizations::create_policy>},
    {"DeletePolicy", Access::write, on_organization<organizations::delete_policy>},
    {"DeregisterDelegatedAdministrator", Access::write,
     on_organization<organizations::deregister_administrator>},
    {"DescribeAccount", Access::read, on_organization<organizations::describe_account>},
    {"DescribeOrganization", Access::read, on_organization<organizations::describe_organization>},
    {"DescribeOrganizationalUnit", Access::read, on_organization<organizations::describe_unit>},
    {"DescribePolicy", Access::read, on_organization<organizations::describe_policy>},
    {"DetachPolicy", Access::write, on_organization<organizations::detach_policy>},
    {"DisableAWSServiceAccess", Access::write,
     on_organization<organizations::disable_service_access>},
    {"EnableAWSServiceAccess", Access::write,
     on_organization<organizations::enable_service_access>},
    {"ListAWSServiceAccessForOrganization", Access::read,
     on_organization<organizations::list_service_access>},
    {"ListAccounts", Access::read, on_organization<organizations::list_accounts>},
    {"ListAccountsForParent", Access::read,
     on_organization<organizations::list_accounts_for_parent>},
    {"ListDelegatedAdministrators", Access::read,
     on_organization<organizations::list_administrators>},
    {"ListDelegatedServicesForAccount", Access::read,
     on_organization<organizations::list_delegated_services>},
    {"ListOrganizationalUnitsForParent", Access::read,
     on_organization<organizations::list_units_for_parent>},
    {"ListParents", Access::read, on_organization<organizations::list_parents>},
    {"ListPolicies", Access::read, on_organization<organizations::list_policies>},
    {"ListPoliciesForTarget", Access::read,
     on_organization<organizations::list_policies_for_target>},
    {"ListRoots", Access::read, on_organization<organizations::list_roots>},
    {"ListTargetsForPolicy", Access::read, on_organization<organizations::list_targets_for_policy>},
    {"MoveAccount", Access::write, on_organization<organizations::move_account>},
    {"RegisterDelegatedAdministrator", Access::write,
     on_organization<organizations::register_administrator>},
    {"UpdatePolicy", Access::write, on_organization<organizations::update_policy>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr ResourceType kResources[] = {
    {.type = "AWS::Organizations::Policy",
     .create = &create<Organizations, organizations::create_policy_resource>,
     .properties = &organizations::kPolicyShape},
};

void read_section(Model& model, Cloud&, const Node& section) {
  organizations::read_organization(static_cast<Organizations&>(model), section);
}
constexpr Fault kFaults[] = {
    {"open account", &organizations::kOpenAccountShape, organizations::begin_open_account}};
const Section kSections[] = {{"organization", &organizations::kOrganizationShape, read_section}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "units, accounts, and accounts that move between units",
     "organizations/apireference"},
    {Grade::simplified, "an account is created at once", "AWS: a few minutes"},
    {Grade::simulated, "service control policies: what they deny, no account may do",
     "orgs_manage_policies_scps_evaluation"},
    {Grade::simulated, "resource control policies: who may not reach the resources of an account",
     "orgs_manage_policies_rcps_evaluation"},
    {Grade::simplified, "resource control policies do not hold for the calls of AWS services",
     "AWS: they do, but for service-linked roles"},
    {Grade::simulated, "trusted access and delegated administrators, by service",
     "orgs_integrate_delegated_admin"},
    {Grade::absent, "invitations, policies of other types"},
};

}  // namespace

extern const Service kOrganizations{
    .name = "organizations",
    .title = "AWS Organizations",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Organizations>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .faults = kFaults,
    .sections = kSections,
    .fidelity = kFidelity,
};

}  // namespace opsim
