// Rules and targets as the API and CloudFormation write them (both in PascalCase).
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"

namespace opsim::events {

std::string text_at(const Json& input, const char* key) {
  const auto found = input.find(key);
  if (found == input.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

namespace {

ApiError validation(std::string message) { return {"ValidationException", std::move(message)}; }

/// The pattern is text in the API and, in CloudFormation, an object as well.
std::optional<ApiError> read_pattern(const Json& input, Rule& rule) {
  rule.pattern_text = text_at(input, "EventPattern");
  if (rule.pattern_text.empty()) return {};
  // UNDOCUMENTED: quotas say 2,048 characters "unless raised", which we take to be so: up to 4,096,
  // the most that API_PutRule lets through.
  if (rule.pattern_text.size() > 4'096)
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

int integer_at(const Json& input, const char* key, int otherwise) {
  const auto found = input.find(key);
  if (found == input.end()) return otherwise;
  if (found->is_number()) return static_cast<int>(std::clamp(found->get<double>(), -1e9, 1e9));
  if (!found->is_string()) return otherwise;
  const std::string& text = found->get_ref<const std::string&>();
  return text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != text.npos
             ? otherwise
             : std::stoi(text);
}

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

/// API_Target.html: 1 to 64 characters, and Input is JSON. (The words about Input: awsdocs/
/// aws-cloudformation-user-guide issue 1010.)
std::optional<ApiError> check_target(const Target& target, std::size_t number) {
  if (target.id.empty()) return validation("Parameter Id is not valid. Reason: Id is required.");
  const auto bad_id = [&](std::string_view constraint) {
    return validation(
        fmt::format("1 validation error detected: Value '{}' at 'targets.{}.member.id' failed to "
                    "satisfy constraint: Member must {}",
                    target.id, number, constraint));
  };
  if (target.id.find_first_not_of(kNameCharacters) != target.id.npos)
    return bad_id("satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+");
  if (target.id.size() > 64) return bad_id("have length less than or equal to 64");
  if (target.input && !Json::accept(*target.input))
    return validation(fmt::format("Input for target {} is not a valid JSON text.", target.id));
  return std::nullopt;
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

namespace {

/// Targets that EventBridge calls with a role of the rule's owner (eb-use-identity-based).
std::optional<ApiError> check_role(const Target& target) {
  constexpr std::string_view kWithRole[] = {"batch",    "codebuild", "codepipeline", "ecs",
                                            "firehose", "kinesis",   "states"};
  const std::optional<Arn> arn = Arn::parse(target.arn);
  if (!target.role_arn.empty() || std::ranges::count(kWithRole, arn->service) == 0)
    return std::nullopt;
  return validation(fmt::format("RoleArn is required for target {}.", target.arn));
}

std::optional<ApiError> read_retries(const Json& retry, Target& target, std::size_t number) {
  const auto out_of_range = [number](int value, std::string_view member, std::string_view must) {
    return validation(
        fmt::format("1 validation error detected: Value '{}' at "
                    "'targets.{}.member.retryPolicy.{}' failed to satisfy "
                    "constraint: Member must have value {}",
                    value, number, member, must));
  };
  const int attempts = integer_at(retry, "MaximumRetryAttempts", 185);
  const int age = integer_at(retry, "MaximumEventAgeInSeconds", 86'400);
  if (attempts < 0 || attempts > 185)
    return out_of_range(attempts, "maximumRetryAttempts",
                        attempts < 0 ? "greater than or equal to 0" : "less than or equal to 185");
  if (age < 60 || age > 86'400)
    return out_of_range(age, "maximumEventAgeInSeconds",
                        age < 60 ? "greater than or equal to 60" : "less than or equal to 86400");
  target.maximum_retry_attempts = attempts;
  target.maximum_event_age = std::chrono::seconds{age};
  return std::nullopt;
}

}  // namespace

ApiResult<Target> read_target(const Json& input, std::size_t number) {
  Target target;
  target.spec = input;
  target.id = text_at(input, "Id");
  target.arn = text_at(input, "Arn");
  target.role_arn = text_at(input, "RoleArn");
  if (input.contains("Input")) target.input = text_at(input, "Input");
  if (auto error = check_target(target, number)) return std::move(*error);
  if (!Arn::parse(target.arn))
    return validation(fmt::format(
        "Parameter {} is not valid. Reason: Provided Arn is not in correct format.", target.arn));
  if (input.contains("InputPath")) target.input_path = text_at(input, "InputPath");
  if (const auto found = input.find("InputTransformer"); found != input.end()) {
    InputTransformer transformer;
    transformer.input_template = text_at(*found, "InputTemplate");
    if (const auto paths = found->find("InputPathsMap");
        paths != found->end() && paths->is_object())
      for (const auto& [name, path] : paths->items())
        transformer.input_paths_map[name] =
            path.is_string() ? path.get<std::string>() : path.dump();
    if (const auto complaint = check_input_transformer(transformer, target.id))
      return validation(*complaint);
    target.transformer = std::move(transformer);
  }
  if (target.input.has_value() + target.input_path.has_value() + target.transformer.has_value() > 1)
    return validation(fmt::format(
        "Only one of Input, InputPath, or InputTransformer must be provided for target {}.",
        target.id));
  if (auto error = check_role(target)) return std::move(*error);
  if (auto error = read_retries(input.value("RetryPolicy", Json::object()), target, number))
    return std::move(*error);
  target.dead_letter_arn = text_at(input.value("DeadLetterConfig", Json::object()), "Arn");
  return target;
}

}  // namespace opsim::events
