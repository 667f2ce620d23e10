#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS AppConfig: feature flags and configurations that grow, bake and roll back.
extern const Service kAppConfig;

}  // namespace opsim
