// find_incidents against a twin that looks at every minute of random health, one after the other.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/sim/journal/story.hpp"

namespace opsim::tests {
namespace {

constexpr int kMinutes = 240;
constexpr int kGroups = 2;
constexpr int kMembers = 3;
constexpr std::string_view kHealths[] = {"ok", "in danger", "down"};

/// Health of each member after each minute: 0 ok, 1 in danger, 2 down. At most one change a minute
/// and member, in an order that is drawn too.
struct History {
  int health[kGroups][kMembers][kMinutes] = {};
};

std::string group_name(int group) { return fmt::format("group-{}", group); }
std::string member_name(int group, int member) { return fmt::format("i-{}-{}", group, member); }

History draw(Story& story, Stream& luck) {
  History history;
  int now[kGroups][kMembers] = {};
  for (int minute = 0; minute < kMinutes; ++minute) {
    const auto first = static_cast<int>(luck.below(kGroups * kMembers));
    for (int i = 0; i < kGroups * kMembers; ++i) {
      const int group = ((first + i) % (kGroups * kMembers)) / kMembers;
      const int member = (first + i) % kMembers;
      int& health = now[group][member];
      const int then = luck.chance(0.12) ? static_cast<int>(luck.below(3)) : health;
      if (then != health)
        story.health(1min * minute, member_name(group, member),
                     kHealths[static_cast<std::size_t>(then)], {}, group_name(group));
      health = then;
      history.health[group][member][minute] = then;
    }
  }
  return history;
}

struct Seen {
  int from;
  int healthy;    // -1: never
  int recovered;  // -1: not by the end
  bool down;
  std::set<std::string> parts;
  bool operator==(const Seen&) const = default;
};

bool unwell(const History& history, int group, int minute) {
  return std::ranges::any_of(history.health[group],
                             [&](const auto& member) { return member[minute] > 0; });
}

/// The first minute from which the group is well for `hold` minutes, or to the end; -1: none.
int well_from(const History& history, int group, int from, int hold) {
  for (int minute = from; minute < kMinutes; ++minute) {
    bool well = true;
    for (int t = minute; well && t < std::min(minute + hold, kMinutes); ++t)
      well = !unwell(history, group, t);
    if (well) return minute;
  }
  return -1;
}

std::vector<Seen> look_minute_by_minute(const History& history, int group, int hold, int end) {
  std::vector<Seen> incidents;
  for (int minute = 0; minute < kMinutes; ++minute) {
    if (!unwell(history, group, minute)) continue;
    Seen seen{.from = minute, .healthy = -1, .recovered = -1, .down = false, .parts = {}};
    seen.healthy = well_from(history, group, minute, hold);
    const int until = seen.healthy < 0 ? kMinutes : seen.healthy;
    if (seen.healthy >= 0 && seen.healthy + hold <= end) seen.recovered = seen.healthy + hold;
    for (int t = minute; t < until; ++t)
      for (int member = 0; member < kMembers; ++member) {
        if (history.health[group][member][t] > 0) seen.parts.insert(member_name(group, member));
        seen.down = seen.down || history.health[group][member][t] == 2;
      }
    incidents.push_back(seen);
    minute = until;
  }
  return incidents;
}

std::map<std::string, std::vector<Seen>> found_by_opsim(const Story& story, int hold, int end) {
  const auto minute_of = [&](const std::optional<SimTime>& time) {
    if (!time) return -1;
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::minutes>(story.since_start(*time)).count());
  };
  std::map<std::string, std::vector<Seen>> found;
  for (const Incident& incident : story.incidents(1min * end, 1min * hold)) {
    found[incident.of].push_back({minute_of(incident.harmed_at),
                                  minute_of(incident.healthy_at),
                                  minute_of(incident.recovered_at),
                                  incident.worst == "down",
                                  {incident.parts.begin(), incident.parts.end()}});
  }
  return found;
}

}  // namespace

TEST_SUITE("incidents") {
  TEST_CASE("random health: the same incidents as a look at every minute") {
    std::size_t incidents = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      CAPTURE(seed);
      Stream luck{Seed{seed}, "incidents.twin"};
      Story story;
      const History history = draw(story, luck);
      const int hold = 1 + static_cast<int>(luck.below(6));
      const int end = kMinutes - 1 + static_cast<int>(luck.below(4));
      const auto found = found_by_opsim(story, hold, end);
      for (int group = 0; group < kGroups; ++group) {
        const std::vector<Seen> expected = look_minute_by_minute(history, group, hold, end);
        const auto got = found.find(group_name(group));
        const std::vector<Seen> none;
        const bool same = (got == found.end() ? none : got->second) == expected;
        CHECK(same);
        incidents += expected.size();
      }
    }
    CHECK(incidents > 1000);  // the histories are not trivial
  }

  TEST_CASE("random health: the parts of every recovery add up to the whole, none negative") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      CAPTURE(seed);
      Stream luck{Seed{seed}, "incidents.split"};
      Story story;
      std::vector<CauseId> told{story.fault(0s)};
      const auto any = [&] { return told[luck.below(told.size())]; };
      for (int minute = 1; minute < 120; ++minute) {
        const Duration at = 1min * minute;
        switch (luck.below(6)) {
          case 0: told.push_back(story.alarm(at, any(), luck.chance(0.5) ? "ALARM" : "OK")); break;
          case 1: told.push_back(story.runbook(at, any(), "InProgress")); break;
          case 2: told.push_back(story.runbook(at, any(), "Success")); break;
          case 3: told.push_back(story.person(at, any(), "repaired")); break;
          default: told.push_back(story.health(at, "i-1", kHealths[luck.below(3)], any()));
        }
      }
      for (const Incident& incident : story.incidents(2h)) {
        if (!incident.recovered_at) continue;
        const RecoverySplit& split = incident.split;
        Duration sum{};
        for (const Duration part :
             {split.detected, split.routed, split.acted, split.verified, split.held}) {
          CHECK(part >= Duration{});
          sum += part;
        }
        CHECK(sum == *incident.recovery_time());
        CHECK(incident.resolved_by != ResolvedBy::nobody);
        CHECK((!incident.detected_at || *incident.detected_at >= incident.harmed_at));
      }
    }
  }
}

}  // namespace opsim::tests
