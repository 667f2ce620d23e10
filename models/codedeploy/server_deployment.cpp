// A revision goes to instances, in place, as many at once as must not stay healthy.
// AWS: CodeDeploy User Guide, "Instance health" (instances-health): unhealthy instances first; as
// many at once as there are healthy ones beyond the minimum; a failed one is unhealthy.
// SIMPLIFIED: revisions that are unknown, old and current are not told apart in the order.
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/codedeploy.hpp"
#include "models/codedeploy/traffic.hpp"
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

bool is_member(const Json& instance, const std::vector<std::string>& groups) {
  for (const Json& tag : input::member(instance, "Tags"))
    if (input::text(tag, "Key") == "aws:autoscaling:groupName")
      return std::ranges::find(groups, input::text(tag, "Value")) != groups.end();
  return false;
}

std::int64_t count_of(const Deployment& deployment, std::string_view status) {
  return std::ranges::count(deployment.targets, status, &Target::status);
}

bool is_balanced(CodeDeploy& codedeploy, const Deployment& deployment) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  return group != nullptr && !group->spec.target_groups.empty();
}

Process<bool> run_target_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                               std::string event) {
  if (event == "BlockTraffic" || event == "AllowTraffic")
    return change_traffic(codedeploy, deployment, target, event == "AllowTraffic");
  return run_event(codedeploy, deployment, target, std::move(event));
}

Process<> deploy_to_server(CodeDeploy& codedeploy, Deployment& deployment, std::size_t number) {
  const std::size_t events = deployment.targets.at(number).events.size();
  bool fine = true;
  for (std::size_t i = 0; i < events && fine; ++i) {
    std::string event = deployment.targets.at(number).events[i].name;
    Process<bool> running = run_target_event(codedeploy, deployment, number, std::move(event));
    fine = co_await running;
  }
  Target& target = deployment.targets.at(number);
  for (EventState& event : target.events)
    if (event.status == "Pending") event.status = "Skipped";
  target.status = fine ? "Succeeded" : "Failed";
  --deployment.on_way;
  if (DeploymentGroup* group = codedeploy.group_of(deployment)) {
    if (fine) {
      group->ill.erase(target.id);
      group->on[target.id] = revision_name(deployment.revision);
    } else {
      group->ill.insert(target.id);
    }
  }
  tell_target(codedeploy, deployment, target);
  deployment.changed.notify_all();
}

void begin_target(CodeDeploy& codedeploy, Deployment& deployment, std::size_t number) {
  Target& target = deployment.targets[number];
  target.status = "InProgress";
  ++deployment.on_way;
  tell_target(codedeploy, deployment, target);
  codedeploy.sim().spawn(deploy_to_server(codedeploy, deployment, number));
}

void too_few_healthy(CodeDeploy& codedeploy, Deployment& deployment) {
  for (Target& target : deployment.targets)
    if (target.status == "Pending") target.status = "Skipped";
  deployment.error_code = "HEALTH_CONSTRAINTS";
  deployment.error_message =
      "The overall deployment failed because too many individual instances failed deployment, too "
      "few healthy instances are available for deployment, or some instances in your deployment "
      "group are experiencing problems.";
  set_status(codedeploy, deployment, "Failed");
}

void end_on_servers(CodeDeploy& codedeploy, Deployment& deployment, std::int64_t needed) {
  const std::int64_t good = count_of(deployment, "Succeeded");
  if (deployment.stopping) {
    for (Target& target : deployment.targets)
      if (target.status == "Pending") target.status = "Skipped";
    set_status(codedeploy, deployment, "Stopped");
  } else if (good >= std::max<std::int64_t>(needed, 1)) {
    set_status(codedeploy, deployment, "Succeeded");
  } else {
    too_few_healthy(codedeploy, deployment);
  }
}

}  // namespace

std::vector<std::string> instances_of(CodeDeploy& codedeploy, DeploymentGroup& group) {
  const auto answer = codedeploy.cloud.inspect(
      group.place, "ec2", "DescribeInstances",
      {{"Filters",
        {{{"Name", "instance-state-name"}, {"Values", Json::array({"running", "pending"})}}}}});
  std::vector<std::string> found;
  if (!answer) return found;
  for (const Json& reservation : input::member(*answer, "Reservations"))
    for (const Json& instance : input::member(reservation, "Instances")) {
      const bool tagged = !group.spec.tags.empty() &&
                          std::ranges::all_of(group.spec.tags,
                                              [&](const auto& any) { return fits(instance, any); });
      if (tagged || is_member(instance, group.spec.scaling_groups))
        found.push_back(input::text(instance, "InstanceId"));
    }
  std::ranges::sort(found);
  std::ranges::stable_partition(found,
                                [&](const std::string& id) { return group.ill.contains(id); });
  return found;
}

Process<> deploy_to_servers(CodeDeploy& codedeploy, Deployment& deployment) {
  const bool balanced = is_balanced(codedeploy, deployment);
  DeploymentGroup* group = codedeploy.group_of(deployment);
  const std::vector<std::string> instances =
      group == nullptr ? std::vector<std::string>{} : instances_of(codedeploy, *group);
  for (const std::string& instance : instances) {
    Target target;
    target.id = instance;
    for (const std::string_view event : lifecycle_events(Platform::server, balanced))
      target.events.push_back({.name = std::string{event}});
    deployment.targets.push_back(std::move(target));
  }
  if (deployment.targets.empty()) {
    deployment.error_code = "NO_INSTANCES";
    deployment.error_message = "No instances found in your deployment group";
    co_return set_status(codedeploy, deployment, "Failed");
  }
  const auto hosts = static_cast<std::int64_t>(deployment.targets.size());
  const std::int64_t needed = healthy_hosts_needed(deployment.config.hosts, hosts);
  std::size_t next = 0;
  while (true) {
    // "As many at once as healthy instances minus the minimum."
    while (!deployment.stopping && next < deployment.targets.size() &&
           hosts - count_of(deployment, "Failed") - deployment.on_way > needed)
      begin_target(codedeploy, deployment, next++);
    if (deployment.on_way == 0) break;
    co_await deployment.changed.wait();
  }
  if (!deployment.stopping && next < deployment.targets.size())
    co_return too_few_healthy(codedeploy, deployment);
  end_on_servers(codedeploy, deployment, needed);
}

}  // namespace opsim::codedeploy
