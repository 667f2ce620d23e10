// How a timeline reads, line by line: UX of long runs and of what is said more than once.
#include "tools/report/timeline.hpp"

#include <doctest/doctest.h>

namespace opsim::report {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// A journal in which one remark is made at each of these times.
std::string told(const std::vector<Duration>& times, const std::string& subject,
                 const std::string& text) {
  Simulation sim;
  Journal journal{sim, Level::story};
  for (const Duration time : times)
    sim.after(time, [&] {
      journal.write(
          {.kind = EntryKind::note, .level = Level::story, .subject = subject, .text = text});
    });
  const SimTime start = sim.now();
  sim.run_until(start + hours{24 * 365});
  return timeline_text(journal, start, Ink{false});
}

TEST_SUITE("timeline") {
  TEST_CASE("a remark names what it is about, unless its words begin with it") {
    CHECK(told({minutes{1}}, "orders", "rotated") == "  +0:01:00  note        orders: rotated\n");
    CHECK(told({minutes{1}}, "orders", "orders has nothing") ==
          "  +0:01:00  note        orders has nothing\n");
    CHECK(told({minutes{1}}, "", "nobody is left") == "  +0:01:00  note        nobody is left\n");
  }

  TEST_CASE("what goes on being said is told once; what comes again is told again") {
    CHECK(told({minutes{1}, minutes{6}, minutes{15}, minutes{24}}, "rule", "waits") ==
          "  +0:01:00  note        rule: waits\n");
    CHECK(told({minutes{1}, minutes{11}}, "rule", "waits") ==
          "  +0:01:00  note        rule: waits\n  +0:11:00  note        rule: waits\n");
  }

  TEST_CASE("a run of more than 100 hours is told in days, its columns as wide as they must be") {
    CHECK(
        told({minutes{1}, hours{24 * 14}}, "orders", "rotated") ==
        "     +0:01:00  note        orders: rotated\n +14d 0:00:00  note        orders: rotated\n");
  }
}

}  // namespace
}  // namespace opsim::report
