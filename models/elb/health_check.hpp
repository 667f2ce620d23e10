#pragma once
/// What a target group asks of its targets, and what one answer is worth.
/// AWS: ELB API (2015-12-01), CreateTargetGroup; ALB User Guide, "Health checks for Application
/// Load Balancer target groups"; NLB User Guide, the page of the same name.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::elb {

enum class TargetType : std::uint8_t { instance, ip, lambda, alb };
std::string_view to_string(TargetType type);

/// "200", "200,202", "200-299": sorted as written.
struct Matcher {
  std::string text = "200";
  std::vector<std::pair<int, int>> ranges = {{200, 200}};
  [[nodiscard]] bool accepts(int code) const;
  static ApiResult<Matcher> parse(const std::string& text, int lowest, int highest);
};

struct HealthCheckSpec {
  bool enabled = true;
  std::string protocol = "HTTP";
  std::string port = "traffic-port";
  std::string path;  // "" where the protocol has none
  Duration interval = std::chrono::seconds{30};
  Duration timeout = std::chrono::seconds{6};
  int healthy_threshold = 5;
  int unhealthy_threshold = 2;
  Matcher matcher{};
  bool is_grpc = false;        // the matcher's codes are gRPC's
  bool tells_failures = true;  // not of Network Load Balancers: each failure is FailedHealthChecks
  [[nodiscard]] bool is_http() const { return protocol == "HTTP" || protocol == "HTTPS"; }
};

/// The defaults of a target group of this kind; `version` is its ProtocolVersion.
HealthCheckSpec default_health_check(TargetType type, std::string_view protocol,
                                     std::string_view version = {});
/// HealthCheckProtocol, HealthCheckIntervalSeconds, ... of CreateTargetGroup, ModifyTargetGroup or
/// a template, on top of `spec`.
ApiResult<HealthCheckSpec> read_health_check(HealthCheckSpec spec, const Json& input,
                                             TargetType type, std::string_view protocol);

/// How a target answers whoever connects, now: an HTTP status; 0 where it refuses connections; -1
/// where nothing answers.
enum class Answer : int { none = -1, refused = 0, ok = 200 };

/// What one health check makes of an answer.
struct Verdict {
  bool passes = true;
  std::string_view reason = {};  // "Target.Timeout", or "" where it passes
  std::string description = {};
  Duration takes{};  // from the check's begin until the load balancer knows
};
Verdict judge(const HealthCheckSpec& spec, Answer answer);

ApiError validation_error(std::string message);

}  // namespace opsim::elb
