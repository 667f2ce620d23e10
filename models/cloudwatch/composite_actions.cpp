// Composite alarms as actions, events and history tell them.
// AWS: CloudWatch User Guide, "Alarm events and EventBridge" (samples of composite alarms),
// "Alarm actions" (event object for Lambda). SNS: AlarmRule and TriggeringChildren take the place
// of Trigger.
#include "models/cloudwatch/composite_actions.hpp"

#include <fmt/format.h>

#include "models/cloudwatch/alarm_actions.hpp"
#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/cloudwatch.hpp"
#include "models/cloudwatch/mute_book.hpp"

namespace opsim::cloudwatch {
namespace {

Json rule_configuration(const CompositeSpec& spec) {
  Json json{{"alarmRule", spec.rule.text()}};
  if (spec.description) json["description"] = *spec.description;
  if (spec.suppressor.empty()) return json;
  const auto seconds = [](Duration d) {
    return std::chrono::floor<std::chrono::seconds>(d).count();
  };
  json["actionsSuppressor"] = spec.suppressor;
  json["actionsSuppressorWaitPeriod"] = seconds(spec.wait);
  json["actionsSuppressorExtensionPeriod"] = seconds(spec.extension);
  return json;
}

Json whole_configuration(const CompositeSpec& spec, SimTime at) {
  Json json = rule_configuration(spec);
  json["alarmName"] = spec.name;
  json["actionsEnabled"] = spec.actions_enabled;
  json["timestamp"] = alarm_time(at);
  json["okActions"] = spec.ok_actions;
  json["alarmActions"] = spec.alarm_actions;
  json["insufficientDataActions"] = spec.insufficient_data_actions;
  return json;
}

/// [{"Arn", "State": {"Value", "Timestamp"}}] of a state's reasonData.
Json triggering_children(const CompositeState& state) {
  Json children = Json::array();
  const Json data = Json::parse(state.reason_data, nullptr, false);
  if (!data.is_object() || !data.contains("triggeringAlarms")) return children;
  for (const Json& alarm : data["triggeringAlarms"]) {
    children.push_back(
        {{"Arn", alarm["arn"]},
         {"State",
          {{"Value", alarm["state"]["value"]}, {"Timestamp", alarm["state"]["timestamp"]}}}});
  }
  return children;
}

class CompositeActing : public ActingAlarm {
 public:
  CompositeActing(const CompositeAlarm& alarm, AlarmState before)
      : alarm_{alarm}, before_{before} {}
  const Place& place() const override { return alarm_.spec().place; }
  const std::string& name() const override { return alarm_.spec().name; }
  std::string arn() const override { return alarm_.spec().arn(); }
  AlarmState state() const override { return alarm_.state().state; }
  SimTime updated() const override { return alarm_.state().updated; }
  const std::vector<std::string>& actions() const override {
    return alarm_.spec().actions(alarm_.state().state);
  }
  std::string message(AfterMute after) const override;
  std::string payload() const override;

