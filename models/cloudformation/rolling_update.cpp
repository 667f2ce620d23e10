// AutoScalingRollingUpdate: instances of a group are replaced in batches, some always in service.
// AWS: CloudFormation Template Reference, "UpdatePolicy attribute": MaxBatchSize 1,
// MinInstancesInService 0, MinSuccessfulInstancesPercent 100, PauseTime PT0S (PT5M where it waits
// for signals), SuspendProcesses none. Events are worded as stacks show them.
//
// SIMPLIFIED: a batch is over when its pause is, or its signals came; that new instances serve by
// then is not asked, as CloudFormation does not ask.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/resource_work.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::cloudformation {

namespace {

struct RollingUpdate {
  std::int64_t max_batch = 1;
  std::int64_t min_in_service = 0;
  std::int64_t min_success_percent = 100;
  Duration pause{};
  bool waits_for_signals = false;
  std::vector<std::string> suspended;
};

RollingUpdate read_rolling_update(const Json& policy) {
  RollingUpdate read;
  read.max_batch = std::max<std::int64_t>(1, input::integer(policy, "MaxBatchSize").value_or(1));
  read.min_in_service = input::integer(policy, "MinInstancesInService").value_or(0);
  read.min_success_percent = input::integer(policy, "MinSuccessfulInstancesPercent").value_or(100);
  read.waits_for_signals = input::boolean(policy, "WaitOnResourceSignals").value_or(false);
  read.pause = read.waits_for_signals ? Duration{std::chrono::minutes{5}} : Duration{};
  if (const auto pause = parse_iso8601_duration(input::text(policy, "PauseTime")))
    read.pause = *pause;
  read.suspended = input::texts(policy, "SuspendProcesses");
  return read;
}

struct GroupNow {
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::int64_t desired = 0;
  std::vector<std::string> instances;
};

GroupNow look_at_group(CloudFormation& cfn, const Stack& stack, const std::string& name) {
  GroupNow now;
  const Json ask{{"AutoScalingGroupNames", Json::array({name})}};
  const auto answer =
      cfn.cloud.inspect(stack.place, "autoscaling", "DescribeAutoScalingGroups", ask);
  if (!answer) return now;
  for (const Json& group : input::member(*answer, "AutoScalingGroups")) {
    now.min = input::integer(group, "MinSize").value_or(0);
    now.max = input::integer(group, "MaxSize").value_or(0);
    now.desired = input::integer(group, "DesiredCapacity").value_or(0);
    for (const Json& one : input::member(group, "Instances"))
      if (!input::text(one, "LifecycleState").starts_with("Terminat"))
        now.instances.push_back(input::text(one, "InstanceId"));
  }
  return now;
}

Process<> set_size(CloudFormation& cfn, Stack& stack, std::string group, std::int64_t min,
                   std::int64_t desired) {
  Json size{{"AutoScalingGroupName", group}, {"MinSize", min}, {"DesiredCapacity", desired}};
  Process<ApiResult<Json>> call =
      work_call(cfn, stack, "autoscaling", "UpdateAutoScalingGroup", std::move(size));
  (void)co_await call;
}

Process<> set_processes(CloudFormation& cfn, Stack& stack, std::string group, std::string operation,
                        std::vector<std::string> processes) {
  if (processes.empty()) co_return;
  Json input{{"AutoScalingGroupName", group}, {"ScalingProcesses", processes}};
  Process<ApiResult<Json>> call =
      work_call(cfn, stack, "autoscaling", std::move(operation), std::move(input));
  (void)co_await call;
}

/// The pause after `count` new instances, or until their signals came. "" or why not enough.
Process<std::string> pause(CloudFormation& cfn, Stack& stack, std::string logical_id,
                           const RollingUpdate& how, std::int64_t count) {
  if (!how.waits_for_signals) {
    if (how.pause > Duration{}) co_await cfn.sim().sleep(how.pause);
    co_return "";
  }
  Process<std::string> signals =
      await_signals(cfn, stack, logical_id, count, how.pause, how.min_success_percent);
  co_return co_await signals;
}

Process<> terminate_batch(CloudFormation& cfn, Stack& stack, std::vector<std::string> batch,
                          bool shrink) {
  for (const std::string& instance : batch) {
    Json input{{"InstanceId", instance}, {"ShouldDecrementDesiredCapacity", shrink}};
    Process<ApiResult<Json>> call = work_call(
        cfn, stack, "autoscaling", "TerminateInstanceInAutoScalingGroup", std::move(input));
    (void)co_await call;
  }
}

Process<std::string> roll(CloudFormation& cfn, Stack& stack, std::string logical_id,
                          std::string group, RollingUpdate how) {
  const GroupNow before = look_at_group(cfn, stack, group);
  std::vector<std::string> obsolete = before.instances;
  if (obsolete.empty()) co_return "";
  if (how.min_in_service >= before.max)
    co_return "MinInstancesInService must be less than the autoscaling group's MaxSize";
  const auto batch_size = static_cast<std::size_t>(how.max_batch);
  tell_resource(cfn, stack, logical_id, "UPDATE_IN_PROGRESS",
                fmt::format("Rolling update initiated. Terminating {} obsolete instance(s) in "
                            "batches of {}, while keeping at least {} instance(s) in service.",
                            obsolete.size(), how.max_batch, how.min_in_service));
  std::int64_t extra = 0;
  const std::int64_t wanted = std::min(before.max, how.min_in_service + how.max_batch);
  if (wanted > before.desired) {
    extra = wanted - before.desired;
    tell_resource(cfn, stack, logical_id, "UPDATE_IN_PROGRESS",
                  fmt::format("Temporarily setting autoscaling group MinSize and DesiredCapacity "
                              "to {}.",
                              wanted));
    Process<> grow = set_size(cfn, stack, group, wanted, wanted);
    co_await grow;
    stack.signals.erase(logical_id);
    Process<std::string> wait = pause(cfn, stack, logical_id, how, extra);
    std::string failure = co_await wait;
    if (!failure.empty()) co_return failure;
  }
  const std::size_t all = obsolete.size();
  while (!obsolete.empty()) {
    const std::size_t count = std::min(batch_size, obsolete.size());
    std::vector<std::string> batch{obsolete.begin(),
                                   obsolete.begin() + static_cast<std::ptrdiff_t>(count)};
    obsolete.erase(obsolete.begin(), obsolete.begin() + static_cast<std::ptrdiff_t>(count));
    // What was added beforehand stands for the last ones.
    const bool shrink = static_cast<std::int64_t>(obsolete.size() + count) <= extra;
    if (shrink) {
      Process<> settle =
          set_size(cfn, stack, group, before.min,
                   before.desired + static_cast<std::int64_t>(obsolete.size() + count));
      co_await settle;
    }
    tell_resource(cfn, stack, logical_id, "UPDATE_IN_PROGRESS",
                  fmt::format("Terminating instance(s) [{}]; replacing with {} new instance(s).",
                              fmt::join(batch, ","), shrink ? 0 : count));
    stack.signals.erase(logical_id);
    Process<> gone = terminate_batch(cfn, stack, batch, shrink);
    co_await gone;
    tell_resource(cfn, stack, logical_id, "UPDATE_IN_PROGRESS",
                  fmt::format("Successfully terminated instance(s) [{}] (Progress {}%).",
                              fmt::join(batch, ","), (all - obsolete.size()) * 100 / all));
    if (shrink) continue;
    Process<std::string> wait =
        pause(cfn, stack, logical_id, how, static_cast<std::int64_t>(count));
    std::string failure = co_await wait;
    if (!failure.empty()) co_return failure;
  }
  co_return "";
}

}  // namespace

