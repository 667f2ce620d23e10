#pragma once
/// The state of EC2 Auto Scaling over all accounts and Regions, on top of the fleet.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/compute/fleet.hpp"
#include "models/compute/lifecycle.hpp"
#include "models/compute/lifecycle_hook.hpp"
#include "models/compute/scaling_policy.hpp"
#include "models/compute/scheduled_action.hpp"
#include "models/compute/traffic_source.hpp"

namespace opsim::compute {

struct Member {
  std::string instance;
  std::string zone;
  Lifecycle lifecycle = Lifecycle::pending;
  bool healthy = true;
  bool serves = false;  // does its work: counts for its group while in service
  bool protected_from_scale_in = false;
  SimTime in_service_since{};
  std::shared_ptr<const LaunchSpec> spec;
  std::string activity;  // the id of the activity that launches or terminates it
  Ticket impaired_wait;
  std::vector<LifecycleAction> actions;  // the hooks that hold it
  bool registered = false;               // with the group's load balancers
  bool draining = false;                 // until its deregistration delay is over
  std::vector<std::string> failing;      // sources whose health checks it fails
  Ticket elb_wait;
};

/// DescribeScalingActivities tells these; the events and notifications of a group are made of them.
struct Activity {
  enum class Kind : std::uint8_t { launch, terminate, other } kind = Kind::other;
  std::string id;
  std::string description;
  std::string cause;
  std::string status = "InProgress";  // then "Successful", "Failed" or "Cancelled"
  std::string message;
  std::string instance;
  std::string zone;
  std::string subnet;
  SimTime start{};
  std::optional<SimTime> end;
};

struct Notification {
  std::string topic;               // ARN
  std::vector<std::string> types;  // "autoscaling:EC2_INSTANCE_LAUNCH"
};

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
  Tags tags;           // all
  Tags launched_tags;  // those with PropagateAtLaunch
  std::vector<Notification> notifications;
  std::vector<std::string> termination_policies;
  bool collects_metrics = false;
  std::set<std::string, std::less<>> collected;  // metric names; empty: all
  bool protects_new = false;
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
  std::map<std::string, std::int64_t> spread;  // active members by zone
  std::deque<std::string> to_replace;          // unhealthy ones, until a launch makes up
  std::map<std::string, Activity, std::less<>> activities;  // by id: in the order of their begin
  std::set<std::string, std::less<>> suspended;             // process names
  std::map<std::string, LifecycleHook, std::less<>> hooks;  // by name
  std::vector<TrafficSource> sources;                       // in the order given
  std::shared_ptr<const LaunchSpec> launch;  // resolved; reset when the reference changes
  std::vector<GroupSource> metrics;
  std::int64_t serving = 0;          // members in service that do their work
  std::optional<SimTime> scaled_at;  // by a policy: its cooldown begins
  SimTime warm_until{};              // the end of all policies' warm-ups
  bool complete = false;             // reached its desired capacity once

  [[nodiscard]] std::int64_t count(Stage stage) const {
    return counts[static_cast<std::size_t>(stage)];
  }
  /// What counts against the desired capacity.
  [[nodiscard]] std::int64_t active() const {
    return count(Stage::coming) + count(Stage::in_service);
  }
  [[nodiscard]] Member* find(std::string_view instance);
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
  Place place;
  std::shared_ptr<const LaunchSpec> spec;
  SimTime created{};
};

class Groups : public Model {
 public:
  explicit Groups(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Group> groups;
  std::map<std::pair<Place, std::string>, LaunchConfiguration> launch_configs;

  std::map<std::string, ScalingPolicy> policies;  // by ARN
  std::map<ScheduledActionKey, ScheduledAction> scheduled;

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] Fleet& fleet() { return fleet_of(cloud); }
  [[nodiscard]] Group* find(const Place& place, std::string_view name);
  [[nodiscard]] Group* of(const Instance& instance) { return find(instance.place, instance.group); }
};

// ---- group_capacity.cpp ----------------------------------------------------------------------

/// Launches or terminates until the group has its desired capacity.
void balance(Groups& groups, Group& group);
/// Fills a group that stands from the start: in service, healthy, without activities.
void fill_standing(Groups& groups, Group& group);
/// What instances are launched from; the error says why nothing can be.
[[nodiscard]] ApiResult<std::shared_ptr<const LaunchSpec>> launch_spec_of(Groups& groups,
                                                                          Group& group);

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
/// Marks a member unhealthy and replaces it, unless processes are suspended.
void mark_unhealthy(Groups& groups, Group& group, Member& member, std::string_view cause);
/// Looks at every member anew and replaces the unhealthy: after processes were suspended.
void replace_unhealthy(Groups& groups, Group& group);
/// Says anew how the group is, to Cloud::set_health.
void refresh_group_health(Groups& groups, Group& group);

// ---- activities.cpp --------------------------------------------------------------------------

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

// ---- group_spec.cpp --------------------------------------------------------------------------

/// CreateAutoScalingGroup's and AWS::AutoScaling::AutoScalingGroup's members.
[[nodiscard]] ApiResult<GroupSpec> read_group_spec(const Json& members, const Place& place);
/// UpdateAutoScalingGroup: what is given replaces what was.
[[nodiscard]] ApiResult<GroupSpec> updated_group_spec(const GroupSpec& before, const Json& members);
/// Launch configurations monitor in detail unless told otherwise (API, InstanceMonitoring).
[[nodiscard]] LaunchConfiguration read_launch_configuration(const std::string& name,
                                                            const Place& place, const Json& members,
                                                            const Json& metadata, SimTime now);
/// The zones of a group: given, or those of its subnets.
[[nodiscard]] std::vector<std::string> zones_in_use(Groups& groups, const Group& group);
/// Adds a group; it has no instances yet.
Group& add_group(Groups& groups, const Place& place, const std::string& name, GroupSpec spec);

}  // namespace opsim::compute
