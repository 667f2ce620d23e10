// CreateCanary's input, and the properties of AWS::Synthetics::Canary, which are spelt the same.
#include <fmt/format.h>

#include <algorithm>

#include "models/synthetics/synthetics.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::synthetics {

namespace {

ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

/// API, Name: `^[0-9a-z_\-]+$`, 1 to 255.
bool is_canary_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// API, CanaryScheduleInput: "rate(number unit)", unit minute, minutes or hour; from 1 minute to 1
/// hour. "rate(0 minute)" or "rate(0 hour)" runs once, when it is started. Or cron().
ApiResult<void> read_schedule(const std::string& written, Canary& canary) {
  canary.expression = written;
  if (written == "rate(0 minute)" || written == "rate(0 minutes)" || written == "rate(0 hour)")
    return {};
  canary.schedule = schedule::parse(written);
  if (!canary.schedule || std::holds_alternative<schedule::At>(*canary.schedule))
    return invalid(fmt::format("Schedule expression {} is not valid", written));
  if (const auto* rate = std::get_if<schedule::Rate>(&*canary.schedule))
    if (rate->every < std::chrono::minutes{1} || rate->every > std::chrono::hours{1})
      return invalid("A rate is from 1 minute to 1 hour");
  return {};
}

}  // namespace

ApiResult<Canary> read_canary(const Place& place, const Json& input) {
  Canary canary;
  canary.name = input::text(input, "Name");
  canary.place = place;
  if (!is_canary_name(canary.name))
    return invalid(fmt::format(
        "1 validation error detected: Value '{}' at 'name' failed to satisfy constraint: Member "
        "must satisfy regular expression pattern: ^[0-9a-z_\\-]+$",
        canary.name));
  for (const char* needed : {"ArtifactS3Location", "ExecutionRoleArn", "RuntimeVersion"})
    if (input::text(input, needed).empty()) return invalid(fmt::format("{} is required", needed));
  const Json& when = input::member(input, "Schedule");
  if (const auto read = read_schedule(input::text(when, "Expression"), canary); !read)
    return read.error();
  const std::int64_t lasts = input::integer(when, "DurationInSeconds").value_or(0);
  if (lasts < 0 || lasts > 31'622'400) return invalid("DurationInSeconds is from 0 to 31622400");
  canary.lasts = std::chrono::seconds{lasts};
  canary.script = read_script(input);
  canary.written = input;
  return canary;
}

}  // namespace opsim::synthetics
