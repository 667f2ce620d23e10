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
    {.name = "after",
     .shape = &kText,
     .doc = "Only incidents of a kind of disruption: words of the fault's line, as in `cut off "
            "zone`."},
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

/// From the start of an incident's clock; `until` is nothing where the moment never came.
Span span_of(const Goal& goal, const Incident& incident, std::optional<SimTime> until,
             SimTime seen_until) {
  const Duration length = until.value_or(seen_until) - clock_start(goal, incident);
  return {fmt::format("incident {}", incident.number),
          std::chrono::duration<double>(length).count(), until.has_value()};
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
  std::vector<Span> spans;
  for (const Incident* incident : incidents_of(goal.settings, evidence)) {
    std::optional<SimTime> until = incident->recovered_at;
    if (!until && incident->healthy_at) until = evidence.end;  // it held as long as was seen
    spans.push_back(span_of(goal, *incident, until, evidence.end));
  }
  return verdict_on_spans(std::move(spans), goal, name_with_of("recovery time", goal.settings),
                          "no incident", "not recovered");
}

/// An incident that healed before it had to be found needed no finding.
Verdict judge_detection_time(const Goal& goal, const Evidence& evidence) {
  const Bounds bounds = read_bounds(goal.settings, kSeconds);
  std::vector<Span> spans;
  for (const Incident* incident : incidents_of(goal.settings, evidence)) {
    const SimTime seen_until = incident->healthy_at.value_or(evidence.end);
    Span span = span_of(goal, *incident, incident->detected_at, seen_until);
    const bool healed_first = !span.ended && incident->healthy_at.has_value() &&
                              (!bounds.at_most || span.seconds <= *bounds.at_most);
    if (!healed_first) spans.push_back(std::move(span));
  }
  return verdict_on_spans(std::move(spans), goal, name_with_of("detection time", goal.settings),
                          "no incident", "not detected");
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
