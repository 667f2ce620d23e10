#include "models/logs/logs.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim::logs {

bool LogGroup::keeps(SimTime at, SimTime now) const {
  return !retention_days || at >= now - std::chrono::days{*retention_days};
}

LogGroup* Logs::find(const Place& place, std::string_view name_or_arn) {
  const auto here = groups.find(place);
  if (here == groups.end()) return nullptr;
  std::string name{name_or_arn};
  if (const auto arn = Arn::parse(name_or_arn); arn && arn->resource.starts_with("log-group:")) {
    name = arn->resource.substr(10);
    if (name.ends_with(":*")) name.resize(name.size() - 2);
  }
  const auto group = here->second.find(name);
  return group == here->second.end() ? nullptr : &group->second;
}

LogGroup& Logs::create(const Place& place, const std::string& name) {
  LogGroup& group = groups[place][name];
  group.name = name;
  group.place = place;
  group.arn = arn(place, "logs", fmt::format("log-group:{}", name));
  group.created = cloud.sim().now();
  return group;
}

ApiError invalid_parameter(std::string message) {
  return {"InvalidParameterException", std::move(message), 400};
}
ApiError no_such_group() {
  return {"ResourceNotFoundException", "The specified log group does not exist.", 400};
}
ApiError no_such_stream() {
  return {"ResourceNotFoundException", "The specified log stream does not exist.", 400};
}

std::int64_t milliseconds(SimTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::optional<SimTime> time_member(const Json& input, std::string_view name) {
  constexpr std::int64_t kMost = 9'000'000'000'000;  // the year 2255: within SimTime
  const auto value = input::integer(input, name);
  if (!value || *value < 0 || *value > kMost) return std::nullopt;
  return SimTime{std::chrono::milliseconds{*value}};
}

ApiResult<LogGroup*> named_group(Logs& logs, const Request& request) {
  std::string name = input::text(request.input, "logGroupName");
  if (name.empty()) name = input::text(request.input, "logGroupIdentifier");
  if (name.empty()) return invalid_parameter("logGroupName is required");
  LogGroup* group = logs.find(request.place(), name);
  if (group == nullptr) return no_such_group();
  return group;
}

}  // namespace opsim::logs
