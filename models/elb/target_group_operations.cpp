// Operations on target groups. AWS: ELB API (2015-12-01), the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

constexpr std::string_view kProtocols[] = {"HTTP",    "HTTPS", "TCP",      "TLS",   "UDP",
                                           "TCP_UDP", "QUIC",  "TCP_QUIC", "GENEVE"};

ApiResult<TargetType> read_type(const Json& input) {
  const std::string type = input::text(input, "TargetType");
  if (type.empty() || type == "instance") return TargetType::instance;
  if (type == "ip") return TargetType::ip;
  if (type == "lambda") return TargetType::lambda;
  if (type == "alb") return TargetType::alb;
  return validation_error(
      fmt::format("Target type '{}' must be one of '[instance, ip, lambda, alb]'", type));
}

/// Name, type, protocol and port: what never changes.
ApiResult<TargetGroup> read_identity(const Json& input) {
  TargetGroup group;
  group.name = input::text(input, "Name");
  if (auto named = check_name("Target group", group.name); !named) return named.error();
  const ApiResult<TargetType> type = read_type(input);
  if (!type) return type.error();
  group.type = *type;
  if (group.type == TargetType::lambda) {
    if (!input::text(input, "Protocol").empty() || !input::text(input, "Port").empty())
      return ApiError{"InvalidConfigurationRequest",
                      "Protocol and port cannot be specified for target groups with target type "
                      "'lambda'"};
    return group;
  }
  group.protocol = input::text(input, "Protocol");
  if (std::ranges::count(kProtocols, group.protocol) == 0)
    return validation_error(group.protocol.empty()
                                ? std::string{"A protocol must be specified"}
                                : fmt::format("Protocol '{}' must be one of '[{}]'", group.protocol,
                                              fmt::join(kProtocols, ", ")));
  const auto port = input::integer(input, "Port");
  if (!port) return validation_error("A port must be specified");
  if (*port < 1 || *port > 65'535)
    return validation_error(fmt::format("Port '{}' must be from 1 to 65535", *port));
  group.port = static_cast<int>(*port);
  group.vpc = input::text(input, "VpcId");
  if (group.vpc.empty()) return validation_error("A VPC ID must be specified");
  if (group.protocol == "HTTP" || group.protocol == "HTTPS") {
    group.protocol_version = input::text(input, "ProtocolVersion");
    if (group.protocol_version.empty()) group.protocol_version = "HTTP1";
    if (group.protocol_version != "HTTP1" && group.protocol_version != "HTTP2" &&
        group.protocol_version != "GRPC")
      return validation_error(fmt::format(
          "Protocol version '{}' must be one of '[GRPC, HTTP1, HTTP2]'", group.protocol_version));
  }
  if (group.type == TargetType::alb && group.protocol != "TCP")
    return validation_error("Target groups with target type 'alb' must have the protocol 'TCP'");
  return group;
}

Json group_json(const TargetGroup& group) {
  const HealthCheckSpec& check = group.check;
  const auto whole = [](Duration d) { return std::chrono::floor<std::chrono::seconds>(d).count(); };
  Json made{{"TargetGroupArn", group.arn},
            {"TargetGroupName", group.name},
            {"TargetType", to_string(group.type)},
            {"HealthCheckEnabled", check.enabled},
            {"HealthCheckIntervalSeconds", whole(check.interval)},
            {"HealthCheckTimeoutSeconds", whole(check.timeout)},
            {"HealthyThresholdCount", check.healthy_threshold},
            {"UnhealthyThresholdCount", check.unhealthy_threshold},
            {"LoadBalancerArns", group.load_balancers}};
  if (!check.path.empty()) made["HealthCheckPath"] = check.path;
  if (check.is_http())
    made["Matcher"] = {{check.is_grpc ? "GrpcCode" : "HttpCode", check.matcher.text}};
  if (group.type == TargetType::lambda) return made;
  made["Protocol"] = group.protocol;
  made["Port"] = group.port;
  made["VpcId"] = group.vpc;
  made["HealthCheckProtocol"] = check.protocol;
  made["HealthCheckPort"] = check.port;
  made["IpAddressType"] = "ipv4";
  if (!group.protocol_version.empty()) made["ProtocolVersion"] = group.protocol_version;
  return made;
}

/// The target group of the request's TargetGroupArn.
ApiResult<TargetGroup*> asked_group(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "TargetGroupArn");
  TargetGroup* group = elb.find_target_group(arn);
  if (group == nullptr) return no_target_group(arn);
  return group;
}

}  // namespace

