// Classic Load Balancers: what stands, and how their settings read.
// AWS: Classic Load Balancer Guide, "Configure health checks", "Configure connection draining";
// ELB API (2012-06-01), HealthCheck.
#include "models/elb/classic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

std::string key_of(const Place& place, std::string_view name) {
  return fmt::format("classic/{}/{}/{}", place.region, place.account, name);
}

/// A number that a health check must have, within its limits.
ApiResult<int> check_number(const Json& check, std::string_view name, int now, int lowest,
                            int highest) {
  if (input::member(check, name).is_null()) return now;
  const auto number = input::integer(check, name);
  if (!number || *number < lowest || *number > highest)
    return validation_error(
        fmt::format("HealthCheck {} must be a value between {} and {}", name, lowest, highest));
  return static_cast<int>(*number);
}

std::string zone_name(Elb& elb, const Place& place, const std::string& subnet) {
  const auto answer =
      elb.cloud.inspect(place, "ec2", "DescribeSubnets", {{"SubnetIds", Json::array({subnet})}});
  if (answer && !answer->at("Subnets").empty())
    return input::text(answer->at("Subnets").at(0), "AvailabilityZone");
  const Resource* known = elb.cloud.resources().find(subnet);
  if (known == nullptr || !known->attributes.is_object()) return {};
  return input::text(known->attributes, "AvailabilityZone");
}

/// AvailabilityZones, or Subnets whose zones count.
std::vector<Zone> read_zones(Elb& elb, const Place& place, const Json& input) {
  std::vector<Zone> zones;
  for (const std::string& zone : input::texts(input, "AvailabilityZones"))
    zones.push_back({zone, {}, false});
  const std::vector<std::string> all = zones_of(place.region);
  for (const std::string& subnet : input::texts(input, "Subnets")) {
    std::string zone = zone_name(elb, place, subnet);
    if (zone.empty()) zone = all[zones.size() % all.size()];
    if (std::ranges::count(zones, zone, &Zone::name) == 0) zones.push_back({zone, subnet, false});
  }
  std::ranges::sort(zones, {}, &Zone::name);
  return zones;
}

TargetGroup new_group(const Place& place, const std::string& name, SimTime now) {
  TargetGroup group;
  group.arn = key_of(place, name);
  group.name = name;
  group.classic = true;
  group.full_name = name;
  group.place = place;
  group.protocol = "TCP";
  group.port = 0;
  group.type = TargetType::instance;
  group.check = {.enabled = true,
                 .protocol = "TCP",
                 .port = "80",
                 .path = {},
                 .interval = std::chrono::seconds{30},
                 .timeout = std::chrono::seconds{5},
                 .healthy_threshold = 10,
                 .unhealthy_threshold = 2,
                 .matcher = {}};
  group.attributes = {{"deregistration_delay.timeout_seconds", "0"},
                      {"load_balancing.cross_zone.enabled", "use_load_balancer_configuration"}};
  group.created = now;
  return group;
}

}  // namespace

ApiResult<ClassicFound> find_classic(Classic& classic, const Place& place, std::string_view name) {
  const std::string key = key_of(place, name);
  Elb& elb = classic.elb();
  LoadBalancer* balancer = elb.find_load_balancer(key);
  TargetGroup* group = elb.find_target_group(key);
  if (balancer == nullptr || group == nullptr)
    return ApiError{"LoadBalancerNotFound",
                    fmt::format("There is no ACTIVE Load Balancer named '{}'", name)};
  return ClassicFound{balancer, group};
}

std::string check_target(const HealthCheckSpec& spec) {
  return fmt::format("{}:{}{}", spec.protocol, spec.port, spec.path);
}

ApiResult<HealthCheckSpec> read_classic_check(HealthCheckSpec spec, const Json& check) {
  if (const std::string target = input::text(check, "Target"); !target.empty()) {
    const auto colon = target.find(':');
    const auto slash = target.find('/');
    spec.protocol = target.substr(0, colon);
    const bool known = spec.protocol == "HTTP" || spec.protocol == "HTTPS" ||
                       spec.protocol == "TCP" || spec.protocol == "SSL";
    if (colon == std::string::npos || !known || (spec.is_http() && slash == std::string::npos))
      return validation_error(
          fmt::format("HealthCheck target '{}' must be like HTTP:80/path or TCP:80", target));
    spec.port = target.substr(colon + 1, slash == std::string::npos ? slash : slash - colon - 1);
    spec.path = slash == std::string::npos ? std::string{} : target.substr(slash);
  }
  const auto whole = [](Duration d) {
    return static_cast<int>(std::chrono::floor<std::chrono::seconds>(d).count());
  };
  const auto interval = check_number(check, "Interval", whole(spec.interval), 5, 300);
  if (!interval) return interval.error();
  const auto timeout = check_number(check, "Timeout", whole(spec.timeout), 2, 60);
  if (!timeout) return timeout.error();
  const auto healthy = check_number(check, "HealthyThreshold", spec.healthy_threshold, 2, 10);
  if (!healthy) return healthy.error();
  const auto unhealthy = check_number(check, "UnhealthyThreshold", spec.unhealthy_threshold, 2, 10);
  if (!unhealthy) return unhealthy.error();
  if (*timeout >= *interval)
    return validation_error("HealthCheck timeout must be less than the interval");
  spec.interval = std::chrono::seconds{*interval};
  spec.timeout = std::chrono::seconds{*timeout};
  spec.healthy_threshold = *healthy;
  spec.unhealthy_threshold = *unhealthy;
  return spec;
}

