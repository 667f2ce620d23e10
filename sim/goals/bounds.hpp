#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "opsim/document/node.hpp"
#include "opsim/goals/goal.hpp"

namespace opsim {

/// `at most: 15min`, `at least: 95 %`: what the settings of a goal want of a number.
struct Bounds {
  std::optional<double> at_most;
  std::optional<double> at_least;

  [[nodiscard]] bool hold(double value) const {
    return (!at_most || value <= *at_most) && (!at_least || value >= *at_least);
  }
};

/// How a goal's number is written and said.
struct Measure {
  std::optional<double> (*read)(std::string_view);  // "15min" -> 900
  std::string (*say)(double);                       // 900 -> "15 min"
};
extern const Measure kSeconds;
extern const Measure kCount;
extern const Measure kShare;  // "95 %" <-> 0.95

Bounds read_bounds(const Node& settings, const Measure& measure);
/// "at most 15 min", "at least 1 and at most 3".
std::string wanted_text(const Bounds& bounds, const Measure& measure);

/// `percentile: p95` of the settings, else 1 (the largest). Nearest-rank: the smallest value that
/// at least p of all values do not exceed. Empty: nothing.
std::optional<double> percentile(std::vector<double> values, double p);
double percentile_of(const Node& settings);

/// A verdict on one number.
Verdict verdict_on(double value, const Goal& goal, const Measure& measure, std::string name);

/// The incidents of `of: NAME` (a group, a resource, a member), or all.
std::vector<const Incident*> incidents_of(const Node& settings, const Evidence& evidence);
std::string name_with_of(std::string_view goal, const Node& settings);

}  // namespace opsim
