// Cluster auto scaling: capacity providers that scale their Auto Scaling groups.
// AWS: ECS Developer Guide, "Automatically manage Amazon ECS capacity with cluster auto scaling"
// (cluster-auto-scaling), "Optimize Amazon ECS cluster auto scaling"; "Deep Dive on Amazon ECS
// Cluster Auto Scaling" (AWS Containers Blog):
//   N: instances of the group that run. M: instances that all tasks need that want this provider.
//   CapacityProviderReservation = M / N x 100; 100 where M = N = 0, 200 where only N = 0.
//   M where tasks wait: N + as many as they fill when packed, between the step sizes; else the
//   instances that run at least one task that is no daemon's.
//   A target tracking policy on that metric, with targetCapacity as its target, scales the group.
// "Managed termination protection": instances that run such tasks are protected from scale-in.
// "Managed draining": a lifecycle hook of the group holds an instance until it is drained.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

constexpr std::string_view kDrainingHook = "ecs-managed-draining-termination-hook";

Caller ecs_at(const Place& place) { return {place, "ecs.amazonaws.com", ""}; }

Place place_of(const CapacityProvider& provider) { return Arn::parse(provider.arn)->place(); }

bool is_daemons(const Ecs& ecs, const Task& task) {
  const auto service = ecs.services.find(task.service);
  return service != ecs.services.end() && service->second.spec.daemon;
}

/// By container instance: tasks that are no daemon's and are not over.
using Busy = std::map<std::string, std::int64_t, std::less<>>;
Busy busy_instances(const Ecs& ecs) {
  Busy busy;
  for (const auto& [arn, task] : ecs.tasks)
    if (!task.container_instance.empty() && task.status < TaskStatus::stopped &&
        !is_daemons(ecs, task))
      ++busy[task.container_instance];
  return busy;
}

struct Size {
  std::int64_t cpu_units = 2048;
  std::int64_t memory_mib = 7694;
};

/// First fit, in the order in which they came.
std::int64_t packed(const std::vector<const Task*>& tasks, const Size& each) {
  std::vector<Size> open;
  for (const Task* task : tasks) {
    const std::int64_t cpu = task->definition->cpu_units;
    const std::int64_t memory = task->definition->memory_mib;
    if (cpu > each.cpu_units || memory > each.memory_mib) continue;  // no instance ever has room
    const auto room = std::ranges::find_if(
        open, [&](const Size& one) { return one.cpu_units >= cpu && one.memory_mib >= memory; });
    Size& taken = room == open.end() ? open.emplace_back(each) : *room;
    taken.cpu_units -= cpu;
    taken.memory_mib -= memory;
  }
  return std::ssize(open);
}

struct Census {
  std::int64_t there = 0;   // N
  std::int64_t needed = 0;  // M
};

Census census_of(const Ecs& ecs, const CapacityProvider& provider, std::string_view cluster,
                 const Busy& busy) {
  Census census;
  Size each;
  std::int64_t used = 0;
  for (const auto& [arn, instance] : ecs.instances) {
    if (instance.cluster != cluster || instance.capacity_provider != provider.name) continue;
    if (instance.draining) continue;
    each = {instance.cpu_units, instance.memory_mib};
    ++census.there;
    used += busy.contains(arn) ? 1 : 0;
  }
  std::vector<const Task*> waiting;
  for (const auto& [arn, task] : ecs.tasks)
    if (task.waits && task.wanted && task.cluster == cluster &&
        task.capacity_provider == provider.name)
      waiting.push_back(&task);
  for (const auto& [arn, service] : ecs.services)  // a new instance runs each daemon too
    if (service.active && service.spec.daemon && service.spec.cluster == cluster) {
      each.cpu_units -= service.deployments.front().definition->cpu_units;
      each.memory_mib -= service.deployments.front().definition->memory_mib;
    }
  const std::int64_t more = packed(waiting, each);
  const ManagedScaling& scaling = *provider.scaling;
  census.needed =
      more == 0 ? used
                : census.there + std::clamp(more, std::min(scaling.min_step, scaling.max_step),
                                            scaling.max_step);
  return census;
}

void publish_reservation(Ecs& ecs, CapacityProvider& provider, std::string_view cluster,
                         double percent) {
  if (provider.reserved == percent) return;
  provider.reserved = percent;
  Metrics& metrics = ecs.cloud.metrics();
  const Waveform wave{.from = ecs.now(), .level = percent};
  if (provider.reservation) return metrics.change(*provider.reservation, wave);
  const SeriesId series = metrics.intern(
      {place_of(provider),
       "AWS/ECS/ManagedScaling",
       "CapacityProviderReservation",
       {{"CapacityProviderName", provider.name}, {"ClusterName", std::string{cluster}}}});
  provider.reservation = metrics.publish(
      series, wave, {.every = 1min, .phase = {}, .delay = 15s, .unit = "Percent"}, provider.arn);
}

void protect(Ecs& ecs, const CapacityProvider& provider, ContainerInstance& instance,
             bool protects) {
  if (instance.protects == protects) return;
  instance.protects = protects;
  ecs.cloud.call_later(ecs_at(instance.place), "autoscaling", "SetInstanceProtection",
                       {{"AutoScalingGroupName", provider.group},
                        {"InstanceIds", Json::array({instance.instance})},
                        {"ProtectedFromScaleIn", protects}});
}

void let_go(Ecs& ecs, const CapacityProvider& provider, ContainerInstance& instance) {
  instance.leaves = false;
  ecs.cloud.call_later(ecs_at(instance.place), "autoscaling", "CompleteLifecycleAction",
                       {{"AutoScalingGroupName", provider.group},
                        {"LifecycleHookName", kDrainingHook},
                        {"InstanceId", instance.instance},
                        {"LifecycleActionResult", "CONTINUE"}});
}

