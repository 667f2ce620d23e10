#pragma once
/// The state of EC2 Auto Scaling over all accounts and Regions, on top of the fleet.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/compute/activity.hpp"
#include "models/compute/custom_termination.hpp"
#include "models/compute/fleet.hpp"
#include "models/compute/group_shift.hpp"
#include "models/compute/health_replacements.hpp"
#include "models/compute/instance_refresh.hpp"
#include "models/compute/lifecycle.hpp"
#include "models/compute/lifecycle_hook.hpp"
#include "models/compute/member.hpp"
#include "models/compute/mixed_instances.hpp"
#include "models/compute/predictive_scaling.hpp"
#include "models/compute/scaling_policy.hpp"
#include "models/compute/scheduled_action.hpp"
#include "models/compute/termination_policy.hpp"
#include "models/compute/traffic_source.hpp"
#include "models/compute/warm_pool.hpp"
#include "models/compute/zone_balance.hpp"

namespace opsim::compute {

struct Notification {
  std::string topic;               // ARN
  std::vector<std::string> types;  // "autoscaling:EC2_INSTANCE_LAUNCH"
};

/// API AvailabilityZoneDistribution.
enum class ZoneDistribution : std::uint8_t { balanced_best_effort, balanced_only };

struct GroupSpec {
  std::int64_t min_size = 0;
  std::int64_t max_size = 0;
  std::int64_t desired = 0;
  std::vector<std::string> zones;
  std::vector<std::string> subnets;
  Json launch_template;       // reference, or null
  std::string launch_config;  // name, or ""
  Duration grace{};           // HealthCheckGracePeriod
  std::string health_check_type = "EC2";
  std::int64_t cooldown = 300;
  std::optional<std::int64_t> default_warmup;  // DefaultInstanceWarmup, seconds
  Tags tags;                                   // all
  Tags launched_tags;                          // those with PropagateAtLaunch
  std::vector<Notification> notifications;
  std::vector<std::string> termination_policies;  // as given
  std::vector<TerminationPolicy> policies;
  std::string termination_function;           // ARN of a custom policy, or ""
  std::optional<std::int64_t> least_healthy;  // InstanceMaintenancePolicy, per cent of desired
  std::optional<std::int64_t> most_healthy;
  ZoneDistribution distribution = ZoneDistribution::balanced_best_effort;
  std::optional<ImpairmentPolicy> impairment;
  std::optional<MixedInstances> mixed;
  bool capacity_rebalance = false;
  Duration max_lifetime{};  // zero: as long as they last
  bool collects_metrics = false;
  std::set<std::string, std::less<>> collected;  // metric names; empty: all
  bool protects_new = false;
  /// InstanceLifecyclePolicy: a terminate hook that abandons keeps the instance.
  bool retains_abandoned = false;
  std::string deletion_protection = "none";
  Json shown = Json::object();  // what is kept and described, and changes nothing here
};

/// A zone in which a group launches.
struct GroupZone {
  std::string name;
  std::vector<std::string> subnets;
  Duration back_off{};     // after launches that failed for want of capacity
  SimTime closed_until{};  // no launches there before
};

/// A member that left, for which another one launches.
struct Gone {
  std::string instance;
  bool unhealthy = false;
};

/// A member launched before another one leaves.
struct Ahead {
  std::string newcomer;
  std::string leaving;  // "" where the termination policies choose
};

/// What a group launches from, while an instance refresh has another wish.
struct LaunchSource {
  Json launch_template;
  std::string launch_config;
  std::optional<MixedInstances> mixed;
};

using GroupSource = std::pair<std::string, SourceId>;  // metric name, and who feeds it

struct Group {
  std::string name;
  std::string arn;
  Place place;
  GroupSpec spec;
  Json metadata;  // of its resource: cfn-init may write the agent's configuration from there
  SimTime created{};
  std::map<std::string, Member, std::less<>> members;  // by instance: in the order of their launch
  std::int64_t counts[kStages] = {};
  std::int64_t units[kStages] = {};                              // the same, by weight
  std::int64_t spot_units = 0;                                   // of the active
  std::map<std::string, std::int64_t, std::less<>> warm_spread;  // of the warm pool
  std::map<std::string, std::int64_t, std::less<>> spread;       // active members by zone
  std::deque<Gone> to_replace;                                   // until a launch makes up
  /// By the number at the end of their ids: in the order of their begin.
  std::map<std::string, Activity, std::less<>> activities;
  std::set<std::string, std::less<>> suspended;             // process names
  std::map<std::string, LifecycleHook, std::less<>> hooks;  // by name
  std::vector<TrafficSource> sources;                       // in the order given
  std::vector<GroupZone> zones;                // in the order given; empty until somebody asks
  std::set<std::string, std::less<>> shifted;  // zones that a zonal shift keeps traffic from
  std::optional<WarmPool> pool;
  Ticket lifetimes;  // the next member that gets too old
  Ticket retry;      // of launches, once a zone is no longer closed
  CustomTermination custom;
  std::vector<Ahead> ahead;           // launched, not yet in service
  std::vector<std::string> awaiting;  // unhealthy, to be replaced before they leave
  HealthReplacements health;
  std::vector<std::shared_ptr<const LaunchSpec>> override_specs;  // with launch
  std::shared_ptr<const LaunchSpec> launch;  // resolved; reset when the reference changes
  std::deque<InstanceRefresh> refreshes;     // the newest last
  std::optional<LaunchSource> own_source;    // while a refresh has a desired configuration
  std::vector<GroupSource> metrics;
  /// The capacity in service since when, of the last days: predictive scaling learns from it.
  std::vector<std::pair<SimTime, std::int64_t>> capacity_log;
  std::int64_t serving = 0;  // members in service that do their work
  ScalingMemory scaling;
  bool complete = false;  // reached its desired capacity once

