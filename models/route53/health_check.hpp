#pragma once
/// A Route 53 health check: what it asks, what its checkers think, what follows.
/// AWS: Route 53 Developer Guide, "How Amazon Route 53 determines whether a health check is
/// healthy"; API Reference (2013-04-01), HealthCheckConfig.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/health_track.hpp"

namespace opsim::route53 {

enum class CheckKind : std::uint8_t { endpoint, calculated, alarm, recovery_control };
enum class WithoutData : std::uint8_t { healthy, unhealthy, last_known };

struct HealthCheckConfig {
  Json given = Json::object();  // as it was given: what GetHealthCheck answers
  std::string type;             // "HTTP", "CALCULATED", ...
  CheckKind kind = CheckKind::endpoint;
  std::string address;  // IPAddress, or ""
  std::string domain;   // FullyQualifiedDomainName, or ""
  Duration interval = std::chrono::seconds{30};
  int failure_threshold = 3;
  bool inverted = false;
  bool disabled = false;
  std::vector<std::string> regions;   // of the checkers
  std::vector<std::string> children;  // of a calculated one: ids
  std::int64_t health_threshold = 0;
  std::string alarm_region;
  std::string alarm_name;
  WithoutData without_data = WithoutData::last_known;
  [[nodiscard]] bool is_tcp() const { return type == "TCP"; }
};
/// CreateHealthCheck's HealthCheckConfig; for UpdateHealthCheck, `before` holds what stays.
ApiResult<HealthCheckConfig> read_config(const Json& given, const HealthCheckConfig* before);

/// One of the checkers around the world. Each has its own opinion.
struct Checker {
  std::string region;
  std::string address;
  HealthTrack track{{}, {}, CheckedHealth::healthy};
};

struct HealthCheck {
  std::string id;
  std::string account;
  std::string caller_reference;
  std::int64_t version = 1;
  HealthCheckConfig config;
  std::map<std::string, std::string> tags;
  /// How many checkers are known to find it healthy: what they find becomes known when their checks
  /// end, and of two counts the one made later counts.
  std::int64_t healthy_checkers = 0;
  std::uint64_t counted = 0;
  std::uint64_t reported = 0;
  std::vector<Checker> checkers;   // of an endpoint
  bool answers = true;             // what the next checks find at the endpoint
  bool hangs = false;              // where they fail: nothing answers at all
  std::optional<int> told;         // put on the endpoint from outside (quantity "answer")
  std::string alarm_state = "OK";  // as its metric's data have it
  bool control_on = true;          // of the routing control that it follows
  bool known_healthy = true;       // before inversion and disabling: the last status
  bool healthy = true;             // the status
  Ticket next;                     // the next decision of a checker
  std::optional<SourceId> status;  // metrics
  std::optional<SourceId> percentage;
  std::optional<SourceId> children_healthy;
};

/// "If more than 18% of health checkers report that an endpoint is healthy, Route 53 considers it
/// healthy. If 18% of health checkers or fewer report that, Route 53 considers it unhealthy."
[[nodiscard]] constexpr bool enough_checkers(std::int64_t healthy, std::int64_t all) {
  return healthy * 100 > all * 18;
}
[[nodiscard]] std::int64_t healthy_checkers(const HealthCheck& check);
/// How long a failing check takes until its checker knows: 4 seconds to connect by HTTP and HTTPS,
/// 10 by TCP; nothing where the connection is refused or the answer is wrong.
[[nodiscard]] Duration time_to_fail(const HealthCheckConfig& config, bool hangs);

}  // namespace opsim::route53
