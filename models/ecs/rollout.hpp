#pragma once
/// How a service keeps its tasks and replaces them: the arithmetic, without tasks.
/// AWS: ECS Developer Guide, "Deploy Amazon ECS services by replacing tasks" (rolling update);
/// "How the Amazon ECS deployment circuit breaker detects failures"; "Amazon ECS service throttle
/// logic".
#include <cstdint>

#include "opsim/kernel/time.hpp"

namespace opsim::ecs {

/// minimumHealthyPercent "rounded up", maximumPercent "rounded down" to the nearest integer.
struct TaskBounds {
  std::int64_t lowest = 0;   // tasks that must stay healthy
  std::int64_t highest = 0;  // tasks that may be RUNNING or PENDING
  friend bool operator==(const TaskBounds&, const TaskBounds&) = default;
};
[[nodiscard]] TaskBounds task_bounds(std::int64_t desired, std::int64_t minimum_healthy_percent,
                                     std::int64_t maximum_percent);

/// Tasks of one deployment that are to run. Those that stop already count nowhere.
struct TaskCounts {
  std::int64_t starting = 0;   // not RUNNING yet, or RUNNING and not known to be healthy
  std::int64_t healthy = 0;    //
  std::int64_t unhealthy = 0;  // a health check fails, and no grace period covers it
  [[nodiscard]] std::int64_t all() const { return starting + healthy + unhealthy; }
};

/// What the scheduler does next.
struct RolloutStep {
  std::int64_t start = 0;  // of the newest deployment
  TaskCounts stop_newest;  // how many of each kind
  TaskCounts stop_older;
  friend bool operator==(const RolloutStep& a, const RolloutStep& b) {
    return a.start == b.start && a.stop_newest.all() == b.stop_newest.all() &&
           a.stop_older.all() == b.stop_older.all();
  }
  [[nodiscard]] bool nothing() const {
    return start == 0 && stop_newest.all() == 0 && stop_older.all() == 0;
  }
};

/// UNDOCUMENTED where both bounds leave room: new tasks are started before healthy ones are
/// stopped, and a healthy one is stopped only when more are healthy than desired, or when it is in
/// the way of a new one.
[[nodiscard]] RolloutStep plan_rollout(std::int64_t desired, const TaskBounds& bounds,
                                       const TaskCounts& newest, const TaskCounts& older);

/// 0.5 x desired count, rounded up, at least 3 and at most 200.
[[nodiscard]] std::int64_t breaker_threshold(std::int64_t desired);

/// How long the next start waits after so many tasks in a row that never reached RUNNING. The guide
/// says that the time is "incrementally increased up to a maximum of 27 minutes".
/// UNDOCUMENTED: none for the first three, then 10 s, doubling (an estimate).
[[nodiscard]] Duration throttle_delay(std::int64_t failed_starts);
inline constexpr Duration kLongestThrottle = std::chrono::minutes{27};
inline constexpr std::int64_t kUnthrottled = 3;

}  // namespace opsim::ecs
