// Rules as the API and CloudFormation write them (both in PascalCase).
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "models/events/validation.hpp"

namespace opsim::events {

std::string text_at(const Json& input, const char* key) {
  const auto found = input.find(key);
  if (found == input.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

namespace {

/// The pattern is text in the API and, in CloudFormation, an object as well.
std::optional<ApiError> read_pattern(const Json& input, Rule& rule) {
  rule.pattern_text = text_at(input, "EventPattern");
  if (rule.pattern_text.empty()) return {};
  if (rule.pattern_text.size() > 4'096)  // API_PutRule
    return validation(
        "1 validation error detected: Value at 'eventPattern' failed to satisfy constraint: Member "
        "must have length less than or equal to 4096");
  PatternResult result = Pattern::compile(rule.pattern_text);
  if (const auto* invalid = std::get_if<InvalidPattern>(&result))
    return ApiError{"InvalidEventPatternException",
                    fmt::format("Event pattern is not valid. Reason: {}", invalid->reason)};
  rule.pattern = std::get<Pattern>(std::move(result));
  return {};
}

std::optional<ApiError> read_state(const Json& input, Rule& rule) {
  constexpr std::string_view kRuleStates[] = {"ENABLED", "DISABLED",
                                              "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"};
  const std::string state = text_at(input, "State");
  if (state.empty()) return {};
  if (std::ranges::find(kRuleStates, state) == std::end(kRuleStates))
    return validation(fmt::format(
        "1 validation error detected: Value '{}' at 'state' failed to satisfy constraint: Member "
        "must satisfy enum value set: [ENABLED, DISABLED, "
        "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]",
        state));
  rule.state = state;
  rule.enabled = state != "DISABLED";
  return {};
}

std::optional<ApiError> read_schedule(const Json& input, Rule& rule) {
  rule.schedule_text = text_at(input, "ScheduleExpression");
  if (rule.schedule_text.empty()) return {};
  rule.schedule = schedule::parse(rule.schedule_text);
  // One-time schedules are EventBridge Scheduler's.
  if (!rule.schedule || std::holds_alternative<schedule::At>(*rule.schedule))
    return validation("Parameter ScheduleExpression is not valid.");
  return {};
}

}  // namespace

ApiResult<std::shared_ptr<Rule>> read_rule(Events& events, const Place& place, const Json& input) {
  auto rule = std::make_shared<Rule>();
  rule->place = place;
  rule->name = text_at(input, "Name");
  rule->bus = bus_name(text_at(input, "EventBusName"));
  if (rule->name.empty() || rule->name.size() > 64)
    return validation(
        "1 validation error detected: Value at 'name' failed to satisfy constraint: "
        "Member must have length between 1 and 64");
  if (rule->name.find_first_not_of(kNameCharacters) != rule->name.npos)
    return validation(fmt::format(
        "1 validation error detected: Value '{}' at 'name' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
        rule->name));
  if (events.find_bus(place, rule->bus) == nullptr) return no_bus(rule->bus);
  if (auto error = read_state(input, *rule)) return std::move(*error);
  rule->description = text_at(input, "Description");
  if (rule->description.size() > 512)
    return validation(
        "1 validation error detected: Value at 'description' failed to satisfy constraint: Member "
        "must have length less than or equal to 512");
  rule->role_arn = text_at(input, "RoleArn");
  rule->arn = opsim::arn(place, "events",
                         rule->bus == "default" ? fmt::format("rule/{}", rule->name)
                                                : fmt::format("rule/{}/{}", rule->bus, rule->name));
  if (auto error = read_pattern(input, *rule)) return std::move(*error);
  if (auto error = read_schedule(input, *rule)) return std::move(*error);
  if (!rule->pattern && !rule->schedule)
    return validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (rule->schedule && rule->bus != "default")
    return validation("ScheduleExpression is supported only on the default event bus.");
  return rule;
}

// eb-quota: "Event pattern: 2,048 characters". API_PutRule's own limit is twice that; which of them
// holds was measured 2026-09-07 (badmintoncryer/cdk-preflight, pf-events-rule-pattern-size).
std::optional<ApiError> over_pattern_quota(const Rule& rule) {
  if (rule.pattern_text.size() <= 2'048) return std::nullopt;
  return validation(
      fmt::format("Parameter EventPattern for rule {} exceeds limit of 2048.", rule.name));
}

}  // namespace opsim::events
