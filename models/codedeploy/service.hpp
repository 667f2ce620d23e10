#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS CodeDeploy: revisions to instances and functions, undone by alarms and failures.
extern const Service kCodeDeploy;

}  // namespace opsim
