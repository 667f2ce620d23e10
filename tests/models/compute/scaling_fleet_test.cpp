#include <cmath>
#include <numbers>

#include "tests/models/compute/scaled_world.hpp"

namespace opsim::tests {

TEST_SUITE("autoscaling: a large fleet") {
  TEST_CASE("a day of target tracking over some hundreds costs what happens, not what passes") {
    ScaledWorld world{300, 600, Seed{1}, Level::goals};
    world.update({{"MinSize", 50}});
    world.track_cpu(50);
    world.run(1h);
    const std::uint64_t before = world.sim.callbacks_run();
    std::int64_t least = 300;
    std::int64_t most = 300;
    for (int quarter = 0; quarter < 96; ++quarter) {
      // 150 instances' worth of load, 60 either way, highest at noon.
      const double day = 2 * std::numbers::pi * quarter / 96;
      world.share(100 * (150 - 60 * std::cos(day)));
      world.run(15min);
      least = std::min(least, world.desired());
      most = std::max(most, world.desired());
    }
    CHECK(least < 230);
    CHECK(most > 380);
    CHECK(most < 440);
    const std::uint64_t callbacks = world.sim.callbacks_run() - before;
    CAPTURE(callbacks);
    CHECK(callbacks < 20'000);
  }
}

}  // namespace opsim::tests
