#pragma once
/// What an anomaly detector has learnt of a metric: hours of it, and what they let expect. Pure.
///
/// AWS: CloudWatch User Guide, "Using CloudWatch anomaly detection": up to two weeks of data, with
/// hourly, daily and weekly patterns.
/// UNDOCUMENTED: the algorithm. Ours: the middle of an hour is expected to be like the same hour
/// (on the clock of the detector's zone) of the days before, those of the same weekday counting
/// more, and between two middles lies a line; the deviation is that of these hours around what they
/// would have been expected to be, and of datapoints around the line of their hour. SIMPLIFIED: no
/// trend over days, no notion of spikes that return (PeriodicSpikes is kept, not used).
#include <array>
#include <deque>
#include <optional>
#include <span>

#include "opsim/kernel/time.hpp"
#include "opsim/time_zone.hpp"

namespace opsim::cloudwatch {

struct Expected {
  double value = 0;
  double deviation = 0;
};

class AnomalyModel {
 public:
  static constexpr std::int64_t kHours = 14 * 24;  // learnt of
  /// A band needs so many hours with data (estimate: "it can take up to 3 hours" to appear).
  static constexpr std::size_t kFewest = 3;

  /// The datapoints, oldest first, of the hour that begins at `begin`, a whole hour later than any
  /// before. Hours that are more than two weeks older are forgotten.
  void learn(SimTime begin, std::span<const double> values);
  /// The end of the newest hour that it knows of; nothing before the first with data.
  [[nodiscard]] std::optional<SimTime> learnt_until() const { return until_; }
  [[nodiscard]] bool is_trained() const { return hours_.size() >= kFewest; }
  /// No datapoint was ever below zero: then a band is not either.
  [[nodiscard]] bool never_negative() const;
  /// Nothing while it is not trained.
  [[nodiscard]] std::optional<Expected> expect(SimTime time, const TimeZone& zone);

 private:
  struct Hour {
    SimTime begin{};
    double count = 0;
    double mean = 0;
    double spread = 0;  // the sum of squared distances from the line through its datapoints
    double lowest = 0;
  };
  /// What the middles of hours are expected to be, by weekday and hour of the day.
  struct Week {
    TimeZone zone;
    std::array<std::array<std::optional<Expected>, 24>, 7> hours;
  };
  void learn_week(const TimeZone& zone);
  [[nodiscard]] std::optional<Expected> expect_hour(SimTime begin) const;
  [[nodiscard]] Expected expect_any() const;

  std::deque<Hour> hours_;  // oldest first; those with data
  std::optional<SimTime> until_;
  std::optional<Week> week_;  // of hours_, until more is learnt
};

}  // namespace opsim::cloudwatch
