#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// AWS CodeConnections: repositories outside AWS, as sources of pipelines.
extern const Service kCodeConnections;
/// Its name until 2024, which ARNs and templates still have.
extern const Service kCodeStarConnections;

}  // namespace opsim
