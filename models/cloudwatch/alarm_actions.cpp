// Alarm actions.
// AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html,
// UsingAlarmActions.html (EC2 actions).
#include "models/cloudwatch/alarm_actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/cloudwatch.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::string_view kService = "cloudwatch.amazonaws.com";

bool is_scaling(const Arn& action) {
  return action.service == "autoscaling" || action.service == "application-autoscaling";
}

/// "stop" of arn:aws:automate:us-east-1:ec2:stop and of the older
/// arn:aws:swf:us-east-1:012345678901:action/actions/AWS_EC2.InstanceId.Stop/1.0; else "".
std::string ec2_action(const Arn& action) {
  if (action.service == "automate" && action.account == "ec2") return action.resource;
  constexpr std::string_view kPrefix = "action/actions/AWS_EC2.InstanceId.";
  if (action.service != "swf" || !action.resource.starts_with(kPrefix)) return "";
  std::string verb = action.resource.substr(kPrefix.size());
  verb = verb.substr(0, verb.find('/'));
  std::ranges::transform(verb, verb.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return verb;
}

std::string instance_of(const AlarmSpec& spec) {
  const auto found =
      std::ranges::find(spec.dimensions, "InstanceId", &std::pair<std::string, std::string>::first);
  return found == spec.dimensions.end() ? "" : found->second;
}

void note_outcome(Cloud& cloud, const Place& place, const std::string& name,
                  const std::string& target, const ApiResult<Json>& answer) {
  auto* model = static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  Alarm* alarm = model == nullptr ? nullptr : model->find(place, name);
  if (alarm == nullptr) return;  // deleted meanwhile
  const std::string outcome = answer ? "Successfully executed" : "Failed to execute";
  Json data{{"actionState", answer ? "Succeeded" : "Failed"}, {"notificationResource", target}};
  if (!answer) data["error"] = answer.error().message;
  alarm->remember({.at = cloud.sim().now(),
                   .type = HistoryItem::Type::action,
                   .summary = fmt::format("{} action {}", outcome, target),
                   .data = data.dump(-1, ' ', false, Json::error_handler_t::replace)});
  if (answer || !cloud.journal().keeps(Level::story)) return;
  cloud.journal().write({.kind = EntryKind::note,
                         .level = Level::story,
                         .subject = name,
                         .text = fmt::format("action {} failed: {}: {}", target,
                                             answer.error().code, answer.error().message),
                         .detail = {{"failed", answer.error().code}, {"target", target}}});
}

Process<> deliver(Cloud& cloud, Delivery delivery, std::string name) {
  const Place place = delivery.caller.place;
  const std::string target = delivery.target.text();
  const ApiResult<Json> answer = co_await cloud.deliver(std::move(delivery));
  note_outcome(cloud, place, name, target, answer);
}

Process<> call_ec2(Cloud& cloud, Caller caller, std::string operation, Json input, std::string name,
                   std::string target) {
  const Place place = caller.place;
  std::string service{"ec2"};
  const ApiResult<Json> answer = co_await cloud.call(std::move(caller), std::move(service),
                                                     std::move(operation), std::move(input));
  note_outcome(cloud, place, name, target, answer);
}

struct Occasion {
  const StateRecord& previous;
  const StateRecord& next;
  SimTime configured;
};

Json parameters(const Arn& action, const Occasion& occasion) {
  if (is_scaling(action)) {
    Json json{{"AlarmName", occasion.next.spec->name},
              {"Threshold", occasion.next.spec->rule.threshold.value}};
    for (const AlarmPoint& point : occasion.next.evaluation.points) {
      if (!point.value) continue;
      json["MetricValue"] = *point.value;
      break;
    }
    return json;
  }
  if (action.service == "automate") return {{"InstanceId", instance_of(*occasion.next.spec)}};
  return {};
}

void run(Cloud& cloud, const Arn& action, const Occasion& occasion) {
  const AlarmSpec& spec = *occasion.next.spec;
  Caller caller{spec.place, std::string{kService}, ""};
  const std::string verb = ec2_action(action);
  const std::string_view operation = verb == "stop"        ? "StopInstances"
                                     : verb == "terminate" ? "TerminateInstances"
                                     : verb == "reboot"    ? "RebootInstances"
                                                           : "";
  if (!operation.empty()) {
    Json input{{"InstanceIds", {instance_of(spec)}}};
    cloud.sim().spawn(call_ec2(cloud, std::move(caller), std::string{operation}, std::move(input),
                               spec.name, action.text()));
    return;
  }
  // EC2's recover has no API operation: whoever simulates instances takes it as a delivery.
  const bool lambda = action.service == "lambda";
  Delivery delivery{
      .caller = std::move(caller),
      .target = action,
      .text = lambda ? lambda_payload(occasion.previous, occasion.next)
                     : sns_message(occasion.previous, occasion.next, occasion.configured),
      .parameters = parameters(action, occasion),
      .from = spec.arn()};
  cloud.sim().spawn(deliver(cloud, std::move(delivery), spec.name));
}

// "OpsItem, incident and investigation actions run only when the alarm goes into ALARM."
bool runs_in(const Arn& action, AlarmState state) {
  const bool alarm_only =
      action.service == "ssm" || action.service == "ssm-incidents" || action.service == "aiops";
  return !alarm_only || state == AlarmState::alarm;
}

}  // namespace

bool has_scaling_action(const AlarmSpec& spec, AlarmState state) {
  return std::ranges::any_of(spec.actions(state), [](const std::string& text) {
    const auto action = Arn::parse(text);
    return action && is_scaling(*action);
  });
}

void run_state_actions(Cloud& cloud, const Alarm& alarm, const StateRecord& previous) {
  const AlarmSpec& spec = alarm.spec();
  for (const std::string& text : spec.actions(alarm.state().state)) {
    const auto action = Arn::parse(text);
    if (!action || !runs_in(*action, alarm.state().state)) continue;
    run(cloud, *action, {previous, alarm.state(), alarm.configured()});
  }
}

void run_scaling_actions(Cloud& cloud, const Alarm& alarm) {
  for (const std::string& text : alarm.spec().actions(alarm.state().state)) {
    const auto action = Arn::parse(text);
    if (!action || !is_scaling(*action)) continue;
    run(cloud, *action, {alarm.state(), alarm.state(), alarm.configured()});
  }
}

}  // namespace opsim::cloudwatch