  [[nodiscard]] std::int64_t count(Stage stage) const {
    return counts[static_cast<std::size_t>(stage)];
  }
  [[nodiscard]] std::int64_t weight(Stage stage) const {
    return units[static_cast<std::size_t>(stage)];
  }
  /// What counts against the desired capacity, in its units.
  [[nodiscard]] std::int64_t active() const {
    return weight(Stage::coming) + weight(Stage::in_service);
  }
  [[nodiscard]] std::int64_t active_count() const {
    return count(Stage::coming) + count(Stage::in_service);
  }
  [[nodiscard]] std::int64_t active_in(std::string_view zone) const;
  /// Its unhealthy members stay as they are.
  [[nodiscard]] bool ignores_unhealthy_in(std::string_view zone) const {
    return spec.impairment && spec.impairment->ignores_unhealthy && shifted.contains(zone);
  }
  [[nodiscard]] std::int64_t on_demand_units() const { return active() - spot_units; }
  /// What the newcomers add to the desired capacity until others leave.
  [[nodiscard]] std::int64_t ahead_units() const;
  /// Null: none of this group's, or too old.
  [[nodiscard]] Activity* activity(std::string_view id);
  [[nodiscard]] Member* find(std::string_view instance);
  /// The same, and both remember each other.
  [[nodiscard]] Member* find(Instance& instance);
  /// The only places that change who is a member and in which state of its life there.
  Member& add(Member member);
  void set_lifecycle(Member& member, Lifecycle lifecycle);
  void set_serves(Member& member, bool serves);
  void remove(const std::string& instance);

