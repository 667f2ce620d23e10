#pragma once
/// The arithmetic of a service level objective: attainment, error budget, burn rate.
/// AWS: CloudWatch User Guide, "Service level objectives (SLOs)": "Calculate error budget and
/// attainment for period-based SLOs", "... for request-based SLOs", "Calculate burn rates".
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "opsim/kernel/time.hpp"

namespace opsim::application_signals {

/// Periods, or requests: how many were seen, and how many of them were bad.
struct Tally {
  double total = 0;
  double bad = 0;
  Tally& operator+=(const Tally& other);
  Tally& operator-=(const Tally& other);
};

struct Budget {
  double attainment = 1;  // a share; of what was seen
  double total = 0;       // periods or requests that may be bad
  double remaining = 0;   // below zero when more were
};

/// The budget is a share of all periods of the interval, those to come included.
Budget period_budget(double goal_percent, double periods_of_interval, const Tally& seen);
/// The budget is a share of the requests so far.
Budget request_budget(double goal_percent, const Tally& seen);

/// The error rate over a window, as a multiple of what the goal allows: 1 meets it exactly.
/// Nothing where nothing was seen.
std::optional<double> burn_rate(double goal_percent, const Tally& window);

/// "OK", "WARNING" (no more than `warning_percent` of the budget remain), "BREACHED" (none does),
/// "INSUFFICIENT_DATA".
std::string_view budget_status(const Budget& budget, const Tally& seen, double warning_percent);

/// Tallies by period, with their sum over a window that moves along.
class Window {
 public:
  explicit Window(Duration length) : length_{length} {}
  [[nodiscard]] Duration length() const noexcept { return length_; }
  void add(SimTime period_end, const Tally& tally);
  /// Forgets what ended `length` or more before `now`.
  void move_to(SimTime now);
  /// Begins anew: a calendar interval.
  void clear();
  [[nodiscard]] const Tally& sum() const noexcept { return sum_; }

 private:
  struct Period {
    SimTime end;
    Tally tally;
  };
  Duration length_;
  std::deque<Period> periods_;
  Tally sum_;
};

}  // namespace opsim::application_signals
