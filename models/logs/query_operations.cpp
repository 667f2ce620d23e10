// Logs Insights: StartQuery, GetQueryResults, StopQuery, DescribeQueries.
// AWS: CloudWatch Logs API Reference; cloudwatch_limits_cwl (50 log groups a query, 30 queries at
// once, results of at most 10,000 events).
#include <fmt/format.h>

#include <algorithm>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

constexpr std::size_t kMostGroups = 50;
constexpr std::int64_t kMostResults = 10'000;
constexpr std::int64_t kMilliseconds = 100'000'000'000;  // times beyond this are in milliseconds

/// SIMPLIFIED: how long a query takes is an estimate: a second, and one more for each GB scanned.
Duration time_of_query(std::size_t bytes) {
  return 1s + std::chrono::nanoseconds{static_cast<std::int64_t>(bytes)};
}

std::optional<SimTime> query_time(const Json& input, std::string_view name) {
  const auto value = input::integer(input, name);
  if (!value || *value < 0) return std::nullopt;
  constexpr std::int64_t kMost = 9'000'000'000;  // the year 2255
  if (*value < kMilliseconds) return SimTime{std::chrono::seconds{std::min(*value, kMost)}};
  return SimTime{std::chrono::milliseconds{std::min(*value, kMost * 1000)}};
}

ApiError unknown_group(const Place& place, const std::string& name) {
  return {"ResourceNotFoundException",
          fmt::format("Log group '{}' does not exist for account ID '{}'", name, place.account)};
}

ApiResult<std::vector<const LogGroup*>> queried_groups(Logs& logs, const Request& request) {
  std::vector<std::string> names;
  for (const char* member : {"logGroupName", "logGroupNames", "logGroupIdentifiers"})
    for (std::string& name : input::texts(request.input, member)) names.push_back(std::move(name));
  if (names.empty())
    return invalid_parameter("A log group name, log group names or identifiers are required.");
  if (names.size() > kMostGroups)
    return invalid_parameter(fmt::format("At most {} log groups can be queried.", kMostGroups));
  std::vector<const LogGroup*> groups;
  for (const std::string& name : names) {
    const LogGroup* group = logs.find(request.place(), name);
    if (group == nullptr) return unknown_group(request.place(), name);
    if (std::ranges::count(groups, group) == 0) groups.push_back(group);
  }
  return groups;
}

/// What a query reads, newest first; the texts live as long as this.
struct Scan {
  std::vector<QueriedEvent> events;
  std::deque<std::string> texts;
  std::size_t bytes = 0;
};

void scan(const LogGroup& group, SimTime from, SimTime to, SimTime now, Scan& into) {
  const std::string& log =
      into.texts.emplace_back(fmt::format("{}:{}", group.place.account, group.name));
  for (const auto& [name, stream] : group.streams) {
    // A stream's events stand in the order of their times.
    const auto first = std::ranges::lower_bound(stream.events, from, {}, &LogEvent::at);
    for (auto one = first; one != stream.events.end() && one->at <= to; ++one) {
      const LogEvent& event = *one;
      if (!group.keeps(event.at, now)) continue;
      into.bytes += event.message.size();
      into.events.push_back({event.at, event.ingested, event.message, name, log, event.id});
    }
  }
}

/// What joins and subqueries read, over the same time.
struct SourceScans {
  std::deque<Scan> scans = {};
  SourceEvents events = {};
};

ApiResult<SourceScans> scan_sources(Logs& logs, const Request& request, const InsightsQuery& query,
                                    SimTime from, SimTime to) {
  SourceScans found;
  for (const QuerySource& source : query.sources) {
    const LogGroup* group = logs.find(request.place(), source.group);
    if (group == nullptr) return unknown_group(request.place(), source.group);
    Scan& one = found.scans.emplace_back();
    scan(*group, from, to, logs.cloud.sim().now(), one);
    std::ranges::stable_sort(one.events, std::greater<>{}, &QueriedEvent::at);
    found.events.push_back(one.events);
  }
  return found;
}

