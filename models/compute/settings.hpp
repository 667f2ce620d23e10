#pragma once
/// What a scenario says under `physics:` of an instance, a group, or all instances.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/agent_config.hpp"
#include "opsim/document/node.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::compute {

/// `disk: { from: 60 %, grows: 8 %/h, danger: 90 %, full: 100 %, size: 100 GB }`; likewise memory.
struct TankSettings {
  std::optional<Distribution> from;  // of what it holds; drawn once an instance
  std::optional<double> percent_per_second;
  std::optional<double> bytes_per_second;  // grows: 2 GB/h
  std::optional<double> danger;
  std::optional<double> full;
  std::optional<double> size_bytes;
};

struct ProcessSettings {
  std::string name;
  bool runs = true;  // listed as running: the instance is down while it is not
};

struct InstanceSettings {
  TankSettings disk;
  TankSettings memory;
  std::string memory_of;             // the process that leaks, killed when memory is exhausted
  std::optional<double> cpu_level;   // per cent
  std::optional<double> cpu_noise;   // per cent, either way
  std::optional<double> network_in;  // bytes a second
  std::optional<double> network_out;
  std::vector<ProcessSettings> processes;
  std::optional<Distribution> launches_in;  // pending to running
  std::optional<Distribution> boots_in;     // running to serving
  std::optional<AgentConfig> agent;
  std::optional<Distribution> installs_in;  // by user data, at the first boot
  std::optional<Duration> software_every;   // a new release of what is installed
  std::vector<std::int64_t> bad_software;   // releases whose processes do not run
};

/// The keys of the physics of an instance, for the reader, the schema and the reference.
extern const Shape kInstancePhysics;

/// `values` was checked against kInstancePhysics.
[[nodiscard]] InstanceSettings read_settings(const Node& values);
/// Bytes of "GB", "GiB" and their like; 0 for "%".
[[nodiscard]] double bytes_of_unit(std::string_view unit);
/// `over` where it says something, else `under`.
[[nodiscard]] InstanceSettings merged(const InstanceSettings& under, const InstanceSettings& over);

}  // namespace opsim::compute
