// Goals about drills: how far harm reached, whether the experiment ended in time, who felt it.
#include "tests/sim/goals/court.hpp"

namespace opsim::tests {
namespace {

/// What the service of experiments tells of a run of Drill.
void drill(Court& court, Duration at, const char* status) {
  court.tell(at, EntryKind::resource, "Drill",
             {{"act", "experiment"}, {"experiment", "EXP1"}, {"status", status}});
}

TEST_SUITE("goals: drills") {
  TEST_CASE("experiment stopped: how long it went on while something was down") {
    Court court;
    drill(court, 58min, "initiating");
    drill(court, 58min + 5s, "running");
    const CauseId why = court.fault(1h);
    court.health(1h, "i-1", "down", why);
    drill(court, 1h + 3min, "stopping");
    drill(court, 1h + 3min + 30s, "stopped");
    court.health(1h + 4min, "i-1", "ok", why);
    const auto say = [&](const char* settings) {
      return court.say(std::string{"experiment stopped: "} + settings);
    };
    CHECK(say("{ of: Drill, when down: WebFleet, at most: 5min }") ==
          "met: 3 min (wanted at most 5 min)");
    CHECK(say("{ of: Drill, when down: WebFleet, at most: 2min }") ==
          "missed: 3 min (wanted at most 2 min)");
    CHECK(say("{ of: Drill, when down: Other, at most: 2min }") ==
          "met: it hurt nobody (wanted at most 2 min)");
    CHECK(say("{ of: Other, when down: WebFleet, at most: 2min }") ==
          "met: it hurt nobody (wanted at most 2 min)");
    CHECK(complaint_of("experiment stopped: { of: Drill, at most: 2min }") != "");
  }

  TEST_CASE("blast radius: how many things, or members of a group, were unwell at one time") {
    Court court;
    const CauseId why = court.fault(1h);
    court.health(1h, "i-1", "down", why);
    court.health(1h, "i-2", "in danger", why);
    court.health(1h + 1min, "Shop", "down", why, "");
    court.health(1h + 2min, "Shop", "ok", why, "");
    court.health(1h + 2min, "i-1", "ok", why);
    court.health(1h + 5min, "i-2", "ok", why);
    court.health(2h, "Search", "down", why, "");
    court.health(2h + 1min, "Search", "ok", why, "");
    CHECK(court.say("blast radius: { at most: 2 }") ==
          "met: 2 (Shop, WebFleet) (wanted at most 2)");
    CHECK(court.say("blast radius: { at most: 1 }") ==
          "missed: 2 (Shop, WebFleet) (wanted at most 1)");
    CHECK(court.say("blast radius: { of: WebFleet, at most: 2 }") ==
          "met: 2 (i-1, i-2) (wanted at most 2)");
    CHECK(court.say("blast radius: { of: Other, at most: 0 }") == "met: 0 (wanted at most 0)");
  }

  TEST_CASE("users affected: the worst moment, of one component or of all") {
    Court court;
    for (const auto& [subject, errors] : {std::pair{"Shop", 0.25}, {"Shop", 0.0}, {"Search", 0.5}})
      court.tell(1h, EntryKind::metric, subject, {{"errors", errors}});
    CHECK(court.say("users affected: { of: Shop, at most: 30 % }") ==
          "met: 25 % (wanted at most 30 %)");
    CHECK(court.say("users affected: { at most: 30 % }") == "missed: 50 % (wanted at most 30 %)");
  }
}

}  // namespace
}  // namespace opsim::tests
