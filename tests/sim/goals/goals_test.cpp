// Each kind of goal, met and missed, on journals written by hand.
#include "tests/sim/goals/court.hpp"

namespace opsim::tests {
namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE("goals: recovery time") {
  TEST_CASE("the longest incident counts; its time, wish and place are told") {
    Court court;
    court.trouble(1h, 2min, 1h + 10min);
    court.trouble(2h, 1min, 2h + 3min);
    const Verdict met = court.judge("recovery time: { of: WebFleet, at most: 15min }");
    CHECK(met.met);
    CHECK(met.name == "recovery time of WebFleet");
    CHECK(met.wanted == "at most 15 min");
    CHECK(met.observed == "11 min");  // ten, and one for which health must hold
    CHECK(met.source == "scenario.yaml:29");
    CHECK(met.value == 660.0);
    CHECK(met.because.empty());
    const Verdict missed = court.judge("recovery time: { at most: 10min }");
    CHECK(!missed.met);
    CHECK(missed.name == "recovery time");
    CHECK(missed.because == Names{"incident 1"});
  }

  TEST_CASE("of: a group, a member of it, or nothing that was hurt") {
    Court court;
    court.trouble(1h, 2min, 1h + 10min);
    CHECK(court.say("recovery time: { of: i-1, at most: 5min }") ==
          "missed: 11 min (wanted at most 5 min)");
    CHECK(court.say("recovery time: { of: Queue, at most: 5min }") ==
          "met: no incident (wanted at most 5 min)");
    CHECK(!court.judge("recovery time: { of: Queue, at most: 5min }").value);
  }

  TEST_CASE("the clock may start with the fault instead of the harm") {
    Court court;
    const CauseId fault = court.fault(1h);
    court.health(1h + 10min, "i-1", "down", fault);
    court.health(1h + 12min, "i-1", "ok", fault);
    CHECK(court.judge("recovery time: { at most: 1h }").observed == "3 min");
    CHECK(court.judge("recovery time: { at most: 1h, from: harm }").observed == "3 min");
    CHECK(court.judge("recovery time: { at most: 1h, from: fault }").observed == "13 min");
  }

  TEST_CASE("an incident that never ended is missed, whatever the bound") {
    Court court;
    court.health(5h + 58min, "i-1", "down");
    const Verdict verdict = court.judge("recovery time: { at most: 15min }");
    CHECK(!verdict.met);
    CHECK(verdict.observed == "not recovered after 2 min");
    CHECK(verdict.because == Names{"incident 1"});
    CHECK(verdict.value == 120.0);
  }

  TEST_CASE("but it proves that a design is slow once it has lasted long enough") {
    Court court;
    court.health(4h, "i-1", "down");
    CHECK(court.judge("recovery time: { at least: 1h }").met);
    CHECK(!court.judge("recovery time: { at least: 3h }").met);
    CHECK(!court.judge("recovery time: { at least: 1h, at most: 5h }").met);
  }

  TEST_CASE("a percentile looks past the incidents above it, those that never ended first") {
    Court court;
    for (int i = 0; i < 9; ++i) court.trouble(10min * i, 10s, 10min * i + 1min);
    court.health(2h, "i-2", "down");  // the tenth never ends
    CHECK(court.say("recovery time: { at most: 5min, percentile: p90 }") ==
          "met: 2 min (wanted at most 5 min)");
    const Verdict p95 = court.judge("recovery time: { at most: 5min, percentile: p95 }");
    CHECK(!p95.met);
    CHECK(p95.observed == "not recovered after 4 h");
    CHECK(p95.because == Names{"incident 10"});
  }

  TEST_CASE("health that came back and held to the end of the run counts as recovered") {
    Court court;
    court.health(5h + 50min, "i-1", "down");
    court.health(5h + 59min + 30s, "i-1", "ok");
    CHECK(court.say("recovery time: { at most: 15min }") == "met: 10 min (wanted at most 15 min)");
  }
}

TEST_SUITE("goals: detection time") {
  TEST_CASE("from harm to the first alarm that it caused") {
    Court court;
    court.trouble(1h, 2min, 1h + 10min);
    CHECK(court.say("detection time: { at most: 5min }") == "met: 2 min (wanted at most 5 min)");
    CHECK(court.say("detection time: { at most: 1min }") == "missed: 2 min (wanted at most 1 min)");
  }

  TEST_CASE("never found, and never healed") {
    Court court;
    court.health(1h, "i-1", "down");
    CHECK(court.say("detection time: { at most: 5min }") ==
          "missed: not detected after 5 h (wanted at most 5 min)");
  }

  TEST_CASE("never found: what healed sooner than it had to be found needed no finding") {
    Court court;
    court.health(1h, "i-1", "down");
    court.health(1h + 4min, "i-1", "ok");
    CHECK(court.say("detection time: { at most: 5min }") ==
          "met: no incident (wanted at most 5 min)");
    CHECK(court.say("detection time: { at most: 3min }") ==
          "missed: not detected after 4 min (wanted at most 3 min)");
  }

  TEST_CASE("no incident") {
    CHECK(Court{}.say("detection time: { at most: 5min }") ==
          "met: no incident (wanted at most 5 min)");
  }
}

TEST_SUITE("goals: resolved without people") {
  TEST_CASE("the share of incidents that no person had to repair") {
    Court court;
    for (int i = 0; i < 3; ++i) court.trouble(1h * i, 1min, 1h * i + 5min);
    court.trouble(3h, 1min, 3h + 5min, EntryKind::person);
    const Verdict verdict = court.judge("resolved without people: { at least: 95 % }");
    CHECK(!verdict.met);
    CHECK(verdict.observed == "75 % (3 of 4)");
    CHECK(verdict.value == 0.75);
    CHECK(verdict.because == Names{"incident 4"});
    CHECK(court.judge("resolved without people: { at least: 75 % }").met);
    CHECK(court.judge("resolved without people: { at most: 80 % }").met);
  }

  TEST_CASE(
      "what healed by itself needed nobody; what nobody resolved would have needed somebody") {
    Court court;
    court.health(1h, "i-1", "down");
    court.health(2h, "i-1", "ok");
    CHECK(court.judge("resolved without people: { at least: 100 % }").observed == "100 % (1 of 1)");
    court.health(3h, "i-1", "down");
    CHECK(court.judge("resolved without people: { at least: 100 % }").observed == "50 % (1 of 2)");
  }

  TEST_CASE("who resolved it is known before health has held") {
    Court court;
    court.trouble(5h + 58min, 10s, 5h + 59min + 30s);
    CHECK(court.judge("resolved without people: { at least: 100 % }").met);
  }

  TEST_CASE("no incident") {
    CHECK(Court{}.say("resolved without people: { at least: 95 % }") ==
          "met: no incident (wanted at least 95 %)");
  }
}

TEST_SUITE("goals: availability") {
  TEST_CASE("the share of the run in which nothing of it was down; danger is not down") {
    Court court;
    court.health(1h, "i-1", "in danger");
    court.health(2h, "i-1", "down");
    court.health(2h + 30min, "i-1", "ok");
    CHECK(court.say("availability: { of: WebFleet, at least: 99 % }", 10h) ==
          "missed: 95 % (wanted at least 99 %)");
    CHECK(court.say("availability: { of: i-1, at least: 95 % }", 10h) ==
          "met: 95 % (wanted at least 95 %)");
    CHECK(court.judge("availability: { of: i-2, at least: 100 % }").met);
  }

  TEST_CASE("members that are down at once count once; down at the end counts to the end") {
    Court court;
    court.health(1h, "i-1", "down");
    court.health(2h, "i-2", "down");
    court.health(3h, "i-1", "in danger");
    court.health(4h, "i-2", "ok");
    court.health(8h, "i-3", "down");
    CHECK(court.judge("availability: { of: WebFleet, at least: 50 % }", 10h).observed == "50 %");
    CHECK(court.judge("availability: { of: WebFleet, at least: 50 % }", 10h).met);
  }

  TEST_CASE("a run of no length was available") {
    CHECK(Court{}.judge("availability: { of: WebFleet, at least: 100 % }", 0s).met);
  }
}

TEST_SUITE("goals: alarm") {
  TEST_CASE("fires within: counted from the first harm, or from the start where there was none") {
    Court court;
    const CauseId fault = court.fault(1h);
    court.health(1h, "i-1", "down", fault);
    court.alarm(1h + 3min, fault);
    CHECK(court.say("alarm: { named: DiskAlarm, fires within: 5min }") ==
          "met: fired after 3 min (wanted fires within 5 min)");
    CHECK(court.say("alarm: { named: DiskAlarm, fires within: 2min }") ==
          "missed: fired after 3 min (wanted fires within 2 min)");
    CHECK(court.say("alarm: { named: Other, fires within: 5min }") ==
          "missed: never fired (wanted fires within 5 min)");
    Court calm;
    calm.alarm(4min, CauseId::none);
    CHECK(calm.judge("alarm: { named: DiskAlarm, fires within: 5min }").value == 240.0);
  }

  TEST_CASE("an alarm that fired before the harm and stands has fired in time") {
    Court court;
    court.alarm(50min, CauseId::none);
    court.health(1h, "i-1", "down");
    CHECK(court.say("alarm: { named: DiskAlarm, fires within: 5min }") ==
          "met: fired after 0 s (wanted fires within 5 min)");
    Court over;
    over.alarm(40min, CauseId::none);
    over.alarm(50min, CauseId::none, "OK");
    over.health(1h, "i-1", "down");
    CHECK(!over.judge("alarm: { named: DiskAlarm, fires within: 5min }").met);
    over.alarm(1h + 1min, CauseId::none);
    CHECK(over.judge("alarm: { named: DiskAlarm, fires within: 5min }").value == 60.0);
  }

  TEST_CASE("never fires: only ALARM is firing, and all of the run counts") {
    Court court;
    court.alarm(1h, CauseId::none, "OK");
    court.alarm(1h, CauseId::none, "INSUFFICIENT_DATA");
    CHECK(court.say("alarm: { named: DiskAlarm, never fires: true }") ==
          "met: never fired (wanted never fires)");
    court.alarm(2h, CauseId::none);
    court.alarm(3h, CauseId::none, "OK");
    court.health(4h, "i-1", "down");
    const Verdict verdict = court.judge("alarm: { named: DiskAlarm, never fires: true }");
    CHECK(!verdict.met);
    CHECK(verdict.observed == "fired 1 time, first after 2 h");
    CHECK(verdict.because == Names{"DiskAlarm"});
    CHECK(verdict.value == 1.0);
  }

  TEST_CASE("an alarm is named by its logical id, whatever AWS calls it") {
    Court court;
    court.cloud.resources().add(
        {.logical_id = "Disk", .type = "AWS::CloudWatch::Alarm", .physical_id = "web-Disk-1A2B3C"});
    court.alarm(1min, CauseId::none, "ALARM", "web-Disk-1A2B3C");
    CHECK(court.judge("alarm: { named: Disk, fires within: 5min }").met);
    CHECK(court.judge("alarm: { named: web-Disk-1A2B3C, fires within: 5min }").met);
  }
}

TEST_SUITE("goals: expect") {
  TEST_CASE("entries are counted by kind, name and state") {
    Court court;
    const CauseId started = court.runbook(1h, CauseId::none);
    court.runbook(1h + 1min, started, "Failed");
    court.runbook(2h, CauseId::none);
    court.runbook(2h + 1min, CauseId::none, "Success");
    court.tell(3h, EntryKind::runbook, "Other", {{"status", "Failed"}});
    CHECK(court.say("expect: { count of: runbook, at most: 5 }") == "met: 5 (wanted at most 5)");
    CHECK(court.judge("expect: { count of: runbook, named: CleanUp, at least: 4 }").met);
    const Verdict failed =
        court.judge("expect: { count of: runbook, named: CleanUp, is: Failed, at most: 0 }");
    CHECK(!failed.met);
    CHECK(failed.name == "runbook CleanUp Failed");
    CHECK(failed.observed == "1");
    CHECK(court.judge("expect: { count of: runbook, is: Failed, at most: 1 }").value == 2.0);
    CHECK(court.judge("expect: { count of: page, at most: 0 }").met);
  }

  TEST_CASE("an entry without details, or with odd ones, is counted without a fuss") {
    Court court;
    court.tell(1h, EntryKind::step, "CleanUp/clean");
    court.tell(1h, EntryKind::step, "CleanUp/clean", Json::array({1}));
    court.tell(1h, EntryKind::step, "CleanUp/clean", {{"status", 3}});
    CHECK(court.judge("expect: { count of: step, named: CleanUp/clean, at least: 3 }").met);
    CHECK(court.judge("expect: { count of: step, is: Success, at most: 0 }").met);
  }

  TEST_CASE("a quantity at the end of the run; the worst member stands for a group") {
    Court court;
    court.cloud.resources().add(
        {.logical_id = "Box", .type = "AWS::Toy::Box", .physical_id = "box-1"});
    CHECK(court.say("expect: { quantity: level, of: Box, at most: 80 }") ==
          "met: 60 (wanted at most 80)");
    CHECK(court.say("expect: { quantity: level, of: box-1, at most: 50 }") ==
          "missed: 60 (wanted at most 50)");
    CHECK(court.judge("expect: { quantity: level, of: Box, at most: 50 }").because ==
          Names{"box-1"});
    CHECK(court.say("expect: { quantity: weight, of: Box, at most: 50 }") ==
          "missed: no such quantity (wanted at most 50)");
    CHECK(court.say("expect: { quantity: level, of: Nobody, at most: 50 }") ==
          "missed: no such quantity (wanted at most 50)");
  }

  TEST_CASE("a group whose members leave the bounds on both sides misses on either") {
    Court court;
    court.cloud.resources().add({.type = "AWS::Toy::Shelf", .physical_id = "shelf-1"});
    court.cloud.resources().add({.type = "AWS::Toy::Box", .physical_id = "box-1"});
    auto& toy = static_cast<Toy&>(*court.cloud.model("toy"));
    toy.members = {"box-1", "nobody"};
    for (const auto& [level, met] : {std::pair{5.0, false}, {60.0, true}, {95.0, false}}) {
      toy.level = level;
      CHECK(
          court.judge("expect: { quantity: level, of: shelf-1, at least: 10, at most: 90 }").met ==
          met);
    }
  }
}

}  // namespace opsim::tests
