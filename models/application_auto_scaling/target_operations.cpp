// AWS: API RegisterScalableTarget, DeregisterScalableTarget, DescribeScalableTargets,
// DescribeScalingActivities. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include <algorithm>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

namespace {

double seconds_of_target(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// "Specify true to suspend the specified scaling activities": those not given stay.
void read_suspended(Target& target, const Json& state) {
  const auto read = [&](const char* name, bool& into) {
    if (const auto given = input::boolean(state, name)) into = *given;
  };
  read("DynamicScalingInSuspended", target.in_suspended);
  read("DynamicScalingOutSuspended", target.out_suspended);
  read("ScheduledScalingSuspended", target.schedule_suspended);
}

std::string role_of(const TargetKey& key) {
  return opsim::arn({key.place.account, ""}, "iam",
                    fmt::format("role/aws-service-role/{0}.application-autoscaling.amazonaws.com/"
                                "AWSServiceRoleForApplicationAutoScaling_{0}",
                                namespace_of(key)));
}

Json target_json(const Target& target) {
  return {{"ServiceNamespace", target.dimension->service_namespace},
          {"ResourceId", target.key.resource},
          {"ScalableDimension", target.key.dimension},
          {"MinCapacity", target.lowest},
          {"MaxCapacity", target.highest},
          {"RoleARN", target.role},
          {"CreationTime", seconds_of_target(target.created)},
          {"SuspendedState",
           {{"DynamicScalingInSuspended", target.in_suspended},
            {"DynamicScalingOutSuspended", target.out_suspended},
            {"ScheduledScalingSuspended", target.schedule_suspended}}},
          {"ScalableTargetARN", target.arn}};
}

void tell_if_named_only(ApplicationAutoScaling& all, const Target& target) {
  if (target.dimension->read != nullptr) return;
  all.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = target.key.resource,
       .text = fmt::format("never scales: {} is not simulated", target.key.dimension),
       .source = target.source});
}

ApiResult<Target> new_target(ApplicationAutoScaling& all, const TargetKey& key,
                             const Json& members) {
  Target target;
  target.key = key;
  target.dimension = find_dimension(key.dimension);
  if (!input::integer(members, "MinCapacity") || !input::integer(members, "MaxCapacity"))
    return invalid("MinCapacity and MaxCapacity are required to register a scalable target");
  if (target.dimension->read != nullptr)
    if (const auto now = target.dimension->read(all.cloud, key.place, key.resource); !now)
      return now.error();
  target.arn = opsim::arn(key.place, "application-autoscaling",
                          "scalable-target/" + all.cloud.next_id("0ec5"));
  target.role = role_of(key);
  target.created = all.now();
  return target;
}

}  // namespace

ApiResult<Target*> register_target(ApplicationAutoScaling& all, const Place& place,
                                   const Json& members, const std::string& source) {
  const auto key = read_key(place, members);
  if (!key) return key.error();
  const Target* known = all.find(*key);
  ApiResult<Target> target = known != nullptr ? *known : new_target(all, *key, members);
  if (!target) return target.error();
  target->lowest = input::integer(members, "MinCapacity").value_or(target->lowest);
  target->highest = input::integer(members, "MaxCapacity").value_or(target->highest);
  if (target->lowest < 0 || target->highest < 0)
    return invalid("Minimum and maximum capacity must not be negative");
  if (target->lowest > target->highest)
    return invalid("Maximum capacity cannot be less than minimum capacity");
  read_suspended(*target, input::member(members, "SuspendedState"));
  if (const std::string role = input::text(members, "RoleARN"); !role.empty()) target->role = role;
  if (!source.empty()) target->source = source;
  Target& kept = all.targets.insert_or_assign(*key, *std::move(target)).first->second;
  if (known == nullptr) tell_if_named_only(all, kept);
  // "It also initiates scaling activities when you modify the maximum or minimum size."
  keep_within(all, kept);
  return &kept;
}

ApiResult<Json> register_scalable_target(ApplicationAutoScaling& all, const Request& request) {
  const auto target = register_target(all, request.place(), request.input, "");
  if (!target) return target.error();
  return Json{{"ScalableTargetARN", (*target)->arn}};
}

// "Deregistering a scalable target deletes the scaling policies and the scheduled actions that are
// associated with it." What it has scaled stays as it is.
ApiResult<Json> deregister_scalable_target(ApplicationAutoScaling& all, const Request& request) {
  const auto key = read_key(request.place(), request.input);
  if (!key) return key.error();
  if (all.find(*key) == nullptr) return not_registered(*key);
  forget_policies(all, *key);
  forget_scheduled(all, *key);
  all.targets.erase(*key);
  return Json::object();
}

ApiResult<Json> describe_scalable_targets(ApplicationAutoScaling& all, const Request& request) {
  const std::string of = input::text(request.input, "ServiceNamespace");
  if (!is_namespace(of)) return invalid(fmt::format("ServiceNamespace '{}' is not known", of));
  const std::string dimension = input::text(request.input, "ScalableDimension");
  const std::vector<std::string> ids = input::texts(request.input, "ResourceIds");
  Json found = Json::array();
  for (const auto& [key, target] : all.targets) {
    if (key.place != request.place() || target.dimension->service_namespace != of) continue;
    if (!dimension.empty() && key.dimension != dimension) continue;
    if (!ids.empty() && std::ranges::find(ids, key.resource) == ids.end()) continue;
    found.push_back(target_json(target));
  }
  return Json{{"ScalableTargets", std::move(found)}};
}

ApiResult<Json> describe_scaling_activities(ApplicationAutoScaling& all, const Request& request) {
  const std::string of = input::text(request.input, "ServiceNamespace");
  if (!is_namespace(of)) return invalid(fmt::format("ServiceNamespace '{}' is not known", of));
  const std::string dimension = input::text(request.input, "ScalableDimension");
  const std::string resource = input::text(request.input, "ResourceId");
  const bool idle = input::boolean(request.input, "IncludeNotScaledActivities").value_or(false);
  std::vector<std::pair<SimTime, Json>> found;
  for (const auto& [key, target] : all.targets) {
    if (key.place != request.place() || target.dimension->service_namespace != of) continue;
    if (!dimension.empty() && key.dimension != dimension) continue;
    if (!resource.empty() && key.resource != resource) continue;
    for (const Activity& activity : target.activities)
      if (idle || !activity.not_scaled)
        found.emplace_back(activity.start, activity_json(target, activity));
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &std::pair<SimTime, Json>::first);
  Json list = Json::array();
  for (auto& [at, activity] : found) list.push_back(std::move(activity));
  return Json{{"ScalingActivities", std::move(list)}};
}

}  // namespace opsim::application_auto_scaling
