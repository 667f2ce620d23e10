#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// opsim lesson list|play|verify.
int lesson_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
