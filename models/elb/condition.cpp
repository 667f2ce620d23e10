// What stands behind a target, and how it answers. The only file that looks at other models'
// things.
//
// A resource answers by its quantity "answer": the HTTP status that a request to it gets, 0 where
// it refuses connections, -1 where nothing answers. A type without one answers 200 unless its
// health is down (then 500). So whatever has an address can be a target: see README.
#include "models/elb/elb.hpp"
#include "opsim/cloud/running_version.hpp"

namespace opsim::elb {

namespace {

bool is_gone(const Resource* resource) { return resource == nullptr || resource->type.empty(); }

/// A load balancer as a target answers where its own listener finds a healthy target.
Answer answer_of_load_balancer(Elb& elb, std::string_view arn) {
  const LoadBalancer* inner = elb.find_load_balancer(arn);
  if (inner == nullptr) return Answer::none;
  for (const auto& [group_arn, group] : elb.target_groups) {
    if (!group.load_balancers.contains(inner->arn)) continue;
    for (const auto& [key, target] : group.targets)
      if (target.is_healthy()) return Answer::ok;
  }
  return static_cast<Answer>(503);
}

/// The worse of what it says by itself and what is put on it.
Answer worse(Answer own, Answer told) {
  if (own == Answer::none || own == Answer::refused) return own;
  if (told == Answer::none || told == Answer::refused) return told;
  return static_cast<int>(told) >= static_cast<int>(own) ? told : own;
}

/// Of the machine and of the version that is deployed to it.
Answer answer_of_resource(Elb& elb, const Resource& resource) {
  const auto version = static_cast<Answer>(version_of(elb.cloud, resource.physical_id).answer);
  if (const auto answer = elb.cloud.read_quantity(resource.physical_id, "answer"))
    return worse(static_cast<Answer>(static_cast<int>(*answer)), version);
  return worse(elb.cloud.health(resource.physical_id) == Health::down ? static_cast<Answer>(500)
                                                                      : Answer::ok,
               version);
}

}  // namespace

const Resource* resource_behind(Elb& elb, const TargetGroup& group, const Target& target) {
  const Resources& resources = elb.cloud.resources();
  if (group.type == TargetType::ip) return resources.at_address(group.place, target.id);
  const Resource* found = resources.find(target.id);
  if (found == nullptr && group.type == TargetType::lambda) {
    // ARNs of versions and aliases: "...:function:name:alias".
    const auto colon = target.id.rfind(':');
    if (colon != std::string::npos) found = resources.find(target.id.substr(0, colon));
  }
  return found;
}

// An address that nothing in the world has ever held is on premises: it answers, until told
// otherwise. One whose task or instance is gone does not.
Answer answer_of(Elb& elb, const TargetGroup& group, Target& target) {
  Answer own = Answer::ok;
  if (group.type == TargetType::alb) {
    own = answer_of_load_balancer(elb, target.id);
  } else {
    const Resource* resource = resource_behind(elb, group, target);
    if (!is_gone(resource)) {
      target.had_resource = true;
      own = answer_of_resource(elb, *resource);
    } else if (target.had_resource || resource != nullptr) {
      own = Answer::none;
    }
  }
  if (group.told) own = worse(own, *group.told);
  return target.told ? worse(own, *target.told) : own;
}

std::string zone_of(Elb& elb, const TargetGroup& group, const Target& target) {
  if (group.type == TargetType::lambda || group.type == TargetType::alb) return "all";
  if (!target.zone_given.empty()) return target.zone_given;
  const Resource* resource = resource_behind(elb, group, target);
  if (resource == nullptr) return {};
  const auto zone = resource->attributes.find("AvailabilityZone");
  return zone != resource->attributes.end() && zone->is_string() ? zone->get<std::string>()
                                                                 : std::string{};
}

}  // namespace opsim::elb
