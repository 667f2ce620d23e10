// Streams and shards: who takes a record, and how much of it a second.
#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/detail/md5.hpp>

#include "models/kinesis/kinesis.hpp"

namespace opsim::kinesis {

namespace {

constexpr double kBytesASecond = 1'048'576;
constexpr double kRecordsASecond = 1'000;

std::uint32_t hash_of(std::string_view key) {
  boost::uuids::detail::md5 hash;
  hash.process_bytes(key.data(), key.size());
  boost::uuids::detail::md5::digest_type digest;
  hash.get_digest(digest);
  return digest[0];
}

void count(Kinesis& kinesis, const Stream& stream, std::string_view metric, double value,
           std::string_view unit) {
  Metrics& metrics = kinesis.cloud.metrics();
  const SeriesId series = metrics.intern(
      {stream.place, "AWS/Kinesis", std::string{metric}, {{"StreamName", stream.name}}});
  metrics.put(series, {.timestamp = kinesis.cloud.sim().now(),
                       .values = {{value, 1.0}},
                       .unit = std::string{unit}});
}

void refill(Shard& shard, SimTime now) {
  const double seconds = std::chrono::duration<double>(now - shard.refilled).count();
  shard.bytes_left = std::min(kBytesASecond, shard.bytes_left + seconds * kBytesASecond);
  shard.records_left = std::min(kRecordsASecond, shard.records_left + seconds * kRecordsASecond);
  shard.refilled = now;
}

/// "Records are accessible for ... the retention period".
void forget_old(Stream& stream, Shard& shard, SimTime now) {
  const SimTime oldest = now - std::chrono::hours{stream.retention_hours};
  while (!shard.records.empty() &&
         (shard.records.front().arrived < oldest || shard.records.size() > kMostRecords))
    shard.records.pop_front();
}

}  // namespace

ApiError no_such_stream(std::string_view name) {
  return {"ResourceNotFoundException",
          fmt::format("Stream {} not found.", name.empty() ? "(none named)" : name)};
}

Stream* Kinesis::find(const Place& place, const std::string& name) {
  const auto found = streams.find({place, name});
  return found == streams.end() ? nullptr : &found->second;
}

Stream* Kinesis::asked_for(const Request& request) {
  const std::string name = input::text(request.input, "StreamName");
  if (!name.empty()) return find(request.place(), name);
  const auto parsed = Arn::parse(input::text(request.input, "StreamARN"));
  if (!parsed) return nullptr;
  return find(parsed->place(), parsed->resource.substr(parsed->resource.find('/') + 1));
}

std::size_t open_shards(const Stream& stream) {
  return static_cast<std::size_t>(std::ranges::count(stream.shards, true, &Shard::open));
}

/// The hash space in equal parts; shards that were are closed and keep their records.
void set_shards(Kinesis& kinesis, Stream& stream, std::size_t count) {
  for (Shard& shard : stream.shards) shard.open = false;
  std::erase_if(stream.shards, [](const Shard& shard) { return shard.records.empty(); });
  const std::uint64_t part = 0x1'0000'0000ULL / count;
  for (std::size_t i = 0; i < count; ++i) {
    Shard shard;
    shard.id = fmt::format("shardId-{:012}", kinesis.sequence++);
    shard.first_hash = static_cast<std::uint32_t>(i * part);
    shard.last_hash =
        i + 1 == count ? 0xffff'ffffU : static_cast<std::uint32_t>((i + 1) * part - 1);
    shard.bytes_left = kBytesASecond;
    shard.records_left = kRecordsASecond;
    shard.refilled = kinesis.cloud.sim().now();
    stream.shards.push_back(std::move(shard));
  }
}

ApiResult<Stream*> add_stream(Kinesis& kinesis, const Place& place, const Json& input) {
  Stream stream;
  stream.name = input::text(input, "StreamName");
  if (stream.name.empty() || stream.name.size() > 128)
    return ApiError{"ValidationException", "A stream's name has from 1 to 128 characters"};
  if (kinesis.streams.contains({place, stream.name}))
    return ApiError{
        "ResourceInUseException",
        fmt::format("Stream {} under account {} already exists.", stream.name, place.account)};
  const std::string mode = input::text(input::member(input, "StreamModeDetails"), "StreamMode");
  const auto shards = input::integer(input, "ShardCount");
  stream.on_demand = mode == "ON_DEMAND" || (mode.empty() && !shards);
  if (shards && (*shards < 1 || *shards > static_cast<std::int64_t>(kMostShards)))
    return ApiError{"LimitExceededException", "ShardCount must be from 1 to 1000"};
  stream.place = place;
  stream.arn = arn(place, "kinesis", "stream/" + stream.name);
  stream.retention_hours = std::clamp<std::int64_t>(
      input::integer(input, "RetentionPeriodHours").value_or(24), 24, 8'760);
  stream.created = kinesis.cloud.sim().now();
  // An on-demand stream begins with four shards (Developer Guide, "Choosing the capacity mode").
  set_shards(kinesis, stream, static_cast<std::size_t>(shards.value_or(4)));
  const std::string name = stream.name;
  return &(kinesis.streams[{place, name}] = std::move(stream));
}

ApiResult<Json> put(Kinesis& kinesis, Stream& stream, const std::string& key, std::string data) {
  if (data.size() > 1'048'576) return ApiError{"ValidationException", "A record has at most 1 MiB"};
  const SimTime now = kinesis.cloud.sim().now();
  const std::uint32_t hash = hash_of(key);
  for (Shard& shard : stream.shards) {
    if (!shard.open || hash < shard.first_hash || hash > shard.last_hash) continue;
    refill(shard, now);
    const double size = static_cast<double>(data.size() + key.size());
    if (!stream.on_demand && (shard.bytes_left < size || shard.records_left < 1)) {
      count(kinesis, stream, "WriteProvisionedThroughputExceeded", 1, "Count");
      return ApiError{
          "ProvisionedThroughputExceededException",
          fmt::format("Rate exceeded for shard {} in stream {}.", shard.id, stream.name)};
    }
    shard.bytes_left -= size;
    shard.records_left -= 1;
    shard.records.push_back({++kinesis.sequence, key, std::move(data), now});
    forget_old(stream, shard, now);
    count(kinesis, stream, "IncomingRecords", 1, "Count");
    count(kinesis, stream, "IncomingBytes", size, "Bytes");
    return Json{{"ShardId", shard.id}, {"SequenceNumber", fmt::format("{:056}", kinesis.sequence)}};
  }
  return ApiError{"InternalFailure", "no shard takes this key", 500};
}

}  // namespace opsim::kinesis
