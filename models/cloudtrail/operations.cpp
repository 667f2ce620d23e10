// AWS: CloudTrail API reference, LookupEvents, DescribeTrails, GetTrailStatus, StartLogging,
// StopLogging.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "models/cloudtrail/cloudtrail.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr std::int64_t kMostResults = 50;  // MaxResults: 1 to 50, default 50

std::string text_of(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number() || found->is_boolean() ? found->dump() : std::string{};
}

/// The name that LookupEvents shows and looks up: the user, or the session of a role.
std::string user_name(const Caller& caller) {
  const Json identity = user_identity(caller);
  if (std::string name = text_of(identity, "userName"); !name.empty()) return name;
  // "AROA...:session", or the account of its root.
  if (const std::string id = text_of(identity, "principalId"); !id.empty())
    return id.substr(id.find(':') + 1);
  return text_of(identity, "invokedBy");
}

/// Texts of the request that name what the call was about.
std::vector<std::string> resource_names(const Record& record) {
  std::vector<std::string> names;
  const auto add = [&](const Json& value) {
    if (value.is_string()) names.push_back(value.get<std::string>());
  };
  const Json input = kept_json(record.input);
  if (!input.is_object()) return names;
  for (const auto& [key, value] : input.items()) {
    const bool naming = key.ends_with("Id") || key.ends_with("Ids") || key.ends_with("Name") ||
                        key.ends_with("Names") || key.ends_with("Arn") || key.ends_with("ARN");
    if (!naming) continue;
    add(value);
    if (value.is_array())
      for (const Json& one : value) add(one);
  }
  return names;
}

bool holds(const Record& record, std::string_view key, const std::string& value) {
  if (key == "EventId") return record.id == value;
  if (key == "EventName") return record.operation == value;
  if (key == "ReadOnly") return value == (record.read_only ? "true" : "false");
  if (key == "Username") return user_name(record.caller) == value;
  if (key == "EventSource") return event_source(record.service) == value;
  if (key == "ResourceName") return std::ranges::count(resource_names(record), value) > 0;
  return false;  // ResourceType, AccessKeyId: nothing here has them
}

constexpr std::array<std::string_view, 8> kAttributes{"AccessKeyId",  "EventId",  "EventName",
                                                      "EventSource",  "ReadOnly", "ResourceName",
                                                      "ResourceType", "Username"};

/// A time as SDKs send it: ISO 8601, or seconds since 1970.
std::optional<SimTime> time_of(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (found->is_number())
    return SimTime{std::chrono::seconds{static_cast<std::int64_t>(found->get<double>())}};
  return found->is_string() ? parse_iso8601(found->get<std::string>()) : std::nullopt;
}

struct Query {
  std::vector<std::pair<std::string, std::string>> attributes;
  std::optional<SimTime> from;
  std::optional<SimTime> to;
  std::size_t size = kMostResults;
  std::size_t skip = 0;
};

std::optional<ApiError> read_attributes(const Json& input, Query& query) {
  const auto list = input.find("LookupAttributes");
  if (list == input.end() || !list->is_array()) return std::nullopt;
  for (const Json& one : *list) {
    const std::string key = text_of(one, "AttributeKey");
    if (std::ranges::count(kAttributes, key) == 0)
      return ApiError{
          "InvalidLookupAttributesException",
          fmt::format("AttributeKey is '{}'; one of {}", key, fmt::join(kAttributes, ", "))};
    query.attributes.emplace_back(key, text_of(one, "AttributeValue"));
  }
  // "Currently the list can contain only one item" (API reference).
  if (query.attributes.size() > 1)
    return ApiError{"InvalidLookupAttributesException",
                    "You may specify only one lookup attribute."};
  return std::nullopt;
}

