#include "opsim/kernel/signal.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "opsim/kernel/process.hpp"

using namespace opsim;

namespace {

using Log = std::vector<std::string>;

struct Fixture {
  Simulation sim;
  Signal signal{sim};
  Log log;
  SimTime at(Duration elapsed) const { return sim.start() + elapsed; }
};

Process<> wait(Fixture& f, std::string name) {
  co_await f.signal.wait();
  f.log.push_back(name + " by " + std::to_string(static_cast<int>(f.sim.cause())));
}
Process<> wait_for(Fixture& f, Duration timeout, std::string name) {
  const Wakeup woken = co_await f.signal.wait_for(timeout);
  f.log.push_back(name + (woken == Wakeup::signalled ? " signalled" : " timed out"));
}
Process<> take(Fixture& f, Channel<std::string>& channel, std::string name) {
  const auto value = co_await channel.pop();
  f.log.push_back(name + " took " + value.value_or("nothing"));
}

}  // namespace

TEST_SUITE("kernel: signal") {
  TEST_CASE_FIXTURE(Fixture, "notify_all wakes all who wait, in order, with the notifier's cause") {
    const CauseScope own{sim, CauseId{1}};
    sim.spawn(wait(*this, "a"));
    sim.spawn(wait(*this, "b"));
    const CauseScope cause{sim, CauseId{7}};
    sim.after(1s, [&] {
      signal.notify_all();
      signal.notify_all();
      log.push_back("notified");
    });
    sim.run_until(at(1min));
    CHECK(log == Log{"notified", "a by 7", "b by 7"});
    CHECK(!signal.has_waiters());
  }

  TEST_CASE_FIXTURE(Fixture, "a signal has no memory") {
    signal.notify_all();
    sim.spawn(wait(*this, "a"));
    sim.run_until(at(1min));
    CHECK(log.empty());
    CHECK(signal.has_waiters());
  }

  TEST_CASE_FIXTURE(Fixture, "notify_one wakes the one that has waited longest") {
    sim.spawn(wait(*this, "a"));
    sim.spawn(wait(*this, "b"));
    sim.run_until(at(1s));
    CHECK(signal.notify_one());
    sim.run_until(at(2s));
    CHECK(log == Log{"a by 0"});
    CHECK(signal.notify_one());
    CHECK(!signal.notify_one());
    sim.run_until(at(3s));
    CHECK(log == Log{"a by 0", "b by 0"});
  }

  TEST_CASE_FIXTURE(Fixture,
                    "one who is cancelled before it could run hands on what it was given") {
    auto scope = std::make_unique<Scope>(sim);
    scope->spawn(wait(*this, "a"));
    sim.run_until(at(1s));
    sim.spawn(wait(*this, "b"));
    sim.run_until(at(2s));
    sim.after(0s, [&] {
      signal.notify_one();
      scope.reset();
    });
    sim.run_until(at(3s));
    CHECK(log == Log{"b by 0"});
  }

  TEST_CASE_FIXTURE(
      Fixture, "a timeout comes exactly at its time, and one pending callback is all a wait has") {
    sim.spawn(wait_for(*this, 5s, "a"));
    sim.run_until(at(1s));
    CHECK(sim.pending_count() == 1);
    sim.run_until(at(5s) - 1ns);
    CHECK(log.empty());
    sim.run_until(at(5s));
    CHECK(log == Log{"a timed out"});
    CHECK(!signal.has_waiters());
  }

  TEST_CASE_FIXTURE(Fixture, "a signal cancels the timeout") {
    sim.spawn(wait_for(*this, 5s, "a"));
    sim.after(2s, [&] {
      signal.notify_all();
      CHECK(sim.pending_count() == 1);
    });
    sim.run_until(at(2s));
    CHECK(log == Log{"a signalled"});
    CHECK(sim.pending_count() == 0);
  }

  TEST_CASE_FIXTURE(Fixture, "signal and timeout at one instant: the earlier scheduled wins") {
    sim.after(5s, [&] { signal.notify_all(); });  // before the timeout is set
    sim.spawn(wait_for(*this, 5s, "a"));
    sim.run_until(at(5s));
    CHECK(log == Log{"a signalled"});
    sim.spawn(wait_for(*this, 5s, "b"));
    sim.run_until(at(6s));
    sim.after(4s, [&] { signal.notify_all(); });  // after it
    sim.run_until(at(10s));
    CHECK(log == Log{"a signalled", "b timed out"});
  }

  TEST_CASE_FIXTURE(Fixture, "a zero timeout still lets what is due go first") {
    sim.spawn(wait_for(*this, 0s, "a"));
    sim.spawn(wait_for(*this, 0s, "b"));
    sim.run_until(at(0s));
    CHECK(log == Log{"a timed out", "b timed out"});
  }

  TEST_CASE_FIXTURE(Fixture, "a cancelled process leaves the signal") {
    {
      Scope scope{sim};
      scope.spawn(wait(*this, "a"));
      scope.spawn(wait_for(*this, 5s, "b"));
      sim.run_until(at(1s));
      CHECK(signal.has_waiters());
    }
    CHECK(!signal.has_waiters());
    CHECK(sim.pending_count() == 0);
    signal.notify_all();
    sim.run_until(at(1min));
    CHECK(log.empty());
  }

  TEST_CASE_FIXTURE(Fixture, "a signal may go before those who wait for it") {
    auto other = std::make_unique<Signal>(sim);
    struct Body {
      static Process<> run(Fixture& f, Signal& gone) {
        const Wakeup woken = co_await gone.wait_for(3s);
        f.log.push_back(woken == Wakeup::timed_out ? "timed out" : "signalled");
      }
    };
    sim.spawn(Body::run(*this, *other));
    sim.run_until(at(1s));
    other.reset();
    sim.run_until(at(3s));
    CHECK(log == Log{"timed out"});

    other = std::make_unique<Signal>(sim);
    sim.spawn(Body::run(*this, *other));
    sim.run_until(at(4s));
    other->notify_one();
    other.reset();  // the notification stands
    sim.run_until(at(5s));
    CHECK(log == Log{"timed out", "signalled"});
  }

  TEST_CASE_FIXTURE(Fixture, "one who waits again is not woken again by the same notification") {
    struct Body {
      static Process<> run(Fixture& f) {
        while (true) {
          co_await f.signal.wait();
          f.log.push_back("woken");
        }
      }
    };
    sim.spawn(Body::run(*this));
    sim.after(1s, [&] { signal.notify_all(); });
    sim.run_until(at(2s));
    CHECK(log == Log{"woken"});
  }
}

