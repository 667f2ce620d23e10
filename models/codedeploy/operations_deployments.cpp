#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/operations.hpp"
#include "models/codedeploy/views.hpp"
#include "opsim/cloud/input.hpp"

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
  Order order{.revision = revision,
              .config = input::text(request.input, "deploymentConfigName"),
              .description = input::text(request.input, "description"),
              .creator = "user",
              .rolls_back = ""};
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
