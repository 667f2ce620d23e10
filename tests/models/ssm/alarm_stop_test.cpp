// AlarmConfiguration of automations and commands.
// Systems Manager API Reference, AlarmConfiguration; User Guide, "Run an automation": "if your
// alarm activates, the automation is cancelled and any OnCancel steps you have defined run";
// "Running commands from the console": "any pending command invocations do not run".
#include <doctest/doctest.h>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

/// One alarm, Errors, whose state the test says.
class OneAlarm : public Model {
 public:
  explicit OneAlarm(Cloud& of) : cloud{of} {}
  Cloud& cloud;
  std::string state = "OK";
};
ApiResult<Json> describe_alarms(OneAlarm& model, const Request& request) {
  Json found = Json::array();
  if (input::texts(request.input, "AlarmNames")[0] == "Errors")
    found.push_back(Json{{"AlarmName", "Errors"}, {"StateValue", model.state}});
  return Json{{"MetricAlarms", found}, {"CompositeAlarms", Json::array()}};
}
constexpr Operation kAlarmOperations[] = {{.name = "DescribeAlarms",
                                           .access = Access::read,
                                           .now = &immediate<OneAlarm, describe_alarms>}};
const Service kOneAlarm{.name = "cloudwatch",
                        .title = "stand-in",
                        .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
                          return std::make_unique<OneAlarm>(cloud);
                        },
                        .operations = kAlarmOperations};
const Service* const kAlarmServices[] = {&kSsm, &kFakeEc2, &kOneAlarm};

struct Watched : World {
  Watched() : World{Seed{1}, Level::everything, kAlarmServices} {
    for (const char* const id : {"i-1", "i-2", "i-3"}) add_instance(id);
    physics("AWS-RunShellScript", "{ takes: 5min }");
    document("Roll", R"(schemaVersion: '0.3'
mainSteps:
  - name: change
    action: aws:sleep
    onCancel: step:undo
    isEnd: true
    inputs: { Duration: PT10M }
  - { name: undo, action: 'aws:executeScript', inputs: { Runtime: python3.11, Handler: h, Script: s } }
)");
  }
  void set_alarm(const std::string& state) {
    static_cast<OneAlarm*>(cloud.model("cloudwatch"))->state = state;
    Event event;
    event.source = "aws.cloudwatch";
    event.detail_type = "CloudWatch Alarm State Change";
    event.place = kHome;
    event.resources = {arn(kHome, "cloudwatch", "alarm:Errors")};
    event.detail = {{"alarmName", "Errors"}, {"state", {{"value", state}}}};
    cloud.emit(std::move(event));
  }
  ApiResult<Json> begin(const Json& alarm) {
    return ask("StartAutomationExecution",
               {{"DocumentName", "Roll"}, {"AlarmConfiguration", alarm}});
  }
};

Json watched_by(const char* name, bool ignore = false) {
  return {{"Alarms", Json::array({Json{{"Name", name}}})}, {"IgnorePollAlarmFailure", ignore}};
}

}  // namespace

TEST_SUITE("ssm: alarms that stop") {
  TEST_CASE("an alarm that activates cancels the automation, and its onCancel steps run") {
    Watched world;
    const std::string id =
        world.begin(watched_by("Errors"))->at("AutomationExecutionId").get<std::string>();
    world.run_for(1min);
    world.set_alarm("INSUFFICIENT_DATA");
    CHECK(world.status(id) == "InProgress");
    CHECK(world.execution(id)["TriggeredAlarms"] == Json::array());
    world.set_alarm("ALARM");
    world.run_for(10min);
    CHECK(world.status(id) == "Cancelled");
    CHECK(world.steps(id) == "change Cancelled, undo Success");
    CHECK(world.execution(id)["FailureMessage"] == "stopped: the alarm Errors is in ALARM");
    CHECK(world.execution(id)["TriggeredAlarms"] ==
          Json::array({Json{{"Name", "Errors"}, {"State", "ALARM"}}}));
  }
  TEST_CASE("an alarm nobody knows: IgnorePollAlarmFailure says whether the automation runs") {
    for (const bool ignore : {true, false}) {
      Watched world;
      const std::string id =
          world.begin(watched_by("None", ignore))->at("AutomationExecutionId").get<std::string>();
      world.run_for(1h);
      CHECK(world.status(id) == (ignore ? "Success" : "Cancelled"));
    }
  }
  TEST_CASE("pending invocations of a command do not run; those that run go on") {
    Watched world;
    const auto sent = world.ask("SendCommand", {{"DocumentName", "AWS-RunShellScript"},
                                                {"InstanceIds", {"i-1", "i-2", "i-3"}},
                                                {"Parameters", {{"commands", {"date"}}}},
                                                {"MaxConcurrency", "1"},
                                                {"AlarmConfiguration", watched_by("Errors")}});
    REQUIRE(sent.has_value());
    world.run_for(7min);  // the second runs
    world.set_alarm("ALARM");
    world.run_for(1h);
    std::vector<std::string> statuses;
    for (const auto& [id, command] : world.ssm().commands)
      for (const ssm::Invocation& one : command->invocations)
        statuses.emplace_back(ssm::details_of(one.status));
    CHECK(statuses == std::vector<std::string>{"Success", "Success", "Cancelled"});
    const Json view = world.ask("ListCommands", Json::object())->at("Commands")[0];
    CHECK(view["Status"] == "Cancelled");
    CHECK(view["TriggeredAlarms"].dump() == R"([{"Name":"Errors","State":"ALARM"}])");
  }
  TEST_CASE("AlarmConfiguration has one alarm") {
    Watched world;
    CHECK(world.begin({{"Alarms", Json::array()}}).error().code == "ValidationException");
  }
}

}  // namespace opsim::tests
