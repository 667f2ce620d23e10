#pragma once
/// Scaling policies of Auto Scaling groups: what an alarm that points at one changes.
///
/// AWS: EC2 Auto Scaling User Guide, "Step and simple scaling policies" (as-scaling-simple-step);
/// API PutScalingPolicy, ExecutePolicy.
/// SIMPLIFIED: a cooldown counts from the change of the capacity, not from its last instance; a
/// warm-up likewise. Target tracking and predictive policies are kept, and never act.
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::compute {

enum class AdjustmentType : std::uint8_t { change, exact, percent };

/// From `lower` (of the breach: the metric minus the threshold) up to `upper`; absent: without end.
struct StepAdjustment {
  std::optional<double> lower;
  std::optional<double> upper;
  std::int64_t adjustment = 0;
};

struct ScalingPolicy {
  std::string arn;
  std::string name;
  std::string group;
  Place place;
  std::string type = "SimpleScaling";  // "StepScaling", "TargetTrackingScaling", ...
  AdjustmentType adjustment_type = AdjustmentType::change;
  std::optional<std::int64_t> adjustment;     // SimpleScaling
  std::optional<std::int64_t> cooldown;       // SimpleScaling, seconds; the group's if absent
  std::optional<std::int64_t> min_magnitude;  // PercentChangeInCapacity
  std::optional<std::int64_t> warmup;         // StepScaling, seconds
  std::string aggregation;                    // StepScaling: "Average", ...
  std::vector<StepAdjustment> steps;
  bool enabled = true;
  Json tracking;  // TargetTrackingConfiguration, or null

  // While instances of the last step warm up they do not count as capacity.
  SimTime warm_until{};
  std::int64_t before_warmup = 0;
};

/// The capacity that an adjustment gives. "PercentChangeInCapacity: results above 1 are rounded
/// down, results below -1 up; between 0 and 1 it is 1, between 0 and -1 it is -1."
[[nodiscard]] std::int64_t adjusted_capacity(const ScalingPolicy& policy, std::int64_t adjustment,
                                             std::int64_t capacity);
/// The adjustment of the step in which a breach lies; nothing between steps. A bound belongs to the
/// step that is nearer to the threshold where the metric is below it, else to the farther one.
[[nodiscard]] std::optional<std::int64_t> step_for(const ScalingPolicy& policy, double breach);

}  // namespace opsim::compute
