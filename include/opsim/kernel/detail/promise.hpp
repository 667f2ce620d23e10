#pragma once
#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "opsim/kernel/detail/chains.hpp"
#include "opsim/kernel/detail/frame_pool.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim {

namespace detail {

struct PromiseBase {
  Chain* chain = nullptr;          // set when it starts
  std::coroutine_handle<> caller;  // who awaits it; none for the top of a chain
  std::exception_ptr error;

  struct Final {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> frame) const noexcept {
      PromiseBase& promise = frame.promise();
      if (promise.caller) {
        chains_of(*promise.chain->sim).go_to(promise.caller);
      } else {
        chains_of(*promise.chain->sim).end_running();
      }
    }
    void await_resume() const noexcept {}
  };
  std::suspend_always initial_suspend() const noexcept { return {}; }
  Final final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }

  static void* operator new(std::size_t size) { return take_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    give_back_frame(frame, size);
  }
};

template <class T>
struct Promise : PromiseBase {
  Process<T> get_return_object() noexcept;
  template <class U>
  requires std::constructible_from<T, U&&>
  void return_value(U&& result) { value.emplace(std::forward<U>(result)); }
  T take() { return std::move(*value); }
  std::optional<T> value;
};

template <>
struct Promise<void> : PromiseBase {
  Process<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const noexcept {}
};

template <class P>
concept ProcessPromise = std::derived_from<P, PromiseBase>;

/// co_await ThisSimulation{}: the simulation that the awaiting process runs in.
struct ThisSimulation {
  Simulation* sim = nullptr;
  bool await_ready() const noexcept { return false; }
  template <ProcessPromise P>
  bool await_suspend(std::coroutine_handle<P> frame) noexcept {
    sim = frame.promise().chain->sim;
    return false;
  }
  Simulation& await_resume() const noexcept { return *sim; }
};

}  // namespace detail

/// A coroutine that waits in simulated time. It starts when it is awaited or spawned, never by
/// itself, and is destroyed, wherever it waits, with its Process object.
///
/// Awaiting one runs it to its end and gives its result, or rethrows its exception. Only a Process
/// can await. Parameters taken by reference must outlive it.
template <class T>
class [[nodiscard]] Process {
 public:
  using promise_type = detail::Promise<T>;
  using Frame = std::coroutine_handle<promise_type>;

  explicit Process(Frame frame) noexcept : frame_{frame} {}
  Process(Process&& other) noexcept : frame_{std::exchange(other.frame_, {})} {}
  Process& operator=(Process&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Process() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  template <detail::ProcessPromise Caller>
  void await_suspend(std::coroutine_handle<Caller> caller) noexcept {
    ensure(frame_ && !frame_.done(), "a process is awaited once");
    detail::PromiseBase& promise = frame_.promise();
    promise.chain = caller.promise().chain;
    promise.caller = caller;
    detail::chains_of(*promise.chain->sim).go_to(frame_);
  }
  T await_resume() {
    if (frame_.promise().error) std::rethrow_exception(frame_.promise().error);
    return frame_.promise().take();
  }

 private:
  friend class detail::ChainOwner;
  Frame release() noexcept { return std::exchange(frame_, {}); }
  Frame frame_;
};

template <class T>
Process<T> detail::Promise<T>::get_return_object() noexcept {
  return Process<T>{Process<T>::Frame::from_promise(*this)};
}
inline Process<void> detail::Promise<void>::get_return_object() noexcept {
  return Process<void>{Process<void>::Frame::from_promise(*this)};
}

}  // namespace opsim
