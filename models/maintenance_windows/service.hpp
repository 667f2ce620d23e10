#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager Maintenance Windows. Serves the endpoint "ssm" beside other tables.
extern const Service kMaintenanceWindows;

}  // namespace opsim
