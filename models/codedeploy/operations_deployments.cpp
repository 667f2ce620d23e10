#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/operations.hpp"
#include "models/codedeploy/views.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::codedeploy {

namespace {

ApiResult<Deployment*> named_deployment(CodeDeploy& codedeploy, const Request& request) {
  const std::string id = input::text(request.input, "deploymentId");
  const auto found = codedeploy.deployments.find(id);
  if (found != codedeploy.deployments.end() && found->second->place == request.place())
    return found->second.get();
  if (id.empty())
    return ApiError{"DeploymentIdRequiredException", "deploymentId must be specified"};
  return ApiError{"DeploymentDoesNotExistException",
                  fmt::format("The deployment {} could not be found", id)};
}

}  // namespace

ApiResult<Json> create_deployment_call(CodeDeploy& codedeploy, const Request& request) {
  const std::string application = input::text(request.input, "applicationName");
  const std::string name = input::text(request.input, "deploymentGroupName");
  if (!codedeploy.applications.contains({request.place(), application}))
    return ApiError{"ApplicationDoesNotExistException",
                    fmt::format("No application found for name: {}", application)};
  const auto group = codedeploy.groups.find({request.place(), application, name});
  if (group == codedeploy.groups.end())
    return ApiError{"DeploymentGroupDoesNotExistException",
                    fmt::format("No Deployment Group found for name: {}", name)};
  const Json& revision = input::member(request.input, "revision");
  if (revision.is_null())
    return ApiError{"RevisionRequiredException", "revision must be specified"};
  Order order{
      .revision = revision,
      .config = input::text(request.input, "deploymentConfigName"),
      .description = input::text(request.input, "description"),
      .creator = "user",
      .rolls_back = "",
      .only = {},
      .green = input::member(request.input, "targetInstances"),
      .outdated_only = input::boolean(request.input, "updateOutdatedInstancesOnly").value_or(false),
      .launching = false,
      .ignores_stop_failures =
          input::boolean(request.input, "ignoreApplicationStopFailures").value_or(false)};
  const ApiResult<Deployment*> made =
      create_deployment(codedeploy, group->second, std::move(order));
  if (!made) return made.error();
  return Json{{"deploymentId", (*made)->id}};
}

ApiResult<Json> get_deployment(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_deployment(codedeploy, request);
  if (!found) return found.error();
  return Json{{"deploymentInfo", deployment_json(**found)}};
}

ApiResult<Json> batch_get_deployments(CodeDeploy& codedeploy, const Request& request) {
  Json found = Json::array();
  for (const std::string& id : input::texts(request.input, "deploymentIds"))
    if (const auto one = codedeploy.deployments.find(id);
        one != codedeploy.deployments.end() && one->second->place == request.place())
      found.push_back(deployment_json(*one->second));
  return Json{{"deploymentsInfo", std::move(found)}};
}

ApiResult<Json> list_deployments(CodeDeploy& codedeploy, const Request& request) {
  const std::string application = input::text(request.input, "applicationName");
  const std::string group = input::text(request.input, "deploymentGroupName");
  const std::vector<std::string> statuses = input::texts(request.input, "includeOnlyStatuses");
  Json ids = Json::array();
  for (const auto& [id, one] : codedeploy.deployments) {
    if (one->place != request.place()) continue;
    if (!application.empty() && one->application != application) continue;
    if (!group.empty() && one->group != group) continue;
    if (!statuses.empty() && std::ranges::find(statuses, one->status) == statuses.end()) continue;
    ids.push_back(id);
  }
  return Json{{"deployments", std::move(ids)}};
}

ApiResult<Json> list_deployment_targets(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_deployment(codedeploy, request);
  if (!found) return found.error();
  Json ids = Json::array();
  for (const Target& target : (*found)->targets) ids.push_back(target.id);
  return Json{{"targetIds", std::move(ids)}};
}

ApiResult<Json> get_deployment_target(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_deployment(codedeploy, request);
  if (!found) return found.error();
  const std::string id = input::text(request.input, "targetId");
  const auto target = std::ranges::find((*found)->targets, id, &Target::id);
  if (target == (*found)->targets.end())
    return ApiError{"DeploymentTargetDoesNotExistException",
                    fmt::format("The target {} could not be found", id)};
  return Json{{"deploymentTarget", target_json(**found, *target)}};
}

