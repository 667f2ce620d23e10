#include "opsim/kernel/simulation.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/sim/kernel/death.hpp"

using namespace opsim;

namespace {

constexpr SimTime kStart = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 9h;

struct Fixture {
  Simulation sim{kStart, Seed{1}};
  std::vector<std::string> log;
  auto note(std::string text) {
    return [this, text = std::move(text)] { log.push_back(text); };
  }
};

struct Counter : Callback {
  Counter() : Callback{[](Callback& self, Simulation&) { ++static_cast<Counter&>(self).count; }} {}
  int count = 0;
};

using Log = std::vector<std::string>;

}  // namespace

TEST_SUITE("kernel: simulation") {
  TEST_CASE_FIXTURE(Fixture, "callbacks run by due time, first in first out at equal times") {
    sim.after(2s, note("c"));
    sim.after(1s, note("a"));
    sim.after(2s, note("d"));
    sim.after(1s, note("b"));
    sim.run_until(kStart + 3s);
    CHECK(log == Log{"a", "b", "c", "d"});
    CHECK(sim.now() == kStart + 3s);
    CHECK(sim.callbacks_run() == 4);
  }

  TEST_CASE_FIXTURE(Fixture, "a callback scheduled at now runs after those already due") {
    sim.after(1s, [&] {
      log.push_back("first");
      sim.at(sim.now(), note("third"));
    });
    sim.after(1s, note("second"));
    sim.run_until(kStart + 1s);
    CHECK(log == Log{"first", "second", "third"});
  }

  TEST_CASE_FIXTURE(Fixture, "run_until runs what is due at its end, and no more") {
    sim.after(1s, note("in"));
    sim.after(1s + 1ns, note("out"));
    sim.run_until(kStart + 1s);
    CHECK(log == Log{"in"});
    CHECK(sim.next_due() == kStart + 1s + 1ns);
    sim.run_until(kStart + 2s);
    CHECK(log == Log{"in", "out"});
    CHECK(sim.next_due() == std::nullopt);
  }

  TEST_CASE_FIXTURE(Fixture, "between two runs something may be scheduled before what waits") {
    sim.after(10s, note("late"));
    sim.run_until(kStart + 1s);
    sim.after(1s, note("early"));
    CHECK(sim.next_due() == kStart + 2s);
    sim.run_until(kStart + 10s);
    CHECK(log == Log{"early", "late"});
  }

  TEST_CASE_FIXTURE(Fixture, "run_one runs the next callback, whenever it is due") {
    sim.after(24h, note("tomorrow"));
    CHECK(sim.run_one());
    CHECK(sim.now() == kStart + 24h);
    CHECK(!sim.run_one());
    CHECK(log == Log{"tomorrow"});
  }

  TEST_CASE_FIXTURE(Fixture, "stop ends the run after the running callback, and the clock stays") {
    sim.after(1s, [&] {
      sim.stop();
      log.push_back("stopped");
    });
    sim.after(1s, note("later"));
    sim.run_until(kStart + 1h);
    CHECK(sim.now() == kStart + 1s);
    CHECK(log == Log{"stopped"});
    sim.run_until(kStart + 1h);
    CHECK(log == Log{"stopped", "later"});
    CHECK(sim.now() == kStart + 1h);
  }

  TEST_CASE_FIXTURE(Fixture, "a cancelled callback never runs and does not move the clock") {
    const Ticket early = sim.after(1s, note("cancelled"));
    const Ticket kept = sim.after(2s, note("kept"));
    CHECK(sim.pending_count() == 2);
    CHECK(sim.pending(early));
    CHECK(sim.cancel(early));
    CHECK(!sim.pending(early));
    CHECK(!sim.cancel(early));
    CHECK(sim.pending_count() == 1);
    CHECK(sim.run_one());
    CHECK(sim.now() == kStart + 2s);
    CHECK(log == Log{"kept"});
    CHECK(!sim.cancel(kept));
    const Ticket last = sim.after(1s, note("never"));
    sim.cancel(last);
    CHECK(!sim.run_one());
    CHECK(sim.now() == kStart + 2s);
  }

  TEST_CASE_FIXTURE(Fixture, "an old ticket does not name the callback that came after") {
    const Ticket old = sim.after(1s, note("a"));
    sim.run_until(kStart + 1s);
    const Ticket fresh = sim.after(1s, note("b"));
    CHECK(!sim.pending(old));
    CHECK(!sim.cancel(old));
    CHECK(sim.pending(fresh));
    CHECK(!sim.cancel(Ticket{}));
    CHECK(!sim.pending(Ticket{}));
    CHECK(!Ticket{});
    CHECK(static_cast<bool>(fresh));
  }

  TEST_CASE_FIXTURE(Fixture, "a callback that runs is no longer pending to itself") {
    Ticket own;
    own = sim.after(1s, [&] {
      CHECK(!sim.pending(own));
      CHECK(!sim.cancel(own));
    });
    sim.run_until(kStart + 1s);
    CHECK(sim.callbacks_run() == 1);
  }

  TEST_CASE_FIXTURE(Fixture, "one Callback may wait several times over") {
    Counter counter;
    const Ticket first = sim.after(1s, counter);
    sim.after(2s, counter);
    sim.at(kStart + 2s, counter);
    CHECK(sim.cancel(first));
    sim.run_until(kStart + 2s);
    CHECK(counter.count == 2);
  }

  TEST_CASE_FIXTURE(Fixture, "callables may be large, move-only, and take the simulation") {
    std::array<int, 100> large{};
    large[99] = 7;
    int sum = 0;
    sim.after(1s, [large, &sum] { sum += large[99]; });
    sim.after(1s, [held = std::make_unique<int>(5), &sum] { sum += *held; });
    sim.after(1s, [&sum](Simulation& running) { sum += running.now() == kStart + 1s ? 1 : 100; });
    sim.after(1s, [large, &sum](Simulation&) { sum += large[99]; });
    sim.run_until(kStart + 1s);
    CHECK(sum == 20);
  }

  TEST_CASE("a callable is destroyed once: after it ran, when cancelled, or with the simulation") {
    const auto held = std::make_shared<int>(0);
    {
      Simulation sim{kStart, Seed{1}};
      std::array<std::byte, 200> padding{};
      sim.after(1s, [held] {});
      sim.after(1s, [held, padding] { static_cast<void>(padding); });
      const Ticket ticket = sim.after(2s, [held] {});
      sim.after(3s, [held] {});
      sim.after(3s, [held, padding] { static_cast<void>(padding); });
      CHECK(held.use_count() == 6);
      sim.run_until(kStart + 1s);
      CHECK(held.use_count() == 4);
      sim.cancel(ticket);
      CHECK(held.use_count() == 3);
    }
    CHECK(held.use_count() == 1);
  }

  TEST_CASE_FIXTURE(Fixture, "an exception leaves run_until, and the run may go on") {
    sim.after(1s, [] { throw std::runtime_error{"no"}; });
    sim.after(1s, note("next"));
    CHECK_THROWS_WITH_AS(sim.run_until(kStart + 2s), "no", std::runtime_error);
    CHECK(sim.now() == kStart + 1s);
    sim.run_until(kStart + 2s);
    CHECK(log == Log{"next"});
  }

  TEST_CASE_FIXTURE(Fixture, "most timers cancelled: the queue does not grow with them") {
    // Nine of ten timers of 100 s are cancelled after 1 ms: were the cancelled kept until they are
    // due, they would be 90,000.
    std::size_t most_live = 0;
    for (int i = 0; i < 100'000; ++i) {
      const Ticket ticket = sim.after(100s, [] {});
      sim.run_until(sim.now() + 1ms);
      if (i % 10 != 9) sim.cancel(ticket);
      most_live = std::max(most_live, sim.pending_count());
    }
    CHECK(most_live == 10'000);
    sim.run_until(sim.now() + 100s);
    CHECK(sim.callbacks_run() == 10'000);
    CHECK(sim.pending_count() == 0);
  }

  TEST_CASE_FIXTURE(Fixture, "random scheduling and cancelling agrees with a sorted list") {
    struct Planned {
      SimTime due;
      int number;
      Ticket ticket;
    };
    Stream random{Seed{9}, "plan"};
    std::vector<Planned> plan;
    std::vector<int> ran;
    for (int round = 0; round < 300; ++round) {
      for (int i = 0; i < 40; ++i) {
        const int number = round * 40 + i;
        const SimTime due = sim.now() + random.below(20) * 50ms;
        plan.push_back({due, number, sim.at(due, [&ran, number] { ran.push_back(number); })});
      }
      for (int i = 0; i < 25; ++i) {
        const auto victim = plan.begin() + static_cast<std::ptrdiff_t>(random.below(plan.size()));
        CHECK(sim.cancel(victim->ticket));
        plan.erase(victim);
      }
      sim.run_until(sim.now() + random.below(3) * 50ms);
      std::stable_sort(plan.begin(), plan.end(),
                       [](const auto& a, const auto& b) { return a.due < b.due; });
      const auto due_end =
          std::find_if(plan.begin(), plan.end(), [&](const auto& p) { return p.due > sim.now(); });
      std::vector<int> expected;
      for (auto one = plan.begin(); one != due_end; ++one) expected.push_back(one->number);
      REQUIRE(ran == expected);
      plan.erase(plan.begin(), due_end);
      ran.clear();
      REQUIRE(sim.pending_count() == plan.size());
    }
  }

  TEST_CASE_FIXTURE(Fixture, "what a callback schedules inherits its cause") {
    std::vector<CauseId> causes;
    CHECK(sim.cause() == CauseId::none);
    {
      const CauseScope fault{sim, CauseId{7}};
      sim.after(1s, [&] {
        causes.push_back(sim.cause());
        sim.after(1s, [&] { causes.push_back(sim.cause()); });
        const CauseScope alarm{sim, CauseId{8}};
        sim.after(2s, [&] { causes.push_back(sim.cause()); });
      });
    }
    sim.after(4s, [&] { causes.push_back(sim.cause()); });
    sim.run_until(kStart + 5s);
    CHECK(causes == std::vector{CauseId{7}, CauseId{7}, CauseId{8}, CauseId::none});
    CHECK(sim.cause() == CauseId::none);
  }

  TEST_CASE("a delay beyond the end of time means never") {
    const SimTime long_ago = std::chrono::sys_days{std::chrono::year{1700} / 1 / 1};
    Simulation sim{long_ago, Seed{1}};
    int ran = 0;
    const Ticket never = sim.after(Duration::max(), [&] { ran += 100; });
    for (int i = 0; i < 97; ++i) sim.after(i * 24h * 365 * 3, [&] { ++ran; });
    sim.run_until(long_ago + 24h * 365 * 290);
    CHECK(ran == 97);
    CHECK(sim.pending(never));
    CHECK(sim.later(Duration::max()) == SimTime::max());
  }

  TEST_CASE("a stream keeps its place for its name") {
    Simulation sim{kStart, Seed{42}};
    Stream alone{Seed{42}, "ec2.boot"};
    const double first = alone.uniform();
    const double second = alone.uniform();
    CHECK(sim.random("ec2.boot").uniform() == first);
    CHECK(sim.random("other").uniform() != first);
    CHECK(sim.random("ec2.boot").uniform() == second);
  }
}

TEST_SUITE("kernel: limits") {
  TEST_CASE("something that triggers itself ends in a diagnosis") {
    Simulation sim{kStart, Seed{1}, Limits{.callbacks_per_instant = 1'000}};
    sim.name_causes([](CauseId cause) {
      return "rule CleanUp (#" + std::to_string(static_cast<int>(cause)) + ")";
    });
    struct Again : Callback {
      Again() : Callback{[](Callback& self, Simulation& s) { s.after(0s, self); }} {}
    } again;
    const CauseScope cause{sim, CauseId{17}};
    sim.after(5min, again);
    CHECK_THROWS_WITH_AS(sim.run_until(kStart + 1h),
                         "1000 callbacks ran at 2026-03-02T09:05:00Z and time does not move on: "
                         "something triggers itself; the last was caused by rule CleanUp (#17)",
                         LimitExceeded);
    CHECK(sim.now() == kStart + 5min);
    CHECK(sim.callbacks_run() == 1'000);
  }

  TEST_CASE("as many callbacks as the limit allows are fine, at every instant anew") {
    Simulation sim{kStart, Seed{1}, Limits{.callbacks_per_instant = 100}};
    for (int i = 0; i < 300; ++i) sim.after((i / 100) * 1s, [] {});
    CHECK_NOTHROW(sim.run_until(kStart + 1h));
    CHECK(sim.callbacks_run() == 300);
  }

  TEST_CASE("a run has a longest length") {
    Simulation sim{kStart, Seed{1}, Limits{.callbacks = 50}};
    for (int i = 0; i < 51; ++i) sim.after(i * 1s, [] {});
    CHECK_THROWS_AS(sim.run_until(kStart + 1h), LimitExceeded);
    CHECK(sim.callbacks_run() == 50);
  }

  TEST_CASE("the number pending is limited") {
    Simulation sim{kStart, Seed{1}, Limits{.pending = 10}};
    for (int i = 0; i < 10; ++i) sim.after(1s, [] {});
    try {
      sim.after(1s, [] {});
      FAIL("no limit");
    } catch (const LimitExceeded& reached) {
      CHECK(reached.kind() == LimitExceeded::Kind::pending);
      CHECK(reached.when() == kStart);
    }
    sim.run_until(kStart + 1s);
    CHECK(sim.callbacks_run() == 10);
  }

  TEST_CASE("scheduling in the past is a bug and aborts") {
    CHECK(death_of([] {
            Simulation sim{kStart, Seed{1}};
            sim.at(kStart - 1ns, [] {});
          }).find("a callback is due at or after now()") != std::string::npos);
    CHECK(death_of([] {
            Simulation sim{kStart, Seed{1}};
            sim.after(0s, [&] { sim.run_until(kStart + 1s); });
            sim.run_until(kStart);
          }).find("a callback does not run the simulation") != std::string::npos);
  }
}
