#pragma once
/// The API of AppConfig and its CloudFormation types.
#include "models/appconfig/appconfig.hpp"

namespace opsim::appconfig {

ApiResult<Json> create_application(AppConfig& appconfig, const Request& request);
ApiResult<Json> create_environment(AppConfig& appconfig, const Request& request);
ApiResult<Json> create_profile(AppConfig& appconfig, const Request& request);
ApiResult<Json> create_strategy(AppConfig& appconfig, const Request& request);
ApiResult<Json> create_version(AppConfig& appconfig, const Request& request);
ApiResult<Json> get_deployment(AppConfig& appconfig, const Request& request);
ApiResult<Json> get_strategy(AppConfig& appconfig, const Request& request);
ApiResult<Json> list_applications(AppConfig& appconfig, const Request& request);
ApiResult<Json> list_deployments(AppConfig& appconfig, const Request& request);
ApiResult<Json> inspect_flag(AppConfig& appconfig, const Request& request);
ApiResult<Json> list_environments(AppConfig& appconfig, const Request& request);
ApiResult<Json> start_deployment_call(AppConfig& appconfig, const Request& request);
ApiResult<Json> stop_deployment_call(AppConfig& appconfig, const Request& request);

// ---- resources.cpp ----
ApiResult<Created> create_application_resource(AppConfig& appconfig,
                                               const ResourceRequest& request);
ApiResult<Created> create_deployment_resource(AppConfig& appconfig, const ResourceRequest& request);
ApiResult<Created> create_environment_resource(AppConfig& appconfig,
                                               const ResourceRequest& request);
ApiResult<Created> create_profile_resource(AppConfig& appconfig, const ResourceRequest& request);
ApiResult<Created> create_strategy_resource(AppConfig& appconfig, const ResourceRequest& request);
ApiResult<Created> create_version_resource(AppConfig& appconfig, const ResourceRequest& request);

// ---- What both need ----
Application& add_application(AppConfig& appconfig, const Place& place, std::string name);
Environment& add_environment(AppConfig& appconfig, Application& application, const Json& members,
                             std::string source);
Profile& add_profile(AppConfig& appconfig, Application& application, const Json& members);
Strategy& add_strategy(AppConfig& appconfig, Strategy strategy);
[[nodiscard]] ApiResult<Application*> named_application(AppConfig& appconfig, const Place& place,
                                                        const Json& members);
[[nodiscard]] ApiResult<Environment*> named_environment(Application& application,
                                                        const Json& members);
[[nodiscard]] ApiResult<Profile*> named_profile(Application& application, const Json& members);
[[nodiscard]] const Strategy* find_strategy(const AppConfig& appconfig, std::string_view id);

}  // namespace opsim::appconfig
