// Alarm actions.
// AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html,
// UsingAlarmActions.html (EC2 actions), alarm-mute-rules-behaviour.html.
// UNDOCUMENTED: the HistoryData of actions beyond actionState, stateUpdateTimestamp,
// notificationResource, publishedMessage and error.
#include "models/cloudwatch/alarm_actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/cloudwatch.hpp"
#include "models/cloudwatch/composite_actions.hpp"
#include "models/cloudwatch/contributor_actions.hpp"
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

/// What the history says of an action when it is over.
struct ActionRecord {
  Place place;
  std::string alarm;
  std::string target;
  SimTime updated;
  std::string message;  // what SNS published, or ""
  Json contributor{};   // who acted, where it was one of the alarm's contributors

  [[nodiscard]] HistoryItem item(SimTime at) const {
    HistoryItem item{.at = at, .type = HistoryItem::Type::action};
    if (!contributor.is_null()) item.type = HistoryItem::Type::contributor_action;
    item.contributor = contributor;
    return item;
  }
};

void remember(Cloud& cloud, const ActionRecord& record, HistoryItem item) {
  auto* model = static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  if (model == nullptr) return;
  if (Alarm* alarm = model->find(record.place, record.alarm)) {
    alarm->remember(std::move(item));
  } else if (CompositeAlarm* composite = model->composites.find(record.place, record.alarm)) {
    composite->remember(std::move(item));
  }
}

void note_outcome(Cloud& cloud, const ActionRecord& record, const ApiResult<Json>& answer) {
  // As AWS Support quotes it: Failed to execute action arn:... . Received error: "...".
  const std::string outcome = answer ? "Successfully executed" : "Failed to execute";
  Json data{
      {"actionState", answer ? "Succeeded" : "Failed"},
      {"stateUpdateTimestamp",
       std::chrono::floor<std::chrono::milliseconds>(record.updated.time_since_epoch()).count()},
      {"notificationResource", record.target},
      {"publishedMessage", record.message.empty() ? Json() : Json(record.message)},
      {"error", answer ? Json() : Json(answer.error().message)}};
  HistoryItem item = record.item(cloud.sim().now());
  item.summary = fmt::format("{} action {}", outcome, record.target);
  if (!answer) item.summary += fmt::format(". Received error: \"{}\"", answer.error().message);
  item.data = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  remember(cloud, record, std::move(item));
  if (answer || !cloud.journal().keeps(Level::story)) return;
  cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = record.alarm,
       .text = fmt::format("{}: action {} failed: {}: {}", record.alarm, record.target,
                           answer.error().code, answer.error().message),
       .detail = {{"failed", answer.error().code}, {"target", record.target}}});
}

Process<> deliver(Cloud& cloud, Delivery delivery, ActionRecord record) {
  const ApiResult<Json> answer = co_await cloud.deliver(std::move(delivery));
  note_outcome(cloud, record, answer);
}

Process<> call_ec2(Cloud& cloud, Caller caller, std::string operation, Json input,
                   ActionRecord record) {
  std::string service{"ec2"};
  const ApiResult<Json> answer = co_await cloud.call(std::move(caller), std::move(service),
                                                     std::move(operation), std::move(input));
  note_outcome(cloud, record, answer);
}

Json parameters(const Arn& action, const ActingAlarm& alarm) {
  if (is_scaling(action)) return alarm.scaling();
  if (action.service == "automate") return {{"InstanceId", alarm.instance()}};
  return {};
}

void run(Cloud& cloud, const Arn& action, const ActingAlarm& alarm, AfterMute after) {
  Caller caller{alarm.place(), std::string{kService}, ""};
  ActionRecord record{alarm.place(),   alarm.name(), action.text(),
                      alarm.updated(), {},           alarm.contributor()};
  const std::string verb = ec2_action(action);
  const std::string_view operation = verb == "stop"        ? "StopInstances"
                                     : verb == "terminate" ? "TerminateInstances"
                                     : verb == "reboot"    ? "RebootInstances"
                                                           : "";
  if (!operation.empty()) {
    Json input{{"InstanceIds", {alarm.instance()}}};
    cloud.sim().spawn(call_ec2(cloud, std::move(caller), std::string{operation}, std::move(input),
                               std::move(record)));
    return;
  }
  // EC2's recover has no API operation: whoever simulates instances takes it as a delivery.
  Arn target = action;
  if (verb == "recover") target = {action.partition, "automate", action.region, "ec2", "recover"};
  Delivery delivery{.caller = std::move(caller),
                    .target = target,
                    .text = action.service == "lambda" ? alarm.payload() : alarm.message(after),
                    .parameters = parameters(target, alarm),
                    .from = alarm.arn()};
  if (action.service == "sns") record.message = delivery.text;
  cloud.sim().spawn(deliver(cloud, std::move(delivery), std::move(record)));
}

// "OpsItem, incident and investigation actions run only when the alarm goes into ALARM."
bool runs_in(const Arn& action, AlarmState state) {
  const bool alarm_only =
      action.service == "ssm" || action.service == "ssm-incidents" || action.service == "aiops";
  return !alarm_only || state == AlarmState::alarm;
}

