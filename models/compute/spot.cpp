#include "models/compute/spot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

constexpr Duration kNotice = std::chrono::minutes{2};  // documented

void emit_spot(Fleet& fleet, const Instance& instance, std::string_view what, Json detail) {
  Event event;
  event.source = "aws.ec2";
  event.detail_type = what;
  event.place = instance.place;
  event.resources = {instance.arn()};
  detail["instance-id"] = instance.id;
  event.detail = std::move(detail);
  event.line = fmt::format("{}: {}", instance.id, what);
  fleet.cloud.emit(std::move(event));
}

void take_back(Fleet& fleet, Instance& instance) {
  if (instance.state != InstanceState::running && instance.state != InstanceState::pending) return;
  if (instance.spec->spot_behavior == "terminate")
    return terminate(fleet, instance, "Server.SpotInstanceTermination");
  stop(fleet, instance, "Server.SpotInstanceShutdown");
}

void give_notice(Fleet& fleet, Instance& instance) {
  if (is_leaving(instance.state)) return;
  const CauseScope because{
      fleet.sim(), tell(fleet, instance, "notice", "a Spot Instance that EC2 takes back in 2 min")};
  emit_spot(fleet, instance, "EC2 Spot Instance Interruption Warning",
            {{"instance-action", instance.spec->spot_behavior}});
  fleet.sim().after(kNotice, [&fleet, &instance] { take_back(fleet, instance); });
  if (Groups* groups = fleet.groups(); groups != nullptr && !instance.group.empty())
    interruption_noticed(*groups, instance);
}

}  // namespace

bool was_taken_back(const Instance& instance) {
  return instance.state_reason.starts_with("Server.SpotInstance");
}

std::string spot_request_of(const Instance& instance) { return "sir-" + instance.id.substr(2); }

void fulfil_spot_request(Fleet& fleet, const Instance& instance) {
  emit_spot(fleet, instance, "EC2 Spot Instance Request Fulfillment",
            {{"spot-instance-request-id", spot_request_of(instance)}});
}

void interrupt_spot(Fleet& fleet, Instance& instance, Duration ahead) {
  if (!instance.spot || is_leaving(instance.state)) return;
  if (std::exchange(instance.interrupted, true)) return;
  emit_spot(fleet, instance, "EC2 Instance Rebalance Recommendation", Json::object());
  const Duration until_notice = std::max(Duration{}, ahead - kNotice);
  fleet.sim().after(until_notice, [&fleet, &instance] { give_notice(fleet, instance); });
  if (Groups* groups = fleet.groups(); groups != nullptr && !instance.group.empty())
    rebalance_recommended(*groups, instance);
}

}  // namespace opsim::compute