 private:
  void enter(const Member& member);  // into what is counted
  void exit(const Member& member);
};

struct LaunchConfiguration {
  std::string name;
  std::string arn;
  Place place;
  std::shared_ptr<const LaunchSpec> spec;
  SimTime created{};
};

class Groups : public Model {
 public:
  explicit Groups(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Group, ByPlaceAndName> groups;
  std::map<std::pair<Place, std::string>, LaunchConfiguration> launch_configs;

  std::map<std::string, ScalingPolicy> policies;       // by ARN
  std::map<std::string, PredictiveMemory> predictive;  // by the ARN of the policy
  std::map<ScheduledActionKey, ScheduledAction> scheduled;
  std::vector<std::pair<Place, Json>> of_deleted;  // activities of groups that are gone

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] Fleet& fleet() { return fleet_of(cloud); }
  [[nodiscard]] Group* find(const Place& place, std::string_view name);
  [[nodiscard]] Group* of(const Instance& instance) { return find(instance.place, instance.group); }
  [[nodiscard]] Instance* instance_of(const Member& member);
};

// ---- group_capacity.cpp ----------------------------------------------------------------------

void balance(Groups& groups, Group& group);
/// What instances are launched from; the error says why nothing can be.
[[nodiscard]] ApiResult<std::shared_ptr<const LaunchSpec>> launch_spec_of(Groups& groups,
                                                                          Group& group);

// ---- group_launch.cpp ------------------------------------------------------------------------

/// Fills a group that stands from the start: in service, healthy, without activities.
void fill_standing(Groups& groups, Group& group);
/// Launches an instance where the fewest are; its id, or nothing where no zone has capacity.
/// Only what balances the zones stays out of all others.
enum class LaunchFor : std::uint8_t { service, balance, pool };
std::optional<std::string> launch_one(Groups& groups, Group& group, std::string_view cause,
                                      std::string_view why, LaunchFor what = LaunchFor::service);
/// One that stands in the warm pool from the start; null where nothing can be launched.
Member* stand_in_pool(Groups& groups, Group& group, Lifecycle lifecycle);
std::vector<GroupZone>& group_zones(Groups& groups, Group& group);

// ---- mixed_instances.cpp ---------------------------------------------------------------------

/// What may be launched now, by preference; launch_spec_of() has been asked before.
[[nodiscard]] std::vector<Purchase> next_purchases(const Group& group);

// ---- group_scale_in.cpp ----------------------------------------------------------------------

/// Null when nobody may go: all are protected, or weigh more than the surplus.
[[nodiscard]] Member* choose_to_retire(Groups& groups, Group& group, std::int64_t surplus);

// ---- replacements.cpp ------------------------------------------------------------------------

/// Whether unhealthy members are replaced before they are ended.
[[nodiscard]] bool launches_first(const Group& group);
/// `because` begins the Cause of its end: "an instance was taken out of service in response to
/// ...".
bool launch_ahead(Groups& groups, Group& group, const std::string& leaving, std::string_view cause,
                  std::string_view because);
/// With CapacityRebalance, another instance is launched before EC2 takes this one back.
void rebalance_recommended(Groups& groups, Instance& instance);
/// Begins to replace those that await it, as far as the maintenance policy allows.
void replace_waiting(Groups& groups, Group& group);
/// A member is in service: whoever it was launched for may leave.
void newcomer_arrived(Groups& groups, Group& group, std::string_view newcomer);
/// A member leaves: nobody is launched for it, nor leaves for it.
void forget_ahead(Group& group, std::string_view instance);

// ---- max_lifetime.cpp ------------------------------------------------------------------------
/// Watches for members older than MaxInstanceLifetime.
void watch_lifetimes(Groups& groups, Group& group);

// ---- instance_refresh.cpp --------------------------------------------------------------------

/// The refresh that runs, or null.
[[nodiscard]] InstanceRefresh* active_refresh(Group& group);
/// Begins the newest refresh of a group.
void begin_refresh(Groups& groups, Group& group);
void cancel_refresh(Groups& groups, Group& group);
void roll_back_refresh(Groups& groups, Group& group, std::string_view why);
void fail_refresh(Groups& groups, Group& group, InstanceRefresh& refresh, std::string_view why);
/// Members have changed, or a wait is over: the refresh goes on as far as it may.
void advance_refresh(Groups& groups, Group& group);
[[nodiscard]] std::int64_t refresh_percent(Groups& groups, const Group& group,
                                           const InstanceRefresh& refresh);
/// Instances whose replacement has not begun.
[[nodiscard]] std::int64_t refresh_left(Groups& groups, const Group& group,
                                        const InstanceRefresh& refresh);
/// What a refresh that goes on waits for, as StatusReason has it.
[[nodiscard]] std::string refresh_waits_for(Groups& groups, const Group& group,
                                            const InstanceRefresh& refresh);
/// An alarm is in ALARM: refreshes that name it fail.
void alarm_rang(Groups& groups, const Place& place, std::string_view alarm);

// ---- refresh_configuration.cpp ---------------------------------------------------------------
[[nodiscard]] std::optional<ApiError> wrong_configuration(Groups& groups, const Group& group,
                                                          const Json& desired);
void use_desired(Group& group, const Json& desired);
void adopt_desired(Group& group);
void forget_desired(Group& group);

// ---- member_life.cpp -------------------------------------------------------------------------

/// EC2 runs a member that comes: hooks, then service.
void began_to_run(Groups& groups, Group& group, Member& member);
/// A terminate activity for one member: hooks, then its end. The replacement follows from
/// balance().
void retire(Groups& groups, Group& group, Member& member, std::string_view cause);
/// A member that is pending enters service, once its load balancers know of it.
void join_service(Groups& groups, Group& group, Member& member);
/// A member on its way to Standby or out of the group goes on once it has drained.
void leave_service(Groups& groups, Group& group, Member& member);
/// What load_balancers.cpp has done.
void registered(Groups& groups, Group& group, Member& member);
void deregistered(Groups& groups, Group& group, Member& member);
/// No hook holds the member any more.
void go_on(Groups& groups, Group& group, Member& member);

// ---- load_balancers.cpp ----------------------------------------------------------------------

/// True where load balancers are told; registered() and deregistered() follow.
bool register_member(Groups& groups, const Group& group, Member& member);
bool deregister_member(Groups& groups, const Group& group, Member& member);
void add_source(Groups& groups, Group& group, TrafficSource source);
/// False when the group has no such source.
bool remove_source(Groups& groups, Group& group, std::string_view id);
/// What stands from the start is registered and healthy.
void register_standing(Groups& groups, Group& group);

// ---- elb_health.cpp --------------------------------------------------------------------------

void target_health_changed(Groups& groups, const TargetHealth& told);
/// At its next periodic check a member that fails is unhealthy.
void look_later_at_targets(Groups& groups, const Group& group, Member& member);

// ---- lifecycle_hooks.cpp ---------------------------------------------------------------------

/// Starts the actions of all hooks of a transition; false when there is none.
bool begin_actions(Groups& groups, Group& group, Member& member, Transition transition);
/// `why` says what came of it: "Lifecycle Action Completed with ABANDON Result".
void complete_action(Groups& groups, Group& group, Member& member, const std::string& token,
                     HookResult result, std::string_view why);
/// Begins the heartbeat timeout anew.
void record_heartbeat(Groups& groups, const Group& group, const Member& member,
                      LifecycleAction& action);
/// Lets go of a member, whatever its hooks wait for.
void drop_actions(Groups& groups, Member& member);

// ---- group_health.cpp: what the fleet tells --------------------------------------------------

void state_changed(Groups& groups, Instance& instance);
void checks_changed(Groups& groups, Instance& instance);
void serving_changed(Groups& groups, Instance& instance);
/// EC2 has announced a reboot of its host, or its retirement.
void event_scheduled(Groups& groups, Instance& instance, bool reboots);
void interruption_noticed(Groups& groups, Instance& instance);  // two minutes before
/// Marks a member unhealthy and replaces it, unless processes are suspended.
/// `because`: "an instance was taken out of service in response to ...".
void mark_unhealthy(Groups& groups, Group& group, Member& member, std::string_view because);
/// Looks at every member anew: after processes were suspended.
void replace_unhealthy(Groups& groups, Group& group);
/// Says anew how the group is, to Cloud::set_health.
void refresh_group_health(Groups& groups, Group& group);

// ---- activities.cpp --------------------------------------------------------------------------

/// "At 2026-03-02T09:00:00Z WHAT.", as the sentences of a Cause are.
[[nodiscard]] std::string at_time(SimTime now, std::string_view what);
/// The last sentence of the Cause of a scale-in, after two blanks.
[[nodiscard]] std::string was_selected(SimTime now, std::string_view instance);
/// Opens an activity and returns its id.
std::string begin_activity(Groups& groups, Group& group, Activity activity);
/// Ends it: event and notification.
enum class Outcome : std::uint8_t { successful, failed, cancelled };
void end_activity(Groups& groups, Group& group, const std::string& id, Outcome outcome,
                  std::string_view message = {});
[[nodiscard]] Json activity_json(const Group& group, const Activity& activity);
/// Auto Scaling tells a topic or a queue; one that is gone refuses, and it does not try again.
void send(Groups& groups, const Group& group, const Arn& target, const Json& message,
          std::string_view subject);

// ---- group_metrics.cpp -----------------------------------------------------------------------

/// GroupDesiredCapacity and its like, while metrics collection is enabled.
void update_group_metrics(Groups& groups, Group& group);
/// The mean capacity in service; nothing where nobody knows.
[[nodiscard]] std::optional<double> mean_capacity(const Group& group, SimTime from, SimTime to);

// ---- scaling_run.cpp ---------------------------------------------------------------------------

/// balance() after the desired capacity was `before`; its activities say why.
void balance_because(Groups& groups, Group& group, std::string_view reason, std::int64_t before);
/// "The cooldown period takes effect starting when the last instance finishes launching or
/// terminating."
void begin_cooldown(Group& group, const Activity& activity);
/// The instance's metrics join those of its group: "this lets your instances finish warming up
/// before they contribute the usage data", where a default warm-up is enabled.
void report_to_group(Groups& groups, const Group& group, const Member& member);

// ---- group_spec.cpp --------------------------------------------------------------------------

/// CreateAutoScalingGroup's and AWS::AutoScaling::AutoScalingGroup's members.
[[nodiscard]] ApiResult<GroupSpec> read_group_spec(const Json& members, const Place& place);
/// UpdateAutoScalingGroup: what is given replaces what was.
[[nodiscard]] ApiResult<GroupSpec> updated_group_spec(const GroupSpec& before, const Json& members);
/// Launch configurations monitor in detail unless told otherwise (API, InstanceMonitoring).
[[nodiscard]] LaunchConfiguration read_launch_configuration(const std::string& name,
                                                            const Place& place, const Json& members,
                                                            const Json& metadata, SimTime now);
[[nodiscard]] std::string launch_configuration_arn(Groups& groups, const Place& place,
                                                   const std::string& name);
/// The zones of a group: given, or those of its subnets.
[[nodiscard]] std::vector<std::string> zones_in_use(Groups& groups, const Group& group);
Group& add_group(Groups& groups, const Place& place, const std::string& name, GroupSpec spec);

}  // namespace opsim::compute
