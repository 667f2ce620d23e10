// What load balancers hear of the world, and what can be put on a target group from outside.
#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

constexpr std::string_view kTargetGroupType = "AWS::ElasticLoadBalancingV2::TargetGroup";
constexpr std::string_view kLoadBalancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer";

/// "answer": what all targets answer; "answer i-00000001": what one does. Nothing put on it: 200.
std::optional<double> read_answer(Model& model, std::string_view resource, std::string_view part) {
  Elb& elb = static_cast<Elb&>(model);
  const TargetGroup* group = elb.find_target_group(resource);
  if (group == nullptr) return std::nullopt;
  if (part.empty()) return static_cast<int>(group->told.value_or(Answer::ok));
  for (const auto& [key, target] : group->targets)
    if (target_name(*group, target) == part || target.id == part)
      return static_cast<int>(target.answer);
  return std::nullopt;
}

void change_answer(Model& model, std::string_view resource, std::string_view part, Change change) {
  Elb& elb = static_cast<Elb&>(model);
  TargetGroup* group = elb.find_target_group(resource);
  if (group == nullptr || !(change.value > -2 && change.value < 1'000)) return;
  const auto told = static_cast<Answer>(static_cast<int>(change.value));
  const std::optional<Answer> put = told == Answer::ok ? std::nullopt : std::optional{told};
  if (part.empty()) group->told = put;
  for (auto& [key, target] : group->targets) {
    const bool meant = target_name(*group, target) == part || target.id == part;
    if (meant) target.told = put;
    if (meant || part.empty()) look_again(elb, *group, target);
  }
}

std::optional<double> read_healthy(Model& model, std::string_view resource,
                                   std::string_view /*part*/) {
  const TargetGroup* group = static_cast<Elb&>(model).find_target_group(resource);
  if (group == nullptr) return std::nullopt;
  double healthy = 0;
  for (const auto& [key, target] : group->targets) healthy += target.is_healthy() ? 1 : 0;
  return healthy;
}

/// "shifted us-east-1a": 1 while a zonal shift keeps traffic away from the zone.
std::optional<double> read_shifted(Model& model, std::string_view resource, std::string_view part) {
  const LoadBalancer* balancer = static_cast<Elb&>(model).find_load_balancer(resource);
  const Zone* zone = balancer == nullptr ? nullptr : balancer->find_zone(part);
  return zone == nullptr ? std::nullopt : std::optional<double>{zone->shifted_away ? 1 : 0};
}

void change_shifted(Model& model, std::string_view resource, std::string_view part, Change change) {
  LoadBalancer* balancer = static_cast<Elb&>(model).find_load_balancer(resource);
  if (balancer == nullptr) return;
  Elb& elb = static_cast<Elb&>(model);
  for (Zone& zone : balancer->zones)
    if (zone.name == part) zone.shifted_away = change.value >= 0.5;
  for (auto& [arn, group] : elb.target_groups)
    if (group.load_balancers.contains(balancer->arn)) counts_changed(elb, group);
}

constexpr PhysicalQuantity kQuantityRows[] = {
    {kTargetGroupType, "answer", "", read_answer, change_answer},
    {kTargetGroupType, "healthy", "", read_healthy, nullptr},
    {kLoadBalancerType, "shifted", "", read_shifted, change_shifted},
};

}  // namespace

const std::span<const PhysicalQuantity> kQuantities = kQuantityRows;

// A resource is known to target groups by its id, its ARN (Lambda) or its address (tasks).
void on_health(Model& model, std::string_view resource, Health /*health*/) {
  Elb& elb = static_cast<Elb&>(model);
  if (elb.registered.empty()) return;
  look_again_at(elb, resource);
  const Resource* known = elb.cloud.resources().find(resource);
  if (known == nullptr) return;
  if (!known->arn.empty() && known->arn != resource) look_again_at(elb, known->arn);
  if (const std::string address = Resources::address_of(*known); !address.empty())
    look_again_at(elb, address);
}

void on_event(Model& model, const Event& event) {
  Elb& elb = static_cast<Elb&>(model);
  if (elb.registered.empty() || event.source != "aws.ec2" ||
      event.detail_type != "EC2 Instance State-change Notification")
    return;
  const std::string instance = input::text(event.detail, "instance-id");
  const std::string state = input::text(event.detail, "state");
  look_again_at(elb, instance);
  set_stopped(elb, instance, state == "stopped" || state == "terminated");
}

}  // namespace opsim::elb
