// The rules of metric alarms.
// AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
#include "models/cloudwatch/alarm_rules.hpp"

#include <algorithm>
#include <array>

namespace opsim::cloudwatch {
namespace {

constexpr std::array<std::string_view, 3> kStateWords = {"OK", "ALARM", "INSUFFICIENT_DATA"};
constexpr std::array<std::string_view, 4> kTreatments = {"missing", "ignore", "breaching",
                                                         "notBreaching"};

template <class Enum, std::size_t N>
std::optional<Enum> index_of(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto at = std::ranges::find(names, text);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

/// The evaluation range, counted. "Old" counts periods: the newest datapoint is 1 old.
struct Counted {
  std::uint32_t real = 0;
  std::uint32_t breaching = 0;
  std::uint32_t oldest_breaching = 0;
};

/// The newest N real datapoints, or all there are.
Counted count(const AlarmRule& rule, std::span<const std::optional<double>> newest_first) {
  Counted counted;
  std::uint32_t age = 0;
  for (const std::optional<double>& point : newest_first) {
    ++age;
    if (!point) continue;
    ++counted.real;
    if (rule.threshold.breached_by(*point)) {
      ++counted.breaching;
      counted.oldest_breaching = age;
    }
    if (counted.real == rule.evaluation_periods) break;
  }
  return counted;
}

AlarmState alarm_if(bool holds) { return holds ? AlarmState::alarm : AlarmState::ok; }

std::optional<AlarmState> without_data(Treatment treatment) {
  switch (treatment) {
    case Treatment::missing: return AlarmState::insufficient_data;
    case Treatment::ignore: return std::nullopt;
    case Treatment::breaching: return AlarmState::alarm;
    default: return AlarmState::ok;
  }
}

/// Some data, but fewer than N. The documentation's prose and its tables differ in places (the
/// premature-alarm rule would put "0 - X - -" with M = 2 into ALARM, the table says OK); this is
/// the one procedure that gives every row of both tables.
std::optional<AlarmState> with_gaps(const AlarmRule& rule, const Counted& counted,
                                    std::uint32_t filled) {
  const std::uint32_t needed = rule.datapoints_to_alarm;
  if (rule.treatment == Treatment::breaching) return alarm_if(counted.breaching + filled >= needed);
  if (rule.treatment == Treatment::not_breaching) return alarm_if(counted.breaching >= needed);

  // UNDOCUMENTED: M breaching datapoints suffice although others are missing.
  if (counted.breaching >= needed) return AlarmState::alarm;
  // "One real non-breaching datapoint avoids a false positive."
  if (counted.breaching < counted.real) return AlarmState::ok;
  if (rule.treatment == Treatment::ignore) return std::nullopt;
  // The premature transition: the oldest breaching datapoint is at least M periods old, and all
  // newer ones are breaching or missing.
  if (counted.oldest_breaching >= needed) return AlarmState::alarm;
  return std::nullopt;  // UNDOCUMENTED: too young to alarm, and nothing that speaks for OK
}

}  // namespace

std::string_view to_string(AlarmState state) {
  return kStateWords.at(static_cast<std::size_t>(state));
}

std::optional<AlarmState> parse_state(std::string_view text) {
  return index_of<AlarmState>(kStateWords, text);
}

std::string_view to_string(Treatment treatment) {
  return kTreatments.at(static_cast<std::size_t>(treatment));
}

std::optional<Treatment> parse_treatment(std::string_view text) {
  return index_of<Treatment>(kTreatments, text);
}

// 1. "If no data points in the evaluation range are missing, CloudWatch uses the newest N."
// 2. "If some are missing, but real data points are at least N: the newest N real ones; missing
//     ones are ignored, whatever TreatMissingData says."
// 3. "If real data points are fewer than N: all of them, and just enough missing ones are filled in
//     as TreatMissingData says."
Verdict evaluate(const AlarmRule& rule, std::span<const std::optional<double>> newest_first) {
  const Counted counted = count(rule, newest_first);
  Verdict verdict{.state = {}, .real = counted.real, .breaching = counted.breaching};
  verdict.filled = rule.evaluation_periods - counted.real;
  if (verdict.filled == 0) {
    verdict.state = alarm_if(counted.breaching >= rule.datapoints_to_alarm);
  } else if (counted.real == 0) {
    verdict.state = without_data(rule.treatment);
  } else {
    verdict.state = with_gaps(rule, counted, verdict.filled);
  }
  return verdict;
}

double fewest_samples(double percent) {
  const double share = percent / 100;
  if (share <= 0 || share >= 1) return 0;
  return share >= 0.5 ? 10 / (1 - share) : 10 / share;
}

}  // namespace opsim::cloudwatch
