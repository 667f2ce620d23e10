#pragma once
/// Scaling policies of Auto Scaling groups: what an alarm that points at one changes.
///
/// AWS: EC2 Auto Scaling User Guide, "Step and simple scaling policies" (as-scaling-simple-step);
/// "Target tracking scaling policies" (as-scaling-target-tracking); API PutScalingPolicy,
/// ExecutePolicy.
#include <optional>
#include <string>

#include "models/compute/predictive_scaling.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/cloud/step_scaling.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::compute {

/// TargetTrackingConfiguration. AWS makes two alarms of it: one above the target, one below 90 % of
/// it, which are the policy's own.
struct TargetTracking {
  double target = 0;
  bool scales_in = true;           // not DisableScaleIn
  Json metric = Json::object();    // PutMetricAlarm's members that say what is watched
  std::string high_alarm = {};     // "TargetTracking-web-AlarmHigh-..."
  std::string low_alarm = {};      // "" where it never scales in
  std::optional<SimTime> asked{};  // when it last wanted to scale in, and to what
  std::int64_t asked_capacity = 0;
};

struct ScalingPolicy : Adjustments {
  std::string arn;
  std::string name;
  std::string group;
  Place place;
  std::string type = "SimpleScaling";      // "StepScaling", "TargetTrackingScaling", ...
  std::optional<std::int64_t> adjustment;  // SimpleScaling
  std::optional<std::int64_t> cooldown;    // SimpleScaling, seconds; the group's if absent
  std::optional<std::int64_t> warmup;      // seconds; the group's if absent
  std::string aggregation;                 // StepScaling: "Average", ...
  bool enabled = true;
  Json configuration;  // TargetTrackingConfiguration or PredictiveScalingConfiguration, or null
  std::optional<TargetTracking> tracking;
  std::optional<PredictiveScaling> predictive;
};

/// To how many a policy would scale in, until all of one instant have spoken.
struct ScaleIn {
  std::int64_t capacity = 0;
  std::string policy;  // ARN
  std::string by;      // "alarm cpu-low"
};

/// What a group remembers between two decisions of its policies.
struct ScalingMemory {
  std::optional<std::int64_t> cooldown;  // of the simple policy that acts just now, seconds
  std::string reason;                    // begins the Cause of the activities of just now
  SimTime cooling_until{};               // after the last activity: simple scaling waits
  SimTime activities_ended{};            // when the last one did
  std::optional<SimTime> newest;         // when an instance that was launched last got into service
  std::optional<SimTime> tracked_in;     // when target tracking last scaled in
  std::optional<ScaleIn> scale_in;
};

}  // namespace opsim::compute
