#include <fmt/format.h>

#include "models/codedeploy/operations.hpp"
#include "models/codedeploy/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

ApiResult<Application*> named_application(CodeDeploy& codedeploy, const Place& place,
                                          const Json& members) {
  const std::string name = input::text(members, "applicationName");
  const auto found = codedeploy.applications.find({place, name});
  if (found != codedeploy.applications.end()) return &found->second;
  if (name.empty())
    return ApiError{"ApplicationNameRequiredException", "applicationName must be specified"};
  return ApiError{"ApplicationDoesNotExistException",
                  fmt::format("No application found for name: {}", name)};
}

ApiResult<DeploymentGroup*> named_group(CodeDeploy& codedeploy, const Place& place,
                                        const Json& members, const char* member) {
  const auto application = named_application(codedeploy, place, members);
  if (!application) return application.error();
  const std::string name = input::text(members, member);
  const auto found = codedeploy.groups.find({place, (*application)->name, name});
  if (found != codedeploy.groups.end()) return &found->second;
  return ApiError{"DeploymentGroupDoesNotExistException",
                  fmt::format("No Deployment Group found for name: {}", name)};
}

ApiResult<Application*> add_application(CodeDeploy& codedeploy, const Place& place,
                                        std::string name, std::string_view platform_text) {
  const auto platform = parse_platform(platform_text);
  if (!platform)
    return ApiError{"InvalidComputePlatformException", "computePlatform is Server, Lambda or ECS"};
  const auto [found, fresh] = codedeploy.applications.try_emplace({place, name});
  if (!fresh)
    return ApiError{"ApplicationAlreadyExistsException",
                    fmt::format("Application {} already exists", name)};
  found->second = {std::move(name), codedeploy.cloud.next_uuid("codedeploy application"), *platform,
                   codedeploy.sim().now()};
  return &found->second;
}

ApiResult<DeploymentGroup*> add_group(CodeDeploy& codedeploy, const Place& place,
                                      const Application& application, std::string name,
                                      const Json& members, std::string source) {
  ApiResult<GroupSpec> spec = read_group(members, application.platform);
  if (!spec) return spec.error();
  if (codedeploy.config(place, spec->config) == nullptr)
    return ApiError{"DeploymentConfigDoesNotExistException",
                    fmt::format("No deployment configuration found for name: {}", spec->config)};
  const auto [found, fresh] = codedeploy.groups.try_emplace({place, application.name, name});
  if (!fresh)
    return ApiError{"DeploymentGroupAlreadyExistsException",
                    fmt::format("Deployment group {} already exists", name)};
  DeploymentGroup& group = found->second;
  group.name = std::move(name);
  group.id = codedeploy.cloud.next_uuid("codedeploy group");
  group.application = application.name;
  group.place = place;
  group.spec = *std::move(spec);
  group.source = std::move(source);
  put_hooks(codedeploy, group);
  return &group;
}

std::string name_or(const Json& members, std::string_view member, const ResourceRequest& request) {
  std::string name = input::text(members, member);
  return name.empty() ? fmt::format("{}-{}", request.stack, request.logical_id) : name;
}

}  // namespace

ApiResult<Json> create_application(CodeDeploy& codedeploy, const Request& request) {
  const std::string name = input::text(request.input, "applicationName");
  if (name.empty())
    return ApiError{"ApplicationNameRequiredException", "applicationName must be specified"};
  const auto made = add_application(codedeploy, request.place(), name,
                                    input::text(request.input, "computePlatform"));
  if (!made) return made.error();
  return Json{{"applicationId", (*made)->id}};
}

ApiResult<Json> get_application(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_application(codedeploy, request.place(), request.input);
  if (!found) return found.error();
  return Json{{"application", application_json(**found)}};
}

