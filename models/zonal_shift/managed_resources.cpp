// What can be shifted: load balancers that have opted in, and Auto Scaling groups.
#include <fmt/format.h>

#include <algorithm>

#include "models/zonal_shift/zonal_shift.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::zonal_shift {

namespace {

/// "us-east-1" -> "use1", "ap-southeast-2" -> "apse2".
std::string short_region(std::string_view region) {
  std::string text{region.substr(0, 2)};
  const auto dash = region.rfind('-');
  const std::string_view direction = region.substr(3, dash - 3);
  for (const std::string_view word : {"north", "south", "east", "west", "central"})
    if (direction.find(word) != std::string_view::npos) text += word[0];
  return text + std::string{region.substr(dash + 1)};
}

struct Found {
  std::string arn;
  std::vector<std::string> zones;
  bool opted_in = true;
};

/// "zonal_shift.config.enabled": off by default.
std::optional<Found> find_balancer(ZonalShift& arc, const Place& place, const std::string& name) {
  const std::string member = name.starts_with("arn:") ? "LoadBalancerArns" : "Names";
  const auto answer =
      arc.cloud.inspect(place, "elbv2", "DescribeLoadBalancers", {{member, Json::array({name})}});
  if (!answer || answer->at("LoadBalancers").empty()) return std::nullopt;
  const Json& balancer = answer->at("LoadBalancers").at(0);
  Found found{.arn = input::text(balancer, "LoadBalancerArn"), .zones = {}, .opted_in = false};
  for (const Json& zone : balancer.at("AvailabilityZones"))
    found.zones.push_back(input::text(zone, "ZoneName"));
  const auto attributes = arc.cloud.inspect(place, "elbv2", "DescribeLoadBalancerAttributes",
                                            {{"LoadBalancerArn", found.arn}});
  if (attributes)
    for (const Json& attribute : attributes->at("Attributes"))
      if (input::text(attribute, "Key") == "zonal_shift.config.enabled")
        found.opted_in = input::text(attribute, "Value") == "true";
  return found;
}

/// AvailabilityZoneImpairmentPolicy.ZonalShiftEnabled. Where Auto Scaling does not tell it, the
/// group counts as opted in.
std::optional<Found> find_group(ZonalShift& arc, const Place& place, const std::string& name) {
  const auto slash = name.rfind('/');
  const std::string plain = slash == std::string::npos ? name : name.substr(slash + 1);
  const auto answer = arc.cloud.inspect(place, "autoscaling", "DescribeAutoScalingGroups",
                                        {{"AutoScalingGroupNames", Json::array({plain})}});
  if (!answer || answer->at("AutoScalingGroups").empty()) return std::nullopt;
  const Json& group = answer->at("AutoScalingGroups").at(0);
  const Json& policy = input::member(group, "AvailabilityZoneImpairmentPolicy");
  return Found{.arn = input::text(group, "AutoScalingGroupARN"),
               .zones = input::texts(group, "AvailabilityZones"),
               .opted_in = input::boolean(policy, "ZonalShiftEnabled").value_or(true)};
}

}  // namespace

std::string zone_id(const std::string& region, std::string_view zone) {
  const std::vector<std::string> zones = zones_of(region);
  const auto found = std::ranges::find(zones, zone);
  return fmt::format("{}-az{}", short_region(region), found - zones.begin() + 1);
}

std::optional<std::string> zone_named(const Place& place, std::string_view text) {
  for (const std::string& zone : zones_of(place.region))
    if (zone == text || zone_id(place.region, zone) == text) return zone;
  return std::nullopt;
}

ApiResult<ManagedResource*> managed(ZonalShift& arc, const Place& place, std::string_view name) {
  const std::string wanted{name};
  std::optional<Found> found = find_balancer(arc, place, wanted);
  if (!found) found = find_group(arc, place, wanted);
  if (!found || !found->opted_in)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("The resource {} is not managed: it is unknown, or zonal shift is "
                                "not enabled for it",
                                name),
                    404};
  ManagedResource& resource = arc.resources[found->arn];
  resource.arn = found->arn;
  resource.place = place;
  resource.zones = std::move(found->zones);
  return &resource;
}

std::vector<ManagedResource*> all_managed(ZonalShift& arc, const Place& place) {
  struct Listing {
    std::string_view service;
    std::string_view operation;
    std::string_view list;
    std::string_view arn;
  };
  constexpr Listing listings[] = {
      {"elbv2", "DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn"},
      {"autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups", "AutoScalingGroupARN"}};
  std::vector<ManagedResource*> found;
  for (const auto& [service, operation, list, arn] : listings) {
    const auto answer = arc.cloud.inspect(place, service, operation, Json::object());
    if (!answer) continue;
    for (const Json& one : input::member(*answer, list))
      if (const auto resource = managed(arc, place, input::text(one, arn)))
        found.push_back(*resource);
  }
  std::ranges::sort(found, {}, &ManagedResource::arn);
  return found;
}

}  // namespace opsim::zonal_shift
