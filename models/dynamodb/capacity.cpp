// Units, throttling, and the metrics of both.
// AWS: DynamoDB Developer Guide, "Provisioned capacity mode" (a read unit is 4 KB, half of one when
// eventually consistent; a write unit 1 KB), "Burst capacity" (300 seconds), "On-demand capacity
// mode", initial throughput and scaling ("up to 4,000 writes per second and 12,000 reads per
// second" of a new table; "up to double the previous peak traffic"; "throttling can occur if you
// exceed double your previous peak within 30 minutes"), "Quotas" (decreases), "DynamoDB metrics and
// dimensions".
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/dynamodb/dynamodb.hpp"

namespace opsim::dynamodb {

namespace {

constexpr double kSavedSeconds = 300;

/// Fills up what was not used since the last look.
void fill(Capacity& capacity, SimTime now) {
  const double seconds = std::chrono::duration<double>(now - capacity.at).count();
  capacity.saved =
      std::min(capacity.units * kSavedSeconds, capacity.saved + seconds * capacity.units);
  capacity.at = now;
}

/// Half of what a new table serves at once: as if that had been its peak.
constexpr double kNewReads = 6'000;
constexpr double kNewWrites = 2'000;
constexpr Duration kDoubling = std::chrono::minutes{30};

/// Whether a second that takes `units` more is still within double the previous peak.
bool serves(Traffic& traffic, double units, SimTime now) {
  const SimTime second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != traffic.second) {
    traffic.second = second;
    traffic.counted = 0;
  }
  if (now - traffic.since >= kDoubling) {
    traffic.peak = std::max(traffic.peak, traffic.lately);
    traffic.lately = 0;
    traffic.since = now;
  }
  if (traffic.counted >= 2 * traffic.peak) return false;
  traffic.counted += units;
  traffic.lately = std::max(traffic.lately, std::min(traffic.counted, 2 * traffic.peak));
  return true;
}

std::int64_t day_of(SimTime now) {
  return std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<86'400>>>(now)
      .time_since_epoch()
      .count();
}

}  // namespace

void establish_traffic(Table& table, SimTime now) {
  table.read_traffic = {
      .peak = std::max(kNewReads, table.reads.units / 2), .since = now, .second = {}};
  table.write_traffic = {
      .peak = std::max(kNewWrites, table.writes.units / 2), .since = now, .second = {}};
}

std::int64_t decreases_today(const Table& table, SimTime now) {
  return table.decreases.day == day_of(now) ? table.decreases.today : 0;
}

std::optional<ApiError> decrease(Table& table, SimTime now) {
  constexpr std::int64_t kAtAnyTime = 4;
  constexpr Duration kBetween = std::chrono::hours{1};
  const std::int64_t before = decreases_today(table, now);
  if (before >= kAtAnyTime && now - table.decreases.last < kBetween)
    return ApiError{
        "LimitExceededException",
        fmt::format("Subscriber limit exceeded: Provisioned throughput decreases are limited "
                    "within a given UTC day. After the first 4 decreases, each subsequent decrease "
                    "in the same UTC day can be performed at most once every 3600 seconds. Number "
                    "of decreases today: {}. Last decrease at {}. Next decrease can be made at {}",
                    before, moment(table.decreases.last), moment(table.decreases.last + kBetween))};
  table.decreases = {before + 1, day_of(now), now};
  return std::nullopt;
}

double read_units(std::int64_t bytes, bool consistent) {
  const double units = std::max(1.0, std::ceil(static_cast<double>(bytes) / 4096));
  return consistent ? units : units / 2;
}

double write_units(std::int64_t bytes) {
  return std::max(1.0, std::ceil(static_cast<double>(bytes) / 1024));
}

void count(DynamoDb& dynamodb, const Table& table, std::string_view metric, double value) {
  Metrics& metrics = dynamodb.cloud.metrics();
  const SeriesId series = metrics.intern(
      {table.place, "AWS/DynamoDB", std::string{metric}, {{"TableName", table.name}}});
  metrics.put(series,
              {.timestamp = dynamodb.cloud.sim().now(), .values = {{value, 1.0}}, .unit = "Count"});
}

std::optional<ApiError> consume(DynamoDb& dynamodb, Table& table, Use use, double units) {
  const bool reads = use == Use::read;
  const auto throttled = [&] {
    count(dynamodb, table, reads ? "ReadThrottleEvents" : "WriteThrottleEvents", 1);
    count(dynamodb, table, "ThrottledRequests", 1);
  };
  if (table.on_demand) {
    Traffic& traffic = reads ? table.read_traffic : table.write_traffic;
    if (!serves(traffic, units, dynamodb.cloud.sim().now())) {
      throttled();
      return ApiError{"ThrottlingException",
                      "Throughput exceeds the current capacity of your table or index. DynamoDB is "
                      "automatically scaling your table or index so please try again shortly."};
    }
  } else {
    Capacity& capacity = reads ? table.reads : table.writes;
    fill(capacity, dynamodb.cloud.sim().now());
    // A request goes through while anything is left: what it takes beyond is owed.
    if (capacity.saved <= 0) {
      throttled();
      return ApiError{"ProvisionedThroughputExceededException",
                      "The level of configured provisioned throughput for the table was exceeded. "
                      "Consider increasing your provisioning level with the UpdateTable API."};
    }
    capacity.saved -= units;
  }
  table.consumed = units;
  count(dynamodb, table, reads ? "ConsumedReadCapacityUnits" : "ConsumedWriteCapacityUnits", units);
  return std::nullopt;
}

void add_consumed(const Table& table, const Json& input, Json& answer) {
  const std::string wanted = input::text(input, "ReturnConsumedCapacity");
  if (wanted != "TOTAL" && wanted != "INDEXES") return;
  answer["ConsumedCapacity"] = {{"TableName", table.name}, {"CapacityUnits", table.consumed}};
}

void publish_capacity(DynamoDb& dynamodb, Table& table) {
  Metrics& metrics = dynamodb.cloud.metrics();
  const auto tell = [&](std::optional<SourceId>& source, std::string_view name, double level) {
    const Waveform waveform{.from = dynamodb.cloud.sim().now(), .level = level};
    if (table.on_demand) {
      if (source) metrics.stop(*source);
      return;
    }
    if (source) return metrics.change(*source, waveform);
    const SeriesId series = metrics.intern(
        {table.place, "AWS/DynamoDB", std::string{name}, {{"TableName", table.name}}});
    source = metrics.publish(series, waveform, {.every = std::chrono::minutes{5}, .unit = "Count"});
  };
  tell(table.read_units, "ProvisionedReadCapacityUnits", table.reads.units);
  tell(table.write_units, "ProvisionedWriteCapacityUnits", table.writes.units);
}

}  // namespace opsim::dynamodb
