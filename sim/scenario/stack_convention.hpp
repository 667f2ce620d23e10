#pragma once
/// Resources that no model creates still have a name, an ARN and attributes, so that what refers to
/// them works. All of it by AWS's conventions, none of it with any effect.
#include <string>
#include <string_view>

#include "opsim/cloud/cloud.hpp"
#include "opsim/scenario/template.hpp"
#include "sim/scenario/stack_scope.hpp"

namespace opsim {

/// Names the resource as its type's page says Ref does: its own name where it has one.
[[nodiscard]] Standing conventional_resource(Cloud& cloud, const StackSettings& stack,
                                             const TemplateResource& resource,
                                             const Json& properties);

/// What Fn::GetAtt might give. UNDOCUMENTED: guessed from the attribute's name.
[[nodiscard]] Json conventional_attribute(const TemplateResource& resource,
                                          const Standing& standing, std::string_view name,
                                          const Place& place);

}  // namespace opsim
