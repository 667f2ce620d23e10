// The alarms that a target tracking policy makes, keeps and deletes.
// SIMPLIFIED: they stand a moment after the policy; the calls take their time as all calls do.
#include "models/compute/target_tracking.hpp"

#include <fmt/format.h>

#include <utility>

#include "opsim/kernel/process.hpp"

namespace opsim::compute {

namespace {

Caller auto_scaling_at(const Place& place) { return {place, "autoscaling.amazonaws.com", ""}; }

std::string alarm_name(Groups& groups, const ScalingPolicy& policy, std::string_view side) {
  return fmt::format("TargetTracking-{}-Alarm{}-{}", policy.group, side,
                     groups.cloud.next_uuid("target tracking alarm"));
}

void delete_named(Groups& groups, const Place& place, std::vector<std::string> names) {
  std::erase(names, "");
  if (names.empty()) return;
  groups.cloud.call_later(auto_scaling_at(place), "cloudwatch", "DeleteAlarms",
                          {{"AlarmNames", std::move(names)}});
}

bool is_alarm_of(const Groups& groups, const std::string& policy, const std::string& alarm) {
  const auto found = groups.policies.find(policy);
  if (found == groups.policies.end() || !found->second.tracking) return false;
  const TargetTracking& tracking = *found->second.tracking;
  return tracking.high_alarm == alarm || tracking.low_alarm == alarm;
}

/// The policy may be gone once the call has come through: then so must be its alarm.
Process<> put_and_look_again(Groups& groups, Place place, std::string policy, Json input) {
  const std::string name = input["AlarmName"].get<std::string>();
  std::string service = "cloudwatch";
  std::string operation = "PutMetricAlarm";
  Caller caller = auto_scaling_at(place);
  const ApiResult<Json> answer = co_await groups.cloud.call(std::move(caller), std::move(service),
                                                            std::move(operation), std::move(input));
  if (answer && !is_alarm_of(groups, policy, name)) delete_named(groups, place, {name});
  if (answer) co_return;
  groups.cloud.journal().write({.kind = EntryKind::note,
                                .level = Level::story,
                                .subject = name,
                                .text = fmt::format("is not there, and its policy does not scale: "
                                                    "{}: {}",
                                                    answer.error().code, answer.error().message),
                                .detail = {{"failed", answer.error().code}}});
}

void put_alarm(Groups& groups, const ScalingPolicy& policy, AlarmSide side) {
  groups.sim().spawn(
      put_and_look_again(groups, policy.place, policy.arn, alarm_input(policy, side)));
}

Json alarm_row(const Place& place, const std::string& name) {
  return {{"AlarmName", name}, {"AlarmARN", arn(place, "cloudwatch", "alarm:" + name)}};
}

}  // namespace

void put_alarms(Groups& groups, ScalingPolicy& policy, const ScalingPolicy* before) {
  const bool had = before != nullptr && before->tracking;
  if (!policy.tracking) {
    if (had) delete_alarms(groups, *before);
    return;
  }
  TargetTracking& tracking = *policy.tracking;
  tracking.high_alarm = had ? before->tracking->high_alarm : alarm_name(groups, policy, "High");
  tracking.low_alarm = had ? before->tracking->low_alarm : "";
  put_alarm(groups, policy, AlarmSide::high);
  if (!tracking.scales_in)
    return delete_named(groups, policy.place, {std::exchange(tracking.low_alarm, "")});
  if (tracking.low_alarm.empty()) tracking.low_alarm = alarm_name(groups, policy, "Low");
  put_alarm(groups, policy, AlarmSide::low);
}

void delete_alarms(Groups& groups, const ScalingPolicy& policy) {
  if (!policy.tracking) return;
  delete_named(groups, policy.place, {policy.tracking->high_alarm, policy.tracking->low_alarm});
}

Json alarms_of(Groups& groups, const ScalingPolicy& policy) {
  Json list = Json::array();
  if (policy.tracking) {
    for (const std::string& name : {policy.tracking->high_alarm, policy.tracking->low_alarm})
      if (!name.empty()) list.push_back(alarm_row(policy.place, name));
    return list;
  }
  const auto told = groups.cloud.inspect(policy.place, "cloudwatch", "DescribeAlarms",
                                         {{"ActionPrefix", policy.arn}});
  if (!told || !told->contains("MetricAlarms")) return list;
  for (const Json& alarm : (*told)["MetricAlarms"])
    list.push_back({{"AlarmName", alarm["AlarmName"]}, {"AlarmARN", alarm["AlarmArn"]}});
  return list;
}

}  // namespace opsim::compute
