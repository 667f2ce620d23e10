#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS CodeCommit: repositories, as sources of pipelines and builds.
extern const Service kCodeCommit;

}  // namespace opsim
