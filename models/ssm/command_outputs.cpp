// Notifications and outputs of commands.
// UNDOCUMENTED: the subject of a notification (from what its readers quote).
// SIMPLIFIED: outputs are written by the service, not by the instance's role.
#include "models/ssm/command_outputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/command.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kEventNames[] = {"All",        "Cancelled", "Failed",
                                            "InProgress", "Success",   "TimedOut"};

std::string moment(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

ApiResult<std::optional<Notification>> read_notification(const Json& config) {
  if (config.empty()) return std::optional<Notification>{};
  const auto refused = [](std::string message) {
    return ApiError{"InvalidNotificationConfig", std::move(message)};
  };
  Notification made;
  made.topic_arn = opsim::input::text(config, "NotificationArn");
  made.events = opsim::input::texts(config, "NotificationEvents");
  const std::string type = opsim::input::text(config, "NotificationType");
  const std::optional<Arn> topic = Arn::parse(made.topic_arn);
  if (!topic || topic->service != "sns")
    return refused(
        "One or more configuration items isn't valid. Verify that a valid Amazon Resource Name "
        "(ARN) was provided for an Amazon SNS topic.");
  for (const std::string& event : made.events)
    if (std::ranges::find(kEventNames, event) == std::end(kEventNames))
      return refused(
          fmt::format("NotificationEvents: {} is not one of All, InProgress, Success, "
                      "TimedOut, Cancelled, Failed",
                      event));
  if (!type.empty() && type != "Command" && type != "Invocation")
    return refused(fmt::format("NotificationType: {} is not Command or Invocation", type));
  made.of_invocations = type == "Invocation";
  return std::optional{std::move(made)};
}

bool wants(const Command& command, std::string_view status, bool of_invocation) {
  const std::optional<Notification>& config = command.outputs.notification;
  if (!config || config->of_invocations != of_invocation) return false;
  return std::ranges::any_of(
      config->events, [&](const std::string& event) { return event == "All" || event == status; });
}

void publish(Ssm& ssm, const Command& command, const Json& message) {
  Caller role{command.place, command.outputs.role_arn, "ssm.amazonaws.com"};
  ssm.cloud.call_later(
      std::move(role), "sns", "Publish",
      {{"TopicArn", command.outputs.notification->topic_arn},
       {"Subject", fmt::format("EC2 Run Command Notification {}", command.place.region)},
       {"Message", message.dump()}});
}

/// "awsrunShellScript/0.awsrunShellScript": the plugin, and its step.
std::string folder_of(const Command& command) {
  if (command.document->plugins.empty()) return "output";
  const PluginSpec& plugin = command.document->plugins.front();
  std::string action = plugin.action;
  std::erase(action, ':');
  const bool named = plugin.name != plugin.action;  // schema 1.2 numbers its plugins
  return fmt::format("{}/{}", action, named ? plugin.name : "0." + action);
}

std::string key_of(const Command& command, const Invocation& invocation, std::string_view stream) {
  const std::string& prefix = command.outputs.key_prefix;
  return fmt::format("{}{}{}/{}/{}/{}", prefix, prefix.empty() || prefix.ends_with('/') ? "" : "/",
                     command.id, invocation.instance_id, folder_of(command), stream);
}

struct Written {
  const char* stream;
  std::string text;
};
std::vector<Written> written_by(const Invocation& invocation) {
  std::vector<Written> all;
  if (!invocation.output.empty()) all.push_back({"stdout", invocation.output});
  if (!invocation.error.empty()) all.push_back({"stderr", invocation.error});
  return all;
}

/// The group and the stream are made where they are not there.
Process<> write_log(Ssm& ssm, Caller caller, std::string group, std::string stream,
                    std::string text) {
  Json named{{"logGroupName", group}};
  co_await ssm.cloud.call(caller, "logs", "CreateLogGroup", named);
  named["logStreamName"] = stream;
  co_await ssm.cloud.call(caller, "logs", "CreateLogStream", named);
  const auto now = std::chrono::floor<std::chrono::milliseconds>(ssm.sim().now());
  named["logEvents"] =
      Json::array({{{"timestamp", now.time_since_epoch().count()}, {"message", text}}});
  co_await ssm.cloud.call(caller, "logs", "PutLogEvents", named);
}

}  // namespace

