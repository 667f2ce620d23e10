#include "models/iam/service.hpp"

#include <algorithm>

#include "models/iam/iam.hpp"

namespace opsim {

namespace {

using iam::Iam;

template <ApiResult<Json> (*Handle)(Iam&, const Request&)>
constexpr auto on_iam = immediate<Iam, Handle>;

// To add an operation: its function in iam_operations.cpp, and one row here.
constexpr Operation kOperations[] = {
    {"AttachRolePolicy", Access::write, on_iam<iam::attach_role_policy>},
    {.name = "CreatePolicy", .not_simulated = "managed policies come from stacks"},
    {"CreateRole", Access::write, on_iam<iam::create_role>},
    {"DeleteInstanceProfile", Access::write, on_iam<iam::delete_instance_profile>},
    {"DeletePolicy", Access::write, on_iam<iam::delete_policy>},
    {"DeleteRole", Access::write, on_iam<iam::delete_role>},
    {"DetachRolePolicy", Access::write, on_iam<iam::detach_role_policy>},
    {"GetRole", Access::read, on_iam<iam::get_role>},
    {"ListAttachedRolePolicies", Access::read, on_iam<iam::list_attached_role_policies>},
    {"ListRoles", Access::read, on_iam<iam::list_roles>},
    {"PutRolePolicy", Access::write, on_iam<iam::put_role_policy>},
    {.name = "SimulatePrincipalPolicy",
     .access = Access::read,
     .not_simulated = "make the call and see"},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "identity-based policies of the roles of stacks: Allow, Deny, NotAction, "
     "NotResource, wildcards",
     "reference_policies_evaluation-logic"},
    {Grade::simplified, "conditions are taken to hold"},
    {Grade::simplified, "a call is about the ARNs among its input, else about any resource"},
    {Grade::simplified, "AWS managed policies: ReadOnly allows reads, others everything"},
    {Grade::absent, "users and groups, trust policies, resource policies, boundaries, SCPs"},
};

std::unique_ptr<Model> make(Cloud& cloud) { return std::make_unique<Iam>(cloud); }
std::optional<ApiError> ask(Model& model, const Request& request) {
  return iam::authorize(static_cast<Iam&>(model), request);
}

}  // namespace

const Service kIam{.name = "iam",
                   .title = "AWS Identity and Access Management",
                   .make = make,
                   .operations = kOperations,
                   .resources = iam::kIamResources,
                   .fidelity = kFidelity,
                   .authorize = ask};

}  // namespace opsim
