#include "opsim/kernel/process.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/sim/kernel/death.hpp"

using namespace opsim;

namespace {

constexpr SimTime kStart = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 9h;
using Log = std::vector<std::string>;

struct Fixture {
  Simulation sim{kStart, Seed{1}};
  Log log;
  void note(const std::string& what) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(sim.now() - kStart);
    log.push_back(std::to_string(seconds.count()) + " " + what);
  }
};

Process<> nap(Fixture& f, Duration delay, std::string name) {
  f.note(name + " begins");
  co_await f.sim.sleep(delay);
  f.note(name + " ends");
}

Process<int> number(Fixture& f, int value, Duration delay = 1s) {
  co_await f.sim.sleep(delay);
  co_return value;
}

Process<int> fail(Fixture& f) {
  co_await f.sim.sleep(1s);
  throw std::runtime_error{"no capacity"};
}

Process<std::unique_ptr<int>> move_only(Fixture& f) {
  co_await f.sim.sleep(1s);
  co_return std::make_unique<int>(5);
}

Process<int> at_once(int value) { co_return value; }

Process<int> depth(Fixture& f, int levels) {
  if (levels == 0) {
    co_await f.sim.sleep(1s);
    co_return 0;
  }
  const int below = co_await depth(f, levels - 1);
  co_return below + 1;
}

/// Says when it is destroyed.
struct Guard {
  Fixture& f;
  std::string name;
  ~Guard() { f.note(name + " destroyed"); }
};

}  // namespace

