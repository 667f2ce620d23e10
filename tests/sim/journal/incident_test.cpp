// Incidents and their recovery, from journals written by hand.
#include <algorithm>

#include "tests/sim/journal/story.hpp"

namespace opsim::tests {
namespace {

/// The parts in their order, in seconds, as a person would add them up.
std::vector<double> seconds(const RecoverySplit& split) {
  std::vector<double> parts;
  for (const Duration part :
       {split.detected, split.routed, split.acted, split.verified, split.held})
    parts.push_back(std::chrono::duration<double>(part).count());
  return parts;
}
using Parts = std::vector<double>;

Duration sum(const RecoverySplit& split) {
  return split.detected + split.routed + split.acted + split.verified + split.held;
}

}  // namespace

TEST_SUITE("incidents") {
  TEST_CASE("automation: detected by the alarm, routed to the runbook, acted, verified, held") {
    Story story;
    const CauseId fault = story.fault(1h);
    const CauseId harm = story.health(1h + 10min, "i-1", "in danger", fault);
    const CauseId alarm = story.alarm(1h + 12min, fault);
    const CauseId started = story.runbook(1h + 12min + 1s, alarm);
    const CauseId step = story.tell(1h + 12min + 41s, EntryKind::step, "CleanUp/clean",
                                    {{"status", "Success"}}, started);
    const CauseId well = story.health(1h + 12min + 41s, "i-1", "ok", step);
    story.runbook(1h + 12min + 50s, step, "Success");
    story.alarm(1h + 14min, well, "OK");

    const std::vector<Incident> found = story.incidents(6h);
    REQUIRE(found.size() == 1);
    const Incident& incident = found[0];
    CHECK(incident.number == 1);
    CHECK(incident.of == "WebFleet");
    CHECK(incident.parts == std::vector<std::string>{"i-1"});
    CHECK(incident.worst == "in danger");
    CHECK(!incident.down_from);
    CHECK(incident.fault == fault);
    CHECK(story.since_start(incident.fault_at) == 1h);
    CHECK(incident.harm == harm);
    CHECK(story.since_start(incident.harmed_at) == 1h + 10min);
    CHECK(story.since_start(*incident.detected_at) == 1h + 12min);
    CHECK(story.since_start(*incident.healthy_at) == 1h + 12min + 41s);
    CHECK(story.since_start(*incident.recovered_at) == 1h + 13min + 41s);
    CHECK(incident.restored == well);
    CHECK(incident.resolved_by == ResolvedBy::automation);
    CHECK(incident.split.alarm == alarm);
    CHECK(incident.split.started == started);
    CHECK(seconds(incident.split) == Parts{120, 1, 40, 9, 51});
    CHECK(sum(incident.split) == *incident.recovery_time());
  }

  TEST_CASE("people: from the page to the repair, however long it takes") {
    Story story;
    const CauseId fault = story.fault(0s);
    story.health(10min, "i-1", "in danger", fault);
    story.health(20min, "i-1", "down", fault);
    const CauseId alarm = story.alarm(12min + 10min, fault);
    const CauseId page = story.page(22min + 30s, alarm);
    const CauseId seen = story.person(27min, page, "acknowledged");
    const CauseId repaired = story.person(50min, seen, "repaired");
    story.health(50min, "i-1", "ok", repaired);
    const std::vector<Incident> found = story.incidents(6h);
    REQUIRE(found.size() == 1);
    CHECK(found[0].resolved_by == ResolvedBy::people);
    CHECK(found[0].worst == "down");
    CHECK(story.since_start(*found[0].down_from) == 20min);
    CHECK(found[0].split.started == seen);
    CHECK(seconds(found[0].split) == Parts{720, 300, 23 * 60, 0, 60});
  }

  TEST_CASE("a runbook that fails and pages: it was the person who resolved it") {
    Story story;
    const CauseId fault = story.fault(0s);
    story.health(10min, "i-1", "down", fault);
    const CauseId alarm = story.alarm(12min, fault);
    const CauseId started = story.runbook(12min + 1s, alarm);
    const CauseId failed = story.runbook(13min, started, "Failed");
    const CauseId page = story.page(13min + 5s, failed);
    const CauseId repaired = story.person(40min, page, "repaired");
    story.health(40min, "i-1", "ok", repaired);
    const std::vector<Incident> found = story.incidents(6h);
    CHECK(found.at(0).resolved_by == ResolvedBy::people);
    CHECK(found.at(0).split.started == started);
    CHECK(sum(found.at(0).split) == *found.at(0).recovery_time());
  }

  TEST_CASE("a person who only looks on while a runbook repairs did not resolve it") {
    Story story;
    const CauseId fault = story.fault(0s);
    story.health(10min, "i-1", "down", fault);
    const CauseId alarm = story.alarm(12min, fault);
    const CauseId started = story.runbook(12min + 1s, alarm);
    story.person(13min, story.page(12min + 2s, alarm), "acknowledged");
    story.health(14min, "i-1", "ok", started);
    CHECK(story.incidents(6h).at(0).resolved_by == ResolvedBy::automation);
  }

  TEST_CASE("what ends by itself was resolved by itself: all of it is acting, none detecting") {
    Story story;
    const CauseId fault = story.fault(0s);
    story.health(10min, "i-1", "down", fault);
    story.health(20min, "i-1", "ok", fault);
    const Incident incident = story.incidents(1h).at(0);
    CHECK(incident.resolved_by == ResolvedBy::itself);
    CHECK(!incident.detected_at);
    CHECK(incident.split.alarm == CauseId::none);
    CHECK(incident.split.started == CauseId::none);
    CHECK(seconds(incident.split) == Parts{0, 0, 600, 0, 60});
  }

  TEST_CASE("a replacement without an alarm: detected when it was launched") {
    Story story;
    const CauseId fault = story.fault(0s);
    story.tell(10min, EntryKind::resource, "i-1", {{"act", "terminated"}}, fault);
    const CauseId gone =
        story.tell(10min, EntryKind::resource, "i-1", {{"act", "terminated"}}, fault);
    const CauseId harm = story.health(10min, "i-1", "down", gone);
    const CauseId launched =
        story.tell(11min, EntryKind::resource, "i-2", {{"act", "launched"}}, harm);
    story.health(14min, "i-1", "ok", launched);
    const Incident incident = story.incidents(1h).at(0);
    CHECK(incident.resolved_by == ResolvedBy::automation);
    CHECK(incident.split.started == launched);  // not what did the harm
    CHECK(seconds(incident.split) == Parts{60, 0, 180, 0, 60});
  }

  TEST_CASE("an alarm that came before the harm had found it already") {
    Story story;
    const CauseId fault = story.fault(0s);
    const CauseId alarm = story.alarm(8min, fault);
    const CauseId started = story.runbook(8min + 1s, alarm);
    story.health(10min, "i-1", "in danger", fault);
    story.health(11min, "i-1", "ok", started);
    const Incident incident = story.incidents(1h).at(0);
    REQUIRE(incident.detected_at);
    CHECK(story.since_start(*incident.detected_at) == 10min);
    CHECK(incident.split.alarm == alarm);
    CHECK(incident.resolved_by == ResolvedBy::automation);
    CHECK(seconds(incident.split) == Parts{0, 0, 60, 0, 60});
  }

  TEST_CASE("an alarm that had gone back to OK before the harm found nothing") {
    Story story;
    const CauseId fault = story.fault(0s);
    story.alarm(5min, fault);
    story.alarm(8min, fault, "OK");
    story.health(10min, "i-1", "in danger", fault);
    CHECK(!story.incidents(1h).at(0).detected_at);
  }

  TEST_CASE("an alarm of another trouble finds nothing") {
    Story story;
    const CauseId fault = story.fault(0s);
    const CauseId other = story.fault(1min, "Queue");
    story.health(10min, "i-1", "down", fault);
    story.alarm(11min, other);
    CHECK(!story.incidents(1h).at(0).detected_at);
    story.alarm(12min, fault);
    CHECK(story.since_start(*story.incidents(1h).at(0).detected_at) == 12min);
  }

  TEST_CASE("never healed: an incident with no end, no split, resolved by nobody") {
    Story story;
    story.health(10min, "i-1", "down");
    const Incident incident = story.incidents(1h).at(0);
    CHECK(!incident.healthy_at);
    CHECK(!incident.recovered_at);
    CHECK(!incident.recovery_time());
    CHECK(incident.resolved_by == ResolvedBy::nobody);
    CHECK(sum(incident.split) == Duration{});
  }

  TEST_CASE("without a fault the clock of the fault starts with the harm") {
    Story story;
    story.health(10min, "i-1", "down");
    const Incident incident = story.incidents(1h).at(0);
    CHECK(incident.fault == CauseId::none);
    CHECK(incident.fault_at == incident.harmed_at);
  }

  TEST_CASE("a relapse within the hold continues the incident, one at its end begins another") {
    struct Row {
      Duration relapse_after;
      std::size_t incidents;
    };
    constexpr Row rows[] = {{1s, 1}, {59s, 1}, {60s - 1ns, 1}, {60s, 2}, {10min, 2}};
    for (const auto& [relapse_after, incidents] : rows) {
      CAPTURE(relapse_after.count());
      Story story;
      story.health(10min, "i-1", "down");
      story.health(20min, "i-1", "ok");
      story.health(20min + relapse_after, "i-1", "in danger");
      story.health(40min, "i-1", "ok");
      const std::vector<Incident> found = story.incidents(1h);
      REQUIRE(found.size() == incidents);
      CHECK(story.since_start(found[0].harmed_at) == 10min);
      CHECK(story.since_start(*found.back().recovered_at) == 41min);
      CHECK(found[0].worst == "down");
      CHECK(*found.back().recovery_time() == (incidents == 1 ? 31min : 21min - relapse_after));
    }
  }

  TEST_CASE("health that has not held by the end of the run is not a recovery yet") {
    for (const auto& [end, recovered] : {std::pair{20min + 59s, false}, {21min, true}}) {
      Story story;
      story.health(10min, "i-1", "down");
      story.health(20min, "i-1", "ok");
      const Incident incident = story.incidents(end).at(0);
      CHECK(story.since_start(*incident.healthy_at) == 20min);
      CHECK(incident.recovered_at.has_value() == recovered);
    }
  }

  TEST_CASE("a group is one incident, from its first hurt member to its last healed one") {
    Story story;
    story.health(10min, "i-1", "in danger");
    story.health(12min, "i-2", "down");
    story.health(14min, "i-1", "ok");
    story.health(14min, "q-1", "down", {}, "");  // of no group: an incident of its own
    story.health(18min, "i-2", "ok");
    const std::vector<Incident> found = story.incidents(1h);
    REQUIRE(found.size() == 2);
    CHECK(found[0].of == "WebFleet");
    CHECK(found[0].parts == std::vector<std::string>{"i-1", "i-2"});
    CHECK(found[0].worst == "down");
    CHECK(story.since_start(*found[0].down_from) == 12min);
    CHECK(story.since_start(*found[0].healthy_at) == 18min);
    CHECK(found[1].number == 2);
    CHECK(found[1].of == "q-1");
  }

  TEST_CASE("incidents are numbered in the order in which they began, not ended") {
    Story story;
    story.health(10min, "a", "down", {}, "");
    story.health(11min, "b", "down", {}, "");
    story.health(12min, "b", "ok", {}, "");
    story.health(30min, "a", "ok", {}, "");
    const std::vector<Incident> found = story.incidents(1h);
    REQUIRE(found.size() == 2);
    CHECK(found[0].of == "a");
    CHECK(found[1].of == "b");
  }

  TEST_CASE("good news about what was well is no incident") {
    Story story;
    story.health(10min, "i-1", "ok");
    CHECK(story.incidents(1h).empty());
    CHECK(Story{}.incidents(1h).empty());
  }
}

}  // namespace opsim::tests
