#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Amazon EC2 and EC2 Auto Scaling: two services on one fleet. A catalog may have EC2 alone, and
/// Auto Scaling only beside it.
extern const Service kEc2;
extern const Service kAutoScaling;

}  // namespace opsim
