#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// opsim run PATH: plays a scenario and says what happened and whether the goals were met.
int run_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
