// Operations, deliveries, the resource type. AWS: Kinesis API Reference.
#include <fmt/format.h>

#include <algorithm>

#include "models/kinesis/kinesis.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::kinesis {

namespace {

constexpr std::string_view kChange = "lognormal(p50 40s, p99 5min)";  // estimate

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

ApiResult<Stream*> stream_of(Kinesis& kinesis, const Request& request) {
  Stream* stream = kinesis.asked_for(request);
  if (stream == nullptr) return no_such_stream(input::text(request.input, "StreamName"));
  return stream;
}

/// The stream is in `status` for a while; then it has `shards`, or is gone for 0.
void change(Kinesis& kinesis, Stream& stream, std::string status, std::size_t shards) {
  stream.status = std::move(status);
  const std::uint64_t work = ++stream.work;
  Simulation& sim = kinesis.cloud.sim();
  opsim::Stream& luck = sim.random(fmt::format("kinesis {}", stream.name));
  sim.after(Distribution::parse(kChange)->sample_duration(luck),
            [&kinesis, place = stream.place, name = stream.name, work, shards] {
              Stream* after = kinesis.find(place, name);
              if (after == nullptr || after->work != work) return;
              after->status = "ACTIVE";
              if (shards == 0) {
                kinesis.cloud.resources().remove(name);
                kinesis.streams.erase({place, name});
              } else if (shards != open_shards(*after)) {
                set_shards(kinesis, *after, shards);
              }
            });
}

Json summary_of(const Stream& stream) {
  return {{"StreamName", stream.name},
          {"StreamARN", stream.arn},
          {"StreamStatus", stream.status},
          {"StreamModeDetails", {{"StreamMode", stream.on_demand ? "ON_DEMAND" : "PROVISIONED"}}},
          {"RetentionPeriodHours", stream.retention_hours},
          {"StreamCreationTimestamp", moment(stream.created)},
          {"OpenShardCount", open_shards(stream)}};
}

/// "shardId-000000000001|17": the next sequence number to read.
struct Iterator {
  std::string shard;
  std::uint64_t next = 0;
};
std::optional<Iterator> read_iterator(std::string_view text) {
  const auto bar = text.find('|');
  if (bar == text.npos) return std::nullopt;
  const auto number = input::integer(Json(std::string{text.substr(bar + 1)}));
  if (!number || *number < 0) return std::nullopt;
  return Iterator{std::string{text.substr(0, bar)}, static_cast<std::uint64_t>(*number)};
}

/// Where an iterator begins. AWS: Kinesis API Reference, GetShardIterator.
ApiResult<std::uint64_t> first_to_read(const Kinesis& kinesis, const Shard& shard,
                                       const Json& input) {
  const std::string type = input::text(input, "ShardIteratorType");
  if (type == "LATEST") return kinesis.sequence + 1;
  if (type == "TRIM_HORIZON") return 0;
  if (type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER") {
    std::string given = input::text(input, "StartingSequenceNumber");
    given.erase(0, std::min(given.find_first_not_of('0'), given.size()));
    const auto number = input::integer(Json(given.empty() ? "0" : given));
    if (!number || *number < 0)
      return ApiError{"InvalidArgumentException",
                      fmt::format("StartingSequenceNumber {} used in GetShardIterator on shard {} "
                                  "is invalid.",
                                  input::text(input, "StartingSequenceNumber"), shard.id)};
    return static_cast<std::uint64_t>(*number) + (type.starts_with("AFTER") ? 1 : 0);
  }
  if (type == "AT_TIMESTAMP") {
    const auto from = input::time(input, "Timestamp");
    if (!from)
      return ApiError{
          "InvalidArgumentException",
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP."};
    const auto first = std::ranges::find_if(
        shard.records, [&](const Record& record) { return record.arrived >= *from; });
    return first == shard.records.end() ? kinesis.sequence + 1 : first->sequence;
  }
  return ApiError{
      "ValidationException",
      fmt::format("1 validation error detected: Value '{}' at 'shardIteratorType' failed "
                  "to satisfy constraint: Member must satisfy enum value set: "
                  "[AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, "
                  "TRIM_HORIZON]",
                  type)};
}

}  // namespace

ApiResult<Json> create_stream(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> made = add_stream(kinesis, request.place(), request.input);
  if (!made) return made.error();
  Stream& stream = **made;
  kinesis.cloud.resources().add({.type = "AWS::Kinesis::Stream",
                                 .physical_id = stream.name,
                                 .arn = stream.arn,
                                 .place = stream.place});
  change(kinesis, stream, "CREATING", open_shards(stream));
  return Json::object();
}

ApiResult<Json> delete_stream(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> stream = stream_of(kinesis, request);
  if (!stream) return stream.error();
  change(kinesis, **stream, "DELETING", 0);
  return Json::object();
}

ApiResult<Json> describe_stream_summary(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> stream = stream_of(kinesis, request);
  if (!stream) return stream.error();
  return Json{{"StreamDescriptionSummary", summary_of(**stream)}};
}

ApiResult<Json> describe_stream(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> stream = stream_of(kinesis, request);
  if (!stream) return stream.error();
  Json shards = Json::array();
  for (const Shard& shard : (*stream)->shards)
    shards.push_back({{"ShardId", shard.id}, {"SequenceNumberRange", Json::object()}});
  Json told = summary_of(**stream);
  told["Shards"] = std::move(shards);
  told["HasMoreShards"] = false;
  return Json{{"StreamDescription", told}};
}

ApiResult<Json> list_streams(Kinesis& kinesis, const Request& request) {
  Json names = Json::array();
  for (const auto& [key, stream] : kinesis.streams)
    if (key.first == request.place()) names.push_back(key.second);
  return Json{{"StreamNames", names}, {"HasMoreStreams", false}};
}

ApiResult<Json> put_record(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> stream = stream_of(kinesis, request);
  if (!stream) return stream.error();
  if (const auto error = injected_error(kinesis, **stream, false)) return *error;
  return put(kinesis, **stream, input::text(request.input, "PartitionKey"),
             input::text(request.input, "Data"));
}

// "Each PutRecords request can support up to 500 records"; a record that fails says why.
ApiResult<Json> put_records(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> stream = stream_of(kinesis, request);
  if (!stream) return stream.error();
  const Json& records = input::member(request.input, "Records");
  if (!records.is_array() || records.empty() || records.size() > 500)
    return ApiError{"ValidationException", "Records has from 1 to 500 members"};
  if (const auto error = injected_error(kinesis, **stream, false)) return *error;
  Json answers = Json::array();
  int failed = 0;
  for (const Json& record : records) {
    const ApiResult<Json> one =
        put(kinesis, **stream, input::text(record, "PartitionKey"), input::text(record, "Data"));
    if (!one) ++failed;
    answers.push_back(
        one ? *one : Json{{"ErrorCode", one.error().code}, {"ErrorMessage", one.error().message}});
  }
  return Json{{"FailedRecordCount", failed}, {"Records", answers}};
}

// "TargetShardCount: at most double, at least half of the current number".
ApiResult<Json> update_shard_count(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> found = stream_of(kinesis, request);
  if (!found) return found.error();
  Stream& stream = **found;
  if (stream.status != "ACTIVE")
    return ApiError{"ResourceInUseException",
                    fmt::format("Stream {} is {}.", stream.name, stream.status)};
  const auto now = static_cast<std::int64_t>(open_shards(stream));
  const std::int64_t target = input::integer(request.input, "TargetShardCount").value_or(0);
  if (target < 1 || target > 2 * now || 2 * target < now ||
      target > static_cast<std::int64_t>(kMostShards))
    return ApiError{
        "InvalidArgumentException",
        fmt::format("TargetShardCount {} must be from half to double of {}", target, now)};
  change(kinesis, stream, "UPDATING", static_cast<std::size_t>(target));
  return Json{
      {"StreamName", stream.name}, {"CurrentShardCount", now}, {"TargetShardCount", target}};
}

ApiResult<Json> get_shard_iterator(Kinesis& kinesis, const Request& request) {
  const ApiResult<Stream*> stream = stream_of(kinesis, request);
  if (!stream) return stream.error();
  if (const auto error = injected_error(kinesis, **stream, false)) return *error;
  const std::string id = input::text(request.input, "ShardId");
  const auto shard = std::ranges::find((*stream)->shards, id, &Shard::id);
  if (shard == (*stream)->shards.end())
    return ApiError{"ResourceNotFoundException", fmt::format("Shard {} not found.", id)};
  const ApiResult<std::uint64_t> from = first_to_read(kinesis, *shard, request.input);
  if (!from) return from.error();
  return Json{{"ShardIterator", fmt::format("{}|{}|{}", (*stream)->name, id, *from)}};
}

// SIMPLIFIED: iterators do not expire, and reads are not throttled.
ApiResult<Json> get_records(Kinesis& kinesis, const Request& request) {
  const std::string text = input::text(request.input, "ShardIterator");
  const auto bar = text.find('|');
  Stream* stream = kinesis.find(request.place(), text.substr(0, bar));
  const auto at = bar == text.npos ? std::nullopt : read_iterator(text.substr(bar + 1));
  if (stream == nullptr || !at)
    return ApiError{"InvalidArgumentException", "Invalid ShardIterator."};
  if (const auto error = injected_error(kinesis, *stream, true)) return *error;
  const std::int64_t most =
      std::clamp<std::int64_t>(input::integer(request.input, "Limit").value_or(10'000), 1, 10'000);
  Json records = Json::array();
  std::uint64_t next = at->next;
  SimTime read{};  // what was read last
  SimTime newest{};
  for (const Shard& shard : stream->shards)
    for (const Record& record : shard.records) {
      if (shard.id != at->shard || record.sequence < at->next) continue;
      newest = record.arrived;
      if (static_cast<std::int64_t>(records.size()) >= most) continue;
      next = record.sequence + 1;
      read = record.arrived;
      records.push_back({{"SequenceNumber", fmt::format("{:056}", record.sequence)},
                         {"PartitionKey", record.key},
                         {"Data", record.data},
                         {"ApproximateArrivalTimestamp", moment(record.arrived)}});
    }
  return Json{
      {"Records", records},
      {"NextShardIterator", fmt::format("{}|{}|{}", stream->name, at->shard, next)},
      {"MillisBehindLatest", std::chrono::floor<std::chrono::milliseconds>(newest - read).count()}};
}

/// Targets of rules and pipes: the partition key is the event's id unless the target says.
Process<ApiResult<Json>> take_delivery(Kinesis& kinesis, Delivery delivery) {
  const std::string& resource = delivery.target.resource;
  Stream* stream = kinesis.find(delivery.target.place(), resource.substr(resource.find('/') + 1));
  if (stream == nullptr) co_return no_such_stream(resource);
  const Json event = Json::parse(delivery.text, nullptr, false);
  std::string key = event.is_object() ? input::text(event, "id") : "";
  if (key.empty()) key = delivery.from;
  co_return put(kinesis, *stream, key, delivery.text);
}

ApiResult<Created> create_stream_resource(Kinesis& kinesis, const ResourceRequest& request) {
  Json properties = request.properties;
  const std::string name = input::text(properties, "Name");
  properties["StreamName"] =
      !name.empty()
          ? name
          : kinesis.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  const ApiResult<Stream*> made = add_stream(kinesis, request.place, properties);
  if (!made) return made.error();
  return Created{(*made)->name, (*made)->arn, {{"Arn", (*made)->arn}}};
}

}  // namespace opsim::kinesis
