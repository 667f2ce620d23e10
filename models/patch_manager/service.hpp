#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager Patch Manager. Serves the endpoint "ssm" beside other tables.
extern const Service kPatchManager;

}  // namespace opsim
