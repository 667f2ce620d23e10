// GetPredictiveScalingForecast.
// AWS: API GetPredictiveScalingForecast; User Guide, "Override forecast values using scheduled
// actions" (an example of the answer). UNDOCUMENTED: the wording of refusals, and the answer while
// there is no forecast yet: here both lists are empty.
#include <fmt/format.h>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/predictive_run.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

constexpr Duration kLongestRange = std::chrono::hours{30 * 24};
constexpr Duration kLongestPast = std::chrono::hours{365 * 24};

ApiError forecast_error(std::string message) { return {"ValidationError", std::move(message)}; }

const ScalingPolicy* predictive_policy(const Groups& groups, const Group& group,
                                       std::string_view name) {
  for (const auto& [arn, policy] : groups.policies)
    if (policy.place == group.place && policy.group == group.name && policy.predictive &&
        (policy.name == name || policy.arn == name))
      return &policy;
  return nullptr;
}

struct Range {
  SimTime from{};
  SimTime to{};
};

ApiResult<Range> read_range(Groups& groups, const Json& asked) {
  const auto from = input::time(asked, "StartTime");
  const auto to = input::time(asked, "EndTime");
  if (!from || !to) return forecast_error("StartTime and EndTime are required");
  if (*from >= *to) return forecast_error("StartTime must be before EndTime");
  if (*to - *from > kLongestRange)
    return forecast_error("The maximum time duration between StartTime and EndTime is 30 days");
  if (*from < groups.sim().now() - kLongestPast)
    return forecast_error("StartTime can be at most one year before the current time");
  return Range{*from, *to};
}

}  // namespace

/// "EndTime: the exclusive end time of the time range for the forecast data to get."
ApiResult<Json> get_predictive_scaling_forecast(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  const Group& group = **found;
  const std::string name = input::text(request.input, "PolicyName");
  const ScalingPolicy* const policy = predictive_policy(groups, group, name);
  if (policy == nullptr)
    return forecast_error(fmt::format("No predictive scaling policy found for name '{}'", name));
  const auto range = read_range(groups, request.input);
  if (!range) return range.error();
  Json times = Json::array();
  Json loads = Json::array();
  Json capacities = Json::array();
  const auto memory = groups.predictive.find(policy->arn);
  const bool known = memory != groups.predictive.end();
  if (known)
    for (const auto& [hour, value] : memory->second.forecast) {
      if (start_of(hour) < range->from || start_of(hour) >= range->to) continue;
      times.push_back(time_text(start_of(hour)));
      loads.push_back(value.load);
      capacities.push_back(static_cast<double>(shown_capacity(group, value)));
    }
  Json load{{"Timestamps", times},
            {"Values", std::move(loads)},
            {"MetricSpecification", policy->predictive->specification}};
  Json answer{
      {"LoadForecast", Json::array({std::move(load)})},
      {"CapacityForecast", {{"Timestamps", std::move(times)}, {"Values", std::move(capacities)}}}};
  if (known && memory->second.updated) answer["UpdateTime"] = time_text(*memory->second.updated);
  return answer;
}

}  // namespace opsim::compute
