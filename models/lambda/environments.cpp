#include "models/lambda/environments.hpp"

#include <algorithm>
#include <functional>

namespace opsim::lambda {

void EndTimes::add(SimTime end) {
  ends_.push_back(end);
  std::ranges::push_heap(ends_, std::greater{});
}

std::int64_t EndTimes::running(SimTime now) {
  while (!ends_.empty() && ends_.front() <= now) {
    std::ranges::pop_heap(ends_, std::greater{});
    ends_.pop_back();
  }
  return std::ssize(ends_);
}

void Environments::settle(SimTime now, Duration idle_life) {
  while (!busy_.empty() && busy_.front().end <= now) {
    if (busy_.front().survives) idle_.push_back(busy_.front().end);
    std::ranges::pop_heap(busy_, std::greater{}, &Busy::end);
    busy_.pop_back();
  }
  while (!idle_.empty() && now - idle_.front() >= idle_life) idle_.pop_front();
}

bool Environments::take_idle(SimTime now, Duration idle_life) {
  settle(now, idle_life);
  if (idle_.empty()) return false;
  idle_.pop_back();
  return true;
}

void Environments::serve(SimTime end, bool survives) {
  busy_.push_back({end, survives});
  std::ranges::push_heap(busy_, std::greater{}, &Busy::end);
}

void Environments::retire() {
  idle_.clear();
  for (Busy& one : busy_) one.survives = false;
}

std::int64_t Environments::idle(SimTime now, Duration idle_life) {
  settle(now, idle_life);
  return std::ssize(idle_);
}

bool TokenBucket::take(SimTime now, double per_second, double most) {
  const double refilled = std::chrono::duration<double>(now - at_).count() * per_second;
  used_ = std::max(0.0, used_ - refilled);
  at_ = now;
  if (used_ + 1 > most) return false;
  used_ += 1;
  return true;
}

}  // namespace opsim::lambda
