#include <doctest/doctest.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

constexpr std::string_view kTopic = "arn:aws:sns:us-east-1:012345678901:on-call";

/// Children whose state the tests set by hand: nothing else ever evaluates them.
struct Family : World {
  explicit Family(std::initializer_list<std::string_view> children) {
    for (const std::string_view child : children) {
      Json alarm = with(disk_alarm(), "AlarmName", child);
      alarm["MetricName"] = child;           // without data, so that
      alarm["TreatMissingData"] = "ignore";  // states set by hand stay
      REQUIRE(ask("PutMetricAlarm", alarm));
    }
  }
  void set(std::string_view name, std::string_view state) {
    REQUIRE(ask("SetAlarmState",
                {{"AlarmName", name}, {"StateValue", state}, {"StateReason", "tested"}}));
    sim.run_until(sim.now() + 1s);
  }
  ApiResult<Json> put(std::string_view name, std::string_view rule, const Json& more = {}) {
    Json input{{"AlarmName", name}, {"AlarmRule", rule}};
    if (more.is_object()) input.update(more);
    ApiResult<Json> answer = ask("PutCompositeAlarm", input);
    sim.run_until(sim.now() + 1s);
    return answer;
  }
  Json describe(std::string_view name) {
    const Json answer =
        *ask("DescribeAlarms", {{"AlarmNames", {name}}, {"AlarmTypes", {"CompositeAlarm"}}});
    REQUIRE(answer["CompositeAlarms"].size() == 1);
    return answer["CompositeAlarms"][0];
  }
  std::string state_of(std::string_view name) {
    return describe(name)["StateValue"].get<std::string>();
  }
  std::vector<Event> changes(std::string_view name) {
    std::vector<Event> found;
    for (const Event& event : recorder().events) {
      if (event.detail_type == "CloudWatch Alarm State Change" && event.detail["alarmName"] == name)
        found.push_back(event);
    }
    return found;
  }
};

