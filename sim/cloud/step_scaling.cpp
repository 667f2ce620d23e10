#include "opsim/cloud/step_scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

constexpr std::string_view kAdjustmentTypes[] = {"ChangeInCapacity", "ExactCapacity",
                                                 "PercentChangeInCapacity"};
constexpr std::size_t kMostSteps = 20;  // General Reference, Auto Scaling quotas

}  // namespace

std::string_view to_string(AdjustmentType type) {
  return kAdjustmentTypes[static_cast<std::size_t>(type)];
}

std::optional<double> scaling_number(const Json& object, std::string_view name) {
  const Json& value = input::member(object, name);
  if (value.is_number()) return value.get<double>();
  const std::string text = input::text(value);
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = !text.empty() && failed == std::errc{} && end == text.data() + text.size();
  return good ? std::optional{number} : std::nullopt;
}

std::string read_adjustment_type(const Json& members, Adjustments& into) {
  const std::string type = input::text(members, "AdjustmentType");
  const auto known = std::ranges::find(kAdjustmentTypes, type);
  if (known == std::end(kAdjustmentTypes))
    return fmt::format(
        "AdjustmentType is '{}'; it must be ChangeInCapacity, ExactCapacity or "
        "PercentChangeInCapacity",
        type);
  into.adjustment_type = static_cast<AdjustmentType>(known - std::begin(kAdjustmentTypes));
  into.min_magnitude = input::integer(members, "MinAdjustmentMagnitude");
  if (into.min_magnitude && into.adjustment_type != AdjustmentType::percent)
    return "MinAdjustmentMagnitude is for PercentChangeInCapacity only";
  return {};
}

std::string read_steps(const Json& members, Adjustments& into) {
  const Json& steps = input::member(members, "StepAdjustments");
  if (!steps.is_array() || steps.empty())
    return "At least one StepAdjustment must be specified for StepScaling";
  if (steps.size() > kMostSteps)
    return fmt::format("At most {} StepAdjustments are allowed", kMostSteps);
  for (const Json& item : steps) {
    StepAdjustment step{scaling_number(item, "MetricIntervalLowerBound"),
                        scaling_number(item, "MetricIntervalUpperBound"), 0};
    const auto adjustment = input::integer(item, "ScalingAdjustment");
    if (!adjustment) return "Every StepAdjustment needs a ScalingAdjustment";
    step.adjustment = *adjustment;
    if (step.lower && step.upper && *step.lower >= *step.upper)
      return "StepAdjustment interval lower bound must be less than its upper bound";
    if (!step.lower && !step.upper && steps.size() > 1)
      return "StepAdjustment intervals can't overlap";
    into.steps.push_back(step);
  }
  const auto begins = [](const StepAdjustment& step) { return step.lower.value_or(-1e300); };
  std::ranges::sort(into.steps, {}, begins);
  for (std::size_t i = 1; i < into.steps.size(); ++i) {
    const auto& end = into.steps[i - 1].upper;
    const auto& next = into.steps[i].lower;
    if (!end || !next || *end > *next) return "StepAdjustment intervals can't overlap";
    if (*end < *next) return "StepAdjustment intervals can't have gaps between them";
  }
  return {};
}

Json steps_json(const Adjustments& adjustments) {
  Json list = Json::array();
  for (const StepAdjustment& step : adjustments.steps) {
    Json item{{"ScalingAdjustment", step.adjustment}};
    if (step.lower) item["MetricIntervalLowerBound"] = *step.lower;
    if (step.upper) item["MetricIntervalUpperBound"] = *step.upper;
    list.push_back(std::move(item));
  }
  return list;
}

std::int64_t adjusted_capacity(const Adjustments& by, std::int64_t adjustment,
                               std::int64_t capacity) {
  if (by.adjustment_type == AdjustmentType::exact) return adjustment;
  if (by.adjustment_type == AdjustmentType::change) return capacity + adjustment;
  const double exact = static_cast<double>(capacity) * static_cast<double>(adjustment) / 100;
  if (exact == 0) return capacity;
  const std::int64_t sign = exact > 0 ? 1 : -1;
  std::int64_t change = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::abs(exact)));
  change = std::max(change, by.min_magnitude.value_or(0));
  return capacity + sign * change;
}

std::optional<std::int64_t> step_for(const Adjustments& by, double breach) {
  for (const StepAdjustment& step : by.steps) {
    // Above the threshold [lower, upper), below it (lower, upper].
    const bool above =
        breach >= 0 ? !step.lower || breach >= *step.lower : !step.lower || breach > *step.lower;
    const bool below =
        breach >= 0 ? !step.upper || breach < *step.upper : !step.upper || breach <= *step.upper;
    if (above && below) return step.adjustment;
  }
  return std::nullopt;
}

}  // namespace opsim
