#include "opsim/kernel/detail/chains.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "opsim/kernel/process.hpp"

namespace opsim::detail {

namespace {
constexpr std::size_t kChainsPerSlab = 64;

void start_chain(Callback& self, Simulation& sim) {
  auto& chain = static_cast<Chain&>(self);
  chain.start = {};
  chains_of(sim).resume(chain, chain.top);
}

[[noreturn]] void abort_on_unhandled(const char* what) noexcept {
  std::fprintf(stderr, "opsim: a bug: an exception left a process that nobody awaits: %s\n", what);
  std::abort();
}
}  // namespace

// ---- Owners ----

ChainOwner::ChainOwner(Simulation& sim, Finished finished) noexcept
    : sim_{sim},
      finished_{finished},
      parent_{chains_of(sim).running()},
      parent_generation_{parent_ != nullptr ? parent_->generation : 0} {}

ChainOwner::~ChainOwner() {
  cancel_all();
  for (Chain* chain = first_; chain != nullptr; chain = chain->next) chain->owner = nullptr;
}

void ChainOwner::spawn(Process<void> process, std::uint16_t index) {
  Chains& chains = chains_of(sim_);
  Chain& chain = chains.take();
  try {
    chain.start = sim_.at(sim_.now(), static_cast<Callback&>(chain));
  } catch (...) {
    chains.release(chain);
    throw;
  }
  const auto frame = process.release();
  ensure(static_cast<bool>(frame), "a process is spawned once");
  frame.promise().chain = &chain;
  chain.top = frame;
  chain.owner = this;
  chain.index = index;
  chain.previous = last_;
  (last_ != nullptr ? last_->next : first_) = &chain;
  last_ = &chain;
}

void ChainOwner::unlink(Chain& chain) noexcept {
  (chain.previous != nullptr ? chain.previous->next : first_) = chain.next;
  (chain.next != nullptr ? chain.next->previous : last_) = chain.previous;
}

void ChainOwner::cancel_all() noexcept {
  // Destroying one may end others of this list: so each time from the front.
  const auto next_to_cancel = [this] {
    Chain* chain = first_;
    while (chain != nullptr && (chain->condemned || !chain->top)) chain = chain->next;
    return chain;
  };
  while (Chain* const chain = next_to_cancel()) chains_of(sim_).cancel(*chain);
}

// ---- Chains ----

void Chains::clear() noexcept {
  running_ = nullptr;
  if (detached_) detached_->cancel_all();
}

Chains::~Chains() = default;

void Chains::spawn_detached(Process<void> process) {
  if (!detached_) {
    detached_ = std::make_unique<ChainOwner>(
        sim_, [](ChainOwner& self, std::uint16_t, std::exception_ptr error) {
          if (error) chains_of(self.sim()).report_unhandled(error);
        });
    detached_->parent_ = nullptr;
  }
  detached_->spawn(std::move(process));
}

Chain& Chains::take() {
  if (free_ == nullptr) {
    slabs_.push_back(std::make_unique<Chain[]>(kChainsPerSlab));
    for (std::size_t i = kChainsPerSlab; i-- > 0;) {
      Chain& chain = slabs_.back()[i];
      chain.run = &start_chain;
      chain.sim = &sim_;
      chain.next = std::exchange(free_, &chain);
    }
  }
  Chain& chain = *free_;
  free_ = std::exchange(chain.next, nullptr);
  return chain;
}

void Chains::release(Chain& chain) noexcept {
  ++chain.generation;
  chain.owner = nullptr;
  chain.previous = nullptr;
  chain.condemned = false;
  chain.next = std::exchange(free_, &chain);
}

bool Chains::owns_running(const Chain& chain) const noexcept {
  for (const Chain* running = running_; running != nullptr;) {
    if (running == &chain) return true;
    const ChainOwner* const owner = running->owner;
    if (owner == nullptr || owner->parent_ == nullptr) return false;
    if (owner->parent_->generation != owner->parent_generation_) return false;
    running = owner->parent_;
  }
  return false;
}

void Chains::cancel(Chain& chain) noexcept {
  if (chain.condemned || !chain.top) return;
  if (owns_running(chain)) {
    chain.condemned = true;
    condemned_.push_back(&chain);
    needs_attention_ = true;
    return;
  }
  end(chain);
}

/// Destroys the frames of a chain that is not running; gives its owner, if that still exists.
ChainOwner* Chains::end(Chain& chain) noexcept {
  if (chain.condemned) std::erase(condemned_, &chain);
  sim_.cancel(std::exchange(chain.start, Ticket{}));
  const CauseId cause = sim_.cause();
  std::exchange(chain.top, nullptr).destroy();  // its destructors may end the owner, too
  sim_.cause_ = cause;                          // a CauseScope among them had its own idea of it
  ChainOwner* const owner = chain.owner;
  if (owner != nullptr) owner->unlink(chain);
  release(chain);
  return owner;
}

void Chains::attend() {
  needs_attention_ = false;
  Chain* const chain = std::exchange(running_, nullptr);
  const std::uint32_t generation = chain->generation;
  const std::coroutine_handle<> next = std::exchange(next_, nullptr);
  const bool finished = std::exchange(finished_, false);
  while (!condemned_.empty()) {
    Chain& condemned = *condemned_.back();
    const std::uint16_t index = condemned.index;
    if (ChainOwner* const owner = end(condemned)) owner->finished_(*owner, index, nullptr);
  }
  if (chain->generation != generation) return;  // it was among them
  if (finished) {
    finish(*chain);
  } else {
    running_ = chain;
    next_ = next;
  }
}

void Chains::finish(Chain& chain) {
  const auto top = Process<void>::Frame::from_address(chain.top.address());
  const std::exception_ptr error = std::move(top.promise().error);
  const std::uint16_t index = chain.index;
  ChainOwner* const owner = end(chain);
  if (owner != nullptr) {
    owner->finished_(*owner, index, error);
  } else if (error) {
    report_unhandled(error);
  }
}

void Chains::report_unhandled(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const LimitExceeded&) {
    throw;
  } catch (const std::exception& bug) {
    abort_on_unhandled(bug.what());
  } catch (...) {
    abort_on_unhandled("of an unknown type");
  }
}

}  // namespace opsim::detail
