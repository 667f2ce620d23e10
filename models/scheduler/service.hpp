#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Amazon EventBridge Scheduler.
extern const Service kScheduler;

}  // namespace opsim
