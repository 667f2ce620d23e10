#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS CodeBuild: projects, builds and their phases.
extern const Service kCodeBuild;

}  // namespace opsim
