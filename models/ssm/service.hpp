#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager: documents, Automation, Run Command, Parameter Store.
extern const Service kSsm;

}  // namespace opsim
