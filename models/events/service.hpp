#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Amazon EventBridge.
extern const Service kEvents;

}  // namespace opsim
