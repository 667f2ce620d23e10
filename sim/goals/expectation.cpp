// What must have happened, or must never happen.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "opsim/cloud/cloud.hpp"
#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

using namespace goal_shapes;

constexpr Shape kYes{.kind = Kind::boolean};
constexpr Field kAlarmFields[] = {
    {.name = "named", .shape = &kText, .need = Need::required, .doc = "The alarm."},
    {.name = "fires within",
     .shape = &kDuration,
     .doc = "Of the first harm, or of the start of the run where there was none."},
    {.name = "never fires", .shape = &kYes},
};

constexpr std::string_view kKinds[] = {"alarm",   "event",   "rule",     "runbook", "step",
                                       "command", "call",    "page",     "person",  "incident",
                                       "note",    "message", "resource", "health",  "fault"};
constexpr Shape kKindWord{.kind = Kind::text, .allowed = kKinds};
constexpr Field kExpectFields[] = {
    {.name = "count of",
     .shape = &kKindWord,
     .doc = "Entries of the journal of this kind are counted."},
    {.name = "named", .shape = &kText, .doc = "Only those about this: `CleanUp`, `CleanUp/clean`."},
    {.name = "is",
     .shape = &kText,
     .doc = "Only those whose state, status, act or health is this: `Failed`."},
    {.name = "at most", .shape = &kNumber},
    {.name = "at least", .shape = &kNumber},
    {.name = "quantity",
     .shape = &kText,
     .doc = "Or: a number at the end of the run, `disk` or `process nginx`, in its own unit."},
    {.name = "of", .shape = &kText, .doc = "The resource of that quantity, or a group: all of it."},
};

std::string state_of(const JournalEntry& entry) {
  if (!entry.detail.is_object()) return {};
  for (const char* key : {"state", "status", "act", "health"})
    if (const auto found = entry.detail.find(key);
        found != entry.detail.end() && found->is_string())
      return found->get<std::string>();
  return {};
}

std::string setting(const Goal& goal, std::string_view key) {
  return std::string{goal.settings.find(key).value_or(Node{}).spelling()};
}

Verdict judge_count(const Goal& goal, const Evidence& evidence) {
  const std::string kind = setting(goal, "count of");
  const std::string named = setting(goal, "named");
  const std::string is = setting(goal, "is");
  const auto count = std::ranges::count_if(evidence.journal.entries(), [&](const auto& entry) {
    return to_string(entry.kind) == kind && (named.empty() || entry.subject == named) &&
           (is.empty() || state_of(entry) == is);
  });
  return verdict_on(
      static_cast<double>(count), goal, kCount,
      fmt::format("{}{}{}", kind, named.empty() ? "" : " " + named, is.empty() ? "" : " " + is));
}

/// A group meets a bound when all of its members do: the worst of them is shown.
Verdict judge_quantity(const Goal& goal, const Evidence& evidence) {
  const std::string quantity = setting(goal, "quantity");
  const std::string of = setting(goal, "of");
  const Bounds bounds = read_bounds(goal.settings, kCount);
  Verdict worst{.met = false,
                .name = fmt::format("{} of {}", quantity, of),
                .wanted = wanted_text(bounds, kCount),
                .observed = "no such quantity",
                .source = goal.source};
  for (const std::string& member : evidence.cloud.members(of)) {
    const std::optional<double> value = evidence.cloud.read_quantity(member, quantity);
    if (!value) continue;
    Verdict verdict = verdict_on(*value, goal, kCount, worst.name);
    const bool first = !worst.value;
    const bool higher = verdict.value > worst.value;
    if (first || (bounds.at_most ? higher : !higher)) worst = std::move(verdict);
  }
  return worst;
}

SimTime first_harm(const Evidence& evidence) {
  return evidence.incidents.empty() ? evidence.start : evidence.incidents.front().harmed_at;
}

}  // namespace

const Shape kAlarmShape{.kind = Kind::mapping,
                        .doc = "An alarm goes to ALARM in time, or never.",
                        .fields = kAlarmFields};
const Shape kExpectShape{.kind = Kind::mapping,
                         .doc = "Anything else: a count of journal entries, or a quantity.",
                         .fields = kExpectFields};

Verdict judge_alarm(const Goal& goal, const Evidence& evidence) {
  const std::string named = setting(goal, "named");
  const SimTime from = first_harm(evidence);
  const std::optional<double> within = kSeconds.read(setting(goal, "fires within"));
  const auto entries = evidence.journal.entries();
  const auto fired = std::ranges::find_if(entries, [&](const JournalEntry& entry) {
    return entry.kind == EntryKind::alarm && entry.subject == named && state_of(entry) == "ALARM" &&
           (!within || entry.at >= from);
  });
  Verdict verdict{.name = fmt::format("alarm {}", named), .source = goal.source};
  const bool never = goal.settings.find("never fires").has_value() || !within;
  verdict.wanted = never ? "never fires" : fmt::format("fires within {}", kSeconds.say(*within));
  if (fired == entries.end()) {
    verdict.met = never;
    verdict.observed = "never fired";
    return verdict;
  }
  const double seconds = std::chrono::duration<double>(fired->at - from).count();
  verdict.met = !never && seconds <= *within;
  verdict.value = seconds;
  verdict.observed = fmt::format("fired after {}", kSeconds.say(seconds));
  if (!verdict.met) verdict.because = {named};
  return verdict;
}

Verdict judge_expectation(const Goal& goal, const Evidence& evidence) {
  return goal.settings.contains("quantity") ? judge_quantity(goal, evidence)
                                            : judge_count(goal, evidence);
}

}  // namespace opsim
