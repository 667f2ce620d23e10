#pragma once
/// Listeners that divide their requests between two target groups.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

/// ARNs of the target groups of the pair: of what serves today, and of what replaces it.
struct Sides {
  std::string blue;
  std::string green;
};

/// Every rule of the listener that forwards to one of the two gives so many per cent to green.
/// "" or why that failed.
Process<std::string> weigh(CodeDeploy& codedeploy, Deployment& deployment, std::string listener,
                           Sides sides, std::int64_t green_percent);

}  // namespace opsim::codedeploy
