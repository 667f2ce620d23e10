#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
extern const Service kRds;
extern const Service kDocDb;
extern const Service kNeptune;
}  // namespace opsim
