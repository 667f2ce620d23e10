// What was acknowledged and is gone: the recovery point that was reached.
#include <fmt/format.h>

#include "opsim/cloud/cloud.hpp"
#include "sim/goals/bounds.hpp"
#include "sim/goals/kinds.hpp"
#include "sim/goals/shapes.hpp"

namespace opsim {

namespace {

constexpr Field kLostFields[] = {
    {.name = "of", .shape = &goal_shapes::kText, .doc = "A store of `data`. Default: all of them."},
    {.name = "at most", .shape = &goal_shapes::kDuration},
    {.name = "at least",
     .shape = &goal_shapes::kDuration,
     .doc = "To prove that a design loses data."},
    {.name = "percentile",
     .shape = &goal_shapes::kPercentile,
     .doc = "Over the losses of a run. Default: the largest of them."},
};

double seconds_lost(const JournalEntry& entry) {
  const auto found = entry.detail.find("lost_seconds");
  return found == entry.detail.end() ? 0 : found->get<double>();
}

}  // namespace

const Shape kDataLostShape{
    .kind = Kind::mapping,
    .doc =
        "How much of what was written is gone, counted in time: from the copy that a system stood "
        "up from until its disks were lost.",
    .fields = kLostFields};

/// Each loss has the restore that followed it; one that none followed has lost everything.
Verdict judge_data_lost(const Goal& goal, const Evidence& evidence) {
  const std::string of = setting_text(goal, "of");
  const Subject subject{of, evidence};
  std::vector<Span> spans;
  for (const JournalEntry& entry : evidence.journal.entries()) {
    if (entry.kind != EntryKind::resource || (!of.empty() && !subject.is(entry))) continue;
    const std::string act = detail_text(entry, "act");
    if (act == "destroyed") {
      const Duration since = evidence.end - entry.at;
      spans.push_back({entry.subject, std::chrono::duration<double>(since).count(), false});
    } else if (act == "restored" && entry.detail.contains("lost_seconds")) {
      for (Span& span : spans)
        if (span.name == entry.subject && !span.ended) {
          span.seconds = seconds_lost(entry);
          span.ended = true;
        }
    }
  }
  return verdict_on_spans(std::move(spans), goal, name_with_of("data lost", goal.settings),
                          "nothing was lost", "all of it: nothing was restored");
}

}  // namespace opsim
