// AWS: EC2 API reference, DescribeAvailabilityZones, DescribeSubnets, DescribeVpcs: as much as
// placement needs.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/filters.hpp"

namespace opsim::compute {

ApiResult<Json> describe_availability_zones(Fleet& /*fleet*/, const Request& request) {
  const std::vector<std::string> wanted = texts_of(request.input, "ZoneNames");
  Json list = Json::array();
  for (const std::string& zone : zones_of(request.place().region)) {
    if (!wanted.empty() && std::ranges::count(wanted, zone) == 0) continue;
    list.push_back({{"ZoneName", zone},
                    {"RegionName", request.place().region},
                    {"State", "available"},
                    {"ZoneType", "availability-zone"}});
  }
  return Json{{"AvailabilityZones", std::move(list)}};
}

ApiResult<Json> describe_subnets(Fleet& fleet, const Request& request) {
  constexpr std::string_view kFilters[] = {"availability-zone", "subnet-id", "vpc-id"};
  const auto filters = read_filters(request.input, kFilters);
  if (!filters) return filters.error();
  const std::vector<std::string> ids = texts_of(request.input, "SubnetIds");
  std::vector<std::string> missing = ids;
  Json list = Json::array();
  for (const auto& [key, subnet] : fleet.subnets) {
    if (key.first != request.place()) continue;
    std::erase(missing, subnet.id);
    if (!ids.empty() && std::ranges::count(ids, subnet.id) == 0) continue;
    const auto values = [&](std::string_view name) -> std::vector<std::string> {
      if (name == "availability-zone") return {subnet.zone};
      return {name == "subnet-id" ? subnet.id : subnet.vpc};
    };
    if (!passes(*filters, {}, values)) continue;
    list.push_back({{"SubnetId", subnet.id},
                    {"VpcId", subnet.vpc},
                    {"AvailabilityZone", subnet.zone},
                    {"CidrBlock", subnet.cidr},
                    {"OwnerId", request.place().account},
                    {"State", "available"}});
  }
  if (!missing.empty())
    return ApiError{"InvalidSubnetID.NotFound",
                    fmt::format("The subnet ID '{}' does not exist", missing.front())};
  return Json{{"Subnets", std::move(list)}};
}

ApiResult<Json> describe_vpcs(Fleet& fleet, const Request& request) {
  const std::vector<std::string> wanted = texts_of(request.input, "VpcIds");
  std::set<std::string> known;
  for (const auto& [key, subnet] : fleet.subnets)
    if (key.first == request.place()) known.insert(subnet.vpc);
  Json list = Json::array();
  for (const std::string& vpc : known) {
    if (!wanted.empty() && std::ranges::count(wanted, vpc) == 0) continue;
    list.push_back({{"VpcId", vpc},
                    {"State", "available"},
                    {"OwnerId", request.place().account},
                    {"IsDefault", fleet.default_vpcs[request.place()] == vpc}});
  }
  return Json{{"Vpcs", std::move(list)}};
}

}  // namespace opsim::compute
