// The metrics of namespace AWS/AutoScaling.
// AWS: EC2 Auto Scaling User Guide, "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling": each
// minute, dimension AutoScalingGroupName, once metrics collection is enabled.
// SIMPLIFIED: of warm pools, the desired and the total capacity.
#include <fmt/format.h>

#include <array>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

struct GroupMetric {
  std::string_view name;
  std::int64_t (*value)(const Group&);
  bool of_pool = false;  // only where there is a warm pool
};
std::int64_t smallest(const Group& group) { return group.spec.min_size; }
std::int64_t largest(const Group& group) { return group.spec.max_size; }
std::int64_t desired(const Group& group) { return group.spec.desired; }
std::int64_t in_service_units(const Group& group) { return group.weight(Stage::in_service); }
std::int64_t pending_units(const Group& group) { return group.weight(Stage::coming); }
std::int64_t standby_units(const Group& group) { return group.weight(Stage::standby); }
std::int64_t terminating_units(const Group& group) { return group.weight(Stage::leaving); }
std::int64_t total_units(const Group& group) {
  return pending_units(group) + in_service_units(group) + standby_units(group) +
         terminating_units(group);
}
std::int64_t pool_desired(const Group& group) {
  return group.pool ? warm_pool_size(*group.pool, group.spec.max_size, group.spec.desired) : 0;
}
std::int64_t pool_total(const Group& group) { return group.weight(Stage::warm); }
std::int64_t both_desired(const Group& group) { return group.spec.desired + pool_desired(group); }
std::int64_t both_total(const Group& group) { return total_units(group) + pool_total(group); }
std::int64_t in_service(const Group& group) { return group.count(Stage::in_service); }
std::int64_t pending(const Group& group) { return group.count(Stage::coming); }
std::int64_t terminating(const Group& group) { return group.count(Stage::leaving); }
std::int64_t standby(const Group& group) { return group.count(Stage::standby); }
std::int64_t total(const Group& group) {
  return static_cast<std::int64_t>(group.members.size()) - group.count(Stage::warm);
}

constexpr GroupMetric kMetrics[] = {
    {"GroupAndWarmPoolDesiredCapacity", both_desired, true},
    {"GroupAndWarmPoolTotalCapacity", both_total, true},
    {"GroupDesiredCapacity", desired},
    {"GroupInServiceCapacity", in_service_units},
    {"GroupInServiceInstances", in_service},
    {"GroupMaxSize", largest},
    {"GroupMinSize", smallest},
    {"GroupPendingCapacity", pending_units},
    {"GroupPendingInstances", pending},
    {"GroupStandbyCapacity", standby_units},
    {"GroupStandbyInstances", standby},
    {"GroupTerminatingCapacity", terminating_units},
    {"GroupTerminatingInstances", terminating},
    {"GroupTotalCapacity", total_units},
    {"GroupTotalInstances", total},
    {"WarmPoolDesiredCapacity", pool_desired, true},
    {"WarmPoolTotalCapacity", pool_total, true},
};

SourceId publish(Groups& groups, const Group& group, const GroupMetric& metric) {
  Metrics& metrics = groups.cloud.metrics();
  const SeriesId series = metrics.intern({group.place,
                                          "AWS/AutoScaling",
                                          std::string{metric.name},
                                          {{"AutoScalingGroupName", group.name}}});
  const Waveform wave{.from = groups.sim().now(),
                      .level = static_cast<double>(metric.value(group))};
  // Sampled on the minute and readable a minute later: estimates.
  return metrics.publish(series, wave, {.every = 1min, .delay = 1min, .unit = "None"});
}

}  // namespace

void update_group_metrics(Groups& groups, Group& group) {
  if (!group.spec.collects_metrics) return;
  for (const GroupMetric& metric : kMetrics) {
    if (!group.spec.collected.empty() && !group.spec.collected.contains(metric.name)) continue;
    if (metric.of_pool && !group.pool) continue;
    const auto known = std::ranges::find(group.metrics, metric.name, &GroupSource::first);
    if (known == group.metrics.end()) {
      group.metrics.emplace_back(metric.name, publish(groups, group, metric));
      continue;
    }
    Metrics& metrics = groups.cloud.metrics();
    const double value = static_cast<double>(metric.value(group));
    if (metrics.waveform(known->second).level == value && metrics.reports(known->second)) continue;
    metrics.change(known->second, {.from = groups.sim().now(), .level = value});
  }
}

}  // namespace opsim::compute
