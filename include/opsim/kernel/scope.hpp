#pragma once
#include <exception>
#include <utility>

#include "opsim/kernel/detail/chains.hpp"
#include "opsim/kernel/detail/promise.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim {

/// Owns processes: when the scope ends, those still running are cancelled.
///
/// Cancelling destroys the process where it waits, innermost frame first; what it awaited, and the
/// scopes it holds, go with it, and nothing of it stays pending. A process that cancels its own
/// scope, directly or through what it calls, ends at its next co_await.
/// An exception that leaves a spawned process is nobody's to catch: it aborts the program with a
/// message, but LimitExceeded, which leaves run_until().
class Scope : detail::ChainOwner {
 public:
  explicit Scope(Simulation& sim) noexcept;

  /// Starts it at now(), after the callbacks already due, with the cause of the caller.
  void spawn(Process<void> process) { ChainOwner::spawn(std::move(process)); }
  /// Cancels all processes in it. It may be used again.
  void cancel();
  [[nodiscard]] bool empty() const noexcept { return ChainOwner::empty(); }
  /// co_await scope.join(): until no process is left.
  [[nodiscard]] Process<void> join();

 private:
  static void one_ended(ChainOwner& self, std::uint16_t index, std::exception_ptr error);
  Signal emptied_;
};

}  // namespace opsim
