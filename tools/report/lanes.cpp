#include "tools/report/lanes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"
#include "tools/report/markup.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

constexpr double kLaneHeight = 22;
constexpr std::size_t kLongestName = 26;

/// The groups of lanes, from cause to cure.
enum class Group : std::uint8_t { faults, health, alarms, action, people };

class Lanes {
 public:
  Lane& of(Group group, std::string_view name, std::string_view kind) {
    auto& lanes = groups_[static_cast<std::size_t>(group)];
    const auto found = std::ranges::find_if(
        lanes, [&](const Lane& lane) { return lane.name == name && lane.kind == kind; });
    if (found != lanes.end()) return *found;
    return lanes.emplace_back(Lane{std::string{name}, std::string{kind}});
  }
  /// A share of the room for each group, so that none crowds out the others.
  [[nodiscard]] std::vector<Lane> first(std::size_t most) const {
    std::vector<Lane> all;
    const std::size_t share = std::max<std::size_t>(1, most / std::size(groups_));
    std::size_t spare = most;
    for (const auto& lanes : groups_) spare -= std::min(share, lanes.size());
    for (const auto& lanes : groups_) {
      const std::size_t extra = std::min(spare, lanes.size() - std::min(share, lanes.size()));
      spare -= extra;
      const std::size_t taken = std::min(lanes.size(), share + extra);
      all.insert(all.end(), lanes.begin(), lanes.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    return all;
  }

 private:
  std::vector<Lane> groups_[5];
};

std::string says(const JournalEntry& entry, SimTime start) {
  return fmt::format("+{} {}", clock_text(entry.at - start), entry_text(entry));
}

/// A state begins a bar or ends it: bars of one lane never overlap.
void end_bar(Lane& lane, SimTime at) {
  if (!lane.bars.empty() && lane.bars.back().until == SimTime::max()) lane.bars.back().until = at;
}

void begin_bar(Lane& lane, const JournalEntry& entry, SimTime start, std::string_view look) {
  end_bar(lane, entry.at);
  lane.bars.push_back({entry.at, SimTime::max(), look, says(entry, start)});
}

void add_health(Lanes& lanes, const JournalEntry& entry, SimTime start) {
  const std::string of = detail_text(entry, "of");
  // Of a group its own state is shown; of its many members only that something was wrong.
  Lane& lane = lanes.of(Group::health, of.empty() ? entry.subject : of, "health");
  const std::string health = detail_text(entry, "health");
  if (health == "ok") return end_bar(lane, entry.at);
  begin_bar(lane, entry, start, health == "down" ? "down" : "danger");
}

void add_alarm(Lanes& lanes, const JournalEntry& entry, SimTime start) {
  const std::string state = detail_text(entry, "state");
  if (state == "OK" && detail_text(entry, "previous") == "INSUFFICIENT_DATA") return;
  Lane& lane = lanes.of(Group::alarms, entry.subject, "alarm");
  if (state == "OK") return end_bar(lane, entry.at);
  begin_bar(lane, entry, start, state == "ALARM" ? "alarm" : "nodata");
}

void add_runbook(Lanes& lanes, const JournalEntry& entry, SimTime start) {
  Lane& lane = lanes.of(Group::action, entry.subject, "runbook");
  const std::string status = detail_text(entry, "status");
  if (status.empty() || status == "InProgress") return begin_bar(lane, entry, start, "acted");
  end_bar(lane, entry.at);
  if (status != "Success") lane.marks.push_back({entry.at, "failed", says(entry, start)});
}

void add(Lanes& lanes, const JournalEntry& entry, SimTime start) {
  switch (entry.kind) {
    case EntryKind::fault:
      lanes.of(Group::faults, "what went wrong", "fault")
          .marks.push_back({entry.at, "fault", says(entry, start)});
      return;
    case EntryKind::health: return add_health(lanes, entry, start);
    case EntryKind::alarm: return add_alarm(lanes, entry, start);
    case EntryKind::runbook: return add_runbook(lanes, entry, start);
    case EntryKind::page: {
      const std::string person = detail_text(entry, "person");
      lanes.of(Group::people, person.empty() ? "people" : person, "people")
          .marks.push_back({entry.at, "page", says(entry, start)});
      return;
    }
    case EntryKind::person:
      lanes.of(Group::people, entry.subject, "people")
          .marks.push_back({entry.at, "person", says(entry, start)});
      return;
    case EntryKind::resource:
      // A deployment, a shift of traffic; of the many launches of a fleet its alarms tell.
      if (!detail_text(entry, "status").empty() ||
          (entry.detail.is_object() && entry.detail.contains("share")))
        lanes.of(Group::action, entry.subject, "change")
            .marks.push_back({entry.at, "change", says(entry, start)});
      return;
    default: return;
  }
}

std::string shortened(std::string_view name) {
  if (columns(name) <= kLongestName) return std::string{name};
  std::size_t end = kLongestName - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return std::string{name.substr(0, end)} + "…";
}

std::string bar_svg(const Bar& bar, const TimeAxis& axis, double y) {
  const double from = axis.x(bar.from);
  const double until = bar.until == SimTime::max() ? axis.right() : axis.x(bar.until);
  return fmt::format(
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "rx=\"2\"><title>{}</title></rect>\n",
      bar.look, from, y + 4, std::max(2.0, until - from), kLaneHeight - 8, escaped(bar.says));
}

std::string mark_svg(const Mark& mark, const TimeAxis& axis, double y) {
  return fmt::format(
      "<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>{}</title></circle>\n",
      mark.look, axis.x(mark.at), y + kLaneHeight / 2, escaped(mark.says));
}

}  // namespace

std::vector<Lane> lanes_of(const RunFacts& run, std::size_t most) {
  Lanes lanes;
  for (const JournalEntry& entry : run.world.journal().entries())
    if (entry.level <= Level::story) add(lanes, entry, run.scenario.start);
  return lanes.first(most);
}

std::optional<Extent> extent_of(const std::vector<Lane>& lanes, SimTime end) {
  std::optional<Extent> extent;
  const auto add = [&](SimTime from, SimTime until) {
    if (!extent) extent = Extent{from, until};
    extent = Extent{std::min(extent->from, from), std::max(extent->until, std::min(until, end))};
  };
  for (const Lane& lane : lanes) {
    for (const Bar& bar : lane.bars) add(bar.from, bar.until);
    for (const Mark& mark : lane.marks) add(mark.at, mark.at);
  }
  return extent;
}

std::string lanes_svg(const std::vector<Lane>& lanes, const TimeAxis& axis) {
  const double bottom = 8 + kLaneHeight * static_cast<double>(lanes.size());
  std::string out = fmt::format("<svg viewBox=\"0 0 1000 {:.0f}\" role=\"img\">\n", bottom + 22);
  out += axis.grid(4, bottom);
  double y = 6;
  for (const Lane& lane : lanes) {
    out += fmt::format(
        "<text class=\"lane\" x=\"{:.1f}\" y=\"{:.1f}\">{}<title>{} {}</title></text>\n",
        axis.left() - 10, y + kLaneHeight / 2 + 4, escaped(shortened(lane.name)),
        escaped(lane.kind), escaped(lane.name));
    for (const Bar& bar : lane.bars) out += bar_svg(bar, axis, y);
    for (const Mark& mark : lane.marks) out += mark_svg(mark, axis, y);
    y += kLaneHeight;
  }
  return out + "</svg>\n";
}

}  // namespace opsim::report
