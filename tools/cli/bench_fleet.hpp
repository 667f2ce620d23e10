#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// `opsim bench fleet [--instances N] [--days D] [--quiet]`: tests/bench/fleet, with an alarm on
/// the disk of each instance. Prints what standing it up and playing it cost, one figure a line.
int bench_fleet(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
