// Amazon Machine Images.
// AWS: EC2 API reference, CreateImage ("by default ... EC2 reboots the instance"), RegisterImage,
// CopyImage, DescribeImages, DeregisterImage; EC2 User Guide, "Monitor AMI events using Amazon
// EventBridge" (monitor-ami-events).
// SIMPLIFIED: no snapshots behind them, no owners but the account's own, no permissions. How long
// one is pending is an estimate: median four minutes.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/input.hpp"

namespace opsim::compute {

namespace {

const Distribution& pending_time() {
  static const Distribution takes = *Distribution::parse("lognormal(p50 4min, p99 12min)");
  return takes;
}

ApiError no_image(std::string_view id) {
  return {"InvalidAMIID.NotFound", fmt::format("The image id '[{}]' does not exist", id)};
}

void become_available(Fleet& fleet, const std::string& id) {
  const auto found = fleet.images.find(id);
  if (found == fleet.images.end()) return;
  Image& image = found->second;
  image.state = "available";
  const CauseId entry = fleet.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = image.name,
       .text = fmt::format("image {} is available: release {:.0f}", id, image.software),
       .detail = {{"act", "available"}, {"resource", id}}});
  const CauseScope because{fleet.sim(), entry};
  fleet.cloud.emit(
      {.source = "aws.ec2",
       .detail_type = "EC2 AMI State Change",
       .place = image.place,
       .resources = {fmt::format("arn:aws:ec2:{}::image/{}", image.place.region, id)},
       .detail = {{"RequestId", ""}, {"ImageId", id}, {"State", "available"}, {"ErrorMessage", ""}},
       .line = fmt::format("{} available", id)});
}

/// "AMI name ... is already in use".
ApiResult<Json> add_image(Fleet& fleet, const Request& request, double software) {
  const std::string name = text_of(request.input, "Name");
  if (name.size() < 3 || name.size() > 128)
    return ApiError{"InvalidAMIName.Malformed",
                    "AMI names must be between 3 and 128 characters long"};
  for (const auto& [id, one] : fleet.images)
    if (one.name == name && one.place == request.place())
      return ApiError{"InvalidAMIName.Duplicate",
                      fmt::format("AMI name {} is already in use by AMI {}", name, id)};
  Image image{.id = fleet.cloud.next_id("ami-"),
              .name = name,
              .description = text_of(request.input, "Description"),
              .place = request.place(),
              .created = fleet.now(),
              .software = software};
  const std::string id = image.id;
  Stream& luck = fleet.sim().random("ec2.image");
  fleet.sim().after(pending_time().sample_duration(luck),
                    [&fleet, id] { become_available(fleet, id); });
  fleet.images.emplace(id, std::move(image));
  return Json{{"ImageId", id}};
}

Json image_json(const Image& image) {
  Json one{{"ImageId", image.id},
           {"Name", image.name},
           {"Description", image.description},
           {"State", image.state},
           {"CreationDate", iso8601(image.created)},
           {"OwnerId", image.place.account},
           {"Public", false},
           {"ImageType", "machine"},
           {"RootDeviceType", "ebs"},
           {"VirtualizationType", "hvm"}};
  if (!image.source_instance.empty()) one["SourceInstanceId"] = image.source_instance;
  if (!image.source_image.empty()) {
    one["SourceImageId"] = image.source_image;
    one["SourceImageRegion"] = image.source_place.region;
  }
  return one;
}

}  // namespace

ApiResult<Json> create_image(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "InstanceId");
  Instance* instance = fleet.find(request.place(), id);
  if (instance == nullptr)
    return ApiError{"InvalidInstanceID.NotFound",
                    fmt::format("The instance ID '{}' does not exist", id)};
  if (auto dry = dry_run(request)) return *std::move(dry);
  if (instance->state != InstanceState::running && instance->state != InstanceState::stopped)
    return ApiError{"IncorrectState",
                    fmt::format("Instance '{}' is not 'running' or 'stopped'.", id)};
  ApiResult<Json> made = add_image(fleet, request, instance->software);
  if (made) fleet.images.at(text_of(*made, "ImageId")).source_instance = id;
  const bool reboots = !boolean_of(request.input, "NoReboot").value_or(false);
  if (made && reboots && instance->state == InstanceState::running) reboot(fleet, *instance);
  return made;
}

/// SIMPLIFIED: what its snapshot holds is the newest release of the day.
ApiResult<Json> register_image(Fleet& fleet, const Request& request) {
  if (auto dry = dry_run(request)) return *std::move(dry);
  return add_image(fleet, request, newest_software(fleet));
}

ApiResult<Json> copy_image(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "SourceImageId");
  const auto source = fleet.images.find(id);
  if (source == fleet.images.end()) return no_image(id);
  const Place from = source->second.place;
  ApiResult<Json> made = add_image(fleet, request, source->second.software);
  if (!made) return made;
  Image& copy = fleet.images.at(text_of(*made, "ImageId"));
  copy.source_image = id;
  copy.source_place = from;
  return made;
}

ApiResult<Json> deregister_image(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "ImageId");
  const auto found = fleet.images.find(id);
  if (found == fleet.images.end() || found->second.place != request.place()) return no_image(id);
  fleet.images.erase(found);  // instances of it run on
  return Json::object();
}

ApiResult<Json> describe_images(Fleet& fleet, const Request& request) {
  const std::vector<std::string> ids = texts_of(request.input, "ImageIds");
  Json list = Json::array();
  for (const std::string& id : ids) {
    const auto found = fleet.images.find(id);
    if (found == fleet.images.end() || found->second.place != request.place()) return no_image(id);
    list.push_back(image_json(found->second));
  }
  if (ids.empty())
    for (const auto& [id, image] : fleet.images)
      if (image.place == request.place()) list.push_back(image_json(image));
  return Json{{"Images", std::move(list)}};
}

}  // namespace opsim::compute
