#pragma once
/// The rows of physics of the two services: settings, faults, quantities.
#include <string_view>

#include "opsim/cloud/service.hpp"

namespace opsim::compute {

class Fleet;

void apply_instance_physics(Fleet& fleet, const PhysicsRequest& request);
void apply_group_physics(Fleet& fleet, const Place& place, std::string_view group,
                         const Node& values);

/// disk, memory, cpu (%), process NAME and reachable (1 or 0).
extern const std::span<const PhysicalQuantity> kInstanceQuantities;
extern const std::span<const Fault> kInstanceFaults;

}  // namespace opsim::compute
