// Alarms that stop deployments.
// AWS: CodeDeploy User Guide, "Monitoring deployments with CloudWatch alarms"; API Reference,
// AlarmConfiguration: "ignorePollAlarmFailure: whether a deployment should continue if information
// about the current state of alarms cannot be retrieved".
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/codedeploy.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

std::string state_of_alarm(CodeDeploy& codedeploy, const Place& place, const std::string& name) {
  const auto answer =
      codedeploy.cloud.inspect(place, "cloudwatch", "DescribeAlarms",
                               {{"AlarmNames", Json::array({name})},
                                {"AlarmTypes", Json::array({"MetricAlarm", "CompositeAlarm"})}});
  if (!answer) return {};
  for (const char* kind : {"MetricAlarms", "CompositeAlarms"})
    for (const Json& found : input::member(*answer, kind)) return input::text(found, "StateValue");
  return {};
}

}  // namespace

std::string alarm_objection(CodeDeploy& codedeploy, const DeploymentGroup& group) {
  if (!group.spec.alarms_enabled) return {};
  for (const std::string& name : group.spec.alarms) {
    const std::string state = state_of_alarm(codedeploy, group.place, name);
    if (state == "ALARM") return fmt::format("One or more alarms have been activated: {}", name);
    if (state.empty() && !group.spec.ignores_unknown_alarms)
      return fmt::format("The state of alarm {} cannot be retrieved", name);
  }
  return {};
}

void alarm_rang(CodeDeploy& codedeploy, const Event& event) {
  if (event.resources.empty()) return;
  const auto alarm = Arn::parse(event.resources.front());
  if (!alarm || !alarm->resource.starts_with("alarm:")) return;
  const std::string name = alarm->resource.substr(6);
  for (const auto& [id, deployment] : codedeploy.deployments) {
    if (deployment->is_over() || deployment->stopping || deployment->place != alarm->place() ||
        deployment->creator != "user")
      continue;
    const DeploymentGroup* group = codedeploy.group_of(*deployment);
    if (group == nullptr || !group->spec.alarms_enabled ||
        std::ranges::find(group->spec.alarms, name) == group->spec.alarms.end() ||
        state_of_alarm(codedeploy, group->place, name) != "ALARM")
      continue;
    stop_deployment(codedeploy, *deployment, "ALARM_ACTIVE",
                    fmt::format("One or more alarms have been activated: {}", name),
                    group->spec.rollback_events.contains("DEPLOYMENT_STOP_ON_ALARM"));
  }
}

}  // namespace opsim::codedeploy
