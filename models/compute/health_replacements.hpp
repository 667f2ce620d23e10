#pragma once
/// Members that fail health checks wait for their turn to be replaced.
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "opsim/kernel/simulation.hpp"

namespace opsim::compute {

class Groups;
struct Group;
struct Instance;
struct Member;

struct HealthTurn {
  std::string instance;
  std::string because;  // "an instance was taken out of service in response to ..."
  bool sticks = false;  // it does not get well while it waits
};

/// A member in service that is not ready yet.
struct Newcomer {
  std::string instance;
  std::int64_t weight = 1;
};

struct HealthReplacements {
  std::deque<HealthTurn> waiting;
  std::deque<Newcomer> fresh;  // in the order in which they entered service
  std::int64_t fresh_units = 0;
  bool at_work = false;
  Ticket next;  // the oldest newcomer has warmed up
};

/// A health check has found a running member unhealthy: it is marked, and replaced, in its turn.
void found_unhealthy(Groups& groups, Group& group, Member& member, std::string_view because,
                     bool sticks = false);
/// Marks those whose turn it is.
void take_turns(Groups& groups, Group& group);
/// A member has entered service.
void remember_newcomer(Groups& groups, Group& group, const Member& member);
/// Whether the checks of EC2 and of EBS volumes, as far as the group asks for them, fail.
[[nodiscard]] bool is_impaired(const Group& group, const Instance& instance);
/// Whether the load balancers that the group asks find it unhealthy.
[[nodiscard]] bool fails_targets(const Group& group, const Member& member);

}  // namespace opsim::compute
