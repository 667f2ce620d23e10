#pragma once
/// DynamoDB Streams: what changed in a table, in order, for 24 hours.
/// AWS: DynamoDB Developer Guide, Streams; API Reference, DynamoDB Streams. The operations are
/// asked of `dynamodb`, whose IAM prefix they have.
#include <deque>
#include <map>
#include <string>

#include "opsim/cloud/cloud.hpp"

namespace opsim::dynamodb {

struct Table;
class DynamoDb;

/// SIMPLIFIED: one shard for as long as the stream stands; AWS has one for each partition and rolls
/// them over every few hours.
struct TableStream {
  std::string arn;
  std::string label;
  std::string table;
  Place place;
  Json keys;         // KeySchema
  std::string view;  // StreamViewType
  SimTime created{};
  std::optional<SimTime> closed{};
  struct Entry {
    std::uint64_t sequence = 0;
    SimTime at{};
    Json record{};
  };
  std::deque<Entry> records{};  // oldest first
};
/// By ARN.
using TableStreams = std::map<std::string, TableStream>;

/// StreamSpecification of a new table or of UpdateTable: opens a stream, closes one, or refuses.
std::optional<ApiError> set_stream(DynamoDb& dynamodb, Table& table, const Json& specification);
/// The table goes: its stream can be read for another 24 hours.
void close_stream(DynamoDb& dynamodb, Table& table);

enum class ChangedBy : std::uint8_t { caller, expiry };
/// An item was written: null before it was there, null after it is gone. A write that changes
/// nothing is no record.
void tell_stream(DynamoDb& dynamodb, const Table& table, const Json& before, const Json& after,
                 ChangedBy by = ChangedBy::caller);

ApiResult<Json> describe_stream(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> get_records(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> get_shard_iterator(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> list_streams(DynamoDb& dynamodb, const Request& request);

}  // namespace opsim::dynamodb