// "This operation is idempotent: if you attempt to create multiple target groups with the same
// settings, each call succeeds."
ApiResult<TargetGroup*> add_target_group(Elb& elb, const Place& place, const Json& input) {
  ApiResult<TargetGroup> read = read_identity(input);
  if (!read) return read.error();
  TargetGroup& group = *read;
  auto check =
      read_health_check(default_health_check(group.type, group.protocol, group.protocol_version),
                        input, group.type, group.protocol);
  if (!check) return check.error();
  group.check = *std::move(check);
  if (TargetGroup* same = elb.find_target_group(place, group.name)) {
    if (same->protocol == group.protocol && same->port == group.port && same->vpc == group.vpc &&
        same->type == group.type)
      return same;
    return ApiError{"DuplicateTargetGroupName",
                    fmt::format("A target group with the same name '{}' exists, but with different "
                                "settings",
                                group.name)};
  }
  group.place = place;
  group.full_name = fmt::format("targetgroup/{}/{}", group.name, next_id(elb, "tg"));
  group.arn = arn(place, "elasticloadbalancing", group.full_name);
  group.attributes = default_target_group_attributes(group.type, group.protocol);
  group.tags = input::tags(input::member(input, "Tags"));
  group.created = elb.sim().now();
  std::string key = group.arn;
  return &(elb.target_groups[std::move(key)] = *std::move(read));
}

ApiResult<Json> create_target_group(Elb& elb, const Request& request) {
  const ApiResult<TargetGroup*> made = add_target_group(elb, request.place(), request.input);
  if (!made) return made.error();
  return Json{{"TargetGroups", Json::array({group_json(**made)})}};
}

// "You can delete a target group if it is not referenced by any actions." DeleteTargetGroup of what
// does not exist succeeds.
ApiResult<Json> delete_target_group(Elb& elb, const Request& request) {
  const ApiResult<TargetGroup*> asked = asked_group(elb, request);
  if (!asked) return Json::object();
  TargetGroup& group = **asked;
  if (!group.load_balancers.empty())
    return ApiError{
        "ResourceInUse",
        fmt::format("Target group '{}' is currently in use by a listener or a rule", group.arn)};
  elb.cloud.resources().remove(group.arn);
  erase_group(elb, group);
  return Json::object();
}

ApiResult<Json> describe_target_groups(Elb& elb, const Request& request) {
  std::vector<std::string> arns = input::texts(request.input, "TargetGroupArns");
  const std::vector<std::string> names = input::texts(request.input, "Names");
  const std::string balancer = input::text(request.input, "LoadBalancerArn");
  if (!balancer.empty() && elb.find_load_balancer(balancer) == nullptr)
    return no_load_balancer(balancer);
  for (const std::string& arn : arns)
    if (elb.find_target_group(arn) == nullptr)
      return ApiError{"TargetGroupNotFound", "One or more target groups not found"};
  for (const std::string& name : names)
    if (elb.find_target_group(request.place(), name) == nullptr)
      return ApiError{"TargetGroupNotFound", "One or more target groups not found"};
  Json list = Json::array();
  for (const auto& [arn, group] : elb.target_groups) {
    if (group.place != request.place() || group.classic) continue;
    if (!arns.empty() && std::ranges::count(arns, arn) == 0) continue;
    if (!names.empty() && std::ranges::count(names, group.name) == 0) continue;
    if (!balancer.empty() && !group.load_balancers.contains(balancer)) continue;
    list.push_back(group_json(group));
  }
  return page_of(list, "TargetGroups", request.input);
}

ApiResult<Json> modify_target_group(Elb& elb, const Request& request) {
  const ApiResult<TargetGroup*> asked = asked_group(elb, request);
  if (!asked) return asked.error();
  TargetGroup& group = **asked;
  auto check = read_health_check(group.check, request.input, group.type, group.protocol);
  if (!check) return check.error();
  const bool was_enabled = group.check.enabled;
  group.check = *std::move(check);
  if (group.check.enabled && !was_enabled)
    for (auto& [key, target] : group.targets) target.state = TargetState::initial;
  restart_checks(elb, group);
  counts_changed(elb, group);
  return Json{{"TargetGroups", Json::array({group_json(group)})}};
}

ApiResult<Json> describe_target_group_attributes(Elb& elb, const Request& request) {
  const ApiResult<TargetGroup*> asked = asked_group(elb, request);
  if (!asked) return asked.error();
  return Json{{"Attributes", attributes_json((*asked)->attributes)}};
}

ApiResult<Json> modify_target_group_attributes(Elb& elb, const Request& request) {
  const ApiResult<TargetGroup*> asked = asked_group(elb, request);
  if (!asked) return asked.error();
  TargetGroup& group = **asked;
  ApiResult<Attributes> changed =
      changed_attributes(group.attributes, input::member(request.input, "Attributes"));
  if (!changed) return changed.error();
  group.attributes = *std::move(changed);
  return Json{{"Attributes", attributes_json(group.attributes)}};
}

}  // namespace opsim::elb
