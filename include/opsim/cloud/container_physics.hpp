#pragma once
/// What the containers of a task or of a pod do, which no template can say: how they start, leak,
/// hang, crash and end. ECS and Kubernetes read the same words.
#include <optional>
#include <string>

#include "opsim/document/node.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim {

struct ContainerPhysics {
  std::optional<Distribution> provisions_in;  // a network interface, a place on a node
  std::optional<Distribution> pulls_in;       // then, until the containers start
  std::optional<Distribution> boots_in;       // their start until they serve
  std::optional<Distribution> stops_in;       // SIGTERM until they end
  std::optional<double> starts;               // share of tasks whose image is there and starts
  std::optional<Distribution> crashes_after;  // of serving
  std::optional<Distribution> hangs_after;    // of serving
  std::optional<bool> checks_notice;          // whether health checks see a hang
  std::optional<double> cpu_level;            // per cent of what is reserved
  std::optional<double> cpu_noise;
  std::optional<Distribution> memory_from;  // per cent of what is reserved, after a start
  std::optional<double> memory_grows;       // per cent a second
  std::optional<double> memory_danger;
  std::optional<double> memory_hangs;  // where it no longer answers: a heap that is full
  std::optional<std::string> memory_of;
  std::optional<double> users;  // who use the service at a time
};

extern const Shape kContainerPhysics;

/// `values` was checked against kContainerPhysics.
[[nodiscard]] ContainerPhysics read_container_physics(const Node& values);
/// `over` where it says something, else `under`.
[[nodiscard]] ContainerPhysics merged(const ContainerPhysics& under, const ContainerPhysics& over);

}  // namespace opsim
