#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {
/// CloudWatch Synthetics: canaries that go through a front end as users do.
extern const Service kSynthetics;
}  // namespace opsim
