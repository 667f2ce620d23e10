#pragma once
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "opsim/kernel/callback.hpp"

namespace opsim {
class Simulation;
template <class T = void>
class Process;
}  // namespace opsim

namespace opsim::detail {

class ChainOwner;
class Chains;

Chains& chains_of(Simulation& sim) noexcept;

/// A spawned process with all it awaits: the frames that are resumed, and destroyed, as one. It is
/// also the callback that starts it.
struct Chain : Callback {
  Simulation* sim = nullptr;
  std::coroutine_handle<> top;   // the spawned coroutine; the others hang below it
  ChainOwner* owner = nullptr;   // hears of its end; null for one that nobody waits for any more
  Chain* previous = nullptr;     // in the owner's list
  Chain* next = nullptr;         // likewise; of a free chain: the next free one
  Ticket start;                  // pending until it first runs
  std::uint32_t generation = 0;  // of the reuse of this object
  std::uint16_t index = 0;       // which of its owner's processes it is
  bool condemned = false;        // cancelled while it, or one it owns, was running
};

/// Who spawned chains and wants to know their end: a Scope, first_of, all_of, the simulation.
/// When it goes, its chains are cancelled.
class ChainOwner {
 public:
  using Finished = void (*)(ChainOwner& self, std::uint16_t index, std::exception_ptr error);
  ChainOwner(Simulation& sim, Finished finished) noexcept;
  ChainOwner(const ChainOwner&) = delete;
  ChainOwner& operator=(const ChainOwner&) = delete;
  ~ChainOwner();

  void spawn(Process<void> process, std::uint16_t index = 0);
  void cancel_all() noexcept;
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] Simulation& sim() const noexcept { return sim_; }

 private:
  friend class Chains;
  void unlink(Chain& chain) noexcept;
  Simulation& sim_;
  Finished finished_;
  Chain* first_ = nullptr;
  Chain* last_ = nullptr;
  Chain* parent_;                    // the chain that ran when this was made, if any
  std::uint32_t parent_generation_;  // it may have ended since
};

/// All chains of one simulation, and which of them runs.
///
/// Coroutines never resume each other: each names the next one and returns, and resume() goes on
/// with that one. So only one frame is ever on the machine's stack, however deep processes await
/// each other and in every build type, and every other frame may be destroyed at any time.
class Chains {
 public:
  explicit Chains(Simulation& sim) noexcept : sim_{sim} {}
  Chains(const Chains&) = delete;
  Chains& operator=(const Chains&) = delete;
  ~Chains();

  /// Runs the chain from `frame` on until it waits or ends.
  void resume(Chain& chain, std::coroutine_handle<> frame) {
    running_ = &chain;
    next_ = frame;
    do {
      std::exchange(next_, nullptr).resume();
      if (needs_attention_) [[unlikely]] {
        attend();
      }
    } while (next_);
    running_ = nullptr;
  }
  /// Makes `frame`, of the running chain, the next to run.
  void go_to(std::coroutine_handle<> frame) noexcept { next_ = frame; }
  /// The top frame of the running chain has reached its end.
  void end_running() noexcept {
    finished_ = true;
    needs_attention_ = true;
  }
  /// Lets a waiting chain go on once the running one has been dealt with.
  void hand_over(Chain& chain, std::coroutine_handle<> frame) noexcept {
    running_ = &chain;
    next_ = frame;
  }
  void cancel(Chain& chain) noexcept;
  void spawn_detached(Process<void> process);
  /// What to do with an exception that nobody awaits: rethrows LimitExceeded, aborts for any other.
  void report_unhandled(const std::exception_ptr& error);
  /// Ends all that the simulation itself owns.
  void clear() noexcept;
  [[nodiscard]] Chain* running() const noexcept { return running_; }

 private:
  friend class ChainOwner;
  Chain& take();
  void attend();
  void finish(Chain& chain);
  ChainOwner* end(Chain& chain) noexcept;
  void release(Chain& chain) noexcept;
  [[nodiscard]] bool owns_running(const Chain& chain) const noexcept;

  Simulation& sim_;
  Chain* running_ = nullptr;
  std::coroutine_handle<> next_;
  bool finished_ = false;  // the running chain has
  bool needs_attention_ = false;
  std::vector<Chain*> condemned_;
  Chain* free_ = nullptr;
  std::vector<std::unique_ptr<Chain[]>> slabs_;
  std::unique_ptr<ChainOwner> detached_;  // those that the simulation itself owns
};

}  // namespace opsim::detail
