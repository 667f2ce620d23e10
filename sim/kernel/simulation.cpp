#include "opsim/kernel/simulation.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace opsim {

namespace {
/// Cancelled entries are swept out once they are more than the live ones and more than this.
constexpr std::size_t kStaleTolerated = 1024;
constexpr std::size_t kMostPrefetched = 64;
constexpr std::size_t kClosuresPerSlab = 64;
}  // namespace

void detail::ClosurePool::grow() {
  slabs_.push_back(std::make_unique<Closure[]>(kClosuresPerSlab));
  for (std::size_t i = kClosuresPerSlab; i-- > 0;) give_back(slabs_.back()[i]);
}

Simulation::Simulation(SimTime start, Seed seed, const Limits& limits)
    : start_{start},
      now_{start},
      callbacks_allowed_{std::min(limits.callbacks, limits.callbacks_per_instant)},
      seed_{seed},
      limits_{limits},
      chains_{*this} {}

Simulation::~Simulation() {
  chains_.clear();
  queue_.remove_if([this](const detail::PendingEntry& entry) {
    const Slot& slot = slots_[entry.slot];
    if (slot.generation == entry.generation && (entry.generation & kOwned) != 0) {
      auto& closure = static_cast<detail::Closure&>(*slot.target);
      closure.drop(closure);
    }
    return false;
  });
}

inline std::uint32_t Simulation::take_slot() {
  if (free_slot_ == kNone) [[unlikely]] {
    return add_slot();
  }
  return std::exchange(free_slot_, slots_[free_slot_].cause);
}

inline void Simulation::release_slot(std::uint32_t index) noexcept {
  Slot& slot = slots_[index];
  slot.generation = (slot.generation | kTargetBits) + 1;
  if (slot.generation == 0) [[unlikely]] {
    return;  // this slot has used up its generations: it is never used again
  }
  slot.cause = std::exchange(free_slot_, index);
}

Ticket Simulation::schedule(SimTime due, Callback& callback, std::uint32_t target) {
  ensure(due >= now_, "a callback is due at or after now()");
  const std::uint32_t index = take_slot();
  Slot& slot = slots_[index];
  slot.target = &callback;
  slot.generation |= target;
  slot.cause = static_cast<std::uint32_t>(cause_);
  queue_.push({since_start(due), index, slot.generation});
  return Ticket{index, slot.generation};
}

std::uint32_t Simulation::add_slot() {
  if (slots_.size() >= limits_.pending) throw_limit(LimitExceeded::Kind::pending);
  slots_.push_back({nullptr, kTargetBits + 1, 0});
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

bool Simulation::cancel(Ticket ticket) noexcept {
  if (!pending(ticket)) return false;
  Callback* const target = slots_[ticket.slot_].target;
  release_slot(ticket.slot_);
  ++stale_;
  if ((ticket.generation_ & kOwned) != 0) {
    drop(static_cast<detail::Closure&>(*target));
  }
  if (stale_ > kStaleTolerated && stale_ > queue_.size() / 2) purge();
  return true;
}

void Simulation::purge() noexcept {
  queue_.remove_if([this](const detail::PendingEntry& entry) {
    return slots_[entry.slot].generation != entry.generation;
  });
  stale_ = 0;
}

/// Brings the next entries into order, and what their callbacks will need into the cache:
/// all their slots, then all their targets, so that the misses of a batch overlap.
void Simulation::refill() {
  queue_.refill();
  const auto all = queue_.sorted();
  const auto sorted = all.first(std::min<std::size_t>(all.size(), kMostPrefetched));
  for (const auto& entry : sorted) __builtin_prefetch(&slots_[entry.slot]);
  for (const auto& entry : sorted) {
    const auto* const target = reinterpret_cast<const std::byte*>(slots_[entry.slot].target);
    __builtin_prefetch(target);
    if ((entry.generation & kInFrame) != 0) __builtin_prefetch(target - 64);  // its beginning
  }
}

/// Drops cancelled entries from the front of the queue. False if nothing waits.
inline bool Simulation::find_next() {
  while (true) {
    if (queue_.needs_refill()) {
      if (queue_.empty()) return false;
      refill();
    }
    const detail::PendingEntry& entry = queue_.front();
    if (slots_[entry.slot].generation == entry.generation) [[likely]] {
      return true;
    }
    queue_.pop_front();
    --stale_;
  }
}

void Simulation::begin_instant(std::uint64_t due) {
  now_ = from_start(due);
  callbacks_allowed_ = std::min(limits_.callbacks, callbacks_run_ + limits_.callbacks_per_instant);
}

inline void Simulation::run_next() {
  const detail::PendingEntry entry = queue_.front();
  if (entry.due != since_start(now_)) begin_instant(entry.due);
  if (callbacks_run_ >= callbacks_allowed_) [[unlikely]] {
    throw_limit(callbacks_run_ >= limits_.callbacks ? LimitExceeded::Kind::callbacks
                                                    : LimitExceeded::Kind::callbacks_per_instant);
  }
  queue_.pop_front();
  Slot& slot = slots_[entry.slot];
  Callback& target = *slot.target;
  cause_ = CauseId{slot.cause};
  release_slot(entry.slot);
  ++callbacks_run_;
  target.run(target, *this);
}

void Simulation::run_until(SimTime until) {
  ensure(until >= now_, "run_until() does not go back in time");
  const auto horizon = since_start(until);
  const Running running{*this};
  while (find_next() && queue_.front().due <= horizon) {
    run_next();
    if (stopped_) return;
  }
  now_ = until;
}

bool Simulation::run_one() {
  const Running running{*this};
  if (!find_next()) return false;
  run_next();
  return true;
}

std::optional<SimTime> Simulation::next_due() {
  if (!find_next()) return std::nullopt;
  return from_start(queue_.front().due);
}

Stream& Simulation::random(std::string_view name) {
  auto found = streams_.lower_bound(name);
  if (found == streams_.end() || found->first != name) {
    found = streams_.emplace_hint(found, std::string{name}, Stream{seed_, name});
  }
  return found->second;
}

void Simulation::throw_limit(LimitExceeded::Kind kind) const {
  const std::string when = iso8601(now_);
  std::string text;
  switch (kind) {
    case LimitExceeded::Kind::callbacks_per_instant:
      text =
          fmt::format("{} callbacks ran at {} and time does not move on: something triggers itself",
                      limits_.callbacks_per_instant, when);
      break;
    case LimitExceeded::Kind::callbacks:
      text = fmt::format("{} callbacks have run by {}: the run is longer than its limit",
                         limits_.callbacks, when);
      break;
    case LimitExceeded::Kind::pending:
      text = fmt::format("{} callbacks are pending at {}: more than the limit allows",
                         limits_.pending, when);
      break;
  }
  if (cause_ != CauseId::none) {
    text += fmt::format(
        "; the last was caused by {}",
        name_cause_ ? name_cause_(cause_) : fmt::format("#{}", static_cast<std::uint32_t>(cause_)));
  }
  throw LimitExceeded{kind, now_, text};
}

}  // namespace opsim
