#include "models/codedeploy/deployment_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::codedeploy {

namespace {

using Hosts = MinimumHealthyHosts::Type;
using Shift = TrafficRouting::Type;

// Limits: "The maximum number of minutes between the first and last traffic shift during a canary
// or linear deployment: 2,880"; "maximum percentage that can be shifted in one increment: 99".
constexpr std::int64_t kLongestShiftMinutes = 2880;
constexpr std::int64_t kLargestIncrement = 99;

DeploymentConfig shifting(std::string name, Platform platform, Shift type, std::int64_t percentage,
                          int minutes) {
  DeploymentConfig config;
  config.name = "CodeDeployDefault." + std::move(name);
  config.platform = platform;
  config.routing = {type, percentage, std::chrono::minutes{minutes}};
  return config;
}

DeploymentConfig keeping(std::string name, Hosts type, std::int64_t value) {
  DeploymentConfig config;
  config.name = "CodeDeployDefault." + std::move(name);
  config.hosts = {type, value};
  return config;
}

const std::vector<DeploymentConfig>& predefined() {
  using enum Platform;
  static const std::vector<DeploymentConfig> rows{
      keeping("AllAtOnce", Hosts::host_count, 0),
      keeping("HalfAtATime", Hosts::fleet_percent, 50),
      keeping("OneAtATime", Hosts::most_concurrency, 1),
      shifting("LambdaAllAtOnce", lambda, Shift::all_at_once, 100, 0),
      shifting("LambdaCanary10Percent5Minutes", lambda, Shift::canary, 10, 5),
      shifting("LambdaCanary10Percent10Minutes", lambda, Shift::canary, 10, 10),
      shifting("LambdaCanary10Percent15Minutes", lambda, Shift::canary, 10, 15),
      shifting("LambdaCanary10Percent30Minutes", lambda, Shift::canary, 10, 30),
      shifting("LambdaLinear10PercentEvery1Minute", lambda, Shift::linear, 10, 1),
      shifting("LambdaLinear10PercentEvery2Minutes", lambda, Shift::linear, 10, 2),
      shifting("LambdaLinear10PercentEvery3Minutes", lambda, Shift::linear, 10, 3),
      shifting("LambdaLinear10PercentEvery10Minutes", lambda, Shift::linear, 10, 10),
      shifting("ECSAllAtOnce", ecs, Shift::all_at_once, 100, 0),
      shifting("ECSCanary10Percent5Minutes", ecs, Shift::canary, 10, 5),
      shifting("ECSCanary10Percent15Minutes", ecs, Shift::canary, 10, 15),
      shifting("ECSLinear10PercentEvery1Minutes", ecs, Shift::linear, 10, 1),
      shifting("ECSLinear10PercentEvery3Minutes", ecs, Shift::linear, 10, 3),
  };
  return rows;
}

ApiError wrong(std::string code, std::string message) {
  return {std::move(code), std::move(message)};
}

ApiResult<MinimumHealthyHosts> read_hosts(const Json& members) {
  const std::string type = input::text(members, "Type");
  const auto value = input::integer(members, "Value");
  if (!value || *value < 0)
    return wrong("InvalidMinimumHealthyHostValueException",
                 "minimumHealthyHosts needs a value of at least 0");
  if (type == "HOST_COUNT") return MinimumHealthyHosts{Hosts::host_count, *value};
  if (type == "FLEET_PERCENT" && *value <= 100)
    return MinimumHealthyHosts{Hosts::fleet_percent, *value};
  return wrong("InvalidMinimumHealthyHostValueException",
               fmt::format("minimumHealthyHosts type {} with value {} is not valid; HOST_COUNT, or "
                           "FLEET_PERCENT with at most 100",
                           opsim::quoted(type), *value));
}

ApiResult<TrafficRouting> read_routing(const Json& members) {
  const std::string type = input::text(members, "Type");
  if (type.empty() || type == "AllAtOnce") return TrafficRouting{};
  const bool canary = type == "TimeBasedCanary";
  if (!canary && type != "TimeBasedLinear")
    return wrong("InvalidTrafficRoutingConfigurationException",
                 fmt::format("trafficRoutingConfig type {} is not valid; one of TimeBasedCanary, "
                             "TimeBasedLinear, AllAtOnce",
                             opsim::quoted(type)));
  const Json& rule = input::member(members, canary ? "TimeBasedCanary" : "TimeBasedLinear");
  const auto percentage = input::integer(rule, canary ? "CanaryPercentage" : "LinearPercentage");
  const auto minutes = input::integer(rule, canary ? "CanaryInterval" : "LinearInterval");
  if (!percentage || *percentage < 1 || *percentage > kLargestIncrement || !minutes || *minutes < 0)
    return wrong("InvalidTrafficRoutingConfigurationException",
                 "trafficRoutingConfig needs a percentage of 1 to 99 and an interval in minutes");
  const TrafficRouting routing{canary ? Shift::canary : Shift::linear, *percentage,
                               std::chrono::minutes{std::min(*minutes, kLongestShiftMinutes + 1)}};
  if (traffic_steps(routing).back().after > std::chrono::minutes{kLongestShiftMinutes})
    return wrong("InvalidTrafficRoutingConfigurationException",
                 "trafficRoutingConfig takes longer than 2,880 minutes");
  return routing;
}

/// The API's words, and CloudFormation's ("MinimumHealthyHostsPerZone").
ApiResult<std::optional<ZonalConfig>> read_zonal(const Json& members) {
  const Json& written = input::member(members, "ZonalConfig");
  if (written.is_null()) return std::optional<ZonalConfig>{};
  ZonalConfig zonal;
  const auto seconds = [&](std::string_view name) {
    const auto value = input::integer(written, name);
    return value ? std::optional{Duration{std::chrono::seconds{std::max<std::int64_t>(0, *value)}}}
                 : std::nullopt;
  };
  zonal.monitors = seconds("MonitorDurationInSeconds").value_or(Duration{});
  zonal.monitors_first = seconds("FirstZoneMonitorDurationInSeconds");
  if (const Json& hosts = input::member(written, "MinimumHealthyHostsPerZone"); !hosts.is_null()) {
    const ApiResult<MinimumHealthyHosts> read = read_hosts(hosts);
    if (!read) return wrong("InvalidZonalDeploymentConfigurationException", read.error().message);
    zonal.hosts_per_zone = *read;
  }
  return std::optional{zonal};
}

Json hosts_json(const MinimumHealthyHosts& hosts) {
  return {{"type", hosts.type == Hosts::host_count      ? "HOST_COUNT"
                   : hosts.type == Hosts::fleet_percent ? "FLEET_PERCENT"
                                                        : "MOST_CONCURRENCY"},
          {"value", hosts.value}};
}

Json zonal_json(const ZonalConfig& zonal) {
  const auto seconds = [](Duration d) {
    return std::chrono::duration_cast<std::chrono::seconds>(d).count();
  };
  Json json{{"monitorDurationInSeconds", seconds(zonal.monitors)},
            {"minimumHealthyHostsPerZone", hosts_json(zonal.hosts_per_zone)}};
  if (zonal.monitors_first)
    json["firstZoneMonitorDurationInSeconds"] = seconds(*zonal.monitors_first);
  return json;
}

}  // namespace

