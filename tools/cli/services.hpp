#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// opsim services: read off the tables, so that it cannot drift.
int services_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
