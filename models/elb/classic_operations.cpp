// Operations of service "elb". AWS: ELB API (2012-06-01), the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/classic.hpp"
#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

ApiResult<ClassicFound> asked_classic(Classic& classic, const Request& request) {
  return find_classic(classic, request.place(), input::text(request.input, "LoadBalancerName"));
}

std::int64_t whole_seconds(Duration d) {
  return std::chrono::floor<std::chrono::seconds>(d).count();
}

Json zone_names(const LoadBalancer& balancer) {
  Json names = Json::array();
  for (const Zone& zone : balancer.zones) names.push_back(zone.name);
  return names;
}

Json instances_json(const TargetGroup& group) {
  Json list = Json::array();
  for (const auto& [key, target] : group.targets)
    if (target.is_registered()) list.push_back({{"InstanceId", target.id}});
  return list;
}

Json check_json(const HealthCheckSpec& check) {
  return {{"Target", check_target(check)},
          {"Interval", whole_seconds(check.interval)},
          {"Timeout", whole_seconds(check.timeout)},
          {"UnhealthyThreshold", check.unhealthy_threshold},
          {"HealthyThreshold", check.healthy_threshold}};
}

Json balancer_json(Elb& elb, const LoadBalancer& balancer, const TargetGroup& group) {
  Json listeners = Json::array();
  for (const std::string& arn : balancer.listeners)
    listeners.push_back(
        {{"Listener", elb.listeners.at(arn).certificates[0]}, {"PolicyNames", Json::array()}});
  Json subnets = Json::array();
  for (const Zone& zone : balancer.zones)
    if (!zone.subnet.empty()) subnets.push_back(zone.subnet);
  return {{"LoadBalancerName", balancer.name},
          {"DNSName", balancer.dns_name},
          {"CanonicalHostedZoneName", balancer.dns_name},
          {"ListenerDescriptions", std::move(listeners)},
          {"AvailabilityZones", zone_names(balancer)},
          {"Subnets", std::move(subnets)},
          {"Instances", instances_json(group)},
          {"HealthCheck", check_json(group.check)},
          {"SecurityGroups", balancer.security_groups},
          {"CreatedTime", iso8601(balancer.created)},
          {"Scheme", balancer.scheme}};
}

/// "InService", or "OutOfService" and why (DescribeInstanceHealth).
Json state_json(const Target& target) {
  Json state{{"InstanceId", target.id},
             {"State", target.is_healthy() ? "InService" : "OutOfService"},
             {"ReasonCode", "N/A"},
             {"Description", "N/A"}};
  const auto say = [&](std::string_view code, std::string_view text) {
    state["ReasonCode"] = code;
    state["Description"] = text;
  };
  if (target.is_healthy()) return state;
  if (target.state == TargetState::draining) {
    state["State"] = "InService";
    say("N/A", "Instance deregistration currently in progress.");
  } else if (target.unused == Unused::stopped) {
    say("Instance", "Instance is in stopped state.");
  } else if (!target.is_used()) {
    say("ELB",
        "Instance is in the EC2 Availability Zone for which LoadBalancer is not configured "
        "to route traffic to.");
  } else if (target.state == TargetState::initial) {
    say("ELB", "Instance registration is still in progress.");
  } else {
    say("Instance",
        "Instance has failed at least the UnhealthyThreshold number of health checks "
        "consecutively.");
  }
  return state;
}

void zones_changed(Elb& elb, LoadBalancer& balancer, TargetGroup& group) {
  std::ranges::sort(balancer.zones, {}, &Zone::name);
  refresh_use(elb, group);
}

}  // namespace

ApiResult<Json> classic_create(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> made = add_classic(classic, request.place(), request.input);
  if (!made) return made.error();
  return Json{{"DNSName", made->balancer->dns_name}};
}

// "If the load balancer does not exist or has already been deleted, the call to DeleteLoadBalancer
// still succeeds."
ApiResult<Json> classic_delete(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return Json::object();
  Elb& elb = classic.elb();
  const std::string key = found->balancer->arn;
  const std::string name = found->balancer->name;
  for (const std::string& listener : found->balancer->listeners) elb.listeners.erase(listener);
  refresh_associations(elb);
  erase_group(elb, *found->group);
  elb.load_balancers.erase(key);
  elb.cloud.resources().remove(name);
  return Json::object();
}

ApiResult<Json> classic_describe(Classic& classic, const Request& request) {
  Elb& elb = classic.elb();
  const std::vector<std::string> names = input::texts(request.input, "LoadBalancerNames");
  for (const std::string& name : names)
    if (auto found = find_classic(classic, request.place(), name); !found) return found.error();
  Json list = Json::array();
  for (const auto& [key, balancer] : elb.load_balancers) {
    if (!balancer.is_classic() || balancer.place != request.place()) continue;
    if (!names.empty() && std::ranges::count(names, balancer.name) == 0) continue;
    list.push_back(balancer_json(elb, balancer, elb.target_groups.at(key)));
  }
  return page_of(list, "LoadBalancerDescriptions", request.input);
}

ApiResult<Json> classic_create_listeners(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  if (auto done = add_classic_listeners(classic, *found->balancer,
                                        input::member(request.input, "Listeners"));
      !done)
    return done.error();
  return Json::object();
}

ApiResult<Json> classic_delete_listeners(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  const Json& ports = input::member(request.input, "LoadBalancerPorts");
  if (!ports.is_array()) return validation_error("At least one port must be specified");
  for (const Json& port : ports) {
    const std::string arn = fmt::format("{}:{}", found->balancer->arn, input::text(port));
    found->balancer->listeners.erase(arn);
    classic.elb().listeners.erase(arn);
  }
  refresh_associations(classic.elb());
  return Json::object();
}

