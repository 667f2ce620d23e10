// Operations on load balancers. AWS: ELB API (2015-12-01), the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

/// Estimate: no page says how long provisioning takes; minutes are usual.
constexpr Duration kProvisioning = std::chrono::minutes{3};

/// Hosted zones of load balancers' names (AWS General Reference, "Elastic Load Balancing
/// endpoints"); others are not known here.
std::string hosted_zone(const LoadBalancer& balancer) {
  const bool network = balancer.type == "network";
  if (balancer.place.region == "us-east-1") return network ? "Z26RNL4JYFTOTI" : "Z35SXDOTRQ7X7K";
  if (balancer.place.region == "us-west-2") return network ? "Z18D5FSROUN65G" : "Z1H1FL5HABSF5";
  if (balancer.place.region == "eu-west-1") return network ? "Z2IFOLAFXWLO4F" : "Z32O12XQLNTSW2";
  return fmt::format("Z{}{}", network ? "NLB" : "ALB", balancer.place.region);
}

/// The zone and VPC of a subnet, as EC2 tells them; the Region's first zone where EC2 is absent.
struct SubnetFound {
  std::string zone;
  std::string vpc;
};
SubnetFound look_up_subnet(Elb& elb, const Place& place, const std::string& id) {
  // A subnet of no stack has no entry at EC2 until something is launched there.
  const auto answer =
      elb.cloud.inspect(place, "ec2", "DescribeSubnets", {{"SubnetIds", Json::array({id})}});
  if (answer && !answer->at("Subnets").empty()) {
    const Json& subnet = answer->at("Subnets").at(0);
    return {input::text(subnet, "AvailabilityZone"), input::text(subnet, "VpcId")};
  }
  const Resource* known = elb.cloud.resources().find(id);
  if (known != nullptr && known->attributes.is_object())
    return {input::text(known->attributes, "AvailabilityZone"),
            input::text(known->attributes, "VpcId")};
  return {};
}

/// A subnet of no stack gets its zone here, and keeps it: whoever launches there reads it.
void enter_subnet(Elb& elb, const Place& place, const std::string& id, const std::string& zone) {
  if (elb.cloud.resources().find(id) != nullptr) return;
  Resource subnet;
  subnet.type = "AWS::EC2::Subnet";
  subnet.physical_id = id;
  subnet.arn = arn(place, "ec2", "subnet/" + id);
  subnet.place = place;
  subnet.attributes = {{"AvailabilityZone", zone}, {"SubnetId", id}};
  elb.cloud.resources().add(std::move(subnet));
}

/// Subnets and SubnetMappings: one subnet a zone. Subnets whose zone nobody knows take the Region's
/// zones in turn.
ApiResult<std::vector<Zone>> read_zones(Elb& elb, const Place& place, const Json& input,
                                        std::string& vpc) {
  std::vector<std::string> subnets = input::texts(input, "Subnets");
  const Json& mappings = input::member(input, "SubnetMappings");
  if (mappings.is_array())
    for (const Json& mapping : mappings) subnets.push_back(input::text(mapping, "SubnetId"));
  const std::vector<std::string> all = zones_of(place.region);
  std::vector<Zone> zones;
  for (const std::string& subnet : subnets) {
    SubnetFound found = look_up_subnet(elb, place, subnet);
    if (found.zone.empty()) {
      const auto free = std::ranges::find_if(all, [&](const std::string& zone) {
        return std::ranges::count(zones, zone, &Zone::name) == 0;
      });
      if (free == all.end()) break;
      found.zone = *free;
      enter_subnet(elb, place, subnet, found.zone);
    }
    if (vpc.empty()) vpc = found.vpc;
    if (std::ranges::count(zones, found.zone, &Zone::name) > 0)
      return ApiError{"InvalidConfigurationRequest",
                      "A load balancer cannot be attached to multiple subnets in the same "
                      "Availability Zone"};
    zones.push_back({found.zone, subnet, false});
  }
  std::ranges::sort(zones, {}, &Zone::name);
  return zones;
}

