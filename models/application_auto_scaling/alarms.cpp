// The alarms that target tracking makes, keeps and deletes: real alarms of CloudWatch.
// AWS: User Guide, "Target tracking scaling policies" ("do not edit or delete the alarms"); their
// shape as the guides of the services show it: ECS and Lambda, 3 datapoints of a minute above the
// target, 15 below 90 % of it (Lambda Developer Guide, "Managing provisioned concurrency":
// AlarmHigh and AlarmLow of a target of 0.7 are at 0.7 and 0.63); DynamoDB Developer Guide,
// "Managing throughput capacity with auto scaling": 2 datapoints above, 15 below.
// UNDOCUMENTED: DynamoDB's lower alarm is at 20 percentage points below the target, and its alarms
// are on the units consumed in a minute: so accounts show them.
// SIMPLIFIED: no alarms ProvisionedCapacityHigh and -Low; the thresholds follow what is scaled
// here.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::application_auto_scaling {

namespace {

constexpr double kLowShare = 0.9;
constexpr double kLowPoints = 20;  // DynamoDB
constexpr int kHighPeriods = 3;
constexpr int kHighPeriodsOfTables = 2;
constexpr int kLowPeriods = 15;

std::string alarm_name(ApplicationAutoScaling& all, const Policy& policy, std::string_view side) {
  return fmt::format("TargetTracking-{}-Alarm{}-{}", policy.target.resource, side,
                     all.cloud.next_uuid("application auto scaling alarm"));
}

void delete_named(ApplicationAutoScaling& all, const TargetKey& key,
                  std::vector<std::string> names) {
  std::erase(names, "");
  if (names.empty()) return;
  all.cloud.call_later(service_role(key), "cloudwatch", "DeleteAlarms",
                       {{"AlarmNames", std::move(names)}});
}

bool is_alarm_of(const ApplicationAutoScaling& all, const std::string& policy,
                 const std::string& alarm) {
  const auto found = all.policies.find(policy);
  if (found == all.policies.end() || !found->second.tracking) return false;
  return found->second.tracking->high_alarm == alarm || found->second.tracking->low_alarm == alarm;
}

/// The policy may be gone once the call has come through: then so must be its alarm.
Process<> put_and_look_again(ApplicationAutoScaling& all, TargetKey key, std::string policy,
                             Json alarm) {
  const std::string name = alarm["AlarmName"].get<std::string>();
  Caller caller = service_role(key);
  std::string service = "cloudwatch";
  std::string operation = "PutMetricAlarm";
  const ApiResult<Json> answer = co_await all.cloud.call(std::move(caller), std::move(service),
                                                         std::move(operation), std::move(alarm));
  if (answer && !is_alarm_of(all, policy, name)) delete_named(all, key, {name});
  if (answer) co_return;
  all.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = name,
       .text = fmt::format("is not there, and its policy does not scale: {}: {}",
                           answer.error().code, answer.error().message),
       .detail = {{"failed", answer.error().code}}});
}

double threshold_of(ApplicationAutoScaling& all, const Policy& policy, bool high) {
  const Tracking& tracking = *policy.tracking;
  if (tracking.utilization == Utilization::average)
    return high ? tracking.target : tracking.target * kLowShare;
  const Target* target = all.find(policy.target);
  const auto now = target->dimension->read(all.cloud, target->key.place, target->key.resource);
  const double percent = high ? tracking.target : std::max(0.0, tracking.target - kLowPoints);
  return static_cast<double>(now ? now->wanted : 0) * percent / 100 * 60;
}

void put_alarm(ApplicationAutoScaling& all, const Policy& policy, bool high) {
  const Tracking& tracking = *policy.tracking;
  const int above =
      tracking.utilization == Utilization::consumed_sum ? kHighPeriodsOfTables : kHighPeriods;
  Json alarm =
      tracking_alarm(tracking.metric, {.name = high ? tracking.high_alarm : tracking.low_alarm,
                                       .policy = policy.arn,
                                       .high = high,
                                       .periods = high ? above : kLowPeriods,
                                       .threshold = threshold_of(all, policy, high)});
  all.sim().spawn(put_and_look_again(all, policy.target, policy.arn, std::move(alarm)));
}

Json alarm_row(const Place& place, const std::string& name) {
  return {{"AlarmName", name}, {"AlarmARN", opsim::arn(place, "cloudwatch", "alarm:" + name)}};
}

}  // namespace

void put_alarms(ApplicationAutoScaling& all, Policy& policy, const Policy* before) {
  const bool had = before != nullptr && before->tracking;
  if (!policy.tracking) {
    if (had) delete_alarms(all, *before);
    return;
  }
  Tracking& tracking = *policy.tracking;
  tracking.high_alarm = had ? before->tracking->high_alarm : alarm_name(all, policy, "High");
  tracking.low_alarm = had ? before->tracking->low_alarm : "";
  put_alarm(all, policy, true);
  if (!tracking.scales_in)
    return delete_named(all, policy.target, {std::exchange(tracking.low_alarm, "")});
  if (tracking.low_alarm.empty()) tracking.low_alarm = alarm_name(all, policy, "Low");
  put_alarm(all, policy, false);
}

void delete_alarms(ApplicationAutoScaling& all, const Policy& policy) {
  if (!policy.tracking) return;
  delete_named(all, policy.target, {policy.tracking->high_alarm, policy.tracking->low_alarm});
}

Json alarms_of(ApplicationAutoScaling& all, const Policy& policy) {
  Json list = Json::array();
  const Place& place = policy.target.place;
  if (policy.tracking) {
    for (const std::string& name : {policy.tracking->high_alarm, policy.tracking->low_alarm})
      if (!name.empty()) list.push_back(alarm_row(place, name));
    return list;
  }
  const Json asked{{"ActionPrefix", policy.arn}};
  const auto told = all.cloud.inspect(place, "cloudwatch", "DescribeAlarms", asked);
  if (!told) return list;
  for (const Json& alarm : input::member(*told, "MetricAlarms"))
    list.push_back({{"AlarmName", alarm.at("AlarmName")}, {"AlarmARN", alarm.at("AlarmArn")}});
  return list;
}

}  // namespace opsim::application_auto_scaling
