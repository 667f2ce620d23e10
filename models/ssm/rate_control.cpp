#include "models/ssm/rate_control.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace opsim::ssm {

namespace {

/// 10 % of 50 is 5 although 0.1 is not exact in binary.
std::size_t share(double percent, std::size_t of) {
  const double exact = percent * static_cast<double>(of) / 100.0;
  return static_cast<std::size_t>(std::floor(exact + 1e-9));
}

}  // namespace

std::optional<RateLimit> RateLimit::parse(std::string_view text) {
  RateLimit rate;
  if (text.ends_with('%')) {
    rate.percent = true;
    text.remove_suffix(1);
  }
  unsigned value = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (rate.percent && value > 100) return std::nullopt;
  rate.value = value;
  return rate;
}

std::size_t concurrency_of(const RateLimit& rate, std::size_t targets) {
  const std::size_t number =
      rate.percent ? share(rate.value, targets) : static_cast<std::size_t>(rate.value);
  return std::max<std::size_t>(1, number);
}

std::size_t errors_allowed(const RateLimit& rate, std::size_t targets) {
  return rate.percent ? share(rate.value, targets) : static_cast<std::size_t>(rate.value);
}

}  // namespace opsim::ssm