std::string status_of(const StoredQuery& query, SimTime now) {
  if (query.stopped) return "Cancelled";
  if (now < query.started + 100ms) return "Scheduled";
  if (now < query.done) return "Running";
  return query.result.gave_up ? "Timeout" : "Complete";
}

bool is_running(const StoredQuery& query, SimTime now) {
  return !query.stopped && now < query.done;
}

Json result_json(const QueryResult& result) {
  Json rows = Json::array();
  for (const auto& row : result.rows) {
    Json shown = Json::array();
    for (const auto& [field, value] : row) shown.push_back({{"field", field}, {"value", value}});
    rows.push_back(std::move(shown));
  }
  return rows;
}

ApiResult<StoredQuery*> named_query(Logs& logs, const Request& request) {
  QueryStore& store = logs.queries[request.place()];
  const auto found = store.queries.find(input::text(request.input, "queryId"));
  if (found == store.queries.end())
    return ApiError{"ResourceNotFoundException", "Query does not exist."};
  return &found->second;
}

void keep(QueryStore& store, StoredQuery query) {
  store.latest.push_back(query.id);
  std::string id = query.id;
  store.queries.insert_or_assign(std::move(id), std::move(query));
  if (store.latest.size() <= QueryStore::kKept) return;
  store.queries.erase(store.latest.front());
  store.latest.pop_front();
}

}  // namespace

ApiResult<Json> start_query(Logs& logs, const Request& request) {
  const std::string text = input::text(request.input, "queryString");
  const auto from = query_time(request.input, "startTime");
  const auto to = query_time(request.input, "endTime");
  if (!from || !to) return invalid_parameter("startTime and endTime are required");
  if (*from > *to) return invalid_parameter("End time should not be less than start time");
  const std::int64_t limit = input::integer(request.input, "limit").value_or(kMostResults);
  if (limit < 1 || limit > kMostResults)
    return invalid_parameter(
        fmt::format("1 validation error detected: Value '{}' at 'limit' failed to satisfy "
                    "constraint: Member must be between 1 and 10000",
                    limit));
  const std::string language = input::text(request.input, "queryLanguage");
  if (!language.empty() && language != "CWLI")
    return ApiError{"NotSimulated", fmt::format("queries in {} are not simulated", language)};
  const auto groups = queried_groups(logs, request);
  if (!groups) return groups.error();
  const auto query = parse_query(text);
  if (const auto* error = std::get_if<QueryError>(&query))
    return ApiError{
        "MalformedQueryException",
        fmt::format(
            "{} at line {} and position {}", error->message,
            1 + std::count(text.begin(),
                           text.begin() + static_cast<std::ptrdiff_t>(error->position), '\n'),
            error->position)};
  const SimTime now = logs.cloud.sim().now();
  QueryStore& store = logs.queries[request.place()];
  const auto running = std::ranges::count_if(
      store.queries, [&](const auto& one) { return is_running(one.second, now); });
  if (static_cast<std::size_t>(running) >= QueryStore::kMostRunning)
    return ApiError{"LimitExceededException",
                    fmt::format("Account maximum query concurrency limit of [{}] reached.",
                                QueryStore::kMostRunning)};
  const auto& parsed = std::get<InsightsQuery>(query);
  Scan read;
  for (const LogGroup* group : *groups) scan(*group, *from, *to, now, read);
  std::ranges::stable_sort(read.events, std::greater<>{}, &QueriedEvent::at);
  ApiResult<SourceScans> sources = scan_sources(logs, request, parsed, *from, *to);
  if (!sources) return sources.error();
  StoredQuery kept{.id = logs.cloud.next_uuid("logs-query"), .text = text};
  for (const LogGroup* group : *groups) kept.groups.push_back(group->name);
  kept.started = now;
  for (const Scan& source : sources->scans) {
    read.bytes += source.bytes;
    kept.scanned += source.events.size();
  }
  kept.done = now + time_of_query(read.bytes);
  kept.result = run_query(parsed, read.events, static_cast<std::size_t>(limit), sources->events);
  kept.scanned += read.events.size();
  kept.scanned_bytes = read.bytes;
  Json answer{{"queryId", kept.id}};
  keep(store, std::move(kept));
  return answer;
}

