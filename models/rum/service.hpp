#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
/// CloudWatch RUM: what the browsers of users report.
extern const Service kRum;
}  // namespace opsim
