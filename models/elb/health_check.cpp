// Settings of health checks: defaults, limits, and what one answer is worth.
#include "models/elb/health_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

using std::chrono::seconds;

std::optional<int> code_of(std::string_view text) {
  int code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{code}
                                                                  : std::nullopt;
}

/// A whole number from `lowest` to `highest`; `now` where none is given.
ApiResult<std::int64_t> number_in(const Json& input, std::string_view name, std::int64_t now,
                                  std::int64_t lowest, std::int64_t highest) {
  if (input::member(input, name).is_null()) return now;
  const auto number = input::integer(input, name);
  if (!number || *number < lowest || *number > highest)
    return validation_error(
        fmt::format("'{}' must be between {} and {} inclusive", name, lowest, highest));
  return *number;
}

/// Which protocols may check a target group of this protocol (NLB User Guide, "Routing
/// configuration"; ALB User Guide: HTTP and HTTPS).
bool may_check(std::string_view protocol, std::string_view group_protocol, TargetType type) {
  if (protocol == "HTTP" || protocol == "HTTPS") return true;
  const bool application = group_protocol == "HTTP" || group_protocol == "HTTPS";
  return protocol == "TCP" && !application && type != TargetType::alb && type != TargetType::lambda;
}

int highest_code(std::string_view group_protocol) {
  if (group_protocol == "GENEVE") return 399;
  return group_protocol == "HTTP" || group_protocol == "HTTPS" || group_protocol.empty() ? 499
                                                                                         : 599;
}

ApiResult<void> read_times(HealthCheckSpec& spec, const Json& input) {
  const auto as_seconds = [](Duration d) { return std::chrono::floor<seconds>(d).count(); };
  const auto interval =
      number_in(input, "HealthCheckIntervalSeconds", as_seconds(spec.interval), 5, 300);
  if (!interval) return interval.error();
  const auto timeout =
      number_in(input, "HealthCheckTimeoutSeconds", as_seconds(spec.timeout), 2, 120);
  if (!timeout) return timeout.error();
  const auto healthy = number_in(input, "HealthyThresholdCount", spec.healthy_threshold, 2, 10);
  if (!healthy) return healthy.error();
  const auto unhealthy =
      number_in(input, "UnhealthyThresholdCount", spec.unhealthy_threshold, 2, 10);
  if (!unhealthy) return unhealthy.error();
  const bool timeout_given = !input::member(input, "HealthCheckTimeoutSeconds").is_null();
  spec.interval = seconds{*interval};
  // UNDOCUMENTED: with a shorter interval alone, the default timeout gives way (the API refuses
  // only what contradicts itself as given).
  spec.timeout = timeout_given ? seconds{*timeout}
                               : std::min<Duration>(seconds{*timeout}, spec.interval - seconds{1});
  spec.healthy_threshold = static_cast<int>(*healthy);
  spec.unhealthy_threshold = static_cast<int>(*unhealthy);
  if (spec.timeout > spec.interval || (spec.is_http() && spec.timeout == spec.interval))
    return validation_error(
        fmt::format("Health check timeout '{}' must be smaller than or equal to the interval '{}'",
                    *timeout, *interval));
  return {};
}

}  // namespace

ApiError validation_error(std::string message) { return {"ValidationError", std::move(message)}; }

std::string_view to_string(TargetType type) {
  switch (type) {
    case TargetType::instance: return "instance";
    case TargetType::ip: return "ip";
    case TargetType::lambda: return "lambda";
    case TargetType::alb: return "alb";
  }
  return "instance";
}

bool Matcher::accepts(int code) const {
  return std::ranges::any_of(
      ranges, [&](const auto& range) { return range.first <= code && code <= range.second; });
}

ApiResult<Matcher> Matcher::parse(const std::string& text, int lowest, int highest) {
  Matcher matcher{text, {}};
  std::string_view rest = text;
  while (!rest.empty() && matcher.ranges.size() < 100) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const auto dash = part.find('-');
    const auto first = code_of(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : code_of(part.substr(dash + 1));
    if (!first || !last || *first < lowest || *last > highest || *first > *last) break;
    matcher.ranges.emplace_back(*first, *last);
    if (rest.empty()) return matcher;
  }
  return validation_error(
      fmt::format("Health check matcher HTTP code '{}' must be within '{}-{}' inclusive", text,
                  lowest, highest));
}

