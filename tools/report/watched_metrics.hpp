#pragma once
/// What the alarms of a run watched, as CloudWatch tells it when the run is over.
#include <optional>
#include <string>
#include <vector>

#include "tools/report/exports.hpp"

namespace opsim::report {

struct WatchedMetric {
  struct Point {
    SimTime at;
    double value;
  };
  std::string alarm;   // "FailingApi"
  std::string what;    // "Sum of Fault, every 1 min"
  std::string source;  // "stack.yaml:61"
  Duration period;
  std::vector<Point> points;  // in order; a period without data has none
  std::optional<double> threshold;
  bool above = true;  // the alarm's side of the threshold
  bool fired = false;
};

/// Alarms that fired first, then those that did not; at most `most`.
std::vector<WatchedMetric> watched_metrics(const RunFacts& run, std::size_t most = 8);

}  // namespace opsim::report
