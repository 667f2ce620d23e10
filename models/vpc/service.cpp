#include "models/vpc/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/vpc/vpc.hpp"

namespace opsim {

namespace {

using vpc::Vpc;

/// EC2 API reference, "Request throttling": describe actions refill 20 a second up to 100, others 5
/// up to 200.
constexpr CallPhysics kLook{.tokens_per_second = 20, .bucket = 100};
constexpr CallPhysics kDo{
    .typical = std::chrono::milliseconds{80}, .tokens_per_second = 5, .bucket = 200};

template <ApiResult<Json> (*Handle)(Vpc&, const Request&)>
constexpr auto on_vpc = immediate<Vpc, Handle>;

// To add an operation: its function in a file by subject, and one row here.
constexpr Operation kOperations[] = {
    {"AllocateAddress", Access::write, on_vpc<vpc::allocate_address>, nullptr, kDo},
    {"AssociateAddress", Access::write, on_vpc<vpc::associate_address>, nullptr, kDo},
    {"AssociateRouteTable", Access::write, on_vpc<vpc::associate_route_table>, nullptr, kDo},
    {"AttachInternetGateway", Access::write, on_vpc<vpc::attach_internet_gateway>, nullptr, kDo},
    {"AuthorizeSecurityGroupEgress", Access::write, on_vpc<vpc::authorize_egress>, nullptr, kDo},
    {"AuthorizeSecurityGroupIngress", Access::write, on_vpc<vpc::authorize_ingress>, nullptr, kDo},
    {"CreateFlowLogs", Access::write, on_vpc<vpc::create_flow_logs>, nullptr, kDo},
    {"CreateInternetGateway", Access::write, on_vpc<vpc::create_internet_gateway>, nullptr, kDo},
    {"CreateNatGateway", Access::write, on_vpc<vpc::create_nat_gateway>, nullptr, kDo},
    {"CreateNetworkAcl", Access::write, on_vpc<vpc::create_acl>, nullptr, kDo},
    {"CreateNetworkAclEntry", Access::write, on_vpc<vpc::create_acl_entry>, nullptr, kDo},
    {"CreateRoute", Access::write, on_vpc<vpc::create_route>, nullptr, kDo},
    {"CreateRouteTable", Access::write, on_vpc<vpc::create_route_table>, nullptr, kDo},
    {"CreateSecurityGroup", Access::write, on_vpc<vpc::create_group>, nullptr, kDo},
    {"CreateVpcEndpoint", Access::write, on_vpc<vpc::create_endpoint>, nullptr, kDo},
    {"DeleteFlowLogs", Access::write, on_vpc<vpc::delete_flow_logs>, nullptr, kDo},
    {"DeleteInternetGateway", Access::write, on_vpc<vpc::delete_internet_gateway>, nullptr, kDo},
    {"DeleteNatGateway", Access::write, on_vpc<vpc::delete_nat_gateway>, nullptr, kDo},
    {"DeleteNetworkAcl", Access::write, on_vpc<vpc::delete_acl>, nullptr, kDo},
    {"DeleteNetworkAclEntry", Access::write, on_vpc<vpc::delete_acl_entry>, nullptr, kDo},
    {"DeleteRoute", Access::write, on_vpc<vpc::delete_route>, nullptr, kDo},
    {"DeleteRouteTable", Access::write, on_vpc<vpc::delete_route_table>, nullptr, kDo},
    {"DeleteSecurityGroup", Access::write, on_vpc<vpc::delete_group>, nullptr, kDo},
    {"DeleteVpcEndpoints", Access::write, on_vpc<vpc::delete_endpoints>, nullptr, kDo},
    {"DescribeAddresses", Access::read, on_vpc<vpc::describe_addresses>, nullptr, kLook},
    {"DescribeFlowLogs", Access::read, on_vpc<vpc::describe_flow_logs>, nullptr, kLook},
    {"DescribeInternetGateways", Access::read, on_vpc<vpc::describe_internet_gateways>, nullptr,
     kLook},
    {"DescribeNatGateways", Access::read, on_vpc<vpc::describe_nat_gateways>, nullptr, kLook},
    {"DescribeNetworkAcls", Access::read, on_vpc<vpc::describe_acls>, nullptr, kLook},
    {"DescribeRouteTables", Access::read, on_vpc<vpc::describe_route_tables>, nullptr, kLook},
    {"DescribeSecurityGroupRules", Access::read, on_vpc<vpc::describe_rules>, nullptr, kLook},
    {"DescribeSecurityGroups", Access::read, on_vpc<vpc::describe_groups>, nullptr, kLook},
    {"DescribeVpcEndpoints", Access::read, on_vpc<vpc::describe_endpoints>, nullptr, kLook},
    {"DetachInternetGateway", Access::write, on_vpc<vpc::detach_internet_gateway>, nullptr, kDo},
    {"DisassociateAddress", Access::write, on_vpc<vpc::disassociate_address>, nullptr, kDo},
    {"DisassociateRouteTable", Access::write, on_vpc<vpc::disassociate_route_table>, nullptr, kDo},
    {"ReleaseAddress", Access::write, on_vpc<vpc::release_address>, nullptr, kDo},
    {"ReplaceNetworkAclAssociation", Access::write, on_vpc<vpc::replace_acl_association>, nullptr,
     kDo},
    {"ReplaceNetworkAclEntry", Access::write, on_vpc<vpc::replace_acl_entry>, nullptr, kDo},
    {"ReplaceRoute", Access::write, on_vpc<vpc::replace_route>, nullptr, kDo},
    {"ReplaceRouteTableAssociation", Access::write, on_vpc<vpc::replace_route_table_association>,
     nullptr, kDo},
    {"RevokeSecurityGroupEgress", Access::write, on_vpc<vpc::revoke_egress>, nullptr, kDo},
    {"RevokeSecurityGroupIngress", Access::write, on_vpc<vpc::revoke_ingress>, nullptr, kDo},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kAny{};
constexpr Shape kText{.kind = Kind::text};
constexpr Shape kNumber{.kind = Kind::integer};
constexpr Shape kFlag{.kind = Kind::boolean};

constexpr Field kRuleFields[] = {
    {.name = "CidrIp", .shape = &kText},
    {.name = "CidrIpv6", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "DestinationPrefixListId", .shape = &kText},
    {.name = "DestinationSecurityGroupId", .shape = &kText},
    {.name = "FromPort", .shape = &kNumber},
    {.name = "GroupId", .shape = &kText},
    {.name = "GroupName", .shape = &kText},
    {.name = "IpProtocol", .shape = &kText, .need = Need::required},
    {.name = "SourcePrefixListId", .shape = &kText},
    {.name = "SourceSecurityGroupId", .shape = &kText},
    {.name = "SourceSecurityGroupName", .shape = &kText},
    {.name = "SourceSecurityGroupOwnerId", .shape = &kText, .simulated = Simulated::no},
    {.name = "ToPort", .shape = &kNumber},
};
constexpr Shape kRule{.kind = Kind::mapping, .fields = kRuleFields};
constexpr Shape kRules{.kind = Kind::one_or_list, .of = &kRule};
constexpr Field kGroupFields[] = {
    {.name = "GroupDescription", .shape = &kText, .need = Need::required},
    {.name = "GroupName", .shape = &kText},
    {.name = "SecurityGroupEgress", .shape = &kRules},
    {.name = "SecurityGroupIngress", .shape = &kRules},
    {.name = "Tags", .shape = &kAny},
    {.name = "VpcId", .shape = &kText},
};
constexpr Shape kGroup{.kind = Kind::mapping, .fields = kGroupFields};
/// Also of a route table.
constexpr Field kAclFields[] = {
    {.name = "Tags", .shape = &kAny},
    {.name = "VpcId", .shape = &kText, .need = Need::required},
};
constexpr Shape kAcl{.kind = Kind::mapping, .fields = kAclFields};
constexpr Field kEntryFields[] = {
    {.name = "CidrBlock", .shape = &kText},
    {.name = "Egress", .shape = &kFlag},
    {.name = "Icmp", .shape = &kAny, .simulated = Simulated::no},
    {.name = "Ipv6CidrBlock", .shape = &kText, .simulated = Simulated::no},
    {.name = "NetworkAclId", .shape = &kText, .need = Need::required},
    {.name = "PortRange", .shape = &kAny},
    {.name = "Protocol", .shape = &kNumber, .need = Need::required},
    {.name = "RuleAction", .shape = &kText, .need = Need::required},
    {.name = "RuleNumber", .shape = &kNumber, .need = Need::required},
};
constexpr Field kRouteFields[] = {
    {.name = "CarrierGatewayId", .shape = &kText},
    {.name = "CoreNetworkArn", .shape = &kText, .simulated = Simulated::no},
    {.name = "DestinationCidrBlock", .shape = &kText},
    {.name = "DestinationIpv6CidrBlock", .shape = &kText},
    {.name = "DestinationPrefixListId", .shape = &kText},
    {.name = "EgressOnlyInternetGatewayId", .shape = &kText},
    {.name = "GatewayId", .shape = &kText},
    {.name = "InstanceId", .shape = &kText},
    {.name = "LocalGatewayId", .shape = &kText},
    {.name = "NatGatewayId", .shape = &kText},
    {.name = "NetworkInterfaceId", .shape = &kText},
    {.name = "RouteTableId", .shape = &kText, .need = Need::required},
    {.name = "TransitGatewayId", .shape = &kText},
    {.name = "VpcEndpointId", .shape = &kText},
    {.name = "VpcPeeringConnectionId", .shape = &kText},
};
constexpr Shape kRoute{.kind = Kind::mapping, .fields = kRouteFields};
constexpr Shape kEntry{.kind = Kind::mapping, .fields = kEntryFields};

constexpr ResourceType kResources[] = {
    {"AWS::EC2::EIP", create<Vpc, vpc::create_address_resource>},
    {"AWS::EC2::EIPAssociation", create<Vpc, vpc::create_association_resource>},
    {"AWS::EC2::FlowLog", create<Vpc, vpc::create_flow_log_resource>},
    {"AWS::EC2::InternetGateway", create<Vpc, vpc::create_internet_gateway_resource>},
    {"AWS::EC2::NatGateway", create<Vpc, vpc::create_nat_gateway_resource>},
    {"AWS::EC2::NetworkAcl", create<Vpc, vpc::create_acl_resource>, &kAcl},
    {"AWS::EC2::NetworkAclEntry", create<Vpc, vpc::create_acl_entry_resource>, &kEntry},
    {"AWS::EC2::Route", create<Vpc, vpc::create_route_resource>, &kRoute},
    {"AWS::EC2::RouteTable", create<Vpc, vpc::create_route_table_resource>, &kAcl},
    {"AWS::EC2::SecurityGroup", create<Vpc, vpc::create_group_resource>, &kGroup},
    {"AWS::EC2::SecurityGroupEgress", create<Vpc, vpc::create_rule_resource>, &kRule},
    {"AWS::EC2::SecurityGroupIngress", create<Vpc, vpc::create_rule_resource>, &kRule},
    {"AWS::EC2::SubnetNetworkAclAssociation", create<Vpc, vpc::create_acl_use_resource>},
    {"AWS::EC2::SubnetRouteTableAssociation", create<Vpc, vpc::create_route_table_use_resource>},
    {"AWS::EC2::VPCEndpoint", create<Vpc, vpc::create_endpoint_resource>},
    {"AWS::EC2::VPCGatewayAttachment", create<Vpc, vpc::create_gateway_attachment_resource>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "security groups and their rules: default groups, duplicates, what is in use, filters, quotas",
     "VPC User Guide, Security groups; EC2 API reference"},
    {Grade::simulated, "Elastic IP addresses: allocated, associated, released; five a Region",
     "EC2 User Guide, Elastic IP addresses"},
    {Grade::simulated, "network ACLs: the default one, rules by number, which subnet has which",
     "VPC User Guide, Network ACLs"},
    {Grade::simulated,
     "route tables (main ones, routes that lead nowhere once their gateway is gone), internet and "
     "NAT gateways, endpoints, flow logs: their state and API",
     "VPC User Guide, Route tables; EC2 API reference"},
    {Grade::simplified, "NAT gateways and endpoints are available at once"},
    {Grade::absent,
     "traffic: no packet is held against a group, an ACL or a route; flow logs stay empty"},
    {Grade::absent, "peering, transit gateways, VPN, IPAM: names in templates"},
};

}  // namespace

const Service kVpc{
    .name = "vpc",
    .title = "Amazon VPC",
    .endpoint = "ec2",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Vpc>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim
