#pragma once
#include <cstdint>

#include "opsim/scenario/stack.hpp"
#include "sim/scenario/assembly_parts.hpp"

namespace opsim {

/// By its model, or by convention where no model makes its type. Nothing is entered.
[[nodiscard]] ApiResult<Standing> make_resource(Assembly& assembly, std::uint32_t number,
                                                const Json& properties);

/// Enters what stands in cloud.resources().
void enter_resource(const StackScope& scope, std::uint32_t number, const Json& properties);

/// Creates one resource, whose dependencies stand, and enters it. A refusal is a complaint; by
/// convention the resource stands nevertheless, so that what refers to it is checked, too.
void create_resource(Assembly& assembly, std::uint32_t number, StackResult& result);

}  // namespace opsim
