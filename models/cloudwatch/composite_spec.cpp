// PutCompositeAlarm's input.
// AWS: API PutCompositeAlarm. "The only actions that a composite alarm can have": SNS, Lambda, SSM
// OpsItems and incidents, investigations (alarm-combining).
#include "models/cloudwatch/composite_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/input.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::int64_t kLongestPeriod = 86'400;  // estimate: the API names no limit

std::optional<ApiError> check_composite_action(const CompositeSpec& spec, const std::string& text) {
  const auto action = Arn::parse(text);
  if (!action) return validation_error(fmt::format("Invalid arn syntax: {}", text));
  const std::string& service = action->service;
  if (service == "sns" && action->region != spec.place.region) {
    return validation_error(fmt::format("Invalid region {} specified. Only {} is supported.",
                                        action->region, spec.place.region));
  }
  const bool allowed = service == "sns" || service == "lambda" || service == "ssm" ||
                       service == "ssm-incidents" || service == "aiops";
  if (allowed) return std::nullopt;
  return validation_error(fmt::format("Invalid action {}: a composite alarm can not have it",
                                      text));  // UNDOCUMENTED: the wording
}

// "WaitPeriod and ExtensionPeriod are required when ActionsSuppressor is specified." (API)
std::optional<ApiError> read_suppressor(Input& input, CompositeSpec& spec) {
  spec.suppressor = input.text("ActionsSuppressor", 1600).value_or("");
  const auto wait = input.integer("ActionsSuppressorWaitPeriod", 0);
  const auto extension = input.integer("ActionsSuppressorExtensionPeriod", 0);
  if (input.error()) return input.error();
  if (spec.suppressor.empty() != !wait || spec.suppressor.empty() != !extension) {
    return validation_error(
        "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required when "
        "ActionsSuppressor is specified, and only then");
  }
  if (wait.value_or(0) > kLongestPeriod || extension.value_or(0) > kLongestPeriod) {
    return validation_error("Suppression periods are at most a day");
  }
  spec.wait = std::chrono::seconds{wait.value_or(0)};
  spec.extension = std::chrono::seconds{extension.value_or(0)};
  return std::nullopt;
}

}  // namespace

std::string CompositeSpec::arn() const {
  return opsim::arn(place, "cloudwatch", fmt::format("alarm:{}", name));
}

const std::vector<std::string>& CompositeSpec::actions(AlarmState state) const {
  switch (state) {
    case AlarmState::ok: return ok_actions;
    case AlarmState::alarm: return alarm_actions;
    default: return insufficient_data_actions;
  }
}

bool CompositeSpec::depends_on(std::string_view alarm) const {
  return std::ranges::any_of(rule.alarms(), [&](const std::string& written) {
    return written == alarm || alarm_name_of(written) == alarm;
  });
}

std::string alarm_name_of(std::string_view written) {
  if (!written.starts_with("arn:")) return std::string{written};
  const auto arn = Arn::parse(written);
  constexpr std::string_view kPrefix = "alarm:";
  if (!arn || !arn->resource.starts_with(kPrefix)) return std::string{written};
  return arn->resource.substr(kPrefix.size());
}

ApiResult<CompositeSpec> read_composite_spec(const Place& place, const Json& members,
                                             std::string_view name) {
  Input input{members};
  CompositeSpec spec;
  spec.place = place;
  spec.name = name.empty() ? input.required_text("AlarmName") : std::string{name};
  spec.description = input.text("AlarmDescription", 1024);
  spec.actions_enabled = input.boolean("ActionsEnabled").value_or(true);
  spec.ok_actions = input.texts("OKActions", kMostActions);
  spec.alarm_actions = input.texts("AlarmActions", kMostActions);
  spec.insufficient_data_actions = input.texts("InsufficientDataActions", kMostActions);
  spec.tags = input::tags(input::member(members, "Tags"));
  input.require("AlarmRule");
  const std::string rule = input.text("AlarmRule", 20'000).value_or("");
  if (const auto error = input.error()) return *error;
  std::variant<CompositeRule, std::string> parsed = CompositeRule::parse(rule);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) {
    return validation_error(*complaint);
  }
  spec.rule = std::get<CompositeRule>(std::move(parsed));
  if (const auto error = read_suppressor(input, spec)) return *error;
  for (const auto* actions :
       {&spec.ok_actions, &spec.alarm_actions, &spec.insufficient_data_actions}) {
    for (const std::string& action : *actions) {
      if (const auto error = check_composite_action(spec, action)) return *error;
    }
  }
  return spec;
}

Json describe_composite_spec(const CompositeSpec& spec) {
  Json json{{"AlarmName", spec.name},
            {"AlarmArn", spec.arn()},
            {"AlarmRule", spec.rule.text()},
            {"ActionsEnabled", spec.actions_enabled},
            {"OKActions", spec.ok_actions},
            {"AlarmActions", spec.alarm_actions},
            {"InsufficientDataActions", spec.insufficient_data_actions}};
  if (spec.description) json["AlarmDescription"] = *spec.description;
  if (spec.suppressor.empty()) return json;
  const auto seconds = [](Duration d) {
    return std::chrono::floor<std::chrono::seconds>(d).count();
  };
  json["ActionsSuppressor"] = spec.suppressor;
  json["ActionsSuppressorWaitPeriod"] = seconds(spec.wait);
  json["ActionsSuppressorExtensionPeriod"] = seconds(spec.extension);
  return json;
}

}  // namespace opsim::cloudwatch
