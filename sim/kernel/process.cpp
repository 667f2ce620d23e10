#include "opsim/kernel/process.hpp"

#include <utility>

namespace opsim {

void Simulation::spawn(Process<void> process) { chains_.spawn_detached(std::move(process)); }

void Sleep::wake(Callback& self, Simulation& sim) {
  auto& sleep = static_cast<Sleep&>(self);
  detail::chains_of(sim).resume(*sleep.chain_, std::coroutine_handle<>::from_address(sleep.frame_));
}

// ---- Scope ----

Scope::Scope(Simulation& sim) noexcept : ChainOwner{sim, &one_ended}, emptied_{sim} {}

void Scope::cancel() {
  cancel_all();
  if (empty()) emptied_.notify_all();
}

Process<void> Scope::join() {
  while (!empty()) co_await emptied_.wait();
}

void Scope::one_ended(ChainOwner& self, std::uint16_t, std::exception_ptr error) {
  auto& scope = static_cast<Scope&>(self);
  if (scope.empty()) scope.emptied_.notify_all();
  if (error) detail::chains_of(scope.sim()).report_unhandled(error);
}

// ---- first_of, all_of, with_timeout ----

namespace detail {

struct Together::Run : ChainOwner {
  Run(Simulation& sim, Chain& waiting_chain, std::coroutine_handle<> waiting_frame,
      std::size_t must_end)
      : ChainOwner{sim, &one_ended}, chain{waiting_chain}, frame{waiting_frame}, left{must_end} {}

  static void one_ended(ChainOwner& self, std::uint16_t index, std::exception_ptr error) {
    auto& run = static_cast<Run&>(self);
    run.ended = index;
    if (--run.left > 0 && !error) return;
    run.error = std::move(error);
    run.cancel_all();
    chains_of(run.sim()).hand_over(run.chain, run.frame);
  }

  Chain& chain;
  std::coroutine_handle<> frame;
  std::size_t left;
  std::size_t ended = 0;
  std::exception_ptr error;
};

void Together::EndRun::operator()(Run* run) const noexcept { delete run; }

void Together::start(Chain& chain, std::coroutine_handle<> frame) {
  const std::size_t must_end = until_ == Until::first ? 1 : processes_.size();
  run_.reset(new Run{*chain.sim, chain, frame, must_end});
  std::uint16_t index = 0;
  for (Process<void>& process : processes_) run_->spawn(std::move(process), index++);
}

std::size_t Together::await_resume() {
  if (!run_) return 0;
  const std::unique_ptr<Run, EndRun> run = std::move(run_);
  if (run->error) std::rethrow_exception(run->error);
  return run->ended;
}

Process<bool> finishes_within(Process<void> process, Duration timeout) {
  ThisSimulation here;
  Simulation& sim = co_await here;
  Sleep clock = sim.sleep(timeout);
  Together race = first_of(std::move(clock), std::move(process));
  co_return co_await race == 1;
}

}  // namespace detail
}  // namespace opsim
