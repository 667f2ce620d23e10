// The events that simulated services emit have the members that AWS documents
// (../shared/facts/event_shapes.jsonl: one row per sample of the documentation).
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/compute/service.hpp"
#include "models/events/service.hpp"
#include "models/parameter_store/service.hpp"
#include "models/ssm/service.hpp"
#include "tests/models/small_world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

using Members = std::set<std::string>;
using EventType = std::pair<std::string, std::string>;  // source, detail-type

struct EventRecorder : Model {
  std::map<EventType, std::vector<Members>> seen;
};
void record_event(Model& model, const Event& event) {
  Members members;
  if (event.detail.is_object())
    for (const auto& [name, value] : event.detail.items()) members.insert(name);
  static_cast<EventRecorder&>(model).seen[{event.source, event.detail_type}].push_back(members);
}
constexpr Service kEventRecorder{
    .name = "recorder",
    .title = "Remembers events",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<EventRecorder>(); },
    .on_event = record_event,
};

const Service* const kSpeakers[] = {&kEc2, &kAutoScaling,    &kEvents,
                                    &kSsm, &kParameterStore, &kEventRecorder};

std::map<EventType, std::set<Members>> documented_shapes() {
  std::map<EventType, std::set<Members>> shapes;
  const auto folder = shared_folder();
  if (!folder) return shapes;
  std::ifstream in{*folder / "facts" / "event_shapes.jsonl"};
  for (std::string line; std::getline(in, line);) {
    const Json row = Json::parse(line);
    Members members;
    const Json detail = row.at("shape").value("detail", Json::object());
    for (const auto& [name, value] : detail.items()) members.insert(name);
    shapes[{row.at("source").get<std::string>(), row.at("detail-type").get<std::string>()}].insert(
        members);
  }
  return shapes;
}

/// Calls that make each service say something. A refusal is no matter here: what is not provoked
/// shows in the list of types.
void provoke(SmallWorld& world) {
  const Json runbook{
      {"schemaVersion", "0.3"},
      {"mainSteps",
       Json::array(
           {{{"name", "wait"}, {"action", "aws:sleep"}, {"inputs", {{"Duration", "PT5S"}}}}})}};
  const auto call = [&](const char* service, const char* operation, Json input) {
    return world.call(service, operation, std::move(input));
  };
  call("ec2", "RunInstances",
       {{"ImageId", "ami-1"},
        {"InstanceType", "m5.large"},
        {"IamInstanceProfile", {{"Name", "managed"}}},
        {"MinCount", 1},
        {"MaxCount", 1}});
  call("ec2", "CreateLaunchTemplate",
       {{"LaunchTemplateName", "t"},
        {"LaunchTemplateData", {{"ImageId", "ami-1"}, {"InstanceType", "m5.large"}}}});
  call("autoscaling", "CreateAutoScalingGroup",
       {{"AutoScalingGroupName", "g"},
        {"LaunchTemplate", {{"LaunchTemplateName", "t"}, {"Version", "$Latest"}}},
        {"MinSize", 1},
        {"MaxSize", 2},
        {"DesiredCapacity", 1},
        {"AvailabilityZones", Json::array({"us-east-1a"})}});
  world.run_for(10min);
  call("autoscaling", "SetDesiredCapacity",
       {{"AutoScalingGroupName", "g"}, {"DesiredCapacity", 2}});
  call("cloudwatch", "PutMetricAlarm",
       {{"AlarmName", "a"},
        {"Namespace", "N"},
        {"MetricName", "M"},
        {"Statistic", "Average"},
        {"Period", 60},
        {"EvaluationPeriods", 1},
        {"Threshold", 1},
        {"ComparisonOperator", "GreaterThanThreshold"}});
  call("cloudwatch", "SetAlarmState",
       {{"AlarmName", "a"}, {"StateValue", "ALARM"}, {"StateReason", "test"}});
  for (const char* type : {"String", "String"})
    call(
        "ssm", "PutParameter",
        {{"Name", "p"}, {"Value", "v"}, {"Type", type}, {"Overwrite", true}, {"Description", "d"}});
  call("ssm", "DeleteParameter", {{"Name", "p"}});
  call("ssm", "CreateDocument",
       {{"Name", "Wait"}, {"DocumentType", "Automation"}, {"Content", runbook.dump()}});
  call("ssm", "StartAutomationExecution", {{"DocumentName", "Wait"}});
  call("ssm", "SendCommand",
       {{"DocumentName", "AWS-RunShellScript"},
        {"InstanceIds", Json::array({"i-00000001"})},
        {"Parameters", {{"commands", Json::array({"date"})}}}});
  call("autoscaling", "UpdateAutoScalingGroup",
       {{"AutoScalingGroupName", "g"}, {"MinSize", 0}, {"DesiredCapacity", 0}});
  call("cloudwatch", "DeleteAlarms", {{"AlarmNames", Json::array({"a"})}});
  world.run_for(2h);
}

std::string joined(const Members& members) { return fmt::format("{}", fmt::join(members, " ")); }

/// Samples of Systems Manager show executions that ended: one in progress has no end yet.
bool fits(const std::set<Members>& documented, const Members& members) {
  if (documented.contains(members)) return true;
  Members ended = members;
  ended.insert({"EndTime", "Time"});
  return members.contains("StartTime") && documented.contains(ended);
}

}  // namespace

TEST_SUITE("cases: event shapes") {
  TEST_CASE("the details of emitted events have the documented members") {
    const auto shapes = documented_shapes();
    if (shapes.empty()) {
      MESSAGE("no shared facts here");
      return;
    }
    SmallWorld world{kSpeakers};
    provoke(world);
    const auto& seen = static_cast<EventRecorder&>(*world.cloud.model("recorder")).seen;
    int compared = 0;
    for (const auto& [type, details] : seen) {
      const auto documented = shapes.find(type);
      if (documented == shapes.end()) {
        MESSAGE("no sample: " << type.first << " " << type.second);
        continue;
      }
      for (const Members& members : details) {
        const bool as_documented = fits(documented->second, members);
        if (!as_documented)
          MESSAGE(type.first << " " << type.second << ": " << joined(members)
                             << " | documented: " << joined(*documented->second.begin()));
        CHECK(as_documented);
        ++compared;
      }
    }
    CHECK(compared >= 10);
    std::string not_provoked;
    for (const auto& [type, members] : shapes)
      if (!seen.contains(type)) not_provoked += "\n  " + type.first + " " + type.second;
    MESSAGE("not emitted here:" << not_provoked);
  }
}

}  // namespace opsim::tests
