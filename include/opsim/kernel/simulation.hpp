#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "opsim/kernel/callback.hpp"
#include "opsim/kernel/cause.hpp"
#include "opsim/kernel/detail/chains.hpp"
#include "opsim/kernel/detail/closure.hpp"
#include "opsim/kernel/detail/memory.hpp"
#include "opsim/kernel/detail/pending_queue.hpp"
#include "opsim/kernel/ensure.hpp"
#include "opsim/kernel/limits.hpp"
#include "opsim/kernel/random.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim {

class Sleep;

/// Anything to be called with no argument or with the simulation. (A Callback is not copied.)
template <class F>
concept Schedulable =
    !std::derived_from<std::remove_cvref_t<F>, Callback> &&
    (std::invocable<std::decay_t<F>&> || std::invocable<std::decay_t<F>&, Simulation&>);

/// The discrete-event kernel: one clock, one set of pending callbacks, one thread.
///
/// Order     Callbacks run by (due time, order of scheduling): equal times are first in, first out.
/// Time      now() changes only between callbacks and never goes back. A cancelled callback does
///           not move it.
/// Causes    cause() is inherited by whatever a callback schedules, spawns or notifies.
/// Random    random("fis.targets") is a stream of its own, derived from the seed and that name.
/// Errors    Scheduling before now() is a bug in a model, not an input error: ensure() aborts.
///           Going beyond the Limits throws LimitExceeded out of run_until(). An exception thrown
///           by a plain callback leaves run_until() too; the run may go on after it.
/// Lifetime  The caller owns the Simulation; models and processes borrow it and must not outlive
///           it. What is still pending when it ends is dropped without being run.
class Simulation {
 public:
  explicit Simulation(SimTime start = {}, Seed seed = Seed{1}, const Limits& limits = {});
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
  ~Simulation();

  [[nodiscard]] SimTime now() const noexcept { return now_; }
  [[nodiscard]] SimTime start() const noexcept { return start_; }
  [[nodiscard]] Seed seed() const noexcept { return seed_; }

  /// Runs `callable` once at `due`, which is not before now(). Up to 48 bytes of captures need no
  /// allocation.
  template <Schedulable F>
  Ticket at(SimTime due, F&& callable);
  template <Schedulable F>
  Ticket after(Duration delay, F&& callable) {
    return at(later(delay), std::forward<F>(callable));
  }
  /// The same without a copy or an allocation; `callback` must stay where it is while it waits.
  Ticket at(SimTime due, Callback& callback) { return schedule(due, callback, kBorrowed); }
  Ticket after(Duration delay, Callback& callback) { return at(later(delay), callback); }

  /// now() + delay, or the end of time if that is earlier: Duration::max() means never.
  [[nodiscard]] SimTime later(Duration delay) const noexcept {
    Duration::rep due = 0;
    const bool beyond =
        __builtin_add_overflow(now_.time_since_epoch().count(), delay.count(), &due);
    return beyond ? SimTime::max() : SimTime{Duration{due}};
  }

  /// True if the callback was still waiting; then it never runs. Any other ticket is allowed.
  bool cancel(Ticket ticket) noexcept;
  [[nodiscard]] bool pending(Ticket ticket) const noexcept {
    return ticket.slot_ < slots_.size() && slots_[ticket.slot_].generation == ticket.generation_;
  }
  /// How many callbacks wait.
  [[nodiscard]] std::size_t pending_count() const noexcept { return queue_.size() - stale_; }
  /// When the next callback is due, if any waits.
  [[nodiscard]] std::optional<SimTime> next_due();

  /// Runs everything due up to and including `until`; then now() is `until`. After stop() it
  /// returns at once and the clock stays at the callback that stopped it.
  void run_until(SimTime until);
  /// Runs the next callback, whenever it is due. False if none waits.
  bool run_one();
  /// Makes run_until() return once the running callback has ended.
  void stop() noexcept { stopped_ = true; }
  [[nodiscard]] std::uint64_t callbacks_run() const noexcept { return callbacks_run_; }

  /// The cause of the running callback; none outside of callbacks.
  [[nodiscard]] CauseId cause() const noexcept { return cause_; }
  /// How to name a cause in a diagnosis, e.g. from the journal. The kernel itself has only ids.
  void name_causes(std::function<std::string(CauseId)> name) { name_cause_ = std::move(name); }

  /// The stream of that name: the same one at every call, so drawing from it advances it. A copy
  /// starts where the stream is now. Looking it up costs; keep the reference, it stays valid.
  [[nodiscard]] Stream& random(std::string_view name);

  /// co_await sim.sleep(5min): resumes the process that much later, with its own cause.
  /// Defined, like spawn, in opsim/kernel/process.hpp.
  [[nodiscard]] Sleep sleep(Duration delay);
  [[nodiscard]] Sleep sleep_until(SimTime due);
  /// Starts a process at now(), after the callbacks already due, and keeps it until it ends.
  void spawn(Process<void> process);

