#pragma once
#include "opsim/document/shape.hpp"
#include "opsim/json.hpp"

namespace opsim {

/// Gives scalars the JSON types of their Shape where CloudFormation lets them differ: "90" becomes
/// 90 for an integer, 1 becomes "1" for a text, "true" becomes true. What does not fit stays.
void coerce(Json& value, const Shape& shape);

}  // namespace opsim
