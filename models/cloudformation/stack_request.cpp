// What a call says of a stack, checked as CloudFormation's front end checks it.
// AWS: CloudFormation API reference, CreateStack, UpdateStack, CreateChangeSet.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/cloudformation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr std::size_t kLongestName = 128;
constexpr std::size_t kMostTags = 50;
constexpr std::size_t kMostTriggers = 5;  // RollbackConfiguration
constexpr std::int64_t kLongestMonitoring = 180;
constexpr std::size_t kMostTopics = 5;  // NotificationARNs

/// "must contain only alphanumeric characters and hyphens, start with an alphabetic character"
bool is_stack_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (name.empty() || name.size() > kLongestName || !letter(name.front())) return false;
  return std::ranges::all_of(
      name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

std::optional<ApiError> read_parameters(const Json& input, const Stack* previous, StackSpec& spec) {
  const Json& given = input::member(input, "Parameters");
  if (given.is_array()) {
    for (const Json& one : given) {
      const std::string key = input::text(one, "ParameterKey");
      if (input::boolean(one, "UsePreviousValue").value_or(false)) {
        const auto before =
            previous == nullptr ? spec.parameters.end() : previous->spec.parameters.find(key);
        if (previous == nullptr || (before == previous->spec.parameters.end() &&
                                    previous->spec.text->parameter(key) == nullptr))
          return validation_error(fmt::format(
              "Invalid input for parameter key {}. Cannot specify usePreviousValue as true for a "
              "parameter key not in the previous template",
              key));
        if (before != previous->spec.parameters.end()) spec.parameters[key] = before->second;
        continue;
      }
      spec.parameters[key] = input::text(one, "ParameterValue");
    }
  }
  std::vector<std::string> unknown;
  for (const auto& [key, value] : spec.parameters)
    if (spec.text->parameter(key) == nullptr) unknown.push_back(key);
  if (!unknown.empty())
    return validation_error(
        fmt::format("Parameters: [{}] do not exist in the template", fmt::join(unknown, ", ")));
  std::vector<std::string> missing;
  for (const TemplateParameter& one : spec.text->parameters())
    if (!one.default_value && !spec.parameters.contains(one.name)) missing.push_back(one.name);
  if (!missing.empty())
    return validation_error(
        fmt::format("Parameters: [{}] must have values", fmt::join(missing, ", ")));
  return std::nullopt;
}

std::optional<ApiError> check_capabilities(const StackSpec& spec) {
  const std::vector<std::string> needed = needed_capabilities(*spec.text);
  if (needed.empty()) return std::nullopt;
  const auto given = [&](std::string_view one) {
    return std::ranges::find(spec.capabilities, one) != spec.capabilities.end();
  };
  const auto granted = [&](const std::string& one) {
    return given(one) || (one == "CAPABILITY_IAM" && given("CAPABILITY_NAMED_IAM"));
  };
  if (std::ranges::all_of(needed, granted)) return std::nullopt;
  return ApiError{"InsufficientCapabilitiesException",
                  fmt::format("Requires capabilities : [{}]", fmt::join(needed, ", "))};
}

ApiResult<RollbackConfiguration> read_rollback(const Json& written) {
  RollbackConfiguration read;
  const Json& triggers = input::member(written, "RollbackTriggers");
  if (triggers.is_array())
    for (const Json& one : triggers) {
      const std::string type = input::text(one, "Type");
      if (type != "AWS::CloudWatch::Alarm" && type != "AWS::CloudWatch::CompositeAlarm")
        return validation_error(fmt::format("Unsupported rollback trigger type {}", type));
      read.alarms.push_back(input::text(one, "Arn"));
    }
  if (read.alarms.size() > kMostTriggers)
    return validation_error(fmt::format(
        "1 validation error detected: Value at 'rollbackConfiguration.rollbackTriggers' failed to "
        "satisfy constraint: Member must have length less than or equal to {}",
        kMostTriggers));
  read.monitoring_minutes = input::integer(written, "MonitoringTimeInMinutes").value_or(0);
  if (read.monitoring_minutes < 0 || read.monitoring_minutes > kLongestMonitoring)
    return validation_error(
        fmt::format("1 validation error detected: Value '{}' at "
                    "'rollbackConfiguration.monitoringTimeInMinutes' "
                    "failed to satisfy constraint: Member must have value less than or equal to {}",
                    read.monitoring_minutes, kLongestMonitoring));
  return read;
}

Json read_policy(const Json& input, std::string_view name) {
  const Json& written = input::member(input, name);
  if (written.is_object()) return written;
  const Json parsed = Json::parse(input::text(written), nullptr, false);
  return parsed.is_object() ? parsed : Json{};
}

std::optional<ApiError> read_failure(const Json& input, StackSpec& spec) {
  const auto disable = input::boolean(input, "DisableRollback");
  const std::string on_failure = input::text(input, "OnFailure");
  if (disable && !on_failure.empty())
    return validation_error("You can specify only one of DisableRollback or OnFailure, not both.");
  if (!on_failure.empty() && on_failure != "DO_NOTHING" && on_failure != "ROLLBACK" &&
      on_failure != "DELETE")
    return validation_error(fmt::format(
        "1 validation error detected: Value '{}' at 'onFailure' failed to satisfy constraint: "
        "Member must satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]",
        on_failure));
  spec.disable_rollback = disable.value_or(false) || on_failure == "DO_NOTHING";
  spec.on_failure = spec.disable_rollback ? "DO_NOTHING"
                    : on_failure.empty()  ? "ROLLBACK"
                                          : on_failure;
  return std::nullopt;
}

void read_rest(const Json& input, const Stack* previous, StackSpec& spec) {
  // "If you don't specify this parameter, the stack's existing tags are used"; likewise its role
  // and its topics.
  if (const Json& tags = input::member(input, "Tags"); !tags.is_null()) {
    spec.tags = input::tags(tags);
  } else if (previous != nullptr) {
    spec.tags = previous->spec.tags;
  }
  spec.role_arn = input::text(input, "RoleARN");
  if (previous != nullptr && spec.role_arn.empty()) spec.role_arn = previous->spec.role_arn;
  const bool topics = !input::member(input, "NotificationARNs").is_null();
  spec.notification_arns = topics || previous == nullptr ? input::texts(input, "NotificationARNs")
                                                         : previous->spec.notification_arns;
  spec.policy = read_policy(input, "StackPolicyBody");
  if (previous != nullptr && spec.policy.is_null()) spec.policy = previous->spec.policy;
  spec.override_policy = read_policy(input, "StackPolicyDuringUpdateBody");
  spec.timeout_minutes = input::integer(input, "TimeoutInMinutes");
  spec.token = input::text(input, "ClientRequestToken");
  spec.termination_protection =
      previous != nullptr ? previous->spec.termination_protection
                          : input::boolean(input, "EnableTerminationProtection").value_or(false);
}

}  // namespace

