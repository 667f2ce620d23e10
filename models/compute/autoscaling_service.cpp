// Everything the rest of the world needs to know of EC2 Auto Scaling: its resource types, its
// operations, its groups as a name for their members.
#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/compute_physics.hpp"
#include "models/compute/ec2_resources.hpp"
#include "models/compute/instance_refresh_operations.hpp"
#include "models/compute/lifecycle_hook_operations.hpp"
#include "models/compute/predictive_run.hpp"
#include "models/compute/scaling_policy_operations.hpp"
#include "models/compute/scheduled_action_operations.hpp"
#include "models/compute/service.hpp"
#include "models/compute/traffic_source_operations.hpp"
#include "models/compute/warm_pool_operations.hpp"

namespace opsim::compute {

namespace {

ApiResult<Created> create_group_resource(Groups& groups, const ResourceRequest& request) {
  std::string name = text_of(request.properties, "AutoScalingGroupName");
  if (name.empty()) name = generated_name(request);
  if (groups.find(request.place, name) != nullptr)
    return ApiError{"AlreadyExists", "A group with the name " + name + " already exists"};
  auto spec = read_group_spec(request.properties, request.place);
  if (!spec) return spec.error();
  for (const auto& [key, value] : stack_tags(request))
    spec->tags[key] = spec->launched_tags[key] = value;
  Group& group = add_group(groups, request.place, name, std::move(*spec));
  group.metadata = member(request.resource, "Metadata");
  if (auto wrong = add_hooks(group, request.properties)) return *std::move(wrong);
  if (const auto launched = launch_spec_of(groups, group); !launched) return launched.error();
  group.sources = read_sources(request.properties);
  if (groups.sim().now() == groups.sim().start()) {
    fill_standing(groups, group);
    register_standing(groups, group);
  } else {  // a stack of later: it launches what it wants
    for (TrafficSource& source : group.sources) source.state = Attachment::added;
    balance(groups, group);
  }
  update_group_metrics(groups, group);
  return Created{
      .physical_id = name, .arn = group.arn, .attributes = {{"AutoScalingGroupARN", group.arn}}};
}

ApiResult<Created> create_config_resource(Groups& groups, const ResourceRequest& request) {
  std::string name = text_of(request.properties, "LaunchConfigurationName");
  if (name.empty()) name = generated_name(request);
  groups.launch_configs[{request.place, name}] =
      read_launch_configuration(name, request.place, request.properties,
                                member(request.resource, "Metadata"), groups.sim().now());
  groups.launch_configs[{request.place, name}].arn =
      launch_configuration_arn(groups, request.place, name);
  return Created{.physical_id = name};
}

constexpr ResourceType kGroupResources[] = {
    {"AWS::AutoScaling::AutoScalingGroup", create<Groups, create_group_resource>,
     &kGroupProperties},
    {"AWS::AutoScaling::LaunchConfiguration", create<Groups, create_config_resource>,
     &kLaunchConfigProperties},
    {"AWS::AutoScaling::LifecycleHook", create<Groups, create_lifecycle_hook>,
     &kLifecycleHookProperties},
    {"AWS::AutoScaling::ScalingPolicy", create<Groups, create_scaling_policy>,
     &kScalingPolicyProperties},
    {"AWS::AutoScaling::ScheduledAction", create<Groups, create_scheduled_action>,
     &kScheduledActionProperties},
    {"AWS::AutoScaling::WarmPool", create<Groups, create_warm_pool>, &kWarmPoolProperties},
};

template <ApiResult<Json> (*Handle)(Groups&, const Request&)>
constexpr auto on_groups = immediate<Groups, Handle>;

constexpr CallPhysics kDescribeGroups{.tokens_per_second = 20, .bucket = 100};  // estimate
constexpr CallPhysics kChangeGroups{
    .typical = 80ms, .tokens_per_second = 5, .bucket = 100};  // estimate

// To add an operation: its function in a file by subject, and one row here.
constexpr Operation kGroupOperations[] = {
    {"AttachInstances", Access::write, on_groups<attach_instances>, nullptr, kChangeGroups},
    {"AttachLoadBalancerTargetGroups", Access::write, on_groups<attach_target_groups>, nullptr,
     kChangeGroups},
    {"AttachLoadBalancers", Access::write, on_groups<attach_load_balancers>, nullptr,
     kChangeGroups},
    {"AttachTrafficSources", Access::write, on_groups<attach_traffic_sources>, nullptr,
     kChangeGroups},
    {"BatchDeleteScheduledAction", Access::write, on_groups<batch_delete_scheduled_action>, nullptr,
     kChangeGroups},
    {"BatchPutScheduledUpdateGroupAction", Access::write, on_groups<batch_put_scheduled_action>,
     nullptr, kChangeGroups},
    {"CancelInstanceRefresh", Access::write, on_groups<cancel_instance_refresh>, nullptr,
     kChangeGroups},
    {"CompleteLifecycleAction", Access::write, on_groups<complete_lifecycle_action>, nullptr,
     kChangeGroups},
    {"CreateAutoScalingGroup", Access::write, on_groups<create_group>, nullptr, kChangeGroups},
    {"CreateLaunchConfiguration", Access::write, on_groups<create_launch_configuration>, nullptr,
     kChangeGroups},
    {"CreateOrUpdateTags", Access::write, on_groups<create_or_update_tags>, nullptr, kChangeGroups},
    {"DeleteAutoScalingGroup", Access::write, on_groups<delete_group>, nullptr, kChangeGroups},
    {"DeleteLaunchConfiguration", Access::write, on_groups<delete_launch_configuration>, nullptr,
     kChangeGroups},
    {"DeleteLifecycleHook", Access::write, on_groups<delete_lifecycle_hook>, nullptr,
     kChangeGroups},
    {"DeleteNotificationConfiguration", Access::write, on_groups<delete_notification_configuration>,
     nullptr, kChangeGroups},
    {"DeletePolicy", Access::write, on_groups<delete_policy>, nullptr, kChangeGroups},
    {"DeleteScheduledAction", Access::write, on_groups<delete_scheduled_action>, nullptr,
     kChangeGroups},
    {"DeleteTags", Access::write, on_groups<delete_group_tags>, nullptr, kChangeGroups},
    {"DeleteWarmPool", Access::write, on_groups<delete_warm_pool>, nullptr, kChangeGroups},
    {"DescribeAccountLimits", Access::read, on_groups<describe_account_limits>, nullptr,
     kDescribeGroups},
    {"DescribeAdjustmentTypes", Access::read, on_groups<describe_adjustment_types>, nullptr,
     kDescribeGroups},
    {"DescribeAutoScalingGroups", Access::read, on_groups<describe_groups>, nullptr,
     kDescribeGroups},
    {"DescribeAutoScalingInstances", Access::read, on_groups<describe_group_instances>, nullptr,
     kDescribeGroups},
    {"DescribeAutoScalingNotificationTypes", Access::read, on_groups<describe_notification_types>,
     nullptr, kDescribeGroups},
    {"DescribeInstanceRefreshes", Access::read, on_groups<describe_instance_refreshes>, nullptr,
     kDescribeGroups},
    {"DescribeLaunchConfigurations", Access::read, on_groups<describe_launch_configurations>,
     nullptr, kDescribeGroups},
    {"DescribeLifecycleHookTypes", Access::read, on_groups<describe_lifecycle_hook_types>, nullptr,
     kDescribeGroups},
    {"DescribeLifecycleHooks", Access::read, on_groups<describe_lifecycle_hooks>, nullptr,
     kDescribeGroups},
    {"DescribeLoadBalancerTargetGroups", Access::read, on_groups<describe_target_groups>, nullptr,
     kDescribeGroups},
    {"DescribeLoadBalancers", Access::read, on_groups<describe_load_balancers>, nullptr,
     kDescribeGroups},
    {"DescribeMetricCollectionTypes", Access::read, on_groups<describe_metric_collection_types>,
     nullptr, kDescribeGroups},
    {"DescribeNotificationConfigurations", Access::read,
     on_groups<describe_notification_configurations>, nullptr, kDescribeGroups},
    {"DescribePolicies", Access::read, on_groups<describe_policies>, nullptr, kDescribeGroups},
    {"DescribeScalingActivities", Access::read, on_groups<describe_scaling_activities>, nullptr,
     kDescribeGroups},
    {"DescribeScalingProcessTypes", Access::read, on_groups<describe_scaling_process_types>,
     nullptr, kDescribeGroups},
    {"DescribeScheduledActions", Access::read, on_groups<describe_scheduled_actions>, nullptr,
     kDescribeGroups},
    {"DescribeTags", Access::read, on_groups<describe_group_tags>, nullptr, kDescribeGroups},
    {"DescribeTerminationPolicyTypes", Access::read, on_groups<describe_termination_policy_types>,
     nullptr, kDescribeGroups},
    {"DescribeTrafficSources", Access::read, on_groups<describe_traffic_sources>, nullptr,
     kDescribeGroups},
    {"DescribeWarmPool", Access::read, on_groups<describe_warm_pool>, nullptr, kDescribeGroups},
    {"DetachInstances", Access::write, on_groups<detach_instances>, nullptr, kChangeGroups},
    {"DetachLoadBalancerTargetGroups", Access::write, on_groups<detach_target_groups>, nullptr,
     kChangeGroups},
    {"DetachLoadBalancers", Access::write, on_groups<detach_load_balancers>, nullptr,
     kChangeGroups},
    {"DetachTrafficSources", Access::write, on_groups<detach_traffic_sources>, nullptr,
     kChangeGroups},
    {"DisableMetricsCollection", Access::write, on_groups<disable_metrics_collection>, nullptr,
     kChangeGroups},
    {"EnableMetricsCollection", Access::write, on_groups<enable_metrics_collection>, nullptr,
     kChangeGroups},
    {"EnterStandby", Access::write, on_groups<enter_standby>, nullptr, kChangeGroups},
    {"ExecutePolicy", Access::write, on_groups<execute_policy>, nullptr, kChangeGroups},
    {"ExitStandby", Access::write, on_groups<exit_standby>, nullptr, kChangeGroups},
    {"GetPredictiveScalingForecast", Access::read, on_groups<get_predictive_scaling_forecast>,
     nullptr, kDescribeGroups},
    {.name = "LaunchInstances",
     .not_simulated = "synchronous provisioning is not simulated: SetDesiredCapacity launches"},
    {"PutLifecycleHook", Access::write, on_groups<put_lifecycle_hook>, nullptr, kChangeGroups},
    {"PutNotificationConfiguration", Access::write, on_groups<put_notification_configuration>,
     nullptr, kChangeGroups},
    {"PutScalingPolicy", Access::write, on_groups<put_scaling_policy>, nullptr, kChangeGroups},
    {"PutScheduledUpdateGroupAction", Access::write, on_groups<put_scheduled_action>, nullptr,
     kChangeGroups},
    {"PutWarmPool", Access::write, on_groups<put_warm_pool>, nullptr, kChangeGroups},
    {"RecordLifecycleActionHeartbeat", Access::write, on_groups<record_lifecycle_action_heartbeat>,
     nullptr, kChangeGroups},
    {"ResumeProcesses", Access::write, on_groups<resume_processes>, nullptr, kChangeGroups},
    {"RollbackInstanceRefresh", Access::write, on_groups<rollback_instance_refresh>, nullptr,
     kChangeGroups},
    {"SetDesiredCapacity", Access::write, on_groups<set_desired_capacity>, nullptr, kChangeGroups},
    {"SetInstanceHealth", Access::write, on_groups<set_instance_health>, nullptr, kChangeGroups},
    {"SetInstanceProtection", Access::write, on_groups<set_instance_protection>, nullptr,
     kChangeGroups},
    {"StartInstanceRefresh", Access::write, on_groups<start_instance_refresh>, nullptr,
     kChangeGroups},
    {"SuspendProcesses", Access::write, on_groups<suspend_processes>, nullptr, kChangeGroups},
    {"TerminateInstanceInAutoScalingGroup", Access::write, on_groups<terminate_in_group>, nullptr,
     kChangeGroups},
    {"UpdateAutoScalingGroup", Access::write, on_groups<update_group>, nullptr, kChangeGroups},
};
static_assert(std::ranges::adjacent_find(kGroupOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kGroupOperations),
              "sorted by name, no duplicates");

void apply_group_physics(Model& model, const PhysicsRequest& request) {
  if (request.resource == nullptr) return;
  apply_group_physics(static_cast<Groups&>(model).fleet(), request.resource->place,
                      request.resource->physical_id, request.values);
}
const Physics kGroupPhysics[] = {
    {"AWS::AutoScaling::AutoScalingGroup", &kInstancePhysics, apply_group_physics}};

/// Those that are in service or on their way there.
std::vector<std::string> members_of(Model& model, std::string_view name) {
  Groups& groups = static_cast<Groups&>(model);
  const Resource* resource = groups.cloud.resources().find(name);
  const Group* group = resource == nullptr ? nullptr : groups.find(resource->place, name);
  std::vector<std::string> members;
  if (group == nullptr) return members;
  for (const auto& [id, member] : group->members)
    if (is_active(member.lifecycle)) members.push_back(id);
  return members;
}
constexpr DeliveryTarget kGroupTargets[] = {
    {"autoscaling", "scalingPolicy:*:autoScalingGroupName/", deliver<Groups, deliver_to_policy>}};
constexpr Membership kMemberships[] = {{"AWS::AutoScaling::AutoScalingGroup", members_of}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kGroupFidelity[] = {
    {Grade::simulated, "groups of fixed size over Availability Zones", "auto-scaling-benefits"},
    {Grade::simulated, "EC2 health checks, grace period, replacement of unhealthy instances",
     "ec2-auto-scaling-health-checks"},
    {Grade::simulated, "activities, their events and SNS notifications",
     "ec2-auto-scaling-event-reference"},
    {Grade::simulated, "group metrics", "ec2-auto-scaling-metrics"},
    {Grade::simplified, "a status check may be impaired for 1 to 5 minutes: an estimate"},
    {Grade::simulated, "termination policies, in their order, after the balance of zones",
     "ec2-auto-scaling-termination-policies"},
    {Grade::simplified, "of several that a termination policy leaves, the first launched goes"},
    {Grade::simulated, "custom termination policies: a function says who is ready to go",
     "lambda-custom-termination-policy"},
    {Grade::simplified, "custom termination policies are not asked by refreshes and lifetimes"},
    {Grade::simulated, "rebalancing of zones: launch first, up to 10 % above the maximum",
     "auto-scaling-benefits"},
    {Grade::simulated, "capacity errors: another zone, balanced only, back-off (an estimate)",
     "ec2-auto-scaling-availability-zone-balanced"},
    {Grade::simulated, "maintenance policies: launch before terminate",
     "ec2-auto-scaling-instance-maintenance-policy"},
    {Grade::simplified, "mixed instances policies: no prices or pools, overrides in their order"},
    {Grade::simplified, "attribute-based selection: the smallest types that fit, as if cheapest",
     "create-mixed-instances-group-attribute-based-instance-type-selection"},
    {Grade::simulated, "capacity rebalancing of Spot Instances",
     "ec2-auto-scaling-capacity-rebalancing"},
    {Grade::simulated, "maximum instance lifetime", "asg-max-instance-lifetime"},
    {Grade::simulated, "simple and step scaling policies, run by alarms every minute",
     "as-scaling-simple-step"},
    {Grade::simulated, "cooldowns from the end of the last activity; warm-up of each instance",
     "ec2-auto-scaling-scaling-cooldowns"},
    {Grade::simulated, "target tracking: its alarms, several policies, default instance warm-up",
     "as-scaling-target-tracking"},
    {Grade::simplified, "the alarms of target tracking: 3 minutes above the target, 15 below 90 %"},
    {Grade::simplified, "target tracking scales in once in a cooldown: how gradually is nowhere"},
    {Grade::simulated, "scheduled actions: once or by Unix cron, in a time zone",
     "ec2-auto-scaling-scheduled-scaling"},
    {Grade::simplified, "scheduled actions run on their second, and may share one"},
    {Grade::simulated, "zonal shift: launches elsewhere, unhealthy members replaced or ignored",
     "ec2-auto-scaling-zonal-shift"},
    {Grade::simplified, "the zones balance at once after a shift; a warm pool knows none"},
    {Grade::simulated, "predictive scaling: forecast only and forecast and scale, its metrics",
     "predictive-scaling-policy-overview"},
    {Grade::simplified, "the forecast of predictive scaling: means of the same hours, an estimate"},
    {Grade::simplified, "AWS/EC2 NetworkIn and NetworkOut: where physics says what is received"},
    {Grade::simulated, "lifecycle hooks: timeouts, heartbeats, notifications, events",
     "lifecycle-hooks"},
    {Grade::simplified, "several hooks of a transition hold an instance at the same time"},
    {Grade::simulated, "Standby, attaching and detaching, scale-in protection",
     "as-enter-exit-standby"},
    {Grade::simulated, "suspended processes", "as-suspend-resume-processes"},
    {Grade::simulated, "instance refresh: batches, checkpoints, warm-up, rollback, alarms",
     "asg-instance-refresh"},
    {Grade::simplified, "an instance refresh shows its desired configuration while it runs"},
    {Grade::simulated, "warm pools: their states, hooks, reuse on scale-in",
     "ec2-auto-scaling-warm-pools"},
    {Grade::simulated, "load balancers: registration, deregistration delay, ELB health checks",
     "attach-load-balancer-asg"},
    {Grade::simplified, "ELB health is looked at once a minute: an estimate"},
};

void hear_target_health(Model& model, const TargetHealth& told) {
  target_health_changed(static_cast<Groups&>(model), told);
}

/// Members with another release of their software than most of them; of equals the newest counts.
std::optional<double> read_drifted(Model& model, std::string_view name, std::string_view /*part*/) {
  Groups& groups = static_cast<Groups&>(model);
  std::map<double, int> by_release;
  int all = 0;
  for (const std::string& id : members_of(model, name))
    if (const Instance* instance = groups.fleet().find(id)) {
      ++by_release[instance->software];
      ++all;
    }
  int most = 0;
  for (const auto& [release, count] : by_release) most = std::max(most, count);
  return all - most;
}

/// "shortage us-east-1a", or without a zone: per cent of the group's launches that are refused.
std::optional<double> read_no_capacity(Model& model, std::string_view name, std::string_view zone) {
  Groups& groups = static_cast<Groups&>(model);
  const Resource* resource = groups.cloud.resources().find(name);
  if (resource == nullptr) return std::nullopt;
  return shortage_percent(groups.fleet(),
                          {resource->place, std::string{name}, {}, std::string{zone}});
}
void change_no_capacity(Model& model, std::string_view name, std::string_view zone, Change change) {
  Groups& groups = static_cast<Groups&>(model);
  if (const Resource* resource = groups.cloud.resources().find(name))
    set_shortage(groups.fleet(), {resource->place, std::string{name}, {}, std::string{zone}},
                 change.value);
}
/// Whether a zone is one of those named, as in "us-east-1a us-east-1b". Zones differ in their last
/// letter: a large group is asked often.
bool is_one_of(const std::string& zone, std::string_view zones) {
  while (!zones.empty()) {
    const std::string_view one = zones.substr(0, zones.find(' '));
    if (one.size() == zone.size() && one.back() == zone.back() && one == zone) return true;
    zones.remove_prefix(std::min(zones.size(), one.size() + 1));
  }
  return false;
}

/// Calls each running member of a group in one of the zones ("" for all).
template <class Act>
void each_running(Model& model, std::string_view name, std::string_view zones, Act&& act) {
  Groups& groups = static_cast<Groups&>(model);
  const Resource* resource = groups.cloud.resources().find(name);
  Group* group = resource == nullptr ? nullptr : groups.find(resource->place, name);
  if (group == nullptr) return;
  for (const auto& [id, member] : group->members) {
    if (!zones.empty() && !is_one_of(member.zone, zones)) continue;
    Instance* const instance = groups.instance_of(member);
    if (instance != nullptr && instance->state == InstanceState::running) act(*instance);
  }
}
/// "cpu us-east-1a us-east-1b": what the members there are asked for, all alike. The first one's is
/// read.
std::optional<double> read_group_cpu(Model& model, std::string_view name, std::string_view zone) {
  std::optional<double> first;
  each_running(model, name, zone, [&](const Instance& instance) {
    if (!first) first = instance.cpu_level;
  });
  return first;
}
void change_group_cpu(Model& model, std::string_view name, std::string_view zone, Change change) {
  Fleet& fleet = static_cast<Groups&>(model).fleet();
  each_running(model, name, zone, [&](Instance& instance) {
    const double before = change.how == Change::How::by ? instance.cpu_level : 0;
    const double level = std::clamp(before + change.value, 0.0, 100.0);
    if (level == instance.cpu_level) return;
    instance.cpu_level = level;
    cpu_changed(fleet, instance);
  });
}
constexpr PhysicalQuantity kGroupQuantities[] = {
    {"AWS::AutoScaling::AutoScalingGroup", "cpu", "%", read_group_cpu, change_group_cpu},
    {"AWS::AutoScaling::AutoScalingGroup", "drifted", "", read_drifted, nullptr},
    {"AWS::AutoScaling::AutoScalingGroup", "shifted", "", read_shifted, change_shifted},
    {"AWS::AutoScaling::AutoScalingGroup", "shortage", "%", read_no_capacity, change_no_capacity}};

void hear_event(Model& model, const Event& event) {
  if (event.source != "aws.cloudwatch" || event.detail_type != "CloudWatch Alarm State Change")
    return;
  if (text_of(member(event.detail, "state"), "value") == "ALARM")
    alarm_rang(static_cast<Groups&>(model), event.place, text_of(event.detail, "alarmName"));
}

std::unique_ptr<Model> make_groups(Cloud& cloud) { return std::make_unique<Groups>(cloud); }

}  // namespace

}  // namespace opsim::compute

namespace opsim {

const Service kAutoScaling{.name = "autoscaling",
                           .title = "Amazon EC2 Auto Scaling",
                           .make = compute::make_groups,
                           .operations = compute::kGroupOperations,
                           .resources = compute::kGroupResources,
                           .targets = compute::kGroupTargets,
                           .physics = compute::kGroupPhysics,
                           .quantities = compute::kGroupQuantities,
                           .memberships = compute::kMemberships,
                           .fidelity = compute::kGroupFidelity,
                           .on_event = compute::hear_event,
                           .on_target_health = compute::hear_target_health};

}  // namespace opsim
