// Deploy actions: CodeDeploy, ECS, S3, AppConfig.
// AWS: CodePipeline User Guide, action-reference-CodeDeploy, -ECSbluegreen, -ECS, -S3Deploy,
// -AppConfig.
#include <fmt/format.h>

#include "models/codepipeline/provider.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

std::optional<ActionEnd> deployment_ended(const Json& answer) {
  const Json& deployment = member(answer, "deploymentInfo");
  const std::string status = text(deployment, "status");
  if (status == "Succeeded") {
    ActionEnd end;
    end.summary = fmt::format("Deployment {} succeeded", text(deployment, "deploymentId"));
    return end;
  }
  if (status != "Failed" && status != "Stopped") return std::nullopt;
  return failed("JobFailed",
                fmt::format("Deployment {} failed: {}: {}", text(deployment, "deploymentId"),
                            status, text(member(deployment, "errorInformation"), "message")));
}

Process<ActionEnd> follow_deployment(ActionContext& context, Json revision) {
  Json asked{{"applicationName", context.setting("ApplicationName")},
             {"deploymentGroupName", context.setting("DeploymentGroupName")},
             {"revision", std::move(revision)},
             {"description", fmt::format("by pipeline {}, execution {}", context.execution.pipeline,
                                         context.execution.id)}};
  Process<ApiResult<Json>> creating =
      context.call("codedeploy", "CreateDeployment", std::move(asked));
  const ApiResult<Json> created = co_await creating;
  if (!created) co_return refused(created.error());
  context.run.external_id = text(*created, "deploymentId");
  Json id{{"deploymentId", context.run.external_id}};
  Process<ActionEnd> waiting =
      poll(context, "codedeploy", "GetDeployment", std::move(id), deployment_ended);
  ActionEnd end = co_await waiting;
  co_return end;
}

/// {"image1Name": ...}: <IMAGE1_NAME> in the task definition becomes the image of that input.
std::string with_image(const ActionContext& context, std::string definition) {
  const std::string placeholder = "<" + context.setting("Image1ContainerName") + ">";
  const auto detail = context.file_at(context.setting("Image1ArtifactName") + "::imageDetail.json");
  if (placeholder == "<>" || !detail) return definition;
  const std::string uri = text(Json::parse(*detail, nullptr, false), "ImageURI");
  for (auto at = definition.find(placeholder); at != definition.npos;
       at = definition.find(placeholder))
    definition.replace(at, placeholder.size(), uri);
  return definition;
}

std::optional<ActionEnd> service_ended(const Json& answer) {
  const Json& services = member(answer, "services");
  if (!services.is_array() || services.empty())
    return failed("ConfigurationError", "The ECS service is not there");
  const Json& deployments = member(services.front(), "deployments");
  if (!deployments.is_array() || deployments.empty()) return std::nullopt;
  const std::string state = text(deployments.front(), "rolloutState");
  if (state == "FAILED")
    return failed("JobFailed", fmt::format("The deployment failed: {}",
                                           text(deployments.front(), "rolloutStateReason")));
  if (state != "COMPLETED") return std::nullopt;
  return ActionEnd{};
}

/// imagedefinitions.json: [{"name": "web", "imageUri": "..."}].
Json with_images(Json definition, const Json& images) {
  if (definition.contains("containerDefinitions"))
    for (Json& container : definition["containerDefinitions"])
      for (const Json& image : images)
        if (text(container, "name") == text(image, "name"))
          container["image"] = text(image, "imageUri");
  for (const char* told : {"taskDefinitionArn", "revision", "status", "requiresAttributes",
                           "compatibilities", "registeredAt", "registeredBy"})
    definition.erase(told);
  return definition;
}

std::optional<ActionEnd> configuration_ended(const Json& answer) {
  const std::string state = text(answer, "State");
  if (state == "COMPLETE") return ActionEnd{};
  if (state == "ROLLED_BACK" || state == "REVERTED")
    return failed("JobFailed", fmt::format("The AppConfig deployment ended as {}", state));
  return std::nullopt;
}

}  // namespace

Process<ActionEnd> deploy_by_codedeploy(ActionContext& context) {
  const Artifact* bundle = context.input();
  Json revision{
      {"revisionType", "S3"},
      {"s3Location", {{"bucket", bundle->bucket}, {"key", bundle->key}, {"bundleType", "zip"}}}};
  Process<ActionEnd> following = follow_deployment(context, std::move(revision));
  ActionEnd end = co_await following;
  co_return end;
}

Process<ActionEnd> deploy_to_ecs_blue_green(ActionContext& context) {
  const auto definition =
      context.file_at(fmt::format("{}::{}", context.setting("TaskDefinitionTemplateArtifact"),
                                  context.setting("TaskDefinitionTemplatePath", "taskdef.json")));
  const auto appspec =
      context.file_at(fmt::format("{}::{}", context.setting("AppSpecTemplateArtifact"),
                                  context.setting("AppSpecTemplatePath", "appspec.yaml")));
  if (!definition || !appspec)
    co_return failed("ConfigurationError",
                     "The task definition or the AppSpec file is not in its artifact");
  Json task = Json::parse(with_image(context, *definition), nullptr, false);
  if (!task.is_object())
    co_return failed("ConfigurationError", "The task definition template is no JSON");
  Process<ApiResult<Json>> registering =
      context.call("ecs", "RegisterTaskDefinition", std::move(task));
  const ApiResult<Json> registered = co_await registering;
  if (!registered) co_return refused(registered.error());
  std::string filled = *appspec;
  const std::string wanted = "<TASK_DEFINITION>";
  if (const auto at = filled.find(wanted); at != filled.npos)
    filled.replace(at, wanted.size(),
                   text(member(*registered, "taskDefinition"), "taskDefinitionArn"));
  Json revision{{"revisionType", "AppSpecContent"}, {"appSpecContent", {{"content", filled}}}};
  Process<ActionEnd> following = follow_deployment(context, std::move(revision));
  ActionEnd end = co_await following;
  co_return end;
}

