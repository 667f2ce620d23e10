#include "models/ecs/rollout.hpp"

#include <algorithm>

namespace opsim::ecs {

namespace {

/// Takes up to `wanted` from `there`.
std::int64_t take_some(std::int64_t& there, std::int64_t& wanted) {
  const std::int64_t taken = std::clamp<std::int64_t>(wanted, 0, there);
  there -= taken;
  wanted -= taken;
  return taken;
}

/// Fewer are desired: those that do no work yet go first.
void scale_in(std::int64_t desired, const TaskBounds& bounds, TaskCounts& newest,
              std::int64_t healthy, RolloutStep& step) {
  std::int64_t surplus = newest.starting + newest.healthy - desired;
  step.stop_newest.starting += take_some(newest.starting, surplus);
  std::int64_t spare = std::min(surplus, healthy - bounds.lowest);
  step.stop_newest.healthy += take_some(newest.healthy, spare);
}

}  // namespace

TaskBounds task_bounds(std::int64_t desired, std::int64_t minimum_healthy_percent,
                       std::int64_t maximum_percent) {
  return {.lowest = (desired * minimum_healthy_percent + 99) / 100,
          .highest = desired * maximum_percent / 100};
}

RolloutStep plan_rollout(std::int64_t desired, const TaskBounds& bounds, const TaskCounts& newest,
                         const TaskCounts& older) {
  RolloutStep step;
  TaskCounts fresh = newest;
  TaskCounts old = older;
  const std::int64_t healthy = newest.healthy + older.healthy;
  const std::int64_t missing = std::max<std::int64_t>(0, desired - fresh.starting - fresh.healthy);
  const std::int64_t room = std::max<std::int64_t>(0, bounds.highest - fresh.all() - old.all());
  step.start = std::min(missing, room);
  scale_in(desired, bounds, fresh, healthy, step);

  // 1. "If a task becomes unhealthy ... the scheduler starts a replacement first" where
  //    maximumPercent lets it; else it stops unhealthy ones to make room. Once enough are healthy,
  //    the unhealthy go in any case.
  std::int64_t in_the_way = missing - step.start;
  const bool enough = healthy >= desired;
  std::int64_t useless = enough ? old.all() + fresh.unhealthy : in_the_way;
  const std::int64_t before = useless;
  step.stop_older.starting += take_some(old.starting, useless);
  step.stop_older.unhealthy += take_some(old.unhealthy, useless);
  step.stop_newest.unhealthy += take_some(fresh.unhealthy, useless);
  in_the_way -= std::min(in_the_way, before - useless);
  // 2. Healthy ones of older deployments go when more than desired are healthy, or in the way; but
  //    never below minimumHealthyPercent.
  std::int64_t surplus = std::max<std::int64_t>(0, healthy - step.stop_newest.healthy - desired);
  std::int64_t stop =
      std::min(std::max(surplus, in_the_way), healthy - step.stop_newest.healthy - bounds.lowest);
  step.stop_older.healthy += take_some(old.healthy, stop);
  return step;
}

std::int64_t breaker_threshold(std::int64_t desired) {
  return std::clamp<std::int64_t>((desired + 1) / 2, 3, 200);
}

Duration throttle_delay(std::int64_t failed_starts) {
  if (failed_starts <= kUnthrottled) return Duration{};
  const std::int64_t doublings = std::min<std::int64_t>(failed_starts - kUnthrottled - 1, 10);
  return std::min(Duration{std::chrono::seconds{10 * (std::int64_t{1} << doublings)}},
                  kLongestThrottle);
}

}  // namespace opsim::ecs
