#pragma once
#include "opsim/scenario/scenario.hpp"

namespace opsim {

/// Stacks stand, sections are read, physics applies: all before time starts. Throws BadInput.
void lay_out(Cloud& cloud, const Scenario& scenario, const Choice* choice);

}  // namespace opsim
