#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// EC2 Image Builder: AMIs built by recipes, on schedule and on request.
extern const Service kImageBuilder;

}  // namespace opsim
