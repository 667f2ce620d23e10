// Goals about who was woken, how often, and whether it was worth it.
#include "tests/sim/goals/court.hpp"

namespace opsim::tests {
namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE("goals: pages") {
  TEST_CASE("all pages, or those of one person") {
    Court court;
    court.page(1h, CauseId::none, "page-1", "primary");
    court.page(1h + 10min, CauseId::none, "page-2", "secondary");
    const Verdict all = court.judge("pages: { at most: 0 }");
    CHECK(!all.met);
    CHECK(all.name == "pages");
    CHECK(all.observed == "2");
    CHECK(all.because == Names{"page-1", "page-2"});
    const Verdict one = court.judge("pages: { of: secondary, at most: 1, which: all }");
    CHECK(one.met);
    CHECK(one.name == "pages to secondary");
    CHECK(one.value == 1.0);
    CHECK(Court{}.say("pages: { at most: 0 }") == "met: 0 (wanted at most 0)");
  }

  TEST_CASE("false pages: nothing was unwell, or it had healed before anybody looked") {
    Court court;
    court.page(10min, CauseId::none, "page-1");  // false: all is well
    const CauseId fault = court.fault(1h);
    court.health(1h, "i-1", "down", fault);
    court.page(1h + 1min, fault, "page-2");  // real
    const CauseId third = court.page(1h + 2min, fault, "page-3");
    const CauseId fourth = court.page(1h + 3min, fault, "page-4");
    court.person(1h + 4min, fourth, "repaired", "page-4");  // real: it led to the repair, ...
    court.health(1h + 5min, "i-1", "ok", fault);
    court.person(1h + 6min, fourth, "looked", "page-4");  // ... and was looked at once more
    court.person(1h + 20min, third, "looked", "page-3");  // false: it had healed
    const Verdict verdict = court.judge("pages: { which: 'false', at most: 0 }");
    CHECK(verdict.name == "pages, false");
    CHECK(verdict.because == Names{"page-1", "page-3"});
  }

  TEST_CASE("missed: down, nobody paged, and no automation resolved it") {
    Court court;
    court.health(1h, "i-1", "down");  // heals by itself, nobody heard of it
    court.health(1h + 10min, "i-1", "ok");
    court.trouble(2h, 1min, 2h + 5min);  // resolved by a runbook
    const CauseId fault = court.fault(3h);
    court.health(3h, "i-1", "down", fault);  // somebody was paged
    court.page(3h + 5min, fault);
    court.health(3h + 30min, "i-1", "ok", fault);
    court.health(4h, "i-1", "in danger");  // hurt nobody
    court.health(4h + 30min, "i-1", "ok");
    court.health(5h, "i-1", "down");  // still down
    const Verdict verdict = court.judge("pages: { which: missed, at most: 0 }");
    CHECK(verdict.name == "pages, missed");
    CHECK(verdict.because == Names{"incident 1", "incident 5"});
  }

  TEST_CASE("before the automation failed: a page is fair once a runbook of its trouble failed") {
    Court court;
    const CauseId fault = court.fault(1h);
    court.health(1h, "i-1", "down", fault);
    const CauseId alarm = court.alarm(1h + 1min, fault);
    court.page(1h + 1min, alarm, "page-1");  // at once, beside the runbook: too early
    const CauseId started = court.runbook(1h + 1min, alarm);
    const CauseId failed = court.runbook(1h + 3min, started, "Failed");
    court.page(1h + 3min, failed, "page-2");         // on the failure path: fair
    court.page(1h + 4min, CauseId::none, "page-3");  // of the safety net, in the same trouble: fair
    court.health(2h, "i-1", "ok", failed);
    const CauseId other = court.fault(4h, "Queue");
    court.page(4h + 1min, other, "page-4");  // another trouble, no runbook of it failed: too early
    const Verdict verdict =
        court.judge("pages: { which: before the automation failed, at most: 0 }");
    CHECK(verdict.because == Names{"page-1", "page-4"});
  }

  TEST_CASE("before the automation failed: a runbook that timed out or was cancelled failed too") {
    for (const auto& [status, fair] : {std::pair{"Failed", true},
                                       {"TimedOut", true},
                                       {"Cancelled", true},
                                       {"Success", false},
                                       {"InProgress", false}}) {
      CAPTURE(status);
      Court court;
      const CauseId fault = court.fault(1h);
      court.page(1h + 2min, court.runbook(1h + 1min, fault, status));
      CHECK(court.judge("pages: { which: before the automation failed, at most: 0 }").met == fair);
    }
  }
}

TEST_SUITE("goals: time to acknowledge") {
  TEST_CASE("from each page to its own acknowledgement; the longest counts") {
    Court court;
    const CauseId one = court.page(1h, CauseId::none, "page-1");
    const CauseId two = court.page(1h + 1min, CauseId::none, "page-2");
    court.person(1h + 3min, two, "acknowledged", "page-2");
    court.person(1h + 4min, one, "acknowledged", "page-1");
    court.person(1h + 9min, one, "acknowledged", "page-1");  // again: the first counts
    CHECK(court.say("time to acknowledge: { at most: 5min }") ==
          "met: 4 min (wanted at most 5 min)");
    const Verdict verdict = court.judge("time to acknowledge: { at most: 3min }");
    CHECK(verdict.because == Names{"page-1"});
    CHECK(court.judge("time to acknowledge: { at most: 3min, percentile: p50 }").value == 120.0);
  }

  TEST_CASE("a page that nobody acknowledged is missed") {
    Court court;
    const CauseId page = court.page(5h, CauseId::none);
    court.person(5h + 1min, page, "looked");
    const Verdict verdict = court.judge("time to acknowledge: { at most: 2h }");
    CHECK(!verdict.met);
    CHECK(verdict.observed == "not acknowledged after 1 h");
    CHECK(verdict.because == Names{"page-1"});
  }

  TEST_CASE("no page") {
    CHECK(Court{}.say("time to acknowledge: { at most: 5min }") ==
          "met: no page (wanted at most 5 min)");
  }
}

}  // namespace opsim::tests