ApiResult<LoadBalancer> read_load_balancer(Elb& elb, const Place& place, const Json& input) {
  LoadBalancer made;
  made.place = place;
  made.name = input::text(input, "Name");
  if (auto named = check_name("Load balancer", made.name); !named) return named.error();
  if (std::string type = input::text(input, "Type"); !type.empty()) made.type = std::move(type);
  if (made.type != "application" && made.type != "network" && made.type != "gateway")
    return validation_error(
        fmt::format("Type '{}' must be one of '[application, network, gateway]'", made.type));
  if (std::string scheme = input::text(input, "Scheme"); !scheme.empty())
    made.scheme = std::move(scheme);
  if (made.scheme != "internet-facing" && made.scheme != "internal")
    return ApiError{"InvalidScheme", fmt::format("Scheme '{}' is not valid", made.scheme)};
  if (std::string type = input::text(input, "IpAddressType"); !type.empty())
    made.ip_address_type = std::move(type);
  ApiResult<std::vector<Zone>> zones = read_zones(elb, place, input, made.vpc);
  if (!zones) return zones.error();
  made.zones = *std::move(zones);
  if (made.zones.empty()) return validation_error("At least one subnet must be specified");
  // "You must specify subnets from at least two Availability Zones" (Application Load Balancers).
  if (made.is_application() && made.zones.size() < 2)
    return validation_error(
        "At least two subnets in two different Availability Zones must be specified");
  made.security_groups = input::texts(input, "SecurityGroups");
  made.attributes = default_load_balancer_attributes(made.type);
  made.tags = input::tags(input::member(input, "Tags"));
  return made;
}

/// "This operation is idempotent: if you attempt to create multiple load balancers with the same
/// settings, each call succeeds."
bool has_settings(const LoadBalancer& held, const LoadBalancer& wanted) {
  const auto subnets = [](const LoadBalancer& one) {
    std::vector<std::string> all;
    for (const Zone& zone : one.zones) all.push_back(zone.subnet);
    return all;
  };
  return held.type == wanted.type && held.scheme == wanted.scheme &&
         held.ip_address_type == wanted.ip_address_type &&
         held.security_groups == wanted.security_groups && subnets(held) == subnets(wanted);
}

/// Names and ARN, once it is certain that it will stand.
void name_load_balancer(Elb& elb, LoadBalancer& made) {
  const std::string id = next_id(elb, "lb");
  const std::string_view kind = made.type == "network"   ? "net"
                                : made.type == "gateway" ? "gwy"
                                                         : "app";
  made.full_name = fmt::format("{}/{}/{}", kind, made.name, id);
  made.arn = arn(made.place, "elasticloadbalancing", "loadbalancer/" + made.full_name);
  const std::string_view inner = made.scheme == "internal" ? "internal-" : "";
  made.dns_name = made.is_application()
                      ? fmt::format("{}{}-{}.{}.elb.amazonaws.com", inner, made.name, id.substr(6),
                                    made.place.region)
                      : fmt::format("{}-{}.elb.{}.amazonaws.com", made.name, id, made.place.region);
}

Json balancer_json(Elb& elb, const LoadBalancer& balancer) {
  Json zones = Json::array();
  for (const Zone& zone : balancer.zones)
    zones.push_back({{"ZoneName", zone.name},
                     {"SubnetId", zone.subnet},
                     {"LoadBalancerAddresses", Json::array()}});
  const bool active = elb.sim().now() >= balancer.active_at;
  Json made{{"LoadBalancerArn", balancer.arn},
            {"DNSName", balancer.dns_name},
            {"CanonicalHostedZoneId", hosted_zone(balancer)},
            {"CreatedTime", iso8601(balancer.created)},
            {"LoadBalancerName", balancer.name},
            {"Scheme", balancer.scheme},
            {"VpcId", balancer.vpc},
            {"State", {{"Code", active ? "active" : "provisioning"}}},
            {"Type", balancer.type},
            {"AvailabilityZones", std::move(zones)},
            {"IpAddressType", balancer.ip_address_type}};
  if (balancer.type != "gateway") made["SecurityGroups"] = balancer.security_groups;
  return made;
}

