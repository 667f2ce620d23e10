// The timelines and rules that AWS's pages work out for composite alarms and mute rules, row by row
// (../shared/cases/worked_examples.jsonl). A unit of time is a minute.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "models/cloudwatch/composite_rule.hpp"
#include "tests/models/cloudwatch/world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

std::vector<Json> worked_rows(std::string_view prefix) {
  const auto folder = shared_folder();
  if (!folder) {
    MESSAGE("skipped: there are no conformance cases here");
    return {};
  }
  std::vector<Json> rows;
  std::ifstream in{*folder / "cases" / "worked_examples.jsonl"};
  for (std::string line; std::getline(in, line);) {
    Json row = Json::parse(line);
    if (row["id"].get<std::string>().starts_with(prefix)) rows.push_back(std::move(row));
  }
  CHECK_FALSE(rows.empty());
  return rows;
}

/// When the examples begin: long after the alarms were made.
const SimTime kZero = kStart + 60min;

/// "t9" is nine minutes after that.
SimTime moment(const Json& text) {
  return kZero + std::chrono::minutes{std::stoi(text.get<std::string>().substr(1))};
}

struct Timeline : World {
  void alarm(const std::string& name, Json actions = Json::object()) {
    Json input = disk_alarm();
    input["AlarmName"] = input["MetricName"] = name;  // without data, so that
    input["TreatMissingData"] = "ignore";             // states set by hand stay
    input.update(actions);
    REQUIRE(ask("PutMetricAlarm", input));
  }
  void set(const std::string& name, const std::string& state) {
    REQUIRE(ask("SetAlarmState",
                {{"AlarmName", name}, {"StateValue", state}, {"StateReason", "tested"}}));
  }
  /// [["t9", "ALARM action"]], of what the topics were told.
  Json actions() {
    sim.run_until(kZero + 60min);
    Json found = Json::array();
    for (const Received& got : received()) {
      const std::string what = got.target.substr(got.target.rfind(':') + 1);
      found.push_back({fmt::format("t{}", (got.at - kZero) / 1min), what + " action"});
    }
    return found;
  }
};

Json topics() {
  constexpr std::string_view kPrefix = "arn:aws:sns:us-east-1:012345678901:";
  return {{"AlarmActions", {fmt::format("{}ALARM", kPrefix)}},
          {"OKActions", {fmt::format("{}OK", kPrefix)}}};
}

TEST_CASE("worked examples: action suppression of composite alarms") {
  for (const Json& row : worked_rows("cw-sup-")) {
    const Json& given = row["given"];
    CAPTURE(row["id"].get<std::string>());
    if (!given.contains("events")) continue;
    Timeline world;
    world.alarm("child");
    world.alarm("suppressor");
    world.set("child", "OK");
    world.set("suppressor", "OK");
    Json input{{"AlarmName", "composite"},
               {"AlarmRule", "ALARM(child)"},
               {"ActionsSuppressor", "suppressor"},
               {"ActionsSuppressorWaitPeriod", given["wait"].get<int>() * 60},
               {"ActionsSuppressorExtensionPeriod", given["extension"].get<int>() * 60}};
    REQUIRE(world.ask("PutCompositeAlarm", input));
    world.sim.run_until(kZero);
    input.update(topics());  // what its creation ran is no part of the example
    REQUIRE(world.ask("PutCompositeAlarm", input));
    for (const Json& event : given["events"]) {
      const auto what = event[1].get<std::string>();
      const std::size_t space = what.find(' ');
      const std::string name = what.substr(0, space) == "composite" ? "child" : "suppressor";
      world.sim.run_until(moment(event[0]));
      world.set(name, what.substr(space + 1));
    }
    CHECK(world.actions() == row["expect"]["actions"]);
  }
}

/// The state of "A" in the row, or how many of a list are in the state that AT_LEAST counts.
AlarmState state_in(const Json& given, std::string_view written) {
  const std::string name{written};
  if (given.contains(name)) return *parse_state(given[name].get<std::string>());
  const bool of_ok = given.contains("in_ok");
  const int number = std::stoi(name.substr(1));
  const int counted = given.value(of_ok ? "in_ok" : "in_alarm", 0);
  if (number <= counted) return of_ok ? AlarmState::ok : AlarmState::alarm;
  return of_ok ? AlarmState::alarm : AlarmState::ok;
}

TEST_CASE("worked examples: rules of composite alarms") {
  for (const Json& row : worked_rows("cw-comp-")) {
    const Json& given = row["given"];
    CAPTURE(row["id"].get<std::string>());
    if (!given.contains("rule") || !row["expect"].contains("composite_state")) continue;
    const auto rule = CompositeRule::parse(given["rule"].get<std::string>());
    REQUIRE(std::holds_alternative<CompositeRule>(rule));
    const bool holds = std::get<CompositeRule>(rule).holds(
        [&](std::string_view written) { return state_in(given, written); });
    CHECK((holds ? "ALARM" : "OK") == row["expect"]["composite_state"]);
  }
}

struct MuteTimeline : Timeline {
  void mute(std::string_view name, const Json& window) {
    const SimTime from = moment(window[0]);
    const auto minutes = (moment(window[1]) - from) / 1min;
    REQUIRE(ask("PutAlarmMuteRule",
                {{"Name", name},
                 {"Rule",
                  {{"Schedule",
                    {{"Expression", fmt::format("at({})", iso8601(from).substr(0, 16))},
                     {"Duration", fmt::format("PT{}M", minutes)}}}}},
                 {"MuteTargets", {{"AlarmNames", {"muted"}}}}}));
  }
};

TEST_CASE("worked examples: alarm mute rules") {
  for (const Json& row : worked_rows("cw-mute-")) {
    const Json& given = row["given"];
    const Json& expect = row["expect"];
    CAPTURE(row["id"].get<std::string>());
    if (!given.contains("alarm")) continue;  // windows: see mute_test
    MuteTimeline world;
    world.alarm("muted");
    world.set("muted", "OK");
    world.alarm("muted", topics());
    Json windows = given.value("mutes", Json::array());
    if (given.contains("mute")) windows.push_back(given["mute"]);
    for (const Json& window : windows) world.mute(window[0].get<std::string>(), window);
    for (const Json& event : given["alarm"]) {
      world.sim.run_until(moment(event[0]));
      world.set("muted", event[1].get<std::string>());
    }
    if (given.contains("t6")) {
      world.sim.run_until(kZero + 6min);
      constexpr std::string_view kLambda = "arn:aws:lambda:us-east-1:012345678901:function:Lambda";
      const bool removed = given["t6"] == "all actions removed";
      world.alarm("muted", removed ? Json::object() : Json{{"AlarmActions", {kLambda}}});
    }
    if (given.contains("updated_end")) {
      world.sim.run_until(moment(given["updated_end"]));
      const Json& window = given["mute"];
      world.mute(window[0].get<std::string>(), {window[0], given["updated_end"]});
    }
    const Json actions = world.actions();
    if (expect.contains("actions")) {
      CHECK(actions == expect["actions"]);
    } else {  // cw-mute-003: the end of the second window (the figure's t8 is the text's t9)
      CHECK(actions == Json::array({{"t9", "ALARM action"}}));
    }
  }
}

}  // namespace
}  // namespace opsim::tests
