#pragma once
/// What people do before they call: look an id up by the name that a template gives the resource.
#include "opsim/cloud/cloud.hpp"

namespace opsim {

/// A logical name where an id or an ARN belongs (`HostedZoneId: Zone`, `stateMachineArn: Drill`)
/// becomes that of the resource. All else stays as it is.
void look_up_ids(Cloud& cloud, Json& input);

}  // namespace opsim
