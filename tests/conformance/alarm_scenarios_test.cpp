// What the authors of public alarm templates assert: installed on a service that works, or that
// does not, the alarm becomes OK or ALARM. The template's alarms are made as written, with the
// row's own values for its ${substitutions}; a row holds where some steady level of its metrics
// gives that.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "models/catalog.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/scenario/world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim {
namespace {

const Place kAlarmHome{"012345678901", "us-east-1"};

/// The folder of a row's template, as the corpus spells it.
std::string template_of(const std::string& id) {
  std::string name = "esabitova__aws-digito-artifacts-gameday__";
  for (const char c : id.substr(0, id.find("/Tests/")))
    name += c == '/' ? std::string{"__"} : std::string{c};
  return name + "__Documents__AlarmTemplate.yml";
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

struct AlarmRow {
  std::map<std::string, std::string> values;  // of ${substitutions}
  std::vector<std::string> states;            // that it becomes, in order
};

AlarmRow alarm_row(const Json& row) {
  AlarmRow read;
  for (const Json& step : row.at("steps")) {
    const auto text = step.at("text").get<std::string>();
    const Json& table = step.at("table");
    if (text.find("is installed") != std::string::npos && table.size() > 1)
      for (std::size_t i = 0; i < table[0].size(); ++i) {
        const std::string value = input::text(table[1].at(i));
        read.values[input::text(table[0][i])] = value.find("{{") == std::string::npos ? value : "1";
      }
    for (const char* const state : {"OK", "ALARM"})
      if (text.find(fmt::format("becomes {} ", state)) != std::string::npos)
        read.states.emplace_back(state);
  }
  read.values["AlarmLogicalId"] = "Alarm";
  read.values["AlarmName"] = "under-test";
  return read;
}

/// A reference to a parameter of the template is its value, or "1"; Fn::Sub is filled in already.
Json resolved(const Json& value, const AlarmRow& row) {
  if (value.is_object() && value.size() == 1 && value.contains("Ref")) {
    const auto known = row.values.find(input::text(value, "Ref"));
    return known == row.values.end() ? "1" : known->second;
  }
  if (value.is_object() && value.size() == 1 && value.contains("Fn::Sub"))
    return input::text(value, "Fn::Sub");
  if (!value.is_structured()) return value;
  Json made = value;
  for (Json& inner : made) inner = resolved(inner, row);
  return made;
}

/// The properties of every alarm of the template, those of the alarm itself last.
std::vector<Json> alarms_in(std::string text, const AlarmRow& row) {
  for (const auto& [name, value] : row.values) replace_all(text, "${" + name + "}", value);
  const Document document = read_yaml("alarm.yaml", text);
  std::vector<Json> alarms;
  const Json root = document.root.to_json();
  for (const auto& [id, resource] : root.at("Resources").items()) {
    if (input::text(resource, "Type") != "AWS::CloudWatch::Alarm") continue;
    Json properties = resolved(resource.at("Properties"), row);
    for (const char* const action : {"AlarmActions", "OKActions", "InsufficientDataActions"})
      properties.erase(action);
    if (!properties.contains("AlarmName")) properties["AlarmName"] = id;
    alarms.push_back(std::move(properties));
  }
  return alarms;
}

void collect_series(const Json& metric, std::vector<SeriesKey>& keys) {
  if (input::text(metric, "MetricName").empty()) return;
  SeriesKey key{
      kAlarmHome, input::text(metric, "Namespace"), input::text(metric, "MetricName"), {}};
  if (const Json& dimensions = input::member(metric, "Dimensions"); dimensions.is_array())
    for (const Json& one : dimensions)
      key.dimensions.emplace_back(input::text(one, "Name"), input::text(one, "Value"));
  keys.push_back(std::move(key));
}

std::vector<SeriesKey> series_of(const Json& alarm) {
  std::vector<SeriesKey> keys;
  collect_series(alarm, keys);
  if (const Json& metrics = input::member(alarm, "Metrics"); metrics.is_array())
    for (const Json& query : metrics)
      collect_series(input::member(input::member(query, "MetricStat"), "Metric"), keys);
  return keys;
}

class AlarmWorld {
 public:
  AlarmWorld()
      : world_{catalog(), kAlarmHome, *parse_iso8601("2026-03-02T09:00:00Z"), Seed{1},
               Level::goals} {}

  /// Why it cannot be made, or "".
  std::string install(const Json& alarm) {
    std::optional<ApiResult<Json>> answer;
    static constexpr auto ask = [](World& in, Json with,
                                   std::optional<ApiResult<Json>>& out) -> Process<> {
      ApiResult<Json> given =
          co_await in.cloud().call(in.user(), "cloudwatch", "PutMetricAlarm", std::move(with));
      out = std::move(given);
    };
    world_.sim().spawn(ask(world_, alarm, answer));
    while (!answer && world_.sim().run_one()) {
    }
    if (!answer) return "no answer";
    return *answer ? "" : answer->error().code + ": " + answer->error().message;
  }
  /// Whether the alarm becomes `state` within `limit` while its metrics stand at `level`.
  bool becomes(const std::string& state, const std::vector<SeriesKey>& keys, double level,
               const std::string& unit, std::chrono::minutes limit) {
    for (std::chrono::minutes passed{0}; passed < limit; ++passed) {
      for (const SeriesKey& key : keys) put(key, level, unit);
      world_.run_until(world_.sim().now() + std::chrono::minutes{1});
      if (this->state() == state) return true;
    }
    return false;
  }

 private:
  void put(const SeriesKey& key, double level, const std::string& unit) {
    Metrics& metrics = world_.cloud().metrics();
    Datapoint point;
    point.timestamp = world_.sim().now();
    point.values = {{level, 1.0}};
    if (!unit.empty()) point.unit = unit;
    metrics.put(metrics.intern(key), point);
  }
  std::string state() {
    const Json request{{"AlarmNames", Json::array({"under-test"})}};
    const auto answer = world_.cloud().inspect(kAlarmHome, "cloudwatch", "DescribeAlarms", request);
    if (!answer || answer->at("MetricAlarms").empty()) return "";
    return input::text(answer->at("MetricAlarms")[0], "StateValue");
  }

  World world_;
};

/// "" where the row holds.
std::string play_alarm(const std::string& text, const AlarmRow& row) {
  const std::vector<Json> alarms = alarms_in(text, row);
  std::vector<SeriesKey> keys;
  double threshold = 0;
  std::string unit;
  std::chrono::minutes limit{15};
  for (const Json& alarm : alarms) {
    for (SeriesKey& key : series_of(alarm)) keys.push_back(std::move(key));
    const std::string written = input::text(alarm, "Threshold");
    if (!written.empty()) threshold = std::stod(written);
    unit = input::text(alarm, "Unit");
    const std::int64_t periods = input::integer(alarm, "EvaluationPeriods").value_or(1) *
                                 input::integer(alarm, "Period").value_or(300);
    limit = std::max(limit, std::chrono::minutes{periods / 60 * 2 + 10});
  }
  const double levels[] = {0, threshold / 2, threshold + 1, threshold * 2 + 1, 1e12, -1, 1, 100};
  for (const std::string& state : row.states) {
    bool held = false;
    std::string refused;
    for (const double level : levels) {
      AlarmWorld world;
      for (const Json& alarm : alarms)
        if (std::string why = world.install(alarm); !why.empty()) refused = why;
      if (!refused.empty()) return refused;
      held = world.becomes(state, keys, level, unit, std::min(limit, std::chrono::minutes{360}));
      if (held) break;
    }
    if (!held) return fmt::format("never {}", state);
  }
  return "";
}

TEST_SUITE("alarm scenarios") {
  TEST_CASE("alarms of public templates become what their authors assert") {
    const auto shared = tests::shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    std::ifstream rows{*shared / "cases" / "runbook_scenarios.jsonl"};
    std::map<std::string, int> counts;
    for (std::string line; std::getline(rows, line);) {
      const Json row = Json::parse(line);
      if (row.at("kind") != "alarm") continue;
      const auto id = row.at("id").get<std::string>();
      CAPTURE(id);
      const auto path = *shared / "corpus" / "cfn" / template_of(id);
      const AlarmRow read = alarm_row(row);
      if (read.states.empty() || !std::filesystem::exists(path)) {
        ++counts[read.states.empty() ? "assert no state" : "without their template in the corpus"];
        continue;
      }
      std::ifstream in{path};
      const std::string text{std::istreambuf_iterator<char>{in}, {}};
      std::string why;
      try {
        why = play_alarm(text, read);
      } catch (const BadInput& bad) {
        why = bad.diagnostics().all()[0].message;
      }
      ++counts[why.empty() ? "hold" : "do not hold"];
      CHECK_MESSAGE(why.empty(), why);
    }
    for (const auto& [what, count] : counts) MESSAGE(fmt::format("{}: {}", what, count));
  }
}

}  // namespace
}  // namespace opsim
