#pragma once
/// How a group spreads over its Availability Zones: pure rules.
/// AWS: EC2 Auto Scaling User Guide, "Auto Scaling group Availability Zone distribution" and
/// "Rebalancing activities" (auto-scaling-benefits).
#include <cstdint>
#include <span>

namespace opsim::compute {

struct ZoneLoad {
  /// closed: launches fail there for now. left: the group uses the zone no longer.
  enum class Use : std::uint8_t { open, closed, left };
  std::int64_t active = 0;   // instances that are there or on their way
  std::int64_t movable = 0;  // of these, not protected from scale-in
  Use use = Use::open;
};

/// How many instances must move until no two open zones differ by more than one, and none stands in
/// a zone that was left. Nothing moves out of a closed zone: it may open again.
[[nodiscard]] std::int64_t moves_to_balance(std::span<const ZoneLoad> zones);

/// "It can temporarily exceed the specified maximum capacity by a 10 percent margin (or by a
/// 1-instance margin, whichever is greater)." UNDOCUMENTED: rounded down.
[[nodiscard]] constexpr std::int64_t largest_while_rebalancing(std::int64_t max_size) {
  const std::int64_t margin = max_size / 10;
  return max_size + (margin > 1 ? margin : 1);
}

}  // namespace opsim::compute
