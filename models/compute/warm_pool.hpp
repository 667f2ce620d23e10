#pragma once
/// Warm pools: instances that are initialised and wait beside their group.
/// AWS: EC2 Auto Scaling User Guide, "Warm pools for Amazon EC2 Auto Scaling"; API PutWarmPool.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/compute/lifecycle.hpp"

namespace opsim::compute {

class Groups;
struct Group;
struct Instance;
struct Member;

struct WarmPool {
  enum class State : std::uint8_t { stopped, running, hibernated } state = State::stopped;
  std::int64_t min_size = 0;
  std::optional<std::int64_t> max_prepared;  // MaxGroupPreparedCapacity; else the group's maximum
  bool reuse_on_scale_in = false;
  bool leaving = false;  // being deleted
};
[[nodiscard]] std::string_view to_string(WarmPool::State state);

/// "The size of the warm pool is the difference between the maximum prepared capacity and the
/// desired capacity", at least the minimum.
[[nodiscard]] constexpr std::int64_t warm_pool_size(const WarmPool& pool, std::int64_t max_size,
                                                    std::int64_t desired) {
  if (pool.leaving) return 0;
  return std::max(pool.min_size, pool.max_prepared.value_or(max_size) - desired);
}

/// Launches into the pool, or ends what it has too many of.
void balance_pool(Groups& groups, Group& group);
/// Fills a pool that stands from the start.
void fill_standing_pool(Groups& groups, Group& group);
/// Moves a ready instance of the pool into the group; false when there is none.
bool take_from_pool(Groups& groups, Group& group, std::string_view cause);
/// An instance of the pool runs, has stopped or is gone.
void pool_state_changed(Groups& groups, Group& group, Member& member, Instance& instance);
/// Whether a member that leaves goes (back) to the pool instead of its end.
[[nodiscard]] bool goes_to_pool(const Group& group, const Member& member);
/// No hook holds it: it becomes what the pool keeps.
void settle_in_pool(Groups& groups, Group& group, Member& member);

}  // namespace opsim::compute
