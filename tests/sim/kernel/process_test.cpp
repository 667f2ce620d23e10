#include <doctest/doctest.h>

#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

using namespace opsim;

namespace {
Process<> nap(Simulation& sim, Duration d, int& count) {
  co_await sim.sleep(d);
  ++count;
}
Process<int> answer(Simulation& sim) {
  co_await sim.sleep(3s);
  co_return 42;
}
Process<> main_process(Simulation& sim, int& count, std::optional<int>& a, std::optional<int>& b) {
  Process<> x = nap(sim, 5s, count);
  Process<> y = nap(sim, 2s, count);
  CHECK(co_await first_of(std::move(x), std::move(y)) == 1);
  CHECK(sim.now() == sim.start() + 2s);
  CHECK(sim.pending_count() == 0);
  a = co_await with_timeout(answer(sim), 4s);
  b = co_await with_timeout(answer(sim), 2s);
}
}  // namespace

TEST_CASE("smoke") {
  Simulation sim{SimTime{}, Seed{1}};
  int count = 0;
  std::optional<int> a, b;
  sim.spawn(main_process(sim, count, a, b));
  sim.run_until(sim.start() + 1h);
  CHECK(count == 1);
  CHECK(a == 42);
  CHECK(!b);
  CHECK(human(161s) == "2 min 41 s");
}
