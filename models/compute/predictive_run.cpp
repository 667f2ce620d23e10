// Predictive scaling at work: hours are measured, forecasts made, capacity is there before its
// hour. SIMPLIFIED: what CloudWatch has of an hour is taken a quarter of an hour after its end, at
// the latest with the next forecast.
#include "models/compute/predictive_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/compute/scaling_run.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

constexpr Duration kBetweenForecasts = std::chrono::hours{6};
constexpr Duration kSettled = 15min;  // estimate: by then an hour's data can be read

struct Running {
  Group* group = nullptr;
  ScalingPolicy* policy = nullptr;
  PredictiveMemory* memory = nullptr;
};

/// Null members where the policy, its group or its kind are no longer there.
Running running(Groups& groups, const std::string& arn) {
  const auto policy = groups.policies.find(arn);
  const auto memory = groups.predictive.find(arn);
  if (policy == groups.policies.end() || memory == groups.predictive.end()) return {};
  if (!policy->second.predictive) return {};
  return {groups.find(policy->second.place, policy->second.group), &policy->second,
          &memory->second};
}

// ---- What was ----

/// The one series that the queries return, by hour; empty where CloudWatch refuses.
std::map<Hour, double> hourly(Groups& groups, const Place& place, const Json& queries, Hour from,
                              Hour to) {
  std::map<Hour, double> values;
  const Json asked{{"MetricDataQueries", queries},
                   {"StartTime", time_text(start_of(from))},
                   {"EndTime", time_text(start_of(to))},
                   {"ScanBy", "TimestampAscending"}};
  const ApiResult<Json> answer = groups.cloud.inspect(place, "cloudwatch", "GetMetricData", asked);
  if (!answer || !input::member(*answer, "MetricDataResults").is_array()) return values;
  for (const Json& result : (*answer)["MetricDataResults"]) {
    const Json& times = input::member(result, "Timestamps");
    const Json& data = input::member(result, "Values");
    for (std::size_t i = 0; i < times.size() && i < data.size(); ++i) {
      const Json wrapped{{"At", times[i]}};
      if (const auto at = input::time(wrapped, "At")) values[hour_of(*at)] = data[i].get<double>();
    }
  }
  return values;
}

std::map<Hour, double> capacities(Groups& groups, const Group& group,
                                  const PredictiveScaling& predictive, Hour from, Hour to) {
  if (!predictive.capacity.is_null())
    return hourly(groups, group.place, predictive.capacity, from, to);
  std::map<Hour, double> values;
  for (Hour hour = from; hour < to; ++hour)
    if (const auto mean = mean_capacity(group, start_of(hour), start_of(hour + 1)))
      values[hour] = *mean;
  return values;
}

void gather(Groups& groups, const Running& one) {
  const SimTime now = groups.sim().now();
  PredictiveMemory& memory = *one.memory;
  const PredictiveScaling& predictive = *one.policy->predictive;
  const Hour from =
      std::max({memory.gathered, hour_of(now) - kMostHours, hour_of(groups.sim().start())});
  const Hour to = hour_of(now - kSettled);
  if (from >= to) return;
  const Place& place = one.group->place;
  const auto load = hourly(groups, place, predictive.load, from, to);
  const auto scaling = hourly(groups, place, predictive.scaling, from, to);
  const auto capacity = capacities(groups, *one.group, predictive, from, to);
  for (const auto& [hour, value] : load) {
    LoadHour& measured = memory.history[hour];
    measured.load = value;
    const auto metric = scaling.find(hour);
    const auto units = capacity.find(hour);
    if (metric != scaling.end() && units != capacity.end())
      measured.needed = units->second * metric->second / predictive.target;
  }
  memory.gathered = to;
  std::erase_if(memory.history,
                [&](const auto& entry) { return entry.first < hour_of(now) - kMostHours; });
}

// ---- What will be ----

void tell_forecast(Groups& groups, const Running& one, const std::map<Hour, ForecastHour>& hours) {
  const auto by_capacity = [](const auto& a, const auto& b) {
    return a.second.capacity < b.second.capacity;
  };
  const auto [least, most] = std::ranges::minmax_element(hours, by_capacity);
  const Resources& known = groups.cloud.resources();
  groups.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = one.memory->updated ? Level::everything : Level::story,
       .subject = std::string{known.name_of(one.group->name)},
       .text = fmt::format("{} forecasts from {} h of load: {} to {} instances, most at {}",
                           one.policy->name, one.memory->history.size(), least->second.capacity,
                           most->second.capacity, time_text(start_of(most->first))),
       .source = std::string{known.source_of(one.group->name)},
       .detail = {{"act", "forecast"}}});
}

void update_forecast(Groups& groups, const std::string& arn) {
  const Running one = running(groups, arn);
  if (one.group == nullptr) return;
  gather(groups, one);
  const SimTime now = groups.sim().now();
  const auto hours = forecast(one.memory->history, hour_of(now), kForecastHours);
  if (hours.empty()) return;
  tell_forecast(groups, one, hours);
  for (const auto& [hour, value] : hours) one.memory->forecast[hour] = value;
  one.memory->updated = now;
}

