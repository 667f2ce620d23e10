// What EC2 says of Spot Instance requests: one for each Spot Instance that was launched.
// AWS: EC2 API reference, DescribeSpotInstanceRequests; EC2 User Guide, "Spot Instance request
// status codes" (spot-request-status).
// SIMPLIFIED: requests are those of instances; one that stops for an interruption is not fulfilled
// again.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/filters.hpp"
#include "models/compute/spot.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kRequestFilters[] = {
    "instance-id", "launched-availability-zone", "spot-instance-request-id", "state", "status-code",
    "type"};

struct RequestStatus {
  std::string_view state;
  std::string_view code;
  std::string_view message;
};
RequestStatus status_of(const Instance& instance) {
  const bool taken = was_taken_back(instance);
  if (is_leaving(instance.state))
    return taken ? RequestStatus{"closed", "instance-terminated-no-capacity",
                                 "Your Spot instance was terminated because there is no Spot "
                                 "capacity available."}
                 : RequestStatus{"closed", "instance-terminated-by-user",
                                 "Spot Instance terminated due to user-initiated termination."};
  if (instance.state == InstanceState::stopped || instance.state == InstanceState::stopping)
    return taken ? RequestStatus{"disabled", "instance-stopped-no-capacity",
                                 "Your Spot instance was stopped because there is no Spot capacity "
                                 "available."}
                 : RequestStatus{"disabled", "instance-stopped-by-user",
                                 "Spot Instance stopped due to user-initiated stop."};
  if (instance.interrupted)
    return {"active", "marked-for-termination",
            "Your Spot Instance is marked for termination because there is no Spot capacity."};
  return {"active", "fulfilled", "Your Spot request is fulfilled."};
}

Json request_json(const Instance& instance) {
  const RequestStatus status = status_of(instance);
  return {{"SpotInstanceRequestId", spot_request_of(instance)},
          {"InstanceId", instance.id},
          {"State", status.state},
          {"Status",
           {{"Code", status.code},
            {"Message", status.message},
            {"UpdateTime", time_text(instance.changed)}}},
          {"Type", instance.spec->spot_behavior == "terminate" ? "one-time" : "persistent"},
          {"InstanceInterruptionBehavior", instance.spec->spot_behavior},
          {"LaunchedAvailabilityZone", instance.zone},
          {"ProductDescription", "Linux/UNIX"},
          {"CreateTime", time_text(instance.launched)},
          {"LaunchSpecification",
           {{"ImageId", instance.spec->image_id},
            {"InstanceType", instance.spec->instance_type},
            {"SubnetId", instance.subnet},
            {"Placement", {{"AvailabilityZone", instance.zone}}}}},
          {"Tags", tags_json(instance.tags)}};
}

}  // namespace

ApiResult<Json> describe_spot_instance_requests(Fleet& fleet, const Request& request) {
  const auto filters = read_filters(request.input, kRequestFilters);
  if (!filters) return filters.error();
  std::vector<std::string> ids = texts_of(request.input, "SpotInstanceRequestIds");
  Json list = Json::array();
  for (const auto& [id, instance] : fleet.instances) {
    if (!instance.spot || instance.place != request.place() || !is_visible(fleet, instance))
      continue;
    const std::string name = spot_request_of(instance);
    if (!ids.empty() && std::erase(ids, name) == 0) continue;
    const auto values = [&](std::string_view filter) -> std::vector<std::string> {
      const RequestStatus status = status_of(instance);
      if (filter == "instance-id") return {instance.id};
      if (filter == "launched-availability-zone") return {instance.zone};
      if (filter == "spot-instance-request-id") return {name};
      if (filter == "state") return {std::string{status.state}};
      if (filter == "status-code") return {std::string{status.code}};
      return {instance.spec->spot_behavior == "terminate" ? "one-time" : "persistent"};
    };
    if (passes(*filters, instance.tags, values)) list.push_back(request_json(instance));
    if (!ids.empty() || texts_of(request.input, "SpotInstanceRequestIds").empty()) continue;
    break;
  }
  if (!ids.empty())
    return ApiError{"InvalidSpotInstanceRequestID.NotFound",
                    fmt::format("The spot instance request ID '{}' does not exist", ids.front())};
  return Json{{"SpotInstanceRequests", std::move(list)}};
}

}  // namespace opsim::compute
