// AWS: CloudWatch User Guide, "Alarm evaluation window" (alarm-evaluation-window), "Alarm warm-up
// periods" (alarm-warm-up); API WarmUpConfiguration.
// UNDOCUMENTED: the wording of these errors.
#include "models/cloudwatch/alarm_window_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/cloudwatch/insights_run.hpp"

namespace opsim::cloudwatch {
namespace {

using Problem = std::optional<ApiError>;

// EvaluationWindow: {"SlidingWindow": {}} or {"WallClockWindow": {"Timezone": "+05:30"}}.
Problem read_wall_clock(const Json& wall_clock, AlarmSpec& spec) {
  constexpr std::array<std::int64_t, 5> kWallClockPeriods = {60, 300, 3600, 86'400, 604'800};
  const std::int64_t period = spec.window.period / std::chrono::seconds{1};
  if (std::ranges::find(kWallClockPeriods, period) == kWallClockPeriods.end()) {
    return validation_error("Period must be 60, 300, 3600, 86400 or 604800 with a WallClockWindow");
  }
  Input members{wall_clock};
  spec.time_zone = members.text("Timezone", 50);
  if (Problem problem = members.error()) return problem;
  const std::string zone = spec.time_zone.value_or("UTC");
  spec.window.wall_clock = parse_zone(zone);
  if (spec.window.wall_clock) return {};
  spec.window.zone = TimeZone::find(zone);
  if (!spec.window.zone) {
    return validation_error(fmt::format(
        "Timezone {} is invalid: an IANA name or an offset in multiples of 5 minutes", zone));
  }
  spec.window.wall_clock = Duration::zero();
  return {};
}

// "A Metrics Insights alarm can evaluate a time range of no more than 3 hours (Period multiplied by
// Evaluation Periods). When it uses a wall clock window, CloudWatch automatically reserves one
// additional period."
Problem check_insights(const AlarmSpec& spec) {
  const bool queries =
      spec.program && std::ranges::any_of(spec.program->queries, [](const ProgramQuery& query) {
        return !!query.insights;
      });
  if (!queries) return {};
  if (spec.window.period < kInsightsShortest) {
    return validation_error("Period must be a multiple of 60 for a Metrics Insights query");
  }
  const std::int64_t reserved = spec.window.wall_clock ? 1 : 0;
  const std::int64_t periods = spec.window.evaluation_periods + reserved;
  if (periods * spec.window.period <= kInsightsAlarmHistory) return {};
  return validation_error(fmt::format(
      "Metrics Insights queries cannot be checked across more than three hours ({} * Period must "
      "be <= 10800).",
      reserved == 0 ? "EvaluationPeriods" : "(EvaluationPeriods + 1)"));
}

Problem read_warm_up(const Json& configuration, AlarmSpec& spec) {
  constexpr std::int64_t kLongestWarmUp = 2880;  // minutes
  Input members{configuration};
  members.require("WarmUpPeriodDurationInMinutes");
  const auto minutes = members.integer("WarmUpPeriodDurationInMinutes", 1);
  if (minutes && *minutes > kLongestWarmUp) {
    members.complain(fmt::format("{}", *minutes), "WarmUpPeriodDurationInMinutes",
                     fmt::format("have value less than or equal to {}", kLongestWarmUp));
  }
  WarmUp warm_up;
  warm_up.whole = members.boolean("OnlyStartEvaluatingAfterWarmUpPeriodEnds").value_or(false);
  if (Problem problem = members.error()) return problem;
  warm_up.length = std::chrono::minutes{*minutes};
  spec.warm_up = warm_up;
  return {};
}

}  // namespace

Problem read_window(Input& input, AlarmSpec& spec) {
  const Json* window = input.find("EvaluationWindow");
  if (window != nullptr && window->is_object() && window->contains("WallClockWindow")) {
    if (Problem problem = read_wall_clock((*window)["WallClockWindow"], spec)) return problem;
  }
  if (Problem problem = check_insights(spec)) return problem;
  const Json* warm_up = input.find("WarmUpConfiguration");
  return warm_up == nullptr ? Problem{} : read_warm_up(*warm_up, spec);
}

}  // namespace opsim::cloudwatch
