// Goals about what is lost, and about who gets faster.
#include "tests/sim/goals/court.hpp"

namespace opsim::tests {

TEST_SUITE("goals: data lost, gets faster") {
  TEST_CASE("data lost: each loss has the restore that followed it") {
    Court court;
    court.tell(10min, EntryKind::resource, "Orders", {{"act", "destroyed"}});
    court.tell(30min, EntryKind::resource, "Orders", {{"act", "restored"}, {"lost_seconds", 12.0}});
    court.tell(2h, EntryKind::resource, "Orders", {{"act", "destroyed"}});
    court.tell(3h, EntryKind::resource, "Orders", {{"act", "restored"}, {"lost_seconds", 90.0}});
    CHECK(court.say("data lost: { of: Orders, at most: 2min }") ==
          "met: 1 min 30 s (wanted at most 2 min)");
    CHECK(court.say("data lost: { of: Orders, at most: 1min }") ==
          "missed: 1 min 30 s (wanted at most 1 min)");
    CHECK(court.say("data lost: { of: Orders, at most: 1min, percentile: p50 }") ==
          "met: 12 s (wanted at most 1 min)");
  }

  TEST_CASE("data lost: what nothing restored is lost altogether; nothing lost is well") {
    Court court;
    CHECK(court.say("data lost: { at most: 1s }") == "met: nothing was lost (wanted at most 1 s)");
    court.tell(4h, EntryKind::resource, "Orders", {{"act", "destroyed"}});
    CHECK(court.say("data lost: { at most: 24h }") ==
          "missed: all of it: nothing was restored after 2 h (wanted at most 1 d)");
  }

  TEST_CASE("gets faster: the mean of the last day against that of the first") {
    Court court;
    court.trouble(1h, 2min, 1h + 40min);
    court.trouble(3h, 2min, 3h + 20min);
    court.trouble(49h, 2min, 49h + 15min);
    // Means of 31 and 16 minutes: each recovery holds for one.
    CHECK(court.say("gets faster: { what: recovery time, at most: 60 % }", 60h) ==
          "met: 51.6129 % (31 min -> 16 min) (wanted at most 60 %)");
    CHECK(court.say("gets faster: { what: recovery time, at most: 50 % }", 60h)
              .starts_with("missed: 51.6129 %"));
  }

  TEST_CASE("gets faster: time to engage is until somebody acknowledged") {
    Court court;
    for (const auto& [day, minutes] : {std::pair{0h, 10min}, std::pair{24h, 4min}}) {
      const CauseId why = court.fault(day + 1h);
      court.health(day + 1h, "i-1", "down", why);
      court.person(day + 1h + minutes, why, "acknowledged");
      court.health(day + 2h, "i-1", "ok", why);
    }
    CHECK(court.say("gets faster: { what: time to engage, at most: 50 % }", 48h) ==
          "met: 40 % (10 min -> 4 min) (wanted at most 50 %)");
  }

  TEST_CASE("gets faster: one day alone proves nothing") {
    Court court;
    court.trouble(1h, 2min, 2h);
    CHECK(court.say("gets faster: { what: recovery time, at most: 90 % }") ==
          "missed: one day of them: nothing to compare (wanted at most 90 %)");
  }
}

}  // namespace opsim::tests
