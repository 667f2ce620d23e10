// Queries of CloudTrail Lake.
// AWS: CloudTrail API Reference, StartQuery, DescribeQuery, GetQueryResults.
// SIMPLIFIED: a query reads the store when it starts; how long it takes is an estimate, three
// seconds and one more for each 100,000 events. Rows come in one page.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudtrail/cloudtrail.hpp"
#include "models/cloudtrail/lake_sql.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr std::size_t kBytesEach = 1500;    // of a record: an estimate
constexpr std::size_t kMostQueries = 1000;  // queries; a limit of opsim

std::string_view status_of(const LakeQuery& query, SimTime now) {
  return now >= query.done ? "FINISHED" : "RUNNING";
}

Json statistics_of(const LakeQuery& query) {
  return {{"EventsMatched", query.rows.size()},
          {"EventsScanned", query.scanned},
          {"BytesScanned", query.scanned * kBytesEach},
          {"ExecutionTimeInMillis", (query.done - query.created) / std::chrono::milliseconds{1}}};
}

ApiResult<LakeQuery*> asked(CloudTrail& trail, const Request& request) {
  const std::string id = input::text(request.input, "QueryId");
  const auto found = trail.queries.find(id);
  if (found == trail.queries.end())
    return ApiError{"QueryIdNotFoundException",
                    fmt::format("The query ID {} does not exist or does not map to a query.", id)};
  return &found->second;
}

/// The store that FROM names, by its id or, as people write it in text, its ARN; of this account.
EventStore* store_named(CloudTrail& trail, const Place& place, const std::string& id) {
  for (auto& [arn, store] : trail.stores)
    if (store.place.account == place.account && (arn == id || arn.ends_with("/" + id)))
      return &store;
  return nullptr;
}

}  // namespace

ApiResult<Json> start_query(CloudTrail& trail, const Request& request) {
  const std::string text = input::text(request.input, "QueryStatement");
  const ApiResult<Select> select = parse_select(text);
  if (!select) return select.error();
  const EventStore* store = store_named(trail, request.place(), select->store);
  if (store == nullptr)
    return ApiError{"EventDataStoreNotFoundException",
                    fmt::format("The specified event data store {} was not found.", select->store)};
  if (store->pending_deletion)
    return ApiError{"InactiveEventDataStoreException", "The event data store is inactive."};
  const SimTime now = trail.cloud.sim().now();
  std::vector<Json> records;
  for (const Record& record : store->events)
    if (is_ingested(record, now)) records.push_back(record_json(record));
  LakeQuery query;
  query.id = trail.cloud.next_uuid("lake query");
  query.text = text;
  query.rows = run_select(*select, records);
  query.scanned = records.size();
  query.created = now;
  query.done =
      now + std::chrono::milliseconds{3000 + static_cast<std::int64_t>(records.size() / 100)};
  Json answer{{"QueryId", query.id}};
  if (trail.queries.size() >= kMostQueries) trail.queries.erase(trail.queries.begin());
  std::string key = query.id;
  trail.queries.emplace(std::move(key), std::move(query));
  return answer;
}

ApiResult<Json> describe_query(CloudTrail& trail, const Request& request) {
  const auto query = asked(trail, request);
  if (!query) return query.error();
  return Json{{"QueryId", (*query)->id},
              {"QueryString", (*query)->text},
              {"QueryStatus", status_of(**query, trail.cloud.sim().now())},
              {"QueryStatistics", statistics_of(**query)}};
}

ApiResult<Json> get_query_results(CloudTrail& trail, const Request& request) {
  const auto query = asked(trail, request);
  if (!query) return query.error();
  const std::string_view status = status_of(**query, trail.cloud.sim().now());
  Json answer{{"QueryStatus", status},
              {"QueryStatistics",
               {{"ResultsCount", (*query)->rows.size()},
                {"TotalResultsCount", (*query)->rows.size()},
                {"BytesScanned", (*query)->scanned * kBytesEach}}},
              {"QueryResultRows", Json::array()}};
  if (status == "FINISHED") answer["QueryResultRows"] = (*query)->rows;
  return answer;
}

}  // namespace opsim::cloudtrail