TEST_SUITE("kernel: process") {
  TEST_CASE_FIXTURE(Fixture, "a spawned process starts at now, after what is already due") {
    sim.after(0s, [&] { note("callback"); });
    sim.spawn(nap(*this, 5s, "a"));
    sim.spawn(nap(*this, 2s, "b"));
    CHECK(log.empty());
    sim.run_until(kStart + 10s);
    CHECK(log == Log{"0 callback", "0 a begins", "0 b begins", "2 b ends", "5 a ends"});
    CHECK(sim.pending_count() == 0);
  }

  TEST_CASE_FIXTURE(Fixture, "awaiting a process runs it to its end and gives its result") {
    struct Body {
      static Process<> run(Fixture& f) {
        const int one = co_await number(f, 40);
        const int two = co_await number(f, 2);
        const std::unique_ptr<int> three = co_await move_only(f);
        f.note(std::to_string(one + two) + " " + std::to_string(*three));
        co_await nap(f, 3s, "child");
        co_await f.sim.sleep_until(kStart + 1min);
        f.note("end");
      }
    };
    sim.spawn(Body::run(*this));
    sim.run_until(kStart + 1h);
    CHECK(log == Log{"3 42 5", "3 child begins", "6 child ends", "60 end"});
  }

  TEST_CASE_FIXTURE(Fixture, "an exception goes to whoever awaits") {
    struct Body {
      static Process<> run(Fixture& f) {
        std::string caught;
        try {
          co_await fail(f);
        } catch (const std::runtime_error& error) {
          caught = error.what();
        }
        f.note(caught);
        co_await f.sim.sleep(1s);
        f.note("goes on");
      }
    };
    sim.spawn(Body::run(*this));
    sim.run_until(kStart + 1min);
    CHECK(log == Log{"1 no capacity", "2 goes on"});
  }

  TEST_CASE_FIXTURE(Fixture, "an exception that nobody awaits aborts with a message") {
    struct Body {
      static Process<> run(Fixture& f) { co_await fail(f); }
    };
    const std::string text = death_of([this] {
      sim.spawn(Body::run(*this));
      sim.run_until(kStart + 1min);
    });
    CHECK(text == "opsim: a bug: an exception left a process that nobody awaits: no capacity\n");
  }

  TEST_CASE("a limit reached inside a process leaves run_until") {
    Simulation sim{kStart, Seed{1}, Limits{.pending = 100}};
    struct Body {
      static Process<> run(Simulation& s) {
        while (true) {
          s.after(1h, [] {});
          co_await s.sleep(1ms);
        }
      }
    };
    sim.spawn(Body::run(sim));
    CHECK_THROWS_AS(sim.run_until(kStart + 1h), LimitExceeded);
  }

  TEST_CASE_FIXTURE(Fixture, "awaiting without end neither fills the stack nor the memory") {
    struct Body {
      static Process<> run(Fixture& f) {
        long sum = 0;
        for (int i = 0; i < 300'000; ++i) sum += co_await at_once(1);  // no wait at all
        f.note(std::to_string(sum));
      }
    };
    sim.spawn(Body::run(*this));
    sim.run_until(kStart);
    CHECK(log == Log{"0 300000"});
  }

  TEST_CASE_FIXTURE(Fixture, "processes await each other to any reasonable depth") {
    struct Body {
      static Process<> run(Fixture& f) { f.note(std::to_string(co_await depth(f, 5'000))); }
    };
    sim.spawn(Body::run(*this));
    sim.run_until(kStart + 1min);
    CHECK(log == Log{"1 5000"});
  }

  TEST_CASE_FIXTURE(Fixture, "a process never started, or never ended, is cleaned up") {
    struct Body {
      static Process<> run(Fixture& f, std::shared_ptr<int> held) {
        const Guard guard{f, "local"};
        co_await f.sim.sleep(1h);
        static_cast<void>(held);
      }
    };
    const auto held = std::make_shared<int>(0);
    { const Process<> dropped = Body::run(*this, held); }
    CHECK(held.use_count() == 1);
    CHECK(log.empty());  // it never ran
    {
      Fixture inner;
      inner.sim.spawn(Body::run(inner, held));
      inner.sim.spawn(Body::run(inner, held));
      CHECK(held.use_count() == 3);
    }
    CHECK(held.use_count() == 1);
    {
      auto inner = std::make_unique<Simulation>(kStart, Seed{1});
      struct Holder {
        static Process<> run(Simulation& s, std::shared_ptr<int> what) {
          co_await s.sleep(1h);
          static_cast<void>(what);
        }
      };
      inner->spawn(Holder::run(*inner, held));
      inner->run_until(kStart + 1min);
      CHECK(inner->pending_count() == 1);
      CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
  }

  TEST_CASE_FIXTURE(Fixture, "a process keeps its cause while it sleeps") {
    struct Body {
      static Process<> run(Fixture& f, std::string name) {
        f.note(name + " " + std::to_string(static_cast<int>(f.sim.cause())));
        co_await f.sim.sleep(1s);
        f.note(name + " " + std::to_string(static_cast<int>(f.sim.cause())));
        const CauseScope step{f.sim, CauseId{9}};
        co_await f.sim.sleep(1s);
        f.note(name + " " + std::to_string(static_cast<int>(f.sim.cause())));
      }
    };
    {
      const CauseScope cause{sim, CauseId{3}};
      sim.spawn(Body::run(*this, "a"));
    }
    sim.spawn(Body::run(*this, "b"));
    sim.run_until(kStart + 1min);
    CHECK(log == Log{"0 a 3", "0 b 0", "1 a 3", "1 b 0", "2 a 9", "2 b 9"});
  }

  TEST_CASE_FIXTURE(Fixture, "cancelling a process leaves the canceller's cause as it is") {
    struct Body {
      static Process<> run(Fixture& f) {
        const CauseScope step{f.sim, CauseId{9}};
        co_await f.sim.sleep(1h);
      }
    };
    auto scope = std::make_unique<Scope>(sim);
    scope->spawn(Body::run(*this));
    sim.run_until(kStart + 1s);
    const CauseScope cause{sim, CauseId{4}};
    sim.after(1s, [&] {
      scope.reset();
      CHECK(sim.cause() == CauseId{4});
    });
    sim.run_until(kStart + 1min);
  }

  TEST_CASE("the same work gives the same order, again and again") {
    const auto run = [] {
      Fixture f;
      for (int i = 0; i < 50; ++i) {
        const Duration delay = f.sim.random("test").below(5) * 1s;
        f.sim.spawn(nap(f, delay, std::to_string(i)));
      }
      f.sim.run_until(kStart + 1min);
      return f.log;
    };
    const Log first = run();
    CHECK(first.size() == 100);
    CHECK(run() == first);
  }
}
