#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS CodePipeline: a revision through stages of actions, approvals and conditions.
extern const Service kCodePipeline;

}  // namespace opsim
