// Resource types AWS::EC2::*. Instances, launch templates, volumes, subnets and VPCs are real;
// the network around them stands in models/vpc; the rest is a name that Ref and Fn::GetAtt give.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/ec2_resources.hpp"
#include "models/compute/volume_operations.hpp"

namespace opsim::compute {

std::string generated_name(const ResourceRequest& request) {
  return request.stack.empty() ? request.logical_id
                               : fmt::format("{}-{}", request.stack, request.logical_id);
}

Tags stack_tags(const ResourceRequest& request) {
  if (request.stack.empty()) return {};
  return {{"aws:cloudformation:logical-id", request.logical_id},
          {"aws:cloudformation:stack-name", request.stack}};
}

namespace {

Json launch_members(Fleet& fleet, const ResourceRequest& request, ApiResult<Json>& wrong) {
  const Json& reference = member(request.properties, "LaunchTemplate");
  if (!reference.is_object()) return request.properties;
  const auto version = find_template(fleet, request.place, reference);
  if (!version) {
    wrong = version.error();
    return {};
  }
  return overlaid(*version->data, request.properties);
}

ApiResult<Created> create_instance(Fleet& fleet, const ResourceRequest& request) {
  ApiResult<Json> wrong = Json{};
  const Json members = launch_members(fleet, request, wrong);
  if (!wrong) return wrong.error();
  LaunchOrder order;
  order.place = request.place;
  order.spec = std::make_shared<const LaunchSpec>(
      read_launch_spec(members, member(request.resource, "Metadata")));
  // What stands from the start has booted; what a stack of later makes boots first.
  order.stands = fleet.now() == fleet.cloud.sim().start();
  order.tags = stack_tags(request);
  const Instance& instance = launch(fleet, order);
  if (const Json& volumes = member(request.properties, "Volumes"); volumes.is_array())
    for (const Json& one : volumes)
      if (auto refused = attach_standing(fleet, instance, one)) return *std::move(refused);
  const Resource* entered = fleet.cloud.resources().find(instance.id);
  return Created{.physical_id = instance.id,
                 .arn = instance.arn(),
                 .attributes = entered == nullptr ? Json::object() : entered->attributes};
}

/// `AvailabilityZone`, or a zone for each subnet in turn.
ApiResult<Created> create_subnet(Fleet& fleet, const ResourceRequest& request) {
  const std::string id = fleet.cloud.next_id("subnet-");
  const std::vector<std::string> zones = zones_of(request.place.region);
  std::string zone = text_of(request.properties, "AvailabilityZone");
  if (zone.empty()) zone = zones[fleet.subnets_made++ % zones.size()];
  Subnet& subnet = fleet.subnets[{request.place, id}];
  subnet.id = id;
  subnet.zone = zone;
  subnet.vpc = text_of(request.properties, "VpcId");
  subnet.cidr = text_of(request.properties, "CidrBlock");
  return Created{.physical_id = id,
                 .arn = arn(request.place, "ec2", "subnet/" + id),
                 .attributes = {{"AvailabilityZone", zone},
                                {"CidrBlock", subnet.cidr},
                                {"SubnetId", id},
                                {"VpcId", subnet.vpc},
                                {"Ipv6CidrBlocks", Json::array()},
                                {"NetworkAclAssociationId", "aclassoc-d" + id.substr(8)}}};
}

/// What comes with it has ids of their own: "sg-d0000001" of vpc-00000001 (also in models/vpc).
ApiResult<Created> create_vpc(Fleet& fleet, const ResourceRequest& request) {
  const std::string id = fleet.cloud.next_id("vpc-");
  const std::string cidr = text_of(request.properties, "CidrBlock");
  return Created{.physical_id = id,
                 .arn = arn(request.place, "ec2", "vpc/" + id),
                 .attributes = {{"VpcId", id},
                                {"CidrBlock", cidr},
                                {"CidrBlockAssociations", Json::array()},
                                {"DefaultNetworkAcl", "acl-d" + id.substr(5)},
                                {"DefaultSecurityGroup", "sg-d" + id.substr(5)},
                                {"Ipv6CidrBlocks", Json::array()}}};
}

/// What Ref gives begins with this; what Fn::GetAtt gives is the id under these names.
struct Named {
  std::string_view type;
  std::string_view prefix;
  std::string_view attributes[3] = {};
};
constexpr Named kNamed[] = {
    {"AWS::EC2::DHCPOptions", "dopt-", {"DhcpOptionsId"}},
    {"AWS::EC2::KeyPair", "key-", {"KeyPairId"}},
    {"AWS::EC2::NetworkInterface", "eni-", {"Id", "PrimaryPrivateIpAddress"}},
    {"AWS::EC2::TransitGateway", "tgw-", {"Id"}},
    {"AWS::EC2::TransitGatewayAttachment", "tgw-attach-", {"Id"}},
    {"AWS::EC2::TransitGatewayPeeringAttachment", "tgw-attach-", {"TransitGatewayAttachmentId"}},
    {"AWS::EC2::TransitGatewayRouteTable", "tgw-rtb-", {"TransitGatewayRouteTableId"}},
    {"AWS::EC2::TransitGatewayVpcAttachment", "tgw-attach-", {"Id"}},
};

/// A key pair keeps its name.
std::string named_id(Fleet& fleet, const ResourceRequest& request, const Named& row) {
  if (row.type == "AWS::EC2::KeyPair")
    if (std::string name = text_of(request.properties, "KeyName"); !name.empty()) return name;
  return fleet.cloud.next_id(row.prefix);
}

ApiResult<Created> create_named(Fleet& fleet, const ResourceRequest& request) {
  const auto row = std::ranges::find(kNamed, request.type, &Named::type);
  Created made;
  if (row == std::end(kNamed)) {
    made.physical_id = generated_name(request);
    return made;
  }
  made.physical_id = named_id(fleet, request, *row);
  for (const std::string_view name : row->attributes)
    if (!name.empty()) made.attributes[name] = made.physical_id;
  if (row->type == "AWS::EC2::TransitGateway")
    made.arn = arn(request.place, "ec2", "transit-gateway/" + made.physical_id);
  // Which VPC hangs on which transit gateway is asked for by experiments.
  if (row->type.starts_with("AWS::EC2::TransitGateway"))
    for (const char* of : {"TransitGatewayId", "VpcId"})
      if (std::string id = text_of(request.properties, of); !id.empty())
        made.attributes[of] = std::move(id);
  return made;
}

constexpr std::string_view kNoTraffic = "network traffic is not simulated; it is a name here";
constexpr auto kCreateNamed = create<Fleet, create_named>;

// To add a type: a row here, and one in kNamed where Ref gives an id of its own kind.
constexpr ResourceType kEc2ResourceRows[] = {
    {"AWS::EC2::CapacityReservation", create<Fleet, create_reservation_resource>,
     &kCapacityReservationProperties},
    {"AWS::EC2::DHCPOptions", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::Instance", create<Fleet, create_instance>, &kInstanceProperties},
    {"AWS::EC2::KeyPair", kCreateNamed, nullptr, "keys open nothing here"},
    {"AWS::EC2::LaunchTemplate", create<Fleet, create_template_resource>,
     &kLaunchTemplateProperties},
    {"AWS::EC2::NetworkInterface", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::Subnet", create<Fleet, create_subnet>, &kSubnetProperties},
    {"AWS::EC2::TransitGateway", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::TransitGatewayAttachment", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::TransitGatewayPeeringAttachment", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::TransitGatewayRoute", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::TransitGatewayRouteTable", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::TransitGatewayRouteTableAssociation", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::TransitGatewayRouteTablePropagation", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::TransitGatewayVpcAttachment", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::VPC", create<Fleet, create_vpc>, &kVpcProperties},
    {"AWS::EC2::VPCDHCPOptionsAssociation", kCreateNamed, nullptr, kNoTraffic},
    {"AWS::EC2::Volume", create<Fleet, create_volume_resource>, &kVolumeProperties},
    {"AWS::EC2::VolumeAttachment", create<Fleet, create_attachment_resource>,
     &kAttachmentProperties},
};
static_assert(std::ranges::adjacent_find(kEc2ResourceRows, std::ranges::greater_equal{},
                                         &ResourceType::type) == std::end(kEc2ResourceRows),
              "sorted by type, no duplicates");

}  // namespace

const std::span<const ResourceType> kEc2Resources = kEc2ResourceRows;

}  // namespace opsim::compute
