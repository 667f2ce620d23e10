#pragma once
#include <coroutine>
#include <utility>

#include "opsim/kernel/detail/promise.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim {

/// What sim.sleep() and sim.sleep_until() give: to be awaited at once. It owns one pending callback
/// while it waits, and takes it back if the process is cancelled.
class [[nodiscard]] Sleep : Callback {
 public:
  Sleep(Simulation& sim, SimTime due) noexcept : Callback{&wake}, sim_{sim}, due_{due} {}
  /// Only before it is awaited.
  Sleep(Sleep&& other) noexcept : Callback{&wake}, sim_{other.sim_}, due_{other.due_} {}
  ~Sleep() {
    if (ticket_) sim_.cancel(ticket_);
  }

  bool await_ready() const noexcept { return false; }
  template <detail::ProcessPromise Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    const SimTime due = due_;
    chain_ = frame.promise().chain;
    frame_ = frame.address();
    ticket_ = sim_.schedule(due, *this, Simulation::kInFrame);
  }
  void await_resume() noexcept { ticket_ = {}; }

 private:
  static void wake(Callback& self, Simulation& sim);

  Simulation& sim_;
  union {          // a frame that sleeps is smaller by it: 128 bytes for the simplest loop
    SimTime due_;  // until it is awaited
    void* frame_;
  };
  detail::Chain* chain_ = nullptr;
  Ticket ticket_;
};

inline Sleep Simulation::sleep(Duration delay) { return Sleep{*this, later(delay)}; }
inline Sleep Simulation::sleep_until(SimTime due) { return Sleep{*this, due}; }

}  // namespace opsim
