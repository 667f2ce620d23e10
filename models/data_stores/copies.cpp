// Which copy of a system a new instance is, and how old: asked of the services that made it.
#include <algorithm>

#include "models/data_stores/data_stores.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::data {

namespace {

constexpr int kMostCopies = 10;  // of copies of images

/// API Reference, RecoveryInstance: pointInTimeSnapshotDateTime.
std::optional<Copy> recovery_of(Data& data, const Resource& instance) {
  const Json question{{"filters", {{"recoveryInstanceIDs", Json::array({instance.physical_id})}}}};
  const auto told =
      data.cloud.inspect(instance.place, "drs", "DescribeRecoveryInstances", question);
  if (!told) return std::nullopt;
  for (const Json& one : input::member(*told, "items")) {
    if (input::boolean(one, "isDrill").value_or(false)) continue;
    const Json filter{
        {"filters", {{"sourceServerIDs", Json::array({input::text(one, "sourceServerID")})}}}};
    const auto servers = data.cloud.inspect(instance.place, "drs", "DescribeSourceServers", filter);
    const auto as_of = input::time(one, "pointInTimeSnapshotDateTime");
    if (!servers || !as_of) continue;
    for (const Json& server : input::member(*servers, "items"))
      return Copy{input::text(input::member(input::member(server, "sourceProperties"),
                                            "identificationHints"),
                              "awsInstanceID"),
                  *as_of};
  }
  return std::nullopt;
}

std::string image_of(Data& data, const Resource& instance) {
  const Json question{{"InstanceIds", Json::array({instance.physical_id})}};
  const auto told = data.cloud.inspect(instance.place, "ec2", "DescribeInstances", question);
  if (!told) return {};
  for (const Json& reservation : input::member(*told, "Reservations"))
    for (const Json& one : input::member(reservation, "Instances"))
      return input::text(one, "ImageId");
  return {};
}

/// EC2 API Reference, Image: SourceInstanceId, SourceImageId, CreationDate. A copy of an image is
/// as old as the image.
std::optional<Copy> imaged(Data& data, const Resource& instance) {
  std::string image = image_of(data, instance);
  for (int copies = 0; copies < kMostCopies && !image.empty(); ++copies) {
    const Json question{{"ImageIds", Json::array({image})}};
    const auto told = data.cloud.inspect(instance.place, "ec2", "DescribeImages", question);
    if (!told) return std::nullopt;
    const Json& images = input::member(*told, "Images");
    if (!images.is_array() || images.empty()) return std::nullopt;
    const std::string of = input::text(images[0], "SourceInstanceId");
    const auto as_of = input::time(images[0], "CreationDate");
    image = input::text(images[0], "SourceImageId");
    if (image.empty() && !of.empty() && as_of) return Copy{of, *as_of};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Copy> copy_in(Data& data, const Resource& instance) {
  if (auto recovered = recovery_of(data, instance)) return recovered;
  return imaged(data, instance);
}

// API Reference, DescribeRecoveryPoint: CreationDate, when the backup began.
std::optional<Copy> restored_by(Data& data, const Event& event) {
  if (input::text(event.detail, "status") != "COMPLETED") return std::nullopt;
  if (!input::text(event.detail, "restoreTestingPlanArn").empty()) return std::nullopt;  // a test
  const Resource* source =
      data.cloud.resources().find(input::text(event.detail, "sourceResourceArn"));
  const Json question{{"RecoveryPointArn", input::text(event.detail, "recoveryPointArn")}};
  const auto point = data.cloud.inspect(event.place, "backup", "DescribeRecoveryPoint", question);
  const auto as_of = point ? input::time(*point, "CreationDate") : std::nullopt;
  if (source == nullptr || !as_of) return std::nullopt;
  return Copy{source->physical_id, *as_of};
}

}  // namespace opsim::data
