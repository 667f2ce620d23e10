#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
extern const Service kRoute53;
}  // namespace opsim
