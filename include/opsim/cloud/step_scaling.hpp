#pragma once
/// What step scaling makes of a capacity, for EC2 Auto Scaling and Application Auto Scaling alike.
/// Pure.
///
/// AWS: EC2 Auto Scaling User Guide, "Step and simple scaling policies" (as-scaling-simple-step);
/// Application Auto Scaling User Guide, "How step scaling works" (step-scaling-policy-overview).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"

namespace opsim {

enum class AdjustmentType : std::uint8_t { change, exact, percent };
/// "ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity".
[[nodiscard]] std::string_view to_string(AdjustmentType type);

/// From `lower` (of the breach: the metric minus the threshold) up to `upper`; absent: without end.
struct StepAdjustment {
  std::optional<double> lower;
  std::optional<double> upper;
  std::int64_t adjustment = 0;
};

/// The members of a policy that say by how much.
struct Adjustments {
  AdjustmentType adjustment_type = AdjustmentType::change;
  std::optional<std::int64_t> min_magnitude;  // PercentChangeInCapacity
  std::vector<StepAdjustment> steps;          // sorted by their lower bounds
};

/// AdjustmentType and MinAdjustmentMagnitude; what is wrong with them, or "".
[[nodiscard]] std::string read_adjustment_type(const Json& members, Adjustments& into);
/// StepAdjustments; what is wrong with them, or "".
[[nodiscard]] std::string read_steps(const Json& members, Adjustments& into);
/// StepAdjustments as they are described.
[[nodiscard]] Json steps_json(const Adjustments& adjustments);

/// The capacity that an adjustment gives. "PercentChangeInCapacity: results above 1 are rounded
/// down, results below -1 up; between 0 and 1 it is 1, between 0 and -1 it is -1."
[[nodiscard]] std::int64_t adjusted_capacity(const Adjustments& by, std::int64_t adjustment,
                                             std::int64_t capacity);
/// The adjustment of the step in which a breach lies; nothing between steps. A bound belongs to the
/// step that is nearer to the threshold where the metric is below it, else to the farther one.
[[nodiscard]] std::optional<std::int64_t> step_for(const Adjustments& by, double breach);
/// A number that may come as text.
[[nodiscard]] std::optional<double> scaling_number(const Json& object, std::string_view name);

}  // namespace opsim
