// V17 and V18 of ../shared/cases/validation.md: CloudWatch User Guide, "Configuring how CloudWatch
// alarms treat missing data" (alarms-and-missing-data) and "Alarm evaluation" (alarm-evaluation).
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/cloudwatch/alarm_rules.hpp"
#include "models/cloudwatch/alarm_spec.hpp"
#include "models/cloudwatch/alarm_window.hpp"

namespace opsim::cloudwatch {
namespace {

/// 'X' breaching, '0' not, '-' missing; oldest first, as on the page. Newest first for evaluate().
std::vector<std::optional<double>> drawn(std::string_view points) {
  std::vector<std::optional<double>> newest_first;
  for (const char point : points)
    newest_first.insert(newest_first.begin(),
                        point == '-' ? std::nullopt : std::optional{point == 'X' ? 1.0 : 0.0});
  return newest_first;
}

std::string state_of(std::uint32_t m, std::string_view points, std::string_view treatment) {
  const AlarmRule rule{.datapoints_to_alarm = m,
                       .evaluation_periods = 3,
                       .treatment = *parse_treatment(treatment),
                       .threshold = {Comparison::greater, 0.5}};
  const Verdict verdict = evaluate(rule, drawn(points));
  return verdict.state ? std::string{to_string(*verdict.state)} : "retain";
}

SimTime clock(const char* time) { return *parse_iso8601("2026-03-02T" + std::string{time} + "Z"); }

TEST_SUITE("cloudwatch: published tables") {
  TEST_CASE("V17: missing data, both tables of the page, N = 3, evaluation range 5") {
    CHECK(evaluation_range(3) == 5);
    struct Row {
      std::uint32_t m;
      std::string_view points;
      std::string_view missing, ignore, breaching, not_breaching;
    };
    constexpr std::string_view kOk = "OK";
    constexpr std::string_view kAlarm = "ALARM";
    constexpr std::string_view kNoData = "INSUFFICIENT_DATA";
    constexpr std::string_view kRetain = "retain";
    constexpr Row rows[] = {
        {3, "0-X-X", kOk, kOk, kOk, kOk},
        {3, "0----", kOk, kOk, kOk, kOk},
        {3, "-----", kNoData, kRetain, kAlarm, kOk},
        {3, "0XX-X", kAlarm, kAlarm, kAlarm, kAlarm},
        {3, "--X--", kAlarm, kRetain, kAlarm, kOk},
        {2, "0-X-X", kAlarm, kAlarm, kAlarm, kAlarm},
        {2, "00X0X", kAlarm, kAlarm, kAlarm, kAlarm},
        {2, "0-X--", kOk, kOk, kAlarm, kOk},
        {2, "----0", kOk, kOk, kAlarm, kOk},
        {2, "---X-", kAlarm, kRetain, kAlarm, kOk},
    };
    for (const Row& row : rows) {
      CAPTURE(row.m);
      CAPTURE(row.points);
      CHECK(state_of(row.m, row.points, "missing") == row.missing);
      CHECK(state_of(row.m, row.points, "ignore") == row.ignore);
      CHECK(state_of(row.m, row.points, "breaching") == row.breaching);
      CHECK(state_of(row.m, row.points, "notBreaching") == row.not_breaching);
    }
  }

  // "CloudWatch ... doesn't go into ALARM prematurely": the newest lone breach must wait.
  TEST_CASE("V17: a breach that has just come alone is no alarm yet with M = 3") {
    CHECK(state_of(3, "----X", "missing") != "ALARM");
    CHECK(state_of(3, "---X-", "missing") != "ALARM");
    CHECK(state_of(3, "--X--", "missing") == "ALARM");
  }

  TEST_CASE("V18: which minutes an evaluation looks at, and how often it comes") {
    const AlarmWindow five{.period = 5min, .evaluation_periods = 1};
    CHECK(evaluation_step(five) == 1min);
    CHECK(newest_end(five, clock("09:05:00")) == clock("09:05:00"));  // minutes 1 to 5
    CHECK(newest_end(five, clock("09:06:00")) == clock("09:06:00"));  // minutes 2 to 6
    CHECK(next_evaluation(five, clock("09:05:00")) == clock("09:06:00"));
    for (const Duration period : {Duration{10s}, Duration{30s}}) {
      const AlarmWindow quick{.period = period, .evaluation_periods = 1};
      CHECK(evaluation_step(quick) == 10s);
    }
    const AlarmWindow hour{.period = 1h, .evaluation_periods = 1};
    CHECK(evaluation_step(hour) == 1min);
  }

  TEST_CASE("V18: the evaluation interval is N periods, whatever M is") {
    const AlarmWindow four_of_five{.period = 1min, .evaluation_periods = 5};
    CHECK(four_of_five.period * four_of_five.evaluation_periods == 5min);
    const AlarmWindow three_of_three{.period = 10min, .evaluation_periods = 3};
    CHECK(three_of_three.period * three_of_three.evaluation_periods == 30min);
  }

  // The page's figure: above the threshold in periods 3 to 5, and once more in period 9.
  TEST_CASE(
      "V18: 3 of 3 goes to ALARM in period 5, is OK in period 6, and period 9 alone is none") {
    const std::string_view figure = "00XXX000X";
    std::vector<std::string> states;
    for (std::size_t period = 1; period <= figure.size(); ++period)
      states.push_back(state_of(3, figure.substr(0, period), "missing"));
    CHECK(states[3] != "ALARM");
    CHECK(states[4] == "ALARM");
    CHECK(states[5] == "OK");
    CHECK(states[8] == "OK");
  }
}

// CloudWatch User Guide, alarm-evaluation-window: clock boundaries in the chosen time zone, with
// daylight saving for IANA names.
TEST_SUITE("cloudwatch: wall-clock windows") {
  TEST_CASE("days begin at midnight of the zone, before and after the clock is changed") {
    const AlarmWindow day{.period = std::chrono::days{1},
                          .evaluation_periods = 1,
                          .wall_clock = Duration::zero(),
                          .zone = TimeZone::find("Europe/Berlin")};
    REQUIRE(day.zone);
    CHECK(newest_end(day, clock("09:00:00")) == *parse_iso8601("2026-03-01T23:00:00Z"));
    const SimTime june = *parse_iso8601("2026-06-10T09:00:00Z");
    CHECK(newest_end(day, june) == *parse_iso8601("2026-06-09T22:00:00Z"));
    // Of data from now on, the first evaluation to see a whole day comes after the next midnight.
    const SimTime seen = first_evaluation_seeing(day, june);
    CHECK(newest_end(day, seen) == *parse_iso8601("2026-06-10T22:00:00Z"));
    CHECK(seen - *parse_iso8601("2026-06-10T22:00:00Z") <= 1min);
  }

  TEST_CASE("a zone that nobody knows is refused") {
    const auto spec = [](const char* zone) {
      return read_alarm_spec({"012345678901", "us-east-1"},
                             {{"AlarmName", "a"},
                              {"Namespace", "n"},
                              {"MetricName", "m"},
                              {"Statistic", "Sum"},
                              {"Threshold", 1},
                              {"ComparisonOperator", "GreaterThanThreshold"},
                              {"EvaluationPeriods", 1},
                              {"Period", 86400},
                              {"EvaluationWindow", {{"WallClockWindow", {{"Timezone", zone}}}}}});
    };
    CHECK(spec("America/New_York").has_value());
    CHECK_FALSE(spec("America/New_Yrok").has_value());
  }
}

}  // namespace
}  // namespace opsim::cloudwatch
