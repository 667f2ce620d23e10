#pragma once
/// An alarm's rules applied to its metric: what an evaluation says, and when the next one could say
/// something else. Knows nothing of states, actions or the clock.
#include <optional>
#include <vector>

#include "models/cloudwatch/alarm_spec.hpp"
#include "opsim/cloud/metrics.hpp"

namespace opsim::cloudwatch {

/// One period as an evaluation saw it.
struct AlarmPoint {
  SimTime start;
  std::optional<double> value;  // nothing: missing
  double samples = 0;
};

struct Evaluation {
  SimTime at{};
  Verdict verdict{};
  std::vector<AlarmPoint> points;  // those that counted, missing ones too; newest first
};

/// Borrows all it is given; cheap to make anew for each question.
class AlarmEvaluator {
 public:
  AlarmEvaluator(const Metrics& metrics, SeriesId series, const AlarmSpec& spec)
      : metrics_{metrics}, series_{series}, spec_{spec} {}

  /// `at` is one of next_evaluation()'s.
  [[nodiscard]] Verdict verdict_at(SimTime at) const;
  /// The same with the datapoints, for texts.
  [[nodiscard]] Evaluation evaluation_at(SimTime at) const;

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

  const Metrics& metrics_;
  SeriesId series_;
  const AlarmSpec& spec_;
};

}  // namespace opsim::cloudwatch
