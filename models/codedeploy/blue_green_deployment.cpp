// Two environments of instances: a revision goes to the replacement, then traffic does.
// AWS: CodeDeploy User Guide, "Overview of a blue/green deployment"; the order of lifecycle events
// in reference-appspec-file-structure-hooks: replacement instances from ApplicationStop to
// AfterAllowTraffic, then the original ones from BeforeBlockTraffic to AfterBlockTraffic.
// instances-health: "the minimum applies to the replacement environment"; any original instance
// that fails to deregister fails the deployment.
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/replacement.hpp"
#include "models/codedeploy/rolling.hpp"
#include "models/codedeploy/waiting.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

const std::vector<std::string> kInstallEvents{
    "ApplicationStop", "DownloadBundle",   "BeforeInstall",  "Install",
    "AfterInstall",    "ApplicationStart", "ValidateService"};
const std::vector<std::string> kAllowEvents{"BeforeAllowTraffic", "AllowTraffic",
                                            "AfterAllowTraffic"};
const std::vector<std::string> kBlockEvents{"BeforeBlockTraffic", "BlockTraffic",
                                            "AfterBlockTraffic"};

std::vector<std::string_view> views_of(const std::vector<std::string>& events) {
  return {events.begin(), events.end()};
}

std::vector<std::string_view> green_events() {
  std::vector<std::string_view> events = views_of(kInstallEvents);
  for (const std::string& event : kAllowEvents) events.push_back(event);
  return events;
}

std::vector<std::size_t> labelled(const Deployment& deployment, std::string_view label) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < deployment.targets.size(); ++i)
    if (deployment.targets[i].label == label) found.push_back(i);
  return found;
}

void fail(CodeDeploy& codedeploy, Deployment& deployment, std::string code, std::string message) {
  deployment.error_code = std::move(code);
  deployment.error_message = std::move(message);
  for (Target& target : deployment.targets)
    if (target.status == "Pending" || target.status == "Ready") target.status = "Skipped";
  set_status(codedeploy, deployment, "Failed");
}

/// The replacement environment: made, or found. False where there is none.
Process<bool> provide_green(CodeDeploy& codedeploy, Deployment& deployment) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  std::vector<std::string> instances;
  if (group->spec.blue_green.copies_group) {
    Process<std::vector<std::string>> copying = copy_scaling_group(codedeploy, deployment);
    instances = co_await copying;
  } else {
    const ApiResult<GroupSpec> wanted = read_instances(deployment.green);
    if (wanted) instances = instances_of(codedeploy, deployment.place, *wanted);
  }
  for (const std::string& instance : instances)
    add_target(codedeploy, deployment, instance, green_events(), "GREEN");
  co_return !instances.empty();
}

/// Each environment as a whole: all replacement instances first, as the configuration says.
Process<Rolled> reroute(CodeDeploy& codedeploy, Deployment& deployment) {
  Rollout allow{labelled(deployment, "GREEN"), kAllowEvents, true, false};
  Process<Rolled> allowing = roll(codedeploy, deployment, std::move(allow));
  if (const Rolled how = co_await allowing; how != Rolled::done) co_return how;
  Rollout block{labelled(deployment, "BLUE"), kBlockEvents, true, false};
  if (block.targets.empty()) co_return Rolled::done;
  // All at once: they are no longer needed. One that stays registered fails the deployment.
  const MinimumHealthyHosts before =
      std::exchange(deployment.config.hosts, {MinimumHealthyHosts::Type::host_count, 0});
  Process<Rolled> blocking = roll(codedeploy, deployment, std::move(block));
  Rolled how = co_await blocking;
  deployment.config.hosts = before;
  if (how == Rolled::done && deployment.failed > 0) how = Rolled::too_few;
  co_return how;
}

/// Waits until traffic may be rerouted: "STOP_DEPLOYMENT: do not register new instances with a load
/// balancer unless traffic rerouting is started using ContinueDeployment. If it is not started
/// before the end of the specified wait period, the deployment status is changed to Stopped."
Process<bool> await_ready(CodeDeploy& codedeploy, Deployment& deployment) {
  const BlueGreen& asked = codedeploy.group_of(deployment)->spec.blue_green;
  if (!asked.waits_for_ready) co_return true;
  set_status(codedeploy, deployment, "Ready");
  Process<bool> waiting =
      await_continue(codedeploy, deployment, Continue::rerouting, asked.ready_wait);
  const bool came = co_await waiting;
  if (deployment.stopping) co_return false;
  if (!came) {
    deployment.error_code = "TIMEOUT";
    deployment.error_message =
        "The deployment was not continued before the end of the specified wait period";
    co_return false;
  }
  set_status(codedeploy, deployment, "InProgress");
  co_return true;
}