ApiError validation_error(std::string message) { return {"ValidationError", std::move(message)}; }

ApiError no_such_stack(std::string_view name) {
  return validation_error(fmt::format("Stack with id {} does not exist", name));
}

ApiResult<StackSpec> read_stack_spec(CloudFormation& cfn, const Place& place, const Json& input,
                                     const Stack* previous) {
  StackSpec spec;
  spec.name = previous == nullptr ? input::text(input, "StackName") : previous->name;
  if (!is_stack_name(spec.name))
    return validation_error(fmt::format(
        "1 validation error detected: Value '{}' at 'stackName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
        spec.name));
  auto text = template_of(cfn, place, input, previous, spec.body);
  if (!text) return text.error();
  spec.text = std::move(*text);
  if (auto wrong = read_parameters(input, previous, spec)) return *std::move(wrong);
  if (spec.text->loops_over_parameters()) {
    auto for_these = read_template(cfn, spec.body, spec.parameters);
    if (!for_these) return for_these.error();
    spec.text = std::move(*for_these);
  }
  spec.capabilities = input::texts(input, "Capabilities");
  if (auto wrong = check_capabilities(spec)) return *std::move(wrong);
  const Json& rollback = input::member(input, "RollbackConfiguration");
  if (rollback.is_null() && previous != nullptr) {
    spec.rollback = previous->spec.rollback;
  } else {
    auto read = read_rollback(rollback);
    if (!read) return read.error();
    spec.rollback = std::move(*read);
  }
  if (auto wrong = read_failure(input, spec)) return *std::move(wrong);
  read_rest(input, previous, spec);
  if (spec.tags.size() > kMostTags)
    return validation_error(fmt::format("Tags exceed the limit of {}", kMostTags));
  if (spec.notification_arns.size() > kMostTopics)
    return validation_error(fmt::format("NotificationARNs exceed the limit of {}", kMostTopics));
  return spec;
}

ApiResult<std::shared_ptr<Assembly>> assemble(CloudFormation& cfn, const Place& place,
                                              const std::string& stack_id, const StackSpec& spec) {
  StackSettings settings{.name = spec.name, .place = place, .parameters = spec.parameters};
  auto assembly = std::make_shared<Assembly>(cfn.cloud, *spec.text, std::move(settings),
                                             cfn.all_exports, stack_id);
  if (!assembly->resolve()) return validation_error(assembly->take_errors());
  if (std::string wrong = assembly->take_errors(); !wrong.empty())
    return validation_error(fmt::format("Template error: {}", wrong));
  return assembly;
}

}  // namespace opsim::cloudformation
