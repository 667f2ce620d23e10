#include <charconv>

#include "models/fis/experiment_template.hpp"

namespace opsim::fis {

std::optional<Duration> parse_iso_duration(std::string_view text) {
  using namespace std::chrono;
  if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
  text.remove_prefix(1);
  Duration sum{};
  bool in_time = false;
  while (!text.empty()) {
    if (text.front() == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
      continue;
    }
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto digits = static_cast<std::size_t>(stop - text.data());
    // The longest that any action takes is twelve hours; a year is far beyond all of them.
    if (error != std::errc{} || number < 0 || number > 31'536'000 || digits == text.size())
      return std::nullopt;
    switch (text[digits]) {
      case 'D': sum += hours{24 * number}; break;
      case 'H': sum += hours{number}; break;
      case 'M': sum += minutes{number}; break;
      case 'S': sum += seconds{number}; break;
      default: return std::nullopt;
    }
    if ((text[digits] == 'D') == in_time) return std::nullopt;
    text.remove_prefix(digits + 1);
  }
  return sum;
}

}  // namespace opsim::fis
