#pragma once
#include <string_view>
#include <utility>

namespace opsim {

/// "CleanUp/clean" -> {"CleanUp", "clean"}; "AWS::EC2::Instance" -> itself and "".
std::pair<std::string_view, std::string_view> split_physics_name(std::string_view name);

/// The resource type behind a name that no stack made: a type names itself; an "AWS-..." name is
/// one of AWS's own SSM documents.
std::string_view physics_type_of(std::string_view name);

}  // namespace opsim
