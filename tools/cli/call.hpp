#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// opsim call: API calls with the names and shapes of AWS, in a scenario or an empty world.
int call_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
