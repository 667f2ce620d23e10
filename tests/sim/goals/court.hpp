#pragma once
/// A hand-written journal before a goal written as a scenario writes it.
#include <string>
#include <string_view>

#include "opsim/document/read.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/goals/goal.hpp"
#include "tests/sim/cloud/toy.hpp"
#include "tests/sim/journal/story.hpp"

namespace opsim::tests {

/// What is wrong with a goal: its shape first, then what its kind complains of. "" when sound.
inline std::string complaint_of(std::string_view text) {
  const Document document = read_yaml("goal", text);
  const Entry entry = document.root.entry(0);
  const GoalKind* kind = find_goal_kind(entry.key);
  if (kind == nullptr) return "no such goal";
  Diagnostics diagnostics;
  check(entry.value, *kind->shape, diagnostics);
  if (diagnostics.count() > 0) return diagnostics.all()[0].message;
  return kind->complaint(entry.value);
}

struct Court : Story {
  explicit Court(Level keep = Level::everything)
      : Story{keep}, cloud{sim, journal, kToyCatalog, Place{"123456789012", "us-east-1"}} {}

  /// `pages: { at most: 0 }` on the run from its start to `end`.
  Verdict judge(std::string_view goal, Duration end = 6h) {
    CAPTURE(goal);
    const std::string complaint = complaint_of(goal);
    REQUIRE_MESSAGE(complaint.empty(), complaint);
    const Document document = read_yaml("goal", goal);
    const Entry entry = document.root.entry(0);
    const Goal read{find_goal_kind(entry.key), entry.value, "scenario.yaml:29"};
    const std::vector<Incident> found = incidents(end);
    return opsim::judge({&read, 1}, {cloud, journal, found, sim.start(), sim.start() + end})[0];
  }
  /// "met: 0 (wanted at most 0)".
  std::string say(std::string_view goal, Duration end = 6h) {
    const Verdict verdict = judge(goal, end);
    return fmt::format("{}: {} (wanted {})", verdict.met ? "met" : "missed", verdict.observed,
                       verdict.wanted);
  }
  /// An incident of i-1 from `from` to `until`, found by an alarm after `found`, resolved so.
  void trouble(Duration from, Duration found, Duration until, EntryKind by = EntryKind::runbook) {
    const CauseId why = fault(from);
    health(from, "i-1", "down", why);
    const CauseId heard = alarm(from + found, why);
    const CauseId acted = by == EntryKind::runbook ? runbook(from + found, heard)
                                                   : person(from + found, heard, "repaired");
    health(until, "i-1", "ok", acted);
    alarm(until, acted, "OK");
  }

  Cloud cloud;
};

}  // namespace opsim::tests
