#pragma once
/// What the policies of the organization say of a call: service control policies.
/// AWS: Organizations User Guide, "SCP evaluation" (orgs_manage_policies_scps_evaluation): an
/// action must be allowed at every level from the root down to the account, and denied at none.
/// They do not affect the management account, services, and service-linked roles.
#include <string>

#include "models/iam/iam.hpp"

namespace opsim::iam {

/// Whether they may have a say at all: cheap, asked before every call.
[[nodiscard]] bool organization_has_say(Iam& iam, const Request& request);
/// Why the organization does not let it: "with an explicit deny in a service control policy";
/// "" where it does, or where it has no say.
[[nodiscard]] std::string refused_by_organization(Iam& iam, const Request& request,
                                                  const Question& question);

}  // namespace opsim::iam
