// How long until it was found, how long until it was well again, and who did it.
#include <fmt/format.h>

#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

using namespace goal_shapes;

constexpr std::string_view kFromWords[] = {"harm", "fault"};
constexpr Shape kFrom{.kind = Kind::text, .allowed = kFromWords};
constexpr Field kTimeFields[] = {
    {.name = "of", .shape = &kText, .doc = kOfDoc},
    {.name = "at most", .shape = &kDuration, .doc = "The longest that is allowed."},
    {.name = "at least",
     .shape = &kDuration,
     .doc = "The shortest: to prove that a design is slow."},
    {.name = "percentile",
     .shape = &kPercentile,
     .doc = "Over the incidents of a run. Default: the longest of them."},
    {.name = "from",
     .shape = &kFrom,
     .doc = "When the clock starts: when a fault does harm (default), or when it begins."},
};
constexpr Field kShareFields[] = {
    {.name = "of", .shape = &kText, .doc = kOfDoc},
    {.name = "at least", .shape = &kPercent, .doc = "The smallest share that is allowed."},
    {.name = "at most", .shape = &kPercent},
};

SimTime clock_start(const Goal& goal, const Incident& incident) {
  const std::optional<Node> from = goal.settings.find("from");
  return from && from->spelling() == "fault" ? incident.fault_at : incident.harmed_at;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// One time per incident; nothing for one whose moment never came.
using Moment = std::optional<SimTime> (*)(const Incident&);

Verdict judge_time(const Goal& goal, const Evidence& evidence, Moment moment,
                   std::string_view never) {
  const std::string name = name_with_of(goal.kind->name, goal.settings);
  std::vector<double> times;
  std::vector<std::string> open;
  for (const Incident* incident : incidents_of(goal.settings, evidence)) {
    const std::optional<SimTime> until = moment(*incident);
    // An incident that never ended lasted at least until now: it may still prove the goal missed.
    times.push_back(seconds(until.value_or(evidence.end) - clock_start(goal, *incident)));
    if (!until) open.push_back(fmt::format("incident {}", incident->number));
  }
  const Bounds bounds = read_bounds(goal.settings, kSeconds);
  const std::optional<double> time = percentile(times, percentile_of(goal.settings));
  if (!time)
    return {.met = true,
            .name = name,
            .wanted = wanted_text(bounds, kSeconds),
            .observed = "no incident",
            .source = goal.source};
  Verdict verdict = verdict_on(*time, goal, kSeconds, name);
  if (!open.empty()) {
    verdict.met = false;
    verdict.observed =
        fmt::format("{} after {} ({})", never, kSeconds.say(*time), fmt::join(open, ", "));
    verdict.because = open;
  }
  return verdict;
}

}  // namespace

const Shape kRecoveryShape{.kind = Kind::mapping,
                           .doc = "From harm until health has held: see the incidents of a run.",
                           .fields = kTimeFields};
const Shape kDetectionShape{.kind = Kind::mapping,
                            .doc = "From harm until the first alarm that it caused.",
                            .fields = kTimeFields};
const Shape kWithoutPeopleShape{.kind = Kind::mapping,
                                .doc = "The share of incidents that no person had to repair.",
                                .fields = kShareFields};

Verdict judge_recovery_time(const Goal& goal, const Evidence& evidence) {
  return judge_time(
      goal, evidence, [](const Incident& incident) { return incident.recovered_at; },
      "not recovered");
}

Verdict judge_detection_time(const Goal& goal, const Evidence& evidence) {
  return judge_time(
      goal, evidence, [](const Incident& incident) { return incident.detected_at; },
      "not detected");
}

Verdict judge_without_people(const Goal& goal, const Evidence& evidence) {
  const std::vector<const Incident*> incidents = incidents_of(goal.settings, evidence);
  const std::string name = name_with_of("resolved without people", goal.settings);
  if (incidents.empty())
    return {.met = true,
            .name = name,
            .wanted = wanted_text(read_bounds(goal.settings, kShare), kShare),
            .observed = "no incident",
            .source = goal.source};
  std::vector<std::string> needed;
  for (const Incident* incident : incidents)
    if (incident->resolved_by == ResolvedBy::people || incident->resolved_by == ResolvedBy::nobody)
      needed.push_back(fmt::format("incident {}", incident->number));
  const auto resolved = incidents.size() - needed.size();
  const double share = static_cast<double>(resolved) / static_cast<double>(incidents.size());
  Verdict verdict = verdict_on(share, goal, kShare, name);
  verdict.observed += fmt::format(" ({} of {})", resolved, incidents.size());
  if (!verdict.met) verdict.because = needed;
  return verdict;
}

}  // namespace opsim
