// Internet gateways and NAT gateways.
// AWS: EC2 API reference, the operations on them; VPC User Guide, "NAT gateways".
// SIMPLIFIED: a NAT gateway is available at once, and deleted at once (AWS: within minutes).
#include <fmt/format.h>

#include <algorithm>

#include "models/vpc/filters.hpp"

namespace opsim::vpc {

namespace {

ApiError no_gateway(const std::string& id) {
  return {"InvalidInternetGatewayID.NotFound",
          fmt::format("The internetGateway ID '{}' does not exist", id)};
}

ApiResult<InternetGateway*> gateway_in(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "InternetGatewayId");
  const auto found = vpc.internet_gateways.find(id);
  if (found == vpc.internet_gateways.end() || found->second.place != request.place())
    return no_gateway(id);
  return &found->second;
}

Json gateway_json(const Vpc& vpc, const InternetGateway& gateway) {
  Json attachments = Json::array();
  if (!gateway.vpc.empty()) attachments.push_back({{"VpcId", gateway.vpc}, {"State", "available"}});
  return {{"InternetGatewayId", gateway.id},
          {"OwnerId", gateway.place.account},
          {"Attachments", std::move(attachments)},
          {"Tags", tags_json(vpc, gateway.id)}};
}

Json nat_json(const Vpc& vpc, const NatGateway& gateway) {
  Json addresses = Json::array();
  if (!gateway.allocation.empty()) {
    Json one{{"AllocationId", gateway.allocation}};
    if (const auto address = vpc.addresses.find(gateway.allocation); address != vpc.addresses.end())
      one["PublicIp"] = address->second.ip;
    addresses.push_back(std::move(one));
  }
  return {{"NatGatewayId", gateway.id},
          {"SubnetId", gateway.subnet},
          {"VpcId", gateway.vpc},
          {"State", gateway.state},
          {"ConnectivityType", gateway.connectivity},
          {"CreateTime", iso8601(std::chrono::floor<std::chrono::seconds>(gateway.created))},
          {"NatGatewayAddresses", std::move(addresses)},
          {"Tags", tags_json(vpc, gateway.id)}};
}

std::string vpc_of_subnet(const Vpc& vpc, const Place& place, const std::string& subnet) {
  const auto answer = vpc.cloud.inspect(place, "ec2", "DescribeSubnets", {{"SubnetIds", {subnet}}});
  return answer && !answer->at("Subnets").empty() ? input::text(answer->at("Subnets")[0], "VpcId")
                                                  : std::string{};
}

}  // namespace

InternetGateway& make_internet_gateway(Vpc& vpc, const Place& place) {
  const std::string id = vpc.cloud.next_id("igw-");
  return vpc.internet_gateways[id] = {id, "", place};
}

NatGateway& make_nat_gateway(Vpc& vpc, const Place& place, const Json& input) {
  NatGateway gateway;
  gateway.id = vpc.cloud.next_id("nat-");
  gateway.subnet = input::text(input, "SubnetId");
  gateway.vpc = vpc_of_subnet(vpc, place, gateway.subnet);
  gateway.allocation = input::text(input, "AllocationId");
  if (const std::string kind = input::text(input, "ConnectivityType"); !kind.empty())
    gateway.connectivity = kind;
  gateway.place = place;
  gateway.created = vpc.cloud.sim().now();
  return vpc.nat_gateways[gateway.id] = gateway;
}

Answer create_internet_gateway(Vpc& vpc, const Request& request) {
  const InternetGateway& made = make_internet_gateway(vpc, request.place());
  enter(vpc, request.place(), "AWS::EC2::InternetGateway", made.id,
        input::member(request.input, "TagSpecifications"), {{"InternetGatewayId", made.id}});
  return Json{{"InternetGateway", gateway_json(vpc, made)}};
}

Answer attach_internet_gateway(Vpc& vpc, const Request& request) {
  const auto gateway = gateway_in(vpc, request);
  if (!gateway) return gateway.error();
  const std::string to = input::text(request.input, "VpcId");
  if (!(*gateway)->vpc.empty())
    return ApiError{"Resource.AlreadyAssociated",
                    fmt::format("resource {} is already attached to network {}", (*gateway)->id,
                                (*gateway)->vpc)};
  for (const auto& [id, other] : vpc.internet_gateways)
    if (other.place == request.place() && other.vpc == to)
      return ApiError{"InvalidParameterValue",
                      fmt::format("Network {} already has an internet gateway attached", to)};
  (*gateway)->vpc = to;
  return Json::object();
}

