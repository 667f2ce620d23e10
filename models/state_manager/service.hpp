#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager State Manager: associations. Serves the endpoint "ssm" beside other tables.
extern const Service kStateManager;

}  // namespace opsim