ApiResult<Json> delete_application(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_application(codedeploy, request.place(), request.input);
  if (!found) return Json::object();  // what does not exist is deleted already
  const std::string name = (*found)->name;
  std::erase_if(codedeploy.groups, [&](const auto& one) {
    return one.second.place == request.place() && one.second.application == name;
  });
  codedeploy.applications.erase({request.place(), name});
  return Json::object();
}

ApiResult<Json> list_applications(CodeDeploy& codedeploy, const Request& request) {
  Json names = Json::array();
  for (const auto& [key, one] : codedeploy.applications)
    if (key.first == request.place()) names.push_back(one.name);
  return Json{{"applications", std::move(names)}};
}

ApiResult<Json> create_group(CodeDeploy& codedeploy, const Request& request) {
  const auto application = named_application(codedeploy, request.place(), request.input);
  if (!application) return application.error();
  const std::string name = input::text(request.input, "deploymentGroupName");
  if (name.empty())
    return ApiError{"DeploymentGroupNameRequiredException",
                    "deploymentGroupName must be specified"};
  const auto made = add_group(codedeploy, request.place(), **application, name, request.input, "");
  if (!made) return made.error();
  return Json{{"deploymentGroupId", (*made)->id}};
}

ApiResult<Json> get_group(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_group(codedeploy, request.place(), request.input, "deploymentGroupName");
  if (!found) return found.error();
  const Application& of = codedeploy.applications.at({request.place(), (*found)->application});
  return Json{{"deploymentGroupInfo", group_json(**found, of)}};
}

ApiResult<Json> batch_get_groups(CodeDeploy& codedeploy, const Request& request) {
  const auto application = named_application(codedeploy, request.place(), request.input);
  if (!application) return application.error();
  Json found = Json::array();
  for (const std::string& name : input::texts(request.input, "deploymentGroupNames"))
    if (const auto one = codedeploy.groups.find({request.place(), (*application)->name, name});
        one != codedeploy.groups.end())
      found.push_back(group_json(one->second, **application));
  return Json{{"deploymentGroupsInfo", std::move(found)}};
}

/// What is given replaces what was.
ApiResult<Json> update_group(CodeDeploy& codedeploy, const Request& request) {
  const auto found =
      named_group(codedeploy, request.place(), request.input, "currentDeploymentGroupName");
  if (!found) return found.error();
  DeploymentGroup& group = **found;
  const Application& of = codedeploy.applications.at({request.place(), group.application});
  Json members = group_json(group, of);
  members.update(request.input);
  ApiResult<GroupSpec> spec = read_group(members, of.platform);
  if (!spec) return spec.error();
  if (codedeploy.config(request.place(), spec->config) == nullptr)
    return ApiError{"DeploymentConfigDoesNotExistException",
                    fmt::format("No deployment configuration found for name: {}", spec->config)};
  group.spec = *std::move(spec);
  put_hooks(codedeploy, group);
  return Json{{"hooksNotCleanedUp", Json::array()}};
}

ApiResult<Json> delete_group(CodeDeploy& codedeploy, const Request& request) {
  const auto found = named_group(codedeploy, request.place(), request.input, "deploymentGroupName");
  if (!found) return found.error();
  codedeploy.groups.erase({request.place(), (*found)->application, (*found)->name});
  return Json{{"hooksNotCleanedUp", Json::array()}};
}

ApiResult<Json> list_groups(CodeDeploy& codedeploy, const Request& request) {
  const auto application = named_application(codedeploy, request.place(), request.input);
  if (!application) return application.error();
  Json names = Json::array();
  for (const auto& [key, one] : codedeploy.groups)
    if (one.place == request.place() && one.application == (*application)->name)
      names.push_back(one.name);
  return Json{{"applicationName", (*application)->name}, {"deploymentGroups", std::move(names)}};
}