ApiResult<CommandOutputs> read_command_outputs(const Json& input) {
  CommandOutputs outputs;
  outputs.role_arn = opsim::input::text(input, "ServiceRoleArn");
  outputs.bucket = opsim::input::text(input, "OutputS3BucketName");
  outputs.key_prefix = opsim::input::text(input, "OutputS3KeyPrefix");
  outputs.region = opsim::input::text(input, "OutputS3Region");
  ApiResult<std::optional<Notification>> notification =
      read_notification(object_member(input, "NotificationConfig"));
  if (!notification) return notification.error();
  outputs.notification = *std::move(notification);
  if (outputs.notification && outputs.role_arn.empty())
    return ApiError{
        "InvalidRole",
        "The role name can't contain invalid characters. Also verify that you specified "
        "an IAM role for notifications that includes the required trust policy."};
  const Json& logs = object_member(input, "CloudWatchOutputConfig");
  outputs.to_logs = opsim::input::boolean(logs, "CloudWatchOutputEnabled").value_or(false);
  outputs.log_group = opsim::input::text(logs, "CloudWatchLogGroupName");
  return outputs;
}

// "Sample JSON Output for Command summary messages": instanceIds only with instance ID targeting.
void notify_of_command(Ssm& ssm, const Command& command) {
  if (!wants(command, status_of(command.status), false)) return;
  Json ids = Json::array();
  if (command.targets.empty())
    for (const Invocation& invocation : command.invocations) ids.push_back(invocation.instance_id);
  publish(ssm, command,
          {{"commandId", command.id},
           {"documentName", command.document_name},
           {"instanceIds", ids},
           {"requestedDateTime", moment(command.requested)},
           {"expiresAfter", moment(expiry_of(command))},
           {"outputS3BucketName", command.outputs.bucket},
           {"outputS3KeyPrefix", command.outputs.key_prefix},
           {"status", status_of(command.status)},
           {"eventTime", moment(ssm.sim().now())}});
}

// "Sample JSON Output for Invocation messages".
void notify_of_invocation(Ssm& ssm, const Command& command, const Invocation& invocation) {
  if (!wants(command, status_of(invocation.status), true)) return;
  publish(ssm, command,
          {{"commandId", command.id},
           {"documentName", command.document_name},
           {"instanceId", invocation.instance_id},
           {"requestedDateTime", moment(command.requested)},
           {"status", status_of(invocation.status)},
           {"statusDetails", details_of(invocation.status)},
           {"eventTime", moment(ssm.sim().now())}});
}

std::string log_group_of(const Command& command) {
  if (!command.outputs.log_group.empty()) return command.outputs.log_group;
  return fmt::format("/aws/ssm/{}", command.document_name);
}

// "<bucket>/<prefix>/<command-id>/<instance-id>/awsrunShellScript/0.awsrunShellScript/stdout"; in
// CloudWatch Logs "<command-id>/<instance-id>/aws-runShellScript/stdout".
void store_output(Ssm& ssm, const Command& command, const Invocation& invocation) {
  if (command.outputs.bucket.empty() && !command.outputs.to_logs) return;
  Caller agent{command.place, "ssm.amazonaws.com", ""};
  std::string plugin =
      command.document->plugins.empty() ? "" : command.document->plugins.front().action;
  std::ranges::replace(plugin, ':', '-');
  for (Written& one : written_by(invocation)) {
    if (!command.outputs.bucket.empty())
      ssm.cloud.call_later(agent, "s3", "PutObject",
                           {{"Bucket", command.outputs.bucket},
                            {"Key", key_of(command, invocation, one.stream)},
                            {"Body", one.text}});
    if (!command.outputs.to_logs) continue;
    std::string stream =
        fmt::format("{}/{}/{}/{}", command.id, invocation.instance_id, plugin, one.stream);
    ssm.sim().spawn(
        write_log(ssm, agent, log_group_of(command), std::move(stream), std::move(one.text)));
  }
}

std::string output_url(const Command& command, const Invocation& invocation,
                       std::string_view stream) {
  const CommandOutputs& outputs = command.outputs;
  if (outputs.bucket.empty()) return {};
  return fmt::format("https://s3.{}.amazonaws.com/{}/{}",
                     outputs.region.empty() ? command.place.region : outputs.region, outputs.bucket,
                     key_of(command, invocation, stream));
}

}  // namespace opsim::ssm
