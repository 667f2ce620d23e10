#include "opsim/kernel/signal.hpp"

#include <utility>

namespace opsim {

Signal::~Signal() {
  for (Wait* wait = first_; wait != nullptr; wait = wait->next_) wait->signal_ = nullptr;
}

void Signal::notify_all() {
  while (Wait* const wait = first_waiting_) wait->notify(false);
}

bool Signal::notify_one() {
  if (first_waiting_ == nullptr) return false;
  first_waiting_->notify(true);
  return true;
}

void Signal::Wait::join() noexcept {
  if (signal_ == nullptr) return;
  linked_ = true;
  previous_ = signal_->last_;
  (previous_ != nullptr ? previous_->next_ : signal_->first_) = this;
  signal_->last_ = this;
  if (signal_->first_waiting_ == nullptr) signal_->first_waiting_ = this;
}

void Signal::Wait::unlink() noexcept {
  if (!std::exchange(linked_, false) || signal_ == nullptr) return;
  if (signal_->first_waiting_ == this) signal_->first_waiting_ = next_;
  (previous_ != nullptr ? previous_->next_ : signal_->first_) = next_;
  (next_ != nullptr ? next_->previous_ : signal_->last_) = previous_;
}

void Signal::Wait::leave() noexcept {
  const bool was_pending = sim_.cancel(std::exchange(ticket_, Ticket{}));
  unlink();
  if (was_pending && notified_ && alone_ && signal_ != nullptr) signal_->notify_one();
}

void Signal::Wait::set_timeout(Duration timeout) {
  ticket_ = sim_.after(timeout, static_cast<Callback&>(*this));
}

void Signal::Wait::notify(bool alone) {
  sim_.cancel(ticket_);
  ticket_ = sim_.at(sim_.now(), static_cast<Callback&>(*this));
  notified_ = true;
  alone_ = alone;
  signal_->first_waiting_ = next_;
}

void Signal::Wait::wake(Callback& self, Simulation& sim) {
  auto& wait = static_cast<Wait&>(self);
  wait.ticket_ = {};
  wait.unlink();
  detail::chains_of(sim).resume(*wait.chain_, wait.frame_);
}

}  // namespace opsim
