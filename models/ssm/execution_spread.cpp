// One document over many targets, maps or locations.
// AWS: Systems Manager User Guide, "Control automations at scale": one execution starts, then two,
// doubling up to MaxConcurrency, each wave after the one before; then one starts whenever one ends;
// no more once MaxErrors is passed; what runs is let finish.
// UNDOCUMENTED: the entries of TargetLocations run side by side, each under its own limits.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "models/ssm/start.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ssm {

namespace {

/// Starts the child of one item and waits for its end.
Process<> run_item(Ssm& ssm, Execution& parent, SpreadGroup& group, SpreadItem& item) {
  ApiResult<Execution*> made = make_child(ssm, parent, item);
  Status ended = Status::failed;
  if (made) {
    Execution& child = **made;
    item.child_id = child.id;
    parent.children.push_back(child.id);
    start_execution(ssm, child);
    while (!has_ended(child.status)) co_await child.changed.wait();
    ended = child.status;
  } else {
    tell(ssm, title_of(ssm, parent.document_name),
         fmt::format("not started at {}: {}", item.target, made.error().message),
         parent.document->source);
  }
  --group.running;
  ++group.done;
  if (ended == Status::failed || ended == Status::timed_out) ++group.errors;
  parent.signalled.notify_all();
}

/// All items of a group, under its limits.
Process<> run_group(Ssm& ssm, Execution& execution, SpreadGroup& group) {
  const std::size_t count = group.items.size();
  const std::size_t most = concurrency_of(group.max_concurrency, count);
  const std::size_t allowed = errors_allowed(group.max_errors, count);
  std::size_t wave = 1;
  while (true) {
    const bool refused = group.errors > allowed || execution.finish_step;
    const bool ramps = wave < most;
    // A wave starts when the one before is over; at full concurrency whoever ends makes room.
    if (!refused && (!ramps || group.running == 0)) {
      for (; group.running < wave && group.next < count; ++group.next) {
        ++group.running;
        execution.scope.spawn(run_item(ssm, execution, group, group.items[group.next]));
      }
      wave = std::min(wave * 2, most);
    }
    if (group.running == 0 && (refused || group.next == count)) co_return;
    co_await execution.signalled.wait();
  }
}

std::string failure_of(const Spread& spread) {
  std::size_t errors = 0;
  std::size_t done = 0;
  std::size_t left = 0;
  for (const SpreadGroup& group : spread.groups) {
    errors += group.errors;
    done += group.done;
    left += group.items.size() - group.next;
  }
  if (errors == 0) return "";
  std::string text = fmt::format("{} of {} targets failed", errors, done);
  if (left > 0) text += fmt::format("; more than MaxErrors allows, so {} were left out", left);
  return text;
}

}  // namespace

Process<> run_spread(Ssm& ssm, Execution& execution) {
  Spread& spread = *execution.spread;
  std::vector<Process<>> groups;
  for (SpreadGroup& group : spread.groups) groups.push_back(run_group(ssm, execution, group));
  co_await all_of(std::move(groups));
  bool refused = false;
  for (const SpreadGroup& group : spread.groups)
    refused = refused || group.errors > errors_allowed(group.max_errors, group.items.size());
  if (execution.failure.empty()) execution.failure = failure_of(spread);
  const Status status = refused ? Status::failed : Status::success;
  end_execution(ssm, execution, execution.finish_step ? Status::cancelled : status);
}

}  // namespace opsim::ssm