 private:
  friend class CauseScope;
  friend class Sleep;
  friend class detail::Chains;
  friend detail::Chains& detail::chains_of(Simulation& sim) noexcept;
  // A slot holds what a pending entry must still know; it is free again once the callback ran or
  // was cancelled. Its generation tells the entry and the tickets of one use from those of the
  // next.
  struct Slot {
    Callback* target;
    std::uint32_t generation;  // lowest bits: what the target is
    std::uint32_t cause;       // of a free slot: the next free slot
  };
  // While run_until or run_one is at work: neither may be called from a callback.
  struct Running {
    explicit Running(Simulation& s) noexcept : sim{s} {
      ensure(!std::exchange(sim.running_, true), "a callback does not run the simulation");
      sim.stopped_ = false;
    }
    ~Running() {
      sim.running_ = false;
      sim.cause_ = CauseId::none;
    }
    Simulation& sim;
  };
  static constexpr std::uint32_t kBorrowed = 0;
  static constexpr std::uint32_t kOwned = 1;    // a Closure
  static constexpr std::uint32_t kInFrame = 2;  // a Sleep: its coroutine frame lies around it
  static constexpr std::uint32_t kTargetBits = 3;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // How the queue counts time. Unsigned: from a start long ago to the last SimTime it can be more
  // than a Duration holds.
  [[nodiscard]] std::uint64_t since_start(SimTime time) const noexcept {
    return static_cast<std::uint64_t>(time.time_since_epoch().count()) -
           static_cast<std::uint64_t>(start_.time_since_epoch().count());
  }
  [[nodiscard]] SimTime from_start(std::uint64_t due) const noexcept {
    return SimTime{Duration{static_cast<Duration::rep>(
        due + static_cast<std::uint64_t>(start_.time_since_epoch().count()))}};
  }
  Ticket schedule(SimTime due, Callback& callback, std::uint32_t target);
  std::uint32_t take_slot();
  std::uint32_t add_slot();
  void release_slot(std::uint32_t index) noexcept;
  void drop(detail::Closure& closure) noexcept {
    closure.drop(closure);
    closures_.give_back(closure);
  }
  void refill();
  bool find_next();
  void run_next();
  void begin_instant(std::uint64_t due);
  void purge() noexcept;
  [[noreturn]] void throw_limit(LimitExceeded::Kind kind) const;
  template <class F>
  static void run_closure(Callback& self, Simulation& sim);

  SimTime start_;
  SimTime now_;
  CauseId cause_ = CauseId::none;
  bool stopped_ = false;
  bool running_ = false;
  std::uint32_t free_slot_ = kNone;
  std::vector<Slot, detail::LargeAllocator<Slot>> slots_;
  std::size_t stale_ = 0;  // entries of cancelled callbacks still in the queue
  detail::PendingQueue queue_;
  detail::ClosurePool closures_;
  std::uint64_t callbacks_run_ = 0;
  std::uint64_t callbacks_allowed_;  // before a limit must be looked at again
  Seed seed_;
  Limits limits_;
  std::function<std::string(CauseId)> name_cause_;
  std::map<std::string, Stream, std::less<>> streams_;
  detail::Chains chains_;  // last: its processes go first
};

/// Sets the cause of what follows in the running callback or process, until the scope ends.
class CauseScope {
 public:
  CauseScope(Simulation& sim, CauseId cause) noexcept
      : sim_{sim}, previous_{std::exchange(sim.cause_, cause)} {}
  CauseScope(const CauseScope&) = delete;
  CauseScope& operator=(const CauseScope&) = delete;
  ~CauseScope() { sim_.cause_ = previous_; }

 private:
  Simulation& sim_;
  CauseId previous_;
};

inline detail::Chains& detail::chains_of(Simulation& sim) noexcept { return sim.chains_; }

template <class F>
void Simulation::run_closure(Callback& self, Simulation& sim) {
  struct End {
    detail::Closure& closure;
    Simulation& sim;
    ~End() { sim.drop(closure); }
  } end{static_cast<detail::Closure&>(self), sim};
  F& callable = detail::stored<F>(end.closure);
  if constexpr (std::invocable<F&, Simulation&>) {
    callable(sim);
  } else {
    callable();
  }
}

template <Schedulable F>
Ticket Simulation::at(SimTime due, F&& callable) {
  using Callable = std::decay_t<F>;
  if constexpr (detail::FitsClosure<Callable>) {
    detail::Closure& closure = closures_.take();
    detail::store<Callable>(closure, std::forward<F>(callable), &run_closure<Callable>);
    try {
      return schedule(due, closure, kOwned);
    } catch (...) {  // too many are pending
      drop(closure);
      throw;
    }
  } else {
    auto large = std::make_unique<Callable>(std::forward<F>(callable));
    if constexpr (std::invocable<Callable&, Simulation&>) {
      return at(due, [held = std::move(large)](Simulation& sim) { (*held)(sim); });
    } else {
      return at(due, [held = std::move(large)] { (*held)(); });
    }
  }
}

}  // namespace opsim
