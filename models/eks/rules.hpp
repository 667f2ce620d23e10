#pragma once
/// The arithmetic of Kubernetes, without pods: back-off, probes, rolling updates, disruption
/// budgets. Sources: Kubernetes documentation, "Pod Lifecycle", "Configure Liveness, Readiness and
/// Startup Probes", "Deployments", "Specifying a Disruption Budget for your Application".
#include <cstdint>
#include <optional>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::eks {

// ---- CrashLoopBackOff ------------------------------------------------------------------------

/// "Initial crash: Kubernetes attempts an immediate restart"; then "an exponential backoff delay
/// (10s, 20s, 40s, ...), that is capped at 300 seconds". `crashes` in a row: 1 for the first.
[[nodiscard]] Duration restart_delay(std::int64_t crashes);
inline constexpr Duration kLongestBackoff = std::chrono::minutes{5};
/// "Once a container has executed for 10 minutes without any problems, the kubelet resets".
inline constexpr Duration kBackoffReset = std::chrono::minutes{10};

// ---- Probes ----------------------------------------------------------------------------------

/// The defaults of a probe, and the least that each may be.
struct Probe {
  Duration initial_delay{};                    // initialDelaySeconds: 0
  Duration period = std::chrono::seconds{10};  // periodSeconds: 10, at least 1
  Duration timeout = std::chrono::seconds{1};  // timeoutSeconds: 1, at least 1
  std::int64_t success_threshold = 1;          // 1 for liveness and startup
  std::int64_t failure_threshold = 3;          // at least 1
};
/// The first probe at or after `time` of a container that started at `started`.
[[nodiscard]] SimTime next_probe(const Probe& probe, SimTime started, SimTime time);
/// When failureThreshold probes in a row have failed, each of those from `since` on.
[[nodiscard]] SimTime fails_at(const Probe& probe, SimTime started, SimTime since, bool hangs);
/// When successThreshold probes in a row have passed.
[[nodiscard]] SimTime passes_at(const Probe& probe, SimTime started, SimTime since);

// ---- Deployments -----------------------------------------------------------------------------

/// A number, or a share in per cent: maxSurge "25%".
struct IntOrPercent {
  std::int64_t value = 0;
  bool percent = false;
  friend bool operator==(const IntOrPercent&, const IntOrPercent&) = default;
};
[[nodiscard]] std::optional<IntOrPercent> parse_int_or_percent(const Json& value);
/// maxSurge: "calculated from the percentage by rounding up"; maxUnavailable: "by rounding down".
[[nodiscard]] std::int64_t rounded_up(const IntOrPercent& part, std::int64_t of);
[[nodiscard]] std::int64_t rounded_down(const IntOrPercent& part, std::int64_t of);

struct PodBounds {
  std::int64_t least_available = 0;
  std::int64_t most = 0;  // pods that are not on their way out
  friend bool operator==(const PodBounds&, const PodBounds&) = default;
};
/// Where both come to 0 maxUnavailable counts as 1, as the controller does.
[[nodiscard]] PodBounds pod_bounds(std::int64_t replicas, const IntOrPercent& max_surge,
                                   const IntOrPercent& max_unavailable);

struct PodCounts {
  std::int64_t available = 0;
  std::int64_t unavailable = 0;
  [[nodiscard]] std::int64_t all() const { return available + unavailable; }
};
struct PodStep {
  std::int64_t create = 0;  // of the newest revision
  PodCounts drop_newest;    // fewer replicas are wanted
  PodCounts drop_older;
  [[nodiscard]] bool nothing() const {
    return create == 0 && drop_newest.all() == 0 && drop_older.all() == 0;
  }
};
[[nodiscard]] PodStep plan_pods(std::int64_t replicas, const PodBounds& bounds,
                                const PodCounts& newest, const PodCounts& older);

// ---- Disruption budgets ----------------------------------------------------------------------

/// One of the two is given. Percentages are rounded up, of minAvailable and of maxUnavailable.
struct Budget {
  std::optional<IntOrPercent> min_available;
  std::optional<IntOrPercent> max_unavailable;
  /// unhealthyPodEvictionPolicy: AlwaysAllow. Else IfHealthyBudget: a running pod that is not ready
  /// is evicted only while the others satisfy the budget.
  bool always_evicts_unhealthy = false;
};
/// How many pods must stay healthy, of those expected.
[[nodiscard]] std::int64_t desired_healthy(const Budget& budget, std::int64_t expected);
/// How many healthy pods may be evicted now.
[[nodiscard]] std::int64_t disruptions_allowed(const Budget& budget, std::int64_t expected,
                                               std::int64_t healthy);

}  // namespace opsim::eks