std::string_view to_string(Platform platform) {
  constexpr std::string_view names[] = {"Server", "Lambda", "ECS"};
  return names[static_cast<std::size_t>(platform)];
}

std::optional<Platform> parse_platform(std::string_view text) {
  if (text.empty() || text == "Server") return Platform::server;
  if (text == "Lambda") return Platform::lambda;
  if (text == "ECS") return Platform::ecs;
  return std::nullopt;
}

std::int64_t healthy_hosts_needed(const MinimumHealthyHosts& rule, std::int64_t hosts) {
  switch (rule.type) {
    case Hosts::host_count: return rule.value;
    case Hosts::fleet_percent: return (hosts * rule.value + 99) / 100;
    case Hosts::most_concurrency: return std::max<std::int64_t>(0, hosts - rule.value);
  }
  return 0;
}

/// "Each increment is shifted at the start of its interval" (API TimeBasedLinear): the first at
/// once.
std::vector<TrafficStep> traffic_steps(const TrafficRouting& routing) {
  if (routing.type == Shift::all_at_once) return {{Duration{}, 100}};
  if (routing.type == Shift::canary)
    return {{Duration{}, routing.percentage}, {routing.interval, 100}};
  std::vector<TrafficStep> steps;
  Duration at{};
  for (std::int64_t share = routing.percentage; share < 100; share += routing.percentage) {
    steps.push_back({at, share});
    at += routing.interval;
  }
  steps.push_back({at, 100});
  return steps;
}

const DeploymentConfig* predefined_config(std::string_view name) {
  const auto found = std::ranges::find(predefined(), name, &DeploymentConfig::name);
  return found == predefined().end() ? nullptr : &*found;
}

std::vector<std::string> predefined_names() {
  std::vector<std::string> names;
  for (const DeploymentConfig& row : predefined()) names.push_back(row.name);
  return names;
}

ApiResult<DeploymentConfig> read_deployment_config(const Json& members) {
  DeploymentConfig config;
  config.name = input::text(members, "DeploymentConfigName");
  const auto platform = parse_platform(input::text(members, "ComputePlatform"));
  if (!platform)
    return wrong("InvalidComputePlatformException", "computePlatform is Server, Lambda or ECS");
  config.platform = *platform;
  if (config.platform == Platform::server) {
    ApiResult<MinimumHealthyHosts> hosts =
        read_hosts(input::member(members, "MinimumHealthyHosts"));
    if (!hosts) return hosts.error();
    config.hosts = *hosts;
    const ApiResult<std::optional<ZonalConfig>> zonal = read_zonal(members);
    if (!zonal) return zonal.error();
    config.zonal = *zonal;
  } else {
    ApiResult<TrafficRouting> routing =
        read_routing(input::member(members, "TrafficRoutingConfig"));
    if (!routing) return routing.error();
    config.routing = *routing;
  }
  return config;
}

Json config_json(const DeploymentConfig& config) {
  Json json{{"deploymentConfigName", config.name},
            {"deploymentConfigId", config.id},
            {"computePlatform", to_string(config.platform)}};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(config.routing.interval);
  switch (config.platform) {
    case Platform::server:
      json["minimumHealthyHosts"] = hosts_json(config.hosts);
      if (config.zonal) json["zonalConfig"] = zonal_json(*config.zonal);
      break;
    case Platform::lambda:
    case Platform::ecs:
      if (config.routing.type == Shift::all_at_once)
        json["trafficRoutingConfig"] = {{"type", "AllAtOnce"}};
      else if (config.routing.type == Shift::canary)
        json["trafficRoutingConfig"] = {{"type", "TimeBasedCanary"},
                                        {"timeBasedCanary",
                                         {{"canaryPercentage", config.routing.percentage},
                                          {"canaryInterval", minutes.count()}}}};
      else
        json["trafficRoutingConfig"] = {{"type", "TimeBasedLinear"},
                                        {"timeBasedLinear",
                                         {{"linearPercentage", config.routing.percentage},
                                          {"linearInterval", minutes.count()}}}};
  }
  return json;
}

}  // namespace opsim::codedeploy
