#pragma once
/// The steps of a running pipe that do not depend on its source.
#include <memory>

#include "models/pipes/pipes.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::pipes {

[[nodiscard]] Caller caller_of(const Pipe& pipe);
/// Whether the pipe still runs as this; changing or stopping one makes another of it.
[[nodiscard]] bool is_current(const Pipes& pipes, const std::shared_ptr<const Pipe>& pipe);
/// A datapoint in AWS/EventBridge/Pipes.
void count(Pipes& pipes, const Pipe& pipe, const char* metric, double value);
/// Asks EventBridge, whose patterns these are; the members that it wants of an event are added.
[[nodiscard]] bool passes(Pipes& pipes, const Pipe& pipe, const Json& event);
/// Enrichment and target, for a batch that passed the filter.
Process<ApiResult<Json>> pass_on(Pipes& pipes, const Pipe& pipe, Json batch);

/// {"batchItemFailures": [{"itemIdentifier": …}]}, as a function or a state machine answers.
/// AWS: eb-pipes-batching-concurrency, "Partial batch failure for Amazon SQS", "... for streams".
[[nodiscard]] std::vector<std::string> reported_failures(const Json& answer);

Process<> run_queue(Pipes& pipes, std::shared_ptr<const Pipe> pipe);   // queue_source.cpp
Process<> run_stream(Pipes& pipes, std::shared_ptr<const Pipe> pipe);  // stream_source.cpp

}  // namespace opsim::pipes
