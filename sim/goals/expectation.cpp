// Anything else that must have happened, or must never happen.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "opsim/cloud/cloud.hpp"
#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

constexpr std::string_view kCountedKinds[] = {
    "alarm",  "call", "command", "event",  "fault",    "health", "incident", "message",
    "metric", "note", "page",    "person", "resource", "rule",   "runbook",  "step"};
constexpr Shape kKindWord{.kind = Kind::text, .allowed = kCountedKinds};
constexpr Shape kAnyNumber{.kind = Kind::number, .example = "0"};
constexpr Field kExpectFields[] = {
    {.name = "count of",
     .shape = &kKindWord,
     .doc = "Entries of the journal of this kind are counted."},
    {.name = "named",
     .shape = &goal_shapes::kText,
     .doc = "Only those about this: `CleanUp`, `CleanUp/clean`."},
    {.name = "is",
     .shape = &goal_shapes::kText,
     .doc = "Only those whose state, status, act or health is this: `Failed`."},
    {.name = "at most", .shape = &kAnyNumber},
    {.name = "at least", .shape = &kAnyNumber},
    {.name = "quantity",
     .shape = &goal_shapes::kText,
     .doc = "Or: a number at the end of the run, `disk` or `process nginx`, in its own unit."},
    {.name = "of",
     .shape = &goal_shapes::kText,
     .doc = "The resource of that quantity, or a group: all of it."},
};

std::string state_of(const JournalEntry& entry) {
  for (const char* key : {"state", "status", "act", "health"})
    if (std::string text = detail_text(entry, key); !text.empty()) return text;
  return {};
}

Verdict judge_count(const Goal& goal, const Evidence& evidence) {
  const std::string kind = setting_text(goal, "count of");
  const std::string named = setting_text(goal, "named");
  const std::string is = setting_text(goal, "is");
  const Subject subject{named, evidence};
  const auto count = std::ranges::count_if(evidence.journal.entries(), [&](const auto& entry) {
    return to_string(entry.kind) == kind && (named.empty() || subject.is(entry)) &&
           (is.empty() || state_of(entry) == is);
  });
  return verdict_on(
      static_cast<double>(count), goal, kCount,
      fmt::format("{}{}{}{}{}", kind, named.empty() ? "" : " ", named, is.empty() ? "" : " ", is));
}

/// By how much a value is out of its bounds, or how near it is to them (below zero).
double excess(const Bounds& bounds, double value) {
  constexpr double none = -std::numeric_limits<double>::infinity();
  return std::max(bounds.at_most ? value - *bounds.at_most : none,
                  bounds.at_least ? *bounds.at_least - value : none);
}

/// A group meets its bounds when all of its members do: the worst of them is shown.
Verdict judge_quantity(const Goal& goal, const Evidence& evidence) {
  const std::string quantity = setting_text(goal, "quantity");
  const std::string of = setting_text(goal, "of");
  const Bounds bounds = read_bounds(goal.settings, kCount);
  Verdict worst{.name = fmt::format("{} of {}", quantity, of),
                .wanted = wanted_text(bounds, kCount),
                .observed = "no such quantity",
                .source = goal.source,
                .because = {of}};
  const Resource* named = evidence.cloud.resources().find_named(of);
  if (named == nullptr) return worst;
  // A quantity of the resource itself goes before those of its members.
  std::vector<std::string> whose = evidence.cloud.members(named->physical_id);
  if (evidence.cloud.read_quantity(named->physical_id, quantity)) whose = {named->physical_id};
  for (const std::string& member : whose) {
    const std::optional<double> value = evidence.cloud.read_quantity(member, quantity);
    if (!value || (worst.value && excess(bounds, *value) <= excess(bounds, *worst.value))) continue;
    worst = verdict_on(*value, goal, kCount, worst.name);
    if (!worst.met) worst.because = {member};
  }
  return worst;
}

}  // namespace

const Shape kExpectShape{.kind = Kind::mapping,
                         .doc = "Anything else: a count of journal entries, or a quantity.",
                         .fields = kExpectFields};

std::string complain_of_expectation(const Node& settings) {
  const bool counts = settings.contains("count of");
  if (counts == settings.contains("quantity")) return "expected either `count of` or `quantity`";
  if (!counts && !settings.contains("of")) return "expected `of`: whose quantity it is";
  for (const char* key : {"named", "is"})
    if (!counts && settings.contains(key)) return fmt::format("`{}` goes with `count of`", key);
  if (counts && settings.contains("of")) return "`of` goes with `quantity`; expected `named`";
  return complaint_of_bounds(settings, kCount);
}

Verdict judge_expectation(const Goal& goal, const Evidence& evidence) {
  return goal.settings.contains("quantity") ? judge_quantity(goal, evidence)
                                            : judge_count(goal, evidence);
}

}  // namespace opsim
