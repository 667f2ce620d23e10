#pragma once
/// Quantities as people write them: "60 %", "2 GB", "8 %/h", "40/s", "3 per 5min".
#include <optional>
#include <string>
#include <string_view>

#include "opsim/kernel/time.hpp"

namespace opsim {

/// "60 %" and "60%" are 60, not 0.6; nothing for "60" and for what does not parse.
[[nodiscard]] std::optional<double> parse_percent(std::string_view text);

/// A number and a unit. "2 GB" is {2, "GB"}; "40" is {40, ""}.
struct Quantity {
  double value = 0;
  std::string unit;
  friend bool operator==(const Quantity&, const Quantity&) = default;
};
[[nodiscard]] std::optional<Quantity> parse_quantity(std::string_view text);

/// An amount per time. "8 %/h" is {8, "%", 1h}; "40/s" is {40, "", 1s}; "3 per 5min" is {3, "",
/// 5min}.
struct Rate {
  double value = 0;
  std::string unit;
  Duration per{};
  [[nodiscard]] double per_second() const;
  friend bool operator==(const Rate&, const Rate&) = default;
};
[[nodiscard]] std::optional<Rate> parse_rate(std::string_view text);

}  // namespace opsim
