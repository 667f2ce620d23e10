#include "models/compute/launch_spec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace opsim::compute {

namespace {

std::string profile_of(const Json& members) {
  const Json& profile = member(members, "IamInstanceProfile");
  if (!profile.is_object()) return text_of(profile);
  const std::string arn = text_of(profile, "Arn");
  return arn.empty() ? text_of(profile, "Name") : arn;
}

/// `Monitoring: {Enabled: true}`, `Monitoring: true`, or a launch configuration's
/// `InstanceMonitoring: true`.
bool detailed_monitoring_of(const Json& members) {
  const Json& monitoring = member(members, "Monitoring");
  if (monitoring.is_object()) return boolean_of(monitoring, "Enabled").value_or(false);
  return boolean_of(members, "Monitoring").value_or(false) ||
         boolean_of(members, "InstanceMonitoring").value_or(false);
}

bool is_root_device(std::string_view device) {
  return device == "/dev/xvda" || device == "/dev/sda1" || device.empty();
}

/// What is wrong with a disk shows nowhere: it gets what its type has by default.
VolumeShape shape_of(const Json& ebs, const VolumeShape& otherwise) {
  VolumeShape shape = otherwise;
  const std::string type = text_of(ebs, "VolumeType");
  if (!type.empty() && type != shape.type)
    shape = {.type = type, .gib = shape.gib, .iops = {}, .throughput = {}};
  shape.gib = integer_of(ebs, "VolumeSize").value_or(shape.gib);
  if (const auto iops = integer_of(ebs, "Iops")) shape.iops = iops;
  if (const auto throughput = integer_of(ebs, "Throughput")) shape.throughput = throughput;
  if (!complete_shape(shape)) return shape;
  shape.iops.reset();
  shape.throughput.reset();
  if (complete_shape(shape)) shape.type = "gp2";
  return shape;
}

void read_devices(const Json& members, LaunchSpec& spec) {
  constexpr std::size_t kMostDevices = 40;  // EC2 User Guide, "volume limits": 28 to 40
  const Json& mappings = member(members, "BlockDeviceMappings");
  if (!mappings.is_array()) return;
  for (const Json& one : mappings) {
    const Json& ebs = member(one, "Ebs");
    if (!ebs.is_object() || spec.devices.size() == kMostDevices) continue;
    const std::string device = text_of(one, "DeviceName");
    const auto deletes = boolean_of(ebs, "DeleteOnTermination");
    if (is_root_device(device)) {
      spec.root = shape_of(ebs, spec.root);
      spec.deletes_root = deletes.value_or(true);
      continue;
    }
    BlockDevice disk;
    disk.device = device;
    disk.shape = shape_of(ebs, {.type = "gp2", .gib = 8, .iops = {}, .throughput = {}});
    disk.encrypted = boolean_of(ebs, "Encrypted").value_or(false);
    // EC2 User Guide, "Preserve data when an instance is terminated".
    disk.delete_on_termination = deletes.value_or(false);
    disk.snapshot = text_of(ebs, "SnapshotId");
    spec.devices.push_back(std::move(disk));
  }
}

/// `Tags` of a resource, or the TagSpecifications for instances.
Tags instance_tags(const Json& members) {
  Tags tags = tags_of(member(members, "Tags"));
  const Json& specifications = member(members, "TagSpecifications");
  if (!specifications.is_array()) return tags;
  for (const Json& one : specifications)
    if (text_of(one, "ResourceType") == "instance") tags.merge(tags_of(member(one, "Tags")));
  return tags;
}

std::string subnet_of(const Json& members) {
  std::string subnet = text_of(members, "SubnetId");
  const Json& interfaces = member(members, "NetworkInterfaces");
  if (subnet.empty() && interfaces.is_array() && !interfaces.empty())
    subnet = text_of(interfaces.front(), "SubnetId");
  return subnet;
}

std::string zone_of(const Json& members) {
  const std::string zone = text_of(members, "AvailabilityZone");
  return zone.empty() ? text_of(member(members, "Placement"), "AvailabilityZone") : zone;
}

std::vector<std::string> security_groups_of(const Json& members) {
  std::vector<std::string> groups = texts_of(members, "SecurityGroupIds");
  for (std::string& name : texts_of(members, "SecurityGroups")) groups.push_back(std::move(name));
  return groups;
}

}  // namespace

