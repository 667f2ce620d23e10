#pragma once
#include <string>
#include <string_view>

#include "opsim/document/node.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

/// What a shape wants, to follow "must be": "a whole number from 10 to 86400".
[[nodiscard]] std::string expectation(const Shape& shape);

/// An example of a kind that has a notation of its own ("15min"); "" for the others.
[[nodiscard]] std::string_view example_of(const Shape& shape);

/// " from 1 to 10", " of at least 1", " of at most 10", or "".
[[nodiscard]] std::string range_text(const Shape& shape, std::string_view unit);

/// What is wrong with a scalar, to follow its path: `is "fast"; must be ...`. "" when it is of the
/// shape. A message that begins with the value itself ("15 has no unit") sets `names_value`.
struct ScalarFault {
  std::string text;
  bool names_value = false;
};
[[nodiscard]] ScalarFault scalar_fault(const Node& node, const Shape& shape, Scalars scalars);

}  // namespace opsim