// ELB API, CreateTargetGroup. (The ALB guide of 2023 has a timeout of 5 seconds; the API 6.) "If
// the protocol version is gRPC ... the default is /AWS.ALB/healthcheck"; Matcher: "the default
// value is 12".
HealthCheckSpec default_health_check(TargetType type, std::string_view protocol,
                                     std::string_view version) {
  HealthCheckSpec spec;
  if (type == TargetType::lambda) {
    spec.enabled = false;
    spec.interval = seconds{35};
    spec.timeout = seconds{30};
    spec.unhealthy_threshold = 5;
  } else if (protocol == "GENEVE") {
    spec.protocol = "TCP";
    spec.port = "80";
    spec.interval = seconds{10};
    spec.timeout = seconds{5};
  } else if (protocol == "HTTPS") {
    spec.protocol = "HTTPS";
    spec.timeout = seconds{10};
  } else if (protocol != "HTTP") {
    spec.protocol = type == TargetType::alb ? "HTTP" : "TCP";
    spec.timeout = seconds{type == TargetType::alb ? 6 : 10};
  }
  if (spec.is_http()) spec.path = "/";
  if (version == "GRPC") {
    spec.path = "/AWS.ALB/healthcheck";
    spec.matcher = {"12", {{12, 12}}};
    spec.is_grpc = true;
  }
  // API, TargetHealth: ResponseCodeMismatch and Timeout apply "only to Application Load Balancers
  // and Gateway Load Balancers".
  spec.tells_failures = protocol.empty() || protocol == "HTTP" || protocol == "HTTPS" ||
                        protocol == "GENEVE" || type == TargetType::lambda;
  if (protocol != "HTTP" && protocol != "HTTPS" && type != TargetType::lambda) {
    // ELB API, Matcher: target groups of Network Load Balancers take 200-399 unless told otherwise.
    spec.matcher = {"200-399", {{200, 399}}};
  }
  return spec;
}

ApiResult<HealthCheckSpec> read_health_check(HealthCheckSpec spec, const Json& input,
                                             TargetType type, std::string_view protocol) {
  if (const std::string given = input::text(input, "HealthCheckProtocol"); !given.empty()) {
    if (!may_check(given, protocol, type))
      return validation_error(fmt::format(
          "Health check protocol '{}' is not supported for target groups with the protocol '{}'",
          given, protocol));
    if (given != spec.protocol && input::member(input, "HealthCheckTimeoutSeconds").is_null())
      spec.timeout = seconds{given == "HTTP" ? 6 : 10};
    spec.protocol = given;
    if (spec.is_http() && spec.path.empty()) spec.path = "/";
    if (!spec.is_http()) spec.path.clear();
  }
  if (const auto enabled = input::boolean(input, "HealthCheckEnabled")) {
    if (!*enabled && type != TargetType::lambda)
      return ApiError{"InvalidConfigurationRequest",
                      fmt::format("Health check enabled must be true for target groups with target "
                                  "type '{}'",
                                  to_string(type))};
    spec.enabled = *enabled;
  }
  if (const std::string port = input::text(input, "HealthCheckPort"); !port.empty()) {
    const auto number = code_of(port);
    if (port != "traffic-port" && (!number || *number < 1 || *number > 65'535))
      return validation_error(
          fmt::format("Health check port '{}' must be a port or 'traffic-port'", port));
    spec.port = port;
  }
  if (const std::string path = input::text(input, "HealthCheckPath"); !path.empty()) {
    if (!spec.is_http())
      return ApiError{"InvalidConfigurationRequest",
                      "Health check path is supported for HTTP and HTTPS health checks only"};
    if (path.front() != '/' || path.size() > 1'024)
      return validation_error(
          fmt::format("Health check path '{}' must begin with '/' and be at most 1024 long", path));
    spec.path = path;
  }
  const Json& matcher = input::member(input, "Matcher");
  std::string codes = input::text(matcher, "HttpCode");
  if (codes.empty()) codes = input::text(matcher, "GrpcCode");
  if (!codes.empty()) {
    const bool grpc = !input::text(matcher, "GrpcCode").empty();
    ApiResult<Matcher> read =
        Matcher::parse(codes, grpc ? 0 : 200, grpc ? 99 : highest_code(protocol));
    if (!read) return read.error();
    if (grpc != spec.is_grpc)
      return ApiError{"InvalidConfigurationRequest",
                      grpc ? "GrpcCode is supported for target groups with the protocol version "
                             "GRPC only"
                           : "HttpCode is not supported for target groups with the protocol "
                             "version GRPC"};
    spec.matcher = *std::move(read);
  }
  if (auto read = read_times(spec, input); !read) return read.error();
  return spec;
}

// "Target.FailedHealthChecks: the load balancer received an error while establishing a connection
// to the target"; a TCP check asks for no more than the connection.
Verdict judge(const HealthCheckSpec& spec, Answer answer) {
  if (answer == Answer::none)
    return spec.tells_failures
               ? Verdict{false, "Target.Timeout", "Request timed out", spec.timeout}
               : Verdict{false, "Target.FailedHealthChecks", "Health checks failed", spec.timeout};
  if (answer == Answer::refused)
    return {false, "Target.FailedHealthChecks", "Health checks failed", {}};
  const int code = static_cast<int>(answer);
  // SIMPLIFIED: no gRPC status is simulated: a gRPC check passes where HTTP says that all is well.
  const bool accepted = spec.is_grpc ? code >= 200 && code < 300 : spec.matcher.accepts(code);
  if (!spec.is_http() || accepted) return {};
  if (!spec.tells_failures) return {false, "Target.FailedHealthChecks", "Health checks failed", {}};
  return {false,
          "Target.ResponseCodeMismatch",
          fmt::format("Health checks failed with these codes: [{}]", code),
          {}};
}

}  // namespace opsim::elb
