#pragma once
/// Event source mappings of streams: batches in the order of a shard's records.
#include "models/lambda/event_sources.hpp"

namespace opsim::lambda {

/// What only mappings of streams have: StartingPosition, BisectBatchOnFunctionError and others.
[[nodiscard]] ApiResult<void> read_stream_settings(const Json& input, MappingSpec& spec);
[[nodiscard]] Json stream_settings(const MappingSpec& spec);
/// Hears of records from now on.
void watch_stream(Lambda& lambda, Mapping& mapping);
/// Reads the shards that nobody reads just now.
void wake_stream(Lambda& lambda, const std::string& uuid);

}  // namespace opsim::lambda
