#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS CloudTrail: a record of every call, looked up and sent to EventBridge.
extern const Service kCloudTrail;

}  // namespace opsim
