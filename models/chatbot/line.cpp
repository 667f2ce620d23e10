// How notifications read in a channel.
// AWS: AWS Chatbot Administrator Guide, "Monitoring AWS services" (events of EventBridge, alarms,
// incidents) and "Custom notifications" (version 1.0, source custom, content.description; "other
// messages are dropped").
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

}  // namespace

std::string line_of(const std::string& message) {
  const Json json = Json::parse(message, nullptr, false);
  if (!json.is_object())  // Incident Manager's own words come as plain text
    return message.starts_with("Incident ") ? message : "";
  if (json.contains("AlarmName")) return alarm_line(json);
  if (json.contains("detail-type")) return event_line(json);
  const Json& content = input::member(json, "content");
  if (input::text(json, "source") == "custom" && content.is_object())
    return joined(input::text(content, "title"), input::text(content, "description"));
  return {};
}

}  // namespace opsim::chatbot
