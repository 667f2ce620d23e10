#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Systems Manager Compliance: what is known of patches, associations and whatever customers
/// report.
extern const Service kCompliance;

}  // namespace opsim
