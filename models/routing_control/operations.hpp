#pragma once
/// The operations of both APIs, and the resource types.
#include <span>

#include "models/routing_control/routing_control.hpp"
#include "opsim/cloud/service.hpp"

namespace opsim::routing_control {

// ---- config_operations.cpp: route53-recovery-control-config ----
extern const std::span<const Operation> kConfigOperations;

// ---- state_operations.cpp: route53-recovery-cluster, the data plane ----

/// The endpoints of a cluster reach the same routing controls.
struct Endpoints : Model {
  explicit Endpoints(Cloud& world) : cloud{world} {}
  Cloud& cloud;
};
extern const std::span<const Operation> kStateOperations;

// ---- resources.cpp ----
extern const std::span<const ResourceType> kResources;

}  // namespace opsim::routing_control
