// The documentation's missing-data tables, and what can be worked out from its pages, row by row.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "models/cloudwatch/alarm_rules.hpp"
#include "models/cloudwatch/alarm_spec.hpp"
#include "models/cloudwatch/alarm_window.hpp"
#include "models/cloudwatch/connected_source.hpp"
#include "opsim/json.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

std::vector<Json> rows_of(const char* file) {
  const auto folder = shared_folder();
  if (!folder) {
    MESSAGE("skipped: there are no conformance cases here");
    return {};
  }
  std::vector<Json> rows;
  std::ifstream in{*folder / "cases" / file};
  for (std::string line; std::getline(in, line);) rows.push_back(Json::parse(line));
  CHECK_FALSE(rows.empty());
  return rows;
}

std::string text(const Json& value) { return value.get<std::string>(); }

// ---- alarms_missing_data.jsonl ----

/// 'X' breaching, '0' not, '-' missing; newest first for evaluate().
std::vector<std::optional<double>> newest_first(const Json& oldest_to_newest) {
  std::vector<std::optional<double>> points;
  for (const Json& point : oldest_to_newest) {
    const std::string mark = text(point);
    points.insert(points.begin(),
                  mark == "-" ? std::nullopt : std::optional{mark == "X" ? 1.0 : 0.0});
  }
  return points;
}

std::string answer(const Verdict& verdict) {
  return verdict.state ? std::string{to_string(*verdict.state)} : "RETAIN_CURRENT_STATE";
}

TEST_CASE("V17: alarms and missing data: every row of the tables, under every treatment") {
  int checked = 0;
  for (const Json& row : rows_of("alarms_missing_data.jsonl")) {
    AlarmRule rule{.datapoints_to_alarm = row["m"].get<std::uint32_t>(),
                   .evaluation_periods = row["n"].get<std::uint32_t>(),
                   .threshold = {Comparison::greater, 0.5}};
    CHECK(evaluation_range(rule.evaluation_periods) ==
          row["evaluation_range"].get<std::uint32_t>());
    const auto points = newest_first(row["points_oldest_to_newest"]);
    for (const char* treatment : {"missing", "ignore", "breaching", "notBreaching"}) {
      if (row[treatment].is_null()) continue;  // the page does not say
      rule.treatment = *parse_treatment(treatment);
      CAPTURE(row.dump());
      CAPTURE(treatment);
      const Verdict verdict = evaluate(rule, points);
      CHECK(answer(verdict) == text(row[treatment]));
      CHECK(verdict.filled == row["filled"].get<std::uint32_t>());
      ++checked;
    }
  }
  MESSAGE(checked, " answers checked");
}

// ---- worked_examples.jsonl: cw-eval-, cw-freq-, cw-limit-, cw-pct-, cw-wall- ----

SimTime today(const std::string& clock) {
  return *parse_iso8601(fmt::format("2026-03-02T{}{}Z", clock, clock.size() == 5 ? ":00" : ""));
}
Duration seconds(const Json& value) { return std::chrono::seconds{value.get<std::int64_t>()}; }

AlarmWindow window_of(const Json& given) {
  return {.period = seconds(given["period_s"]), .evaluation_periods = given.value("N", 1U)};
}

Json alarm_of(const Json& given) {
  Json alarm{{"AlarmName", "a"},
             {"Namespace", "n"},
             {"MetricName", "m"},
             {"Statistic", "Average"},
             {"Threshold", 1},
             {"ComparisonOperator", "GreaterThanThreshold"},
             {"EvaluationPeriods", given.value("N", 1)},
             {"Period", given.value("period_s", 3600)}};
  if (given.value("window", "") == "WallClock") {
    Json wall = Json::object();
    if (given.contains("timezone_offset")) wall["Timezone"] = given["timezone_offset"];
    alarm["EvaluationWindow"] = {{"WallClockWindow", wall}};
  }
  return alarm;
}

