// The metrics of namespace AWS/AutoScaling.
// AWS: EC2 Auto Scaling User Guide, "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling": each
// minute, dimension AutoScalingGroupName, once metrics collection is enabled.
// Those of retained instances: "Manage retained instances".
#include <fmt/format.h>

#include <array>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

struct GroupMetric {
  std::string_view name;
  std::int64_t (*value)(const Group&);
  enum class Only : std::uint8_t { always, pool, retention } where = Only::always;
};
constexpr auto kOfPool = GroupMetric::Only::pool;
constexpr auto kOfRetention = GroupMetric::Only::retention;

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
std::int64_t pool_total(const Group& group);
std::int64_t pool_least(const Group& group) { return group.pool ? group.pool->min_size : 0; }
/// Units of the warm pool in one of these states.
template <class Is>
std::int64_t pool_units(const Group& group, Is is) {
  std::int64_t sum = 0;
  for (const auto& [id, member] : group.members)
    if (is_warmed(member.lifecycle) && is(member.lifecycle)) sum += member.weight;
  return sum;
}
bool is_rest(Lifecycle one) {
  return one >= Lifecycle::warmed_stopped && one <= Lifecycle::warmed_hibernated;
}
std::int64_t pool_warmed(const Group& group) { return pool_units(group, is_rest); }
std::int64_t pool_pending(const Group& group) {
  return pool_units(group,
                    [](Lifecycle one) { return stage_of(one) == Stage::warm && !is_rest(one); });
}
std::int64_t pool_terminating(const Group& group) {
  return pool_units(group, [](Lifecycle one) { return stage_of(one) == Stage::leaving; });
}
std::int64_t retained(const Group& group) { return group.count(Stage::retained); }
std::int64_t retained_units(const Group& group) { return group.weight(Stage::retained); }
std::int64_t both_desired(const Group& group) { return group.spec.desired + pool_desired(group); }
std::int64_t both_total(const Group& group) { return total_units(group) + pool_total(group); }
std::int64_t pool_total(const Group& group) {
  return group.weight(Stage::warm) + pool_terminating(group);
}
std::int64_t in_service(const Group& group) { return group.count(Stage::in_service); }
std::int64_t pending(const Group& group) { return group.count(Stage::coming); }
std::int64_t terminating(const Group& group) { return group.count(Stage::leaving); }
std::int64_t standby(const Group& group) { return group.count(Stage::standby); }
std::int64_t total(const Group& group) {
  return static_cast<std::int64_t>(group.members.size()) - group.count(Stage::warm);
}

constexpr GroupMetric kMetrics[] = {
    {"GroupAndWarmPoolDesiredCapacity", both_desired, kOfPool},
    {"GroupAndWarmPoolTotalCapacity", both_total, kOfPool},
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
    {"GroupTerminatingRetainedCapacity", retained_units, kOfRetention},
    {"GroupTerminatingRetainedInstances", retained, kOfRetention},
    {"GroupTotalCapacity", total_units},
    {"GroupTotalInstances", total},
    {"WarmPoolDesiredCapacity", pool_desired, kOfPool},
    {"WarmPoolMinSize", pool_least, kOfPool},
    {"WarmPoolPendingCapacity", pool_pending, kOfPool},
    {"WarmPoolTerminatingCapacity", pool_terminating, kOfPool},
    {"WarmPoolTotalCapacity", pool_total, kOfPool},
    {"WarmPoolWarmedCapacity", pool_warmed, kOfPool},
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

namespace {

constexpr std::size_t kKeptCapacities = 4096;

/// SIMPLIFIED: what changes within a minute counts from that minute's first change.
void remember_capacity(Group& group, SimTime now) {
  auto& log = group.capacity_log;
  const std::int64_t capacity = group.weight(Stage::in_service);
  if (!log.empty() && log.back().second == capacity) return;
  if (!log.empty() && now - log.back().first < 1min) {
    log.back().second = capacity;
    return;
  }
  if (log.size() >= kKeptCapacities) log.erase(log.begin(), log.begin() + kKeptCapacities / 2);
  log.emplace_back(now, capacity);
}

}  // namespace

std::optional<double> mean_capacity(const Group& group, SimTime from, SimTime to) {
  double sum = 0;
  Duration known{};
  const auto& log = group.capacity_log;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const SimTime begin = std::max(from, log[i].first);
    const SimTime end = i + 1 < log.size() ? std::min(to, log[i + 1].first) : to;
    if (begin >= end) continue;
    known += end - begin;
    sum += static_cast<double>(log[i].second) * static_cast<double>((end - begin).count());
  }
  if (known == Duration{}) return std::nullopt;
  return sum / static_cast<double>(known.count());
}

void update_group_metrics(Groups& groups, Group& group) {
  remember_capacity(group, groups.sim().now());
  if (!group.spec.collects_metrics) return;
  for (const GroupMetric& metric : kMetrics) {
    if (!group.spec.collected.empty() && !group.spec.collected.contains(metric.name)) continue;
    if (metric.where == kOfPool && !group.pool) continue;
    if (metric.where == kOfRetention && !group.spec.retains_abandoned) continue;
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