ApiResult<LoadBalancer*> asked_balancer(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "LoadBalancerArn");
  LoadBalancer* balancer = elb.find_load_balancer(arn);
  if (balancer == nullptr) return no_load_balancer(arn);
  return balancer;
}

}  // namespace

ApiResult<LoadBalancer*> add_load_balancer(Elb& elb, const Place& place, const Json& input,
                                           Stands stands) {
  ApiResult<LoadBalancer> read = read_load_balancer(elb, place, input);
  if (!read) return read.error();
  LoadBalancer& made = *read;
  if (LoadBalancer* same = elb.find_load_balancer(place, made.name)) {
    if (stands == Stands::no && has_settings(*same, made)) return same;
    return ApiError{"DuplicateLoadBalancerName",
                    fmt::format("A load balancer with the same name '{}' exists, but with "
                                "different settings",
                                made.name)};
  }
  name_load_balancer(elb, made);
  made.created = elb.sim().now();
  made.active_at = stands == Stands::yes ? made.created : elb.sim().later(kProvisioning);
  std::string key = made.arn;
  return &(elb.load_balancers[std::move(key)] = *std::move(read));
}

ApiResult<Json> create_load_balancer(Elb& elb, const Request& request) {
  const ApiResult<LoadBalancer*> made =
      add_load_balancer(elb, request.place(), request.input, Stands::no);
  if (!made) return made.error();
  return Json{{"LoadBalancers", Json::array({balancer_json(elb, **made)})}};
}

// "Deleting a load balancer also deletes its listeners. You can't delete a load balancer if
// deletion protection is enabled. If the load balancer does not exist, the call succeeds."
ApiResult<Json> delete_load_balancer(Elb& elb, const Request& request) {
  const ApiResult<LoadBalancer*> asked = asked_balancer(elb, request);
  if (!asked) return Json::object();
  LoadBalancer& balancer = **asked;
  if (is_true(balancer.attributes, "deletion_protection.enabled"))
    return ApiError{"OperationNotPermitted",
                    fmt::format("Load balancer '{}' cannot be deleted because deletion protection "
                                "is enabled",
                                balancer.arn)};
  for (const std::string& listener : balancer.listeners) {
    elb.cloud.resources().remove(listener);
    elb.listeners.erase(listener);
  }
  balancer.listeners.clear();
  refresh_associations(elb);
  const std::string arn = balancer.arn;
  elb.cloud.resources().remove(arn);
  elb.load_balancers.erase(arn);
  return Json::object();
}

ApiResult<Json> describe_load_balancers(Elb& elb, const Request& request) {
  const std::vector<std::string> arns = input::texts(request.input, "LoadBalancerArns");
  const std::vector<std::string> names = input::texts(request.input, "Names");
  for (const std::string& arn : arns)
    if (elb.find_load_balancer(arn) == nullptr) return no_load_balancer(arn);
  for (const std::string& name : names)
    if (elb.find_load_balancer(request.place(), name) == nullptr) return no_load_balancer(name);
  Json list = Json::array();
  for (const auto& [arn, balancer] : elb.load_balancers) {
    if (balancer.place != request.place() || balancer.is_classic()) continue;
    if (!arns.empty() && std::ranges::count(arns, arn) == 0) continue;
    if (!names.empty() && std::ranges::count(names, balancer.name) == 0) continue;
    list.push_back(balancer_json(elb, balancer));
  }
  return page_of(list, "LoadBalancers", request.input);
}

ApiResult<Json> describe_load_balancer_attributes(Elb& elb, const Request& request) {
  const ApiResult<LoadBalancer*> asked = asked_balancer(elb, request);
  if (!asked) return asked.error();
  return Json{{"Attributes", attributes_json((*asked)->attributes)}};
}

