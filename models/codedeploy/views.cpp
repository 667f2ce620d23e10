#include "models/codedeploy/views.hpp"

#include <algorithm>

namespace opsim::codedeploy {

Json application_json(const Application& one) {
  return {{"applicationId", one.id},
          {"applicationName", one.name},
          {"createTime", seconds_of(one.created)},
          {"computePlatform", to_string(one.platform)}};
}

Json group_json(const DeploymentGroup& one, const Application& of) {
  Json json = one.spec.given;
  json.update({{"applicationName", one.application},
               {"deploymentGroupId", one.id},
               {"deploymentGroupName", one.name},
               {"deploymentConfigName", one.spec.config},
               {"computePlatform", to_string(of.platform)}});
  if (!one.last_good.is_null()) json["targetRevision"] = one.last_good;
  return json;
}

Json deployment_json(const Deployment& one) {
  Json json{{"deploymentId", one.id},
            {"applicationName", one.application},
            {"deploymentGroupName", one.group},
            {"deploymentConfigName", one.config.name},
            {"computePlatform", to_string(one.config.platform)},
            {"revision", one.revision},
            {"status", one.status},
            {"creator", one.creator},
            {"createTime", seconds_of(one.created)}};
  if (one.config.platform != Platform::server) {
    json["deploymentStyle"] = {{"deploymentType", "BLUE_GREEN"},
                               {"deploymentOption", "WITH_TRAFFIC_CONTROL"}};
  }
  if (!one.description.empty()) json["description"] = one.description;
  if (!one.previous.is_null()) json["previousRevision"] = one.previous;
  if (one.began) json["startTime"] = seconds_of(*one.began);
  if (one.ended) json["completeTime"] = seconds_of(*one.ended);
  if (!one.error_code.empty())
    json["errorInformation"] = {{"code", one.error_code}, {"message", one.error_message}};
  if (one.outdated_only) json["updateOutdatedInstancesOnly"] = true;
  if (one.ignores_stop_failures) json["ignoreApplicationStopFailures"] = true;
  json["instanceTerminationWaitTimeStarted"] = one.waits_for == "TERMINATION_WAIT";
  if (!one.rolled_back.empty()) json["rollbackInfo"]["rollbackDeploymentId"] = one.rolled_back;
  if (!one.rolls_back.empty())
    json["rollbackInfo"]["rollbackTriggeringDeploymentId"] = one.rolls_back;
  Json overview = Json::object();
  for (const char* status : {"Pending", "InProgress", "Ready", "Succeeded", "Failed", "Skipped"})
    overview[status] = std::ranges::count(one.targets, status, &Target::status);
  json["deploymentOverview"] = std::move(overview);
  return json;
}

namespace {

Json ecs_target_json(const Deployment& of, Json target) {
  target["targetArn"] = of.green_set;
  Json sets = Json::array();
  const auto add = [&](const std::string& set, const char* label, double weight) {
    if (!set.empty())
      sets.push_back({{"identifer", set.substr(set.rfind('/') + 1)},  // the API's own spelling
                      {"taskSetLabel", label},
                      {"trafficWeight", weight},
                      {"status", label == std::string_view{"Blue"} ? "PRIMARY" : "ACTIVE"}});
  };
  add(of.blue_set, "Blue", static_cast<double>(100 - of.shifted));
  add(of.green_set, "Green", static_cast<double>(of.shifted));
  target["taskSetsInfo"] = std::move(sets);
  return {{"deploymentTargetType", "ECSTarget"}, {"ecsTarget", std::move(target)}};
}

}  // namespace

Json target_json(const Deployment& of, const Target& one) {
  Json events = Json::array();
  for (const EventState& event : one.events) {
    Json json{{"lifecycleEventName", event.name}, {"status", event.status}};
    if (event.began) json["startTime"] = seconds_of(*event.began);
    if (event.ended) json["endTime"] = seconds_of(*event.ended);
    if (!event.message.empty()) json["diagnostics"] = {{"message", event.message}};
    events.push_back(std::move(json));
  }
  Json target{{"deploymentId", of.id},
              {"targetId", one.id},
              {"status", one.status},
              {"lifecycleEvents", std::move(events)}};
  if (!one.label.empty() && of.config.platform == Platform::server)
    target["instanceLabel"] = one.label == "BLUE" ? "Blue" : "Green";
  if (of.config.platform == Platform::ecs) return ecs_target_json(of, std::move(target));
  if (of.config.platform == Platform::server)
    return {{"deploymentTargetType", "InstanceTarget"}, {"instanceTarget", std::move(target)}};
  target["functionInfo"] = {{"functionName", of.appspec.function},
                            {"functionAlias", of.appspec.alias},
                            {"currentVersion", of.appspec.current_version},
                            {"targetVersion", of.appspec.target_version},
                            {"targetVersionWeight", static_cast<double>(of.shifted) / 100}};
  return {{"deploymentTargetType", "LambdaTarget"}, {"lambdaTarget", std::move(target)}};
}

}  // namespace opsim::codedeploy
