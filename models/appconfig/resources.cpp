// AWS::AppConfig::*: what a stack says of configurations.
#include <fmt/format.h>

#include "models/appconfig/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::appconfig {

ApiResult<Created> create_application_resource(AppConfig& appconfig,
                                               const ResourceRequest& request) {
  const Application& made =
      add_application(appconfig, request.place, input::text(request.properties, "Name"));
  return Created{.physical_id = made.id,
                 .arn = arn(request.place, "appconfig", "application/" + made.id),
                 .attributes = {{"ApplicationId", made.id}}};
}

ApiResult<Created> create_environment_resource(AppConfig& appconfig,
                                               const ResourceRequest& request) {
  const auto application = named_application(appconfig, request.place, request.properties);
  if (!application) return application.error();
  const Environment& made =
      add_environment(appconfig, **application, request.properties, request.source);
  return Created{
      .physical_id = made.id,
      .arn = arn(request.place, "appconfig",
                 fmt::format("application/{}/environment/{}", (*application)->id, made.id)),
      .attributes = {{"EnvironmentId", made.id}}};
}

ApiResult<Created> create_profile_resource(AppConfig& appconfig, const ResourceRequest& request) {
  const auto application = named_application(appconfig, request.place, request.properties);
  if (!application) return application.error();
  const Profile& made = add_profile(appconfig, **application, request.properties);
  return Created{.physical_id = made.id,
                 .arn = arn(request.place, "appconfig",
                            fmt::format("application/{}/configurationprofile/{}",
                                        (*application)->id, made.id)),
                 .attributes = {{"ConfigurationProfileId", made.id}}};
}

ApiResult<Created> create_strategy_resource(AppConfig& appconfig, const ResourceRequest& request) {
  ApiResult<Strategy> strategy = read_strategy(request.properties);
  if (!strategy) return strategy.error();
  const Strategy& made = add_strategy(appconfig, *std::move(strategy));
  return Created{.physical_id = made.id,
                 .arn = arn(request.place, "appconfig", "deploymentstrategy/" + made.id)};
}

ApiResult<Created> create_version_resource(AppConfig& appconfig, const ResourceRequest& request) {
  const auto application = named_application(appconfig, request.place, request.properties);
  if (!application) return application.error();
  const auto profile = named_profile(**application, request.properties);
  if (!profile) return profile.error();
  const std::int64_t number = static_cast<std::int64_t>((*profile)->versions.size()) + 1;
  (*profile)->versions[number] = input::text(request.properties, "Content");
  return Created{.physical_id = std::to_string(number),
                 .attributes = {{"VersionNumber", std::to_string(number)}}};
}

/// A stack that stands has deployed already: all clients have the version.
ApiResult<Created> create_deployment_resource(AppConfig& appconfig,
                                              const ResourceRequest& request) {
  const auto application = named_application(appconfig, request.place, request.properties);
  if (!application) return application.error();
  const auto environment = named_environment(**application, request.properties);
  if (!environment) return environment.error();
  const auto profile = named_profile(**application, request.properties);
  if (!profile) return profile.error();
  (*environment)->at[(*profile)->id] = input::text(request.properties, "ConfigurationVersion");
  const std::int64_t number = ++(*environment)->deployments;
  return Created{.physical_id = std::to_string(number),
                 .attributes = {{"DeploymentNumber", std::to_string(number)}}};
}

}  // namespace opsim::appconfig
