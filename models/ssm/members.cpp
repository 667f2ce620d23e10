#include "models/ssm/members.hpp"

namespace opsim::ssm {

const Json& list_member(const Json& object, std::string_view name) {
  static const Json empty = Json::array();
  const Json& found = input::member(object, name);
  return found.is_array() ? found : empty;
}

const Json& object_member(const Json& object, std::string_view name) {
  static const Json empty = Json::object();
  const Json& found = input::member(object, name);
  return found.is_object() ? found : empty;
}

}  // namespace opsim::ssm
