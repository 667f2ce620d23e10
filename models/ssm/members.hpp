#pragma once
/// Lists and objects among the members of API input, whatever a caller put there. Scalars are read
/// by opsim/cloud/input.hpp.
#include <string_view>

#include "opsim/cloud/input.hpp"
#include "opsim/json.hpp"

namespace opsim::ssm {

/// A list, or an empty one.
const Json& list_member(const Json& object, std::string_view name);
/// An object, or an empty one.
const Json& object_member(const Json& object, std::string_view name);

}  // namespace opsim::ssm
