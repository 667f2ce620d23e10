#pragma once
/// What the policies of the organization say of a call: service and resource control policies.
/// AWS: Organizations User Guide, "SCP evaluation" (orgs_manage_policies_scps_evaluation): an
/// action must be allowed at every level from the root down to the account of its caller, and
/// denied at none. "RCP evaluation" (orgs_manage_policies_rcps_evaluation): any level down to the
/// account of the resource may deny. Neither affects the management account (its principals, its
/// resources), nor service-linked roles.
#include <string>

#include "models/iam/iam.hpp"

namespace opsim::iam {

/// Whether they may have a say at all: cheap, asked before every call.
[[nodiscard]] bool organization_has_say(Iam& iam, const Request& request);
/// Why the organization does not let the caller: "with an explicit deny in a service control
/// policy: arn:aws:..."; "" where it does, or where it has no say.
[[nodiscard]] std::string refused_by_service_control(Iam& iam, const Request& request,
                                                     const Question& question);
/// The same of the resource, which is of `account`; the question has a context.
[[nodiscard]] std::string refused_by_resource_control(Iam& iam, const Request& request,
                                                      const std::string& account,
                                                      const Question& question);
/// What the conditions of such policies may ask beside the rest: aws:PrincipalOrgID and its like.
void add_organization_keys(Iam& iam, const Request& request, PolicyContext& context);

}  // namespace opsim::iam
