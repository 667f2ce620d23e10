#pragma once
#include "opsim/cloud/api.hpp"
#include "sim/scenario/stack_scope.hpp"

namespace opsim {

/// AWS's refusal of a resource, at the line of the property that its message names.
[[nodiscard]] Diagnostic refusal(const StackScope& scope, const TemplateResource& resource,
                                 const ResourceBody& body, const ApiError& error);

}  // namespace opsim