namespace {

ApiResult<DeploymentConfig*> add_config(CodeDeploy& codedeploy, const Place& place,
                                        DeploymentConfig config) {
  if (codedeploy.config(place, config.name) != nullptr)
    return ApiError{"DeploymentConfigAlreadyExistsException",
                    fmt::format("Deployment configuration {} already exists", config.name)};
  config.id = codedeploy.cloud.next_uuid("codedeploy config");
  config.created = codedeploy.sim().now();
  std::string name = config.name;
  return &(codedeploy.configs[{place, std::move(name)}] = std::move(config));
}

}  // namespace

ApiResult<Json> create_config(CodeDeploy& codedeploy, const Request& request) {
  ApiResult<DeploymentConfig> config = read_deployment_config(request.input);
  if (!config) return config.error();
  if (config->name.empty())
    return ApiError{"DeploymentConfigNameRequiredException",
                    "deploymentConfigName must be specified"};
  const auto made = add_config(codedeploy, request.place(), *std::move(config));
  if (!made) return made.error();
  return Json{{"deploymentConfigId", (*made)->id}};
}

ApiResult<Json> get_config(CodeDeploy& codedeploy, const Request& request) {
  const std::string name = input::text(request.input, "deploymentConfigName");
  const DeploymentConfig* config = codedeploy.config(request.place(), name);
  if (config == nullptr)
    return ApiError{"DeploymentConfigDoesNotExistException",
                    fmt::format("No deployment configuration found for name: {}", name)};
  return Json{{"deploymentConfigInfo", config_json(*config)}};
}

ApiResult<Json> delete_config(CodeDeploy& codedeploy, const Request& request) {
  const std::string name = input::text(request.input, "deploymentConfigName");
  if (predefined_config(name) != nullptr)
    return ApiError{"InvalidOperationException",
                    "Deployment configurations of AWS cannot be deleted"};
  codedeploy.configs.erase({request.place(), name});
  return Json::object();
}

ApiResult<Json> list_configs(CodeDeploy& codedeploy, const Request& request) {
  Json names = predefined_names();
  for (const auto& [key, one] : codedeploy.configs)
    if (key.first == request.place()) names.push_back(one.name);
  return Json{{"deploymentConfigsList", std::move(names)}};
}

// ---- CloudFormation ----

ApiResult<Created> create_application_resource(CodeDeploy& codedeploy,
                                               const ResourceRequest& request) {
  const std::string name = name_or(request.properties, "ApplicationName", request);
  const auto made = add_application(codedeploy, request.place, name,
                                    input::text(request.properties, "ComputePlatform"));
  if (!made) return made.error();
  return Created{.physical_id = name,
                 .arn = arn(request.place, "codedeploy", "application:" + name)};
}

ApiResult<Created> create_config_resource(CodeDeploy& codedeploy, const ResourceRequest& request) {
  ApiResult<DeploymentConfig> config = read_deployment_config(request.properties);
  if (!config) return config.error();
  config->name = name_or(request.properties, "DeploymentConfigName", request);
  const auto made = add_config(codedeploy, request.place, *std::move(config));
  if (!made) return made.error();
  return Created{.physical_id = (*made)->name};
}

ApiResult<Created> create_group_resource(CodeDeploy& codedeploy, const ResourceRequest& request) {
  const auto application = named_application(codedeploy, request.place, request.properties);
  if (!application) return application.error();
  const std::string name = name_or(request.properties, "DeploymentGroupName", request);
  const auto made =
      add_group(codedeploy, request.place, **application, name, request.properties, request.source);
  if (!made) return made.error();
  // "Deployment": CodeDeploy deploys this revision when the stack is made; it stands already.
  const Json& deployment = input::member(request.properties, "Deployment");
  if (const Json& revision = input::member(deployment, "Revision"); !revision.is_null())
    stands_with(codedeploy, **made, revision);
  return Created{.physical_id = name,
                 .arn = arn(request.place, "codedeploy",
                            fmt::format("deploymentgroup:{}/{}", (*application)->name, name))};
}

}  // namespace opsim::codedeploy
