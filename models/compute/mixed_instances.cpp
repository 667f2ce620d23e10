#include "models/compute/mixed_instances.hpp"

#include <algorithm>

#include "models/compute/groups.hpp"
#include "models/compute/instance_types.hpp"

namespace opsim::compute {

namespace {

// API LaunchTemplateOverrides: "WeightedCapacity must be in the range of 1-999"; LaunchTemplate:
// up to 40 overrides.
constexpr std::int64_t kLargestWeight = 999;
constexpr std::size_t kMostOverrides = 40;

ApiError mixed_error(std::string message) { return {"ValidationError", std::move(message)}; }

/// "Create a mixed instances group using attribute-based instance type selection": every type that
/// meets the requirements may be launched.
std::optional<ApiError> add_by_attributes(const Json& requirements, const Override& one,
                                          const std::string& unit,
                                          std::vector<Override>& overrides) {
  if (!one.instance_type.empty())
    return mixed_error("InstanceType and InstanceRequirements must not be specified together");
  const auto types = types_that_meet(requirements);
  if (!types) return types.error();
  if (types->empty()) return mixed_error("No instance type satisfies the InstanceRequirements");
  for (const InstanceType* type : *types)
    overrides.push_back({type->name, unit.empty() ? one.weight : capacity_units(*type, unit)});
  return std::nullopt;
}

/// `unit`: DesiredCapacityType, or "".
ApiResult<std::vector<Override>> read_overrides(const Json& list, const std::string& unit) {
  std::vector<Override> overrides;
  if (!list.is_array()) return overrides;
  if (list.size() > kMostOverrides) return mixed_error("Too many overrides; up to 40 are allowed");
  for (const Json& one : list) {
    Override read;
    read.instance_type = text_of(one, "InstanceType");
    const Json& weight = member(one, "WeightedCapacity");
    if (!weight.is_null()) {
      const auto units = integer_of(weight);
      if (!units || *units < 1 || *units > kLargestWeight)
        return mixed_error("WeightedCapacity must be in the range of 1-999");
      read.weight = *units;
    }
    const Json& requirements = member(one, "InstanceRequirements");
    if (!requirements.is_object()) {
      overrides.push_back(std::move(read));
      continue;
    }
    if (auto wrong = add_by_attributes(requirements, read, unit, overrides))
      return *std::move(wrong);
  }
  return overrides;
}

/// API InstancesDistribution: the defaults.
Json shown_policy(const Json& policy, const MixedInstances& mixed) {
  const Json& given = member(policy, "InstancesDistribution");
  const auto or_default = [](const std::string& text, const char* otherwise) {
    return text.empty() ? std::string{otherwise} : text;
  };
  Json distribution{
      {"OnDemandAllocationStrategy", or_default(mixed.on_demand_strategy, "prioritized")},
      {"OnDemandBaseCapacity", mixed.on_demand_base},
      {"OnDemandPercentageAboveBaseCapacity", mixed.on_demand_percentage},
      {"SpotAllocationStrategy", or_default(mixed.spot_strategy, "lowest-price")}};
  if (distribution["SpotAllocationStrategy"] == "lowest-price")
    distribution["SpotInstancePools"] = integer_of(given, "SpotInstancePools").value_or(2);
  if (const std::string price = text_of(given, "SpotMaxPrice"); !price.empty())
    distribution["SpotMaxPrice"] = price;
  return {{"LaunchTemplate", member(policy, "LaunchTemplate")},
          {"InstancesDistribution", std::move(distribution)}};
}

/// Of one purchase option: every override, in order, or the group's own type.
std::vector<Purchase> options(const Group& group, bool spot) {
  std::vector<Purchase> wanted;
  for (std::size_t i = 0; i < group.override_specs.size(); ++i)
    wanted.push_back({group.override_specs[i], group.spec.mixed->overrides[i].weight, spot});
  if (wanted.empty()) wanted.push_back({group.launch, 1, spot});
  return wanted;
}

}  // namespace

ApiResult<std::optional<MixedInstances>> read_mixed_instances(const Json& members) {
  const Json& policy = member(members, "MixedInstancesPolicy");
  if (!policy.is_object()) return std::optional<MixedInstances>{};
  MixedInstances mixed;
  auto overrides = read_overrides(member(member(policy, "LaunchTemplate"), "Overrides"),
                                  text_of(members, "DesiredCapacityType"));
  if (!overrides) return overrides.error();
  mixed.overrides = std::move(*overrides);
  const Json& distribution = member(policy, "InstancesDistribution");
  mixed.on_demand_base = integer_of(distribution, "OnDemandBaseCapacity").value_or(0);
  mixed.on_demand_percentage =
      integer_of(distribution, "OnDemandPercentageAboveBaseCapacity").value_or(100);
  mixed.on_demand_strategy = text_of(distribution, "OnDemandAllocationStrategy");
  mixed.spot_strategy = text_of(distribution, "SpotAllocationStrategy");
  mixed.shown = shown_policy(policy, mixed);
  if (mixed.on_demand_base < 0) return mixed_error("OnDemandBaseCapacity must not be negative");
  if (mixed.on_demand_percentage < 0 || mixed.on_demand_percentage > 100)
    return mixed_error("OnDemandPercentageAboveBaseCapacity must be between 0 and 100");
  return std::optional<MixedInstances>{std::move(mixed)};
}

std::int64_t on_demand_share(const MixedInstances& mixed, std::int64_t units) {
  const std::int64_t above = std::max<std::int64_t>(0, units - mixed.on_demand_base);
  return std::min(units, mixed.on_demand_base) + (above * mixed.on_demand_percentage + 99) / 100;
}

std::vector<Purchase> next_purchases(const Group& group) {
  if (group.launch == nullptr) return {};
  const bool asked = group.launch->spot;  // InstanceMarketOptions of its template
  if (!group.spec.mixed) return {{group.launch, 1, asked}};
  const std::int64_t wanted = std::max(group.spec.desired, group.active() + 1);
  const bool spot = group.on_demand_units() >= on_demand_share(*group.spec.mixed, wanted);
  return options(group, spot);
}

}  // namespace opsim::compute
