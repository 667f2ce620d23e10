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
    {"AuthorizeSecurityGroupEgress", Access::write, on_vpc<vpc::authorize_egress>, nullptr, kDo},
    {"AuthorizeSecurityGroupIngress", Access::write, on_vpc<vpc::authorize_ingress>, nullptr, kDo},
    {"CreateNetworkAcl", Access::write, on_vpc<vpc::create_acl>, nullptr, kDo},
    {"CreateNetworkAclEntry", Access::write, on_vpc<vpc::create_acl_entry>, nullptr, kDo},
    {"CreateSecurityGroup", Access::write, on_vpc<vpc::create_group>, nullptr, kDo},
    {"DeleteNetworkAcl", Access::write, on_vpc<vpc::delete_acl>, nullptr, kDo},
    {"DeleteNetworkAclEntry", Access::write, on_vpc<vpc::delete_acl_entry>, nullptr, kDo},
    {"DeleteSecurityGroup", Access::write, on_vpc<vpc::delete_group>, nullptr, kDo},
    {"DescribeAddresses", Access::read, on_vpc<vpc::describe_addresses>, nullptr, kLook},
    {"DescribeNetworkAcls", Access::read, on_vpc<vpc::describe_acls>, nullptr, kLook},
    {"DescribeSecurityGroupRules", Access::read, on_vpc<vpc::describe_rules>, nullptr, kLook},
    {"DescribeSecurityGroups", Access::read, on_vpc<vpc::describe_groups>, nullptr, kLook},
    {"DisassociateAddress", Access::write, on_vpc<vpc::disassociate_address>, nullptr, kDo},
    {"ReleaseAddress", Access::write, on_vpc<vpc::release_address>, nullptr, kDo},
    {"ReplaceNetworkAclAssociation", Access::write, on_vpc<vpc::replace_acl_association>, nullptr,
     kDo},
    {"ReplaceNetworkAclEntry", Access::write, on_vpc<vpc::replace_acl_entry>, nullptr, kDo},
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
constexpr Shape kEntry{.kind = Kind::mapping, .fields = kEntryFields};

constexpr ResourceType kResources[] = {
    {"AWS::EC2::EIP", create<Vpc, vpc::create_address_resource>},
    {"AWS::EC2::EIPAssociation", create<Vpc, vpc::create_association_resource>},
    {"AWS::EC2::NetworkAcl", create<Vpc, vpc::create_acl_resource>, &kAcl},
    {"AWS::EC2::NetworkAclEntry", create<Vpc, vpc::create_acl_entry_resource>, &kEntry},
    {"AWS::EC2::SecurityGroup", create<Vpc, vpc::create_group_resource>, &kGroup},
    {"AWS::EC2::SecurityGroupEgress", create<Vpc, vpc::create_rule_resource>, &kRule},
    {"AWS::EC2::SecurityGroupIngress", create<Vpc, vpc::create_rule_resource>, &kRule},
    {"AWS::EC2::SubnetNetworkAclAssociation", create<Vpc, vpc::create_acl_use_resource>},
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
    {Grade::absent, "traffic: no packet is held against a group or an ACL"},
    {Grade::absent, "route tables, gateways, endpoints, flow logs, peering: names in templates"},
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
