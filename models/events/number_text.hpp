#pragma once
#include <optional>
#include <string_view>

namespace opsim::events {

/// The value by which EventBridge compares a JSON number, from its spelling.
///
/// Numbers compare by value only where nothing is lost: where the shortest spelling of the nearest
/// double is the same decimal. None for 9007199254740993, 0.10000000000000001, 1e400: such a number
/// equals identical text only. (event-ruler, ComparableNumber; it prints doubles as Java does, so
/// the least double may be spelt 4.9e-324 as well.)
std::optional<double> comparable_number(std::string_view spelling);

/// A JSON number read without what is slow.
struct ReadNumber {
  std::optional<double> nearest;      // double; none only for what cannot be compared
  std::optional<bool> is_comparable;  // by `nearest`; none: ask comparable_number()
};
ReadNumber read_number(std::string_view spelling);
/// comparable_number() of a number whose nearest double is known.
std::optional<double> comparable_number(std::string_view spelling, double nearest);

}  // namespace opsim::events