TEST_SUITE("cloudwatch: composite alarms") {
  TEST_CASE("are INSUFFICIENT_DATA when created, then evaluated at once") {
    Family world{"a", "b"};
    REQUIRE(world.ask("PutCompositeAlarm", {{"AlarmName", "c"}, {"AlarmRule", "ALARM(a)"}}));
    CHECK(world.state_of("c") == "INSUFFICIENT_DATA");
    world.sim.run_until(world.sim.now() + 1s);
    CHECK(world.state_of("c") == "OK");
    CHECK(world.describe("c")["StateReason"] ==
          "arn:aws:cloudwatch:us-east-1:012345678901:alarm:c was created and its alarm rule "
          "evaluates to OK");
  }

  TEST_CASE("follow their children, in the instant in which these change") {
    Family world{"a", "b"};
    REQUIRE(world.put("both", "ALARM(a) AND ALARM(b)", {{"AlarmActions", {kTopic}}}));
    REQUIRE(world.put("outer", "ALARM(both)"));
    world.set("a", "ALARM");
    CHECK(world.state_of("both") == "OK");
    const SimTime then = world.sim.now();
    world.set("b", "ALARM");
    CHECK(world.state_of("both") == "ALARM");
    CHECK(world.state_of("outer") == "ALARM");
    const std::vector<Event> events = world.changes("both");
    REQUIRE(events.size() == 2);
    CHECK(events[1].time == then);
    const Json& detail = events[1].detail;
    CHECK(detail["configuration"]["alarmRule"] == "ALARM(a) AND ALARM(b)");
    CHECK(detail["previousState"]["value"] == "OK");
    CHECK(detail["state"]["reason"].get<std::string>().starts_with(
        "arn:aws:cloudwatch:us-east-1:012345678901:alarm:b transitioned to ALARM at Monday 02 "
        "March, 2026 09:00:0"));
    const Json data = Json::parse(detail["state"]["reasonData"].get<std::string>());
    CHECK(data["triggeringAlarms"].size() == 2);
    REQUIRE(world.received().size() == 1);
    const Json message = Json::parse(world.received()[0].text);
    CHECK(message["AlarmRule"] == "ALARM(a) AND ALARM(b)");
    CHECK(message["OldStateValue"] == "OK");
    CHECK(message["TriggeringChildren"].size() == 2);
  }

  TEST_CASE("hold a state set by hand until a child changes") {
    Family world{"a"};
    REQUIRE(world.put("c", "ALARM(a)"));
    world.set("c", "ALARM");
    world.sim.run_until(world.sim.now() + 2h);
    CHECK(world.state_of("c") == "ALARM");
    world.set("a", "OK");
    CHECK(world.state_of("c") == "OK");
  }

  TEST_CASE("keep their state when they are changed, and are evaluated anew") {
    Family world{"a"};
    REQUIRE(world.put("c", "ALARM(a)"));
    REQUIRE(world.put("c", "TRUE"));
    CHECK(world.state_of("c") == "ALARM");
    CHECK(world.describe("c")["StateReason"].get<std::string>().find("was updated and its") !=
          std::string::npos);
  }

  TEST_CASE("that depend on themselves are accepted, but evaluation stops") {
    Family world{"a"};
    REQUIRE(world.put("x", "ALARM(a)"));
    REQUIRE(world.put("y", "ALARM(x)"));
    REQUIRE(world.put("x", "ALARM(a) OR ALARM(y)"));  // x and y are a cycle now
    world.set("a", "ALARM");
    CHECK(world.state_of("x") == "OK");
    CHECK(world.ask("DeleteAlarms", {{"AlarmNames", {"y"}}}).error().message ==
          "Cannot delete y as there are composite alarm(s) depending on it.");
    REQUIRE(world.put("x", "FALSE"));  // as the API's documentation advises
    REQUIRE(world.ask("DeleteAlarms", {{"AlarmNames", {"y"}}}));
    REQUIRE(world.ask("DeleteAlarms", {{"AlarmNames", {"x"}}}));
  }

  TEST_CASE("are refused with AWS's words") {
    Family world{"a", "b"};
    CHECK(world.put("c", "ALARM(a) OR ALARM(gone)").error().message ==
          "Could not save the composite alarm as alarms [gone] in the alarm rule do not exist");
    CHECK(world.put("c", "ALARM(a) OR").error().code == "ValidationError");
    CHECK_FALSE(world.put("a", "ALARM(b)"));  // the name of a metric alarm
    CHECK_FALSE(world.put("c", "ALARM(a)", {{"ActionsSuppressor", "b"}}));  // periods are missing
    CHECK_FALSE(
        world.put("c", "ALARM(a)", {{"AlarmActions", {"arn:aws:automate:us-east-1:ec2:stop"}}}));
    REQUIRE(world.put("c", "ALARM(a) OR ALARM(b)"));
    CHECK(world.ask("DeleteAlarms", {{"AlarmNames", {"a", "b"}}}).error().message ==
          "Cannot delete a,b as there are composite alarm(s) depending on them.");
    REQUIRE(world.put("d", "TRUE"));
    CHECK_FALSE(world.ask("DeleteAlarms", {{"AlarmNames", {"c", "d"}}}));
  }

  TEST_CASE("are described when they are asked for; relatives in short") {
    Family world{"a", "b"};
    REQUIRE(world.put("c", "ALARM(a) OR ALARM(b)"));
    REQUIRE(world.put("d", "ALARM(c) AND ALARM(a)"));
    const Json plain = *world.ask("DescribeAlarms", Json::object());
    CHECK(plain["MetricAlarms"].size() == 2);
    CHECK(plain["CompositeAlarms"].empty());
    const Json children = *world.ask("DescribeAlarms", {{"ChildrenOfAlarmName", "d"}});
    REQUIRE(children["CompositeAlarms"].size() == 1);
    CHECK(children["CompositeAlarms"][0].size() == 4);
    CHECK(children["CompositeAlarms"][0]["StateValue"] == "OK");
    CHECK(children["MetricAlarms"][0]["AlarmName"] == "a");
    const Json parents = *world.ask("DescribeAlarms", {{"ParentsOfAlarmName", "a"}});
    REQUIRE(parents["CompositeAlarms"].size() == 2);
    CHECK(parents["CompositeAlarms"][1] ==
          Json{{"AlarmName", "d"},
               {"AlarmArn", "arn:aws:cloudwatch:us-east-1:012345678901:alarm:d"}});
    CHECK_FALSE(world.ask("DescribeAlarms", {{"ParentsOfAlarmName", "a"}, {"AlarmNames", {"a"}}}));
  }

  TEST_CASE("have a history like metric alarms") {
    Family world{"a"};
    REQUIRE(world.put("c", "ALARM(a)", {{"AlarmActions", {kTopic}}}));
    world.set("a", "ALARM");
    const Json answer = *world.ask("DescribeAlarmHistory", {{"AlarmName", "c"}});
    const Json& items = answer["AlarmHistoryItems"];
    REQUIRE(items.size() == 4);
    CHECK(items[3]["HistorySummary"] == "Alarm \"c\" created");
    CHECK(items[2]["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to OK");
    CHECK(items[1]["HistorySummary"] == "Alarm updated from OK to ALARM");
    CHECK(items[1]["AlarmType"] == "CompositeAlarm");
    CHECK(items[0]["HistorySummary"] == fmt::format("Successfully executed action {}", kTopic));
    const Json data = Json::parse(items[0]["HistoryData"].get<std::string>());
    CHECK(data["actionState"] == "Succeeded");
    CHECK(data["notificationResource"] == kTopic);
    CHECK(data["error"].is_null());
  }
}

}  // namespace
}  // namespace opsim::tests