 private:
  const CompositeAlarm& alarm_;
  AlarmState before_;
};

std::string CompositeActing::message(AfterMute after) const {
  const CompositeSpec& spec = alarm_.spec();
  const CompositeState& state = alarm_.state();
  const Json message{{"AlarmName", spec.name},
                     {"AlarmDescription", spec.description ? Json(*spec.description) : Json()},
                     {"AWSAccountId", spec.place.account},
                     {"AlarmConfigurationUpdatedTimestamp", alarm_time(alarm_.configured())},
                     {"NewStateValue", to_string(state.state)},
                     {"NewStateReason", state.reason},
                     {"StateChangeTime", alarm_time(state.updated)},
                     {"Region", region_name(spec.place.region)},
                     {"AlarmArn", spec.arn()},
                     {"OldStateValue", to_string(before_)},
                     {"OKActions", spec.ok_actions},
                     {"AlarmActions", spec.alarm_actions},
                     {"InsufficientDataActions", spec.insufficient_data_actions},
                     {"ActionExecutedAfterMuteWindow", after == AfterMute::yes},
                     {"AlarmRule", spec.rule.text()},
                     {"TriggeringChildren", triggering_children(state)}};
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string CompositeActing::payload() const {
  const CompositeSpec& spec = alarm_.spec();
  const CompositeState& state = alarm_.state();
  const Json payload{{"source", "aws.cloudwatch"},
                     {"alarmArn", spec.arn()},
                     {"accountId", spec.place.account},
                     {"time", alarm_time(state.updated)},
                     {"region", spec.place.region},
                     {"alarmData",
                      {{"alarmName", spec.name},
                       {"state", state.to_json()},
                       {"previousState", {{"value", to_string(before_)}}},
                       {"configuration", rule_configuration(spec)}}}};
  return payload.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Event about_composite(const CompositeSpec& spec, std::string detail_type, Json detail) {
  return {.source = "aws.cloudwatch",
          .detail_type = std::move(detail_type),
          .place = spec.place,
          .resources = {spec.arn()},
          .detail = std::move(detail)};
}

Json history_state(const CompositeState& state) {
  Json json{{"stateValue", to_string(state.state)}, {"stateReason", state.reason}};
  const Json data = Json::parse(state.reason_data, nullptr, false);
  if (!data.is_discarded()) json["stateReasonData"] = data;
  return json;
}

}  // namespace

void run_composite_actions(Cloud& cloud, const CompositeAlarm& alarm, AlarmState before) {
  act(cloud, CompositeActing{alarm, before}, before);
}

void run_held_composite_actions(Cloud& cloud, const CompositeAlarm& alarm, AlarmState before) {
  act_after_mute(cloud, CompositeActing{alarm, before});
}

void emit_state_change(Cloud& cloud, const CompositeAlarm& alarm, const CompositeState& previous) {
  const CompositeSpec& spec = alarm.spec();
  Json detail{{"alarmName", spec.name},
              {"state", alarm.state().to_json()},
              {"previousState", previous.to_json()},
              {"configuration", rule_configuration(spec)}};
  Json muted = mute_detail(cloud, spec.place, spec.name);
  if (!muted.is_null()) detail["muteDetail"] = std::move(muted);
  cloud.emit(about_composite(spec, "CloudWatch Alarm State Change", std::move(detail)));
}

Event composite_configuration_event(const CompositeAlarm& alarm, std::string_view operation,
                                    SimTime at, const CompositeSpec* previous,
                                    SimTime previous_at) {
  const CompositeState& state = alarm.state();
  Json detail{
      {"alarmName", alarm.spec().name},
      {"operation", operation},
      {"state", {{"value", to_string(state.state)}, {"timestamp", alarm_time(state.updated)}}},
      {"configuration", whole_configuration(alarm.spec(), at)}};
  if (previous != nullptr)
    detail["previousConfiguration"] = whole_configuration(*previous, previous_at);
  return about_composite(alarm.spec(), "CloudWatch Alarm Configuration Change", std::move(detail));
}

void remember_transition(CompositeAlarm& alarm, const CompositeState& previous, SimTime at) {
  const Json states{{"version", "1.0"},
                    {"oldState", history_state(previous)},
                    {"newState", history_state(alarm.state())}};
  alarm.remember({.at = at,
                  .type = HistoryItem::Type::state,
                  .summary = fmt::format("Alarm updated from {} to {}", to_string(previous.state),
                                         to_string(alarm.state().state)),
                  .data = states.dump(-1, ' ', false, Json::error_handler_t::replace)});
}

void remember_configuration(CompositeAlarm& alarm, std::string_view verb, std::string_view type,
                            SimTime at) {
  Json described = describe_composite_spec(alarm.spec());
  described["AlarmConfigurationUpdatedTimestamp"] = alarm_time(alarm.configured());
  described["StateValue"] = to_string(alarm.state().state);
  described["StateUpdatedTimestamp"] = alarm_time(alarm.state().updated);
  alarm.remember({.at = at,
                  .type = HistoryItem::Type::configuration,
                  .summary = fmt::format("Alarm \"{}\" {}", alarm.spec().name, verb),
                  .data = configuration_data(type, described)});
}

}  // namespace opsim::cloudwatch
