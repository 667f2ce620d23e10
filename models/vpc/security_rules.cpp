// What a group allows.
// AWS: EC2 API reference, IpPermission, AuthorizeSecurityGroupIngress ("Error codes":
// InvalidPermission.Duplicate, InvalidParameterValue); VPC User Guide, "Security group rules" (60
// inbound and 60 outbound rules a group); CloudFormation User Guide, AWS::EC2::SecurityGroup
// Ingress.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/vpc/vpc.hpp"

namespace opsim::vpc {

namespace {

constexpr std::ptrdiff_t kMostRules = 60;

/// How a kind of peer is written in IpPermissions, by itself, and in a template.
struct PeerWords {
  PeerKind kind;
  std::string_view list;      // of a permission: "IpRanges"
  std::string_view item;      // in it: "CidrIp"
  std::string_view alone[3];  // beside IpProtocol
  std::string_view shown;     // of a SecurityGroupRule
};
constexpr PeerWords kPeers[] = {
    {PeerKind::ipv4, "IpRanges", "CidrIp", {"CidrIp", "", ""}, "CidrIpv4"},
    {PeerKind::ipv6, "Ipv6Ranges", "CidrIpv6", {"CidrIpv6", "", ""}, "CidrIpv6"},
    {PeerKind::prefix_list,
     "PrefixListIds",
     "PrefixListId",
     {"SourcePrefixListId", "DestinationPrefixListId", ""},
     "PrefixListId"},
    {PeerKind::group,
     "UserIdGroupPairs",
     "GroupId",
     {"SourceSecurityGroupId", "DestinationSecurityGroupId", "SourceSecurityGroupName"},
     "ReferencedGroupInfo"},
};

std::string protocol_of(const Json& permission) {
  std::string text = input::text(permission, "IpProtocol");
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  if (text == "6") return "tcp";
  if (text == "17") return "udp";
  if (text == "1") return "icmp";
  return text.empty() || text == "all" ? "-1" : text;
}

/// "10.0.0.0/8": four numbers up to 255 and a length up to 32.
bool is_block(std::string_view text) {
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (int i = 0; i < 5; ++i) {
    unsigned value = 0;
    const auto [next, wrong] = std::from_chars(at, end, value);
    if (wrong != std::errc{} || value > (i < 4 ? 255U : 32U)) return false;
    if (i == 4) return next == end;
    if (next == end || *next != (i < 3 ? '.' : '/')) return false;
    at = next + 1;
  }
  return false;
}

std::optional<ApiError> wrong_rule(const SecurityRule& rule) {
  const auto refuse = [](std::string message) {
    return ApiError{"InvalidParameterValue", std::move(message)};
  };
  if (rule.kind == PeerKind::ipv4 && !is_block(rule.peer))
    return refuse(fmt::format("CIDR block {} is malformed", rule.peer));
  const bool has_ports = rule.protocol == "tcp" || rule.protocol == "udp";
  if (has_ports && (rule.from < 0 || rule.to < 0))
    return refuse(
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  if (has_ports && (rule.from > rule.to || rule.to > 65'535))
    return refuse(fmt::format("Invalid value '{}-{}' for portRange.", rule.from, rule.to));
  return std::nullopt;
}

SecurityRule rule_of(const Json& permission, bool egress) {
  SecurityRule rule;
  rule.egress = egress;
  rule.protocol = protocol_of(permission);
  if (rule.protocol == "-1") return rule;  // "-1 allows traffic on all ports"
  rule.from = input::integer(permission, "FromPort").value_or(-1);
  rule.to = input::integer(permission, "ToPort").value_or(-1);
  return rule;
}

std::string shown_protocol(const std::string& protocol) {
  if (protocol == "-1") return "ALL";
  std::string text = protocol;
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return text;
}

}  // namespace

ApiResult<std::vector<SecurityRule>> read_rules(const Json& input, bool egress) {
  std::vector<SecurityRule> rules;
  const auto take = [&](SecurityRule rule, const PeerWords& words, const Json& from,
                        std::string_view name) -> std::optional<ApiError> {
    rule.kind = words.kind;
    rule.peer = input::text(from, name);
    if (rule.peer.empty() && words.kind == PeerKind::group)
      rule.peer = input::text(from, "GroupName");
    rule.description = input::text(from, "Description");
    if (auto wrong = wrong_rule(rule)) return wrong;
    rules.push_back(std::move(rule));
    return std::nullopt;
  };
  const Json& permissions = input::member(input, "IpPermissions");
  if (permissions.is_array())
    for (const Json& permission : permissions)
      for (const PeerWords& words : kPeers) {
        const Json& list = input::member(permission, words.list);
        if (!list.is_array()) continue;
        for (const Json& one : list)
          if (auto wrong = take(rule_of(permission, egress), words, one, words.item))
            return *std::move(wrong);
      }
  for (const PeerWords& words : kPeers)
    for (const std::string_view name : words.alone) {
      if (name.empty() || input::text(input, name).empty()) continue;
      if (auto wrong = take(rule_of(input, egress), words, input, name)) return *std::move(wrong);
    }
  if (rules.empty())
    return ApiError{"MissingParameter",
                    "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided."};
  return rules;
}

bool same_rule(const SecurityRule& a, const SecurityRule& b) {
  return a.egress == b.egress && a.protocol == b.protocol && a.from == b.from && a.to == b.to &&
         a.kind == b.kind && a.peer == b.peer;
}

std::optional<ApiError> add_rule(Vpc& vpc, SecurityGroup& group, SecurityRule rule) {
  const auto is_same = [&](const SecurityRule& other) { return same_rule(rule, other); };
  if (std::ranges::any_of(group.rules, is_same)) {
    const std::string ports =
        rule.from < 0 ? "" : fmt::format(", from port: {}, to port: {}", rule.from, rule.to);
    return ApiError{"InvalidPermission.Duplicate",
                    fmt::format("the specified rule \"peer: {}, {}{}, ALLOW\" already exists",
                                rule.peer, shown_protocol(rule.protocol), ports)};
  }
  if (std::ranges::count(group.rules, rule.egress, &SecurityRule::egress) >= kMostRules)
    return ApiError{"RulesPerSecurityGroupLimitExceeded",
                    "The maximum number of rules per security group has been reached."};
  rule.id = vpc.cloud.next_id("sgr-");
  group.rules.push_back(std::move(rule));
  return std::nullopt;
}

Json rule_json(const SecurityGroup& group, const SecurityRule& rule) {
  Json view{{"SecurityGroupRuleId", rule.id},
            {"GroupId", group.id},
            {"GroupOwnerId", group.place.account},
            {"IsEgress", rule.egress},
            {"IpProtocol", rule.protocol},
            {"FromPort", rule.from},
            {"ToPort", rule.to},
            {"Tags", Json::array()}};
  if (!rule.description.empty()) view["Description"] = rule.description;
  for (const PeerWords& words : kPeers)
    if (words.kind == rule.kind && rule.kind != PeerKind::group)
      view[std::string{words.shown}] = rule.peer;
  if (rule.kind == PeerKind::group)
    view["ReferencedGroupInfo"] = {{"GroupId", rule.peer}, {"UserId", group.place.account}};
  return view;
}

/// Rules of the same protocol and ports are one permission with several peers.
Json permissions_json(const SecurityGroup& group, bool egress) {
  Json permissions = Json::array();
  std::vector<const SecurityRule*> firsts;
  for (const SecurityRule& rule : group.rules) {
    if (rule.egress != egress) continue;
    const auto same = std::ranges::find_if(firsts, [&](const SecurityRule* other) {
      return other->protocol == rule.protocol && other->from == rule.from && other->to == rule.to;
    });
    const auto number = static_cast<std::size_t>(same - firsts.begin());
    if (same == firsts.end()) {
      firsts.push_back(&rule);
      Json made{{"IpProtocol", rule.protocol}};
      if (rule.protocol != "-1") made["FromPort"] = rule.from;
      if (rule.protocol != "-1") made["ToPort"] = rule.to;
      for (const PeerWords& words : kPeers) made[std::string{words.list}] = Json::array();
      permissions.push_back(std::move(made));
    }
    for (const PeerWords& words : kPeers) {
      if (words.kind != rule.kind) continue;
      Json peer{{std::string{words.item}, rule.peer}};
      if (!rule.description.empty()) peer["Description"] = rule.description;
      if (rule.kind == PeerKind::group) peer["UserId"] = group.place.account;
      permissions[number][std::string{words.list}].push_back(std::move(peer));
    }
  }
  return permissions;
}

}  // namespace opsim::vpc