ApiResult<void> add_classic_listeners(Classic& classic, LoadBalancer& balancer, const Json& list) {
  Elb& elb = classic.elb();
  if (!list.is_array() || list.empty())
    return validation_error("At least one listener must be specified");
  for (const Json& given : list) {
    Listener listener;
    listener.load_balancer = balancer.arn;
    listener.protocol = input::text(given, "Protocol");
    listener.port = static_cast<int>(input::integer(given, "LoadBalancerPort").value_or(0));
    if (listener.port < 1 || listener.port > 65'535)
      return validation_error("LoadBalancerPort must be from 1 to 65535");
    listener.arn = fmt::format("{}:{}", balancer.arn, listener.port);
    if (balancer.listeners.contains(listener.arn))
      return ApiError{"DuplicateListener",
                      fmt::format("A listener already exists for {} with LoadBalancerPort {}",
                                  balancer.name, listener.port)};
    listener.certificates = Json::array({given});  // as it was given, for DescribeLoadBalancers
    listener.otherwise.routing.forward = {{balancer.arn, 1}};
    balancer.listeners.insert(listener.arn);
    elb.listeners[listener.arn] = std::move(listener);
  }
  return {};
}

ApiResult<ClassicFound> add_classic(Classic& classic, const Place& place, const Json& input) {
  Elb& elb = classic.elb();
  const std::string name = input::text(input, "LoadBalancerName");
  if (auto named = check_name("LoadBalancer", name); !named) return named.error();
  if (find_classic(classic, place, name))
    return ApiError{"DuplicateLoadBalancerName",
                    fmt::format("Load Balancer named {} already exists and it is configured with "
                                "different parameters.",
                                name)};
  LoadBalancer made;
  made.arn = key_of(place, name);
  made.name = name;
  made.full_name = name;
  made.place = place;
  made.type = "classic";
  if (std::string scheme = input::text(input, "Scheme"); !scheme.empty())
    made.scheme = std::move(scheme);
  const std::string id = next_id(elb, "classic");
  made.dns_name =
      fmt::format("{}{}-{}.{}.elb.amazonaws.com", made.scheme == "internal" ? "internal-" : "",
                  name, id.substr(6), place.region);
  made.zones = read_zones(elb, place, input);
  if (made.zones.empty())
    return validation_error("Either AvailabilityZones or SubnetIds must be specified");
  made.security_groups = input::texts(input, "SecurityGroups");
  made.attributes = {{"load_balancing.cross_zone.enabled", "false"}};
  made.tags = input::tags(input::member(input, "Tags"));
  made.created = made.active_at = elb.sim().now();
  const std::string key = made.arn;
  LoadBalancer& balancer = elb.load_balancers[key] = std::move(made);
  TargetGroup& group = elb.target_groups[key] = new_group(place, name, balancer.created);
  const auto done = add_classic_listeners(classic, balancer, input::member(input, "Listeners"));
  if (!done) {
    elb.target_groups.erase(key);
    elb.load_balancers.erase(key);
    return done.error();
  }
  // "The default health check: TCP on the first listener's instance port" (guide).
  group.check.port = input::text(input::member(input, "Listeners")[0], "InstancePort");
  refresh_associations(elb, Stands::yes);
  return ClassicFound{&balancer, &group};
}

ApiResult<void> register_classic(Classic& classic, TargetGroup& group, const Json& instances,
                                 Stands stands) {
  Elb& elb = classic.elb();
  if (!instances.is_array()) return {};
  for (const Json& given : instances) {
    Target target;
    target.id = given.is_string() ? given.get<std::string>() : input::text(given, "InstanceId");
    if (elb.cloud.model("ec2") != nullptr && elb.cloud.resources().find(target.id) == nullptr)
      return ApiError{"InvalidInstance", fmt::format("Could not find EC2 instance {}.", target.id)};
    add_target(elb, group, std::move(target), stands);
  }
  return {};
}

ApiResult<void> change_classic_attributes(ClassicFound found, const Json& given) {
  const Json& draining = input::member(given, "ConnectionDraining");
  if (draining.is_object()) {
    const bool on = input::boolean(draining, "Enabled").value_or(false);
    const auto timeout = input::integer(draining, "Timeout").value_or(300);
    if (timeout < 1 || timeout > 3'600)
      return validation_error("ConnectionDraining timeout must be from 1 to 3600");
    found.group->attributes["deregistration_delay.timeout_seconds"] =
        on ? std::to_string(timeout) : "0";
  }
  const Json& crossing = input::member(given, "CrossZoneLoadBalancing");
  if (crossing.is_object())
    found.balancer->attributes["load_balancing.cross_zone.enabled"] =
        input::boolean(crossing, "Enabled").value_or(false) ? "true" : "false";
  return {};
}

}  // namespace opsim::elb
