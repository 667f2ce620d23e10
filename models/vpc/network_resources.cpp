// Templates: route tables, gateways, endpoints, flow logs.
// AWS: CloudFormation User Guide, the page of each type (what Ref and Fn::GetAtt give).
#include <fmt/format.h>

#include "models/vpc/vpc.hpp"

namespace opsim::vpc {

namespace {

Created named(std::string id, std::string_view attribute) {
  Created made;
  made.attributes[std::string{attribute}] = id;
  made.physical_id = std::move(id);
  return made;
}

}  // namespace

ApiResult<Created> create_route_table_resource(Vpc& vpc, const ResourceRequest& request) {
  const std::string of_vpc = input::text(request.properties, "VpcId");
  return named(make_route_table(vpc, request.place, of_vpc).id, "RouteTableId");
}

/// Ref gives "The ID of the route": here the table and the range.
ApiResult<Created> create_route_resource(Vpc& vpc, const ResourceRequest& request) {
  const std::string table = input::text(request.properties, "RouteTableId");
  const auto found = vpc.route_tables.find(table);
  if (found != vpc.route_tables.end())  // else of another stack, whose id was handed in
    if (auto wrong = put_route(found->second, request.properties, false))
      if (wrong->code == "RouteAlreadyExists") return *std::move(wrong);
  std::string range = input::text(request.properties, "DestinationCidrBlock");
  if (range.empty()) range = input::text(request.properties, "DestinationIpv6CidrBlock");
  return named(fmt::format("{}|{}", table, range), "CidrBlock");
}

ApiResult<Created> create_route_table_use_resource(Vpc& vpc, const ResourceRequest& request) {
  return named(use_route_table(vpc, request.place, input::text(request.properties, "RouteTableId"),
                               input::text(request.properties, "SubnetId")),
               "Id");
}

ApiResult<Created> create_internet_gateway_resource(Vpc& vpc, const ResourceRequest& request) {
  return named(make_internet_gateway(vpc, request.place).id, "InternetGatewayId");
}

ApiResult<Created> create_gateway_attachment_resource(Vpc& vpc, const ResourceRequest& request) {
  const std::string gateway = input::text(request.properties, "InternetGatewayId");
  const std::string to = input::text(request.properties, "VpcId");
  if (const auto found = vpc.internet_gateways.find(gateway); found != vpc.internet_gateways.end())
    found->second.vpc = to;
  return named(fmt::format("IGW|{}", to), "AttachmentType");
}

ApiResult<Created> create_nat_gateway_resource(Vpc& vpc, const ResourceRequest& request) {
  return named(make_nat_gateway(vpc, request.place, request.properties).id, "NatGatewayId");
}

ApiResult<Created> create_endpoint_resource(Vpc& vpc, const ResourceRequest& request) {
  const Endpoint& endpoint = make_endpoint(vpc, request.place, request.properties);
  Created made = named(endpoint.id, "Id");
  made.attributes["CreationTimestamp"] =
      iso8601(std::chrono::floor<std::chrono::seconds>(endpoint.created));
  // "vpce-...: Z111111QQQQQQQ:vpce-....ec2.us-east-1.vpce.amazonaws.com"
  made.attributes["DnsEntries"] = Json::array(
      {fmt::format("Z111111QQQQQQQ:{}.{}.vpce.amazonaws.com", endpoint.id, request.place.region)});
  made.attributes["NetworkInterfaceIds"] = Json::array();
  return made;
}

ApiResult<Created> create_flow_log_resource(Vpc& vpc, const ResourceRequest& request) {
  return named(make_flow_log(vpc, request.place, request.properties,
                             input::text(request.properties, "ResourceId"))
                   .id,
               "Id");
}

}  // namespace opsim::vpc