Process<ActionEnd> deploy_to_ecs(ActionContext& context) {
  const std::string file = context.setting("FileName", "imagedefinitions.json");
  const auto listed = context.file_at(fmt::format("{}::{}", context.action.inputs.front(), file));
  const Json images = Json::parse(listed.value_or(""), nullptr, false);
  if (!images.is_array())
    co_return failed("ConfigurationError",
                     fmt::format("Did not find the image definition file {} in the input "
                                 "artifacts ZIP file",
                                 file));
  const std::string cluster = context.setting("ClusterName");
  Json asked{{"cluster", cluster}, {"services", Json::array({context.setting("ServiceName")})}};
  Process<ApiResult<Json>> looking = context.call("ecs", "DescribeServices", asked);
  const ApiResult<Json> found = co_await looking;
  if (!found) co_return refused(found.error());
  const Json& services = member(*found, "services");
  if (!services.is_array() || services.empty())
    co_return failed("ConfigurationError", fmt::format("The ECS service {} is not there",
                                                       context.setting("ServiceName")));
  Json named{{"taskDefinition", text(services.front(), "taskDefinition")}};
  Process<ApiResult<Json>> reading =
      context.call("ecs", "DescribeTaskDefinition", std::move(named));
  const ApiResult<Json> current = co_await reading;
  if (!current) co_return refused(current.error());
  Json next = with_images(member(*current, "taskDefinition"), images);
  Process<ApiResult<Json>> registering =
      context.call("ecs", "RegisterTaskDefinition", std::move(next));
  const ApiResult<Json> registered = co_await registering;
  if (!registered) co_return refused(registered.error());
  const std::string definition = text(member(*registered, "taskDefinition"), "taskDefinitionArn");
  Json update{{"cluster", cluster},
              {"service", context.setting("ServiceName")},
              {"taskDefinition", definition}};
  Process<ApiResult<Json>> updating = context.call("ecs", "UpdateService", std::move(update));
  const ApiResult<Json> updated = co_await updating;
  if (!updated) co_return refused(updated.error());
  context.run.external_id = definition;
  Process<ActionEnd> waiting =
      poll(context, "ecs", "DescribeServices", std::move(asked), service_ended);
  ActionEnd end = co_await waiting;
  co_return end;
}

Process<ActionEnd> deploy_to_s3(ActionContext& context) {
  const Artifact artifact = *context.input();
  const std::string bucket = context.setting("BucketName");
  const std::string key = context.setting("ObjectKey");
  const bool extract = context.setting("Extract") == "true";
  if (!extract && key.empty())
    co_return failed("ConfigurationError", "ObjectKey is required where Extract is false");
  Files files = artifact.files;
  if (!extract) files = {{key, archive_of(artifact.files)}};
  for (const auto& [path, content] : files) {
    const std::string prefix = extract && !key.empty() ? key + "/" : "";
    Json object{{"Bucket", bucket}, {"Key", prefix + path}, {"Body", content}};
    Process<ApiResult<Json>> putting = context.call("s3", "PutObject", std::move(object));
    const ApiResult<Json> put = co_await putting;
    if (!put) co_return refused(put.error());
  }
  ActionEnd end;
  end.summary = fmt::format("{} files to {}", files.size(), bucket);
  co_return end;
}

Process<ActionEnd> deploy_by_appconfig(ActionContext& context) {
  const auto content = context.file_at(fmt::format(
      "{}::{}", context.action.inputs.front(), context.setting("InputArtifactConfigurationPath")));
  if (!content)
    co_return failed("ConfigurationError",
                     fmt::format("{} is not in the input artifact",
                                 context.setting("InputArtifactConfigurationPath")));
  Json version{{"ApplicationId", context.setting("Application")},
               {"ConfigurationProfileId", context.setting("ConfigurationProfile")},
               {"ContentType", "application/json"},
               {"Content", *content}};
  Process<ApiResult<Json>> making =
      context.call("appconfig", "CreateHostedConfigurationVersion", std::move(version));
  const ApiResult<Json> made = co_await making;
  if (!made) co_return refused(made.error());
  Json asked{{"ApplicationId", context.setting("Application")},
             {"EnvironmentId", context.setting("Environment")},
             {"ConfigurationProfileId", context.setting("ConfigurationProfile")},
             {"ConfigurationVersion", text(*made, "VersionNumber")},
             {"DeploymentStrategyId", context.setting("DeploymentStrategy")}};
  Process<ApiResult<Json>> starting =
      context.call("appconfig", "StartDeployment", std::move(asked));
  const ApiResult<Json> started = co_await starting;
  if (!started) co_return refused(started.error());
  context.run.external_id = text(*started, "DeploymentNumber");
  Json looked{{"ApplicationId", context.setting("Application")},
              {"EnvironmentId", context.setting("Environment")},
              {"DeploymentNumber", member(*started, "DeploymentNumber")}};
  Process<ActionEnd> waiting =
      poll(context, "appconfig", "GetDeployment", std::move(looked), configuration_ended);
  ActionEnd end = co_await waiting;
  co_return end;
}

}  // namespace opsim::codepipeline
