#pragma once
/// Plays what was recorded on AWS again, and compares answers where the recording says something.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <set>

#include "tests/models/cloudwatch/world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

inline std::vector<Json> recorded_rows(const char* file) {
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

// ---- Recorded texts have places where anything may stand: <...>, timestamp, date ---------------

inline bool same_text(const std::string& recorded, const std::string& answer) {
  if (recorded == "timestamp" || recorded == "date" || recorded.find('<') != recorded.npos) {
    return true;
  }
  const auto point = recorded.find("(MM/DD/YY HH:MM:SS)");
  if (point == recorded.npos) return recorded == answer;
  return answer.starts_with(recorded.substr(0, point + 1)) &&
         answer.ends_with(recorded.substr(point + 18));
}

inline bool agrees(const Json& recorded, const Json& answer);

inline bool agrees_member(const std::string& name, const Json& recorded, const Json& answer) {
  static const std::set<std::string> accounts = {"AWSAccountId", "AccountId"};
  if (accounts.contains(name)) return answer.is_string();
  if (name == "Timestamps") return answer.is_array();
  const bool parsed = recorded.is_object() && answer.is_string();  // JSON text, decoded
  return agrees(recorded, parsed ? Json::parse(answer.get<std::string>(), nullptr, false) : answer);
}

inline bool agrees(const Json& recorded, const Json& answer) {
  if (recorded.is_string()) {
    return answer.is_string() && same_text(recorded.get<std::string>(), answer.get<std::string>());
  }
  if (recorded.is_array()) {
    if (!answer.is_array() || recorded.size() != answer.size()) return false;
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      if (!agrees(recorded[i], answer[i])) return false;
    }
    return true;
  }
  if (!recorded.is_object()) return recorded == answer;
  if (!answer.is_object()) return false;
  std::size_t members = 0;
  for (const auto& [name, member] : recorded.items()) {
    if (name == "ResponseMetadata") continue;
    ++members;
    if (!answer.contains(name) || !agrees_member(name, member, answer[name])) return false;
  }
  return members == answer.size();
}

/// A recorded test, played: the answers under the names that the recording has.
struct Replay {
  explicit Replay(const Json& of) : row{of}, recorded{of["recorded_content"]} {}
  void match(const std::string& name, const Json& answer) {
    CAPTURE(row["id"].get<std::string>());
    CAPTURE(name);
    CAPTURE(answer.dump());
    REQUIRE(recorded.contains(name));
    CHECK(agrees(recorded[name], answer));
    matched.insert(name);
  }
  Json ask(const char* operation, const Json& input) {
    const ApiResult<Json> answer = world.ask(operation, input);
    CAPTURE(row["id"].get<std::string>());
    REQUIRE(answer);
    return *answer;
  }
  void put(const Json& data) {
    const Json list = data.is_array() ? data : Json::array({data});
    ask("PutMetricData", {{"Namespace", "test"}, {"MetricData", list}});
  }
  Json described() { return ask("DescribeAlarms", {{"AlarmNames", {"a"}}}); }
  /// The message that reached the topic last.
  Json message() {
    REQUIRE_FALSE(world.received().empty());
    return Json::parse(world.received().back().text);
  }

  const Json& row;
  const Json& recorded;
  std::set<std::string> matched;
  World world;
};

inline Json minutes_around(Json input) {
  input["StartTime"] = iso8601(kStart - 1min);
  input["EndTime"] = iso8601(kStart + 1min);
  return input;
}
inline Json metric_of(const char* id, const std::string& stat, int period, const char* name,
                      const std::string& unit = "", const Json& dimensions = Json::array()) {
  Json metric_stat{
      {"Metric", {{"Namespace", "test"}, {"MetricName", name}, {"Dimensions", dimensions}}},
      {"Period", period},
      {"Stat", stat}};
  if (!unit.empty()) metric_stat["Unit"] = unit;
  return {{"Id", id}, {"MetricStat", std::move(metric_stat)}};
}
inline Json data_of(Replay& replay, const Json& queries) {
  const Json list = queries.is_array() ? queries : Json::array({queries});
  return replay.ask("GetMetricData", minutes_around({{"MetricDataQueries", list}}));
}
inline Json statistics_of(Replay& replay, const char* name, const Json& statistics) {
  return replay.ask("GetMetricStatistics", minutes_around({{"Namespace", "test"},
                                                           {"MetricName", name},
                                                           {"Period", 60},
                                                           {"Statistics", statistics}}));
}
/// "Sum" of "test_get_metric_data_stats[query-Sum]".
inline std::string parameter(const Json& row) {
  const std::string id = row["id"].get<std::string>();
  const auto from = id.find('-');
  return from == id.npos ? "" : id.substr(from + 1, id.size() - from - 2);
}

inline constexpr const char* kTopic = "arn:aws:sns:us-east-1:012345678901:topic";

inline Json alarm_on(const char* metric, int periods, double threshold, const char* treatment) {
  return {{"AlarmName", "a"},
          {"AlarmDescription", "testing cloudwatch alarms"},
          {"MetricName", metric},
          {"Namespace", "test"},
          {"Period", 10},
          {"Threshold", threshold},
          {"Dimensions", {{{"Name", "InstanceId"}, {"Value", "abc"}}}},
          {"Unit", "Seconds"},
          {"Statistic", "Average"},
          {"OKActions", {kTopic}},
          {"AlarmActions", {kTopic}},
          {"EvaluationPeriods", periods},
          {"ComparisonOperator", "GreaterThanThreshold"},
          {"TreatMissingData", treatment}};
}
inline void set_state(Replay& replay, const char* state, const char* reason) {
  replay.ask("SetAlarmState", {{"AlarmName", "a"}, {"StateValue", state}, {"StateReason", reason}});
  replay.world.sim.run_until(replay.world.sim.now() + 1s);
}

}  // namespace opsim::tests
