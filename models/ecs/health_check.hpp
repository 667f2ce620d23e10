#pragma once
/// When a container's health check notices that something changed.
/// AWS: ECS API Reference, HealthCheck: a command run every `interval` (5 to 300 s, 30); it fails
/// when it takes longer than `timeout` (2 to 60 s, 5) or says so; after `retries` (1 to 10, 3) in a
/// row the container is UNHEALTHY. Failures within `startPeriod` (0 to 300 s, 0) do not count,
/// until one has succeeded. One success makes it HEALTHY.
#include <optional>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::ecs {

struct HealthCheckSpec {
  Duration interval = std::chrono::seconds{30};
  Duration timeout = std::chrono::seconds{5};
  std::int64_t retries = 3;
  Duration start_period{};
};

/// The first check at or after `time`; `checks_from` is when one ran or would have run (the start
/// of the container: the first runs one interval later).
[[nodiscard]] SimTime next_check(const HealthCheckSpec& spec, SimTime checks_from, SimTime time);

/// When `retries` checks in a row have failed, where each fails from `bad_since` on. `hangs`: each
/// runs into its timeout, and the next begins an interval after that.
[[nodiscard]] SimTime unhealthy_at(const HealthCheckSpec& spec, SimTime checks_from,
                                   SimTime bad_since, bool hangs);

/// HealthCheck of a container definition; "command" is required.
[[nodiscard]] ApiResult<HealthCheckSpec> read_health_check(const Json& input);

}  // namespace opsim::ecs
