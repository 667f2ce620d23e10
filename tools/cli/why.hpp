#pragma once
#include <iosfwd>
#include <string_view>

#include "opsim/kernel/time.hpp"
#include "tools/cli/verb.hpp"

namespace opsim {
class World;
}

namespace opsim::cli {

/// In a world that has run: what made `what` happen, or why it did not. False: nothing is called
/// so.
bool tell_why(World& world, std::string_view what, SimTime start, std::ostream& out);

/// opsim why PATH WHAT: the chain of causes of what happened, or why it did not.
int why_main(Arguments arguments, Streams& streams);

}  // namespace opsim::cli
