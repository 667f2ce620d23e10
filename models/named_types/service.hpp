#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
/// Resource types that no model stands for: names that are known to be AWS's.
extern const Service kNamedTypes;
}  // namespace opsim
