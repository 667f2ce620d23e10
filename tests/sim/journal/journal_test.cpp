#include "opsim/kernel/process.hpp"
#include "tests/sim/journal/story.hpp"

namespace opsim::tests {
namespace {

JournalEntry at_level(Level level, std::string subject = "it") {
  return {.kind = EntryKind::note, .level = level, .subject = std::move(subject), .text = "said"};
}

std::vector<std::string> subjects(const std::vector<const JournalEntry*>& entries) {
  std::vector<std::string> all;
  for (const JournalEntry* entry : entries) all.push_back(entry->subject);
  return all;
}
using Names = std::vector<std::string>;

/// Every callback writes one entry and schedules the next: rule, runbook, rule, runbook, ...
struct SelfFeeding {
  explicit SelfFeeding(Level keep, EntryKind first, EntryKind second)
      : journal{sim, keep}, kinds{first, second} {
    sim.after(1s, [this] { turn(); });
  }
  void turn() {
    ++turns;
    const bool even = turns % 2 == 0;
    const CauseScope because{sim, journal.write({.kind = kinds[even ? 1 : 0],
                                                 .level = Level::goals,
                                                 .subject = even ? "Restart" : "OnStop",
                                                 .text = "again"})};
    sim.after(1s, [this] { turn(); });
  }
  Simulation sim;
  Journal journal;
  EntryKind kinds[2];
  std::uint32_t turns = 0;
};

}  // namespace

TEST_SUITE("journal") {
  TEST_CASE("a level keeps itself and what is below, and skips the rest") {
    constexpr Level levels[] = {Level::goals, Level::story, Level::everything};
    for (const Level keep : {Level::nothing, Level::goals, Level::story, Level::everything}) {
      Simulation sim;
      Journal journal{sim, keep};
      std::size_t kept = 0;
      for (const Level level : levels) {
        const CauseId id = journal.write(at_level(level));
        CHECK(journal.keeps(level) == (level <= keep));
        CHECK((journal.find(id) != nullptr) == (level <= keep));
        kept += level <= keep ? 1 : 0;
      }
      CHECK(journal.entries().size() == kept);
    }
  }

  TEST_CASE("an entry is stamped with its id, the time and the running cause") {
    Simulation sim{*parse_iso8601("2026-03-02T09:00:00Z")};
    Journal journal{sim, Level::story};
    const CauseId first = journal.write(at_level(Level::story));
    {
      const CauseScope because{sim, first};
      sim.after(5min, [&] { journal.write(at_level(Level::story)); });
    }
    sim.run_until(sim.start() + 1h);
    REQUIRE(journal.entries().size() == 2);
    CHECK(journal.entries()[0].id == CauseId{1});
    CHECK(journal.entries()[0].cause == CauseId::none);
    CHECK(journal.entries()[1].id == CauseId{2});
    CHECK(journal.entries()[1].cause == first);
    CHECK(iso8601(journal.entries()[1].at) == "2026-03-02T09:05:00Z");
  }

  TEST_CASE("chains stay whole through entries that are not kept and through links") {
    Simulation sim;
    Journal journal{sim, Level::goals};
    const CauseId fault = journal.write(at_level(Level::goals, "fault"));
    JournalEntry step = at_level(Level::story, "skipped");
    step.cause = fault;
    const CauseId skipped = journal.write(step);
    const CauseScope because{sim, skipped};
    const CauseId link = journal.link();
    const CauseScope then{sim, link};
    const CauseId alarm = journal.write(at_level(Level::goals, "alarm"));
    CHECK(subjects(journal.chain(alarm)) == Names{"alarm", "fault"});
    CHECK(subjects(journal.chain(link)) == Names{"fault"});
    CHECK(journal.chain(CauseId::none).empty());
    CHECK(journal.cause_of(alarm) == link);
    CHECK(journal.cause_of(link) == skipped);
    CHECK(journal.cause_of(fault) == CauseId::none);
    CHECK(journal.cause_of(CauseId::none) == CauseId::none);
    CHECK(journal.find(skipped) == nullptr);
    CHECK(journal.find(link) == nullptr);
  }

  TEST_CASE("caused_by: itself and what is above, not beside and not below") {
    // 1 <- 2 <- 4, 1 <- 3, and 5 alone.
    Story story;
    const CauseId one = story.fault(1s);
    const CauseId two = story.alarm(2s, one);
    const CauseId three = story.alarm(3s, one);
    const CauseId four = story.runbook(4s, two);
    const CauseId five = story.fault(5s);
    const CauseId all[] = {one, two, three, four, five};
    constexpr bool expected[5][5] = {{true, false, false, false, false},
                                     {true, true, false, false, false},
                                     {true, false, true, false, false},
                                     {true, true, false, true, false},
                                     {false, false, false, false, true}};
    for (std::size_t id = 0; id < 5; ++id)
      for (std::size_t cause = 0; cause < 5; ++cause) {
        CAPTURE(id);
        CAPTURE(cause);
        CHECK(story.journal.caused_by(all[id], all[cause]) == expected[id][cause]);
      }
    CHECK(!story.journal.caused_by(CauseId::none, CauseId::none));
    CHECK(!story.journal.caused_by(one, CauseId::none));
    CHECK(!story.journal.caused_by(CauseId::none, one));
  }

  TEST_CASE("a chain that feeds itself stops the run with a diagnosis that names the round") {
    for (const Level keep : {Level::goals, Level::story, Level::everything}) {
      SelfFeeding loop{keep, EntryKind::rule, EntryKind::runbook};
      loop.sim.run_until(loop.sim.start() + 24h * 365);
      CHECK(loop.turns == Journal::kDeepestChain + 2);  // the first has depth 0
      CHECK(loop.sim.now() == loop.sim.start() + 1s * loop.turns);
      CHECK(loop.journal.diagnosis() ==
            "a chain of 10000 causes feeds itself: runbook Restart -> rule OnStop -> runbook "
            "Restart. The run was stopped; break the loop (a rule's pattern that excludes what its "
            "own target causes, a runbook that does not start itself).");
    }
  }

  TEST_CASE("a loop of which nothing is kept is noticed all the same") {
    Simulation sim;
    Journal journal{sim, Level::goals};
    struct Linking {
      Simulation& sim;
      Journal& journal;
      void turn() {
        const CauseScope because{sim, journal.link()};
        sim.after(1s, [this] { turn(); });
      }
    } linking{sim, journal};
    linking.turn();
    sim.run_until(sim.start() + 24h * 365);
    CHECK(sim.now() < sim.start() + 10'003s);
    CHECK(journal.diagnosis().find("a chain of 10000 causes feeds itself.") == 0);
  }

  TEST_CASE("calls stand between all that happens: a loop of nothing but calls names them") {
    SelfFeeding loop{Level::everything, EntryKind::call, EntryKind::call};
    loop.sim.run_until(loop.sim.start() + 24h * 365);
    CHECK(loop.journal.diagnosis().find("call Restart -> call OnStop -> call Restart") !=
          std::string::npos);
  }

  TEST_CASE("a long chain that is no loop: ten thousand things in a row are allowed") {
    Story story;
    CauseId last = story.fault(0s);
    for (std::uint32_t i = 0; i < Journal::kDeepestChain; ++i) last = story.runbook(1s, last);
    CHECK(story.journal.diagnosis().empty());
    story.runbook(1s, last);
    CHECK(!story.journal.diagnosis().empty());
  }

  TEST_CASE("the first diagnosis stays, and giving up ends the run") {
    Simulation sim;
    Journal journal{sim, Level::goals};
    sim.after(1min, [&] { journal.give_up("first"); });
    sim.after(1min, [&] { journal.give_up("second"); });
    sim.run_until(sim.start() + 1h);
    CHECK(journal.diagnosis() == "first");
    CHECK(sim.now() == sim.start() + 1min);
  }

  TEST_CASE("places are told relative to the folder of the user's files") {
    Simulation sim;
    Journal journal{sim, Level::goals};
    journal.tell_sources_from("scenarios/q1/");
    for (const char* source : {"scenarios/q1/stack.yaml:3", "elsewhere/stack.yaml:3", ""}) {
      JournalEntry entry = at_level(Level::goals);
      entry.source = source;
      journal.write(entry);
    }
    CHECK(journal.entries()[0].source == "stack.yaml:3");
    CHECK(journal.entries()[1].source == "elsewhere/stack.yaml:3");
    CHECK(journal.entries()[2].source == "");
  }

  TEST_CASE("every kind has a word of its own") {
    std::vector<std::string_view> words;
    for (int kind = 0; kind <= static_cast<int>(EntryKind::end); ++kind)
      words.push_back(to_string(static_cast<EntryKind>(kind)));
    CHECK(words.front() == "start");
    CHECK(words.back() == "end");
    std::ranges::sort(words);
    CHECK(std::ranges::adjacent_find(words) == words.end());
  }
}

}  // namespace opsim::tests