ApiResult<Json> batch_get_deployment_targets(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_deployment(codedeploy, request);
  if (!found) return found.error();
  const std::vector<std::string> wanted = input::texts(request.input, "targetIds");
  Json targets = Json::array();
  for (const Target& target : (*found)->targets)
    if (std::ranges::find(wanted, target.id) != wanted.end())
      targets.push_back(target_json(**found, target));
  return Json{{"deploymentTargets", std::move(targets)}};
}

namespace {

bool has_two_environments(CodeDeploy& codedeploy, const Deployment& deployment) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  return group != nullptr && group->spec.blue_green.on &&
         deployment.config.platform != Platform::lambda;
}

}  // namespace

/// "deploymentWaitType: READY_WAIT indicates that the deployment should start shifting traffic.
/// TERMINATION_WAIT indicates that the traffic is shifted, but the original target is not
/// terminated." Without one: READY_WAIT.
ApiResult<Json> continue_deployment(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_deployment(codedeploy, request);
  if (!found) return found.error();
  Deployment& deployment = **found;
  const std::string given = input::text(request.input, "deploymentWaitType");
  const std::string type = given.empty() ? "READY_WAIT" : given;
  if (type != "READY_WAIT" && type != "TERMINATION_WAIT")
    return ApiError{"InvalidDeploymentWaitTypeException",
                    fmt::format("deploymentWaitType {} is not valid; one of READY_WAIT, "
                                "TERMINATION_WAIT",
                                opsim::quoted(type))};
  if (!has_two_environments(codedeploy, deployment))
    return ApiError{"UnsupportedActionForDeploymentTypeException",
                    "Only a blue/green deployment can be continued"};
  if (deployment.is_over())
    return ApiError{"DeploymentAlreadyCompletedException",
                    fmt::format("The deployment {} is already completed", deployment.id)};
  if (deployment.waits_for != type)
    return ApiError{
        "DeploymentIsNotInReadyStateException",
        fmt::format("The deployment {} is not in a state that can be continued", deployment.id)};
  (type == "READY_WAIT" ? deployment.may_continue : deployment.may_terminate) = true;
  deployment.changed.notify_all();
  return Json::object();
}

/// "Deprecated; use ContinueDeployment with DeploymentWaitType": instances of the original
/// environment are terminated at once after the traffic was rerouted.
ApiResult<Json> skip_termination_wait(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_deployment(codedeploy, request);
  if (!found) return found.error();
  Deployment& deployment = **found;
  if (!has_two_environments(codedeploy, deployment))
    return ApiError{"UnsupportedActionForDeploymentTypeException",
                    "Only a blue/green deployment terminates original instances"};
  if (deployment.is_over())
    return ApiError{"DeploymentAlreadyCompletedException",
                    fmt::format("The deployment {} is already completed", deployment.id)};
  if (!deployment.began)
    return ApiError{"DeploymentNotStartedException",
                    fmt::format("The deployment {} has not started", deployment.id)};
  deployment.may_terminate = true;
  deployment.changed.notify_all();
  return Json::object();
}

/// "autoRollbackEnabled: whether, when a deployment is stopped, instances that have been updated
/// should be rolled back."
ApiResult<Json> stop_deployment_call(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_deployment(codedeploy, request);
  if (!found) return found.error();
  Deployment& deployment = **found;
  if (deployment.is_over())
    return ApiError{"DeploymentAlreadyCompletedException",
                    fmt::format("The deployment {} is already completed", deployment.id)};
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  const bool by_group =
      group != nullptr && group->spec.rollback_events.contains("DEPLOYMENT_STOP_ON_REQUEST");
  stop_deployment(codedeploy, deployment, "MANUAL_STOP", "The deployment was stopped on request",
                  input::boolean(request.input, "autoRollbackEnabled").value_or(by_group));
  return Json{{"status", "Pending"},
              {"statusMessage", "No more instances will be updated by this deployment"}};
}

}  // namespace opsim::codedeploy
