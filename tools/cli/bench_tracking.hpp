#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// `opsim bench tracking [--days D]`: tests/bench/tracking, a group of some 300
/// servers whose size follows their CPU, which each reports. Prints what playing it cost.
int bench_tracking(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
