#pragma once
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "opsim/kernel/detail/chains.hpp"
#include "opsim/kernel/detail/promise.hpp"
#include "opsim/kernel/sleep.hpp"

namespace opsim {

namespace detail {

/// Runs several processes side by side until the first, or the last, of them ends.
class [[nodiscard]] Together {
 public:
  enum class Until : std::uint8_t { first, last };
  Together(std::vector<Process<void>> processes, Until until) noexcept
      : processes_{std::move(processes)}, until_{until} {}

  bool await_ready() const noexcept { return processes_.empty(); }
  template <ProcessPromise Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    start(*frame.promise().chain, frame);
  }
  /// The index of the one that ended last before this went on; rethrows its exception.
  std::size_t await_resume();

 private:
  struct Run;
  struct EndRun {
    void operator()(Run* run) const noexcept;
  };
  void start(Chain& chain, std::coroutine_handle<> frame);

  std::vector<Process<void>> processes_;
  std::unique_ptr<Run, EndRun> run_;
  Until until_;
};

template <class Awaitable>
Process<void> as_process(Awaitable awaitable) {
  co_await std::move(awaitable);
}
inline Process<void> as_process(Process<void> process) { return process; }

template <class T>
Process<void> keep_result(Process<T> process, std::optional<T>& result) {
  result.emplace(co_await std::move(process));
}
Process<bool> finishes_within(Process<void> process, Duration timeout);

}  // namespace detail

/// co_await first_of(a, b, ...): the index of the process (or sleep, or wait) that ends first; at
/// equal times, the one whose end was due first. The others are cancelled before this returns. An
/// exception of the first is rethrown.
template <class... Awaitables>
requires(sizeof...(Awaitables) >= 1) [[nodiscard]] detail::Together
    first_of(Awaitables... awaitables) {
  std::vector<Process<void>> processes;
  processes.reserve(sizeof...(Awaitables));
  (processes.push_back(detail::as_process(std::move(awaitables))), ...);
  return detail::Together{std::move(processes), detail::Together::Until::first};
}

/// co_await all_of(processes): until all have ended. An exception cancels the others and is
/// rethrown.
[[nodiscard]] inline detail::Together all_of(std::vector<Process<void>> processes) {
  return detail::Together{std::move(processes), detail::Together::Until::last};
}

/// co_await with_timeout(process, 30s): its result, or nullopt if it was cancelled because it had
/// not ended after 30 s. Ending exactly at the timeout is too late.
template <class T>
Process<std::optional<T>> with_timeout(Process<T> process, Duration timeout) {
  std::optional<T> result;
  Process<void> work = detail::keep_result(std::move(process), result);
  co_await detail::finishes_within(std::move(work), timeout);
  co_return result;
}
/// The same for a process without a result: true if it ended in time.
inline Process<bool> with_timeout(Process<void> process, Duration timeout) {
  return detail::finishes_within(std::move(process), timeout);
}

}  // namespace opsim
