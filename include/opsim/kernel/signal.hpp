#pragma once
#include <coroutine>
#include <cstddef>
#include <cstdint>

#include "opsim/kernel/detail/promise.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim {

enum class Wakeup : std::uint8_t { signalled, timed_out };

/// Something processes wait for. It has no memory: a notification wakes those that wait now.
///
/// The woken run at now(), first come first served, after the callbacks already due, and with the
/// cause of whoever notified them. A wait owns at most one pending callback: its timeout, or, once
/// notified, its waking. A process that is cancelled leaves the signal, and hands on what
/// notify_one() gave it.
class Signal {
 public:
  class Wait;
  class TimedWait;

  explicit Signal(Simulation& sim) noexcept : sim_{sim} {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  /// Those that still wait then wait for their timeout, or for ever. A wait() that has been made
  /// but has not begun, as in a first_of() that is about to start, needs the signal still.
  ~Signal();

  void notify_all();
  /// Wakes the one that has waited longest. False if nobody waits.
  bool notify_one();
  [[nodiscard]] bool has_waiters() const noexcept { return first_waiting_ != nullptr; }

  /// co_await signal.wait()
  [[nodiscard]] Wait wait() noexcept;
  /// co_await signal.wait_for(5min) -> Wakeup. If both fall on one instant, the earlier scheduled
  /// wins: a timeout set before the notifying callback was scheduled runs before it.
  [[nodiscard]] TimedWait wait_for(Duration timeout) noexcept;

 private:
  // Those notified but not yet woken, then those that wait, each in order of arrival.
  Simulation& sim_;
  Wait* first_ = nullptr;
  Wait* first_waiting_ = nullptr;
  Wait* last_ = nullptr;
};

class [[nodiscard]] Signal::Wait : Callback {
 public:
  explicit Wait(Signal& signal) noexcept : Callback{&wake}, sim_{signal.sim_}, signal_{&signal} {}
  /// Only before it is awaited.
  Wait(Wait&& other) noexcept : Callback{&wake}, sim_{other.sim_}, signal_{other.signal_} {}
  ~Wait() { leave(); }

  bool await_ready() const noexcept { return false; }
  template <detail::ProcessPromise Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    chain_ = frame.promise().chain;
    frame_ = frame;
    join();
  }
  void await_resume() const noexcept {}

 protected:
  friend class Signal;
  static void wake(Callback& self, Simulation& sim);
  void join() noexcept;  // to the end of the signal's list
  void unlink() noexcept;
  void leave() noexcept;  // the list and the queue
  void set_timeout(Duration timeout);
  void notify(bool alone);
  [[nodiscard]] Wakeup outcome() const noexcept {
    return notified_ ? Wakeup::signalled : Wakeup::timed_out;
  }

  Simulation& sim_;
  Signal* signal_;  // null once the signal is gone
  Wait* previous_ = nullptr;
  Wait* next_ = nullptr;
  detail::Chain* chain_ = nullptr;
  std::coroutine_handle<> frame_;
  Ticket ticket_;  // the timeout, then the waking
  bool linked_ = false;
  bool notified_ = false;
  bool alone_ = false;  // by notify_one
};

class [[nodiscard]] Signal::TimedWait : public Signal::Wait {
 public:
  TimedWait(Signal& signal, Duration timeout) noexcept : Wait{signal}, timeout_{timeout} {}
  template <detail::ProcessPromise Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    set_timeout(timeout_);
    Wait::await_suspend(frame);
  }
  Wakeup await_resume() const noexcept { return outcome(); }

 private:
  Duration timeout_;
};

inline Signal::Wait Signal::wait() noexcept { return Wait{*this}; }
inline Signal::TimedWait Signal::wait_for(Duration timeout) noexcept {
  return TimedWait{*this, timeout};
}

}  // namespace opsim

#include "opsim/kernel/channel.hpp"
