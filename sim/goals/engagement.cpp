// How soon a person was at it.
#include <fmt/format.h>

#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

constexpr Field kEngageFields[] = {
    {.name = "of", .shape = &goal_shapes::kText, .doc = goal_shapes::kOfDoc},
    {.name = "at most", .shape = &goal_shapes::kDuration},
    {.name = "at least", .shape = &goal_shapes::kDuration},
    {.name = "percentile",
     .shape = &goal_shapes::kPercentile,
     .doc = "Over the incidents of a run. Default: the longest of them."},
    {.name = "after",
     .shape = &goal_shapes::kText,
     .doc = "Only incidents of a kind of disruption: words of the fault's line."},
};

}  // namespace

std::optional<SimTime> engaged_at(const Incident& incident, const Evidence& evidence) {
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (incident.healthy_at && entry.at > *incident.healthy_at) break;
    if (entry.at >= incident.harmed_at && entry.kind == EntryKind::person &&
        detail_text(entry, "act") == "acknowledged")
      return entry.at;
  }
  return std::nullopt;
}

const Shape kEngageShape{.kind = Kind::mapping,
                         .doc = "From harm until the first person acknowledged a page.",
                         .fields = kEngageFields};

/// What healed before anybody came needed nobody.
Verdict judge_time_to_engage(const Goal& goal, const Evidence& evidence) {
  std::vector<Span> spans;
  for (const Incident* incident : incidents_of(goal.settings, evidence)) {
    const std::optional<SimTime> engaged = engaged_at(*incident, evidence);
    if (!engaged && incident->healthy_at) continue;
    const Duration length = engaged.value_or(evidence.end) - incident->harmed_at;
    spans.push_back({fmt::format("incident {}", incident->number),
                     std::chrono::duration<double>(length).count(), engaged.has_value()});
  }
  return verdict_on_spans(std::move(spans), goal, name_with_of("time to engage", goal.settings),
                          "no incident", "nobody came");
}

}  // namespace opsim
