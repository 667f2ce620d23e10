#pragma once
/// An alarm's rules applied to its metric: what an evaluation says, and when the next one could say
/// something else. Knows nothing of states, actions or the clock.
#include <optional>
#include <span>
#include <vector>

#include "models/cloudwatch/alarm_spec.hpp"
#include "models/cloudwatch/program_run.hpp"
#include "opsim/cloud/metrics.hpp"

namespace opsim::cloudwatch {

/// One period as an evaluation saw it.
struct AlarmPoint {
  SimTime start;
  std::optional<double> value;  // nothing: missing
  double samples = 0;
  bool breaching = false;
  std::optional<double> lower = {};  // the limits of its band, where the alarm has one
  std::optional<double> upper = {};
};

struct Evaluation {
  SimTime at{};
  Verdict verdict{};
  std::vector<AlarmPoint> points;  // those that counted, missing ones too; newest first
};

/// The datapoints that a verdict is on: its real ones, and the missing ones that were filled in.
std::vector<AlarmPoint> counted_points(const std::vector<AlarmPoint>& newest_first,
                                       const Verdict& verdict);

/// Borrows all it is given; cheap to make anew for each question.
class AlarmEvaluator {
 public:
  /// `inputs` are the series of spec.inputs(), in that order.
  AlarmEvaluator(const Metrics& metrics, std::span<const SeriesId> inputs, const AlarmSpec& spec,
                 BandSource* bands = nullptr)
      : metrics_{metrics},
        inputs_{inputs},
        series_{inputs.empty() ? SeriesId{} : inputs.front()},
        spec_{spec},
        bands_{bands} {}
  /// Of an alarm on one metric.
  AlarmEvaluator(const Metrics& metrics, const SeriesId& series, const AlarmSpec& spec)
      : AlarmEvaluator{metrics, std::span{&series, 1}, spec} {}

  /// `at` is one of next_evaluation()'s.
  [[nodiscard]] Verdict verdict_at(SimTime at) const;
  /// The same with the datapoints, for texts.
  [[nodiscard]] Evaluation evaluation_at(SimTime at) const;
  /// The datapoints of `count` periods, the newest of which ends at `end`; newest first.
  [[nodiscard]] std::vector<AlarmPoint> points(SimTime end, std::size_t count, SimTime by) const;

  /// The first evaluation after `after` that may move the alarm out of `state`, as far as is known
  /// now; nothing when there is none. Tries `patience` evaluations one by one, then answers with
  /// the next one untried, wherever nothing lets it jump ahead.
  [[nodiscard]] std::optional<SimTime> next_look(AlarmState state, SimTime after,
                                                 std::size_t patience) const;

 private:
  struct Quiet {  // every evaluation says what this one says until one sees a sample stamped `end`
    bool quiet = false;
    std::optional<SimTime> end{};
  };
  [[nodiscard]] Quiet quiet_from(SimTime at, const Verdict& verdict, AlarmState state) const;
  [[nodiscard]] bool repeats(SimTime at, Duration cycle, SimTime end, AlarmState state) const;
  [[nodiscard]] Window window_of(SimTime newest_end, std::uint32_t age, SimTime at) const;
  [[nodiscard]] bool changes(const Verdict& verdict, AlarmState state) const {
    return verdict.state && *verdict.state != state;
  }

  // ---- Alarms on expressions: alarm_math.cpp ----
  [[nodiscard]] std::vector<AlarmPoint> math_points(SimTime end, std::size_t count,
                                                    SimTime by) const;
  [[nodiscard]] Verdict math_verdict_at(SimTime at) const;
  [[nodiscard]] Quiet math_quiet_from(SimTime at, AlarmState state) const;
  [[nodiscard]] bool tells_time() const;
  [[nodiscard]] bool band_breached(const AlarmPoint& point) const;

  const Metrics& metrics_;
  std::span<const SeriesId> inputs_;
  SeriesId series_;
  const AlarmSpec& spec_;
  BandSource* bands_;
};

}  // namespace opsim::cloudwatch
