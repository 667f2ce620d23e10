#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// opsim why PATH WHAT: the chain of causes of what happened, or why it did not.
int why_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
