#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
extern const Service kRecoveryControl;
extern const Service kRecoveryCluster;
}  // namespace opsim
