#pragma once
/// Where a command tells how it went, beside its events: a topic, a bucket, a log group.
///
/// AWS: Systems Manager API Reference, SendCommand: NotificationConfig, ServiceRoleArn,
/// OutputS3BucketName, CloudWatchOutputConfig; User Guide, "Example Amazon SNS notifications for
/// AWS Systems Manager".
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"

namespace opsim::ssm {

class Ssm;
struct Command;
struct Invocation;

struct Notification {
  std::string topic_arn;
  std::vector<std::string> events;  // "All", "InProgress", "Success", "TimedOut", ...
  bool of_invocations = false;      // NotificationType Invocation: of each instance
};

struct CommandOutputs {
  std::string role_arn;  // ServiceRoleArn: publishes the notifications
  std::optional<Notification> notification;
  std::string bucket;  // OutputS3BucketName
  std::string key_prefix;
  std::string region;
  bool to_logs = false;   // CloudWatchOutputEnabled
  std::string log_group;  // "" for /aws/ssm/<document>
};

[[nodiscard]] ApiResult<CommandOutputs> read_command_outputs(const Json& input);

/// A status that was reached, to the topic, where one wants to hear of it.
void notify_of_command(Ssm& ssm, const Command& command);
void notify_of_invocation(Ssm& ssm, const Command& command, const Invocation& invocation);
/// What an instance wrote, once it has ended.
void store_output(Ssm& ssm, const Command& command, const Invocation& invocation);

/// "https://s3.us-east-1.amazonaws.com/bucket/prefix/<command>/<instance>/...", or "" without a
/// bucket. `stream` is "stdout" or "stderr".
[[nodiscard]] std::string output_url(const Command& command, const Invocation& invocation,
                                     std::string_view stream);
[[nodiscard]] std::string log_group_of(const Command& command);

}  // namespace opsim::ssm
