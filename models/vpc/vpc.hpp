#pragma once
/// Amazon VPC: security groups, Elastic IP addresses, network ACLs. What they allow is known and
/// can be asked and changed; no packet is held against it.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::vpc {

/// Who is at the other end.
enum class PeerKind : std::uint8_t { ipv4, ipv6, prefix_list, group };

struct SecurityRule {
  std::string id;  // "sgr-00000001"
  bool egress = false;
  std::string protocol;    // "tcp", "udp", "icmp", "-1": all
  std::int64_t from = -1;  // -1: all ports
  std::int64_t to = -1;
  PeerKind kind = PeerKind::ipv4;
  std::string peer;  // "0.0.0.0/0", "sg-00000001"
  std::string description;
};

struct SecurityGroup {
  std::string id;
  std::string name;
  std::string description;
  std::string vpc;
  Place place;
  std::vector<SecurityRule> rules;  // in the order of their making
};

struct Address {
  std::string allocation;
  std::string ip;
  std::string association;  // "": free
  std::string instance;
  std::string interface;
  Place place;
};

/// A rule of a network ACL. AWS: NetworkAclEntry.
struct AclEntry {
  std::int64_t number = 0;  // 32767: the last one, which denies
  bool egress = false;
  std::string protocol = "-1";
  std::string action = "deny";
  std::string cidr;
  std::int64_t from = -1;
  std::int64_t to = -1;
};

struct NetworkAcl {
  std::string id;
  std::string vpc;
  bool is_default = false;
  Place place;
  std::vector<AclEntry> entries;
};

/// Where traffic for a range goes: "GatewayId" igw-00000001.
struct Route {
  std::string range;        // "0.0.0.0/0", "pl-..."
  std::string target_kind;  // "GatewayId", "NatGatewayId", ...; a member of AWS's Route
  std::string target;
};

struct RouteTable {
  std::string id;
  std::string vpc;
  bool is_main = false;
  Place place;
  std::vector<Route> routes;  // the first one is local
};

struct InternetGateway {
  std::string id;
  std::string vpc;  // "": attached to none
  Place place;
};

struct NatGateway {
  std::string id;
  std::string subnet;
  std::string vpc;
  std::string allocation;
  std::string connectivity = "public";
  std::string state = "available";
  Place place;
  SimTime created{};
};

struct Endpoint {
  std::string id;
  std::string vpc;
  std::string service;  // "com.amazonaws.us-east-1.s3"
  std::string kind = "Gateway";
  Place place;
  SimTime created{};
};

struct FlowLog {
  std::string id;
  std::string resource;  // a VPC, a subnet, an interface
  std::string traffic = "ALL";
  std::string destination_type = "cloud-watch-logs";
  std::string destination;  // the name of a log group, or an ARN
  Place place;
  SimTime created{};
};

