#pragma once
/// Event source mappings: what reads a queue and invokes a function with batches of it.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/lambda/lambda.hpp"

namespace opsim::lambda {

struct MappingSpec {
  std::string source;    // ARN
  std::string function;  // as named: with a qualifier or without
  std::int64_t batch_size = 10;
  Duration window{};                            // MaximumBatchingWindowInSeconds
  std::optional<std::int64_t> max_concurrency;  // ScalingConfig
  bool report_item_failures = false;            // FunctionResponseTypes
  bool enabled = true;
  std::vector<std::string> filters{};  // event patterns; one that matches is enough
  // Of streams:
  std::string starting_position;            // "LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"
  Json starting_timestamp{};                // for AT_TIMESTAMP
  std::int64_t parallelization = 1;         // ParallelizationFactor
  bool bisect = false;                      // BisectBatchOnFunctionError
  std::optional<std::int64_t> max_retries;  // absent: without end
  std::optional<Duration> max_record_age;   //
  std::string on_failure;                   // ARN
};

/// How far a mapping has read a shard.
struct ShardCursor {
  std::string iterator;
  bool reading = false;      // somebody reads it, or functions work on what was read
  bool again = false;        // records came meanwhile
  std::int64_t running = 0;  // batches that functions work on
};

struct Mapping {
  std::string uuid;
  Place place;
  MappingSpec spec;
  Callee callee;
  SimTime modified;
  SimTime settled;  // Creating, Updating, Enabling, Disabling until then
  std::string changing;

  // ---- What it does now ----
  bool reading = false;               // somebody fetches batches
  std::int64_t running = 0;           // batches that functions work on
  std::optional<SimTime> busy_since;  // from then on it scales
  std::optional<WatchId> watch;
  std::map<std::string, ShardCursor> shards;  // of a stream, by id
  [[nodiscard]] std::string_view state(SimTime now) const;
  /// How many batches it may have with functions at once.
  [[nodiscard]] std::int64_t most_batches(SimTime now) const;
};

/// From CreateEventSourceMapping's input or the properties of AWS::Lambda::EventSourceMapping.
ApiResult<MappingSpec> read_mapping(const Json& input, MappingSpec before);
ApiResult<Mapping*> add_mapping(Lambda& lambda, const Place& place, MappingSpec spec, bool at_once);
/// Reads the queue as long as there is something in it and batches may run.
void wake(Lambda& lambda, const std::string& uuid);

}  // namespace opsim::lambda
