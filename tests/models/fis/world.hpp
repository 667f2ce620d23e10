#pragma once
/// Instances, alarms, and experiments upon them.
#include "models/cloudwatch/service.hpp"
#include "models/compute/service.hpp"
#include "models/fis/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

struct Ear : Model {
  std::vector<Event> events;
};
inline const Service kEar{
    .name = "ear",
    .title = "what is heard of events",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Ear>(); },
    .on_event = [](Model& model,
                   const Event& event) { static_cast<Ear&>(model).events.push_back(event); }};
inline const Service* const kFisCatalog[] = {&kEc2, &kAutoScaling, &kCloudWatch, &kFis, &kEar};

struct Laboratory : SmallWorld {
  explicit Laboratory(Seed seed = Seed{1}) : SmallWorld{kFisCatalog, seed} {}

  /// So many running instances with a tag Ready=yes; their ids.
  std::vector<std::string> instances(int count) {
    const Json made = must(
        "ec2", "RunInstances",
        {{"ImageId", "ami-12345678"},
         {"MinCount", count},
         {"MaxCount", count},
         {"TagSpecifications",
          {{{"ResourceType", "instance"}, {"Tags", {{{"Key", "Ready"}, {"Value", "yes"}}}}}}}});
    run_for(10min);
    std::vector<std::string> ids;
    for (const Json& one : made["Instances"]) ids.push_back(one["InstanceId"].get<std::string>());
    return ids;
  }
  std::string state_of(const std::string& instance) {
    const Json found = must("ec2", "DescribeInstances", {{"InstanceIds", Json::array({instance})}});
    return found["Reservations"][0]["Instances"][0]["State"]["Name"].get<std::string>();
  }
  /// All instances tagged Ready=yes, of which `mode` are chosen.
  static Json target(std::string mode = "ALL") {
    return {{"resourceType", "aws:ec2:instance"},
            {"resourceTags", {{"Ready", "yes"}}},
            {"selectionMode", std::move(mode)}};
  }
  static Json wait(std::string duration, Json after = Json::array()) {
    Json action{{"actionId", "aws:fis:wait"}, {"parameters", {{"duration", std::move(duration)}}}};
    if (!after.empty()) action["startAfter"] = std::move(after);
    return action;
  }
  static Json on_instances(std::string id, Json parameters = Json::object()) {
    return {{"actionId", std::move(id)},
            {"parameters", std::move(parameters)},
            {"targets", {{"Instances", "some"}}}};
  }
  static Json experiment(Json actions, Json targets = Json::object()) {
    return {{"description", "a test"},
            {"roleArn", "arn:aws:iam::123456789012:role/fis"},
            {"stopConditions", {{{"source", "none"}}}},
            {"actions", std::move(actions)},
            {"targets", std::move(targets)}};
  }
  std::string create(const Json& members) {
    return must("fis", "CreateExperimentTemplate", members)["experimentTemplate"]["id"]
        .get<std::string>();
  }
  std::string start(const Json& members) {
    return must("fis", "StartExperiment",
                {{"experimentTemplateId", create(members)}})["experiment"]["id"]
        .get<std::string>();
  }
  Json get(const std::string& id) {
    return must("fis", "GetExperiment", {{"id", id}})["experiment"];
  }
  std::string status(const std::string& id) {
    return get(id)["state"]["status"].get<std::string>();
  }
  std::string action_status(const std::string& id, const char* action) {
    return get(id)["actions"][action]["state"]["status"].get<std::string>();
  }
  /// "initiating, running, completed": what events told of experiments.
  std::string heard() {
    std::string text;
    for (const Event& event : static_cast<Ear*>(cloud.model("ear"))->events)
      if (event.source == "aws.fis")
        text += (text.empty() ? "" : ", ") + event.detail["new-state"]["status"].get<std::string>();
    return text;
  }
  std::string alarm(const std::string& name) {
    must("cloudwatch", "PutMetricAlarm",
         {{"AlarmName", name},
          {"Namespace", "Test"},
          {"MetricName", "Pain"},
          {"Statistic", "Maximum"},
          {"Period", 60},
          {"EvaluationPeriods", 1},
          {"Threshold", 1},
          {"ComparisonOperator", "GreaterThanThreshold"}});
    return "arn:aws:cloudwatch:us-east-1:123456789012:alarm:" + name;
  }
};

}  // namespace opsim::tests
