#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Amazon EventBridge Pipes.
extern const Service kPipes;

}  // namespace opsim
