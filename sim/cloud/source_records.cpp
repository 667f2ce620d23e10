// Records of queues and streams as their readers are handed them.
#include "opsim/cloud/source_records.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

double seconds_since_1970(const Json& record, std::string_view name) {
  return std::chrono::duration<double>(
             input::time(record, name).value_or(SimTime{}).time_since_epoch())
      .count();
}

}  // namespace

Json queue_record(const Json& message, const std::string& queue_arn, const std::string& region) {
  const Json& attributes = input::member(message, "Attributes");
  const Json& more = input::member(message, "MessageAttributes");
  // A function's event writes the members of an attribute small (with-sqs, the example event).
  Json given = Json::object();
  if (more.is_object())
    for (const auto& [name, attribute] : more.items()) {
      Json& one = given[name];
      one = {{"stringListValues", Json::array()},
             {"binaryListValues", Json::array()},
             {"dataType", input::text(attribute, "DataType")}};
      if (attribute.contains("StringValue")) one["stringValue"] = attribute.at("StringValue");
      if (attribute.contains("BinaryValue")) one["binaryValue"] = attribute.at("BinaryValue");
    }
  return {{"messageId", input::text(message, "MessageId")},
          {"receiptHandle", input::text(message, "ReceiptHandle")},
          {"body", input::text(message, "Body")},
          {"attributes", attributes.is_object() ? attributes : Json::object()},
          {"messageAttributes", std::move(given)},
          {"md5OfBody", input::text(message, "MD5OfBody")},
          {"eventSource", "aws:sqs"},
          {"eventSourceARN", queue_arn},
          {"awsRegion", region}};
}

bool passes_filters(Cloud& cloud, const Place& place, const std::vector<std::string>& patterns,
                    const Json& record) {
  if (patterns.empty()) return true;
  Json tested = record;
  if (const Json& nested = input::member(record, "kinesis"); nested.is_object())
    tested.update(nested);
  for (const char* member : {"body", "data"}) {
    const Json read = Json::parse(input::text(tested, member), nullptr, false);
    if (read.is_object()) tested[member] = read;
  }
  // What EventBridge wants of every event.
  for (const char* name : {"id", "account", "source", "time", "region", "detail-type"})
    if (!tested.contains(name)) tested[name] = "";
  tested["resources"] = Json::array();
  for (const std::string& pattern : patterns) {
    const Json input{{"EventPattern", pattern}, {"Event", tested.dump()}};
    const auto answer = cloud.inspect(place, "events", "TestEventPattern", input);
    if (answer && answer->value("Result", false)) return true;
  }
  return false;
}

std::optional<StreamSource> StreamSource::of(std::string_view text) {
  const std::optional<Arn> parsed = Arn::parse(text);
  if (!parsed) return std::nullopt;
  const std::string& resource = parsed->resource;
  const bool table =
      parsed->service == "dynamodb" && resource.find("/stream/") != std::string::npos;
  if (!table && parsed->service != "kinesis") return std::nullopt;
  StreamSource source;
  source.arn_ = *parsed;
  source.text_ = text;
  const auto slash = resource.find('/');
  source.name_ = resource.substr(
      slash + 1, table ? resource.find('/', slash + 1) - slash - 1 : std::string::npos);
  return source;
}

Json StreamSource::named() const {
  return of_table() ? Json{{"StreamArn", text_}} : Json{{"StreamName", name_}};
}

SeriesKey StreamSource::heard_by() const {
  if (of_table())
    return {arn_.place(), "AWS/DynamoDB", "ConsumedWriteCapacityUnits", {{"TableName", name_}}};
  return {arn_.place(), "AWS/Kinesis", "IncomingRecords", {{"StreamName", name_}}};
}

Json StreamSource::function_record(const std::string& shard, const Json& record) const {
  if (of_table()) {
    Json handed = record;
    handed["eventSourceARN"] = text_;
    return handed;
  }
  const std::string sequence = input::text(record, "SequenceNumber");
  return {{"kinesis",
           {{"kinesisSchemaVersion", "1.0"},
            {"partitionKey", input::text(record, "PartitionKey")},
            {"sequenceNumber", sequence},
            {"data", input::text(record, "Data")},
            {"approximateArrivalTimestamp",
             seconds_since_1970(record, "ApproximateArrivalTimestamp")}}},
          {"eventSource", "aws:kinesis"},
          {"eventVersion", "1.0"},
          {"eventID", fmt::format("{}:{}", shard, sequence)},
          {"eventName", "aws:kinesis:record"},
          {"awsRegion", arn_.region},
          {"eventSourceARN", text_}};
}

Json StreamSource::pipe_record(const std::string& shard, const Json& record,
                               const std::string& role) const {
  Json handed = function_record(shard, record);
  if (of_table()) return handed;
  Json flat = handed.at("kinesis");
  handed.erase("kinesis");
  flat.update(handed);
  flat["invokeIdentityArn"] = role;
  return flat;
}

std::string StreamSource::ordered_by(const Json& record) const {
  return of_table() ? input::member(input::member(record, "dynamodb"), "Keys").dump()
                    : input::text(record, "PartitionKey");
}

std::string StreamSource::sequence_of(const Json& handed) const {
  if (of_table()) return input::text(input::member(handed, "dynamodb"), "SequenceNumber");
  const Json& nested = input::member(handed, "kinesis");
  return input::text(nested.is_object() ? nested : handed, "sequenceNumber");
}

SimTime StreamSource::arrived(const Json& handed) const {
  if (of_table())
    return input::time(input::member(handed, "dynamodb"), "ApproximateCreationDateTime")
        .value_or(SimTime{});
  const Json& nested = input::member(handed, "kinesis");
  return input::time(nested.is_object() ? nested : handed, "approximateArrivalTimestamp")
      .value_or(SimTime{});
}

Json StreamSource::batch_info(const std::string& shard, const Json& first, const Json& last,
                              std::size_t size) const {
  return {{of_table() ? "DDBStreamBatchInfo" : "KinesisBatchInfo",
           {{"shardId", shard},
            {"startSequenceNumber", sequence_of(first)},
            {"endSequenceNumber", sequence_of(last)},
            {"approximateArrivalOfFirstRecord", iso8601(arrived(first))},
            {"approximateArrivalOfLastRecord", iso8601(arrived(last))},
            {"batchSize", size},
            {"streamArn", text_}}}};
}

}  // namespace opsim
