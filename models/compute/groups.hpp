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
#include "models/compute/scaling_policy.hpp"
#include "models/compute/scheduled_action.hpp"

namespace opsim::compute {

/// EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle". Standby, Detached and
/// the states of warm pools and lifecycle hooks are not simulated.
enum class Lifecycle : std::uint8_t { pending, in_service, terminating };
[[nodiscard]] std::string_view to_string(Lifecycle lifecycle);

struct Activity;

struct Member {
  std::string instance;
  std::string zone;
  Lifecycle lifecycle = Lifecycle::pending;
  bool healthy = true;
  bool protected_from_scale_in = false;
  SimTime in_service_since{};
  std::shared_ptr<const LaunchSpec> spec;
  std::string activity;  // the id of the activity that launches or terminates it
  Ticket impaired_wait;
};

/// DescribeScalingActivities tells these; the events and notifications of a group are made of them.
struct Activity {
  std::string id;
  std::string description;
  std::string cause;
  std::string status = "InProgress";  // then "Successful" or "Failed"
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
  std::vector<std::string> target_groups;
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
  std::int64_t counts[3] = {};                         // by Lifecycle
  std::map<std::string, std::int64_t> spread;          // active members by zone
  std::deque<std::string> to_replace;                  // unhealthy ones, until a launch makes up
  std::map<std::string, Activity, std::less<>> activities;  // by id: in the order of their begin
  std::set<std::string, std::less<>> suspended;             // process names
  std::shared_ptr<const LaunchSpec> launch;  // resolved; reset when the reference changes
  std::vector<GroupSource> metrics;
  std::int64_t serving = 0;          // members in service that do their work
  std::optional<SimTime> scaled_at;  // by a policy: its cooldown begins
  SimTime warm_until{};              // the end of all policies' warm-ups
  bool complete = false;             // reached its desired capacity once

  [[nodiscard]] std::int64_t count(Lifecycle lifecycle) const {
    return counts[static_cast<std::size_t>(lifecycle)];
  }
  /// Pending and in service: what counts against the desired capacity.
  [[nodiscard]] std::int64_t active() const { return counts[0] + counts[1]; }
  [[nodiscard]] Member* find(std::string_view instance);
  /// The only places that change who is a member and in which state of its life there.
  Member& add(Member member);
  void set_lifecycle(Member& member, Lifecycle lifecycle);
  void remove(const std::string& instance);
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
/// A terminate activity for one member; the replacement follows from balance().
void retire(Groups& groups, Group& group, Member& member, std::string_view cause);
/// What instances are launched from; the error says why nothing can be.
[[nodiscard]] ApiResult<std::shared_ptr<const LaunchSpec>> launch_spec_of(Groups& groups,
                                                                          Group& group);

// ---- group_health.cpp: what the fleet tells --------------------------------------------------

void state_changed(Groups& groups, Instance& instance);
void checks_changed(Groups& groups, Instance& instance);
void serving_changed(Groups& groups, Instance& instance);
/// Marks a member unhealthy and replaces it, unless processes are suspended.
void mark_unhealthy(Groups& groups, Group& group, Member& member, std::string_view cause);
/// Replaces the members that were found unhealthy while processes were suspended.
void replace_unhealthy(Groups& groups, Group& group);
/// Says anew how the group is, to Cloud::set_health.
void refresh_group_health(Groups& groups, Group& group);

// ---- activities.cpp --------------------------------------------------------------------------

/// Opens an activity and returns its id.
std::string begin_activity(Groups& groups, Group& group, Activity activity);
/// Ends it: event and notification.
enum class Outcome : std::uint8_t { successful, failed };
void end_activity(Groups& groups, Group& group, const std::string& id, Outcome outcome,
                  std::string_view message = {});
[[nodiscard]] Json activity_json(const Group& group, const Activity& activity);

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
/// Adds a group; it has no instances yet.
Group& add_group(Groups& groups, const Place& place, const std::string& name, GroupSpec spec);

}  // namespace opsim::compute