/// The same on a query: "Period x (N + 1) must still be 3 hours or less" with a wall clock.
Json insights_alarm_of(const Json& given, std::int64_t periods) {
  Json alarm = alarm_of(given);
  for (const char* member : {"Namespace", "MetricName", "Statistic", "Period"}) alarm.erase(member);
  Json query{{"Id", "q1"},
             {"Expression", "SELECT MAX(m) FROM app"},
             {"Period", given.value("period_s", 3600)}};
  alarm["Metrics"] = Json::array({std::move(query)});
  alarm["EvaluationPeriods"] = periods;
  return alarm;
}

/// What a Lambda function returned for the evaluation, five-minute periods: which are dropped.
void check_connected(const Json& given, const Json& expect) {
  const ExpectedTimes times{today(text(given["eval_time"])), 5min, 3};
  Json stamps = Json::array();
  Json values = Json::array();
  for (const Json& each : given["received"]) {
    const SimTime at = today(text(each));
    stamps.push_back(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count());
    values.push_back(1.0);
  }
  Json result{{"StatusCode", "Complete"}, {"Timestamps", stamps}, {"Values", values}};
  const auto kept = aligned(times, {{"MetricDataResults", Json::array({std::move(result)})}});
  REQUIRE(kept);
  for (const Json& each : given["received"]) {
    bool used = false;
    for (std::size_t age = 0; age < times.count; ++age) {
      if (times.at(age) == today(text(each))) used = (*kept)[age].has_value();
    }
    const bool dropped = std::find(expect["dropped"].begin(), expect["dropped"].end(), each) !=
                         expect["dropped"].end();
    CHECK(used != dropped);
  }
}

void check_insights(const Json& given, const Json& expect) {
  const auto most = expect["max_N"].get<std::int64_t>();
  const Place place{"012345678901", "us-east-1"};
  CHECK(read_alarm_spec(place, insights_alarm_of(given, most)).has_value());
  CHECK_FALSE(read_alarm_spec(place, insights_alarm_of(given, most + 1)).has_value());
}

bool accepted(const Json& given) {
  return read_alarm_spec({"012345678901", "us-east-1"}, alarm_of(given)).has_value();
}

/// The start of the k-th newest period of an evaluation, as "12:05:00".
std::string period_start(const AlarmWindow& window, SimTime evaluation, std::uint32_t k) {
  const std::string start = iso8601(newest_end(window, evaluation) - (k + 1) * window.period);
  return start.substr(11, 8);
}

bool check_evaluation(const std::string& id, const Json& given, const Json& expect) {
  if (expect.contains("expected_timestamps")) {  // eval-005, eval-006
    const Json& expected = expect["expected_timestamps"];
    const AlarmWindow window = window_of(given);
    for (std::uint32_t k = 0; k < expected.size(); ++k) {
      CHECK(period_start(window, today(text(given["eval_time"])), k) ==
            text(expected[expected.size() - 1 - k]));
    }
    return true;
  }
  if (expect.contains("eval_at_min_5_uses_minutes")) {  // eval-002: minutes 1 to 5 are [0, 5)
    const AlarmWindow window = window_of(given);
    CHECK(newest_end(window, today("09:05")) == today("09:05"));
    CHECK(newest_end(window, today("09:06")) - window.period == today("09:01"));
    CHECK(next_evaluation(window, today("09:05")) == today("09:06"));
    return true;
  }
  if (expect.contains("evaluation_interval_s")) {  // eval-003, eval-004: N periods
    const AlarmWindow window{seconds(given["period_s"]), given["N"].get<std::uint32_t>()};
    CHECK(window.period * window.evaluation_periods == seconds(expect["evaluation_interval_s"]));
    return true;
  }
  if (expect.contains("evaluation_every_s")) {
    AlarmWindow window = window_of(given);
    if (given.contains("window") && text(given["window"]) == "WallClock") {
      window.wall_clock = Duration::zero();
    }
    CHECK(evaluation_step(window) == seconds(expect["evaluation_every_s"]));
  }
  if (expect.contains("evaluated")) {  // wall-003
    AlarmWindow window = window_of(given);
    window.wall_clock = Duration::zero();
    CHECK(newest_end(window, today(text(given["now"]))) == today(text(expect["evaluated"][1])));
    return true;
  }
  if (expect.contains("ranges")) {  // wall-004
    const AlarmWindow window = window_of(given);
    for (std::size_t i = 0; i < expect["ranges"].size(); ++i) {
      const SimTime at = today(text(given["evals"][i]));
      CHECK(newest_end(window, at) - window.period == today(text(expect["ranges"][i][0])));
      CHECK(newest_end(window, at) == today(text(expect["ranges"][i][1])));
    }
    return true;
  }
  if (expect.contains("valid")) {
    CHECK(accepted(given) == expect["valid"].get<bool>());
    return true;
  }
  if (expect.contains("low_sample_below")) {
    CHECK(fewest_samples(given["percentile"].get<double>() * 100) ==
          doctest::Approx(expect["low_sample_below"].get<double>()));
    return true;
  }
  return id.starts_with("cw-freq") && expect.contains("evaluation_every_s");
}

