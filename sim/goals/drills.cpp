// How far harm reached, and whether an experiment went on while it hurt.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

using namespace goal_shapes;

constexpr Field kRadiusFields[] = {
    {.name = "of",
     .shape = &kText,
     .doc = "A group: how many of its members. Default: how many "
            "groups, components and databases."},
    {.name = "at most", .shape = &kNumber, .doc = "The most that may be unwell at one time."},
    {.name = "at least", .shape = &kNumber},
};
constexpr Field kStoppedFields[] = {
    {.name = "of", .shape = &kText, .need = Need::required, .doc = "An experiment template."},
    {.name = "when down",
     .shape = &kText,
     .need = Need::required,
     .doc = "A component or a resource that the experiment must not hurt for long."},
    {.name = "at most",
     .shape = &kDuration,
     .doc = "How long the experiment may go on while that is down."},
    {.name = "at least", .shape = &kDuration},
};
constexpr Field kAffectedFields[] = {
    {.name = "of", .shape = &kText, .doc = "A component of the workload. Default: all with users."},
    {.name = "at most", .shape = &kPercent, .doc = "The largest share at any moment."},
    {.name = "at least", .shape = &kPercent},
};

struct Reach {
  std::size_t most = 0;
  std::set<std::string> whom;
};

void note(Reach& reach, const std::set<std::string>& now) {
  if (now.size() <= reach.most) return;
  reach.most = now.size();
  reach.whom = now;
}

/// The members of a group that were unwell at one time.
Reach members_hurt(const std::string& group, const Evidence& evidence) {
  Reach reach;
  std::set<std::string> unwell;
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (entry.kind != EntryKind::health || detail_text(entry, "of") != group) continue;
    if (detail_text(entry, "health") == "ok")
      unwell.erase(entry.subject);
    else
      unwell.insert(entry.subject);
    note(reach, unwell);
  }
  return reach;
}

/// What incidents were of at one time; each moment in which one began is looked at.
Reach things_hurt(const Evidence& evidence) {
  Reach reach;
  for (const Incident& began : evidence.incidents) {
    std::set<std::string> unwell;
    for (const Incident& other : evidence.incidents)
      if (other.harmed_at <= began.harmed_at &&
          (!other.healthy_at || *other.healthy_at > began.harmed_at || &other == &began))
        unwell.insert(other.of);
    note(reach, unwell);
  }
  return reach;
}

/// A run of an experiment: until it began to stop, or was over.
struct Running {
  std::string id;
  SimTime from;
  SimTime until;
};

std::vector<Running> runs_of(const std::string& experiment, const Evidence& evidence) {
  const Subject subject{experiment, evidence};
  std::map<std::string, Running> runs;  // by id
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (detail_text(entry, "act") != "experiment" || !subject.is(entry)) continue;
    const std::string id = detail_text(entry, "experiment");
    const std::string status = detail_text(entry, "status");
    if (status == "initiating") {
      runs.insert_or_assign(id, Running{id, entry.at, evidence.end});
    } else if (const auto run = runs.find(id);
               run != runs.end() && status != "running" && run->second.until == evidence.end) {
      run->second.until = entry.at;
    }
  }
  std::vector<Running> found;
  for (auto& [id, run] : runs) found.push_back(std::move(run));
  return found;
}

}  // namespace

const Shape kRadiusShape{.kind = Kind::mapping,
                         .doc = "How many things were unwell at one time.",
                         .fields = kRadiusFields};
const Shape kStoppedShape{.kind = Kind::mapping,
                          .doc =
                              "How long an experiment went on while something was down: its "
                              "stop condition ends it in time.",
                          .fields = kStoppedFields};
const Shape kAffectedShape{.kind = Kind::mapping,
                           .doc = "The share of requests that failed at the worst moment.",
                           .fields = kAffectedFields};

Verdict judge_blast_radius(const Goal& goal, const Evidence& evidence) {
  const std::string of = setting_text(goal, "of");
  const Reach reach = of.empty() ? things_hurt(evidence) : members_hurt(of, evidence);
  Verdict verdict = verdict_on(static_cast<double>(reach.most), goal, kCount,
                               name_with_of("blast radius", goal.settings));
  if (!reach.whom.empty()) verdict.observed += fmt::format(" ({})", fmt::join(reach.whom, ", "));
  return verdict;
}

Verdict judge_experiment_stopped(const Goal& goal, const Evidence& evidence) {
  const std::string hurt = setting_text(goal, "when down");
  std::vector<Span> spans;
  for (const Running& run : runs_of(setting_text(goal, "of"), evidence))
    for (const Incident& incident : evidence.incidents) {
      if (incident.of != hurt) continue;
      const SimTime from = std::max(run.from, incident.harmed_at);
      const SimTime until = std::min(run.until, incident.healthy_at.value_or(evidence.end));
      if (from < until)
        spans.push_back({fmt::format("incident {}", incident.number),
                         std::chrono::duration<double>(until - from).count(), true});
    }
  return verdict_on_spans(std::move(spans), goal, name_with_of("experiment stopped", goal.settings),
                          "it hurt nobody", "not stopped");
}

Verdict judge_users_affected(const Goal& goal, const Evidence& evidence) {
  const std::string of = setting_text(goal, "of");
  double worst = 0;
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (entry.kind != EntryKind::metric || !entry.detail.is_object()) continue;
    if (!of.empty() && entry.subject != of) continue;
    worst = std::max(worst, entry.detail.value("errors", 0.0));
  }
  return verdict_on(worst, goal, kShare, name_with_of("users affected", goal.settings));
}

}  // namespace opsim
