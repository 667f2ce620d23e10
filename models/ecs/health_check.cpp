#include "models/ecs/health_check.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

/// Nothing where the number is out of its range.
std::optional<std::int64_t> in_range(const Json& input, std::string_view name,
                                     std::int64_t otherwise, std::int64_t low, std::int64_t high) {
  if (input::member(input, name).is_null()) return otherwise;
  const auto number = input::integer(input, name);
  return number && *number >= low && *number <= high ? number : std::nullopt;
}

ApiError bad_check(std::string_view what) {
  return {"ClientException", fmt::format("Invalid health check: {}", what)};
}

}  // namespace

SimTime next_check(const HealthCheckSpec& spec, SimTime checks_from, SimTime time) {
  if (time <= checks_from) return checks_from + spec.interval;
  const auto whole = (time - checks_from + spec.interval - Duration{1}) / spec.interval;
  return checks_from + spec.interval * std::max<std::int64_t>(1, whole);
}

SimTime unhealthy_at(const HealthCheckSpec& spec, SimTime checks_from, SimTime bad_since,
                     bool hangs) {
  const Duration cost = hangs ? spec.timeout : Duration{};
  return next_check(spec, checks_from, bad_since) + (spec.retries - 1) * (spec.interval + cost) +
         cost;
}

ApiResult<HealthCheckSpec> read_health_check(const Json& input) {
  if (input::texts(input, "command").empty()) return bad_check("command is required");
  const auto interval = in_range(input, "interval", 30, 5, 300);
  const auto timeout = in_range(input, "timeout", 5, 2, 60);
  const auto retries = in_range(input, "retries", 3, 1, 10);
  const auto start = in_range(input, "startPeriod", 0, 0, 300);
  if (!interval) return bad_check("interval must be between 5 and 300 seconds");
  if (!timeout) return bad_check("timeout must be between 2 and 60 seconds");
  if (!retries) return bad_check("retries must be between 1 and 10");
  if (!start) return bad_check("startPeriod must be between 0 and 300 seconds");
  return HealthCheckSpec{std::chrono::seconds{*interval}, std::chrono::seconds{*timeout}, *retries,
                         std::chrono::seconds{*start}};
}

}  // namespace opsim::ecs