LaunchSpec read_launch_spec(const Json& members, const Json& metadata) {
  LaunchSpec spec;
  spec.image_id = text_of(members, "ImageId");
  if (const std::string type = text_of(members, "InstanceType"); !type.empty()) {
    spec.instance_type = type;
    spec.names_type = true;
  }
  // CpuCredits in the API, CPUCredits in a template.
  const Json& credits = member(members, "CreditSpecification");
  spec.cpu_credits = text_of(credits, "CpuCredits");
  if (spec.cpu_credits.empty()) spec.cpu_credits = text_of(credits, "CPUCredits");
  spec.key_name = text_of(members, "KeyName");
  spec.instance_profile = profile_of(members);
  spec.security_groups = security_groups_of(members);
  spec.subnet = subnet_of(members);
  spec.zone = zone_of(members);
  spec.user_data = plain_user_data(text_of(members, "UserData"));
  spec.detailed_monitoring = detailed_monitoring_of(members);
  spec.recovers_itself =
      text_of(member(members, "MaintenanceOptions"), "AutoRecovery") != "disabled";
  read_devices(members, spec);
  spec.tags = instance_tags(members);
  spec.spot = text_of(member(members, "InstanceMarketOptions"), "MarketType") == "spot" ||
              !text_of(members, "SpotPrice").empty();
  const std::string behavior =
      text_of(member(member(members, "InstanceMarketOptions"), "SpotOptions"),
              "InstanceInterruptionBehavior");
  if (behavior == "stop" || behavior == "hibernate") spec.spot_behavior = behavior;
  spec.keeps_existing = boolean_of(members, "DisableApiTermination").value_or(false);
  spec.keeps_running = boolean_of(members, "DisableApiStop").value_or(false);
  spec.reservation = read_reservation_wish(member(members, "CapacityReservationSpecification"), {});
  spec.hibernates = boolean_of(member(members, "HibernationOptions"), "Configured").value_or(false);
  spec.agent = agent_config_in_metadata(metadata);
  if (!spec.agent) spec.agent = agent_config_in_script(spec.user_data);
  if (spec.agent) return spec;
  spec.agent_parameter = agent_parameter_in_script(spec.user_data);
  if (spec.agent_parameter.empty()) spec.agent_parameter = agent_parameter_in_metadata(metadata);
  return spec;
}

Json overlaid(const Json& base, const Json& given) {
  Json merged = base.is_object() ? base : Json::object();
  if (given.is_object()) merged.update(given);
  return merged;
}

double memory_gib(std::string_view instance_type) {
  // EC2 instance types: nano 0.5 GiB, micro 1, small 2, medium 4, large 8; an xlarge doubles a
  // large, and nxlarge is n times that.
  constexpr std::array<std::pair<std::string_view, double>, 6> kSizes{
      {{"nano", 0.5}, {"micro", 1}, {"small", 2}, {"medium", 4}, {"large", 8}, {"xlarge", 16}}};
  const auto dot = instance_type.find('.');
  const std::string_view size =
      dot == std::string_view::npos ? std::string_view{} : instance_type.substr(dot + 1);
  for (const auto& [name, gib] : kSizes)
    if (size == name) return gib;
  int times = 1;
  std::from_chars(size.data(), size.data() + size.size(), times);
  return size.ends_with("xlarge") ? 16.0 * std::clamp(times, 1, 1000) : 8.0;
}

std::string_view root_device(std::string_view instance_type) {
  // EC2 User Guide, "Instances built on the AWS Nitro System": earlier families run on Xen.
  constexpr std::array<std::string_view, 18> kXen{"t1.", "t2.", "m1.", "m2.", "m3.", "m4.",
                                                  "c1.", "c3.", "c4.", "r3.", "r4.", "i2.",
                                                  "i3.", "d2.", "g2.", "g3.", "p2.", "x1."};
  const bool xen = std::ranges::any_of(
      kXen, [&](std::string_view family) { return instance_type.starts_with(family); });
  return xen ? "xvda1" : "nvme0n1p1";
}

}  // namespace opsim::compute
