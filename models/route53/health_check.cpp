// Settings of health checks, and how their checkers' opinions add up.
#include "models/route53/health_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

using std::chrono::seconds;

constexpr std::string_view kRegions[] = {"us-east-1",      "us-west-1",      "us-west-2",
                                         "eu-west-1",      "ap-southeast-1", "ap-southeast-2",
                                         "ap-northeast-1", "sa-east-1"};

ApiError invalid(std::string message) { return {"InvalidInput", std::move(message)}; }

ApiResult<CheckKind> kind_of(const std::string& type) {
  for (const std::string_view endpoint :
       {"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"})
    if (type == endpoint) return CheckKind::endpoint;
  if (type == "CALCULATED") return CheckKind::calculated;
  if (type == "CLOUDWATCH_METRIC") return CheckKind::alarm;
  if (type == "RECOVERY_CONTROL") return CheckKind::recovery_control;
  return invalid(fmt::format("Invalid health check type: '{}'", type));
}

ApiResult<void> read_endpoint(HealthCheckConfig& config, const Json& given) {
  config.address = input::text(given, "IPAddress");
  config.domain = input::text(given, "FullyQualifiedDomainName");
  if (config.address.empty() && config.domain.empty())
    return invalid("Either IPAddress or FullyQualifiedDomainName must be specified");
  const auto interval = input::integer(given, "RequestInterval").value_or(30);
  if (interval != 10 && interval != 30) return invalid("RequestInterval must be 10 or 30");
  const auto threshold = input::integer(given, "FailureThreshold").value_or(3);
  if (threshold < 1 || threshold > 10) return invalid("FailureThreshold must be from 1 to 10");
  const bool matches = config.type.find("STR_MATCH") != std::string::npos;
  if (matches && input::text(given, "SearchString").empty())
    return invalid(fmt::format("SearchString must be specified for type {}", config.type));
  config.interval = seconds{interval};
  config.failure_threshold = static_cast<int>(threshold);
  config.regions = input::texts(given, "Regions");
  for (const std::string& region : config.regions)
    if (std::ranges::count(kRegions, region) == 0)
      return invalid(fmt::format("Invalid health check region: '{}'", region));
  // "You must specify at least three Regions"; by default all of them check.
  if (!config.regions.empty() && config.regions.size() < 3)
    return invalid("At least three regions must be specified");
  if (config.regions.empty()) config.regions.assign(std::begin(kRegions), std::end(kRegions));
  return {};
}

ApiResult<void> read_calculated(HealthCheckConfig& config, const Json& given) {
  config.children = input::texts(given, "ChildHealthChecks");
  if (config.children.size() > 256) return invalid("At most 256 child health checks are allowed");
  const auto threshold = input::integer(given, "HealthThreshold").value_or(0);
  if (threshold < 0 || threshold > 256) return invalid("HealthThreshold must be from 0 to 256");
  config.health_threshold = threshold;
  return {};
}

ApiResult<void> read_alarm(HealthCheckConfig& config, const Json& given) {
  const Json& alarm = input::member(given, "AlarmIdentifier");
  config.alarm_region = input::text(alarm, "Region");
  config.alarm_name = input::text(alarm, "Name");
  if (config.alarm_name.empty() || config.alarm_region.empty())
    return invalid("AlarmIdentifier must name a Region and an alarm");
  const std::string without = input::text(given, "InsufficientDataHealthStatus");
  if (without == "Healthy") config.without_data = WithoutData::healthy;
  if (without == "Unhealthy") config.without_data = WithoutData::unhealthy;
  if (!without.empty() && without != "Healthy" && without != "Unhealthy" &&
      without != "LastKnownStatus")
    return invalid(fmt::format("Invalid InsufficientDataHealthStatus: '{}'", without));
  return {};
}

}  // namespace

ApiResult<HealthCheckConfig> read_config(const Json& given, const HealthCheckConfig* before) {
  HealthCheckConfig config;
  if (before != nullptr) config.given = before->given;
  if (given.is_object()) config.given.update(given);
  for (const char* of_call : {"HealthCheckId", "HealthCheckVersion", "ResetElements"})
    config.given.erase(of_call);
  config.type = input::text(config.given, "Type");
  const ApiResult<CheckKind> kind = kind_of(config.type);
  if (!kind) return kind.error();
  config.kind = *kind;
  ApiResult<void> read;
  if (config.kind == CheckKind::endpoint) read = read_endpoint(config, config.given);
  if (config.kind == CheckKind::calculated) read = read_calculated(config, config.given);
  if (config.kind == CheckKind::alarm) read = read_alarm(config, config.given);
  if (!read) return read.error();
  if (before != nullptr && before->interval != config.interval)
    return invalid("RequestInterval cannot be changed");
  config.inverted = input::boolean(config.given, "Inverted").value_or(false);
  config.disabled = input::boolean(config.given, "Disabled").value_or(false);
  return config;
}

std::int64_t healthy_checkers(const HealthCheck& check) {
  return std::ranges::count_if(check.checkers, [](const Checker& checker) {
    return checker.track.health() != CheckedHealth::unhealthy;
  });
}

Duration time_to_fail(const HealthCheckConfig& config, bool hangs) {
  if (!hangs) return {};
  return config.is_tcp() ? seconds{10} : seconds{4};
}

}  // namespace opsim::route53
