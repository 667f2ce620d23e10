#include "opsim/kernel/race.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

using namespace opsim;

namespace {

struct Fixture {
  Simulation sim;
  std::vector<std::string> log;
  Duration elapsed() { return sim.now() - sim.start(); }
  template <class Body>
  void run(Body body) {
    sim.spawn(body(*this));
    sim.run_until(sim.start() + 1h);
    CHECK(log.back() == "end");
    CHECK(sim.pending_count() == 0);
  }
};

Process<> nap(Fixture& f, Duration delay, std::string name = "nap") {
  co_await f.sim.sleep(delay);
  f.log.push_back(name);
}
Process<int> number(Fixture& f, int value, Duration delay) {
  co_await f.sim.sleep(delay);
  co_return value;
}
Process<> fail(Fixture& f, Duration delay) {
  co_await f.sim.sleep(delay);
  throw std::runtime_error{"failed"};
}
Process<> at_once() { co_return; }

}  // namespace

TEST_SUITE("kernel: first_of, all_of, with_timeout") {
  TEST_CASE_FIXTURE(Fixture, "first_of gives the index of the first and cancels the others") {
    run([](Fixture& f) -> Process<> {
      Signal never{f.sim};
      const auto first = co_await first_of(nap(f, 5s, "a"), nap(f, 2s, "b"), f.sim.sleep(3s),
                                           never.wait(), number(f, 7, 4s));
      CHECK(first == 1);
      CHECK(f.elapsed() == 2s);
      CHECK(f.sim.pending_count() == 0);
      CHECK(!never.has_waiters());
      co_await f.sim.sleep(10s);
      f.log.push_back("end");
    });
    CHECK(log == std::vector<std::string>{"b", "end"});
  }

  TEST_CASE_FIXTURE(Fixture, "at equal times the one that was first is first") {
    run([](Fixture& f) -> Process<> {
      CHECK(co_await first_of(f.sim.sleep(2s), f.sim.sleep(2s)) == 0);
      CHECK(co_await first_of(at_once(), at_once()) == 0);
      CHECK(f.elapsed() == 2s);
      f.log.push_back("end");
    });
  }

  TEST_CASE_FIXTURE(
      Fixture, "the exception of the first goes to whoever awaits; the losers' never happens") {
    run([](Fixture& f) -> Process<> {
      bool caught = false;
      try {
        co_await first_of(f.sim.sleep(5s), fail(f, 1s));
      } catch (const std::runtime_error&) {
        caught = true;
      }
      CHECK(caught);
      CHECK(f.sim.pending_count() == 0);
      CHECK(co_await first_of(f.sim.sleep(1s), fail(f, 2s)) == 0);
      co_await f.sim.sleep(5s);
      f.log.push_back("end");
    });
  }

  TEST_CASE_FIXTURE(Fixture, "all_of waits for the last; an exception cancels the rest") {
    run([](Fixture& f) -> Process<> {
      std::vector<Process<>> naps;
      for (int i = 1; i <= 5; ++i) naps.push_back(nap(f, i * 1s));
      co_await all_of(std::move(naps));
      CHECK(f.elapsed() == 5s);
      co_await all_of({});
      CHECK(f.elapsed() == 5s);
      std::vector<Process<>> more;
      more.push_back(nap(f, 10s));
      more.push_back(fail(f, 1s));
      bool caught = false;
      try {
        co_await all_of(std::move(more));
      } catch (const std::runtime_error&) {
        caught = true;
      }
      CHECK(caught);
      CHECK(f.elapsed() == 6s);
      CHECK(f.sim.pending_count() == 0);
      f.log.push_back("end");
    });
  }

  TEST_CASE_FIXTURE(Fixture, "with_timeout gives the result, or times out exactly at its time") {
    run([](Fixture& f) -> Process<> {
      const std::optional<int> in_time = co_await with_timeout(number(f, 42, 3s), 4s);
      CHECK(in_time == 42);
      CHECK(f.elapsed() == 3s);
      const std::optional<int> late = co_await with_timeout(number(f, 42, 3s), 2s);
      CHECK(late == std::nullopt);
      CHECK(f.elapsed() == 5s);
      const std::optional<int> too_late_by_nothing = co_await with_timeout(number(f, 42, 2s), 2s);
      CHECK(too_late_by_nothing == std::nullopt);
      CHECK(f.elapsed() == 7s);
      CHECK(co_await with_timeout(nap(f, 1s), 2s));
      CHECK(!co_await with_timeout(nap(f, 2s), 1s));
      CHECK(f.elapsed() == 9s);
      CHECK(f.sim.pending_count() == 0);
      f.log.push_back("end");
    });
  }

  TEST_CASE_FIXTURE(Fixture, "an exception passes through with_timeout") {
    run([](Fixture& f) -> Process<> {
      std::string caught;
      try {
        co_await with_timeout(fail(f, 1s), 5s);
      } catch (const std::runtime_error& error) {
        caught = error.what();
      }
      CHECK(caught == "failed");
      CHECK(f.elapsed() == 1s);
      f.log.push_back("end");
    });
  }

  TEST_CASE_FIXTURE(Fixture, "races nest, and a cancelled race takes its runners along") {
    run([](Fixture& f) -> Process<> {
      struct Inner {
        static Process<> race(Fixture& g) {
          co_await first_of(nap(g, 10s, "x"), nap(g, 20s, "y"));
          g.log.push_back("inner");
        }
      };
      CHECK(co_await first_of(Inner::race(f), f.sim.sleep(5s)) == 1);
      CHECK(f.sim.pending_count() == 0);
      CHECK(co_await first_of(Inner::race(f), f.sim.sleep(15s)) == 0);
      CHECK(f.elapsed() == 15s);
      f.log.push_back("end");
    });
    CHECK(log == std::vector<std::string>{"x", "inner", "end"});
  }

  TEST_CASE_FIXTURE(Fixture, "who awaited the race goes on with the cause of the first to end") {
    run([](Fixture& f) -> Process<> {
      Signal signal{f.sim};
      {
        const CauseScope cause{f.sim, CauseId{5}};
        f.sim.after(1s, [&] { signal.notify_all(); });
      }
      co_await first_of(f.sim.sleep(2s), signal.wait());
      CHECK(f.sim.cause() == CauseId{5});
      f.log.push_back("end");
    });
  }
}
