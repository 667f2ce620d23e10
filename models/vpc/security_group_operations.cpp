// AWS: EC2 API reference, the operations on security groups, "Error codes".
#include <fmt/format.h>

#include <algorithm>

#include "models/vpc/filters.hpp"

namespace opsim::vpc {

namespace {

/// All or nothing: a permission that stands already refuses the whole call.
Answer authorize(Vpc& vpc, const Request& request, bool egress) {
  const auto group = group_in(vpc, request.place(), request.input);
  if (!group) return group.error();
  auto rules = read_rules(request.input, egress);
  if (!rules) return rules.error();
  SecurityGroup changed = **group;
  const std::size_t before = changed.rules.size();
  for (SecurityRule& rule : *rules)
    if (auto wrong = add_rule(vpc, changed, std::move(rule))) return *std::move(wrong);
  **group = std::move(changed);
  Json list = Json::array();
  for (std::size_t i = before; i < (*group)->rules.size(); ++i)
    list.push_back(rule_json(**group, (*group)->rules[i]));
  return Json{{"Return", true}, {"SecurityGroupRules", std::move(list)}};
}

/// "For VPC security groups ... if the rule does not exist, InvalidPermission.NotFound".
Answer revoke(Vpc& vpc, const Request& request, bool egress) {
  const auto group = group_in(vpc, request.place(), request.input);
  if (!group) return group.error();
  std::vector<SecurityRule>& rules = (*group)->rules;
  std::vector<std::string> gone;  // ids
  const std::vector<std::string> ids = input::texts(request.input, "SecurityGroupRuleIds");
  for (const std::string& id : ids) {
    const auto found = std::ranges::find(rules, id, &SecurityRule::id);
    if (found == rules.end() || found->egress != egress)
      return ApiError{"InvalidSecurityGroupRuleId.NotFound",
                      fmt::format("The security group rule ID '{}' does not exist", id)};
    gone.push_back(id);
  }
  if (ids.empty()) {
    const auto named = read_rules(request.input, egress);
    if (!named) return named.error();
    for (const SecurityRule& rule : *named) {
      const auto is_it = [&](const SecurityRule& other) { return same_rule(rule, other); };
      const auto found = std::ranges::find_if(rules, is_it);
      if (found == rules.end())
        return ApiError{"InvalidPermission.NotFound",
                        "The specified rule does not exist in this security group."};
      gone.push_back(found->id);
    }
  }
  Json list = Json::array();
  std::erase_if(rules, [&](const SecurityRule& rule) {
    if (std::ranges::count(gone, rule.id) == 0) return false;
    list.push_back(rule_json(**group, rule));
    return true;
  });
  return Json{{"Return", true}, {"RevokedSecurityGroupRules", std::move(list)}};
}

/// Whether an instance or a rule of another group names the group.
bool is_in_use(Vpc& vpc, const SecurityGroup& group) {
  for (const auto& [id, other] : vpc.groups)
    if (id != group.id && std::ranges::any_of(other.rules, [&](const SecurityRule& rule) {
          return rule.kind == PeerKind::group && rule.peer == group.id;
        }))
      return true;
  const auto answer =
      vpc.cloud.inspect(group.place, "ec2", "DescribeInstances",
                        {{"Filters", {{{"Name", "instance.group-id"}, {"Values", {group.id}}}}}});
  if (!answer) return false;
  for (const Json& reservation : answer->at("Reservations"))
    for (const Json& instance : reservation.at("Instances"))
      if (instance.at("State").at("Name") != "terminated") return true;
  return false;
}

std::optional<std::vector<std::string>> values_of(const SecurityGroup& group,
                                                  std::string_view name) {
  using Texts = std::vector<std::string>;
  if (name == "group-id") return Texts{group.id};
  if (name == "group-name") return Texts{group.name};
  if (name == "vpc-id") return Texts{group.vpc};
  if (name == "description") return Texts{group.description};
  if (name == "owner-id") return Texts{group.place.account};
  const bool egress = name.starts_with("egress.");
  if (egress) name.remove_prefix(7);
  if (!name.starts_with("ip-permission.")) return std::nullopt;
  const std::string_view what = name.substr(14);
  constexpr std::string_view known[] = {"cidr",      "from-port", "group-id",
                                        "ipv6-cidr", "protocol",  "to-port"};
  if (std::ranges::find(known, what) == std::end(known)) return std::nullopt;
  Texts found;
  for (const SecurityRule& rule : group.rules) {
    if (rule.egress != egress) continue;
    if (what == "cidr" && rule.kind == PeerKind::ipv4) found.push_back(rule.peer);
    if (what == "ipv6-cidr" && rule.kind == PeerKind::ipv6) found.push_back(rule.peer);
    if (what == "group-id" && rule.kind == PeerKind::group) found.push_back(rule.peer);
    if (what == "protocol") found.push_back(rule.protocol);
    if (what == "from-port") found.push_back(std::to_string(rule.from));
    if (what == "to-port") found.push_back(std::to_string(rule.to));
  }
  return found;
}

}  // namespace

Answer authorize_egress(Vpc& vpc, const Request& request) { return authorize(vpc, request, true); }
Answer authorize_ingress(Vpc& vpc, const Request& request) {
  return authorize(vpc, request, false);
}
Answer revoke_egress(Vpc& vpc, const Request& request) { return revoke(vpc, request, true); }
Answer revoke_ingress(Vpc& vpc, const Request& request) { return revoke(vpc, request, false); }

Answer create_group(Vpc& vpc, const Request& request) {
  const auto made = make_group(vpc, request.place(), request.input);
  if (!made) return made.error();
  enter(vpc, request.place(), "AWS::EC2::SecurityGroup", (*made)->id,
        input::member(request.input, "TagSpecifications"),
        {{"GroupId", (*made)->id}, {"GroupName", (*made)->name}, {"VpcId", (*made)->vpc}});
  return Json{{"GroupId", (*made)->id},
              {"SecurityGroupArn", arn(request.place(), "ec2", "security-group/" + (*made)->id)},
              {"Tags", tags_json(vpc, (*made)->id)}};
}

Answer delete_group(Vpc& vpc, const Request& request) {
  const auto group = group_in(vpc, request.place(), request.input);
  if (!group) return group.error();
  if ((*group)->name == "default")
    return ApiError{
        "CannotDelete",
        fmt::format("the specified group: \"{}\" name: \"default\" cannot be deleted by "
                    "a user",
                    (*group)->id)};
  if (is_in_use(vpc, **group))
    return ApiError{"DependencyViolation",
                    fmt::format("resource {} has a dependent object", (*group)->id)};
  const std::string id = (*group)->id;
  vpc.cloud.resources().remove(id);
  vpc.groups.erase(id);
  return Json{{"Return", true}, {"GroupId", id}};
}

Answer describe_groups(Vpc& vpc, const Request& request) {
  know_default_groups(vpc, request.place());
  const std::vector<std::string> ids = input::texts(request.input, "GroupIds");
  const std::vector<std::string> names = input::texts(request.input, "GroupNames");
  for (const std::string& id : ids)
    if (const auto found = group_in(vpc, request.place(), {{"GroupId", id}}); !found)
      return found.error();
  for (const std::string& name : names)
    if (const auto found = group_in(vpc, request.place(), {{"GroupName", name}}); !found)
      return found.error();
  Json list = Json::array();
  for (const auto& [id, group] : vpc.groups) {
    if (group.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    if (!names.empty() && std::ranges::count(names, group.name) == 0) continue;
    const auto wanted = passes(vpc, request.input, id,
                               [&group](std::string_view name) { return values_of(group, name); });
    if (!wanted) return wanted.error();
    if (*wanted) list.push_back(group_json(vpc, group));
  }
  return Json{{"SecurityGroups", std::move(list)}};
}

Answer describe_rules(Vpc& vpc, const Request& request) {
  know_default_groups(vpc, request.place());
  const std::vector<std::string> ids = input::texts(request.input, "SecurityGroupRuleIds");
  Json list = Json::array();
  for (const auto& [id, group] : vpc.groups) {
    if (group.place != request.place()) continue;
    for (const SecurityRule& rule : group.rules) {
      if (!ids.empty() && std::ranges::count(ids, rule.id) == 0) continue;
      const auto wanted =
          passes(vpc, request.input, rule.id,
                 [&](std::string_view name) -> std::optional<std::vector<std::string>> {
                   if (name == "group-id") return std::vector{group.id};
                   if (name == "security-group-rule-id") return std::vector{rule.id};
                   return std::nullopt;
                 });
      if (!wanted) return wanted.error();
      if (*wanted) list.push_back(rule_json(group, rule));
    }
  }
  return Json{{"SecurityGroupRules", std::move(list)}};
}

}  // namespace opsim::vpc