ApiResult<Json> get_query_results(Logs& logs, const Request& request) {
  const auto query = named_query(logs, request);
  if (!query) return query.error();
  const StoredQuery& known = **query;
  const std::string status = status_of(known, logs.cloud.sim().now());
  const bool done = status == "Complete";
  return Json{{"queryLanguage", "CWLI"},
              {"results", done ? result_json(known.result) : Json::array()},
              {"statistics",
               {{"recordsMatched", done ? static_cast<double>(known.result.matched) : 0.0},
                {"recordsScanned", done ? static_cast<double>(known.scanned) : 0.0},
                {"bytesScanned", done ? static_cast<double>(known.scanned_bytes) : 0.0}}},
              {"status", status}};
}

ApiResult<Json> stop_query(Logs& logs, const Request& request) {
  const auto query = named_query(logs, request);
  if (!query) return query.error();
  if (!is_running(**query, logs.cloud.sim().now()))
    return invalid_parameter(
        fmt::format("Query {} is not running, so it cannot be stopped.", (*query)->id));
  (*query)->stopped = true;
  return Json{{"success", true}};
}

ApiResult<Json> describe_queries(Logs& logs, const Request& request) {
  const std::string group = input::text(request.input, "logGroupName");
  const std::string status = input::text(request.input, "status");
  const QueryStore& store = logs.queries[request.place()];
  const SimTime now = logs.cloud.sim().now();
  Json found = Json::array();
  for (auto id = store.latest.rbegin(); id != store.latest.rend(); ++id) {
    const StoredQuery& query = store.queries.at(*id);
    if (!group.empty() && std::ranges::count(query.groups, group) == 0) continue;
    if (!status.empty() && status_of(query, now) != status) continue;
    found.push_back({{"queryId", query.id},
                     {"queryString", query.text},
                     {"queryLanguage", "CWLI"},
                     {"status", status_of(query, now)},
                     {"createTime", milliseconds(query.started)},
                     {"logGroupName", query.groups.front()}});
  }
  return Json{{"queries", std::move(found)}};
}

ApiResult<Json> put_query_definition(Logs& logs, const Request& request) {
  const std::string text = input::text(request.input, "queryString");
  QueryDefinition made{.id = input::text(request.input, "queryDefinitionId"),
                       .name = input::text(request.input, "name"),
                       .text = text,
                       .groups = input::texts(request.input, "logGroupNames"),
                       .changed = logs.cloud.sim().now()};
  if (made.name.empty() || text.empty())
    return invalid_parameter("name and queryString are required");
  auto& definitions = logs.queries[request.place()].definitions;
  if (made.id.empty()) {
    made.id = logs.cloud.next_uuid("logs-query-definition");
  } else if (!definitions.contains(made.id)) {
    return ApiError{"ResourceNotFoundException", "The specified query definition does not exist."};
  }
  Json answer{{"queryDefinitionId", made.id}};
  std::string id = made.id;
  definitions.insert_or_assign(std::move(id), std::move(made));
  return answer;
}

ApiResult<Json> delete_query_definition(Logs& logs, const Request& request) {
  auto& definitions = logs.queries[request.place()].definitions;
  if (definitions.erase(input::text(request.input, "queryDefinitionId")) == 0)
    return ApiError{"ResourceNotFoundException", "The specified query definition does not exist."};
  return Json{{"success", true}};
}

ApiResult<Json> describe_query_definitions(Logs& logs, const Request& request) {
  const std::string prefix = input::text(request.input, "queryDefinitionNamePrefix");
  Json found = Json::array();
  for (const auto& [id, definition] : logs.queries[request.place()].definitions) {
    if (!definition.name.starts_with(prefix)) continue;
    found.push_back({{"queryDefinitionId", id},
                     {"name", definition.name},
                     {"queryString", definition.text},
                     {"queryLanguage", "CWLI"},
                     {"lastModified", milliseconds(definition.changed)},
                     {"logGroupNames", definition.groups}});
  }
  return Json{{"queryDefinitions", std::move(found)}};
}

}  // namespace opsim::logs
