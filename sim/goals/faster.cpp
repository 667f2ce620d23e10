// Whether people and machines get faster: the last day of trouble against the first.
#include <fmt/format.h>

#include <map>

#include "opsim/kernel/duration.hpp"
#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

constexpr std::string_view kMeasures[] = {"recovery time", "time to engage"};
constexpr Shape kMeasured{.kind = Kind::text, .allowed = kMeasures};
constexpr Field kFasterFields[] = {
    {.name = "what",
     .shape = &kMeasured,
     .need = Need::required,
     .doc = "recovery time, or time to engage."},
    {.name = "of", .shape = &goal_shapes::kText, .doc = goal_shapes::kOfDoc},
    {.name = "at most",
     .shape = &goal_shapes::kPercent,
     .doc = "The share of the first day's time that the last day's may take."},
    {.name = "at least", .shape = &goal_shapes::kPercent},
    {.name = "after",
     .shape = &goal_shapes::kText,
     .doc = "Only incidents of a kind of disruption: words of the fault's line."},
};

/// The mean of one day's incidents.
struct Day {
  double seconds = 0;
  int incidents = 0;
  [[nodiscard]] double mean() const { return seconds / incidents; }
};

std::map<std::chrono::sys_days, Day> days_of(const Goal& goal, const Evidence& evidence) {
  const bool recovery = setting_text(goal, "what") == "recovery time";
  std::map<std::chrono::sys_days, Day> days;
  for (const Incident* incident : incidents_of(goal.settings, evidence)) {
    const std::optional<SimTime> until =
        recovery ? incident->recovered_at : engaged_at(*incident, evidence);
    if (!until && !recovery && incident->healthy_at) continue;  // needed nobody
    const Duration length = until.value_or(evidence.end) - incident->harmed_at;
    Day& day = days[std::chrono::floor<std::chrono::days>(
        std::chrono::time_point_cast<std::chrono::seconds>(incident->harmed_at))];
    day.seconds += std::chrono::duration<double>(length).count();
    ++day.incidents;
  }
  return days;
}

std::string said(double seconds) {
  return human(std::chrono::round<Duration>(std::chrono::duration<double>(seconds)));
}

}  // namespace

const Shape kFasterShape{.kind = Kind::mapping,
                         .doc =
                             "How the last day on which there were incidents compares with the "
                             "first: the mean of each.",
                         .fields = kFasterFields};

Verdict judge_faster(const Goal& goal, const Evidence& evidence) {
  const std::string name = name_with_of(
      fmt::format("{} from the first day to the last", setting_text(goal, "what")), goal.settings);
  const auto days = days_of(goal, evidence);
  if (days.size() < 2)
    return {.met = false,
            .name = name,
            .wanted = wanted_text(read_bounds(goal.settings, kShare), kShare),
            .observed = days.empty() ? "no incident" : "one day of them: nothing to compare",
            .source = goal.source};
  const double first = days.begin()->second.mean();
  const double last = days.rbegin()->second.mean();
  Verdict verdict = verdict_on(first > 0 ? last / first : 1, goal, kShare, name);
  verdict.observed += fmt::format(" ({} -> {})", said(first), said(last));
  return verdict;
}

}  // namespace opsim
