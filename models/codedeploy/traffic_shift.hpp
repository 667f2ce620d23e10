#pragma once
/// A share of the traffic at a time, as a configuration says: of an alias, of a listener.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

/// Gives so many per cent of the traffic to the new version; "" or why that failed.
using ShiftTo = Process<std::string> (*)(CodeDeploy&, Deployment&, std::int64_t percent);

/// The lifecycle event AllowTraffic: all steps, until it is stopped. False where it did not end.
Process<bool> allow_traffic(CodeDeploy& codedeploy, Deployment& deployment, ShiftTo shift);

/// A line of the story, and the cause of what follows: "d-00000001: 10 % of ... to version 2".
CauseId tell_shift(CodeDeploy& codedeploy, const Deployment& deployment, std::int64_t percent,
                   const std::string& to);

}  // namespace opsim::codedeploy
