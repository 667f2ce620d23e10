#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// `opsim bench tracking [--instances N] [--days D]`: tests/bench/tracking, a group whose size
/// follows the CPU of its servers, each of which reports its own. Prints what playing it cost.
int bench_tracking(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
