#pragma once
/// How a metric alarm decides. Pure: datapoints in, verdict out.
///
/// AWS: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data"
/// (alarms-and-missing-data) and "Percentile-based alarms and low data samples".
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "opsim/cloud/statistic.hpp"

namespace opsim::cloudwatch {

enum class AlarmState : std::uint8_t { ok, alarm, insufficient_data };
/// "OK", "ALARM", "INSUFFICIENT_DATA".
std::string_view to_string(AlarmState state);
std::optional<AlarmState> parse_state(std::string_view text);

enum class Treatment : std::uint8_t { missing, ignore, breaching, not_breaching };
std::string_view to_string(Treatment treatment);
std::optional<Treatment> parse_treatment(std::string_view text);

struct AlarmRule {
  std::uint32_t datapoints_to_alarm = 1;  // M
  std::uint32_t evaluation_periods = 1;   // N
  Treatment treatment = Treatment::missing;
  Threshold threshold{};
};

struct Verdict {
  std::optional<AlarmState> state;  // nothing: the state stays what it is
  std::uint32_t real = 0;           // datapoints used: the newest N real ones, or all there are
  std::uint32_t breaching = 0;      // of these
  std::uint32_t filled = 0;         // missing ones that TreatMissingData decided about
};

/// How many periods an evaluation looks back. AWS fetches more than N, so that real datapoints can
/// stand in for missing ones: 5 for N = 3 in the documentation's tables.
/// UNDOCUMENTED: the number for any other N. Here N + 2; of periods of a day or more, see
/// alarm_window.hpp.
constexpr std::uint32_t evaluation_range(std::uint32_t evaluation_periods) {
  return evaluation_periods + 2;
}

/// `newest_first` are the datapoints of the evaluation range; an empty one is missing.
Verdict evaluate(const AlarmRule& rule, std::span<const std::optional<double>> newest_first);

/// Fewer samples than this are too few for the percentile to mean something: 10 / (1 - p) from the
/// median up, 10 / p below it. Zero where no number is too few (p0, p100).
double fewest_samples(double percent);

}  // namespace opsim::cloudwatch
