#pragma once
/// Groups with several instance types and purchase options: what the next launch should be.
/// AWS: EC2 Auto Scaling User Guide, "Auto Scaling groups with multiple instance types and purchase
/// options" (ec2-auto-scaling-mixed-instances-groups); API InstancesDistribution,
/// LaunchTemplateOverrides.
/// SIMPLIFIED: there are no prices and no pools of spare capacity: every allocation strategy takes
/// the overrides in their order, skipping those for which a zone has no capacity.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/launch_spec.hpp"
#include "opsim/cloud/api.hpp"

namespace opsim::compute {

struct Override {
  std::string instance_type;
  std::int64_t weight = 1;  // WeightedCapacity, in units of the desired capacity
};

struct MixedInstances {
  std::vector<Override> overrides;
  std::int64_t on_demand_base = 0;          // API default
  std::int64_t on_demand_percentage = 100;  // above the base; API default
  std::string on_demand_strategy;           // as given, or ""
  std::string spot_strategy;
  Json shown;  // MixedInstancesPolicy, with the defaults that AWS fills in
};

/// Nothing where the group has no mixed instances policy.
[[nodiscard]] ApiResult<std::optional<MixedInstances>> read_mixed_instances(const Json& members);

/// "The base is fulfilled first, then the percentages above it": units that should be On-Demand of
/// so many. UNDOCUMENTED: a part of a unit is On-Demand.
[[nodiscard]] std::int64_t on_demand_share(const MixedInstances& mixed, std::int64_t units);

/// What to buy, by preference.
struct Purchase {
  std::shared_ptr<const LaunchSpec> spec;
  std::int64_t weight = 1;
  bool spot = false;
};

}  // namespace opsim::compute
