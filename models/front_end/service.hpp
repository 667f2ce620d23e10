#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
/// What runs in the browsers of users.
extern const Service kFrontEnd;
}  // namespace opsim
