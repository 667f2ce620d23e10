#pragma once
/// Deployment configurations: how many instances at once, or how traffic shifts. Pure arithmetic.
///
/// AWS: CodeDeploy User Guide, "Working with deployment configurations" (deployment-configurations)
/// and "Instance health" (instances-health); API Reference, MinimumHealthyHosts,
/// TrafficRoutingConfig.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::codedeploy {

enum class Platform : std::uint8_t { server, lambda, ecs };
[[nodiscard]] std::string_view to_string(Platform platform);  // "Server", "Lambda", "ECS"
[[nodiscard]] std::optional<Platform> parse_platform(std::string_view text);

/// How many instances must stay healthy. most_concurrency is CodeDeployDefault.OneAtATime's.
struct MinimumHealthyHosts {
  enum class Type : std::uint8_t { host_count, fleet_percent, most_concurrency } type{};
  std::int64_t value = 0;
};
/// "FLEET_PERCENT is converted to the equivalent number of instances at the start of the
/// deployment, and fractional instances are rounded up."
[[nodiscard]] std::int64_t healthy_hosts_needed(const MinimumHealthyHosts& rule,
                                                std::int64_t hosts);

struct TrafficRouting {
  enum class Type : std::uint8_t { all_at_once, canary, linear } type{};
  std::int64_t percentage = 100;
  Duration interval{};
};
/// When the new version gets which share, from the start of the shift.
struct TrafficStep {
  Duration after{};
  std::int64_t percentage = 100;
};
[[nodiscard]] std::vector<TrafficStep> traffic_steps(const TrafficRouting& routing);

/// One Availability Zone after the other. "If you don't specify a value for
/// firstZoneMonitorDurationInSeconds, CodeDeploy uses monitorDurationInSeconds for the first".
struct ZonalConfig {
  MinimumHealthyHosts hosts_per_zone{MinimumHealthyHosts::Type::fleet_percent, 0};
  Duration monitors{};
  std::optional<Duration> monitors_first = {};

  [[nodiscard]] Duration monitor(bool first) const {
    return first ? monitors_first.value_or(monitors) : monitors;
  }
};

struct DeploymentConfig {
  std::string name;
  std::string id;
  Platform platform = Platform::server;
  MinimumHealthyHosts hosts;
  TrafficRouting routing;
  std::optional<ZonalConfig> zonal = {};
  SimTime created{};
};

/// CodeDeployDefault.*; null where there is none of that name.
[[nodiscard]] const DeploymentConfig* predefined_config(std::string_view name);
[[nodiscard]] std::vector<std::string> predefined_names();
/// Members of CreateDeploymentConfig and AWS::CodeDeploy::DeploymentConfig.
[[nodiscard]] ApiResult<DeploymentConfig> read_deployment_config(const Json& members);
[[nodiscard]] Json config_json(const DeploymentConfig& config);

}  // namespace opsim::codedeploy
