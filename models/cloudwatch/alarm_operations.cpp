// Making and changing alarms.
// AWS: API PutMetricAlarm, DeleteAlarms, SetAlarmState, EnableAlarmActions, DisableAlarmActions.
#include <fmt/format.h>

#include <array>

#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/composite_actions.hpp"
#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostNames = 100;
constexpr std::array<std::string_view, 3> kStates = {"INSUFFICIENT_DATA", "ALARM", "OK"};

/// The alarm as the history keeps it: its configuration, and the state that it was in.
Json history_spec(const Alarm& alarm) {
  Json json = describe_spec(alarm.spec());
  json["AlarmConfigurationUpdatedTimestamp"] = alarm_time(alarm.configured());
  json["StateValue"] = to_string(alarm.state().state);
  json["StateUpdatedTimestamp"] = alarm_time(alarm.state().updated);
  return json;
}

void tell_if_not_simulated(CloudWatch& cw, const AlarmSpec& spec) {
  if (spec.not_simulated.empty()) return;
  cw.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = spec.name,
       .text = fmt::format("{} is never evaluated: {}", spec.name, spec.not_simulated),
       .detail = {{"not_simulated", spec.not_simulated}}});
}

ApiResult<Json> switch_actions(CloudWatch& cw, const Request& request, bool enabled) {
  Input input{request.input};
  input.require("AlarmNames");
  const std::vector<std::string> names = input.texts("AlarmNames", kMostNames);
  if (const auto error = input.error()) return *error;
  for (const std::string& name : names) {
    if (CompositeAlarm* composite = cw.composites.find(request.place(), name)) {
      if (composite->spec().actions_enabled == enabled) continue;
      composite->enable_actions(enabled);
      remember_configuration(*composite, "updated", "Update", cw.cloud.sim().now());
      continue;
    }
    Alarm* alarm = cw.find(request.place(), name);
    if (alarm == nullptr || alarm->spec().actions_enabled == enabled) continue;
    alarm->enable_actions(enabled);
    remember_configuration(cw, *alarm, "updated", "Update");
  }
  return Json::object();
}

}  // namespace

void remember_configuration(CloudWatch& cw, Alarm& alarm, std::string_view verb,
                            std::string_view type) {
  alarm.remember({.at = cw.cloud.sim().now(),
                  .type = HistoryItem::Type::configuration,
                  .summary = fmt::format("Alarm \"{}\" {}", alarm.spec().name, verb),
                  .data = configuration_data(type, history_spec(alarm))});
}

ApiResult<Json> put_checked_alarm(CloudWatch& cw, const Request& request, AlarmSpec spec) {
  const SimTime now = cw.cloud.sim().now();
  if (Alarm* known = cw.find(request.place(), spec.name)) {
    const AlarmSpec before = known->spec();
    const SimTime before_at = known->configured();
    // As observed on AWS: the same again changes nothing and tells nobody.
    if (describe_spec(spec) == describe_spec(before)) return Json::object();
    if (!spec.logs) spec.metric_uuid = cw.cloud.next_uuid("alarm-metric");
    known->update(std::move(spec));
    remember_configuration(cw, *known, "updated", "Update");
    cw.cloud.emit(
        configuration_event(known->state(), known->spec(), "update", now, &before, before_at));
    return Json::object();
  }
  Alarm& alarm = cw.create(std::move(spec), Alarm::Origin::created);
  Resource resource;
  resource.logical_id = resource.physical_id = alarm.spec().name;
  resource.type = alarm.spec().logs ? "AWS::CloudWatch::LogAlarm" : "AWS::CloudWatch::Alarm";
  resource.arn = alarm.spec().arn();
  resource.place = request.place();
  resource.tags = input::tags(input::member(request.input, "Tags"));
  cw.cloud.resources().add(std::move(resource));
  remember_configuration(cw, alarm, "created", "Create");
  cw.cloud.emit(configuration_event(alarm.state(), alarm.spec(), "create", now));
  return Json::object();
}

ApiResult<Json> put_metric_alarm(CloudWatch& cw, const Request& request) {
  ApiResult<AlarmSpec> spec = read_alarm_spec(request.place(), request.input);
  if (!spec) return spec.error();
  tell_if_not_simulated(cw, *spec);
  if (cw.composites.find(request.place(), spec->name) != nullptr) {
    return validation_error(
        fmt::format("An alarm of the name {} exists and is a composite alarm", spec->name));
  }
  if (const Alarm* known = cw.find(request.place(), spec->name);
      known != nullptr && known->spec().logs) {
    return validation_error(
        fmt::format("An alarm of the name {} exists and is a log alarm", spec->name));
  }
  return put_checked_alarm(cw, request, std::move(*spec));
}

// UNDOCUMENTED: names that no alarm has are passed over.
ApiResult<Json> delete_alarms(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  input.require("AlarmNames");
  const std::vector<std::string> names = input.texts("AlarmNames", kMostNames);
  if (const auto error = input.error()) return *error;
  if (const auto error = undeletable(cw, request.place(), names)) return *error;
  CloudWatch::AlarmsByName& alarms = cw.alarms_of(request.place());
  for (const std::string& name : names) {
    const auto alarm = alarms.find(name);
    if (alarm == alarms.end()) {
      delete_composite_alarm(cw, request.place(), name);
      continue;
    }
    const Event event = configuration_event(alarm->second->state(), alarm->second->spec(), "delete",
                                            cw.cloud.sim().now());
    remember_configuration(cw, *alarm->second, "deleted", "Delete");
    cw.keep_history(request.place(), name, alarm->second->spec().type_name(),
                    alarm->second->history());
    alarms.erase(alarm);
    cw.cloud.resources().remove(name);
    cw.cloud.emit(event);
  }
  return Json::object();
}

ApiResult<Json> set_alarm_state(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("AlarmName");
  input.require("StateReason");
  const std::string reason = input.text("StateReason", 1023).value_or("");
  const std::string data = input.text("StateReasonData", 4000).value_or("");
  input.require("StateValue");
  const std::string value = input.choice("StateValue", kStates).value_or("");
  if (const auto error = input.error()) return *error;
  if (!data.empty() && Json::parse(data, nullptr, false).is_discarded()) {
    return ApiError{"InvalidFormat", "StateReasonData was not valid JSON", 400};
  }
  if (CompositeAlarm* composite = cw.composites.find(request.place(), name)) {
    composite->set_state(*parse_state(value), reason, data);
    return Json::object();
  }
  Alarm* alarm = cw.find(request.place(), name);
  if (alarm == nullptr) return not_found(fmt::format("Unknown alarm: {}", name));
  alarm->set_state(*parse_state(value), reason, data);
  return Json::object();
}

ApiResult<Json> enable_alarm_actions(CloudWatch& cw, const Request& request) {
  return switch_actions(cw, request, true);
}

ApiResult<Json> disable_alarm_actions(CloudWatch& cw, const Request& request) {
  return switch_actions(cw, request, false);
}

}  // namespace opsim::cloudwatch
