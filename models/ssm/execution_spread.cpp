// One document over many targets.
// AWS: Systems Manager User Guide, "Control automations at scale": one execution starts, then two,
// doubling up to MaxConcurrency, each wave after the one before; no more once MaxErrors is passed;
// what runs is let finish.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "models/ssm/start.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ssm {

namespace {

/// Starts the child of one target and waits for its end.
Process<> run_target(Ssm& ssm, Execution& parent, std::string target) {
  Spread& spread = *parent.spread;
  Execution& child = make_child(ssm, parent, target);
  parent.children.push_back(child.id);
  start_execution(ssm, child);
  while (!has_ended(child.status)) co_await child.changed.wait();
  ++spread.done;
  if (child.status == Status::failed) ++spread.errors;
  if (child.status == Status::timed_out) ++spread.timed_out;
  if (child.status == Status::cancelled) ++spread.cancelled;
}

}  // namespace

Process<> run_spread(Ssm& ssm, Execution& execution) {
  Spread& spread = *execution.spread;
  const std::size_t count = spread.targets.size();
  const std::size_t most = concurrency_of(spread.max_concurrency, count);
  const std::size_t allowed = errors_allowed(spread.max_errors, count);
  std::size_t next = 0;
  bool refused = false;
  for (std::size_t wave = 1; next < count && !refused && !execution.finish_step;
       wave = std::min(wave * 2, most)) {
    std::vector<Process<>> running;
    for (; running.size() < wave && next < count; ++next)
      running.push_back(run_target(ssm, execution, spread.targets[next]));
    co_await all_of(std::move(running));
    refused = spread.errors + spread.timed_out > allowed;
  }
  if (refused)
    execution.failure =
        fmt::format("{} of {} targets failed; {} were allowed, so {} were left out",
                    spread.errors + spread.timed_out, spread.done, allowed, count - next);
  const bool any_failed = spread.errors + spread.timed_out > 0;
  if (any_failed && execution.failure.empty())
    execution.failure =
        fmt::format("{} of {} targets failed", spread.errors + spread.timed_out, spread.done);
  end_execution(ssm, execution, refused ? Status::failed : Status::success);
}

}  // namespace opsim::ssm
