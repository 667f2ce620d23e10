// AWS: Systems Manager User Guide, "Configuring Change Manager options and best practices".
#include "models/change_manager/settings.hpp"

namespace opsim::change_manager {

namespace {

constexpr Shape kWord{.kind = Kind::text};
constexpr Shape kSeveralWords{.kind = Kind::one_or_list, .of = &kWord};
constexpr Field kSettingsFields[] = {
    {.name = "calendar",
     .shape = &kWord,
     .doc = "Check Change Calendar for restricted change events: the calendar, a document of type "
            "ChangeCalendar, by its logical id, name or ARN. Default: not checked."},
    {.name = "freeze approvers",
     .shape = &kSeveralWords,
     .doc = "Who may let a change run while the calendar is closed: users or roles."},
    {.name = "freeze topic",
     .shape = &kWord,
     .doc = "SNS topic for approvers for closed events: a topic by its logical id or ARN."},
};

std::string setting(const Node& section, std::string_view key) {
  const std::optional<Node> found = section.find(key);
  return found ? found->as_text().value_or("") : "";
}

}  // namespace

constexpr Shape kSettingsShape{
    .kind = Kind::mapping,
    .doc = "What an account sets on the page Settings of Change Manager, which has no API.",
    .fields = kSettingsFields};

Settings read_settings(const Node& section, Settings settings) {
  if (section.contains("calendar")) settings.calendar = setting(section, "calendar");
  if (section.contains("freeze topic")) settings.freeze_topic = setting(section, "freeze topic");
  const std::optional<Node> approvers = section.find("freeze approvers");
  if (!approvers) return settings;
  settings.freeze_approvers.clear();
  if (!approvers->is_list()) settings.freeze_approvers = {setting(section, "freeze approvers")};
  for (const Node& one : approvers->items())
    settings.freeze_approvers.push_back(one.as_text().value_or(""));
  return settings;
}

}  // namespace opsim::change_manager