ApiResult<Query> read_query(const Json& input) {
  Query query;
  if (!input.is_object()) return query;
  if (auto wrong = read_attributes(input, query)) return *std::move(wrong);
  query.from = time_of(input, "StartTime");
  query.to = time_of(input, "EndTime");
  if (query.from && query.to && *query.from > *query.to)
    return ApiError{"InvalidTimeRangeException", "The start time must be before the end time."};
  if (const std::string size = text_of(input, "MaxResults"); !size.empty()) {
    std::int64_t number = 0;
    std::from_chars(size.data(), size.data() + size.size(), number);
    if (number < 1 || number > kMostResults)
      return ApiError{"InvalidMaxResultsException",
                      fmt::format("MaxResults must be 1 to {}", kMostResults)};
    query.size = static_cast<std::size_t>(number);
  }
  if (const std::string token = text_of(input, "NextToken"); !token.empty()) {
    const auto [end, error] =
        std::from_chars(token.data(), token.data() + token.size(), query.skip);
    if (error != std::errc{} || *end != '\0')
      return ApiError{"InvalidNextTokenException", "The NextToken is not valid."};
  }
  return query;
}

Json event_json(const Record& record) {
  Json resources = Json::array();
  for (const std::string& name : resource_names(record))
    resources.push_back({{"ResourceName", name}});
  return {{"EventId", record.id},
          {"EventName", record.operation},
          {"ReadOnly", record.read_only ? "true" : "false"},
          {"EventTime", iso8601(std::chrono::floor<std::chrono::seconds>(record.at))},
          {"EventSource", event_source(record.service)},
          {"Username", user_name(record.caller)},
          {"Resources", std::move(resources)},
          {"CloudTrailEvent", record_json(record).dump()}};
}

bool is_wanted(const Query& query, const Record& record) {
  if (query.from && record.at < *query.from) return false;
  if (query.to && record.at > *query.to) return false;
  return std::ranges::all_of(query.attributes, [&](const auto& attribute) {
    return holds(record, attribute.first, attribute.second);
  });
}

/// A trail by name or ARN.
ApiResult<Trail*> named_trail(CloudTrail& trail, const Request& request) {
  const std::string name = text_of(request.input, "Name");
  for (auto& [key, one] : trail.trails) {
    if (one.name != name && one.arn != name) continue;
    if (one.place.account == request.place().account) return &one;
    // A member sees the trail of its organization, and may not change it.
    if (one.organization && covers(trail.cloud, one, request.place())) {
      if (request.operation.starts_with("Get")) return &one;
      return *only_management_account(trail.cloud, request.place());
    }
  }
  return ApiError{"TrailNotFoundException",
                  fmt::format("Unknown trail: {} for the user: {}", name, request.place().account)};
}

}  // namespace

ApiResult<Json> lookup_events(CloudTrail& trail, const Request& request) {
  const auto query = read_query(request.input);
  if (!query) return query.error();
  std::deque<Record>& records = trail.records[request.place()];
  forget_old(records, trail.cloud.sim().now());
  Json events = Json::array();
  std::size_t skipped = 0;
  bool more = false;
  for (auto record = records.rbegin(); record != records.rend() && !more; ++record) {
    if (!is_wanted(*query, *record) || skipped++ < query->skip) continue;
    more = events.size() == query->size;
    if (!more) events.push_back(event_json(*record));
  }
  Json answer{{"Events", std::move(events)}};
  if (more) answer["NextToken"] = std::to_string(query->skip + query->size);
  return answer;
}

ApiResult<Json> describe_trails(CloudTrail& trail, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, one] : trail.trails)
    if (one.place.account == request.place().account ||
        (one.organization && covers(trail.cloud, one, request.place())))
      list.push_back({{"Name", one.name},
                      {"TrailARN", one.arn},
                      {"IsOrganizationTrail", one.organization},
                      {"S3BucketName", one.bucket},
                      {"HomeRegion", one.place.region},
                      {"IsMultiRegionTrail", one.multi_region}});
  return Json{{"trailList", std::move(list)}};
}

ApiResult<Json> get_trail_status(CloudTrail& trail, const Request& request) {
  const auto one = named_trail(trail, request);
  if (!one) return one.error();
  return Json{{"IsLogging", (*one)->logging}};
}

ApiResult<Json> start_logging(CloudTrail& trail, const Request& request) {
  const auto one = named_trail(trail, request);
  if (!one) return one.error();
  (*one)->logging = true;
  return Json::object();
}

ApiResult<Json> stop_logging(CloudTrail& trail, const Request& request) {
  const auto one = named_trail(trail, request);
  if (!one) return one.error();
  (*one)->logging = false;
  (*one)->stopped = trail.cloud.sim().now();
  return Json::object();
}

}  // namespace opsim::cloudtrail