class Vpc : public Model {
 public:
  explicit Vpc(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, SecurityGroup, std::less<>> groups;  // by id
  std::map<std::string, Address, std::less<>> addresses;     // by allocation
  std::map<std::string, NetworkAcl, std::less<>> acls;       // by id
  struct AclUse {
    std::string acl;
    std::string subnet;
    Place place;
  };
  std::map<std::string, AclUse, std::less<>> acl_uses;  // by association id
  std::map<std::string, RouteTable, std::less<>> route_tables;
  struct RouteTableUse {
    std::string table;
    std::string subnet;  // "": the main table of its VPC
    Place place;
  };
  std::map<std::string, RouteTableUse, std::less<>> route_table_uses;  // by association id
  std::map<std::string, InternetGateway, std::less<>> internet_gateways;
  std::map<std::string, NatGateway, std::less<>> nat_gateways;
  std::map<std::string, Endpoint, std::less<>> endpoints;
  std::map<std::string, FlowLog, std::less<>> flow_logs;
  std::size_t addresses_made = 0;
};

using Answer = ApiResult<Json>;

// ---- security_groups.cpp ----

/// The default groups of the VPCs that stand in a place exist from the start.
void know_default_groups(Vpc& vpc, const Place& place);
/// By GroupId or GroupName; EC2's error where there is none.
ApiResult<SecurityGroup*> group_in(Vpc& vpc, const Place& place, const Json& input);
ApiResult<SecurityGroup*> make_group(Vpc& vpc, const Place& place, const Json& input);
[[nodiscard]] Json group_json(const Vpc& vpc, const SecurityGroup& group);
/// The VPC that a new account has in each Region; "" where it is not known.
[[nodiscard]] std::string default_vpc(const Vpc& vpc, const Place& place);
[[nodiscard]] Json tags_json(const Vpc& vpc, std::string_view id);
/// Enters a thing of the network in the world's table of resources, with its tags.
void enter(Vpc& vpc, const Place& place, std::string_view type, const std::string& id,
           const Json& tag_specifications, Json attributes);

// ---- security_rules.cpp ----

/// IpPermissions, or one permission beside the other members, as calls and templates write it.
ApiResult<std::vector<SecurityRule>> read_rules(const Json& input, bool egress);
/// "the specified rule "peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW" already exists".
std::optional<ApiError> add_rule(Vpc& vpc, SecurityGroup& group, SecurityRule rule);
[[nodiscard]] bool same_rule(const SecurityRule& a, const SecurityRule& b);
[[nodiscard]] Json rule_json(const SecurityGroup& group, const SecurityRule& rule);
/// IpPermissions or IpPermissionsEgress of a group.
[[nodiscard]] Json permissions_json(const SecurityGroup& group, bool egress);

// ---- security_group_operations.cpp ----
Answer authorize_egress(Vpc& vpc, const Request& request);
Answer authorize_ingress(Vpc& vpc, const Request& request);
Answer create_group(Vpc& vpc, const Request& request);
Answer delete_group(Vpc& vpc, const Request& request);
Answer describe_groups(Vpc& vpc, const Request& request);
Answer describe_rules(Vpc& vpc, const Request& request);
Answer revoke_egress(Vpc& vpc, const Request& request);
Answer revoke_ingress(Vpc& vpc, const Request& request);

// ---- addresses.cpp ----
ApiResult<Address*> make_address(Vpc& vpc, const Place& place, const Json& tags);
/// The id of the association.
Answer associate(Vpc& vpc, const Place& place, const Json& input);
Answer allocate_address(Vpc& vpc, const Request& request);
Answer associate_address(Vpc& vpc, const Request& request);
Answer describe_addresses(Vpc& vpc, const Request& request);
Answer disassociate_address(Vpc& vpc, const Request& request);
Answer release_address(Vpc& vpc, const Request& request);

// ---- network_acls.cpp ----
NetworkAcl& make_acl(Vpc& vpc, const Place& place, const std::string& of_vpc, const Json& tags);
std::optional<ApiError> put_entry(NetworkAcl& acl, const Json& input, bool replaces);
/// The new association of a subnet that has another ACL from now on.
std::string use_acl(Vpc& vpc, const Place& place, const std::string& acl,
                    const std::string& subnet);
Answer create_acl(Vpc& vpc, const Request& request);
Answer create_acl_entry(Vpc& vpc, const Request& request);
Answer delete_acl(Vpc& vpc, const Request& request);
Answer delete_acl_entry(Vpc& vpc, const Request& request);
Answer describe_acls(Vpc& vpc, const Request& request);
Answer replace_acl_association(Vpc& vpc, const Request& request);
Answer replace_acl_entry(Vpc& vpc, const Request& request);

// ---- route_tables.cpp ----
RouteTable& make_route_table(Vpc& vpc, const Place& place, const std::string& of_vpc);
std::optional<ApiError> put_route(RouteTable& table, const Json& input, bool replaces);
std::string use_route_table(Vpc& vpc, const Place& place, const std::string& table,
                            const std::string& subnet);
Answer associate_route_table(Vpc& vpc, const Request& request);
Answer create_route(Vpc& vpc, const Request& request);
Answer create_route_table(Vpc& vpc, const Request& request);
Answer delete_route(Vpc& vpc, const Request& request);
Answer delete_route_table(Vpc& vpc, const Request& request);
Answer describe_route_tables(Vpc& vpc, const Request& request);
Answer disassociate_route_table(Vpc& vpc, const Request& request);
Answer replace_route(Vpc& vpc, const Request& request);
Answer replace_route_table_association(Vpc& vpc, const Request& request);

// ---- gateways.cpp ----
InternetGateway& make_internet_gateway(Vpc& vpc, const Place& place);
NatGateway& make_nat_gateway(Vpc& vpc, const Place& place, const Json& input);
Answer attach_internet_gateway(Vpc& vpc, const Request& request);
Answer create_internet_gateway(Vpc& vpc, const Request& request);
Answer create_nat_gateway(Vpc& vpc, const Request& request);
Answer delete_internet_gateway(Vpc& vpc, const Request& request);
Answer delete_nat_gateway(Vpc& vpc, const Request& request);
Answer describe_internet_gateways(Vpc& vpc, const Request& request);
Answer describe_nat_gateways(Vpc& vpc, const Request& request);
Answer detach_internet_gateway(Vpc& vpc, const Request& request);

// ---- endpoints.cpp ----
Endpoint& make_endpoint(Vpc& vpc, const Place& place, const Json& input);
FlowLog& make_flow_log(Vpc& vpc, const Place& place, const Json& input,
                       const std::string& resource);
Answer create_endpoint(Vpc& vpc, const Request& request);
Answer create_flow_logs(Vpc& vpc, const Request& request);
Answer delete_endpoints(Vpc& vpc, const Request& request);
Answer delete_flow_logs(Vpc& vpc, const Request& request);
Answer describe_endpoints(Vpc& vpc, const Request& request);
Answer describe_flow_logs(Vpc& vpc, const Request& request);

// ---- network_resources.cpp ----
ApiResult<Created> create_endpoint_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_flow_log_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_gateway_attachment_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_internet_gateway_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_nat_gateway_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_route_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_route_table_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_route_table_use_resource(Vpc& vpc, const ResourceRequest& request);

// ---- resources.cpp ----
ApiResult<Created> create_group_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_rule_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_address_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_association_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_acl_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_acl_entry_resource(Vpc& vpc, const ResourceRequest& request);
ApiResult<Created> create_acl_use_resource(Vpc& vpc, const ResourceRequest& request);

}  // namespace opsim::vpc
