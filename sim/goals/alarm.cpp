// An alarm that must fire in time, or never.
#include <fmt/format.h>

#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

constexpr Shape kYes{.kind = Kind::boolean};
constexpr Field kAlarmFields[] = {
    {.name = "named",
     .shape = &goal_shapes::kText,
     .need = Need::required,
     .doc = "The alarm, by its logical id."},
    {.name = "fires within",
     .shape = &goal_shapes::kDuration,
     .doc = "Of the first harm, or of the start of the run where there was none."},
    {.name = "never fires", .shape = &kYes, .doc = "true: not once in the run."},
};

SimTime first_harm(const Evidence& evidence) {
  return evidence.incidents.empty() ? evidence.start : evidence.incidents.front().harmed_at;
}

/// When it went to ALARM, in order.
std::vector<SimTime> firings(const Subject& alarm, const Evidence& evidence) {
  std::vector<SimTime> found;
  for (const JournalEntry& entry : evidence.journal.entries())
    if (entry.kind == EntryKind::alarm && alarm.is(entry) && detail_text(entry, "state") == "ALARM")
      found.push_back(entry.at);
  return found;
}

/// When it first stood in ALARM at or after `from`: one that fired before and stands still counts.
std::optional<SimTime> standing_from(SimTime from, const Subject& alarm, const Evidence& evidence) {
  bool stands = false;
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (entry.kind != EntryKind::alarm || !alarm.is(entry)) continue;
    if (entry.at >= from && stands) break;
    stands = detail_text(entry, "state") == "ALARM";
    if (stands && entry.at >= from) return entry.at;
  }
  return stands ? std::optional{from} : std::nullopt;
}

std::string clock_from(SimTime at, const Evidence& evidence) {
  return kSeconds.say(std::chrono::duration<double>(at - evidence.start).count());
}

Verdict judge_never(Verdict verdict, const Subject& alarm, const Evidence& evidence) {
  const std::vector<SimTime> fired = firings(alarm, evidence);
  verdict.wanted = "never fires";
  verdict.met = fired.empty();
  verdict.value = static_cast<double>(fired.size());
  verdict.say = kCount.say;
  verdict.observed = "never fired";
  if (!fired.empty())
    verdict.observed =
        fmt::format("fired {} {}, first after {}", fired.size(),
                    fired.size() == 1 ? "time" : "times", clock_from(fired.front(), evidence));
  return verdict;
}

}  // namespace

const Shape kAlarmShape{.kind = Kind::mapping,
                        .doc = "An alarm goes to ALARM in time, or never.",
                        .fields = kAlarmFields};

std::string complain_of_alarm(const Node& settings) {
  const std::optional<Node> never = settings.find("never fires");
  if (never && never->as_boolean() == false)
    return "`never fires: false` says nothing; expected true, or `fires within`";
  if (never.has_value() == settings.contains("fires within"))
    return "expected either `fires within` or `never fires`";
  return "";
}

Verdict judge_alarm(const Goal& goal, const Evidence& evidence) {
  const std::string named = setting_text(goal, "named");
  const Subject alarm{named, evidence};
  Verdict verdict{.name = fmt::format("alarm {}", named), .source = goal.source};
  const std::optional<double> within = kSeconds.read(setting_text(goal, "fires within"));
  if (!within) {
    verdict = judge_never(std::move(verdict), alarm, evidence);
  } else {
    const SimTime from = first_harm(evidence);
    verdict.wanted = fmt::format("fires within {}", kSeconds.say(*within));
    verdict.observed = "never fired";
    if (const std::optional<SimTime> fired = standing_from(from, alarm, evidence)) {
      verdict.value = std::chrono::duration<double>(*fired - from).count();
      verdict.say = kSeconds.say;
      verdict.met = *verdict.value <= *within;
      verdict.observed = fmt::format("fired after {}", kSeconds.say(*verdict.value));
    }
  }
  if (!verdict.met) verdict.because = {named};
  return verdict;
}

}  // namespace opsim
