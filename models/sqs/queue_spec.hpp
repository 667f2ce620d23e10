#pragma once
/// What CreateQueue and AWS::SQS::Queue say. Defaults and ranges: SQS API, CreateQueue.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace opsim::sqs {

/// Where messages go that were received too often (SQS API: RedrivePolicy).
struct Redrive {
  std::string dead_letter_arn;
  std::int64_t max_receive_count = 10;  // SQS API: default 10
};

/// Whose dead-letter queue this may be (SQS API: RedriveAllowPolicy).
struct RedriveAllow {
  enum class Permission : std::uint8_t { allow_all, by_queue, deny_all };
  Permission permission = Permission::allow_all;
  std::vector<std::string> source_arns;  // by_queue: at most ten
};

struct QueueSpec {
  std::string name;
  std::int64_t visibility_seconds = 30;        // 0 to 43,200
  std::int64_t delay_seconds = 0;              // 0 to 900
  std::int64_t retention_seconds = 345'600;    // 60 to 1,209,600
  std::int64_t receive_wait_seconds = 0;       // 0 to 20
  std::int64_t max_message_bytes = 1'048'576;  // 1,024 to 1,048,576
  std::optional<Redrive> redrive;
  RedriveAllow redrive_allow;
  bool fifo = false;
  bool content_based_deduplication = false;
  bool deduplicates_by_group = false;         // DeduplicationScope: messageGroup
  bool high_throughput = false;               // FifoThroughputLimit: perMessageGroupId
  std::map<std::string, std::string> others;  // attributes as they are written: Policy, ...
  std::map<std::string, std::string> tags;
};

}  // namespace opsim::sqs
