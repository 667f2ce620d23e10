#pragma once
#include <cstdint>

#include "opsim/scenario/stack.hpp"
#include "sim/scenario/stack_scope.hpp"

namespace opsim {

/// Creates one resource, whose dependencies stand, and enters it in cloud.resources(). A refusal is
/// a complaint; by convention the resource stands nevertheless, so that what refers to it is
/// checked, too.
void create_resource(StackScope& scope, Exports& exports, std::uint32_t number,
                     StackResult& result);

}  // namespace opsim
