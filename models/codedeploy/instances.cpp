// Which instances a deployment is for, and in which order.
// AWS: CodeDeploy User Guide, "Instance health" (instances-health): first those whose last
// deployment failed, then those whose revision is unknown, then those with an old one, then those
// with the current one.
#include <algorithm>

#include "models/codedeploy/codedeploy.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

bool fits(const Json& instance, const std::vector<TagFilter>& any) {
  const auto tags = input::tags(input::member(instance, "Tags"));
  return std::ranges::any_of(any, [&](const TagFilter& filter) {
    return std::ranges::any_of(tags, [&](const auto& tag) {
      const bool key = filter.type == "VALUE_ONLY" || tag.first == filter.key;
      const bool value = filter.type == "KEY_ONLY" || tag.second == filter.value;
      return key && value;
    });
  });
}

void add_tagged(CodeDeploy& codedeploy, const Place& place, const GroupSpec& spec,
                std::vector<std::string>& found) {
  if (spec.tags.empty()) return;
  const Json running{
      {"Filters",
       {{{"Name", "instance-state-name"}, {"Values", Json::array({"running", "pending"})}}}}};
  const auto answer = codedeploy.cloud.inspect(place, "ec2", "DescribeInstances", running);
  if (!answer) return;
  for (const Json& reservation : input::member(*answer, "Reservations"))
    for (const Json& instance : input::member(reservation, "Instances"))
      if (std::ranges::all_of(spec.tags, [&](const auto& any) { return fits(instance, any); }))
        found.push_back(input::text(instance, "InstanceId"));
}

/// Where an instance stands in the order; lower is earlier.
int turn_of(const DeploymentGroup& group, const std::string& instance,
            const std::string& revision) {
  if (group.ill.contains(instance)) return 0;
  const auto has = group.on.find(instance);
  if (has == group.on.end()) return 1;
  return has->second == revision ? 3 : 2;
}

}  // namespace

std::vector<std::string> instances_of(CodeDeploy& codedeploy, const Place& place,
                                      const GroupSpec& spec) {
  std::vector<std::string> found;
  add_tagged(codedeploy, place, spec, found);
  for (const std::string& group : spec.scaling_groups)
    for (std::string& instance : codedeploy.cloud.members(group))
      found.push_back(std::move(instance));
  std::ranges::sort(found);
  const auto again = std::ranges::unique(found);
  found.erase(again.begin(), again.end());
  return found;
}

std::vector<std::string> instances_of(CodeDeploy& codedeploy, DeploymentGroup& group,
                                      const std::string& revision) {
  std::vector<std::string> found = instances_of(codedeploy, group.place, group.spec);
  std::ranges::stable_sort(
      found, {}, [&](const std::string& instance) { return turn_of(group, instance, revision); });
  return found;
}

void add_target(CodeDeploy& codedeploy, Deployment& deployment, const std::string& instance,
                const std::vector<std::string_view>& events, std::string label) {
  Target target;
  target.id = instance;
  target.label = std::move(label);
  const Resource* known = codedeploy.cloud.resources().find(instance);
  if (known != nullptr) target.zone = input::text(known->attributes, "AvailabilityZone");
  for (const std::string_view event : events) target.events.push_back({.name = std::string{event}});
  deployment.targets.push_back(std::move(target));
}

}  // namespace opsim::codedeploy
