#pragma once
/// EC2 instances that run tasks, and the capacity providers that scale their groups.
#include <cstdint>
#include <optional>
#include <string>

#include "opsim/cloud/metrics.hpp"

namespace opsim::ecs {

/// An EC2 instance that runs tasks.
struct ContainerInstance {
  std::string arn{};
  std::string instance{};  // "i-00000001"
  std::string type{};      // "m5.large"
  Place place{};
  std::string cluster{};
  std::string zone{};
  std::string address{};
  std::string capacity_provider{};
  std::int64_t cpu_units = 0;   // registered
  std::int64_t memory_mib = 0;  //
  bool draining = false;
  bool connected = true;  // the agent
  bool down = false;      // answers nobody
  bool protects = false;  // it is protected from scale-in, for the tasks that it runs
  bool leaves = false;    // its group waits until it is drained
  std::int64_t version = 1;
  SimTime registered{};
};

/// ManagedScaling of a capacity provider.
struct ManagedScaling {
  std::int64_t target_capacity = 100;
  std::int64_t min_step = 1;
  std::int64_t max_step = 10'000;
  std::int64_t warmup = 300;  // instanceWarmupPeriod, seconds
};

struct CapacityProvider {
  std::string name{};
  std::string arn{};
  std::string group{};  // name of the Auto Scaling group
  std::optional<ManagedScaling> scaling{};
  std::string policy{};                   // of the group, once a cluster uses the provider
  bool protects = false;                  // managedTerminationProtection
  bool drains = false;                    // managedDraining
  std::optional<SourceId> reservation{};  // CapacityProviderReservation
  std::optional<double> reserved{};       // what it says now
};

}  // namespace opsim::ecs
