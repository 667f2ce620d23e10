#pragma once
#include <iosfwd>
#include <string_view>

#include "opsim/scenario/world.hpp"

namespace opsim::cli {

/// Plays against the wall clock, for a class to watch: `pace` is "60x" (an hour in a minute). Lines
/// of the timeline appear on `screen` as they happen. Throws Options::Usage for another pace.
void run_paced(World& world, std::string_view pace, std::ostream& screen);

}  // namespace opsim::cli
