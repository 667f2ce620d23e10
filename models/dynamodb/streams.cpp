// Streams of tables: records of changes, read by iterator.
// AWS: DynamoDB Developer Guide, "Change data capture for DynamoDB Streams" (Streams): "all data in
// DynamoDB Streams is subject to a 24-hour lifetime"; "if you perform a PutItem or UpdateItem
// operation that does not change any data in an item, DynamoDB Streams does not write a stream
// record"; time-to-live-ttl-streams: who deleted an item that expired.
// SIMPLIFIED: iterators do not expire (15 minutes on AWS).
#include "models/dynamodb/streams.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::dynamodb {

namespace {

constexpr Duration kStreamLifetime = std::chrono::hours{24};
constexpr std::int64_t kMostStreamRecords = 1'000;   // of one GetRecords
constexpr std::size_t kKeptStreamRecords = 100'000;  // a bound of this simulator
constexpr const char* kShard = "shardId-00000001541626099285-f35f62ef";
constexpr std::string_view kViews[] = {"KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE"};

std::string sequence_text(std::uint64_t sequence) {
  return fmt::format("442158450000{:016}", sequence);
}

ApiError no_such_stream(std::string_view arn) {
  return {"ResourceNotFoundException",
          fmt::format("Requested resource not found: Stream: {} not found", arn)};
}

void trim(TableStream& stream, SimTime now) {
  while (!stream.records.empty() && (stream.records.front().at < now - kStreamLifetime ||
                                     stream.records.size() > kKeptStreamRecords))
    stream.records.pop_front();
}

/// One that can be read still.
TableStream* stream_at(DynamoDb& dynamodb, const std::string& arn) {
  const auto found = dynamodb.streams.find(arn);
  if (found == dynamodb.streams.end()) return nullptr;
  const SimTime now = dynamodb.cloud.sim().now();
  trim(found->second, now);
  if (!found->second.closed || *found->second.closed + kStreamLifetime >= now)
    return &found->second;
  dynamodb.streams.erase(found);
  return nullptr;
}

Json only_keys(const Json& schema, const Json& item) {
  Json keys = Json::object();
  for (const Json& part : schema) {
    const std::string name = input::text(part, "AttributeName");
    if (item.contains(name)) keys[name] = item.at(name);
  }
  return keys;
}

Json change_of(const TableStream& stream, const Json& before, const Json& after, SimTime now) {
  const Json& there = after.is_null() ? before : after;
  Json change{{"ApproximateCreationDateTime",
               std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count()},
              {"Keys", only_keys(stream.keys, there)},
              {"StreamViewType", stream.view}};
  std::int64_t size = size_of(change.at("Keys"));
  const auto show = [&](const char* member, const char* view, const Json& image) {
    if (image.is_null() || (stream.view != view && stream.view != "NEW_AND_OLD_IMAGES")) return;
    change[member] = image;
    size += size_of(image);
  };
  show("NewImage", "NEW_IMAGE", after);
  show("OldImage", "OLD_IMAGE", before);
  change["SizeBytes"] = size;
  return change;
}

struct StreamIterator {
  std::string arn;
  std::uint64_t next = 0;
};
std::optional<StreamIterator> read_stream_iterator(const std::string& text) {
  const auto bar = text.rfind('|');
  if (bar == std::string::npos) return std::nullopt;
  const auto next = input::integer(Json(text.substr(bar + 1)));
  if (!next || *next < 0) return std::nullopt;
  return StreamIterator{text.substr(0, bar), static_cast<std::uint64_t>(*next)};
}

}  // namespace

std::optional<ApiError> set_stream(DynamoDb& dynamodb, Table& table, const Json& specification) {
  const std::string view = input::text(specification, "StreamViewType");
  // A template names only the view; the API says so.
  const bool on = input::boolean(specification, "StreamEnabled").value_or(!view.empty());
  const bool stands = table.stream.is_object();
  if (!on) {
    if (!stands)
      return validation_error(
          fmt::format("Table does not have a stream to disable: {}", table.name));
    close_stream(dynamodb, table);
    return std::nullopt;
  }
  if (std::ranges::find(kViews, view) == std::end(kViews))
    return validation_error(
        view.empty()
            ? "One or more parameter values were invalid: StreamViewType must be specified "
              "when StreamEnabled is true"
            : fmt::format("1 validation error detected: Value '{}' at "
                          "'streamSpecification.streamViewType' failed to satisfy "
                          "constraint: Member must satisfy enum value set: [NEW_IMAGE, "
                          "OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]",
                          view));
  if (stands)
    return validation_error(
        fmt::format("Table already has an enabled stream: TableName: {}", table.name));
  TableStream stream{.arn = {},
                     .label = iso8601(dynamodb.cloud.sim().now()),
                     .table = table.name,
                     .place = table.place,
                     .keys = description_of(table, dynamodb.cloud.sim().now()).at("KeySchema"),
                     .view = view,
                     .created = dynamodb.cloud.sim().now()};
  if (stream.label.ends_with('Z')) stream.label.pop_back();
  if (stream.label.find('.') == std::string::npos) stream.label += ".000";
  stream.arn = fmt::format("{}/stream/{}", table.arn, stream.label);
  table.stream = {{"StreamEnabled", true}, {"StreamViewType", view}};
  table.stream_arn = stream.arn;
  dynamodb.streams[stream.arn] = std::move(stream);
  return std::nullopt;
}

void close_stream(DynamoDb& dynamodb, Table& table) {
  table.stream = nullptr;
  if (TableStream* stream = stream_at(dynamodb, table.stream_arn))
    stream->closed = dynamodb.cloud.sim().now();
}

