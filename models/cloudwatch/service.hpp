#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Amazon CloudWatch: metrics and metric alarms.
extern const Service kCloudWatch;

}  // namespace opsim
