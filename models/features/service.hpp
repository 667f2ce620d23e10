#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Who sees a feature that only some users are to see.
extern const Service kFeatures;

}  // namespace opsim
