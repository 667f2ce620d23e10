// The share of the run in which a resource was not down.
#include <algorithm>

#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

using namespace goal_shapes;

constexpr Field kFields[] = {
    {.name = "of",
     .shape = &kText,
     .need = Need::required,
     .doc =
         "A resource or a group. A group is down while any of its members is: SIMPLIFIED until a "
         "workload says what users feel."},
    {.name = "at least", .shape = &kPercent, .doc = "The smallest share that is allowed."},
    {.name = "at most", .shape = &kPercent},
};

/// Time within [start, end] in which at least one of `of` was down.
Duration time_down(std::string_view of, const Evidence& evidence) {
  Duration down{};
  std::vector<std::string> now_down;
  SimTime since{};
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (entry.kind != EntryKind::health) continue;
    if (entry.subject != of && detail_text(entry, "of") != of) continue;
    const bool is_down = detail_text(entry, "health") == "down";
    const auto known = std::ranges::find(now_down, entry.subject);
    if (is_down == (known != now_down.end())) continue;
    if (is_down) {
      if (now_down.empty()) since = entry.at;
      now_down.push_back(entry.subject);
    } else {
      now_down.erase(known);
      if (now_down.empty()) down += entry.at - since;
    }
  }
  return now_down.empty() ? down : down + (evidence.end - since);
}

}  // namespace

const Shape kAvailabilityShape{.kind = Kind::mapping,
                               .doc = "The share of the run in which it was not down.",
                               .fields = kFields};

Verdict judge_availability(const Goal& goal, const Evidence& evidence) {
  const Duration whole = evidence.end - evidence.start;
  const std::string of = setting_text(goal, "of");
  const double share = whole <= Duration{}
                           ? 1
                           : 1 - std::chrono::duration<double>(time_down(of, evidence)).count() /
                                     std::chrono::duration<double>(whole).count();
  return verdict_on(share, goal, kShare, name_with_of("availability", goal.settings));
}

}  // namespace opsim
