#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS Systems Manager Parameter Store. Serves the endpoint "ssm" beside other tables.
extern const Service kParameterStore;

}  // namespace opsim
