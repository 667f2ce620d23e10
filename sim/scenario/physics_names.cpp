#include "sim/scenario/physics_names.hpp"

namespace opsim {

std::pair<std::string_view, std::string_view> split_physics_name(std::string_view name) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos) return {name, {}};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

std::string_view physics_type_of(std::string_view name) {
  if (name.starts_with("AWS-") || name.starts_with("AWSFIS-") || name.starts_with("AWSSupport-"))
    return "AWS::SSM::Document";
  return name;
}

}  // namespace opsim
