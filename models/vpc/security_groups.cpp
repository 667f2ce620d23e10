// Which groups there are.
// AWS: VPC User Guide, "Security groups" (the default group; what a new group allows), "Amazon VPC
// quotas" (2,500 groups a Region); EC2 API reference, CreateSecurityGroup.
#include <fmt/format.h>

#include <algorithm>

#include "models/vpc/vpc.hpp"

namespace opsim::vpc {

namespace {

constexpr std::string_view kType = "AWS::EC2::SecurityGroup";
constexpr std::size_t kMostGroups = 2'500;

SecurityRule all_traffic(Vpc& vpc, bool egress, PeerKind kind, std::string peer) {
  SecurityRule rule;
  rule.id = vpc.cloud.next_id("sgr-");
  rule.egress = egress;
  rule.protocol = "-1";
  rule.kind = kind;
  rule.peer = std::move(peer);
  return rule;
}

/// "The default group allows all traffic from its own members, and all outbound traffic".
void add_default_group(Vpc& vpc, const Place& place, const std::string& id,
                       const std::string& of_vpc) {
  const auto [at, fresh] = vpc.groups.try_emplace(id);
  if (!fresh) return;
  SecurityGroup& group = at->second;
  group.id = id;
  group.name = "default";
  group.description = "default VPC security group";
  group.vpc = of_vpc;
  group.place = place;
  group.rules.push_back(all_traffic(vpc, false, PeerKind::group, id));
  group.rules.push_back(all_traffic(vpc, true, PeerKind::ipv4, "0.0.0.0/0"));
}

ApiError not_found(std::string_view kind, const std::string& name) {
  return {"InvalidGroup.NotFound",
          fmt::format("The security group{} '{}' does not exist", kind, name)};
}

}  // namespace

std::string default_vpc(const Vpc& vpc, const Place& place) {
  const auto answer = vpc.cloud.inspect(place, "ec2", "DescribeVpcs", Json::object());
  if (!answer) return "";
  for (const Json& one : answer->at("Vpcs"))
    if (one.value("IsDefault", false)) return one.at("VpcId").get<std::string>();
  return "";
}

void know_default_groups(Vpc& vpc, const Place& place) {
  const auto text = [](const Resource& resource, std::string_view name) {
    return input::text(resource.attributes, name);
  };
  for (const Resource* one : vpc.cloud.resources().of_type(kType))
    if (one->place == place && one->attributes.contains("IsDefault"))
      add_default_group(vpc, place, one->physical_id, text(*one, "VpcId"));
  for (const Resource* one : vpc.cloud.resources().of_type("AWS::EC2::VPC"))
    if (const std::string id = text(*one, "DefaultSecurityGroup");
        one->place == place && !id.empty())
      add_default_group(vpc, place, id, one->physical_id);
  const std::string home = default_vpc(vpc, place);
  const auto has_one = [&](const auto& entry) {
    return entry.second.vpc == home && entry.second.name == "default";
  };
  if (home.size() > 5 && std::ranges::none_of(vpc.groups, has_one))
    add_default_group(vpc, place, "sg-d" + home.substr(5), home);
}

ApiResult<SecurityGroup*> group_in(Vpc& vpc, const Place& place, const Json& input) {
  know_default_groups(vpc, place);
  const std::string id = input::text(input, "GroupId");
  const std::string name = input::text(input, "GroupName");
  if (const auto rules = input::texts(input, "SecurityGroupRuleIds"); id.empty() && !rules.empty())
    for (auto& [key, group] : vpc.groups)
      if (group.place == place &&
          std::ranges::count(group.rules, rules.front(), &SecurityRule::id) > 0)
        return &group;
  if (id.empty() && name.empty())
    return ApiError{"MissingParameter",
                    "The request must contain the parameter groupId or groupName"};
  if (!id.empty()) {
    const auto found = vpc.groups.find(id);
    if (found == vpc.groups.end() || found->second.place != place) return not_found("", id);
    return &found->second;
  }
  for (auto& [key, group] : vpc.groups)
    if (group.place == place && group.name == name) return &group;
  return not_found("", name);
}

Json tags_json(const Vpc& vpc, std::string_view id) {
  Json tags = Json::array();
  const Resource* resource = vpc.cloud.resources().find(id);
  if (resource != nullptr)
    for (const auto& [key, value] : resource->tags)
      tags.push_back({{"Key", key}, {"Value", value}});
  return tags;
}

void enter(Vpc& vpc, const Place& place, std::string_view type, const std::string& id,
           const Json& tag_specifications, Json attributes) {
  Resource resource;
  resource.type = type;
  resource.physical_id = id;
  resource.place = place;
  resource.attributes = std::move(attributes);
  if (tag_specifications.is_array())
    for (const Json& one : tag_specifications)
      for (const auto& [key, value] : input::tags(input::member(one, "Tags")))
        resource.tags[key] = value;
  vpc.cloud.resources().add(std::move(resource));
}

ApiResult<SecurityGroup*> make_group(Vpc& vpc, const Place& place, const Json& input) {
  know_default_groups(vpc, place);
  SecurityGroup group;
  group.name = input::text(input, "GroupName");
  group.description = input::text(input, "Description");
  if (group.description.empty()) group.description = input::text(input, "GroupDescription");
  group.vpc = input::text(input, "VpcId");
  if (group.vpc.empty()) group.vpc = default_vpc(vpc, place);
  group.place = place;
  if (group.name.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter GroupName"};
  if (group.description.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter GroupDescription"};
  if (group.name.starts_with("sg-"))
    return ApiError{
        "InvalidParameterValue",
        fmt::format("Value ({}) for parameter GroupName is invalid. Group names may not "
                    "be in the format sg-*.",
                    group.name)};
  std::size_t standing = 0;
  for (const auto& [id, other] : vpc.groups) {
    if (other.place != place) continue;
    ++standing;
    if (other.name == group.name && other.vpc == group.vpc)
      return ApiError{"InvalidGroup.Duplicate",
                      fmt::format("The security group '{}' already exists for VPC '{}'", group.name,
                                  group.vpc)};
  }
  if (standing >= kMostGroups)
    return ApiError{"SecurityGroupLimitExceeded",
                    "The maximum number of security groups for your account has been reached."};
  group.id = vpc.cloud.next_id("sg-");
  group.rules.push_back(all_traffic(vpc, true, PeerKind::ipv4, "0.0.0.0/0"));
  return &(vpc.groups[group.id] = std::move(group));
}

Json group_json(const Vpc& vpc, const SecurityGroup& group) {
  return {{"GroupId", group.id},
          {"GroupName", group.name},
          {"Description", group.description},
          {"VpcId", group.vpc},
          {"OwnerId", group.place.account},
          {"SecurityGroupArn", arn(group.place, "ec2", "security-group/" + group.id)},
          {"IpPermissions", permissions_json(group, false)},
          {"IpPermissionsEgress", permissions_json(group, true)},
          {"Tags", tags_json(vpc, group.id)}};
}

}  // namespace opsim::vpc