void run_all(Cloud& cloud, const ActingAlarm& alarm, AfterMute after) {
  for (const std::string& text : alarm.actions()) {
    const auto action = Arn::parse(text);
    if (action && alarm.runs(*action) && runs_in(*action, alarm.state()))
      run(cloud, *action, alarm, after);
  }
}

std::optional<MuteBook::Muting> muting(Cloud& cloud, const Place& place, const std::string& name) {
  auto* model = static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  return model == nullptr ? std::nullopt : model->mutes.muting(place, name);
}

/// A metric alarm.
class MetricActing : public ActingAlarm {
 public:
  MetricActing(const Alarm& alarm, const StateRecord& previous, SimTime now)
      : alarm_{alarm}, previous_{previous}, now_{now} {}
  const Place& place() const override { return alarm_.spec().place; }
  const std::string& name() const override { return alarm_.spec().name; }
  std::string arn() const override { return alarm_.spec().arn(); }
  AlarmState state() const override { return alarm_.state().state; }
  SimTime updated() const override { return alarm_.state().updated; }
  const std::vector<std::string>& actions() const override {
    return alarm_.spec().actions(alarm_.state().state);
  }
  bool runs(const Arn& action) const override {
    return !alarm_.state().contributors_act || !runs_for_contributors(alarm_.spec(), action);
  }
  std::string message(AfterMute after) const override {
    return sns_message(previous_, alarm_.state(), alarm_.configured(), after);
  }
  std::string payload() const override { return lambda_payload(previous_, alarm_.state()); }
  /// "Auto Scaling applies the aggregation type to the most recent metric data points": those of
  /// now, also when the action is repeated long after the transition.
  Json scaling() const override {
    Json json{{"AlarmName", name()}, {"Threshold", alarm_.spec().rule.threshold.value}};
    for (const AlarmPoint& point : alarm_.evaluate_at(now_).points) {
      if (!point.value) continue;
      json["MetricValue"] = *point.value;
      json["MetricTime"] =  // when its period began, in seconds since 1970
          std::chrono::duration<double>(point.start.time_since_epoch()).count();
      break;
    }
    return json;
  }
  std::string instance() const override {
    const auto& dimensions = alarm_.spec().dimensions;
    const auto found =
        std::ranges::find(dimensions, "InstanceId", &std::pair<std::string, std::string>::first);
    return found == dimensions.end() ? "" : found->second;
  }

 private:
  const Alarm& alarm_;
  const StateRecord& previous_;
  SimTime now_;
};

/// The state before the present one, as the history has it; the present one where it has none.
const StateRecord& previous_of(const Alarm& alarm) {
  const auto& items = alarm.history().items();
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    if (item->to.get() == &alarm.state() && item->from != nullptr) return *item->from;
  }
  return alarm.state();
}

}  // namespace

bool has_scaling_action(const AlarmSpec& spec, AlarmState state) {
  return std::ranges::any_of(spec.actions(state), [](const std::string& text) {
    const auto action = Arn::parse(text);
    return action && is_scaling(*action);
  });
}

void run_state_actions(Cloud& cloud, const Alarm& alarm, const StateRecord& previous) {
  act(cloud, MetricActing{alarm, previous, cloud.sim().now()}, previous.state);
}

void run_scaling_actions(Cloud& cloud, const Alarm& alarm) {
  if (muting(cloud, alarm.spec().place, alarm.spec().name)) return;
  for (const std::string& text : alarm.spec().actions(alarm.state().state)) {
    const auto action = Arn::parse(text);
    if (!action || !is_scaling(*action)) continue;
    run(cloud, *action, MetricActing{alarm, alarm.state(), cloud.sim().now()}, AfterMute::no);
  }
}

bool act(Cloud& cloud, const ActingAlarm& alarm, AlarmState before) {
  const auto muted = muting(cloud, alarm.place(), alarm.name());
  if (!muted) {
    run_all(cloud, alarm, AfterMute::no);
    return true;
  }
  const ActionRecord record{alarm.place(),   alarm.name(), "",
                            alarm.updated(), {},           alarm.contributor()};
  HistoryItem item = record.item(cloud.sim().now());
  item.summary = fmt::format("Actions muted by {}", muted->rule->arn());
  item.data = Json{{"actionState", "Muted"}, {"mutedByArn", muted->rule->arn()}}.dump();
  remember(cloud, record, std::move(item));
  auto& model = *static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  model.mutes.hold(alarm.place(), alarm.name(), before, *muted);
  return false;
}

void act_after_mute(Cloud& cloud, const ActingAlarm& alarm) {
  run_all(cloud, alarm, AfterMute::yes);
}

void run_held_actions(Cloud& cloud, const Place& place, const std::string& name,
                      AlarmState before) {
  auto& model = *static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  if (Alarm* alarm = model.find(place, name)) {
    alarm->run_held_contributors();
    if (!alarm->spec().actions_enabled || alarm->state().state == before) return;
    return act_after_mute(cloud, MetricActing{*alarm, previous_of(*alarm), cloud.sim().now()});
  }
  const CompositeAlarm* composite = model.composites.find(place, name);
  if (composite == nullptr || composite->state().state == before) return;
  if (composite->spec().actions_enabled) run_held_composite_actions(cloud, *composite, before);
}

}  // namespace opsim::cloudwatch
