#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// `opsim bench states [--transitions N]`: Standard executions that loop over Pass, Choice, Task
/// and Wait states, and a Map of as many again, with their whole history. Prints what that cost,
/// one figure a line.
int bench_states(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
