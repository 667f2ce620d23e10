// Checks that are counted against checks that are run, one by one.
#include <doctest/doctest.h>

#include "opsim/cloud/health_track.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/random.hpp"

namespace opsim::tests {
namespace {

/// Runs every check: as the guide says it, without a thought.
struct Poller {
  CheckThresholds thresholds;
  CheckedHealth health;
  int passed = 0;
  int failed = 0;
  void check(bool passes) {
    passed = passes ? passed + 1 : 0;
    failed = passes ? 0 : failed + 1;
    if (health == CheckedHealth::initial && passed == 1) health = CheckedHealth::healthy;
    if (health == CheckedHealth::unhealthy && passed == thresholds.healthy)
      health = CheckedHealth::healthy;
    if (health != CheckedHealth::unhealthy && failed == thresholds.unhealthy)
      health = CheckedHealth::unhealthy;
  }
};

struct Spell {
  SimTime at;
  bool passes;
};
std::vector<Spell> random_spells(Stream& luck, SimTime until) {
  std::vector<Spell> changes;
  SimTime at{};
  while (at < until) {
    // Short and long spells, some of them at the very moment of a check.
    at += luck.chance(0.3) ? Duration{5s} * static_cast<std::int64_t>(luck.below(8))
                           : Duration{static_cast<std::int64_t>(luck.below(90'000'000'000))} / 1000;
    changes.push_back({at, luck.chance(0.5)});
  }
  return changes;
}

/// "120s unhealthy" for each change of health, by running every check.
std::vector<std::pair<SimTime, CheckedHealth>> by_polling(const CheckThresholds& thresholds,
                                                          SimTime first, CheckedHealth from,
                                                          const std::vector<Spell>& changes,
                                                          SimTime until) {
  std::vector<std::pair<SimTime, CheckedHealth>> seen;
  Poller poller{thresholds, from};
  std::size_t next = 0;
  bool passes = false;
  for (SimTime check = first; check <= until; check += thresholds.interval) {
    while (next < changes.size() && changes[next].at < check) passes = changes[next++].passes;
    const CheckedHealth before = poller.health;
    poller.check(passes);
    if (before != poller.health) seen.emplace_back(check, poller.health);
  }
  return seen;
}

/// The same by counting: a decision is looked at when it is foretold, and at no other time.
std::vector<std::pair<SimTime, CheckedHealth>> by_counting(const CheckThresholds& thresholds,
                                                           SimTime first, CheckedHealth from,
                                                           const std::vector<Spell>& changes,
                                                           SimTime until) {
  std::vector<std::pair<SimTime, CheckedHealth>> seen;
  HealthTrack track{thresholds, first, from};
  const auto play_until = [&](SimTime time) {
    for (auto next = track.next_decision(); next && *next <= time; next = track.next_decision()) {
      const CheckedHealth before = track.health();
      track.settle(*next);
      REQUIRE(track.health() != before);
      seen.emplace_back(*next, track.health());
    }
  };
  for (const Spell& change : changes) {
    if (change.at > until) break;
    play_until(change.at);
    track.set_passes(change.at, change.passes);
  }
  play_until(until);
  return seen;
}

}  // namespace

TEST_SUITE("cloud: counted checks") {
  TEST_CASE("they agree with running every check, whatever happens") {
    for (std::uint64_t round = 0; round < 400; ++round) {
      CAPTURE(round);
      Stream luck{Seed{round}, "elb.differential"};
      const CheckThresholds thresholds{Duration{5s} * static_cast<std::int64_t>(1 + luck.below(6)),
                                       static_cast<int>(2 + luck.below(9)),
                                       static_cast<int>(2 + luck.below(9))};
      const SimTime first = SimTime{} + Duration{5s} * static_cast<std::int64_t>(luck.below(6));
      const auto from = static_cast<CheckedHealth>(luck.below(3));
      const SimTime until = SimTime{} + 2h;
      const std::vector<Spell> changes = random_spells(luck, until);
      CHECK(by_counting(thresholds, first, from, changes, until) ==
            by_polling(thresholds, first, from, changes, until));
    }
  }

  TEST_CASE("a target at rest has nothing to wait for") {
    HealthTrack track{{30s, 5, 2}, SimTime{} + 10s, CheckedHealth::healthy};
    track.set_passes(SimTime{}, true);
    CHECK_FALSE(track.next_decision().has_value());
    track.set_passes(SimTime{} + 1h, false);
    CHECK(track.next_decision() == SimTime{} + 1h + 40s);
  }
}

}  // namespace opsim::tests
