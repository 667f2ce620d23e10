// Just enough of VPC to place instances: which zone a subnet is in, which addresses it has.
// SIMPLIFIED: no routes, no gateways, no traffic; a default VPC stands in every Region with one
// subnet a zone, as in a new account (VPC User Guide, "Default VPCs": 172.31.0.0/16).
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kDefaultRange = "172.31.0.0/16";

/// The first address of "10.0.1.0/24"; of 172.31.0.0/16 where the text is no range.
std::uint32_t first_address(std::string_view cidr) {
  std::uint32_t address = 0;
  const char* at = cidr.data();
  const char* const end = cidr.data() + cidr.size();
  for (int i = 0; i < 4; ++i) {
    std::uint32_t part = 0;
    const auto [next, error] = std::from_chars(at, end, part);
    if (error != std::errc{} || part > 255) return 0xac1f0000U;
    address = (address << 8U) | part;
    at = next < end ? next + 1 : next;
  }
  return address;
}

const std::string& default_vpc(Fleet& fleet, const Place& place) {
  std::string& vpc = fleet.default_vpcs[place];
  if (vpc.empty()) vpc = fleet.cloud.next_id("vpc-");
  return vpc;
}

}  // namespace

Subnet& subnet_of(Fleet& fleet, const Place& place, const std::string& id) {
  const auto [found, fresh] = fleet.subnets.try_emplace({place, id});
  Subnet& subnet = found->second;
  if (!fresh) return subnet;
  // A subnet of another stack, passed as a parameter: zones are taken in turn, so that a list of
  // three is three zones.
  const std::vector<std::string> zones = zones_of(place.region);
  std::size_t strangers = 0;
  for (const auto& [key, other] : fleet.subnets)
    if (key.first == place && other.cidr.empty()) ++strangers;
  subnet.id = id;
  subnet.zone = zones[(strangers - 1) % zones.size()];
  if (const Resource* known = fleet.cloud.resources().find(id); known != nullptr)
    if (const auto zone = known->attributes.find("AvailabilityZone");
        zone != known->attributes.end() && zone->is_string())
      subnet.zone = zone->get<std::string>();
  subnet.vpc = default_vpc(fleet, place);
  subnet.first_address =
      first_address(kDefaultRange) + static_cast<std::uint32_t>(strangers << 12U);
  return subnet;
}

Subnet& default_subnet(Fleet& fleet, const Place& place, const std::string& zone) {
  for (auto& [key, subnet] : fleet.subnets)
    if (key.first == place && subnet.zone == zone && subnet.cidr == kDefaultRange) return subnet;
  const std::string id = fleet.cloud.next_id("subnet-");
  Subnet& subnet = fleet.subnets[{place, id}];
  subnet.id = id;
  subnet.zone = zone;
  subnet.vpc = default_vpc(fleet, place);
  subnet.cidr = kDefaultRange;
  // One block of 4,096 addresses a zone, by the zone's letter.
  const auto block = static_cast<std::uint32_t>(zone.empty() ? 0 : zone.back() - 'a') & 0xfU;
  subnet.first_address = first_address(kDefaultRange) + (block << 12U);
  return subnet;
}

/// The first four addresses of a subnet are reserved (VPC User Guide, "Subnet sizing").
/// SIMPLIFIED: addresses are not given back and never run out.
std::string take_address(Subnet& subnet) {
  const std::uint32_t address =
      (subnet.first_address == 0 ? first_address(subnet.cidr) : subnet.first_address) + 4 +
      subnet.used++;
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 0xffU,
                     (address >> 8U) & 0xffU, address & 0xffU);
}

}  // namespace opsim::compute
