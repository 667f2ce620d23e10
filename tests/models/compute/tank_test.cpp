#include "models/compute/tank.hpp"

#include <doctest/doctest.h>

namespace opsim::compute {

namespace {

const SimTime kNoon = *parse_iso8601("2026-03-02T12:00:00Z");

Tank tank(double level, double per_hour) {
  Tank tank;
  tank.from = kNoon;
  tank.level = level;
  tank.per_second = per_hour / 3600;
  return tank;
}

}  // namespace

TEST_SUITE("compute: what fills up") {
  TEST_CASE("crosses its limits at one moment each, known in advance") {
    struct Row {
      double level, per_hour;
      std::optional<Duration> next;
    };
    const Row rows[] = {
        {60, 10, 3h},              // danger at 90
        {90, 10, 1h},              // then full at 100
        {100, 10, std::nullopt},   // stays full
        {60, 0, std::nullopt},     // nothing moves
        {60, -10, std::nullopt},   // shrinks away from its limits
        {60, 1e-9, std::nullopt},  // not in this century
    };
    for (const auto& [level, per_hour, next] : rows) {
      CAPTURE(level);
      CAPTURE(per_hour);
      const Tank one = tank(level, per_hour);
      const auto due = one.next_crossing(kNoon);
      REQUIRE(due.has_value() == next.has_value());
      if (next) {
        CHECK(*due - kNoon >= *next);
        CHECK(*due - kNoon <= *next + 1us);
      }
    }
  }

  TEST_CASE("has crossed at the moment that was foretold") {
    for (const double per_hour : {0.7, 3.0, 8.0, 1e6}) {
      const Tank one = tank(61.3, per_hour);
      const SimTime danger = *one.next_crossing(kNoon);
      CHECK(one.in_danger(danger));
      const SimTime full = *one.next_crossing(danger);
      CHECK(one.is_full(full));
    }
  }

  TEST_CASE("is out of danger when it has shrunk below") {
    const Tank one = tank(95, -10);
    const SimTime out = *one.next_crossing(kNoon);
    CHECK_FALSE(one.in_danger(out));
    CHECK(out - kNoon > 30min);
    CHECK(out - kNoon < 31min);
  }

  TEST_CASE("stands still while it is paused, and goes on from there") {
    Tank one = tank(60, 10);
    one.set_paused(kNoon + 1h, true);
    CHECK(one.at(kNoon + 5h) == doctest::Approx(70));
    CHECK_FALSE(one.next_crossing(kNoon + 5h).has_value());
    one.set_paused(kNoon + 5h, false);
    CHECK(one.at(kNoon + 6h) == doctest::Approx(80));
  }

  TEST_CASE("is never fuller than full nor emptier than empty") {
    Tank one = tank(60, 100);
    CHECK(one.at(kNoon + 24h) == 100);
    one.set_level(kNoon, 400);
    CHECK(one.level == 100);
    one.set_level(kNoon, -5);
    CHECK(one.level == 0);
  }
}

}  // namespace opsim::compute
