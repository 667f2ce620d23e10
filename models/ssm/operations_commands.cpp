// AWS: Systems Manager API Reference, SendCommand, CancelCommand, GetCommandInvocation,
// DescribeInstanceInformation, GetConnectionStatus.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/command_view.hpp"
#include "models/ssm/instances.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"
#include "models/ssm/start.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim::ssm {

namespace {

/// GetCommandInvocation: "the first 24,000 characters" of the output, 8,000 of the errors.
constexpr std::size_t kLongestOutput = 24'000;
constexpr std::size_t kLongestError = 8'000;

Json instance_ids(const Command& command) {
  Json ids = Json::array();
  if (command.targets.empty())
    for (const Invocation& invocation : command.invocations) ids.push_back(invocation.instance_id);
  return ids;
}

Json invocation_view(const Command& command, const Invocation& invocation) {
  Json view{
      {"CommandId", command.id},
      {"InstanceId", invocation.instance_id},
      {"DocumentName", command.document_name},
      {"DocumentVersion", std::to_string(command.document_version)},
      {"Comment", command.comment},
      {"PluginName", command.document->plugins.empty() ? "" : command.document->plugins[0].action},
      {"ResponseCode", invocation.response_code},
      {"Status", status_of(invocation.status)},
      {"StatusDetails", details_of(invocation.status)},
      {"StandardOutputContent", invocation.output.substr(0, kLongestOutput)},
      {"StandardOutputUrl", output_url(command, invocation, "stdout")},
      {"StandardErrorContent", invocation.error.substr(0, kLongestError)},
      {"StandardErrorUrl", output_url(command, invocation, "stderr")}};
  if (invocation.started == SimTime{}) return view;
  view["ExecutionStartDateTime"] = time_text(invocation.started);
  if (invocation.ended == SimTime{}) return view;
  view["ExecutionEndDateTime"] = time_text(invocation.ended);
  const auto took = std::chrono::duration<double>(invocation.ended - invocation.started);
  view["ExecutionElapsedTime"] = fmt::format("PT{:.3f}S", took.count());
  return view;
}

Command* named_command(Ssm& ssm, const Request& request) {
  Command* found = ssm.find_command(input::text(request.input, "CommandId"));
  return found != nullptr && found->place == request.place() ? found : nullptr;
}

bool asks_for(const Json& filters, std::string_view key, std::string_view value) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    if (input::text(filter, "Key") != key) return true;
    std::vector<std::string> values = input::texts(filter, "Values");
    if (values.empty()) values = input::texts(filter, "valueSet");  // an older spelling
    return std::ranges::find(values, value) != values.end();
  });
}

Json notification_view(const CommandOutputs& outputs) {
  const Notification none;
  const Notification& config = outputs.notification ? *outputs.notification : none;
  return {{"NotificationArn", config.topic_arn},
          {"NotificationEvents", config.events},
          {"NotificationType", !outputs.notification   ? ""
                               : config.of_invocations ? "Invocation"
                                                       : "Command"}};
}

}  // namespace