/// eval-001: a figure, drawn again: values above 3 in periods 3 to 5 and in period 9.
void check_figure(const Json& given, const Json& expect) {
  const AlarmRule rule{.datapoints_to_alarm = given["M"].get<std::uint32_t>(),
                       .evaluation_periods = given["N"].get<std::uint32_t>(),
                       .threshold = {Comparison::greater, given["threshold"].get<double>()}};
  const Json& breaching = given["periods_breaching"];
  std::vector<std::optional<double>> newest;
  std::string now = "INSUFFICIENT_DATA";
  for (int period = 1; period <= 9; ++period) {
    const bool breaches = std::find(breaching.begin(), breaching.end(), period) != breaching.end();
    newest.insert(newest.begin(), breaches ? 4.0 : 2.0);
    const Verdict verdict = evaluate(rule, newest);
    if (verdict.state) now = to_string(*verdict.state);
    if (period == expect["alarm_at_period"].get<int>()) CHECK(now == "ALARM");
    if (period == expect["ok_at_period"].get<int>()) CHECK(now == "OK");
  }
  CHECK(now == text(expect["state_after_period_9"]));
}

/// eval-009: a job every three days; what the hourly evaluation sees.
void check_multi_day(const Json& expect) {
  const AlarmWindow window{.period = std::chrono::days{1}, .evaluation_periods = 3};
  CHECK(window.is_multi_day());
  for (const auto& [clock, state] : expect.items()) {
    const SimTime at = today(clock);
    CHECK(next_evaluation(window, at - 1s) == at);
    const SimTime seen = newest_end(window, at);
    const bool failed = seen > today("10:02") && seen <= today("11:43");
    CHECK((failed ? "ALARM" : "OK") == text(state));
  }
}

TEST_CASE("V18: alarms: the worked examples about metric alarms") {
  std::string others;
  int checked = 0;
  for (const Json& row : rows_of("worked_examples.jsonl")) {
    const std::string id = text(row["id"]);
    if (text(row["service"]) != "cloudwatch") continue;
    CAPTURE(row.dump());  // with its id
    const Json& given = row["given"];
    if (given.value("kind", "") == "MetricsInsights") {
      check_insights(given, row["expect"]);
      ++checked;
      continue;
    }
    if (given.contains("connected_source")) {
      check_connected(given, row["expect"]);
      ++checked;
      continue;
    }
    const bool elsewhere = given.contains("rule") || given.contains("events") ||
                           id.starts_with("cw-mute") || id.starts_with("cw-sup") ||
                           id.starts_with("cw-comp");
    if (elsewhere) {
      others += " " + id;  // composite alarms, mute rules
      continue;
    }
    if (given.contains("periods_breaching")) {
      check_figure(given, row["expect"]);
    } else if (given.contains("multi_day") && given.contains("timeline")) {
      check_multi_day(row["expect"]);
    } else {
      CHECK_MESSAGE(check_evaluation(id, given, row["expect"]), id, " is checked by nothing here");
    }
    ++checked;
  }
  MESSAGE(checked, " worked examples checked; of other features:", others);
}

}  // namespace
}  // namespace opsim::tests
