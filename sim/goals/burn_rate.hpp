#pragma once
/// Error budgets and alerts on how fast they are spent: pure arithmetic, in seconds.
///
/// Source  Google, "The Site Reliability Workbook", chapter 5, "Alerting on SLOs".
#include <optional>
#include <utility>
#include <vector>

namespace opsim {

struct ServiceLevel {
  double target = 0.999;          // share of requests that must be good
  double window = 30.0 * 86'400;  // seconds

  [[nodiscard]] double budget() const { return 1 - target; }
  /// How many times faster than allowed the budget goes at this share of errors.
  [[nodiscard]] double burn_rate(double errors) const { return errors / budget(); }
  /// Until the budget is gone.
  [[nodiscard]] double lasts(double burn) const { return window / burn; }
  /// The burn rate that spends such a share of the budget within `seconds`.
  [[nodiscard]] double burn_that_spends(double share, double seconds) const {
    return share * window / seconds;
  }
  /// The share of the budget that so many failures are, of all requests of the window.
  [[nodiscard]] double spent_by(double failures, double requests) const {
    return failures / (requests * budget());
  }
};

/// The share of errors over time: each value from its moment on, nothing before the first.
class ErrorHistory {
 public:
  /// `at` is not before any other.
  void set(double at, double errors) { changes_.emplace_back(at, errors); }
  /// Errors seconds up to `at`.
  [[nodiscard]] double integral(double at) const;
  [[nodiscard]] double average(double at, double window) const {
    return (integral(at) - integral(at - window)) / window;
  }
  [[nodiscard]] const std::vector<std::pair<double, double>>& changes() const { return changes_; }

 private:
  std::vector<std::pair<double, double>> changes_;
};

/// Fires while the burn rate over each of its windows is at least `burn`; with `lasting`, once that
/// has held for so long.
struct BurnAlert {
  double burn = 1;
  std::vector<double> windows;
  double lasting = 0;
};

/// Times at which an alert fires and is over, in turn, until `end`; exact, as if it were evaluated
/// all the time.
[[nodiscard]] std::vector<std::pair<double, double>> firings(const BurnAlert& alert,
                                                             const ServiceLevel& level,
                                                             const ErrorHistory& history,
                                                             double end);
/// Until it fires at constant errors from 0 on; nothing where it never does.
[[nodiscard]] std::optional<double> fires_after(const BurnAlert& alert, const ServiceLevel& level,
                                                double errors);

}  // namespace opsim
