// AWS: AppConfig API Reference.
#include "models/appconfig/operations.hpp"

#include <fmt/format.h>

#include "models/appconfig/flag.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::appconfig {

namespace {

/// "StopDeployment+AllowRevert works up to 72 h after completion."
constexpr Duration kRevertable = std::chrono::hours{72};

ApiError no_such(std::string_view what, std::string_view id) {
  return {"ResourceNotFoundException", fmt::format("{} {} could not be found", what, id), 404};
}

Json environment_json(const Application& of, const Environment& one) {
  Json monitors = Json::array();
  for (const std::string& alarm : one.alarms) monitors.push_back({{"AlarmArn", alarm}});
  return {{"ApplicationId", of.id},
          {"Id", one.id},
          {"Name", one.name},
          {"State", "READY_FOR_DEPLOYMENT"},
          {"Monitors", std::move(monitors)}};
}

ApiResult<Deployment*> named_deployment(AppConfig& appconfig, const Request& request) {
  const auto application = named_application(appconfig, request.place(), request.input);
  if (!application) return application.error();
  const auto environment = named_environment(**application, request.input);
  if (!environment) return environment.error();
  const std::int64_t number = input::integer(request.input, "DeploymentNumber").value_or(0);
  const auto found = appconfig.deployments.find({(*application)->id, (*environment)->id, number});
  if (found == appconfig.deployments.end()) return no_such("Deployment", std::to_string(number));
  return found->second.get();
}

}  // namespace

// ---- What both the API and templates need ----

Application& add_application(AppConfig& appconfig, const Place& place, std::string name) {
  Application made{appconfig.cloud.next_id("app"), std::move(name), place, {}, {}};
  std::string id = made.id;
  return appconfig.applications.emplace(std::move(id), std::move(made)).first->second;
}

Environment& add_environment(AppConfig& appconfig, Application& application, const Json& members,
                             std::string source) {
  Environment made;
  made.id = appconfig.cloud.next_id("env");
  made.name = input::text(members, "Name");
  made.source = std::move(source);
  const Json& monitors = input::member(members, "Monitors");
  if (monitors.is_array())
    for (const Json& monitor : monitors) made.alarms.push_back(input::text(monitor, "AlarmArn"));
  std::string id = made.id;
  return application.environments.emplace(std::move(id), std::move(made)).first->second;
}

Profile& add_profile(AppConfig& appconfig, Application& application, const Json& members) {
  Profile made{appconfig.cloud.next_id("prf"),
               input::text(members, "Name"),
               input::text(members, "Type"),
               {}};
  std::string id = made.id;
  return application.profiles.emplace(std::move(id), std::move(made)).first->second;
}

Strategy& add_strategy(AppConfig& appconfig, Strategy strategy) {
  strategy.id = appconfig.cloud.next_id("dst");
  std::string id = strategy.id;
  return appconfig.strategies.emplace(std::move(id), std::move(strategy)).first->second;
}

ApiResult<Application*> named_application(AppConfig& appconfig, const Place& place,
                                          const Json& members) {
  const std::string id = input::text(members, "ApplicationId");
  if (Application* found = appconfig.find(place, id)) return found;
  return no_such("Application", id);
}

ApiResult<Environment*> named_environment(Application& application, const Json& members) {
  const std::string id = input::text(members, "EnvironmentId");
  for (auto& [known, one] : application.environments)
    if (known == id || one.name == id) return &one;
  return no_such("Environment", id);
}

ApiResult<Profile*> named_profile(Application& application, const Json& members) {
  const std::string id = input::text(members, "ConfigurationProfileId");
  for (auto& [known, one] : application.profiles)
    if (known == id || one.name == id) return &one;
  return no_such("ConfigurationProfile", id);
}

const Strategy* find_strategy(const AppConfig& appconfig, std::string_view id) {
  if (const Strategy* known = predefined_strategy(id)) return known;
  const auto found = appconfig.strategies.find(std::string{id});
  return found == appconfig.strategies.end() ? nullptr : &found->second;
}

// ---- Operations ----

ApiResult<Json> create_application(AppConfig& appconfig, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  if (name.empty()) return ApiError{"BadRequestException", "Name must be specified"};
  const Application& made = add_application(appconfig, request.place(), name);
  return Json{{"Id", made.id}, {"Name", made.name}};
}

ApiResult<Json> list_applications(AppConfig& appconfig, const Request& request) {
  Json items = Json::array();
  for (const auto& [id, one] : appconfig.applications)
    if (one.place == request.place()) items.push_back({{"Id", id}, {"Name", one.name}});
  return Json{{"Items", std::move(items)}};
}

ApiResult<Json> create_environment(AppConfig& appconfig, const Request& request) {
  const auto application = named_application(appconfig, request.place(), request.input);
  if (!application) return application.error();
  return environment_json(**application,
                          add_environment(appconfig, **application, request.input, ""));
}

