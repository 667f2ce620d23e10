#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
extern const Service kElasticDisasterRecovery;
}  // namespace opsim
