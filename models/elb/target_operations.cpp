// Operations on targets. AWS: ELB API, RegisterTargets, DeregisterTargets, DescribeTargetHealth.
#include <fmt/format.h>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

/// "You can't specify publicly routable IP addresses": 10/8, 100.64/10, 172.16/12, 192.168/16. The
/// addresses of a VPC with another range belong to a resource.
bool is_private(Elb& elb, const TargetGroup& group, const std::string& address) {
  for (const std::string_view block :
       {"10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"})
    if (block_holds(block, address)) return true;
  return elb.cloud.resources().at_address(group.place, address) != nullptr;
}

ApiError invalid_target(std::string message) { return {"InvalidTarget", std::move(message)}; }

ApiResult<void> check_target(Elb& elb, const TargetGroup& group, const Target& target) {
  switch (group.type) {
    case TargetType::instance: {
      if (!target.id.starts_with("i-"))
        return validation_error(fmt::format("Instance ID '{}' is not valid", target.id));
      const Resource* instance = elb.cloud.resources().find(target.id);
      if (instance == nullptr && elb.cloud.model("ec2") != nullptr)
        return invalid_target(
            fmt::format("The following targets are not in the target group VPC '{}': '{}'",
                        group.vpc, target.id));
      if (elb.cloud.read_quantity(target.id, "running").value_or(1) < 1)
        return invalid_target(
            fmt::format("The following targets are not in a running state and cannot be "
                        "registered: '{}'",
                        target.id));
      return {};
    }
    case TargetType::ip:
      if (!is_private(elb, group, target.id))
        return validation_error(
            fmt::format("The IP address '{}' is not within the VPC or a private range", target.id));
      return {};
    case TargetType::lambda:
    case TargetType::alb: {
      const Target* other = group.targets.empty() ? nullptr : &group.targets.begin()->second;
      if (other != nullptr && other->id != target.id && other->is_registered())
        return ApiError{
            "TooManyTargets",
            fmt::format("Only one target can be registered with target group '{}'", group.arn)};
      if (group.type == TargetType::alb && elb.find_load_balancer(target.id) == nullptr)
        return invalid_target(fmt::format("The target '{}' is not valid", target.id));
      return {};
    }
  }
  return {};
}

/// What a TargetDescription says, with the group's port where it has none.
Target read_target(const TargetGroup& group, const Json& given) {
  Target target;
  target.id = given.is_string() ? given.get<std::string>() : input::text(given, "Id");
  target.port = static_cast<int>(input::integer(given, "Port").value_or(group.port));
  target.zone_given = input::text(given, "AvailabilityZone");
  if (group.type == TargetType::lambda) target.port = 0;
  return target;
}

struct Said {
  std::string_view state;
  std::string_view reason = {};
  std::string description = {};
};

Said say_unused(Unused unused) {
  if (unused == Unused::stopped)
    return {"unused", "Target.InvalidState", "Target is in the stopped state"};
  if (unused == Unused::zone)
    return {"unused", "Target.NotInUse",
            "Target is in an Availability Zone that is not enabled for the load balancer"};
  return {"unused", "Target.NotInUse",
          "Target group is not configured to receive traffic from the load balancer"};
}

Said say(const TargetGroup& group, const Target& target, SimTime now) {
  if (target.state == TargetState::draining)
    return {"draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"};
  if (!target.is_used()) return say_unused(target.unused);
  if (!group.check.enabled)
    return {"unavailable", "Target.HealthCheckDisabled",
            "Health checks are disabled for the target group"};
  switch (target.state) {
    case TargetState::healthy: return {"healthy"};
    case TargetState::unhealthy: return {"unhealthy", target.reason, target.description};
    case TargetState::unhealthy_draining:
      return {"unhealthy.draining", target.reason, target.description};
    default: break;
  }
  if (now < target.first_check)
    return {"initial", "Elb.RegistrationInProgress", "Target registration is in progress"};
  return {"initial", "Elb.InitialHealthChecking", "Initial health checks in progress"};
}

/// API, AdministrativeOverride: of targets behind load balancers that take part in zonal shifts.
/// The descriptions are a guess.
Json override_of(Elb& elb, const TargetGroup& group, const Target& target) {
  const auto told = [](std::string_view state, std::string_view reason, std::string_view text) {
    return Json{{"State", state},
                {"Reason", fmt::format("AdministrativeOverride.{}", reason)},
                {"Description", text}};
  };
  bool takes_part = false;
  for (const std::string& arn : group.load_balancers) {
    const LoadBalancer* balancer = elb.find_load_balancer(arn);
    if (balancer == nullptr || !is_true(balancer->attributes, "zonal_shift.config.enabled"))
      continue;
    takes_part = true;
    const Zone* zone = balancer->find_zone(target.zone);
    if (zone == nullptr || !zone->shifted_away) continue;
    return cross_zone(*balancer, group)
               ? told("zonal_shift_active", "ZonalShiftActive",
                      "Zonal shift is active on the target")
               : told("zonal_shift_delegated_to_dns", "ZonalShiftDelegatedToDns",
                      "Zonal shift is active, and is applied through DNS");
  }
  if (!takes_part) return {};
  return told("no_override", "NoOverride", "No override is currently active on target");
}

