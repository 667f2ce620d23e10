#include "models/cloudwatch/composite_suppression.hpp"

#include <utility>

namespace opsim::cloudwatch {

std::string_view to_string(SuppressedBy by) {
  constexpr std::string_view kNames[] = {"", "WaitPeriod", "ExtensionPeriod", "Alarm"};
  return kNames[static_cast<std::size_t>(by)];
}

void Suppression::configure(std::optional<Periods> periods, bool suppressor_in_alarm) {
  sim_.cancel(timer_);
  periods_ = periods;
  in_alarm_ = periods_ && suppressor_in_alarm;
  if (in_alarm_) {
    by_ = SuppressedBy::alarm;
  } else if (periods_ && owed_) {
    begin(SuppressedBy::wait_period, periods_->wait);
  } else {
    by_ = SuppressedBy::nothing;
    owed_ = false;
  }
}

void Suppression::suppressor_changed(bool in_alarm) {
  if (!periods_ || in_alarm == in_alarm_) return;
  in_alarm_ = in_alarm;
  if (!in_alarm) return begin(SuppressedBy::extension_period, periods_->extension);
  sim_.cancel(timer_);  // "The WaitPeriod is discarded."
  by_ = SuppressedBy::alarm;
}

void Suppression::composite_changed() {
  if (!periods_) return run_();
  owed_ = true;
  // Also where another period runs: it is discarded, and a new WaitPeriod begins.
  if (!in_alarm_) begin(SuppressedBy::wait_period, periods_->wait);
}

void Suppression::begin(SuppressedBy by, Duration period) {
  sim_.cancel(timer_);
  by_ = by;
  timer_ = sim_.after(period, [this] { end_period(); });
}

void Suppression::end_period() {
  by_ = SuppressedBy::nothing;
  if (std::exchange(owed_, false)) run_();
}

}  // namespace opsim::cloudwatch
