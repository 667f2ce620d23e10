// How notifications read in a channel.
// AWS: AWS Chatbot Administrator Guide, "Monitoring AWS services" (events of EventBridge, alarms,
// incidents, stacks of CloudFormation) and "Custom notifications" (version 1.0, source custom,
// content.description; "other messages are dropped").
#include <fmt/format.h>

#include "models/chatbot/chatbot.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::chatbot {

namespace {

std::string joined(std::string_view title, std::string_view text) {
  if (title.empty()) return std::string{text};
  return text.empty() ? std::string{title} : fmt::format("{}: {}", title, text);
}

std::string alarm_line(const Json& alarm) {
  return fmt::format("{} {}: {}", input::text(alarm, "NewStateValue"),
                     input::text(alarm, "AlarmName"), input::text(alarm, "NewStateReason"));
}

std::string event_line(const Json& event) {
  std::string of;
  for (const std::string& resource : input::texts(event, "resources"))
    of += fmt::format("{}{}", of.empty() ? "" : ", ", resource);
  return joined(input::text(event, "detail-type"), of);
}

/// One line of CloudFormation's "StackId='...'\nTimestamp='...'\n...".
std::string said_of_stack(std::string_view message, std::string_view name) {
  const std::string key = fmt::format("\n{}='", name);
  const auto from = message.find(key);
  if (from == message.npos) return {};
  const std::string_view rest = message.substr(from + key.size());
  return std::string{rest.substr(0, rest.find("'\n"))};
}

std::string stack_line(std::string_view message) {
  return joined(
      fmt::format("{} {} of stack {}", said_of_stack(message, "ResourceStatus"),
                  said_of_stack(message, "LogicalResourceId"), said_of_stack(message, "StackName")),
      said_of_stack(message, "ResourceStatusReason"));
}

/// Events of AWS services only: what an application sends needs a custom notification. Found by
/// users (imrefitos.com, "AWS Chatbot custom message"): the source must be that of a service.
bool is_service_event(const Json& message) {
  return message.contains("detail-type") && input::text(message, "source").starts_with("aws.");
}

/// "version: Must be 1.0. source: Must be custom. description: required".
bool is_custom(const Json& message) {
  return input::text(message, "version") == "1.0" && input::text(message, "source") == "custom" &&
         !input::text(input::member(message, "content"), "description").empty();
}

}  // namespace

std::string line_of(const std::string& message) {
  const Json json = Json::parse(message, nullptr, false);
  if (message.starts_with("StackId='")) return stack_line(message);
  if (!json.is_object())  // Incident Manager's own words come as plain text
    return message.starts_with("Incident ") ? message : "";
  if (json.contains("AlarmName")) return alarm_line(json);
  if (is_service_event(json)) return event_line(json);
  if (!is_custom(json)) return {};
  const Json& content = input::member(json, "content");
  return joined(input::text(content, "title"), input::text(content, "description"));
}

}  // namespace opsim::chatbot
