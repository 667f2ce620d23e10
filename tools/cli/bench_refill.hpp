#pragma once
#include "opsim/cloud/service.hpp"
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// `opsim bench refill [--instances N] [--groups G]`: N instances in G groups lose an Availability
/// Zone, which has no capacity either, and fill up in the others. Prints what standing it up and
/// refilling it cost, one figure a line. `services` are at least EC2 and Auto Scaling.
int bench_refill(Arguments arguments, Streams& streams, Catalog services);

}  // namespace opsim::cli
