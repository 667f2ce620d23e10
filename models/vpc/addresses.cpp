// Elastic IP addresses.
// AWS: EC2 User Guide, "Elastic IP addresses" (five a Region); EC2 API reference, AllocateAddress,
// AssociateAddress, DisassociateAddress, ReleaseAddress, DescribeAddresses, "Error codes".
// Addresses come from a range for documentation (RFC 5737).
#include <fmt/format.h>

#include <algorithm>

#include "models/vpc/filters.hpp"

namespace opsim::vpc {

namespace {

constexpr std::ptrdiff_t kMostAddresses = 5;

ApiError no_allocation(const std::string& id) {
  return {"InvalidAllocationID.NotFound", fmt::format("The allocation ID '{}' does not exist", id)};
}

/// By AllocationId, AssociationId or PublicIp.
Address* address_in(Vpc& vpc, const Place& place, const Json& input) {
  const std::string allocation = input::text(input, "AllocationId");
  const std::string association = input::text(input, "AssociationId");
  std::string ip = input::text(input, "PublicIp");
  if (ip.empty()) ip = input::text(input, "EIP");
  for (auto& [id, address] : vpc.addresses) {
    if (address.place != place) continue;
    const bool named = (!allocation.empty() && id == allocation) ||
                       (!association.empty() && address.association == association) ||
                       (!ip.empty() && address.ip == ip);
    if (named) return &address;
  }
  return nullptr;
}

Json address_json(const Vpc& vpc, const Address& address) {
  Json view{{"AllocationId", address.allocation},
            {"PublicIp", address.ip},
            {"Domain", "vpc"},
            {"PublicIpv4Pool", "amazon"},
            {"NetworkBorderGroup", address.place.region},
            {"Tags", tags_json(vpc, address.ip)}};
  if (address.association.empty()) return view;
  view["AssociationId"] = address.association;
  if (!address.instance.empty()) view["InstanceId"] = address.instance;
  if (!address.interface.empty()) view["NetworkInterfaceId"] = address.interface;
  return view;
}

}  // namespace

ApiResult<Address*> make_address(Vpc& vpc, const Place& place, const Json& tags) {
  const auto here = [&](const auto& entry) { return entry.second.place == place; };
  if (std::ranges::count_if(vpc.addresses, here) >= kMostAddresses)
    return ApiError{"AddressLimitExceeded", "The maximum number of addresses has been reached."};
  Address address;
  address.allocation = vpc.cloud.next_id("eipalloc-");
  address.ip = fmt::format("198.51.100.{}", 1 + vpc.addresses_made++ % 254);
  address.place = place;
  if (!tags.is_null())
    enter(vpc, place, "AWS::EC2::EIP", address.ip, tags,
          {{"AllocationId", address.allocation}, {"PublicIp", address.ip}});
  return &(vpc.addresses[address.allocation] = std::move(address));
}

Answer associate(Vpc& vpc, const Place& place, const Json& input) {
  Address* address = address_in(vpc, place, input);
  if (address == nullptr) return no_allocation(input::text(input, "AllocationId"));
  const std::string instance = input::text(input, "InstanceId");
  const std::string interface = input::text(input, "NetworkInterfaceId");
  if (instance.empty() && interface.empty())
    return ApiError{"MissingParameter",
                    "Either 'InstanceId' or 'NetworkInterfaceId' should be specified."};
  if (!instance.empty()) {
    const auto known =
        vpc.cloud.inspect(place, "ec2", "DescribeInstances", {{"InstanceIds", {instance}}});
    if (!known) return known.error();
  }
  const bool again = input::boolean(input, "AllowReassociation").value_or(false);
  if (!address->association.empty() && !again)
    return ApiError{"Resource.AlreadyAssociated",
                    fmt::format("resource {} is already associated with associate-id {}",
                                address->allocation, address->association)};
  address->association = vpc.cloud.next_id("eipassoc-");
  address->instance = instance;
  address->interface = interface;
  return Json(address->association);
}

Answer allocate_address(Vpc& vpc, const Request& request) {
  const Json& given = input::member(request.input, "TagSpecifications");
  const auto made =
      make_address(vpc, request.place(), given.is_array() ? given : Json(Json::array()));
  if (!made) return made.error();
  return Json{{"AllocationId", (*made)->allocation},
              {"PublicIp", (*made)->ip},
              {"PublicIpv4Pool", "amazon"},
              {"NetworkBorderGroup", request.place().region},
              {"Domain", "vpc"}};
}

Answer associate_address(Vpc& vpc, const Request& request) {
  const auto made = associate(vpc, request.place(), request.input);
  if (!made) return made.error();
  return Json{{"AssociationId", *made}};
}

Answer disassociate_address(Vpc& vpc, const Request& request) {
  Address* address = address_in(vpc, request.place(), request.input);
  if (address == nullptr || address->association.empty())
    return ApiError{"InvalidAssociationID.NotFound",
                    fmt::format("The association ID '{}' does not exist",
                                input::text(request.input, "AssociationId"))};
  address->association.clear();
  address->instance.clear();
  address->interface.clear();
  return Json::object();
}

Answer release_address(Vpc& vpc, const Request& request) {
  Address* address = address_in(vpc, request.place(), request.input);
  if (address == nullptr) return no_allocation(input::text(request.input, "AllocationId"));
  if (!address->association.empty())
    return ApiError{"InvalidIPAddress.InUse", fmt::format("Address {} is in use.", address->ip)};
  vpc.cloud.resources().remove(address->ip);
  vpc.addresses.erase(std::string{address->allocation});
  return Json::object();
}

Answer describe_addresses(Vpc& vpc, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "AllocationIds");
  const std::vector<std::string> ips = input::texts(request.input, "PublicIps");
  for (const std::string& id : ids)
    if (address_in(vpc, request.place(), {{"AllocationId", id}}) == nullptr)
      return no_allocation(id);
  Json list = Json::array();
  for (const auto& [id, address] : vpc.addresses) {
    if (address.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    if (!ips.empty() && std::ranges::count(ips, address.ip) == 0) continue;
    const auto wanted = passes(
        vpc, request.input, address.ip,
        [&address = address](std::string_view name) -> std::optional<std::vector<std::string>> {
          if (name == "allocation-id") return std::vector{address.allocation};
          if (name == "association-id") return std::vector{address.association};
          if (name == "instance-id") return std::vector{address.instance};
          if (name == "public-ip") return std::vector{address.ip};
          if (name == "domain") return std::vector<std::string>{"vpc"};
          return std::nullopt;
        });
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(address_json(vpc, address));
  }
  return Json{{"Addresses", std::move(list)}};
}

}  // namespace opsim::vpc
