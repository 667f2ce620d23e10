// Any bytes: the first line a filter pattern of CloudWatch Logs, the rest a message. Nothing may
// crash, hang or bloat; what is refused is told; reading a pattern again gives the same answer.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/logs/filter_pattern.hpp"

namespace {

using namespace opsim::logs;

void require(bool holds) {
  if (!holds) std::abort();
}

/// A regular expression by itself: whether it matches and what it finds agree.
void check_regex(std::string_view pattern, std::string_view text) {
  const auto compiled = Regex::compile(pattern);
  const auto* regex = std::get_if<Regex>(&compiled);
  if (regex == nullptr) return require(!std::get<std::string>(compiled).empty());
  const auto groups = regex->search(text);
  require(groups.has_value() == regex->matches(text));
  if (groups) require(groups->size() == regex->names().size() + 1 && groups->front().has_value());
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t newline = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(0, newline);
  const std::string_view message = input.substr(std::min(newline + 1, input.size()));
  check_regex(text, message);
  const auto pattern = FilterPattern::parse(text);
  if (const auto* complaint = std::get_if<std::string>(&pattern)) {
    require(!complaint->empty());
    return 0;
  }
  const auto& known = std::get<FilterPattern>(pattern);
  const bool matches = known.match(message).has_value();
  const auto again = FilterPattern::parse(known.text());
  require(std::holds_alternative<FilterPattern>(again));
  require(std::get<FilterPattern>(again).match(message).has_value() == matches);
  return 0;
}
