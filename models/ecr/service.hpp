#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Amazon ECR: repositories of images, their scans and lifecycle.
extern const Service kEcr;

}  // namespace opsim