TEST_SUITE("kernel: channel") {
  TEST_CASE_FIXTURE(Fixture, "values come out in order, each to one taker") {
    Channel<std::string> channel{sim};
    CHECK(channel.push("x"));
    sim.spawn(take(*this, channel, "a"));
    sim.spawn(take(*this, channel, "b"));
    sim.spawn(take(*this, channel, "c"));
    sim.after(1s, [&] {
      channel.push("y");
      channel.push("z");
    });
    sim.run_until(at(1min));
    CHECK(log == Log{"a took x", "b took y", "c took z"});
    CHECK(channel.size() == 0);
  }

  TEST_CASE_FIXTURE(Fixture, "a taker runs with the cause of whoever pushed") {
    Channel<std::string> channel{sim};
    struct Body {
      static Process<> run(Fixture& f, Channel<std::string>& from) {
        co_await from.pop();
        CHECK(f.sim.cause() == CauseId{4});
        f.log.push_back("taken");
      }
    };
    sim.spawn(Body::run(*this, channel));
    const CauseScope cause{sim, CauseId{4}};
    sim.after(1s, [&] { channel.push("y"); });
    sim.run_until(at(1min));
    CHECK(log == Log{"taken"});
  }

  TEST_CASE_FIXTURE(Fixture, "closing: what is there is still taken, then nothing more comes") {
    Channel<std::string> channel{sim};
    channel.push("x");
    channel.close();
    CHECK(!channel.push("y"));
    sim.spawn(take(*this, channel, "a"));
    sim.spawn(take(*this, channel, "b"));
    sim.run_until(at(1s));
    CHECK(log == Log{"a took x", "b took nothing"});
    Channel<std::string> other{sim};
    sim.spawn(take(*this, other, "c"));
    sim.run_until(at(2s));
    other.close();
    sim.run_until(at(3s));
    CHECK(log.back() == "c took nothing");
  }

  TEST_CASE_FIXTURE(Fixture, "a value meant for a taker who is cancelled goes to the next") {
    Channel<std::string> channel{sim};
    auto scope = std::make_unique<Scope>(sim);
    scope->spawn(take(*this, channel, "a"));
    sim.run_until(at(1s));
    sim.spawn(take(*this, channel, "b"));
    sim.run_until(at(2s));
    sim.after(0s, [&] {
      channel.push("x");
      scope.reset();
    });
    sim.run_until(at(3s));
    CHECK(log == Log{"b took x"});
  }
}
