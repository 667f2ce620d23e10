#include <cmath>
#include <numbers>

#include "tests/models/compute/scaled_world.hpp"

namespace opsim::tests {

TEST_SUITE("autoscaling: a larger fleet") {
  TEST_CASE("half a day of target tracking costs what happens, not what passes") {
    ScaledWorld world{60, 120, Seed{1}, Level::goals};
    world.update({{"MinSize", 10}});
    world.track_cpu(50);
    world.share(30 * 100);
    world.run(1h);
    const std::uint64_t before = world.sim.callbacks_run();
    std::int64_t least = 60;
    std::int64_t most = 60;
    std::int64_t sharing = 60;
    for (int minute = 0; minute < 12 * 60; ++minute) {
      // 30 instances' worth of load, 12 either way, highest after three hours.
      const int quarter = minute / 15;
      const double load = 30 + 12 * std::sin(2 * std::numbers::pi * quarter / 48);
      const std::int64_t serving = world.state().count(compute::Stage::in_service);
      if (minute % 15 == 0 || serving != sharing) world.share(100 * load);
      sharing = serving;
      world.run(1min);
      least = std::min(least, world.desired());
      most = std::max(most, world.desired());
    }
    CHECK(least >= 36);
    CHECK(least < 46);
    CHECK(most > 76);
    CHECK(most < 90);
    const std::uint64_t callbacks = world.sim.callbacks_run() - before;
    CAPTURE(callbacks);
    CHECK(callbacks < 10'000);
  }
}

}  // namespace opsim::tests