/// InspectFlag: no operation of AWS. How many users see a flag enabled now, and how many could.
ApiResult<Json> inspect_flag(AppConfig& appconfig, const Request& request) {
  const Json asked{{"ApplicationId", input::text(request.input, "Application")},
                   {"EnvironmentId", input::text(request.input, "Environment")},
                   {"ConfigurationProfileId", input::text(request.input, "Profile")}};
  const auto application = named_application(appconfig, request.place(), asked);
  if (!application) return application.error();
  const auto environment = named_environment(**application, asked);
  if (!environment) return environment.error();
  const auto profile = named_profile(**application, asked);
  if (!profile) return profile.error();
  double share = 0;
  double users = 0;
  for (const auto& [number, content] : (*profile)->versions) {
    const double clients = exposure(appconfig, (*application)->id, **environment, (*profile)->id,
                                    std::to_string(number));
    const double enabled = enabled_share(content, input::text(request.input, "Key"));
    share += clients * enabled / 100;
    if (clients > 0) users = std::max(users, enabled);
  }
  return Json{{"Share", share}, {"Users", users}};
}

ApiResult<Json> list_environments(AppConfig& appconfig, const Request& request) {
  const auto application = named_application(appconfig, request.place(), request.input);
  if (!application) return application.error();
  Json items = Json::array();
  for (const auto& [id, one] : (*application)->environments)
    items.push_back(environment_json(**application, one));
  return Json{{"Items", std::move(items)}};
}

ApiResult<Json> create_profile(AppConfig& appconfig, const Request& request) {
  const auto application = named_application(appconfig, request.place(), request.input);
  if (!application) return application.error();
  const Profile& made = add_profile(appconfig, **application, request.input);
  return Json{{"ApplicationId", (*application)->id}, {"Id", made.id}, {"Name", made.name}};
}

ApiResult<Json> create_version(AppConfig& appconfig, const Request& request) {
  const auto application = named_application(appconfig, request.place(), request.input);
  if (!application) return application.error();
  const auto profile = named_profile(**application, request.input);
  if (!profile) return profile.error();
  const std::int64_t number = static_cast<std::int64_t>((*profile)->versions.size()) + 1;
  (*profile)->versions[number] = input::text(request.input, "Content");
  return Json{{"ApplicationId", (*application)->id},
              {"ConfigurationProfileId", (*profile)->id},
              {"VersionNumber", number}};
}

ApiResult<Json> create_strategy(AppConfig& appconfig, const Request& request) {
  ApiResult<Strategy> strategy = read_strategy(request.input);
  if (!strategy) return strategy.error();
  return strategy_json(add_strategy(appconfig, *std::move(strategy)));
}

ApiResult<Json> get_strategy(AppConfig& appconfig, const Request& request) {
  const std::string id = input::text(request.input, "DeploymentStrategyId");
  const Strategy* found = find_strategy(appconfig, id);
  if (found == nullptr) return no_such("DeploymentStrategy", id);
  return strategy_json(*found);
}

ApiResult<Json> start_deployment_call(AppConfig& appconfig, const Request& request) {
  const auto application = named_application(appconfig, request.place(), request.input);
  if (!application) return application.error();
  const auto environment = named_environment(**application, request.input);
  if (!environment) return environment.error();
  const auto profile = named_profile(**application, request.input);
  if (!profile) return profile.error();
  const std::string id = input::text(request.input, "DeploymentStrategyId");
  const Strategy* strategy = find_strategy(appconfig, id);
  if (strategy == nullptr) return no_such("DeploymentStrategy", id);
  const std::string version = input::text(request.input, "ConfigurationVersion");
  if (version.empty())
    return ApiError{"BadRequestException", "ConfigurationVersion must be specified"};
  // "You can deploy only one configuration at a time to an environment."
  if (appconfig.running((*application)->id, (*environment)->id) != nullptr)
    return ApiError{"ConflictException",
                    fmt::format("Environment {} has a deployment already", (*environment)->name),
                    409};
  const Deployment& made =
      start_deployment(appconfig, **application, **environment, **profile, version, *strategy,
                       input::text(request.input, "Description"));
  return deployment_json(made);
}

ApiResult<Json> stop_deployment_call(AppConfig& appconfig, const Request& request) {
  const auto found = named_deployment(appconfig, request);
  if (!found) return found.error();
  Deployment& deployment = **found;
  const bool may_revert = input::boolean(request.input, "AllowRevert").value_or(false) &&
                          deployment.state == "COMPLETE" &&
                          appconfig.sim().now() - *deployment.completed <= kRevertable;
  if (may_revert) {
    revert(appconfig, deployment);
  } else if (deployment.is_over()) {
    return ApiError{"BadRequestException",
                    fmt::format("Deployment {} is {}", deployment.number, deployment.state)};
  } else {
    stop_deployment(appconfig, deployment, "USER");
  }
  return deployment_json(deployment);
}

ApiResult<Json> get_deployment(AppConfig& appconfig, const Request& request) {
  const auto found = named_deployment(appconfig, request);
  if (!found) return found.error();
  return deployment_json(**found);
}

ApiResult<Json> list_deployments(AppConfig& appconfig, const Request& request) {
  const auto application = named_application(appconfig, request.place(), request.input);
  if (!application) return application.error();
  const auto environment = named_environment(**application, request.input);
  if (!environment) return environment.error();
  Json items = Json::array();
  for (const auto& [key, one] : appconfig.deployments)
    if (one->application == (*application)->id && one->environment == (*environment)->id)
      items.push_back({{"DeploymentNumber", one->number},
                       {"State", one->state},
                       {"ConfigurationVersion", one->version},
                       {"PercentageComplete", one->percentage}});
  return Json{{"Items", std::move(items)}};
}

}  // namespace opsim::appconfig
