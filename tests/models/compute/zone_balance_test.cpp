#include "models/compute/zone_balance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "opsim/kernel/random.hpp"

namespace opsim::tests {

namespace {

using compute::largest_while_rebalancing;
using compute::moves_to_balance;
using compute::ZoneLoad;

/// Moves one instance at a time from the fullest to the emptiest until that narrows nothing.
std::int64_t moves_one_by_one(std::vector<ZoneLoad> zones) {
  std::int64_t moves = 0;
  for (;;) {
    ZoneLoad* from = nullptr;
    ZoneLoad* to = nullptr;
    for (ZoneLoad& zone : zones) {
      if (zone.use == ZoneLoad::Use::closed) continue;
      const bool left = zone.use == ZoneLoad::Use::left;
      if (!left && (to == nullptr || zone.active < to->active)) to = &zone;
      if (zone.movable == 0) continue;
      if (left && zone.active > 0) from = &zone;
      if (from == nullptr || (from->use == ZoneLoad::Use::open && zone.active > from->active))
        from = &zone;
    }
    if (from == nullptr || to == nullptr) return moves;
    if (from->use == ZoneLoad::Use::open && from->active - to->active < 2) return moves;
    --from->active, --from->movable;
    ++to->active, ++to->movable;
    ++moves;
  }
}

}  // namespace

TEST_SUITE("autoscaling: balance of zones") {
  TEST_CASE("worked example asg-rebal-004: ten per cent above the maximum, or one") {
    CHECK(largest_while_rebalancing(40) == 44);
    CHECK(largest_while_rebalancing(5) == 6);
    CHECK(largest_while_rebalancing(19) == 20);
    CHECK(largest_while_rebalancing(0) == 1);
  }

  TEST_CASE("zones may differ by one, and what was left moves") {
    using Use = ZoneLoad::Use;
    struct Row {
      std::vector<ZoneLoad> zones;
      std::int64_t moves;
    };
    const Row rows[] = {
        {{{2, 2, Use::open}, {1, 1, Use::open}}, 0},
        {{{3, 3, Use::open}, {1, 1, Use::open}}, 1},
        {{{6, 6, Use::open}, {0, 0, Use::open}, {0, 0, Use::open}}, 4},
        {{{4, 1, Use::open}, {0, 0, Use::open}}, 1},  // three are protected
        {{{4, 4, Use::open}, {0, 0, Use::closed}}, 0},
        {{{2, 2, Use::open}, {3, 3, Use::left}}, 3},
        {{{5, 5, Use::closed}, {1, 1, Use::open}, {1, 1, Use::open}}, 0},
        {{}, 0},
    };
    for (const Row& row : rows) CHECK(moves_to_balance(row.zones) == row.moves);
  }

  TEST_CASE("as many as moving one by one takes, on random zones") {
    Stream luck{Seed{7}, "zones"};
    for (int round = 0; round < 3'000; ++round) {
      std::vector<ZoneLoad> zones(1 + luck.below(5));
      for (ZoneLoad& zone : zones) {
        zone.active = zone.movable = static_cast<std::int64_t>(luck.below(12));
        const auto dice = luck.below(6);
        if (dice == 0) zone.use = ZoneLoad::Use::closed;
        if (dice == 1) zone.use = ZoneLoad::Use::left;
      }
      CAPTURE(round);
      CHECK(moves_to_balance(zones) == moves_one_by_one(zones));
    }
  }
}

}  // namespace opsim::tests
