#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// Every service of this build, in the order in which their hooks run.
Catalog catalog();

}  // namespace opsim
