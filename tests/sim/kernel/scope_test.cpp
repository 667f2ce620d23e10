#include "opsim/kernel/scope.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "opsim/kernel/process.hpp"
#include "tests/sim/kernel/death.hpp"

using namespace opsim;

namespace {

using Log = std::vector<std::string>;

struct Fixture {
  Simulation sim;
  Log log;
};

/// Says when it is destroyed.
struct Guard {
  Log& log;
  std::string name;
  ~Guard() { log.push_back(name); }
};

Process<> wait_for_ever(Fixture& f, std::string name) {
  const Guard guard{f.log, name};
  co_await f.sim.sleep(24h);
}

Process<> nested(Fixture& f, std::string name) {
  const Guard guard{f.log, name};
  Scope scope{f.sim};
  scope.spawn(wait_for_ever(f, name + ".1"));
  scope.spawn(wait_for_ever(f, name + ".2"));
  co_await wait_for_ever(f, name + ".awaited");
}

Process<> nap(Fixture& f, Duration delay) { co_await f.sim.sleep(delay); }

Process<> cancel_through_a_call(Fixture& f, Scope& scope) {
  scope.cancel();
  f.log.push_back("cancelled");
  co_return;
}

}  // namespace

TEST_SUITE("kernel: scope") {
  TEST_CASE_FIXTURE(Fixture, "a scope that ends cancels what it started, to the last callback") {
    {
      Scope scope{sim};
      scope.spawn(nested(*this, "a"));
      scope.spawn(wait_for_ever(*this, "b"));
      sim.run_until(sim.start() + 1s);
      CHECK(sim.pending_count() == 4);
      CHECK(!scope.empty());
    }
    CHECK(sim.pending_count() == 0);
    CHECK(log == Log{"a.awaited", "a.1", "a.2", "a", "b"});
  }

  TEST_CASE_FIXTURE(Fixture, "what had not started never starts") {
    {
      Scope scope{sim};
      scope.spawn(wait_for_ever(*this, "a"));
    }
    CHECK(sim.pending_count() == 0);
    sim.run_until(sim.start() + 1s);
    CHECK(log.empty());
  }

  TEST_CASE_FIXTURE(Fixture, "join waits for all; a cancelled scope may be used again") {
    struct Body {
      static Process<> run(Fixture& f, Scope& scope) {
        scope.spawn(nap(f, 3s));
        scope.spawn(nap(f, 5s));
        co_await scope.join();
        CHECK(f.sim.now() == f.sim.start() + 5s);
        co_await scope.join();  // nothing is left: at once
        scope.spawn(nap(f, 1s));
        scope.cancel();
        scope.spawn(nap(f, 2s));
        co_await scope.join();
        CHECK(f.sim.now() == f.sim.start() + 7s);
        f.log.push_back("done");
      }
    };
    Scope scope{sim};
    sim.spawn(Body::run(*this, scope));
    sim.run_until(sim.start() + 1min);
    CHECK(log == Log{"done"});
  }

  TEST_CASE_FIXTURE(Fixture, "cancelling from outside wakes those who join") {
    struct Body {
      static Process<> run(Fixture& f, Scope& scope) {
        co_await scope.join();
        f.log.push_back("joined");
      }
    };
    Scope scope{sim};
    scope.spawn(wait_for_ever(*this, "a"));
    sim.spawn(Body::run(*this, scope));
    sim.after(3s, [&] { scope.cancel(); });
    sim.run_until(sim.start() + 3s);
    CHECK(log == Log{"a", "joined"});
  }

  TEST_CASE_FIXTURE(Fixture, "a process that cancels its own scope ends at its next wait") {
    struct Body {
      static Process<> run(Fixture& f, Scope& scope) {
        const Guard guard{f.log, "destroyed"};
        co_await f.sim.sleep(1s);
        scope.cancel();
        f.log.push_back("still running");
        co_await f.sim.sleep(0s);
        f.log.push_back("never");
      }
    };
    Scope scope{sim};
    scope.spawn(Body::run(*this, scope));
    scope.spawn(wait_for_ever(*this, "sibling"));
    sim.run_until(sim.start() + 2s);
    CHECK(log == Log{"sibling", "still running", "destroyed"});
    CHECK(sim.pending_count() == 0);
    CHECK(scope.empty());
  }

  TEST_CASE_FIXTURE(Fixture, "the same through what it calls, and when it ends without waiting") {
    struct Body {
      static Process<> run(Fixture& f, Scope& scope) {
        const Guard guard{f.log, "destroyed"};
        co_await cancel_through_a_call(f, scope);
        f.log.push_back("never");
      }
      static Process<> last_act(Fixture& f, Scope& scope) {
        scope.cancel();
        f.log.push_back("ends by itself");
        co_return;
      }
    };
    Scope scope{sim};
    scope.spawn(Body::run(*this, scope));
    sim.run_until(sim.start() + 1s);
    CHECK(log == Log{"cancelled", "destroyed"});
    scope.spawn(Body::last_act(*this, scope));
    sim.run_until(sim.start() + 2s);
    CHECK(log.back() == "ends by itself");
    CHECK(scope.empty());
    CHECK(sim.pending_count() == 0);
  }

  TEST_CASE_FIXTURE(Fixture, "a process may end the object that owns its scope") {
    struct Execution {
      explicit Execution(Simulation& s) : scope{s} {}
      Scope scope;
    };
    struct Body {
      static Process<> run(Fixture& f, std::unique_ptr<Execution>& execution) {
        const Guard guard{f.log, "destroyed"};
        co_await f.sim.sleep(1s);
        execution.reset();
        f.log.push_back("still running");
        co_await f.sim.sleep(1s);
        f.log.push_back("never");
      }
    };
    auto execution = std::make_unique<Execution>(sim);
    execution->scope.spawn(Body::run(*this, execution));
    sim.run_until(sim.start() + 5s);
    CHECK(log == Log{"still running", "destroyed"});
    CHECK(sim.pending_count() == 0);
  }

  TEST_CASE_FIXTURE(Fixture,
                    "a child that cancels its grandparent runs to its next wait with all it uses") {
    struct Body {
      static Process<> child(Fixture& f, Scope& outer, const std::string& of_parent) {
        co_await f.sim.sleep(1s);
        outer.cancel();
        f.log.push_back("child still sees " + of_parent);
        co_await f.sim.sleep(1s);
        f.log.push_back("never");
      }
      static Process<> parent(Fixture& f, Scope& outer) {
        const std::string local = "the parent's local, too long for a small string";
        const Guard guard{f.log, "parent destroyed"};
        Scope scope{f.sim};
        scope.spawn(child(f, outer, local));
        co_await f.sim.sleep(24h);
      }
      static Process<> racing_parent(Fixture& f, Scope& outer) {
        const std::string local = "the racing parent's local, as long as the other";
        const Guard guard{f.log, "racing parent destroyed"};
        co_await first_of(child(f, outer, local), f.sim.sleep(24h));
      }
    };
    Scope outer{sim};
    outer.spawn(Body::parent(*this, outer));
    sim.run_until(sim.start() + 5s);
    CHECK(log == Log{"child still sees the parent's local, too long for a small string",
                     "parent destroyed"});
    log.clear();
    outer.spawn(Body::racing_parent(*this, outer));
    sim.run_until(sim.start() + 10s);
    CHECK(log == Log{"child still sees the racing parent's local, as long as the other",
                     "racing parent destroyed"});
    CHECK(sim.pending_count() == 0);
  }

  TEST_CASE_FIXTURE(Fixture, "two scopes that cancel each other") {
    struct Body {
      static Process<> run(Fixture& f, Scope& other, Duration delay) {
        const Guard guard{f.log, "destroyed"};
        co_await f.sim.sleep(delay);
        other.cancel();
      }
    };
    Scope a{sim};
    Scope b{sim};
    a.spawn(Body::run(*this, b, 1s));
    b.spawn(Body::run(*this, a, 1s));
    sim.run_until(sim.start() + 5s);
    CHECK(log == Log{"destroyed", "destroyed"});
    CHECK(a.empty());
    CHECK(b.empty());
  }

  TEST_CASE_FIXTURE(Fixture, "destroying one process may cancel its siblings") {
    struct Body {
      struct CancelsAll {
        Scope& scope;
        ~CancelsAll() { scope.cancel(); }
      };
      static Process<> run(Fixture& f, Scope& scope) {
        const CancelsAll cancels{scope};
        co_await wait_for_ever(f, "x");
      }
    };
    Scope scope{sim};
    for (int i = 0; i < 4; ++i) scope.spawn(Body::run(*this, scope));
    sim.run_until(sim.start() + 1s);
    scope.cancel();
    CHECK(log == Log{"x", "x", "x", "x"});
    CHECK(scope.empty());
    CHECK(sim.pending_count() == 0);
  }

  TEST_CASE_FIXTURE(Fixture, "an exception that leaves a process of a scope aborts") {
    struct Body {
      static Process<> run() {
        throw std::runtime_error{"no such instance"};
        co_return;
      }
    };
    CHECK(death_of([this] {
            Scope scope{sim};
            scope.spawn(Body::run());
            sim.run_until(sim.start());
          }).find("no such instance") != std::string::npos);
  }
}
