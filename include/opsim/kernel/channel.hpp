#pragma once
#include <deque>
#include <optional>
#include <utility>

#include "opsim/kernel/signal.hpp"

namespace opsim {

/// A queue between processes: first in, first out, without a bound. Each value goes to one taker,
/// who runs with the cause of whoever pushed it or, if the value was there already, with its own.
template <class T>
class Channel {
 public:
  explicit Channel(Simulation& sim) noexcept : arrived_{sim} {}

  /// A closed channel takes nothing more: false.
  bool push(T value) {
    if (closed_) return false;
    values_.push_back(std::move(value));
    arrived_.notify_one();
    return true;
  }
  /// co_await channel.pop(): the next value; nullopt once the channel is closed and empty.
  [[nodiscard]] Process<std::optional<T>> pop() {
    while (values_.empty() && !closed_) co_await arrived_.wait();
    if (values_.empty()) co_return std::nullopt;
    std::optional<T> value{std::move(values_.front())};
    values_.pop_front();
    co_return value;
  }
  /// What was pushed can still be popped; all who wait for more get nullopt.
  void close() {
    closed_ = true;
    arrived_.notify_all();
  }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

 private:
  std::deque<T> values_;
  Signal arrived_;
  bool closed_ = false;
};

}  // namespace opsim
