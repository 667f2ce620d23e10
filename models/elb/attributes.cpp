#include "models/elb/attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

/// To whom an attribute belongs, as a set of these.
enum Of : unsigned {
  kAlbTargets = 1,     // target group with HTTP or HTTPS, targets that are instances or addresses
  kNlbTargets = 2,     // target group with TCP, TLS, UDP, TCP_UDP
  kLambdaTargets = 4,  //
  kGlbTargets = 8,     //
  kAlb = 16,
  kNlb = 32,
  kGlb = 64,
};
constexpr unsigned kTargets = kAlbTargets | kNlbTargets | kGlbTargets;
constexpr unsigned kBalancers = kAlb | kNlb | kGlb;

struct Row {
  std::string_view name;
  unsigned of;
  std::string_view otherwise;  // the default
  /// Whole numbers from `lowest` to `highest`; where these are equal, one of `words` (or any text).
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  std::string_view words = {};  // "|off|": also allowed beside a number
};

constexpr std::string_view kTrueOrFalse = "|true|false|";
constexpr std::int64_t kMost = 1'000'000;

// Sorted by name. To add an attribute: one row.
constexpr Row kRows[] = {
    {"access_logs.s3.bucket", kAlb | kNlb, ""},
    {"access_logs.s3.enabled", kAlb | kNlb, "false", 0, 0, kTrueOrFalse},
    {"access_logs.s3.prefix", kAlb | kNlb, ""},
    {"client_keep_alive.seconds", kAlb, "3600", 60, 604'800},
    {"connection_logs.s3.bucket", kAlb, ""},
    {"connection_logs.s3.enabled", kAlb, "false", 0, 0, kTrueOrFalse},
    {"connection_logs.s3.prefix", kAlb, ""},
    {"deletion_protection.enabled", kBalancers, "false", 0, 0, kTrueOrFalse},
    {"deregistration_delay.connection_termination.enabled", kNlbTargets, "false", 0, 0,
     kTrueOrFalse},
    {"deregistration_delay.timeout_seconds", kTargets, "300", 0, 3'600},
    {"dns_record.client_routing_policy", kNlb, "any_availability_zone", 0, 0,
     "|any_availability_zone|availability_zone_affinity|partial_availability_zone_affinity|"},
    {"health_check_logs.s3.bucket", kAlb, ""},
    {"health_check_logs.s3.enabled", kAlb, "false", 0, 0, kTrueOrFalse},
    {"health_check_logs.s3.prefix", kAlb, ""},
    {"idle_timeout.timeout_seconds", kAlb, "60", 1, 4'000},
    {"ipv6.deny_all_igw_traffic", kAlb | kNlb, "false", 0, 0, kTrueOrFalse},
    {"lambda.multi_value_headers.enabled", kLambdaTargets, "false", 0, 0, kTrueOrFalse},
    {"load_balancing.algorithm.anomaly_mitigation", kAlbTargets, "off", 0, 0, "|on|off|"},
    {"load_balancing.algorithm.type", kAlbTargets, "round_robin", 0, 0,
     "|round_robin|least_outstanding_requests|weighted_random|"},
    {"load_balancing.cross_zone.enabled", kTargets | kBalancers, "use_load_balancer_configuration",
     0, 0, "|true|false|use_load_balancer_configuration|"},
    {"preserve_client_ip.enabled", kNlbTargets, "true", 0, 0, kTrueOrFalse},
    {"proxy_protocol_v2.enabled", kNlbTargets, "false", 0, 0, kTrueOrFalse},
    {"routing.http.desync_mitigation_mode", kAlb, "defensive", 0, 0,
     "|monitor|defensive|strictest|"},
    {"routing.http.drop_invalid_header_fields.enabled", kAlb, "false", 0, 0, kTrueOrFalse},
    {"routing.http.preserve_host_header.enabled", kAlb, "false", 0, 0, kTrueOrFalse},
    {"routing.http.x_amzn_tls_version_and_cipher_suite.enabled", kAlb, "false", 0, 0, kTrueOrFalse},
    {"routing.http.xff_client_port.enabled", kAlb, "false", 0, 0, kTrueOrFalse},
    {"routing.http.xff_header_processing.mode", kAlb, "append", 0, 0, "|append|preserve|remove|"},
    {"routing.http2.enabled", kAlb, "true", 0, 0, kTrueOrFalse},
    {"secondary_ips.auto_assigned.per_subnet", kNlb, "0", 0, 7},
    {"slow_start.duration_seconds", kAlbTargets, "0", 30, 900, "|0|"},
    {"stickiness.app_cookie.cookie_name", kAlbTargets, ""},
    {"stickiness.app_cookie.duration_seconds", kAlbTargets, "86400", 1, 604'800},
    {"stickiness.enabled", kTargets, "false", 0, 0, kTrueOrFalse},
    {"stickiness.lb_cookie.duration_seconds", kAlbTargets, "86400", 1, 604'800},
    {"stickiness.type", kTargets, "lb_cookie", 0, 0,
     "|lb_cookie|app_cookie|source_ip|source_ip_dest_ip|source_ip_dest_ip_proto|"},
    {"target_failover.on_deregistration", kGlbTargets, "no_rebalance", 0, 0,
     "|rebalance|no_rebalance|"},
    {"target_failover.on_unhealthy", kGlbTargets, "no_rebalance", 0, 0, "|rebalance|no_rebalance|"},
    {"target_group_health.dns_failover.minimum_healthy_targets.count", kAlbTargets | kNlbTargets,
     "1", 1, kMost, "|off|"},
    {"target_group_health.dns_failover.minimum_healthy_targets.percentage",
     kAlbTargets | kNlbTargets, "off", 1, 100, "|off|"},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
     kAlbTargets | kNlbTargets, "1", 1, kMost},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
     kAlbTargets | kNlbTargets, "off", 1, 100, "|off|"},
    {"target_health_state.unhealthy.connection_termination.enabled", kNlbTargets, "true", 0, 0,
     kTrueOrFalse},
    {"target_health_state.unhealthy.draining_interval_seconds", kNlbTargets, "0", 0, 360'000},
    {"waf.fail_open.enabled", kAlb, "false", 0, 0, kTrueOrFalse},
    {"zonal_shift.config.enabled", kAlb | kNlb, "false", 0, 0, kTrueOrFalse},
};
static_assert(std::ranges::adjacent_find(kRows, std::ranges::greater_equal{}, &Row::name) ==
                  std::end(kRows),
              "sorted by name, no duplicates");

Attributes defaults_of(unsigned kind) {
  Attributes all;
  for (const Row& row : kRows)
    if ((row.of & kind) != 0) all.emplace(row.name, row.otherwise);
  return all;
}

bool allows(const Row& row, const std::string& value) {
  if (row.lowest == row.highest && row.words.empty()) return value.size() <= 1'024;
  if (!value.empty() && row.words.find("|" + value + "|") != std::string_view::npos) return true;
  if (row.lowest == row.highest) return false;
  const auto number = input::integer(Json(value));
  return number && *number >= row.lowest && *number <= row.highest;
}

/// The types of stickiness go with the kind of load balancer: "lb_cookie and app_cookie for
/// Application Load Balancers; source_ip for Network Load Balancers; source_ip_dest_ip and
/// source_ip_dest_ip_proto for Gateway Load Balancers".
bool has_stickiness(std::string_view held, std::string_view type) {
  const bool cookies = held.ends_with("cookie");
  if (cookies || type.ends_with("cookie")) return cookies == type.ends_with("cookie");
  return (held == "source_ip") == (type == "source_ip");
}

ApiError not_together(std::string message) {
  return {"InvalidConfigurationRequest", std::move(message)};
}

/// "off" wants nothing.
std::int64_t wanted(const Attributes& all, const std::string& name) {
  return number_of(all, name).value_or(0);
}

/// What the ALB User Guide refuses together. The wording is a guess; the code is the API's.
ApiResult<void> check_together(const Attributes& all) {
  const std::string_view algorithm = text_of(all, "load_balancing.algorithm.type");
  const bool even = algorithm.empty() || algorithm == "round_robin";
  if (!even && wanted(all, "slow_start.duration_seconds") > 0)
    return not_together(fmt::format(
        "Slow start mode cannot be enabled with the load balancing algorithm '{}'", algorithm));
  if (text_of(all, "load_balancing.algorithm.anomaly_mitigation") == "on" &&
      algorithm != "weighted_random")
    return not_together(
        "Anomaly mitigation requires the load balancing algorithm 'weighted_random'");
  const bool sticky = is_true(all, "stickiness.enabled");
  const std::string_view cookie = text_of(all, "stickiness.app_cookie.cookie_name");
  if (sticky && text_of(all, "stickiness.type") == "app_cookie" && cookie.empty())
    return not_together("A cookie name is required for stickiness of type 'app_cookie'");
  if (cookie == "AWSALB" || cookie == "AWSALBAPP" || cookie == "AWSALBTG")
    return not_together(fmt::format("The cookie name '{}' is reserved", cookie));
  if (sticky && !algorithm.empty() && text_of(all, "load_balancing.cross_zone.enabled") == "false")
    return not_together("Stickiness is not supported where cross-zone load balancing is off");
  // "The threshold for DNS failover must be greater than or equal to the threshold for routing
  // failover, so that DNS failover occurs either with or before routing failover."
  for (const char* unit : {".count", ".percentage"}) {
    const std::int64_t dns = wanted(all, std::string{kDnsFailover} + unit);
    if (dns > 0 && dns < wanted(all, std::string{kRoutingFailover} + unit))
      return not_together(
          "The threshold of DNS failover must be greater than or equal to the threshold of routing "
          "failover");
  }
  return {};
}

}  // namespace

Attributes default_target_group_attributes(TargetType type, std::string_view protocol) {
  if (type == TargetType::lambda) return defaults_of(kLambdaTargets);
  if (protocol == "GENEVE") {
    Attributes all = defaults_of(kGlbTargets);
    all["stickiness.type"] = "source_ip_dest_ip_proto";
    return all;
  }
  if (protocol == "HTTP" || protocol == "HTTPS") return defaults_of(kAlbTargets);
  Attributes all = defaults_of(kNlbTargets);
  all["stickiness.type"] = "source_ip";
  if (protocol.find("UDP") != std::string_view::npos)
    all["deregistration_delay.connection_termination.enabled"] = "true";
  if (type == TargetType::ip && (protocol == "TCP" || protocol == "TLS"))
    all["preserve_client_ip.enabled"] = "false";
  return all;
}

// ALB User Guide: cross-zone load balancing is always on at the load balancer; NLB User Guide: off.
Attributes default_load_balancer_attributes(std::string_view type) {
  Attributes all = defaults_of(type == "network" ? kNlb : type == "gateway" ? kGlb : kAlb);
  all["load_balancing.cross_zone.enabled"] = type == "application" ? "true" : "false";
  return all;
}

ApiResult<Attributes> changed_attributes(Attributes held, const Json& given) {
  if (!given.is_array()) return held;
  for (const Json& attribute : given) {
    const std::string name = input::text(attribute, "Key");
    const std::string value = input::text(attribute, "Value");
    const auto row = std::ranges::find(kRows, name, &Row::name);
    const auto one = held.find(name);
    if (row == std::end(kRows))
      return validation_error(fmt::format("Attribute key '{}' is not recognized", name));
    if (one == held.end())
      return ApiError{"InvalidConfigurationRequest",
                      fmt::format("Attribute '{}' is not supported by this resource", name)};
    if (!allows(*row, value) || (name == "stickiness.type" && !has_stickiness(one->second, value)))
      return validation_error(fmt::format("'{}' is not valid for attribute '{}'", value, name));
    one->second = value;
  }
  if (auto fit = check_together(held); !fit) return fit.error();
  return held;
}

std::string_view text_of(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<std::int64_t> number_of(const Attributes& attributes, std::string_view name) {
  const std::string_view text = text_of(attributes, name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  return whole ? std::optional{number} : std::nullopt;
}

Duration seconds_of(const Attributes& attributes, std::string_view name) {
  return std::chrono::seconds{number_of(attributes, name).value_or(0)};
}

Json attributes_json(const Attributes& attributes) {
  Json list = Json::array();
  for (const auto& [name, value] : attributes) list.push_back({{"Key", name}, {"Value", value}});
  return list;
}

}  // namespace opsim::elb
