#include "models/ecs/rollout.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "opsim/kernel/random.hpp"

namespace opsim::tests {

namespace {

using namespace opsim::ecs;

/// The same decisions, one task at a time.
RolloutStep one_by_one(std::int64_t desired, const TaskBounds& bounds, TaskCounts fresh,
                       TaskCounts old) {
  RolloutStep step;
  const std::int64_t running = fresh.all() + old.all();
  while (fresh.starting + fresh.healthy + step.start < desired &&
         running + step.start < bounds.highest)
    ++step.start;
  std::int64_t lacking = desired - fresh.starting - fresh.healthy - step.start;
  const bool enough = fresh.healthy + old.healthy >= desired;
  while (fresh.starting + fresh.healthy > desired) {
    if (fresh.starting > 0) {
      --fresh.starting;
      ++step.stop_newest.starting;
    } else if (fresh.healthy + old.healthy > bounds.lowest) {
      --fresh.healthy;
      ++step.stop_newest.healthy;
    } else {
      break;
    }
  }
  const auto drop = [&](std::int64_t& there, std::int64_t& counted) {
    while (there > 0 && (enough || lacking > 0)) {
      --there;
      ++counted;
      --lacking;
    }
  };
  drop(old.starting, step.stop_older.starting);
  drop(old.unhealthy, step.stop_older.unhealthy);
  drop(fresh.unhealthy, step.stop_newest.unhealthy);
  while (old.healthy > 0 && fresh.healthy + old.healthy > bounds.lowest &&
         (fresh.healthy + old.healthy > desired || lacking > 0)) {
    --old.healthy;
    ++step.stop_older.healthy;
    --lacking;
  }
  return step;
}

bool same(const TaskCounts& a, const TaskCounts& b) {
  return a.starting == b.starting && a.healthy == b.healthy && a.unhealthy == b.unhealthy;
}

template <class Look>
void for_all_small(Look look) {
  TaskCounts fresh;
  TaskCounts old;
  for (const std::int64_t desired : {0, 1, 2, 3})
    for (const std::int64_t lowest : {0, 50, 100})
      for (const std::int64_t highest : {100, 150, 200}) {
        const TaskBounds bounds = task_bounds(desired, lowest, highest);
        for (int code = 0; code < 3 * 4 * 3 * 3 * 4 * 3; ++code) {
          int rest = code;
          const auto digit = [&rest](int base) { return std::exchange(rest, rest / base) % base; };
          fresh = {digit(3), digit(4), digit(3)};
          old = {digit(3), digit(4), digit(3)};
          look(desired, bounds, fresh, old);
        }
      }
}

}  // namespace

TEST_SUITE("ecs: rollout") {
  TEST_CASE("the healthy minimum is rounded up, the maximum down") {
    struct Row {
      std::int64_t desired, minimum, maximum;
      TaskBounds bounds;
    };
    constexpr Row rows[] = {
        {4, 50, 200, {2, 8}},    // the guide's examples
        {4, 100, 200, {4, 8}},   //
        {4, 50, 100, {2, 4}},    //
        {3, 50, 150, {2, 4}},    // 1.5 up, 4.5 down
        {1, 50, 150, {1, 1}},    // and so nothing can be deployed
        {7, 33, 133, {3, 9}},    //
        {0, 100, 200, {0, 0}},   //
        {5, 0, 100, {0, 5}},     //
        {10, 75, 125, {8, 12}},  //
    };
    for (const Row& row : rows) {
      CAPTURE(row.desired);
      CAPTURE(row.minimum);
      CHECK(task_bounds(row.desired, row.minimum, row.maximum) == row.bounds);
    }
  }

  TEST_CASE("the circuit breaker's threshold: half of the desired count, from 3 to 200") {
    constexpr std::pair<std::int64_t, std::int64_t> rows[] = {{1, 3},   {6, 3},     {7, 4},
                                                              {25, 13}, {400, 200}, {800, 200}};
    for (const auto& [desired, threshold] : rows) {
      CAPTURE(desired);
      CHECK(breaker_threshold(desired) == threshold);
    }
  }

  TEST_CASE("tasks that never start are throttled, up to 27 minutes") {
    CHECK(throttle_delay(3) == 0s);
    CHECK(throttle_delay(4) == 10s);
    CHECK(throttle_delay(5) == 20s);
    CHECK(throttle_delay(11) == 1280s);
    CHECK(throttle_delay(12) == 27min);
    CHECK(throttle_delay(1'000'000) == 27min);
    for (int i = 0; i < 40; ++i) CHECK(throttle_delay(i) <= throttle_delay(i + 1));
  }

  TEST_CASE("documented rollouts") {
    struct Row {
      const char* what;
      std::int64_t minimum, maximum;
      TaskCounts fresh, old;
      std::int64_t start, stop_old_healthy;
    };
    constexpr Row rows[] = {
        {"four new before four old are stopped", 100, 200, {0, 0, 0}, {0, 4, 0}, 4, 0},
        {"two old make room for two new", 50, 100, {0, 0, 0}, {0, 4, 0}, 0, 2},
        {"then two new start", 50, 100, {0, 0, 0}, {0, 2, 0}, 2, 0},
        {"old ones leave as new ones are healthy", 100, 200, {2, 2, 0}, {0, 4, 0}, 0, 2},
        {"and not before", 100, 200, {4, 0, 0}, {0, 4, 0}, 0, 0},
    };
    for (const Row& row : rows) {
      CAPTURE(row.what);
      const RolloutStep step =
          plan_rollout(4, task_bounds(4, row.minimum, row.maximum), row.fresh, row.old);
      CHECK(step.start == row.start);
      CHECK(step.stop_older.healthy == row.stop_old_healthy);
    }
  }

  TEST_CASE("an unhealthy task is replaced first, where there is room") {
    const RolloutStep roomy = plan_rollout(3, task_bounds(3, 100, 200), {0, 2, 1}, {});
    CHECK(roomy.start == 1);
    CHECK(roomy.stop_newest.unhealthy == 0);
    const RolloutStep full = plan_rollout(3, task_bounds(3, 50, 100), {0, 2, 1}, {});
    CHECK(full.start == 0);
    CHECK(full.stop_newest.unhealthy == 1);
  }

  TEST_CASE("the same as deciding task by task, and always within the bounds") {
    std::int64_t wrong = 0;
    for_all_small([&wrong](std::int64_t desired, const TaskBounds& bounds, const TaskCounts& fresh,
                           const TaskCounts& old) {
      const RolloutStep step = plan_rollout(desired, bounds, fresh, old);
      const RolloutStep twin = one_by_one(desired, bounds, fresh, old);
      bool good = step.start == twin.start && same(step.stop_newest, twin.stop_newest) &&
                  same(step.stop_older, twin.stop_older);
      const std::int64_t healthy = fresh.healthy + old.healthy;
      const std::int64_t left = healthy - step.stop_newest.healthy - step.stop_older.healthy;
      good = good && (left >= bounds.lowest || left == healthy);
      good = good && (step.start == 0 || fresh.all() + old.all() + step.start <= bounds.highest);
      // Something is left to do and nothing is on its way: it does something.
      const bool rests = fresh.starting + old.starting == 0;
      const bool done = fresh.healthy == desired && fresh.unhealthy + old.all() == 0;
      const bool can = bounds.highest > bounds.lowest || healthy < bounds.lowest;
      good = good && (!rests || done || !can || !step.nothing());
      if (!good) ++wrong;
    });
    CHECK(wrong == 0);
  }

  TEST_CASE("random rollouts end, and never leave their bounds") {
    Stream luck{Seed{7}, "rollouts"};
    for (int run = 0; run < 400; ++run) {
      const auto desired = static_cast<std::int64_t>(luck.below(12));
      const auto minimum = static_cast<std::int64_t>(luck.below(101));
      const auto maximum = static_cast<std::int64_t>(100 + luck.below(150));
      const TaskBounds bounds = task_bounds(desired, minimum, maximum);
      if (bounds.highest == bounds.lowest && desired > 0) continue;  // blocked, as documented
      TaskCounts fresh;
      TaskCounts old{0, desired, 0};
      int steps = 0;
      while (old.all() > 0 || fresh.healthy < desired) {
        REQUIRE(++steps < 1000);
        const RolloutStep step = plan_rollout(desired, bounds, fresh, old);
        fresh.starting += step.start - step.stop_newest.starting;
        fresh.healthy -= step.stop_newest.healthy;
        old.healthy -= step.stop_older.healthy;
        REQUIRE(fresh.all() + old.all() <= bounds.highest);
        REQUIRE(fresh.healthy + old.healthy >= bounds.lowest);
        const auto come =
            static_cast<std::int64_t>(luck.below(static_cast<std::uint64_t>(fresh.starting) + 1));
        fresh.starting -= come;
        fresh.healthy += come;
      }
    }
  }
}

}  // namespace opsim::tests
