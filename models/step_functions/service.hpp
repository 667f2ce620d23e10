#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Step Functions.
extern const Service kStepFunctions;

}  // namespace opsim
