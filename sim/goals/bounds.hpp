#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "opsim/document/node.hpp"
#include "opsim/goals/goal.hpp"

namespace opsim {

/// `at most: 15min`, `at least: 95 %`: what the settings of a goal want of a number.
struct Bounds {
  std::optional<double> at_most;
  std::optional<double> at_least;

  /// A millionth of a millionth is not held against a number: 99.9 % is no exact fraction.
  [[nodiscard]] bool hold(double value) const {
    constexpr double slack = 1e-12;
    return (!at_most || value <= *at_most + slack) && (!at_least || value >= *at_least - slack);
  }
};

/// How a goal's number is written and said.
struct Measure {
  std::optional<double> (*read)(std::string_view);  // "15min" -> 900
  std::string (*say)(double);                       // 900 -> "15 min"
};
extern const Measure kSeconds;
extern const Measure kCount;
extern const Measure kShare;    // "95 %" <-> 0.95
extern const Measure kDollars;  // "9.50 USD" <-> 9.5

Bounds read_bounds(const Node& settings, const Measure& measure);
/// "at most 15 min", "at least 1 and at most 3".
std::string wanted_text(const Bounds& bounds, const Measure& measure);

/// What is wrong with the bounds: none is set, or nothing can hold both. "" when they are sound.
std::string complaint_of_bounds(const Node& settings, const Measure& measure);
template <const Measure& measure>
std::string complain_of_bounds(const Node& settings) {
  return complaint_of_bounds(settings, measure);
}

/// `percentile: p95` of the settings, else 1 (the largest).
double percentile_of(const Node& settings);
/// The place of that percentile among so many sorted values, from 0. Nearest-rank: the smallest
/// value that at least p of all values do not exceed. `count` is at least 1.
std::size_t percentile_rank(std::size_t count, double p);

/// How long something took, or has lasted so far where it never came to an end.
struct Span {
  std::string name;  // "incident 2", "page-1": for `because`
  double seconds = 0;
  bool ended = true;
};
/// The percentile of the settings is judged; what never ended is longer than all that did.
/// `nothing` is observed where there is no span ("no incident"), `never` where the one that counts
/// never ended ("not recovered").
Verdict verdict_on_spans(std::vector<Span> spans, const Goal& goal, std::string name,
                         std::string_view nothing, std::string_view never);

/// A verdict on one number.
Verdict verdict_on(double value, const Goal& goal, const Measure& measure, std::string name);

/// The incidents of `of: NAME` (a group, a resource, a member), or all.
std::vector<const Incident*> incidents_of(const Node& settings, const Evidence& evidence);
/// The text of a setting, or "".
std::string setting_text(const Goal& goal, std::string_view key);
/// The subject that entries about `named` have: what AWS calls it, where a scenario says its
/// logical id; `named` itself where nothing has that name.
struct Subject {
  Subject(std::string_view named, const Evidence& evidence);
  [[nodiscard]] bool is(const JournalEntry& entry) const {
    return entry.subject == named || entry.subject == physical;
  }
  std::string named;
  std::string physical;
};
std::string name_with_of(std::string_view goal, const Node& settings);

}  // namespace opsim
