// AWS: Systems Manager API Reference, AlarmConfiguration (one alarm; an automation or a command
// goes on while it is OK or INSUFFICIENT_DATA), AlarmStateInformation; User Guide, "Run an
// automation" (an alarm that activates cancels the automation, and its OnCancel steps run),
// "Running commands from the console" (pending invocations do not run).
// UNDOCUMENTED: what is in ALARM before it begins is cancelled at once; a command that an alarm
// stopped is Cancelled.
#include "models/ssm/alarm_stop.hpp"

#include <fmt/format.h>

#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

std::string state_of_alarm(Ssm& ssm, const Place& place, const std::string& name) {
  const auto answer = ssm.cloud.inspect(
      place, "cloudwatch", "DescribeAlarms",
      {{"AlarmNames", Json::array({name})}, {"AlarmTypes", {"MetricAlarm", "CompositeAlarm"}}});
  if (!answer) return {};
  for (const char* kind : {"MetricAlarms", "CompositeAlarms"})
    for (const Json& found : list_member(*answer, kind))
      return opsim::input::text(found, "StateValue");
  return {};
}

std::string activated(const AlarmStop& alarm) {
  return fmt::format("stopped: the alarm {} is in ALARM", alarm.name);
}

void stop_watched(Ssm& ssm, const std::string& id, const Arn& alarm, std::string_view name) {
  const auto is_watched_by = [&](const std::unique_ptr<AlarmStop>& watch, const Place& place) {
    return watch != nullptr && watch->name == name && place == alarm.place();
  };
  if (Execution* execution = ssm.find_execution(id);
      execution != nullptr && is_watched_by(execution->alarm, execution->place)) {
    execution->alarm->triggered = true;
    stop_execution(ssm, *execution, false, activated(*execution->alarm));
  }
  if (Command* command = ssm.find_command(id);
      command != nullptr && is_watched_by(command->alarm, command->place)) {
    command->alarm->triggered = true;
    command->acknowledged.notify_all();
  }
}

}  // namespace

ApiResult<std::unique_ptr<AlarmStop>> read_alarm_stop(const Json& input) {
  const Json& given = object_member(input, "AlarmConfiguration");
  if (given.empty()) return std::unique_ptr<AlarmStop>{};
  const Json& alarms = list_member(given, "Alarms");
  auto alarm = std::make_unique<AlarmStop>();
  if (alarms.size() == 1) alarm->name = opsim::input::text(alarms[0], "Name");
  if (alarm->name.empty())
    return ApiError{"ValidationException", "AlarmConfiguration has one alarm in Alarms, by Name"};
  alarm->ignores_unknown = opsim::input::boolean(given, "IgnorePollAlarmFailure").value_or(false);
  return alarm;
}

std::string objection_of(Ssm& ssm, const Place& place, AlarmStop& alarm) {
  const std::string state = state_of_alarm(ssm, place, alarm.name);
  alarm.triggered = state == "ALARM";
  if (alarm.triggered) return activated(alarm);
  if (!state.empty() || alarm.ignores_unknown) return "";
  return fmt::format("stopped: the state of the alarm {} cannot be retrieved", alarm.name);
}

void alarm_rang(Ssm& ssm, const Event& event) {
  if (ssm.with_alarms.empty() || event.source != "aws.cloudwatch" || event.resources.empty() ||
      event.detail_type != "CloudWatch Alarm State Change")
    return;
  const std::optional<Arn> alarm = Arn::parse(event.resources.front());
  if (!alarm || !alarm->resource.starts_with("alarm:")) return;
  if (opsim::input::text(object_member(event.detail, "state"), "value") != "ALARM") return;
  std::erase_if(ssm.with_alarms, [&](const std::string& id) {  // what has ended in between
    const Execution* execution = ssm.find_execution(id);
    const Command* command = ssm.find_command(id);
    return execution != nullptr ? has_ended(execution->status)
                                : command == nullptr || has_ended(command->status);
  });
  const std::set<std::string> watched = ssm.with_alarms;  // a stop may start others
  for (const std::string& id : watched)
    stop_watched(ssm, id, *alarm, std::string_view{alarm->resource}.substr(6));
}

void add_alarm(const AlarmStop* alarm, Json& view) {
  if (alarm == nullptr) return;
  view["AlarmConfiguration"] = {{"Alarms", Json::array({Json{{"Name", alarm->name}}})},
                                {"IgnorePollAlarmFailure", alarm->ignores_unknown}};
  view["TriggeredAlarms"] = Json::array();
  if (alarm->triggered)
    view["TriggeredAlarms"].push_back(Json{{"Name", alarm->name}, {"State", "ALARM"}});
}

}  // namespace opsim::ssm
