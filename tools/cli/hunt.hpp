#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// `opsim hunt PATH`: which single failure breaks a goal?
int hunt_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