bool changes_instances(const Json& before, const Json& after) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"LaunchConfigurationName", "LaunchTemplate",
                                         "MixedInstancesPolicy", "VPCZoneIdentifier"},
      [&](const char* name) { return input::member(before, name) != input::member(after, name); });
}

Process<std::string> apply_update_policy(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                         std::uint32_t number, const Json& before,
                                         const Json& after) {
  const TemplateResource& written = assembly.text().resources()[number];
  const Json policy = input::member(assembly.attributes(number), "UpdatePolicy");
  const Json rolling = input::member(policy, "AutoScalingRollingUpdate");
  if (written.type != "AWS::AutoScaling::AutoScalingGroup" || !rolling.is_object() ||
      !changes_instances(before, after))
    co_return "";
  const std::string id = written.logical_id;
  const std::string group = stack.resources[id].physical_id;
  const RollingUpdate how = read_rolling_update(rolling);
  Process<> suspend = set_processes(cfn, stack, group, "SuspendProcesses", how.suspended);
  co_await suspend;
  Process<std::string> rolled = roll(cfn, stack, id, group, how);
  std::string failure = co_await rolled;
  Process<> resume = set_processes(cfn, stack, group, "ResumeProcesses", how.suspended);
  co_await resume;
  co_return failure;
}

}  // namespace opsim::cloudformation