ApiResult<Json> modify_load_balancer_attributes(Elb& elb, const Request& request) {
  const ApiResult<LoadBalancer*> asked = asked_balancer(elb, request);
  if (!asked) return asked.error();
  LoadBalancer& balancer = **asked;
  ApiResult<Attributes> changed =
      changed_attributes(balancer.attributes, input::member(request.input, "Attributes"));
  if (!changed) return changed.error();
  // ALB User Guide: "For Application Load Balancers, cross-zone load balancing is always turned on
  // and cannot be turned off at the load balancer level."
  if (balancer.is_application() && !is_true(*changed, "load_balancing.cross_zone.enabled"))
    return ApiError{"InvalidConfigurationRequest",
                    "Cross-zone load balancing is always enabled for Application Load Balancers"};
  balancer.attributes = *std::move(changed);
  return Json{{"Attributes", attributes_json(balancer.attributes)}};
}

ApiResult<Json> set_ip_address_type(Elb& elb, const Request& request) {
  const ApiResult<LoadBalancer*> asked = asked_balancer(elb, request);
  if (!asked) return asked.error();
  (*asked)->ip_address_type = input::text(request.input, "IpAddressType");
  return Json{{"IpAddressType", (*asked)->ip_address_type}};
}

ApiResult<Json> set_security_groups(Elb& elb, const Request& request) {
  const ApiResult<LoadBalancer*> asked = asked_balancer(elb, request);
  if (!asked) return asked.error();
  (*asked)->security_groups = input::texts(request.input, "SecurityGroups");
  return Json{{"SecurityGroupIds", (*asked)->security_groups}};
}

// "Enables the Availability Zones for the specified public subnets. The specified subnets replace
// the previously enabled subnets."
ApiResult<Json> set_subnets(Elb& elb, const Request& request) {
  const ApiResult<LoadBalancer*> asked = asked_balancer(elb, request);
  if (!asked) return asked.error();
  LoadBalancer& balancer = **asked;
  std::string vpc = balancer.vpc;
  ApiResult<std::vector<Zone>> zones = read_zones(elb, request.place(), request.input, vpc);
  if (!zones) return zones.error();
  if (zones->size() < (balancer.is_application() ? 2U : 1U))
    return ApiError{"InvalidSubnet",
                    "At least two subnets in two different Availability Zones "
                    "must be specified"};
  for (Zone& zone : *zones)
    if (const Zone* before = balancer.find_zone(zone.name))
      zone.shifted_away = before->shifted_away;
  balancer.zones = *std::move(zones);
  for (auto& [arn, group] : elb.target_groups)
    if (group.load_balancers.contains(balancer.arn)) refresh_use(elb, group);
  return Json{{"AvailabilityZones", balancer_json(elb, balancer).at("AvailabilityZones")},
              {"IpAddressType", balancer.ip_address_type}};
}

ApiResult<Created> create_load_balancer_resource(Elb& elb, const ResourceRequest& request) {
  Json input = request.properties;
  if (input::text(input, "Name").empty()) input["Name"] = generated_name(request);
  const ApiResult<LoadBalancer*> made = add_load_balancer(elb, request.place, input, Stands::yes);
  if (!made) return made.error();
  LoadBalancer& balancer = **made;
  ApiResult<Attributes> changed =
      changed_attributes(balancer.attributes, input::member(input, "LoadBalancerAttributes"));
  if (!changed) return changed.error();
  balancer.attributes = *std::move(changed);
  return Created{.physical_id = balancer.arn,
                 .arn = balancer.arn,
                 .attributes = {{"CanonicalHostedZoneID", hosted_zone(balancer)},
                                {"DNSName", balancer.dns_name},
                                {"LoadBalancerArn", balancer.arn},
                                {"LoadBalancerFullName", balancer.full_name},
                                {"LoadBalancerName", balancer.name},
                                {"SecurityGroups", balancer.security_groups}}};
}

}  // namespace opsim::elb
