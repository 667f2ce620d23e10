// What EC2 says of instances.
// AWS: EC2 API reference, DescribeInstances, DescribeInstanceAttribute.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/filters.hpp"
#include "models/compute/spot.hpp"
#include "models/compute/volume_operations.hpp"

namespace opsim::compute {

namespace {

// EC2 User Guide, "Instance lifecycle": a terminated instance stays visible in the console for a
// short while (about an hour).
constexpr Duration kVisible = 1h;

constexpr std::string_view kInstanceFilters[] = {"availability-zone",
                                                 "image-id",
                                                 "instance-id",
                                                 "instance-lifecycle",
                                                 "instance-state-code",
                                                 "instance-state-name",
                                                 "instance-type",
                                                 "instance.group-id",
                                                 "instance.group-name",
                                                 "key-name",
                                                 "owner-id",
                                                 "private-ip-address",
                                                 "reservation-id",
                                                 "root-device-type",
                                                 "subnet-id",
                                                 "vpc-id"};

std::vector<std::string> filter_values(const Instance& instance, std::string_view name) {
  if (name == "availability-zone") return {instance.zone};
  if (name == "image-id") return {instance.spec->image_id};
  if (name == "instance-id") return {instance.id};
  if (name == "instance-lifecycle" && instance.spot) return {"spot"};
  if (name == "instance-state-code") return {std::to_string(static_cast<int>(instance.state))};
  if (name == "instance-state-name") return {std::string{to_string(instance.state)}};
  if (name == "instance-type") return {instance.spec->instance_type};
  if (name == "instance.group-id" || name == "instance.group-name")
    return instance.spec->security_groups;
  if (name == "key-name") return {instance.spec->key_name};
  if (name == "owner-id") return {instance.place.account};
  if (name == "private-ip-address") return {instance.private_ip};
  if (name == "reservation-id") return {instance.reservation};
  if (name == "root-device-type") return {"ebs"};
  if (name == "subnet-id") return {instance.subnet};
  if (name == "vpc-id") return {instance.vpc};
  return {};
}

Json reservation_json(Fleet& fleet, const Instance& instance) {
  return {{"ReservationId", instance.reservation},
          {"OwnerId", instance.place.account},
          {"Groups", Json::array()},
          {"Instances", Json::array({instance_json(fleet, instance)})}};
}

/// API StateReason: what EC2 itself does has a code of its own.
Json state_reason_json(const Instance& instance) {
  struct Row {
    std::string_view code;
    std::string_view message;
  };
  constexpr Row kRows[] = {
      {"Server.ScheduledStop", "Stopped due to a scheduled retirement"},
      {"Server.SpotInstanceShutdown", "Instance shutdown due to Spot interruption"},
      {"Server.SpotInstanceTermination", "Spot instance termination"}};
  for (const auto& [code, message] : kRows)
    if (instance.state_reason == code)
      return {{"Code", code}, {"Message", fmt::format("{}: {}", code, message)}};
  return {{"Code", "Client.UserInitiatedShutdown"},
          {"Message", "Client.UserInitiatedShutdown: User initiated shutdown"}};
}

std::string transition_reason(const Instance& instance) {
  if (!instance.state_reason.starts_with("Server.")) return instance.state_reason;
  std::string time = iso8601(std::chrono::floor<std::chrono::seconds>(instance.changed));
  time[10] = ' ';
  time.pop_back();
  return fmt::format("Service initiated ({} GMT)", time);
}

Json security_groups(Fleet& fleet, const Instance& instance) {
  Json groups = Json::array();
  for (const std::string& group : instance.spec->security_groups) {
    const Resource* known = fleet.cloud.resources().find(group);
    const std::string name = known == nullptr ? "" : text_of(known->attributes, "GroupName");
    groups.push_back({{"GroupId", group}, {"GroupName", name.empty() ? group : name}});
  }
  return groups;
}

}  // namespace

bool is_visible(Fleet& fleet, const Instance& instance) {
  return instance.state != InstanceState::terminated || fleet.now() - instance.changed < kVisible;
}

Json instance_json(Fleet& fleet, const Instance& instance) {
  const LaunchSpec& spec = *instance.spec;
  Json json = Json::object();  // member by member: a fleet is described often
  json["InstanceId"] = instance.id;
  json["AmiLaunchIndex"] = 0;
  json["ImageId"] = spec.image_id;
  json["InstanceType"] = spec.instance_type;
  json["LaunchTime"] = time_text(instance.launched);
  json["MaintenanceOptions"]["AutoRecovery"] = instance.recovers_itself ? "default" : "disabled";
  json["Monitoring"]["State"] = spec.detailed_monitoring ? "enabled" : "disabled";
  json["Placement"]["AvailabilityZone"] = instance.zone;
  json["Placement"]["Tenancy"] = "default";
  json["PrivateIpAddress"] = instance.private_ip;
  json["State"] = state_json(instance.state);
  json["StateTransitionReason"] = transition_reason(instance);
  json["SubnetId"] = instance.subnet;
  json["VpcId"] = instance.vpc;
  json["RootDeviceName"] = "/dev/xvda";
  json["RootDeviceType"] = "ebs";
  json["BlockDeviceMappings"] = block_devices_json(fleet, instance);
  json["SecurityGroups"] = security_groups(fleet, instance);
  json["Tags"] = tags_json(instance.tags);
  if (!instance.capacity_reservation.empty())
    json["CapacityReservationId"] = instance.capacity_reservation;
  if (instance.spot) json["InstanceLifecycle"] = "spot";
  if (instance.spot) json["SpotInstanceRequestId"] = spot_request_of(instance);
  if (spec.hibernates) json["HibernationOptions"] = {{"Configured", true}};
  if (!spec.key_name.empty()) json["KeyName"] = spec.key_name;
  if (!spec.instance_profile.empty()) json["IamInstanceProfile"] = {{"Arn", spec.instance_profile}};
  if (instance.state == InstanceState::stopped || instance.state == InstanceState::stopping ||
      is_leaving(instance.state))
    json["StateReason"] = state_reason_json(instance);
  return json;
}

ApiResult<Json> describe_instances(Fleet& fleet, const Request& request) {
  const auto named = named_instances(fleet, request);
  if (!named) return named.error();
  const auto filters = read_filters(request.input, kInstanceFilters);
  if (!filters) return filters.error();
  const auto page = read_page(request.input, 1'000'000);
  if (!page) return page.error();

  Json reservations = Json::array();
  std::size_t index = 0;
  bool more = false;
  const auto offer = [&](const Instance& instance) {
    const auto values = [&](std::string_view name) { return filter_values(instance, name); };
    if (!passes(*filters, instance.tags, values)) return;
    if (index++ < page->from) return;
    more = reservations.size() == page->size;
    if (!more) reservations.push_back(reservation_json(fleet, instance));
  };
  if (!named->empty()) {
    for (const Instance* instance : *named) offer(*instance);
  } else {
    for (const auto& [id, instance] : fleet.instances) {
      if (instance.place == request.place() && is_visible(fleet, instance)) offer(instance);
      if (more) break;
    }
  }
  Json answer{{"Reservations", std::move(reservations)}};
  if (more) answer["NextToken"] = std::to_string(page->from + page->size);
  return answer;
}

ApiResult<Json> describe_instance_attribute(Fleet& fleet, const Request& request) {
  const auto named = named_instances(fleet, request);
  if (!named) return named.error();
  if (named->empty())
    return ApiError{"MissingParameter", "The request must contain the parameter InstanceId"};
  const Instance& instance = *named->front();
  const std::string attribute = text_of(request.input, "Attribute");
  Json answer = Json::object();
  answer["InstanceId"] = instance.id;
  if (attribute == "instanceType") {
    answer["InstanceType"]["Value"] = instance.spec->instance_type;
  } else if (attribute == "userData") {
    answer["UserData"] = {{"Value", instance.spec->user_data}};
  } else if (attribute == "disableApiTermination") {
    answer["DisableApiTermination"] = {{"Value", instance.spec->keeps_existing}};
  } else if (attribute == "instanceInitiatedShutdownBehavior") {
    answer["InstanceInitiatedShutdownBehavior"] = {{"Value", "stop"}};
  } else if (attribute == "rootDeviceName") {
    answer["RootDeviceName"] = {{"Value", "/dev/xvda"}};
  } else if (attribute == "blockDeviceMapping") {
    answer["BlockDeviceMappings"] = block_devices_json(fleet, instance);
  } else if (attribute == "groupSet") {
    answer["Groups"] = security_groups(fleet, instance);
  } else if (attribute == "ebsOptimized") {
    answer["EbsOptimized"] = {{"Value", false}};
  } else if (attribute == "disableApiStop") {
    answer["DisableApiStop"] = {{"Value", instance.spec->keeps_running}};
  } else if (attribute == "sourceDestCheck") {
    answer["SourceDestCheck"] = {{"Value", true}};
  } else if (attribute == "enaSupport") {
    answer["EnaSupport"] = {{"Value", true}};
  } else if (attribute == "enclaveOptions") {
    answer["EnclaveOptions"] = {{"Enabled", false}};
  } else if (attribute == "productCodes") {
    answer["ProductCodes"] = Json::array();
  } else if (attribute == "kernel" || attribute == "ramdisk" || attribute == "sriovNetSupport") {
    // none: the element is empty
  } else {
    return ApiError{"InvalidParameterValue",
                    fmt::format("Value ({}) for parameter attribute is invalid. Unknown attribute.",
                                attribute)};
  }
  return answer;
}

}  // namespace opsim::compute