Answer detach_internet_gateway(Vpc& vpc, const Request& request) {
  const auto gateway = gateway_in(vpc, request);
  if (!gateway) return gateway.error();
  if ((*gateway)->vpc.empty() || (*gateway)->vpc != input::text(request.input, "VpcId"))
    return ApiError{"Gateway.NotAttached",
                    fmt::format("resource {} is not attached to network {}", (*gateway)->id,
                                input::text(request.input, "VpcId"))};
  (*gateway)->vpc.clear();
  return Json::object();
}

Answer delete_internet_gateway(Vpc& vpc, const Request& request) {
  const auto gateway = gateway_in(vpc, request);
  if (!gateway) return gateway.error();
  if (!(*gateway)->vpc.empty())
    return ApiError{"DependencyViolation",
                    fmt::format("The internetGateway '{}' has dependencies and cannot be deleted.",
                                (*gateway)->id)};
  const std::string id = (*gateway)->id;
  vpc.cloud.resources().remove(id);
  vpc.internet_gateways.erase(id);
  return Json::object();
}

Answer create_nat_gateway(Vpc& vpc, const Request& request) {
  if (input::text(request.input, "SubnetId").empty())
    return ApiError{"MissingParameter", "The request must contain the parameter SubnetId"};
  const NatGateway& made = make_nat_gateway(vpc, request.place(), request.input);
  enter(vpc, request.place(), "AWS::EC2::NatGateway", made.id,
        input::member(request.input, "TagSpecifications"), {{"NatGatewayId", made.id}});
  return Json{{"NatGateway", nat_json(vpc, made)}};
}

Answer delete_nat_gateway(Vpc& vpc, const Request& request) {
  const std::string id = input::text(request.input, "NatGatewayId");
  const auto found = vpc.nat_gateways.find(id);
  if (found == vpc.nat_gateways.end() || found->second.place != request.place())
    return ApiError{"NatGatewayNotFound", fmt::format("The Nat Gateway {} was not found", id)};
  found->second.state = "deleted";
  return Json{{"NatGatewayId", id}};
}

Answer describe_internet_gateways(Vpc& vpc, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "InternetGatewayIds");
  for (const std::string& id : ids)
    if (!vpc.internet_gateways.contains(id)) return no_gateway(id);
  Json list = Json::array();
  for (const auto& [id, gateway] : vpc.internet_gateways) {
    if (gateway.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto wanted = passes(
        vpc, request.input, id,
        [&gateway = gateway](std::string_view name) -> std::optional<std::vector<std::string>> {
          if (name == "internet-gateway-id") return std::vector{gateway.id};
          if (name == "attachment.vpc-id") return std::vector{gateway.vpc};
          if (name == "attachment.state")
            return std::vector<std::string>{gateway.vpc.empty() ? "" : "available"};
          return std::nullopt;
        });
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(gateway_json(vpc, gateway));
  }
  return Json{{"InternetGateways", std::move(list)}};
}

Answer describe_nat_gateways(Vpc& vpc, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "NatGatewayIds");
  Json list = Json::array();
  Json input = request.input;  // "Filter" here, not "Filters"
  if (const Json& filter = input::member(request.input, "Filter"); filter.is_array())
    input["Filters"] = filter;
  for (const auto& [id, gateway] : vpc.nat_gateways) {
    if (gateway.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto wanted = passes(
        vpc, input, id,
        [&gateway = gateway](std::string_view name) -> std::optional<std::vector<std::string>> {
          if (name == "nat-gateway-id") return std::vector{gateway.id};
          if (name == "state") return std::vector{gateway.state};
          if (name == "subnet-id") return std::vector{gateway.subnet};
          if (name == "vpc-id") return std::vector{gateway.vpc};
          return std::nullopt;
        });
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(nat_json(vpc, gateway));
  }
  return Json{{"NatGateways", std::move(list)}};
}

}  // namespace opsim::vpc
