#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
extern const Service kS3;
}  // namespace opsim
