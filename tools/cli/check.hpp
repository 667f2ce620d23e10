#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// opsim check PATH…: all errors at once, then what will not be simulated.
int check_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
