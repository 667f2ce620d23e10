// The names of statistics: "Average", "p99.9", "tm90", "TM(10%:90%)", "PR(:300)", "IQM".
// AWS: CloudWatch User Guide, Statistics-definitions; API GetMetricStatistics ExtendedStatistics.
#include <array>
#include <charconv>
#include <utility>

#include "opsim/cloud/statistic.hpp"

namespace opsim {
namespace {

using Named = std::pair<std::string_view, StatisticKind>;

constexpr std::array<Named, 5> kBasic = {{{"Average", StatisticKind::average},
                                          {"Maximum", StatisticKind::maximum},
                                          {"Minimum", StatisticKind::minimum},
                                          {"SampleCount", StatisticKind::sample_count},
                                          {"Sum", StatisticKind::sum}}};

constexpr std::array<Named, 5> kShort = {{{"p", StatisticKind::percentile},
                                          {"tm", StatisticKind::trimmed_mean},
                                          {"tc", StatisticKind::trimmed_count},
                                          {"ts", StatisticKind::trimmed_sum},
                                          {"wm", StatisticKind::winsorized_mean}}};

constexpr std::array<Named, 5> kRanges = {{{"PR", StatisticKind::percentile_rank},
                                           {"TM", StatisticKind::trimmed_mean},
                                           {"TC", StatisticKind::trimmed_count},
                                           {"TS", StatisticKind::trimmed_sum},
                                           {"WM", StatisticKind::winsorized_mean}}};

/// Digits with at most one point; no sign, no exponent, no "inf".
std::optional<double> plain_number(std::string_view text) {
  if (text.empty() || text.size() > 32) return std::nullopt;
  if (text.find_first_not_of("0123456789.") != text.npos || text.front() == '.') return {};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Bound {
  std::optional<double> value;
  bool percent = false;
};

/// "10%", "80" or nothing at all; nullopt when it is none of these.
std::optional<Bound> parse_bound(std::string_view text) {
  Bound bound;
  if (text.empty()) return bound;
  if (text.ends_with('%')) {
    bound.percent = true;
    text.remove_suffix(1);
  }
  bound.value = plain_number(text);
  if (!bound.value) return std::nullopt;
  if (bound.percent && *bound.value > 100) return std::nullopt;
  return bound;
}

/// "10%:90%" of TM(10%:90%): both in per cent or both values, at least one of them given.
bool read_range(std::string_view text, Statistic& statistic) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return false;
  const auto low = parse_bound(text.substr(0, colon));
  const auto high = parse_bound(text.substr(colon + 1));
  if (!low || !high || (!low->value && !high->value)) return false;
  if (low->value && high->value && low->percent != high->percent) return false;
  statistic.absolute = !low->percent && !high->percent;
  if (!statistic.absolute && statistic.kind == StatisticKind::percentile_rank) return false;
  if (!statistic.absolute) {
    statistic.low = 0;
    statistic.high = 100;
  }
  if (low->value) statistic.low = *low->value;
  if (high->value) statistic.high = *high->value;
  return statistic.low < statistic.high;
}

std::optional<Statistic> parse_short(std::string_view text, Statistic statistic) {
  for (const auto& [prefix, kind] : kShort) {
    if (!text.starts_with(prefix)) continue;
    const auto percent = plain_number(text.substr(prefix.size()));
    if (!percent || *percent > 100) continue;
    statistic.kind = kind;
    statistic.low = 0;
    statistic.high = *percent;
    return statistic;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Statistic> Statistic::parse(std::string_view text) {
  Statistic statistic;
  statistic.text = text;
  for (const auto& [name, kind] : kBasic) {
    if (text != name) continue;
    statistic.kind = kind;
    return statistic;
  }
  if (text == "IQM") {
    statistic.kind = StatisticKind::trimmed_mean;
    statistic.low = 25;
    statistic.high = 75;
    return statistic;
  }
  if (!text.ends_with(')')) return parse_short(text, statistic);
  for (const auto& [prefix, kind] : kRanges) {
    if (!text.starts_with(prefix) || text.size() < 4 || text[2] != '(') continue;
    statistic.kind = kind;
    if (!read_range(text.substr(3, text.size() - 4), statistic)) return std::nullopt;
    return statistic;
  }
  return std::nullopt;
}

}  // namespace opsim