std::string time_text(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

Json command_view(const Command& command) {
  Json view = json_object(
      "CloudWatchOutputConfig",
      Json{{"CloudWatchLogGroupName", command.outputs.to_logs ? log_group_of(command) : ""},
           {"CloudWatchOutputEnabled", command.outputs.to_logs}},
      "CommandId", command.id, "Comment", command.comment, "CompletedCount", command.completed,
      "DeliveryTimedOutCount", count(command, CommandStatus::delivery_timed_out), "DocumentName",
      command.document_name, "DocumentVersion", std::to_string(command.document_version),
      "ErrorCount", command.errors, "ExpiresAfter", time_text(expiry_of(command)), "InstanceIds",
      instance_ids(command), "MaxConcurrency", command.max_concurrency, "MaxErrors",
      command.max_errors, "NotificationConfig", notification_view(command.outputs),
      "OutputS3BucketName", command.outputs.bucket, "OutputS3KeyPrefix", command.outputs.key_prefix,
      "Parameters", command.given, "RequestedDateTime", time_text(command.requested), "ServiceRole",
      command.outputs.role_arn, "Status", status_of(command.status), "StatusDetails",
      details_of(command.status), "TargetCount", command.invocations.size(), "Targets",
      command.targets, "TimeoutSeconds",
      std::chrono::duration_cast<std::chrono::seconds>(command.delivery_timeout).count());
  add_alarm(command.alarm.get(), view);
  return view;
}

Json invocation_summary(const Command& command, const Invocation& invocation) {
  return {{"CommandId", command.id},
          {"InstanceId", invocation.instance_id},
          {"InstanceName", ""},
          {"DocumentName", command.document_name},
          {"DocumentVersion", std::to_string(command.document_version)},
          {"Comment", command.comment},
          {"RequestedDateTime", time_text(command.requested)},
          {"Status", status_of(invocation.status)},
          {"StatusDetails", details_of(invocation.status)},
          {"CommandPlugins", Json::array()}};
}

Answer send_command(Ssm& ssm, const Request& request) {
  const ApiResult<Command*> made = make_command(ssm, request.caller, request.input);
  if (!made) return made.error();
  start_command(ssm, **made);
  return Json{{"Command", command_view(**made)}};
}

Answer cancel_command_operation(Ssm& ssm, const Request& request) {
  Command* command = named_command(ssm, request);
  if (command == nullptr) return ApiError{"InvalidCommandId", "no such command"};
  const std::vector<std::string> only = input::texts(request.input, "InstanceIds");
  if (!only.empty() && cancel_invocations(ssm, *command, only)) return Json::object();
  cancel_command(ssm, *command);
  return Json::object();
}

Answer get_command_invocation(Ssm& ssm, const Request& request) {
  const Command* command = named_command(ssm, request);
  if (command == nullptr) return ApiError{"InvalidCommandId", "no such command"};
  const std::string instance = input::text(request.input, "InstanceId");
  const auto found = std::ranges::find(command->invocations, instance, &Invocation::instance_id);
  if (found == command->invocations.end())
    return ApiError{"InvocationDoesNotExist",
                    fmt::format("the command was not sent to {}", opsim::quoted(instance))};
  return invocation_view(*command, *found);
}

/// SIMPLIFIED: an image does not say which system it holds: one of each platform stands for all.
constexpr std::string_view kWindowsName = "Microsoft Windows Server 2022 Datacenter";

/// SIMPLIFIED: EC2 instances only; each that has a role and is not terminated is registered.
Answer describe_instance_information(Ssm& ssm, const Request& request) {
  Json filters = list_member(request.input, "Filters");
  for (const Json& filter : list_member(request.input, "InstanceInformationFilterList"))
    filters.push_back(filter);
  Json list = Json::array();
  for (const InstanceLook& instance : look_at_instances(ssm, request.place(), Json::array())) {
    if (instance.state == "terminated" || instance.state == "pending") continue;
    if (!instance.managed) continue;
    const std::string_view ping = agent_is_online(ssm, instance) ? "Online" : "ConnectionLost";
    const bool windows = instance.platform == "windows";
    const std::string_view platform = windows ? "Windows" : "Linux";
    if (!asks_for(filters, "InstanceIds", instance.id) || !asks_for(filters, "PingStatus", ping) ||
        !asks_for(filters, "PlatformTypes", platform) ||
        !asks_for(filters, "ResourceType", "EC2Instance"))
      continue;
    list.push_back({{"InstanceId", instance.id},
                    {"PingStatus", ping},
                    {"LastPingDateTime", time_text(ssm.sim().now())},
                    {"AgentVersion", "3.2.0.0"},
                    {"IsLatestVersion", true},
                    {"PlatformType", platform},
                    {"PlatformName", windows ? kWindowsName : "Amazon Linux"},
                    {"PlatformVersion", windows ? "10.0.20348" : "2023"},
                    {"IPAddress", instance.address},
                    {"ResourceType", "EC2Instance"}});
  }
  return Json{{"InstanceInformationList", std::move(list)}};
}

/// AWS: GetConnectionStatus (Session Manager): whether the agent answers now.
Answer get_connection_status(Ssm& ssm, const Request& request) {
  const std::string target = input::text(request.input, "Target");
  if (target.empty()) return ApiError{"ValidationException", "Target is required"};
  const auto instance = look_at_instance(ssm, request.place(), target);
  const bool online = instance && agent_is_online(ssm, *instance);
  return Json{{"Target", target}, {"Status", online ? "connected" : "notconnected"}};
}

}  // namespace opsim::ssm
