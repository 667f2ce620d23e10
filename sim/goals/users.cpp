// What users got, as a workload counted it: failed requests, time in which they were hurt, budget.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "opsim/cloud/cloud.hpp"
#include "sim/goals/bounds.hpp"
#include "sim/goals/burn_rate.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

using namespace goal_shapes;

constexpr std::string_view kComponentDoc = "A component of the workload. Default: all with users.";
constexpr Field kFailedFields[] = {
    {.name = "of", .shape = &kText, .doc = kComponentDoc},
    {.name = "at most", .shape = &kPercent, .doc = "The largest share of requests."},
    {.name = "at least", .shape = &kPercent, .doc = "To prove that a design fails."},
};
constexpr Field kHurtFields[] = {
    {.name = "of", .shape = &kText, .doc = kComponentDoc},
    {.name = "at most", .shape = &kDuration, .doc = "The longest time, in all."},
    {.name = "at least", .shape = &kDuration, .doc = "To prove that a design hurts."},
};
constexpr Field kBudgetFields[] = {
    {.name = "of", .shape = &kText, .doc = kComponentDoc},
    {.name = "objective", .shape = &kPercent, .doc = "Good requests. Default: 99.9 %."},
    {.name = "window", .shape = &kDuration, .doc = "Of the objective. Default: 30d."},
    {.name = "at most", .shape = &kPercent, .doc = "The largest share of the budget spent."},
    {.name = "at least", .shape = &kPercent},
};
constexpr Field kSingleFields[] = {
    {.name = "of", .shape = &kText, .doc = kComponentDoc},
    {.name = "at most", .shape = &kNumber},
    {.name = "at least", .shape = &kNumber},
};

struct Users {
  double requests = 0;
  double failed = 0;
  double hurt_seconds = 0;  // of the component that was hurt longest
};

/// Asked of whatever model keeps workloads.
Users users_of(const Goal& goal, const Evidence& evidence) {
  Users users;
  const Json input{{"Component", setting_text(goal, "of")}};
  const auto answer =
      evidence.cloud.inspect(evidence.cloud.home(), "workload", "InspectWorkload", input);
  if (!answer) return users;
  for (const Json& component : answer->at("Components")) {
    users.requests += component.value("Requests", 0.0);
    users.failed += component.value("Failed", 0.0);
    users.hurt_seconds = std::max(users.hurt_seconds, component.value("HurtSeconds", 0.0));
  }
  return users;
}

}  // namespace

const Shape kFailedShape{.kind = Kind::mapping,
                         .doc = "The share of users' requests that failed for good.",
                         .fields = kFailedFields};
const Shape kHurtShape{.kind = Kind::mapping,
                       .doc = "How long users were hurt: the objective of a component was missed.",
                       .fields = kHurtFields};
const Shape kBudgetShape{.kind = Kind::mapping,
                         .doc = "The share of an error budget that the run spent.",
                         .fields = kBudgetFields};
const Shape kSingleShape{.kind = Kind::mapping,
                         .doc = "Components whose one place is all there is of them.",
                         .fields = kSingleFields};

Verdict judge_failed_requests(const Goal& goal, const Evidence& evidence) {
  const Users users = users_of(goal, evidence);
  const double share = users.requests > 0 ? users.failed / users.requests : 0;
  Verdict verdict = verdict_on(share, goal, kShare, name_with_of("failed requests", goal.settings));
  verdict.observed += fmt::format(" ({:.0f} of {:.0f})", users.failed, users.requests);
  return verdict;
}

Verdict judge_users_hurt(const Goal& goal, const Evidence& evidence) {
  return verdict_on(users_of(goal, evidence).hurt_seconds, goal, kSeconds,
                    name_with_of("users hurt", goal.settings));
}

Verdict judge_error_budget(const Goal& goal, const Evidence& evidence) {
  ServiceLevel level;
  const std::optional<Node> objective = goal.settings.find("objective");
  if (objective) level.target = kShare.read(objective->spelling()).value_or(level.target);
  const std::optional<Node> window = goal.settings.find("window");
  if (window) level.window = kSeconds.read(window->spelling()).value_or(level.window);
  const Users users = users_of(goal, evidence);
  const double run = std::chrono::duration<double>(evidence.end - evidence.start).count();
  // The rest of the window has as many requests a second, and none of them fails.
  const double requests = run > 0 ? users.requests * level.window / run : 0;
  const double spent =
      requests > 0 && level.budget() > 0 ? level.spent_by(users.failed, requests) : 0;
  return verdict_on(spent, goal, kShare, name_with_of("error budget spent", goal.settings));
}

Verdict judge_single_points(const Goal& goal, const Evidence& evidence) {
  const std::string of = setting_text(goal, "of");
  std::set<std::string> found;
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (!entry.detail.is_object() || (!of.empty() && entry.subject != of)) continue;
    const auto points = entry.detail.find("single points");
    if (points == entry.detail.end()) continue;
    for (const Json& point : *points) found.insert(point.get<std::string>());
  }
  Verdict verdict = verdict_on(static_cast<double>(found.size()), goal, kCount,
                               name_with_of("single points of failure", goal.settings));
  if (!found.empty()) verdict.observed += fmt::format(" ({})", fmt::join(found, ", "));
  return verdict;
}

}  // namespace opsim