Json health_json(Elb& elb, const TargetGroup& group, const Target& target, const Said& said) {
  Json health{{"State", said.state}};
  if (!said.reason.empty()) health["Reason"] = said.reason;
  if (!said.description.empty()) health["Description"] = said.description;
  Json one{{"Id", target.id}};
  if (target.port != 0) one["Port"] = target.port;
  if (!target.zone_given.empty()) one["AvailabilityZone"] = target.zone_given;
  Json described{{"Target", std::move(one)}, {"TargetHealth", std::move(health)}};
  if (group.type != TargetType::lambda)
    described["HealthCheckPort"] =
        group.check.port == "traffic-port" ? std::to_string(target.port) : group.check.port;
  if (Json shifted = override_of(elb, group, target); shifted.is_object())
    described["AdministrativeOverride"] = std::move(shifted);
  if (text_of(group.attributes, "load_balancing.algorithm.type") == "weighted_random")
    described["AnomalyDetection"] = {{"Result", "normal"}, {"MitigationInEffect", "no"}};
  return described;
}

constexpr std::size_t kMostTargets = 1'000;  // quota "Targets per target group per Region"

}  // namespace

// "Registers the specified targets with the specified target group. If the target is an EC2
// instance, it must be in the running state when you register it."
ApiResult<void> register_in(Elb& elb, TargetGroup& group, const Json& targets, Stands stands) {
  if (!targets.is_array()) return validation_error("At least one target must be specified");
  std::vector<Target> wanted;
  for (const Json& given : targets) {
    Target target = read_target(group, given);
    if (target.id.empty()) return validation_error("A target ID must be specified");
    if (target.port < 0 || target.port > 65'535)
      return validation_error(fmt::format("Port '{}' must be from 1 to 65535", target.port));
    // The address that a custom resource of a template would give is not known here.
    const bool made_up = group.type == TargetType::ip && target.id.find(':') == std::string::npos &&
                         !block_holds("0.0.0.0/0", target.id);
    if (made_up && stands == Stands::yes) continue;
    if (auto fit = check_target(elb, group, target); !fit) return fit.error();
    wanted.push_back(std::move(target));
  }
  if (group.targets.size() + wanted.size() > kMostTargets)
    return ApiError{
        "TooManyTargets",
        fmt::format("The maximum number of targets per target group is '{}'", kMostTargets)};
  for (Target& target : wanted) add_target(elb, group, std::move(target), stands);
  return {};
}

ApiResult<Json> register_targets(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "TargetGroupArn");
  TargetGroup* group = elb.find_target_group(arn);
  if (group == nullptr) return no_target_group(arn);
  // What a service registers as the world is laid out stood there before time began.
  const bool stands = request.caller.is_service() && elb.sim().now() == elb.sim().start();
  if (auto done = register_in(elb, *group, input::member(request.input, "Targets"),
                              stands ? Stands::yes : Stands::no);
      !done)
    return done.error();
  return Json::object();
}

// "Note: If the specified target does not exist, the action returns successfully." "If you
// specified a port override when you registered a target, you must specify both the target ID and
// the port".
ApiResult<Json> deregister_targets(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "TargetGroupArn");
  TargetGroup* group = elb.find_target_group(arn);
  if (group == nullptr) return no_target_group(arn);
  const Json& targets = input::member(request.input, "Targets");
  if (!targets.is_array()) return validation_error("At least one target must be specified");
  for (const Json& given : targets) {
    const Target wanted = read_target(*group, given);
    const auto found = group->targets.find({wanted.id, wanted.port});
    if (found != group->targets.end()) deregister(elb, *group, found->second);
  }
  return Json::object();
}

ApiResult<Json> describe_target_health(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "TargetGroupArn");
  const TargetGroup* group = elb.find_target_group(arn);
  if (group == nullptr) return no_target_group(arn);
  Json list = Json::array();
  const Json& asked = input::member(request.input, "Targets");
  if (!asked.is_array() || asked.empty()) {
    for (const auto& [key, target] : group->targets)
      list.push_back(health_json(elb, *group, target, say(*group, target, elb.sim().now())));
    return Json{{"TargetHealthDescriptions", std::move(list)}};
  }
  for (const Json& given : asked) {
    const Target wanted = read_target(*group, given);
    const auto found = group->targets.find({wanted.id, wanted.port});
    list.push_back(
        found == group->targets.end()
            ? health_json(elb, *group, wanted,
                          {"unused", "Target.NotRegistered",
                           "Target is not registered to the target group"})
            : health_json(elb, *group, found->second, say(*group, found->second, elb.sim().now())));
  }
  return Json{{"TargetHealthDescriptions", std::move(list)}};
}

}  // namespace opsim::elb
