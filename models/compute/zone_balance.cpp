#include "models/compute/zone_balance.hpp"

#include <algorithm>
#include <vector>

namespace opsim::compute {

/// Each open zone's share is the mean, rounded down, and one more for the fullest ones while the
/// remainder lasts. What zones have above their share moves, as far as it is not protected.
std::int64_t moves_to_balance(std::span<const ZoneLoad> zones) {
  std::vector<ZoneLoad> open;
  std::int64_t total = 0;
  std::int64_t moves = 0;
  for (const ZoneLoad& zone : zones) {
    if (zone.use == ZoneLoad::Use::open) open.push_back(zone);
    if (zone.use == ZoneLoad::Use::open) total += zone.active;
    if (zone.use == ZoneLoad::Use::left) moves += zone.movable;
  }
  if (open.empty()) return 0;
  total += moves;
  std::ranges::sort(open, std::ranges::greater{}, &ZoneLoad::active);
  const auto count = static_cast<std::int64_t>(open.size());
  std::int64_t larger = total % count;
  for (const ZoneLoad& zone : open) {
    const std::int64_t share = total / count + (larger-- > 0 ? 1 : 0);
    moves += std::min(zone.movable, std::max<std::int64_t>(0, zone.active - share));
  }
  return moves;
}

}  // namespace opsim::compute
