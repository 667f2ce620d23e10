#include "models/appconfig/flag.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "opsim/cloud/input.hpp"

namespace opsim::appconfig {

namespace {

/// "(split by::$userId pct::5)": 5.
std::optional<double> split_of(const std::string& rule) {
  constexpr std::string_view kShare = "pct::";
  const auto at = rule.find(kShare);
  if (!rule.starts_with("(split") || at == std::string::npos) return std::nullopt;
  const char* const begin = rule.data() + at + kShare.size();
  double share = 0;
  const auto [end, error] = std::from_chars(begin, rule.data() + rule.size(), share);
  return error == std::errc{} ? std::optional{std::clamp(share, 0.0, 100.0)} : std::nullopt;
}

}  // namespace

// "All of the values that would match the second split were already matched by the first": splits
// of one key are nested.
double enabled_share(const std::string& content, std::string_view key) {
  const Json all = Json::parse(content, nullptr, false);
  const Json& value = input::member(input::member(all, "values"), key);
  const Json& variants = input::member(value, "_variants");
  if (!variants.is_array()) return input::boolean(value, "enabled").value_or(false) ? 100 : 0;
  double taken = 0;
  double enabled = 0;
  for (const Json& variant : variants) {
    const std::string rule = input::text(variant, "rule");
    const std::optional<double> share = rule.empty() ? std::optional{100.0} : split_of(rule);
    if (!share) continue;
    if (input::boolean(variant, "enabled").value_or(false))
      enabled += std::max(0.0, *share - taken);
    taken = std::max(taken, *share);
  }
  return enabled;
}

}  // namespace opsim::appconfig
