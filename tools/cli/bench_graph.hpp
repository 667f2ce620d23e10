#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// `opsim bench graph [--components N] [--instances M] [--faults F] [--days D]`: components that
/// call each other, each over a group of its own in three zones, a season of demand and random
/// faults. Prints what reading it, standing it up and playing it cost, one figure a line.
int bench_graph(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