void tell_stream(DynamoDb& dynamodb, const Table& table, const Json& before, const Json& after,
                 ChangedBy by) {
  if (!table.stream.is_object() || before == after) return;
  TableStream* const stream = stream_at(dynamodb, table.stream_arn);
  if (stream == nullptr) return;
  const SimTime now = dynamodb.cloud.sim().now();
  const std::uint64_t sequence = ++dynamodb.stream_sequence;
  Json change = change_of(*stream, before, after, now);
  change["SequenceNumber"] = sequence_text(sequence);
  Json record{
      {"eventID", fmt::format("{:032x}", name_key(fmt::format("{} {}", stream->arn, sequence)))},
      {"eventName", before.is_null()  ? "INSERT"
                    : after.is_null() ? "REMOVE"
                                      : "MODIFY"},
      {"eventVersion", "1.1"},
      {"eventSource", "aws:dynamodb"},
      {"awsRegion", table.place.region},
      {"dynamodb", std::move(change)}};
  if (by == ChangedBy::expiry)
    record["userIdentity"] = {{"type", "Service"}, {"principalId", "dynamodb.amazonaws.com"}};
  stream->records.push_back({sequence, now, std::move(record)});
  trim(*stream, now);
}

ApiResult<Json> describe_stream(DynamoDb& dynamodb, const Request& request) {
  const std::string arn = input::text(request.input, "StreamArn");
  const TableStream* const stream = stream_at(dynamodb, arn);
  if (stream == nullptr) return no_such_stream(arn);
  Json range{{"StartingSequenceNumber", sequence_text(0)}};
  if (stream->closed) range["EndingSequenceNumber"] = sequence_text(dynamodb.stream_sequence);
  return Json{{"StreamDescription",
               {{"StreamArn", stream->arn},
                {"StreamLabel", stream->label},
                {"StreamStatus", stream->closed ? "DISABLED" : "ENABLED"},
                {"StreamViewType", stream->view},
                {"CreationRequestDateTime", moment(stream->created)},
                {"TableName", stream->table},
                {"KeySchema", stream->keys},
                {"Shards", Json::array({{{"ShardId", kShard}, {"SequenceNumberRange", range}}})}}}};
}

ApiResult<Json> list_streams(DynamoDb& dynamodb, const Request& request) {
  const std::string table = input::text(request.input, "TableName");
  Json streams = Json::array();
  for (const auto& [arn, stream] : dynamodb.streams)
    if (stream.place == request.place() && (table.empty() || stream.table == table))
      streams.push_back(
          {{"StreamArn", stream.arn}, {"StreamLabel", stream.label}, {"TableName", stream.table}});
  return Json{{"Streams", std::move(streams)}};
}

ApiResult<Json> get_shard_iterator(DynamoDb& dynamodb, const Request& request) {
  const std::string arn = input::text(request.input, "StreamArn");
  const TableStream* const stream = stream_at(dynamodb, arn);
  if (stream == nullptr) return no_such_stream(arn);
  if (input::text(request.input, "ShardId") != kShard)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Requested resource not found: Shard: {} in Stream: {} not found",
                                input::text(request.input, "ShardId"), arn)};
  const std::string type = input::text(request.input, "ShardIteratorType");
  const std::string given = input::text(request.input, "SequenceNumber");
  std::uint64_t next = 0;
  if (type == "LATEST") {
    next = dynamodb.stream_sequence + 1;
  } else if (type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER") {
    if (given.size() != sequence_text(0).size()) return validation_error("Invalid SequenceNumber");
    next = static_cast<std::uint64_t>(
               input::integer(Json(given.substr(given.size() - 16))).value_or(0)) +
           (type.starts_with("AFTER") ? 1 : 0);
    if (!stream->records.empty() && next < stream->records.front().sequence)
      return ApiError{"TrimmedDataAccessException",
                      "The operation attempted to read past the oldest stream record in a shard."};
  } else if (type != "TRIM_HORIZON") {
    return validation_error(
        fmt::format("1 validation error detected: Value '{}' at 'shardIteratorType' failed to "
                    "satisfy constraint: Member must satisfy enum value set: "
                    "[AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]",
                    type));
  }
  return Json{{"ShardIterator", fmt::format("{}|{}", arn, next)}};
}

ApiResult<Json> get_records(DynamoDb& dynamodb, const Request& request) {
  const auto at = read_stream_iterator(input::text(request.input, "ShardIterator"));
  if (!at) return validation_error("Invalid ShardIterator");
  const TableStream* const stream = stream_at(dynamodb, at->arn);
  if (stream == nullptr) return no_such_stream(at->arn);
  const std::int64_t most = std::clamp<std::int64_t>(
      input::integer(request.input, "Limit").value_or(kMostStreamRecords), 1, kMostStreamRecords);
  Json records = Json::array();
  std::uint64_t next = at->next;
  for (auto entry =
           std::ranges::lower_bound(stream->records, at->next, {}, &TableStream::Entry::sequence);
       entry != stream->records.end() && std::ssize(records) < most; ++entry) {
    records.push_back(entry->record);
    next = entry->sequence + 1;
  }
  Json answer{{"Records", std::move(records)}};
  const bool ended =
      stream->closed && (stream->records.empty() || next > stream->records.back().sequence);
  if (!ended) answer["NextShardIterator"] = fmt::format("{}|{}", at->arn, next);
  return answer;
}

}  // namespace opsim::dynamodb
