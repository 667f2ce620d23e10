// A group while ARC shifts traffic away from one of its zones.
// AWS: EC2 Auto Scaling API, AvailabilityZoneImpairmentPolicy: with ReplaceUnhealthy unhealthy
// members are replaced in all zones, with IgnoreUnhealthy not in the zone that is shifted away.
// User Guide, "Auto Scaling group zonal shift" (ec2-auto-scaling-zonal-shift): the group treats
// that zone as impaired. Estimate of what that means: it launches elsewhere, moves nothing to
// balance its zones until the shift is over, and then does so at once.
// SIMPLIFIED: what stands in a warm pool there still enters service.
#include "models/compute/group_shift.hpp"

#include "models/compute/groups.hpp"
#include "models/compute/input.hpp"

namespace opsim::compute {

namespace {

Group* group_named(Model& model, std::string_view name) {
  Groups& groups = static_cast<Groups&>(model);
  const Resource* resource = groups.cloud.resources().find(name);
  return resource == nullptr ? nullptr : groups.find(resource->place, name);
}

}  // namespace

std::optional<ApiError> read_impairment_policy(const Json& members, GroupSpec& spec) {
  const Json& policy = member(members, "AvailabilityZoneImpairmentPolicy");
  if (policy.is_null()) return std::nullopt;
  const std::string behaviour = text_of(policy, "ImpairedZoneHealthCheckBehavior");
  if (!behaviour.empty() && behaviour != "IgnoreUnhealthy" && behaviour != "ReplaceUnhealthy")
    return ApiError{"ValidationError",
                    "ImpairedZoneHealthCheckBehavior must be IgnoreUnhealthy or ReplaceUnhealthy"};
  ImpairmentPolicy given = spec.impairment.value_or(ImpairmentPolicy{});
  given.zonal_shift = boolean_of(policy, "ZonalShiftEnabled").value_or(given.zonal_shift);
  if (!behaviour.empty()) given.ignores_unhealthy = behaviour == "IgnoreUnhealthy";
  spec.impairment = given;
  return std::nullopt;
}

Json impairment_json(const ImpairmentPolicy& policy) {
  return {{"ZonalShiftEnabled", policy.zonal_shift},
          {"ImpairedZoneHealthCheckBehavior",
           policy.ignores_unhealthy ? "IgnoreUnhealthy" : "ReplaceUnhealthy"}};
}

std::optional<double> read_shifted(Model& model, std::string_view name, std::string_view zone) {
  const Group* group = group_named(model, name);
  if (group == nullptr || zone.empty()) return std::nullopt;
  return group->shifted.contains(zone) ? 1 : 0;
}

void change_shifted(Model& model, std::string_view name, std::string_view zone, Change change) {
  Groups& groups = static_cast<Groups&>(model);
  Group* const group = group_named(model, name);
  if (group == nullptr || zone.empty()) return;
  const bool away = change.value >= 0.5;
  if (away == group->shifted.contains(zone)) return;
  if (away) {
    group->shifted.emplace(zone);
    return;
  }
  group->shifted.erase(group->shifted.find(zone));
  if (group->spec.impairment && group->spec.impairment->ignores_unhealthy)
    replace_unhealthy(groups, *group);
  balance(groups, *group);
}

}  // namespace opsim::compute
