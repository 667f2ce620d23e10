// Templates: AWS::EC2::SecurityGroup and its rules, EIP, NetworkAcl.
// AWS: CloudFormation User Guide, the page of each type (what Ref and Fn::GetAtt give).
#include <fmt/format.h>

#include "models/vpc/vpc.hpp"

namespace opsim::vpc {

namespace {

/// A peer that only another stack or somebody's own function knows: attributes by convention begin
/// with a name, imports of a stack that is not there are empty. Nothing is made of such a rule.
bool is_unknown(const Json& rule) {
  bool any = false;
  bool empty = true;
  for (const auto& [name, value] : rule.items()) {
    if (name.find("Cidr") == name.npos && !name.starts_with("Source") &&
        !name.starts_with("Destination"))
      continue;
    const std::string text = input::text(value);
    any = true;
    empty = empty && text.empty();
    const bool is_name =
        !text.empty() && ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z'));
    if (name == "CidrIp" && is_name) return true;
  }
  return any && empty;
}

std::optional<ApiError> add_rules(Vpc& vpc, SecurityGroup& group, const Json& list, bool egress) {
  if (!list.is_array()) return std::nullopt;
  for (const Json& one : list) {
    if (is_unknown(one)) continue;
    auto rules = read_rules(one, egress);
    if (!rules) return rules.error();
    for (SecurityRule& rule : *rules)
      if (auto wrong = add_rule(vpc, group, std::move(rule))) return wrong;
  }
  return std::nullopt;
}

}  // namespace

ApiResult<Created> create_group_resource(Vpc& vpc, const ResourceRequest& request) {
  Json input = request.properties;
  if (input::text(input, "GroupName").empty())
    input["GroupName"] = fmt::format("{}-{}-{}", request.stack, request.logical_id,
                                     vpc.cloud.next_id("").substr(0, 12));
  auto made = make_group(vpc, request.place, input);
  if (!made) return made.error();
  SecurityGroup& group = **made;
  // "CloudFormation removes the default rule when SecurityGroupEgress is specified"
  const Json& egress = input::member(input, "SecurityGroupEgress");
  if (egress.is_array() && !egress.empty()) group.rules.clear();
  for (const bool out : {false, true})
    if (auto wrong = add_rules(vpc, group,
                               out ? egress : input::member(input, "SecurityGroupIngress"), out)) {
      vpc.groups.erase(std::string{group.id});
      return *std::move(wrong);
    }
  return Created{.physical_id = group.id,
                 .arn = arn(request.place, "ec2", "security-group/" + group.id),
                 .attributes = {{"GroupId", group.id},
                                {"GroupName", group.name},
                                {"Id", group.id},
                                {"VpcId", group.vpc}}};
}

ApiResult<Created> create_rule_resource(Vpc& vpc, const ResourceRequest& request) {
  const bool egress = request.type.ends_with("Egress");
  const auto group = group_in(vpc, request.place, request.properties);
  Created made;
  if (!group || is_unknown(request.properties)) {  // of another stack, whose id was handed in
    made.physical_id = vpc.cloud.next_id("sgr-");
    return made;
  }
  auto rules = read_rules(request.properties, egress);
  if (!rules) return rules.error();
  for (SecurityRule& rule : *rules)
    if (auto wrong = add_rule(vpc, **group, std::move(rule))) return *std::move(wrong);
  made.physical_id = (*group)->rules.back().id;
  made.attributes["Id"] = made.physical_id;
  return made;
}

ApiResult<Created> create_address_resource(Vpc& vpc, const ResourceRequest& request) {
  const auto made = make_address(vpc, request.place, Json{});
  if (!made) return made.error();
  const Address address = **made;
  if (const std::string instance = input::text(request.properties, "InstanceId");
      !instance.empty()) {
    const Json wanted{{"AllocationId", address.allocation}, {"InstanceId", instance}};
    if (const auto done = associate(vpc, request.place, wanted); !done) return done.error();
  }
  return Created{.physical_id = address.ip,
                 .arn = {},
                 .attributes = {{"AllocationId", address.allocation}, {"PublicIp", address.ip}}};
}

ApiResult<Created> create_association_resource(Vpc& vpc, const ResourceRequest& request) {
  Created made;
  const auto done = associate(vpc, request.place, request.properties);
  made.physical_id =
      done ? done->get<std::string>() : vpc.cloud.next_id("eipassoc-");  // an address handed in
  made.attributes["Id"] = made.physical_id;
  return made;
}

ApiResult<Created> create_acl_resource(Vpc& vpc, const ResourceRequest& request) {
  const std::string of_vpc = input::text(request.properties, "VpcId");
  const NetworkAcl& acl = make_acl(vpc, request.place, of_vpc, Json{});
  return Created{.physical_id = acl.id, .arn = {}, .attributes = {{"Id", acl.id}}};
}

ApiResult<Created> create_acl_entry_resource(Vpc& vpc, const ResourceRequest& request) {
  const auto found = vpc.acls.find(input::text(request.properties, "NetworkAclId"));
  if (found != vpc.acls.end())
    if (auto wrong = put_entry(found->second, request.properties, false)) return *std::move(wrong);
  Created made;
  made.physical_id = fmt::format("{}-{}", request.stack, request.logical_id);
  made.attributes["Id"] = made.physical_id;
  return made;
}

ApiResult<Created> create_acl_use_resource(Vpc& vpc, const ResourceRequest& request) {
  Created made;
  made.physical_id = use_acl(vpc, request.place, input::text(request.properties, "NetworkAclId"),
                             input::text(request.properties, "SubnetId"));
  made.attributes["AssociationId"] = made.physical_id;
  return made;
}

}  // namespace opsim::vpc
