#pragma once
/// Application Auto Scaling over all accounts and Regions: scalable targets, their policies,
/// scheduled actions and activities.
///
/// AWS: Application Auto Scaling User Guide and API Reference.
#include <compare>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/application_auto_scaling/dimension.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/step_scaling.hpp"
#include "opsim/cloud/tracked_metric.hpp"
#include "opsim/schedule.hpp"

namespace opsim::application_auto_scaling {

/// What names a scalable target. A dimension belongs to one namespace, so that needs no place here.
struct TargetKey {
  Place place;
  std::string resource;   // "service/shop/checkout"
  std::string dimension;  // "ecs:service:DesiredCount"
  auto operator<=>(const TargetKey&) const = default;
};

enum class ActivityStatus : std::uint8_t {
  in_progress,
  successful,
  overridden,
  unfulfilled,
  failed
};
[[nodiscard]] std::string_view to_string(ActivityStatus status);

/// Why nothing was scaled, as NotScaledReason has it.
struct NotScaled {
  std::string_view code;  // "AlreadyAtMaxCapacity"
  std::optional<std::int64_t> current{};
  std::optional<std::int64_t> lowest{};
  std::optional<std::int64_t> highest{};
};

struct Activity {
  std::string id{};
  std::string description{};
  std::string cause{};
  std::string message{};
  SimTime start{};
  std::optional<SimTime> end{};
  ActivityStatus status = ActivityStatus::in_progress;
  std::optional<NotScaled> not_scaled{};
};

/// To how many policies would scale in, until all of one instant have spoken.
struct ScaleIn {
  std::int64_t capacity = 0;
  std::string policy;  // ARN
  std::string alarm;
};

struct Target {
  TargetKey key;
  std::string arn;
  const Dimension* dimension = nullptr;
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  std::string role;
  bool in_suspended = false;
  bool out_suspended = false;
  bool schedule_suspended = false;
  SimTime created{};
  std::string source;               // file:line, of a template's
  std::deque<Activity> activities;  // newest first, at most kMostActivities
  std::uint64_t changes = 0;        // counts what was asked of the resource: the newest wins
  SimTime in_cooling_until{};       // the scale-in cooldown
  std::optional<ScaleIn> scale_in;
};
/// AWS keeps six weeks.
inline constexpr std::size_t kMostActivities = 1000;

struct Tracking {
  double target = 0;
  bool scales_in = true;
  Json metric = Json::object();  // PutMetricAlarm's members that say what is watched
  Utilization utilization = Utilization::average;
  std::string high_alarm{};
  std::string low_alarm{};         // "" where it never scales in
  std::optional<SimTime> asked{};  // when it last wanted to scale in, and to what
  std::int64_t asked_capacity = 0;
};

struct Policy : Adjustments {
  std::string arn;
  std::string name;
  TargetKey target;
  std::string type = "StepScaling";
  Json configuration;  // as given
  Duration out_cooldown{};
  Duration in_cooldown{};
  std::string aggregation;  // MetricAggregationType
  std::optional<Tracking> tracking;
  SimTime created{};
  // The scale-out cooldown that runs: until when, and the capacity before the scale-out that began
  // it.
  SimTime out_cooling_until{};
  std::int64_t out_base = 0;
};

using ScheduledKey = std::pair<TargetKey, std::string>;  // and its name
struct ScheduledAction {
  std::string name;
  std::string arn;
  TargetKey target;
  std::string schedule_text;
  schedule::Expression schedule;
  std::string zone_text;
  TimeZone zone;
  std::optional<SimTime> starts;
  std::optional<SimTime> ends;
  std::optional<std::int64_t> lowest;
  std::optional<std::int64_t> highest;
  SimTime created{};
  std::string source;
  Ticket next;
};

class ApplicationAutoScaling : public Model {
 public:
  explicit ApplicationAutoScaling(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<TargetKey, Target> targets;
  std::map<std::string, Policy, std::less<>> policies;  // by ARN
  std::map<ScheduledKey, ScheduledAction> scheduled;

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] SimTime now() { return cloud.sim().now(); }
  [[nodiscard]] Target* find(const TargetKey& key);
  /// What people call the resource behind it: "Checkout".
  [[nodiscard]] std::string display(const TargetKey& key);
};

[[nodiscard]] ApiError invalid(std::string message);
/// "No scalable target registered for service namespace: ..." (ObjectNotFoundException).
[[nodiscard]] ApiError not_registered(const TargetKey& key);
/// ServiceNamespace, ResourceId and ScalableDimension of a call or of a resource; the dimension is
/// known and belongs to the namespace.
[[nodiscard]] ApiResult<TargetKey> read_key(const Place& place, const Json& members);
/// The service that an ARN or a principal names: "ecs".
[[nodiscard]] std::string_view namespace_of(const TargetKey& key);
[[nodiscard]] Caller service_role(const TargetKey& key);

// ---- capacity.cpp: what is asked of resources, and what came of it ----

/// Asks the resource for so many, and follows until it has them. The answer is false where nothing
/// changes. A policy's cooldowns begin with the end of the change.
void set_capacity(ApplicationAutoScaling& all, Target& target, std::int64_t capacity,
                  const std::string& cause, Policy* policy);
/// Between MinCapacity and MaxCapacity, where the resource is not.
void keep_within(ApplicationAutoScaling& all, Target& target);
/// An activity that changed nothing: IncludeNotScaledActivities shows it.
void note_not_scaled(ApplicationAutoScaling& all, Target& target, const std::string& cause,
                     NotScaled why);
[[nodiscard]] Json activity_json(const Target& target, const Activity& activity);

// ---- scaling.cpp: what policies decide ----

struct Trigger {
  std::string alarm;
  std::optional<double> metric;
  std::optional<double> threshold;
};
void run_policy(ApplicationAutoScaling& all, Policy& policy, const Trigger& trigger);

// ---- alarms.cpp: those of target tracking ----

/// Puts the alarms of a policy, or puts them again where its capacity is part of their threshold.
void put_alarms(ApplicationAutoScaling& all, Policy& policy, const Policy* before);
void delete_alarms(ApplicationAutoScaling& all, const Policy& policy);
[[nodiscard]] Json alarms_of(ApplicationAutoScaling& all, const Policy& policy);

// ---- policy_spec.cpp ----
[[nodiscard]] ApiResult<Policy> read_policy(const TargetKey& key, const Json& members);

// ---- target_operations.cpp, policy_operations.cpp, scheduled_operations.cpp ----

ApiResult<Target*> register_target(ApplicationAutoScaling& all, const Place& place,
                                   const Json& members, const std::string& source);
ApiResult<Policy*> keep_policy(ApplicationAutoScaling& all, const TargetKey& key,
                               const Json& members, const std::string& source);
void forget_policies(ApplicationAutoScaling& all, const TargetKey& key);
std::optional<ApiError> keep_scheduled(ApplicationAutoScaling& all, const TargetKey& key,
                                       const Json& members, const std::string& source);
void forget_scheduled(ApplicationAutoScaling& all, const TargetKey& key);

ApiResult<Json> delete_scaling_policy(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> delete_scheduled_action(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> deregister_scalable_target(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> describe_scalable_targets(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> describe_scaling_activities(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> describe_scaling_policies(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> describe_scheduled_actions(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> put_scaling_policy(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> put_scheduled_action(ApplicationAutoScaling& all, const Request& request);
ApiResult<Json> register_scalable_target(ApplicationAutoScaling& all, const Request& request);
Process<ApiResult<Json>> take_alarm(ApplicationAutoScaling& all, Delivery delivery);

}  // namespace opsim::application_auto_scaling
