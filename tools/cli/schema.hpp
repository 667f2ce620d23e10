#pragma once
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// opsim schema: the JSON Schema of scenario files, from the shapes that the reader checks with.
int schema_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
