// Alarms that undo a stack operation.
// AWS: CloudFormation User Guide, "Use alarms to monitor your CloudFormation stack": while the
// operation runs and for MonitoringTimeInMinutes after everything is deployed, an alarm that goes
// to ALARM rolls the whole operation back; a trigger that is missing does, too.
// UNDOCUMENTED: the wording of the reasons. An alarm that is in ALARM when monitoring begins
// counts.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/stack_runs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

/// "" for an alarm that does not exist.
std::string state_of_alarm(CloudFormation& cfn, const std::string& alarm_arn) {
  const auto arn = Arn::parse(alarm_arn);
  if (!arn || !arn->resource.starts_with("alarm:")) return {};
  const Json ask{{"AlarmNames", Json::array({arn->resource.substr(6)})},
                 {"AlarmTypes", Json::array({"MetricAlarm", "CompositeAlarm"})}};
  const auto answer = cfn.cloud.inspect(arn->place(), "cloudwatch", "DescribeAlarms", ask);
  if (!answer) return {};
  for (const char* kind : {"MetricAlarms", "CompositeAlarms"})
    for (const Json& found : input::member(*answer, kind)) return input::text(found, "StateValue");
  return {};
}

}  // namespace

std::string trigger_objection(CloudFormation& cfn, const Stack& stack) {
  for (const std::string& alarm : stack.spec.rollback.alarms) {
    const std::string state = state_of_alarm(cfn, alarm);
    if (state.empty()) return fmt::format("Rollback trigger {} does not exist.", alarm);
    if (state == "ALARM") return fmt::format("Rollback trigger {} is in ALARM state.", alarm);
  }
  return {};
}

void on_alarm(CloudFormation& cfn, const Event& event) {
  if (event.source != "aws.cloudwatch" || event.detail_type != "CloudWatch Alarm State Change" ||
      event.resources.empty() ||
      input::text(input::member(event.detail, "state"), "value") != "ALARM")
    return;
  const std::string& alarm = event.resources.front();
  for (const auto& stack : cfn.stacks) {
    const auto& watched = stack->spec.rollback.alarms;
    const bool runs =
        stack->status == "CREATE_IN_PROGRESS" || stack->status == "UPDATE_IN_PROGRESS";
    if (!runs || stack->cancelled || std::ranges::find(watched, alarm) == watched.end()) continue;
    stack->cancelled = true;
    stack->cancel_reason = fmt::format("Rollback trigger {} is in ALARM state.", alarm);
    stack->because = cfn.sim().cause();
    stack->changed.notify_all();
  }
}

Process<std::string> monitor(CloudFormation& cfn, Stack& stack) {
  if (std::string objection = trigger_objection(cfn, stack); !objection.empty())
    co_return objection;
  const SimTime until =
      cfn.sim().now() + std::chrono::minutes{stack.spec.rollback.monitoring_minutes};
  while (!stack.cancelled && cfn.sim().now() < until) {
    Signal::TimedWait wait = stack.changed.wait_for(until - cfn.sim().now());
    co_await wait;
  }
  co_return stack.cancelled ? stack.cancel_reason : "";
}

}  // namespace opsim::cloudformation
