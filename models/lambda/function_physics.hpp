#pragma once
/// What a function does when it runs, as a scenario says it:
///
///   physics:
///     CleanUp:
///       takes: lognormal(p50 400ms, p99 3s)
///       succeeds: 99 %                      # or: when disk is below 95 %
///       changes: { disk: to 40 % }          # or: by -40 %
///       on: WebFleet                        # else what the payload names
///       payload: { freed: 12 }              # what it answers
///       fails with: No space left on device
///       hangs: 1 %
///       items fail: 2 %                       # of the records of a batch
///       cold start: lognormal(p50 300ms, p99 2s)
///       memory: normal(mean 90, sd 10)      # MB; more than MemorySize kills the run
///     CleanUp/2: { succeeds: 60 % }         # of version 2 alone; or by the revision of its code
///
/// The words of all work (opsim/cloud/work_physics.hpp), and those of functions.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/work_physics.hpp"

namespace opsim::lambda {

struct FunctionPhysics : WorkPhysics {
  double item_failure_share = 0;  // of the records of a batch
  std::optional<Distribution> cold_start;
  std::optional<Distribution> memory_mb;
  std::optional<Duration> idle_life;
  std::optional<std::int64_t> account_concurrency;  // of the type as a whole
};

extern const Shape kFunctionPhysicsShape;

/// `values` is a mapping, checked against the shape. What is wrong goes to `diagnostics`.
FunctionPhysics read_function_physics(std::string_view name, const Node& values,
                                      Diagnostics& diagnostics);

/// How long an environment takes to start, drawn apart from what its runs draw.
[[nodiscard]] Duration draw_cold_start(const FunctionPhysics& physics, Stream& luck);
/// Of `takes`, without cold starts: what a run takes on average.
[[nodiscard]] Duration mean_duration(const FunctionPhysics& physics);
[[nodiscard]] Duration mean_cold_start(const FunctionPhysics& physics);

/// One run, decided before it starts.
[[nodiscard]] WorkRun draw_run(const FunctionPhysics& physics, Stream& luck);
/// Applies the changes; what to tell of them: "i-00000002: disk from 91 % to 40 %".
std::string apply_changes(Cloud& cloud, const FunctionPhysics& physics,
                          const std::vector<std::string>& targets, Stream& luck);

}  // namespace opsim::lambda
