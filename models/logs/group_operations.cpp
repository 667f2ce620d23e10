// Log groups and streams.
// AWS: CloudWatch Logs API Reference, CreateLogGroup, CreateLogStream, PutRetentionPolicy, ...
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

// PutRetentionPolicy, retentionInDays.
constexpr std::array<std::int64_t, 23> kRetentions = {1,    3,    5,    7,    14,   30,   60,  90,
                                                      120,  150,  180,  365,  400,  545,  731, 1096,
                                                      1827, 2192, 2557, 2922, 3288, 3653, 0};

/// API CreateLogGroup, logGroupName; CreateLogStream, logStreamName.
constexpr std::string_view kGroupPattern = R"([\.\-_/#A-Za-z0-9]+)";
constexpr std::string_view kStreamPattern = "[^:*]*";
constexpr std::size_t kLongestName = 512;

bool is_stream_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.find_first_of(":*") == name.npos;
}
bool is_group_name(std::string_view name) {
  const auto taken = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view{".-_/#"}.find(static_cast<char>(c)) != std::string_view::npos;
  };
  return is_stream_name(name) && std::ranges::all_of(name, taken);
}

ApiError constraint(std::string_view value, std::string_view member, std::string_view must) {
  return invalid_parameter(
      fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                  "Member must {}",
                  value, member, must));
}
ApiError wrong_name(std::string_view name, std::string_view member, std::string_view pattern) {
  if (name.empty()) return constraint(name, member, "have length greater than or equal to 1");
  if (name.size() > kLongestName)
    return constraint(name, member, "have length less than or equal to 512");
  return constraint(name, member, fmt::format("satisfy regular expression pattern: {}", pattern));
}

std::size_t stored_bytes(const LogGroup& group) {
  std::size_t bytes = 0;
  for (const auto& [name, stream] : group.streams) {
    for (const LogEvent& event : stream.events) bytes += event.message.size() + 26;
  }
  return bytes;
}

constexpr std::array<std::string_view, 3> kLogClasses{"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"};

}  // namespace

Json page_of(const std::vector<Json>& all, const Request& request, const char* member) {
  const std::int64_t most =
      std::clamp<std::int64_t>(input::integer(request.input, "limit").value_or(50), 1, 50);
  const auto first = static_cast<std::size_t>(
      std::max<std::int64_t>(0, input::integer(request.input, "nextToken").value_or(0)));
  const std::size_t end = std::min(all.size(), first + static_cast<std::size_t>(most));
  Json items = Json::array();
  for (std::size_t i = first; i < end; ++i) items.push_back(all[i]);
  Json answer = Json::object();
  if (end < all.size()) answer["nextToken"] = std::to_string(end);
  answer[member] = std::move(items);
  return answer;
}

bool is_retention(std::int64_t days) {
  return days > 0 && std::ranges::find(kRetentions, days) != kRetentions.end();
}

ApiResult<Json> create_log_group(Logs& logs, const Request& request) {
  const std::string name = input::text(request.input, "logGroupName");
  if (!is_group_name(name)) return wrong_name(name, "logGroupName", kGroupPattern);
  const std::string log_class = input::text(request.input, "logGroupClass");
  if (!log_class.empty() && std::ranges::count(kLogClasses, log_class) == 0)
    return constraint(log_class, "logGroupClass",
                      "satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]");
  if (logs.find(request.place(), name) != nullptr) {
    return ApiError{"ResourceAlreadyExistsException", "The specified log group already exists"};
  }
  LogGroup& group = logs.create(request.place(), name);
  if (!log_class.empty()) group.log_class = log_class;
  group.tags = input::tags(input::member(request.input, "tags"));
  Resource resource;
  resource.logical_id = resource.physical_id = name;
  resource.type = "AWS::Logs::LogGroup";
  resource.arn = group.arn + ":*";
  resource.place = request.place();
  resource.tags = group.tags;
  logs.cloud.resources().add(std::move(resource));
  return Json::object();
}

ApiResult<Json> delete_log_group(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const std::string name = (*group)->name;
  logs.groups[request.place()].erase(name);
  logs.cloud.resources().remove(name);
  return Json::object();
}

ApiResult<Json> create_log_stream(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const std::string name = input::text(request.input, "logStreamName");
  if (!is_stream_name(name)) return wrong_name(name, "logStreamName", kStreamPattern);
  const auto [stream, fresh] = (*group)->streams.try_emplace(name);
  if (!fresh) {
    return ApiError{"ResourceAlreadyExistsException", "The specified log stream already exists"};
  }
  stream->second.name = name;
  stream->second.created = logs.cloud.sim().now();
  return Json::object();
}

ApiResult<Json> delete_log_stream(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  if ((*group)->streams.erase(input::text(request.input, "logStreamName")) == 0) {
    return no_such_stream();
  }
  return Json::object();
}

ApiResult<Json> put_retention_policy(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const auto days = input::integer(request.input, "retentionInDays");
  if (!days || !is_retention(*days)) {
    return constraint(input::text(request.input, "retentionInDays"), "retentionInDays",
                      fmt::format("satisfy enum value set: [{}]",
                                  fmt::join(kRetentions.begin(), kRetentions.end() - 1, ", ")));
  }
  (*group)->retention_days = days;
  return Json::object();
}

ApiResult<Json> delete_retention_policy(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  (*group)->retention_days.reset();
  return Json::object();
}

ApiResult<Json> describe_log_groups(Logs& logs, const Request& request) {
  const std::string prefix = input::text(request.input, "logGroupNamePrefix");
  const std::string pattern = input::text(request.input, "logGroupNamePattern");
  if (!prefix.empty() && !pattern.empty()) {
    return invalid_parameter(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive "
        "parameters.");
  }
  std::vector<Json> found;
  for (const auto& [name, group] : logs.groups[request.place()]) {
    if (!name.starts_with(prefix) || name.find(pattern) == name.npos) continue;
    Json json{{"logGroupName", name},
              {"creationTime", milliseconds(group.created)},
              {"metricFilterCount", group.metric_filters.size()},
              {"arn", group.arn + ":*"},
              {"logGroupArn", group.arn},
              {"logGroupClass", group.log_class},
              {"storedBytes", stored_bytes(group)}};
    if (group.retention_days) json["retentionInDays"] = *group.retention_days;
    found.push_back(std::move(json));
  }
  return page_of(found, request, "logGroups");
}

ApiResult<Json> describe_log_streams(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const std::string prefix = input::text(request.input, "logStreamNamePrefix");
  const bool by_time = input::text(request.input, "orderBy") == "LastEventTime";
  std::vector<Json> found;
  for (const auto& [name, stream] : (*group)->streams) {
    if (!name.starts_with(prefix)) continue;
    Json json{{"logStreamName", name},
              {"creationTime", milliseconds(stream.created)},
              {"arn", (*group)->arn + ":log-stream:" + name},
              {"storedBytes", 0}};  // "since 2019 always 0" (API LogStream)
    if (!stream.events.empty()) {
      json["firstEventTimestamp"] = milliseconds(stream.events.front().at);
      json["lastEventTimestamp"] = milliseconds(stream.events.back().at);
      json["lastIngestionTime"] = milliseconds(*stream.last_ingestion);
    }
    found.push_back(std::move(json));
  }
  const auto last = [](const Json& json) {
    return json.value("lastEventTimestamp", std::int64_t{});
  };
  if (by_time) std::ranges::stable_sort(found, {}, last);
  if (input::boolean(request.input, "descending").value_or(false)) std::ranges::reverse(found);
  return page_of(found, request, "logStreams");
}

}  // namespace opsim::logs
