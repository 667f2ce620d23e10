#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
extern const Service kElbV2;
extern const Service kElbClassic;
}  // namespace opsim
