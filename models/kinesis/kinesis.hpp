#pragma once
/// Amazon Kinesis Data Streams: streams of shards, records in their order, throughput that runs
/// out. AWS: Kinesis Data Streams Developer Guide, "Quotas and limits": a shard takes 1 MB and
/// 1,000 records a second.
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::kinesis {

struct Record {
  std::uint64_t sequence = 0;
  std::string key;
  std::string data;
  SimTime arrived{};
};

struct Shard {
  std::string id;
  std::uint32_t first_hash = 0;  // of the first 32 bits of the MD5 of a partition key
  std::uint32_t last_hash = 0;
  bool open = true;
  std::deque<Record> records;  // oldest first; at most kMostRecords
  double bytes_left = 0;       // what the shard may still take
  double records_left = 0;
  SimTime refilled{};
};
inline constexpr std::size_t kMostRecords = 10'000;
inline constexpr std::size_t kMostShards = 1'000;

struct Stream {
  std::string name;
  std::string arn;
  Place place;
  std::string status = "ACTIVE";
  bool on_demand = false;
  std::int64_t retention_hours = 24;  // API Reference: 24 to 8760
  std::vector<Shard> shards;          // closed ones too, until their records are gone
  std::uint64_t work = 0;
  double throttled_percent = 0;  // of the calls, while an experiment lasts
  double expired_percent = 0;    // of GetRecords
  SimTime created{};
};

class Kinesis : public Model {
 public:
  explicit Kinesis(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Stream> streams;
  std::uint64_t sequence = 0;

  /// By StreamName or StreamARN.
  [[nodiscard]] Stream* asked_for(const Request& request);
  [[nodiscard]] Stream* find(const Place& place, const std::string& name);
};

ApiResult<Stream*> add_stream(Kinesis& kinesis, const Place& place, const Json& input);
void set_shards(Kinesis& kinesis, Stream& stream, std::size_t count);
std::size_t open_shards(const Stream& stream);
/// The shard and the sequence number that a record got.
ApiResult<Json> put(Kinesis& kinesis, Stream& stream, const std::string& key, std::string data);
ApiError no_such_stream(std::string_view name);

// ---- faults.cpp ----
/// What an experiment answers to a call on the stream instead, by chance.
std::optional<ApiError> injected_error(Kinesis& kinesis, const Stream& stream, bool reads_records);
extern const std::span<const PhysicalQuantity> kQuantities;

// ---- Operations ----
ApiResult<Json> create_stream(Kinesis& kinesis, const Request& request);
ApiResult<Json> delete_stream(Kinesis& kinesis, const Request& request);
ApiResult<Json> describe_stream(Kinesis& kinesis, const Request& request);
ApiResult<Json> describe_stream_summary(Kinesis& kinesis, const Request& request);
ApiResult<Json> get_records(Kinesis& kinesis, const Request& request);
ApiResult<Json> get_shard_iterator(Kinesis& kinesis, const Request& request);
ApiResult<Json> list_streams(Kinesis& kinesis, const Request& request);
ApiResult<Json> put_record(Kinesis& kinesis, const Request& request);
ApiResult<Json> put_records(Kinesis& kinesis, const Request& request);
ApiResult<Json> update_shard_count(Kinesis& kinesis, const Request& request);

// ---- Resources, deliveries ----
ApiResult<Created> create_stream_resource(Kinesis& kinesis, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(Kinesis& kinesis, Delivery delivery);

}  // namespace opsim::kinesis