Process<> end_blue(CodeDeploy& codedeploy, Deployment& deployment) {
  const BlueGreen asked = codedeploy.group_of(deployment)->spec.blue_green;
  if (!asked.terminates) co_return;
  Process<bool> waiting =
      await_continue(codedeploy, deployment, Continue::terminating, asked.termination_wait);
  co_await waiting;
  if (deployment.stopping) co_return;
  Process<> ending = terminate_blue(codedeploy, deployment);
  co_await ending;
}

}  // namespace

Process<> deploy_blue_green(CodeDeploy& codedeploy, Deployment& deployment) {
  DeploymentGroup* group = codedeploy.group_of(deployment);
  const std::vector<std::string> original =
      instances_of(codedeploy, *group, revision_name(deployment.revision));
  Process<bool> providing = provide_green(codedeploy, deployment);
  const bool provided = co_await providing;
  if (deployment.stopping) co_return end_rolled(codedeploy, deployment, Rolled::stopped);
  if (!provided)
    co_return fail(codedeploy, deployment, "NO_INSTANCES",
                   "No instances were found in the replacement environment");
  for (const std::string& instance : original)
    add_target(codedeploy, deployment, instance, views_of(kBlockEvents), "BLUE");
  Rollout install{labelled(deployment, "GREEN"), kInstallEvents, false,
                  deployment.config.zonal.has_value()};
  Process<Rolled> installing = roll(codedeploy, deployment, std::move(install));
  if (const Rolled how = co_await installing; how != Rolled::done)
    co_return end_rolled(codedeploy, deployment, how);
  Process<bool> ready = await_ready(codedeploy, deployment);
  if (!co_await ready) co_return end_rolled(codedeploy, deployment, Rolled::stopped);
  Process<Rolled> rerouting = reroute(codedeploy, deployment);
  if (const Rolled how = co_await rerouting; how != Rolled::done)
    co_return end_rolled(codedeploy, deployment, how);
  Process<> ending = end_blue(codedeploy, deployment);
  co_await ending;
  if (deployment.stopping) co_return end_rolled(codedeploy, deployment, Rolled::stopped);
  adopt_replacement(codedeploy, deployment);
  end_rolled(codedeploy, deployment, Rolled::done);
}

/// "Original instances: BeforeAllowTraffic, AllowTraffic, AfterAllowTraffic; replacement instances:
/// BeforeBlockTraffic, BlockTraffic, AfterBlockTraffic" (hooks, blue/green deployment rollback).
Process<> return_to_blue(CodeDeploy& codedeploy, Deployment& deployment) {
  const auto undone = codedeploy.deployments.find(deployment.rolls_back);
  if (undone == codedeploy.deployments.end())
    co_return end_rolled(codedeploy, deployment, Rolled::done);
  for (const Target& target : undone->second->targets) {
    const bool blue = target.label == "BLUE";
    // What has not been rerouted yet need not return.
    const bool moved = std::ranges::any_of(target.events, [&](const EventState& event) {
      return event.name == (blue ? "BlockTraffic" : "AllowTraffic") && event.began.has_value();
    });
    if (moved)
      add_target(codedeploy, deployment, target.id, views_of(blue ? kAllowEvents : kBlockEvents),
                 blue ? "BLUE" : "GREEN");
  }
  const MinimumHealthyHosts all{MinimumHealthyHosts::Type::host_count, 0};
  deployment.config.hosts = all;
  deployment.config.zonal.reset();
  Rolled how = Rolled::done;
  for (const char* label : {"BLUE", "GREEN"}) {
    Rollout back{labelled(deployment, label),
                 std::string_view{label} == "BLUE" ? kAllowEvents : kBlockEvents, true, false};
    if (back.targets.empty() || how != Rolled::done) continue;
    Process<Rolled> rolling = roll(codedeploy, deployment, std::move(back));
    how = co_await rolling;
  }
  end_rolled(codedeploy, deployment, how);
}

}  // namespace opsim::codedeploy
