// How an instance comes to be: its identity, its place, its first state.
#include <fmt/format.h>

#include "models/compute/fleet.hpp"
#include "models/compute/spot.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim::compute {

namespace {

/// EC2 User Guide, "Instance hostnames": the resource's private name follows its address.
std::string private_name(const Instance& instance) {
  std::string dashed = instance.private_ip;
  for (char& c : dashed)
    if (c == '.') c = '-';
  const std::string domain = instance.place.region == "us-east-1"
                                 ? "ec2.internal"
                                 : instance.place.region + ".compute.internal";
  return fmt::format("ip-{}.{}", dashed, domain);
}

/// What Fn::GetAtt gives (CloudFormation User Guide, AWS::EC2::Instance, return values).
/// SIMPLIFIED: no public addresses.
Json attributes_of(const Instance& instance) {
  return json_object("AvailabilityZone", instance.zone, "InstanceId", instance.id, "PrivateDnsName",
                     private_name(instance), "PrivateIp", instance.private_ip, "PublicDnsName", "",
                     "PublicIp", "", "VpcId", instance.vpc);
}

void place_instance(Fleet& fleet, Instance& instance, const LaunchOrder& order) {
  std::string zone = order.zone;
  if (zone.empty()) zone = order.spec->zone;
  if (zone.empty()) zone = zones_of(order.place.region).front();
  const std::string& wanted = order.subnet.empty() ? order.spec->subnet : order.subnet;
  Subnet& subnet = wanted.empty() ? default_subnet(fleet, order.place, zone)
                                  : subnet_of(fleet, order.place, wanted);
  instance.subnet = subnet.id;
  instance.zone = subnet.zone;
  instance.vpc = subnet.vpc;
  instance.private_ip = take_address(subnet);
}

void enter_resource(Fleet& fleet, const Instance& instance, const LaunchOrder& order) {
  Resource resource;
  resource.logical_id = instance.id;
  resource.type = "AWS::EC2::Instance";
  resource.physical_id = instance.id;
  resource.arn = instance.arn();
  resource.place = instance.place;
  resource.owner = order.owner;
  resource.attributes = attributes_of(instance);
  resource.tags = {instance.tags.begin(), instance.tags.end()};
  fleet.cloud.resources().add(std::move(resource));
}

/// Metrics of what stands from the start begin with the first callback: the scenario's physics are
/// read after the stacks.
void begin_standing(Fleet& fleet, Instance& instance) {
  instance.state = InstanceState::running;
  instance.booted = instance.ever_booted = instance.serves = true;
  instance.checks.system = instance.checks.instance = CheckStatus::ok;
  if (fleet.newly_standing.empty())
    fleet.sim().after(Duration{}, [&fleet] {
      for (Instance* one : std::exchange(fleet.newly_standing, {})) {
        if (one->state != InstanceState::running) continue;
        publish_check_metrics(fleet, *one);
        publish_ec2_metrics(fleet, *one);
        if (!one->group.empty()) publish_group_metrics(fleet, *one);
        begin_credits(fleet, *one);
        refresh_agent(fleet, *one);
      }
    });
  fleet.newly_standing.push_back(&instance);
}

}  // namespace

Instance& launch(Fleet& fleet, const LaunchOrder& order) {
  const std::string id = fleet.cloud.next_id("i-");
  Instance& instance = fleet.add(id);
  instance.place = order.place;
  instance.spec = order.spec;
  instance.recovers_itself = order.spec->recovers_itself;
  instance.group = order.group;
  instance.spot = order.spot || order.spec->spot;
  instance.reservation = order.reservation.empty() ? "r-" + id.substr(2) : order.reservation;
  instance.tags = order.spec->tags;
  for (const auto& [key, value] : order.tags) instance.tags[key] = value;
  instance.launched = instance.changed = fleet.now();
  instance.software = software_of_image(fleet, order.spec->image_id);
  place_instance(fleet, instance, order);
  instance.checks.phase =
      Duration{static_cast<std::int64_t>(draw_once(fleet, instance, "checks") * 60e9)};
  instance.settings = settings_for(fleet, instance);
  apply_settings(fleet, instance);
  enter_resource(fleet, instance, order);
  take_reservation(fleet, instance, order.wish.value_or(order.spec->reservation));
  attach_devices(fleet, instance, order.stands ? Born::stands : Born::now);
  if (order.stands) {
    begin_standing(fleet, instance);
    pause_tanks(fleet, instance);
    return instance;
  }
  const std::string told =
      fmt::format("launched in {}{}{}", instance.zone, order.why.empty() ? "" : " ", order.why);
  set_state(fleet, instance, InstanceState::pending, "", told);
  if (instance.spot) fulfil_spot_request(fleet, instance);
  begin_to_run(fleet, instance);
  return instance;
}

}  // namespace opsim::compute