ApiResult<Json> configure_health_check(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  ApiResult<HealthCheckSpec> check =
      read_classic_check(found->group->check, input::member(request.input, "HealthCheck"));
  if (!check) return check.error();
  found->group->check = *std::move(check);
  restart_checks(classic.elb(), *found->group);
  return Json{{"HealthCheck", check_json(found->group->check)}};
}

ApiResult<Json> register_instances(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  const bool stands =
      request.caller.is_service() && classic.cloud.sim().now() == classic.cloud.sim().start();
  if (auto done =
          register_classic(classic, *found->group, input::member(request.input, "Instances"),
                           stands ? Stands::yes : Stands::no);
      !done)
    return done.error();
  return Json{{"Instances", instances_json(*found->group)}};
}

ApiResult<Json> deregister_instances(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  TargetGroup& group = *found->group;
  const Json& given = input::member(request.input, "Instances");
  if (!given.is_array()) return validation_error("At least one instance must be specified");
  for (const Json& instance : given) {
    const auto target = group.targets.find({input::text(instance, "InstanceId"), 0});
    if (target != group.targets.end()) deregister(classic.elb(), group, target->second);
  }
  return Json{{"Instances", instances_json(group)}};
}

ApiResult<Json> describe_instance_health(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  Json list = Json::array();
  const Json& asked = input::member(request.input, "Instances");
  for (const auto& [key, target] : found->group->targets) {
    const bool wanted =
        !asked.is_array() || asked.empty() || std::ranges::any_of(asked, [&](const Json& one) {
          return input::text(one, "InstanceId") == target.id;
        });
    if (wanted) list.push_back(state_json(target));
  }
  if (asked.is_array())
    for (const Json& one : asked)
      if (!found->group->targets.contains({input::text(one, "InstanceId"), 0}))
        return ApiError{"InvalidInstance", fmt::format("Could not find EC2 instance {}.",
                                                       input::text(one, "InstanceId"))};
  return Json{{"InstanceStates", std::move(list)}};
}

ApiResult<Json> enable_zones(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  std::vector<Zone>& zones = found->balancer->zones;
  for (const std::string& zone : input::texts(request.input, "AvailabilityZones"))
    if (std::ranges::count(zones, zone, &Zone::name) == 0) zones.push_back({zone, {}, false});
  zones_changed(classic.elb(), *found->balancer, *found->group);
  return Json{{"AvailabilityZones", zone_names(*found->balancer)}};
}

ApiResult<Json> disable_zones(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  const std::vector<std::string> gone = input::texts(request.input, "AvailabilityZones");
  std::vector<Zone> kept;
  for (const Zone& zone : found->balancer->zones)
    if (std::ranges::count(gone, zone.name) == 0) kept.push_back(zone);
  if (kept.empty())
    return ApiError{"InvalidConfigurationRequest",
                    "There must be at least one Availability Zone registered with the load "
                    "balancer at all times",
                    409};
  found->balancer->zones = std::move(kept);
  zones_changed(classic.elb(), *found->balancer, *found->group);
  return Json{{"AvailabilityZones", zone_names(*found->balancer)}};
}

ApiResult<Json> classic_describe_attributes(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  const auto drains =
      number_of(found->group->attributes, "deregistration_delay.timeout_seconds").value_or(0);
  const bool crosses = is_true(found->balancer->attributes, "load_balancing.cross_zone.enabled");
  return Json{{"LoadBalancerAttributes",
               {{"CrossZoneLoadBalancing", {{"Enabled", crosses}}},
                {"ConnectionDraining",
                 {{"Enabled", drains > 0}, {"Timeout", drains > 0 ? drains : 300}}}}}};
}

ApiResult<Json> classic_modify_attributes(Classic& classic, const Request& request) {
  const ApiResult<ClassicFound> found = asked_classic(classic, request);
  if (!found) return found.error();
  const Json& given = input::member(request.input, "LoadBalancerAttributes");
  if (auto done = change_classic_attributes(*found, given); !done) return done.error();
  return Json{{"LoadBalancerName", found->balancer->name}, {"LoadBalancerAttributes", given}};
}

ApiResult<Created> create_classic_resource(Classic& classic, const ResourceRequest& request) {
  Json input = request.properties;
  if (input::text(input, "LoadBalancerName").empty())
    input["LoadBalancerName"] = generated_name(request);
  ApiResult<ClassicFound> made = add_classic(classic, request.place, input);
  if (!made) return made.error();
  if (const Json& check = input::member(input, "HealthCheck"); check.is_object()) {
    ApiResult<HealthCheckSpec> read = read_classic_check(made->group->check, check);
    if (!read) return read.error();
    made->group->check = *std::move(read);
  }
  Json attributes = Json::object();
  attributes["ConnectionDraining"] = input::member(input, "ConnectionDrainingPolicy");
  if (const auto crosses = input::boolean(input, "CrossZone"))
    attributes["CrossZoneLoadBalancing"] = {{"Enabled", *crosses}};
  if (auto done = change_classic_attributes(*made, attributes); !done) return done.error();
  if (auto done =
          register_classic(classic, *made->group, input::member(input, "Instances"), Stands::yes);
      !done)
    return done.error();
  const LoadBalancer& balancer = *made->balancer;
  return Created{.physical_id = balancer.name,
                 .arn = arn(request.place, "elasticloadbalancing", "loadbalancer/" + balancer.name),
                 .attributes = {{"CanonicalHostedZoneName", balancer.dns_name},
                                {"CanonicalHostedZoneNameID", "Z35SXDOTRQ7X7K"},
                                {"DNSName", balancer.dns_name},
                                {"SourceSecurityGroup.GroupName", "default"},
                                {"SourceSecurityGroup.OwnerAlias", request.place.account}}};
}

}  // namespace opsim::elb