void put_policy(Ecs& ecs, CapacityProvider& provider, const std::string& cluster) {
  const ManagedScaling& scaling = *provider.scaling;
  if (provider.policy.empty())
    provider.policy =
        "ECSManagedScalingPolicy-" + ecs.cloud.next_uuid("ecs managed scaling policy");
  const Json dimensions =
      Json::array({Json{{"Name", "CapacityProviderName"}, {"Value", provider.name}},
                   Json{{"Name", "ClusterName"}, {"Value", cluster}}});
  const Json metric{{"Namespace", "AWS/ECS/ManagedScaling"},
                    {"MetricName", "CapacityProviderReservation"},
                    {"Dimensions", dimensions},
                    {"Statistic", "Average"},
                    {"Unit", "Percent"}};
  const Json tracking{{"TargetValue", scaling.target_capacity},
                      {"CustomizedMetricSpecification", metric}};
  ecs.cloud.call_later(ecs_at(place_of(provider)), "autoscaling", "PutScalingPolicy",
                       {{"AutoScalingGroupName", provider.group},
                        {"PolicyName", provider.policy},
                        {"PolicyType", "TargetTrackingScaling"},
                        {"EstimatedInstanceWarmup", scaling.warmup},
                        {"TargetTrackingConfiguration", tracking}});
}

}  // namespace

double reservation_of(std::int64_t needed, std::int64_t there) {
  if (there == 0) return needed == 0 ? 100 : 200;
  return static_cast<double>(needed) / static_cast<double>(there) * 100;
}

void read_managed_scaling(CapacityProvider& provider, const Json& input) {
  const Json& given = input::member(input, "managedScaling");
  if (given.is_object()) {
    const ManagedScaling standard;
    const bool on = input::text(given, "status") == "ENABLED";
    provider.scaling.reset();
    if (on)
      provider.scaling = {
          input::integer(given, "targetCapacity").value_or(standard.target_capacity),
          input::integer(given, "minimumScalingStepSize").value_or(standard.min_step),
          input::integer(given, "maximumScalingStepSize").value_or(standard.max_step),
          input::integer(given, "instanceWarmupPeriod").value_or(standard.warmup)};
  }
  const auto is_on = [&](std::string_view name, bool now) {
    const std::string text = input::text(input, name);
    return text.empty() ? now : text == "ENABLED";
  };
  provider.protects = is_on("managedTerminationProtection", provider.protects);
  provider.drains = is_on("managedDraining", provider.drains);
}

void begin_managed_scaling(Ecs& ecs, CapacityProvider& provider) {
  const Place place = place_of(provider);
  for (const auto& [key, cluster] : ecs.clusters) {
    if (key.first != place || std::ranges::count(cluster.capacity_providers, provider.name) == 0)
      continue;
    if (provider.scaling) put_policy(ecs, provider, cluster.name);
    if (provider.drains)
      ecs.cloud.call_later(ecs_at(place), "autoscaling", "PutLifecycleHook",
                           {{"AutoScalingGroupName", provider.group},
                            {"LifecycleHookName", kDrainingHook},
                            {"LifecycleTransition", "autoscaling:EC2_INSTANCE_TERMINATING"},
                            {"HeartbeatTimeout", 3600},
                            {"DefaultResult", "CONTINUE"}});
    return;
  }
}

CapacityProvider* waits_for(Ecs& ecs, const TaskOrder& order) {
  if (order.service == nullptr || order.service->spec.daemon || !order.zone.empty()) return nullptr;
  const auto found = ecs.providers.find({order.place, order.capacity_provider});
  return found != ecs.providers.end() && found->second.scaling ? &found->second : nullptr;
}

void capacity_changed(Ecs& ecs, const Place& place, std::string_view cluster) {
  const Cluster* const its = ecs.cluster(place, cluster);
  if (its == nullptr) return;
  std::vector<Task*> waiting;
  for (auto& [arn, task] : ecs.tasks)
    if (task.waits && task.wanted && task.place == place && task.cluster == cluster)
      waiting.push_back(&task);
  for (Task* task : waiting)
    if (task->waits) place_waiting(ecs, *task);
  update_reservations(ecs, place, cluster);
  if (its->capacity_providers.empty()) return;
  const Busy busy = busy_instances(ecs);
  for (const std::string& name : its->capacity_providers) {
    const auto found = ecs.providers.find({place, name});
    if (found == ecs.providers.end()) continue;
    CapacityProvider& provider = found->second;
    for (auto& [arn, instance] : ecs.instances) {
      if (instance.capacity_provider != name || instance.place != place) continue;
      const bool runs = busy.contains(arn);
      if (provider.protects) protect(ecs, provider, instance, runs);
      if (instance.leaves && (!runs || instance.down)) let_go(ecs, provider, instance);
    }
    if (!provider.scaling) continue;
    const Census census = census_of(ecs, provider, cluster, busy);
    publish_reservation(ecs, provider, cluster, reservation_of(census.needed, census.there));
  }
}

void termination_announced(Ecs& ecs, const Event& event) {
  if (event.detail_type != "EC2 Instance-terminate Lifecycle Action" ||
      input::text(event.detail, "LifecycleHookName") != kDrainingHook)
    return;
  const std::string id = input::text(event.detail, "EC2InstanceId");
  for (auto& [arn, instance] : ecs.instances) {
    if (instance.instance != id || instance.place != event.place) continue;
    instance.leaves = true;
    set_draining(ecs, instance, true);
    return capacity_changed(ecs, instance.place, std::string{instance.cluster});
  }
}

}  // namespace opsim::ecs
