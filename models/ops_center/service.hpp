#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager OpsCenter: OpsItems. Serves the endpoint "ssm" beside other tables.
extern const Service kOpsCenter;

}  // namespace opsim
