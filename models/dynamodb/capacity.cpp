// Units, throttling, and the metrics of both.
// AWS: DynamoDB Developer Guide, "Provisioned capacity mode" (a read unit is 4 KB, half of one when
// eventually consistent; a write unit 1 KB), "Burst capacity" (300 seconds), "DynamoDB metrics and
// dimensions".
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

}  // namespace

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

// SIMPLIFIED: an on-demand table takes whatever comes; AWS throttles beyond twice its last peak.
std::optional<ApiError> consume(DynamoDb& dynamodb, Table& table, Use use, double units) {
  const bool reads = use == Use::read;
  if (!table.on_demand) {
    Capacity& capacity = reads ? table.reads : table.writes;
    fill(capacity, dynamodb.cloud.sim().now());
    // A request goes through while anything is left: what it takes beyond is owed.
    if (capacity.saved <= 0) {
      count(dynamodb, table, reads ? "ReadThrottleEvents" : "WriteThrottleEvents", 1);
      count(dynamodb, table, "ThrottledRequests", 1);
      return ApiError{"ProvisionedThroughputExceededException",
                      "The level of configured provisioned throughput for the table was exceeded. "
                      "Consider increasing your provisioning level with the UpdateTable API."};
    }
    capacity.saved -= units;
  }
  count(dynamodb, table, reads ? "ConsumedReadCapacityUnits" : "ConsumedWriteCapacityUnits", units);
  return std::nullopt;
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
