#include "models/application_signals/budget.hpp"

namespace opsim::application_signals {

namespace {

double allowed_share(double goal_percent) { return (100 - goal_percent) / 100; }

double attainment_of(const Tally& seen) {
  return seen.total > 0 ? (seen.total - seen.bad) / seen.total : 1;
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  total += other.total;
  bad += other.bad;
  return *this;
}

Tally& Tally::operator-=(const Tally& other) {
  total -= other.total;
  bad -= other.bad;
  return *this;
}

Budget period_budget(double goal_percent, double periods_of_interval, const Tally& seen) {
  const double total = periods_of_interval * allowed_share(goal_percent);
  return {.attainment = attainment_of(seen), .total = total, .remaining = total - seen.bad};
}

Budget request_budget(double goal_percent, const Tally& seen) {
  const double total = seen.total * allowed_share(goal_percent);
  return {.attainment = attainment_of(seen), .total = total, .remaining = total - seen.bad};
}

std::optional<double> burn_rate(double goal_percent, const Tally& window) {
  if (window.total <= 0) return std::nullopt;
  return window.bad / window.total / allowed_share(goal_percent);
}

std::string_view budget_status(const Budget& budget, const Tally& seen, double warning_percent) {
  if (seen.total <= 0) return "INSUFFICIENT_DATA";
  if (budget.remaining <= 0 && seen.bad > 0) return "BREACHED";
  const bool warned = budget.remaining * 100 <= warning_percent * budget.total && seen.bad > 0;
  return warned ? "WARNING" : "OK";
}

void Window::add(SimTime period_end, const Tally& tally) {
  periods_.push_back({period_end, tally});
  sum_ += tally;
}

void Window::move_to(SimTime now) {
  while (!periods_.empty() && periods_.front().end <= now - length_) {
    sum_ -= periods_.front().tally;
    periods_.pop_front();
  }
  if (periods_.empty()) sum_ = {};  // no rounding stays behind
}

void Window::clear() {
  periods_.clear();
  sum_ = {};
}

}  // namespace opsim::application_signals