void update_later(Groups& groups, const std::string& arn, Duration wait) {
  groups.predictive[arn].update = groups.sim().after(wait, [&groups, arn] {
    if (running(groups, arn).group == nullptr) return;
    update_forecast(groups, arn);
    update_later(groups, arn, kBetweenForecasts);
  });
}

// ---- Each hour ----

void put(Groups& groups, const Group& group, const char* name, Dimensions dimensions, SimTime at,
         double value) {
  Metrics& metrics = groups.cloud.metrics();
  Datapoint datapoint;
  datapoint.timestamp = at;
  datapoint.values.emplace_back(value, 1.0);
  metrics.put(metrics.intern({group.place, "AWS/AutoScaling", name, std::move(dimensions)}),
              datapoint);
}

/// Metrics, "Predictive scaling metrics and dimensions": one value an hour.
void publish(Groups& groups, const Running& one, Hour hour) {
  const auto found = one.memory->forecast.find(hour);
  if (found == one.memory->forecast.end()) return;
  Dimensions dimensions{{"AutoScalingGroupName", one.group->name},
                        {"PolicyName", one.policy->name}};
  put(groups, *one.group, "PredictiveScalingCapacityForecast", dimensions, start_of(hour),
      static_cast<double>(shown_capacity(*one.group, found->second)));
  dimensions.emplace_back("PairIndex", "0");
  std::ranges::sort(dimensions);
  put(groups, *one.group, "PredictiveScalingLoadForecast", dimensions, start_of(hour),
      found->second.load);
}

/// "The increased maximum capacity then becomes the new normal maximum capacity."
void raise_maximum(Groups& groups, Group& group, const ScalingPolicy& policy,
                   std::int64_t capacity) {
  if (!policy.predictive->raises_max) return;
  const std::int64_t before = group.spec.max_size;
  group.spec.max_size = raised_maximum(before, capacity, policy.predictive->max_buffer);
  if (group.spec.max_size == before) return;
  const Resources& known = groups.cloud.resources();
  groups.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = std::string{known.name_of(group.name)},
       .text = fmt::format("maximum capacity {} -> {}, by the forecast of {}", before,
                           group.spec.max_size, policy.name),
       .source = std::string{known.source_of(group.name)},
       .detail = {{"act", "raised"}}});
}

void scale_for(Groups& groups, const Running& one, Hour hour) {
  const auto found = one.memory->forecast.find(hour);
  if (found == one.memory->forecast.end()) return;
  if (!one.policy->predictive->scales || !one.policy->enabled) return;
  raise_maximum(groups, *one.group, *one.policy, found->second.capacity);
  scale_ahead(groups, *one.group, *one.policy, found->second.capacity);
}

void await_hour(Groups& groups, const std::string& arn) {
  const Running one = running(groups, arn);
  if (one.group == nullptr) return;
  const Duration buffer = one.policy->predictive->buffer;
  const Hour next = hour_of(groups.sim().now() + buffer) + 1;
  one.memory->hour = groups.sim().at(start_of(next) - buffer, [&groups, arn, next] {
    const Running then = running(groups, arn);
    if (then.group == nullptr) return;
    scale_for(groups, then, next);
    await_hour(groups, arn);
    groups.sim().at(start_of(next), [&groups, arn, next] {
      if (const Running at = running(groups, arn); at.group != nullptr) publish(groups, at, next);
    });
  });
}

}  // namespace

void begin_predictive(Groups& groups, const ScalingPolicy& policy, const ScalingPolicy* before) {
  if (!policy.predictive) return end_predictive(groups, policy.arn);
  const bool same = before != nullptr && before->predictive &&
                    before->predictive->specification == policy.predictive->specification;
  if (!same) end_predictive(groups, policy.arn);
  PredictiveMemory& memory = groups.predictive[policy.arn];
  groups.sim().cancel(memory.hour);
  // "Forecast creation starts immediately after you create your policy", then every six hours.
  if (!same) {
    groups.sim().at(groups.sim().now(),
                    [&groups, arn = policy.arn] { update_forecast(groups, arn); });
    update_later(groups, policy.arn, kBetweenForecasts + kSettled);
  }
  groups.sim().at(groups.sim().now(), [&groups, arn = policy.arn] { await_hour(groups, arn); });
}

void end_predictive(Groups& groups, const std::string& arn) {
  const auto found = groups.predictive.find(arn);
  if (found == groups.predictive.end()) return;
  groups.sim().cancel(found->second.update);
  groups.sim().cancel(found->second.hour);
  groups.predictive.erase(found);
}

std::int64_t shown_capacity(const Group& group, const ForecastHour& hour) {
  return std::max(hour.capacity, group.spec.min_size);
}

std::int64_t predicted_floor(const Groups& groups, const Group& group, SimTime now) {
  std::int64_t floor = 0;
  for (const auto& [arn, memory] : groups.predictive) {
    const auto policy = groups.policies.find(arn);
    if (policy == groups.policies.end() || policy->second.group != group.name) continue;
    if (policy->second.place != group.place || !policy->second.enabled) continue;
    if (!policy->second.predictive || !policy->second.predictive->scales) continue;
    for (const Hour hour : {hour_of(now), hour_of(now + policy->second.predictive->buffer)})
      if (const auto found = memory.forecast.find(hour); found != memory.forecast.end())
        floor = std::max(floor, found->second.capacity);
  }
  return floor;
}

}  // namespace opsim::compute
