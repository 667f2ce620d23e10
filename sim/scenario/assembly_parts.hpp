#pragma once
#include "opsim/scenario/assembly.hpp"
#include "sim/scenario/stack_scope.hpp"

namespace opsim {

/// On the heap: the scope refers to its neighbours.
struct Assembly::Parts {
  Parts(Cloud& cloud, Template read, StackSettings as, Exports& exported, std::string id);
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  Template text;
  StackSettings settings;
  Exports& exports;
  Diagnostics diagnostics;
  NotSimulated not_simulated;
  StackScope scope;
  std::vector<Json> made_of = {};  // by number
};

}  // namespace opsim
