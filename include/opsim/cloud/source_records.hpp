#pragma once
/// What functions and pipes read: queues and streams, and their records as a reader is handed them.
/// AWS: Lambda Developer Guide, with-sqs, with-kinesis, with-ddb; EventBridge User Guide,
/// eb-pipes-sqs, eb-pipes-kinesis, eb-pipes-dynamodb.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim {

/// A message of ReceiveMessage, as both are handed it.
[[nodiscard]] Json queue_record(const Json& message, const std::string& queue_arn,
                                const std::string& region);

/// Whether one of the patterns matches a record; all do where there are none. Asks EventBridge,
/// whose patterns these are; a body or data that is JSON is read. AWS: invocation-eventfiltering,
/// eb-pipes-event-filtering.
[[nodiscard]] bool passes_filters(Cloud& cloud, const Place& place,
                                  const std::vector<std::string>& patterns, const Json& record);

/// A stream of Kinesis, or that of a DynamoDB table. Both have shards that are read by iterator.
class StreamSource {
 public:
  /// Nothing for an ARN of anything else.
  [[nodiscard]] static std::optional<StreamSource> of(std::string_view arn);

  [[nodiscard]] const std::string& service() const { return arn_.service; }  // of the API
  [[nodiscard]] const std::string& name() const { return name_; }  // the stream's, or the table's
  [[nodiscard]] bool of_table() const { return arn_.service == "dynamodb"; }
  /// Input of DescribeStream; with more of GetShardIterator.
  [[nodiscard]] Json named() const;
  /// The metric that changes when there are records: what a reader waits for instead of polling.
  [[nodiscard]] SeriesKey heard_by() const;

  /// One of GetRecords, as a function is handed it.
  [[nodiscard]] Json function_record(const std::string& shard, const Json& record) const;
  /// The same for a pipe, flat; `data` is as it was put.
  [[nodiscard]] Json pipe_record(const std::string& shard, const Json& record,
                                 const std::string& role) const;
  /// Of a record of GetRecords, what stays in its order: the partition key, the item's key.
  [[nodiscard]] std::string ordered_by(const Json& record) const;
  /// Of a record in either shape.
  [[nodiscard]] std::string sequence_of(const Json& handed) const;
  [[nodiscard]] SimTime arrived(const Json& handed) const;

  /// {"KinesisBatchInfo": {…}}: where records lay that are given up, for their destination. The
  /// first and the last of them.
  [[nodiscard]] Json batch_info(const std::string& shard, const Json& first, const Json& last,
                                std::size_t size) const;

 private:
  Arn arn_{};
  std::string text_{};
  std::string name_{};
};

}  // namespace opsim
