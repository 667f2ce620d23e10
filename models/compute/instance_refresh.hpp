#pragma once
/// Instance refreshes: a group's instances are replaced, so many at a time.
/// AWS: EC2 Auto Scaling User Guide, "Use an instance refresh to update instances in an Auto
/// Scaling group" (asg-instance-refresh); API StartInstanceRefresh, RefreshPreferences.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::compute {

enum class RefreshStatus : std::uint8_t {
  in_progress,
  successful,
  failed,
  cancelling,
  cancelled,
  rollback_in_progress,
  rollback_successful,
  rollback_failed,
  baking,
};
[[nodiscard]] std::string_view to_string(RefreshStatus status);

/// What becomes of instances that are protected from scale-in, or in Standby.
enum class WhatOf : std::uint8_t { wait, ignore, replace };

struct RefreshPreferences {
  std::int64_t min_healthy = 90;  // per cent of the desired capacity; API defaults, all of these
  std::int64_t max_healthy = 100;
  Duration warmup{};
  std::vector<std::int64_t> checkpoints;  // per cent, ascending; empty: one of 100
  Duration checkpoint_delay = std::chrono::seconds{3600};
  Duration bake{};  // BakeTime: it waits before it is complete
  bool skip_matching = false;
  bool auto_rollback = false;
  WhatOf protected_ones = WhatOf::wait;
  WhatOf standby_ones = WhatOf::wait;
  std::vector<std::string> alarms;
};

/// API RollbackDetails.
struct RefreshRollback {
  std::string reason;
  SimTime start{};
  std::int64_t percent = 0;    // complete when it began
  std::int64_t to_update = 0;  // instances that were not updated then
};

struct InstanceRefresh {
  std::string id;
  RefreshStatus status = RefreshStatus::in_progress;
  std::string reason;
  RefreshPreferences preferences;
  Json preferences_given;  // as DescribeInstanceRefreshes shows them
  Json desired;            // DesiredConfiguration, or null
  SimTime start{};
  std::optional<SimTime> end;

  std::set<std::string, std::less<>> targets;  // to be replaced
  std::set<std::string, std::less<>> before;   // members when it began: all others are new
  std::int64_t total = 0;
  std::int64_t percent = 0;  // complete when it ended
  std::int64_t reached = 0;  // per cent of the last checkpoint
  SimTime paused_until{};
  SimTime baked_at{};  // the end of the bake time
  std::optional<RefreshRollback> rollback;
  SimTime progressed{};  // for the hour after which it fails
  Ticket next;
  bool advancing = false;

  [[nodiscard]] bool is_active() const {
    return status == RefreshStatus::in_progress || status == RefreshStatus::baking ||
           status == RefreshStatus::cancelling || status == RefreshStatus::rollback_in_progress;
  }
};

// ---- Rules: pure functions. ----

/// How a group stands in the middle of a refresh.
struct RefreshLoad {
  std::int64_t desired = 0;
  std::int64_t not_ready = 0;  // of the desired capacity: coming, warming up, unhealthy, missing
  std::int64_t surplus = 0;    // launched ahead of those that will leave
  std::int64_t total = 0;      // to be replaced in all
  std::int64_t started = 0;    // of these, replaced or being replaced
};
struct RefreshBatch {
  std::int64_t launch_first = 0;
  std::int64_t end_first = 0;
};
/// How many more may be replaced now, up to a checkpoint of so many per cent. "The minimum healthy
/// percentage [...] of the desired capacity (rounded up). Setting it to 100 per cent limits the
/// rate of replacement to one at a time."
[[nodiscard]] RefreshBatch next_batch(const RefreshPreferences& preferences,
                                      const RefreshLoad& load, std::int64_t checkpoint);
/// The checkpoint that so many per cent have reached: the largest above `reached`.
[[nodiscard]] std::optional<std::int64_t> checkpoint_reached(const RefreshPreferences& preferences,
                                                             std::int64_t reached,
                                                             std::int64_t percent);
/// The next one to be reached; 100 where there is none.
[[nodiscard]] std::int64_t next_checkpoint(const RefreshPreferences& preferences,
                                           std::int64_t reached);
[[nodiscard]] std::int64_t last_checkpoint(const RefreshPreferences& preferences);

}  // namespace opsim::compute
