// Rules of stage conditions.
// AWS: CodePipeline User Guide, "Rule structure reference" (rule-reference-CloudWatchAlarm,
// -DeploymentWindow, -LambdaInvoke, -VariableCheck, -Commands). "If all rules succeed, the
// condition is met"; else its result engages.
#include <fmt/format.h>

#include <boost/regex.hpp>
#include <charconv>
#include <sstream>

#include "models/codepipeline/codepipeline.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/schedule.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

/// How often a waiting rule looks at its alarm (estimate).
constexpr Duration kAlarmLooks = std::chrono::minutes{1};

struct RuleContext {
  CodePipeline& all;
  Execution& execution;
  const RuleSpec& rule;
  Caller caller;
  std::map<std::string, std::string> settings{};

  [[nodiscard]] std::string setting(const std::string& key, std::string otherwise = {}) const {
    const auto found = settings.find(key);
    return found == settings.end() || found->second.empty() ? std::move(otherwise) : found->second;
  }
};

Caller caller_of(const Execution& execution, const RuleSpec& rule) {
  Caller caller{execution.place, rule.role.empty() ? execution.spec->role : rule.role,
                "codepipeline.amazonaws.com"};
  if (const std::optional<Arn> role = Arn::parse(caller.principal); role && !role->account.empty())
    caller.place.account = role->account;
  if (!rule.region.empty()) caller.place.region = rule.region;
  return caller;
}

/// The states that fail the rule: AlarmStates, ALARM where it says nothing.
std::string alarm_trouble(const RuleContext& context, const std::string& name) {
  const ApiResult<Json> answer = context.all.cloud.inspect(
      context.caller.place, "cloudwatch", "DescribeAlarms",
      {{"AlarmNames", Json::array({name})}, {"AlarmTypes", {"MetricAlarm", "CompositeAlarm"}}});
  if (!answer) return answer.error().message;
  const std::string states = context.setting("AlarmStates", "ALARM");
  for (const char* kind : {"MetricAlarms", "CompositeAlarms"}) {
    const Json& alarms = member(*answer, kind);
    if (!alarms.is_array() || alarms.empty()) continue;
    const std::string state = text(alarms.front(), "StateValue");
    return states.find(state) == std::string::npos ? ""
                                                   : fmt::format("alarm {} is in {}", name, state);
  }
  return fmt::format("there is no alarm {}", name);
}

/// WaitTime, in minutes: the alarm must stay out of those states for so long.
Process<std::string> check_alarm(RuleContext& context) {
  const std::string name = context.setting("AlarmName");
  const std::string minutes = context.setting("WaitTime", "0");
  std::int64_t wait = 0;
  std::from_chars(minutes.data(), minutes.data() + minutes.size(), wait);
  const SimTime until =
      context.all.sim().now() + std::chrono::minutes{std::max<std::int64_t>(wait, 0)};
  while (true) {
    std::string trouble = alarm_trouble(context, name);
    if (!trouble.empty() || context.all.sim().now() >= until) co_return trouble;
    co_await context.all.sim().sleep(std::min(kAlarmLooks, until - context.all.sim().now()));
  }
}

/// "* * 9-17 ? * MON-FRI *": seconds first, the year last and optional.
std::optional<schedule::Cron> window_of(const std::string& written) {
  std::istringstream words{written};
  std::vector<std::string> fields;
  for (std::string field; words >> field;) fields.push_back(field);
  if (fields.size() != 6 && fields.size() != 7) return std::nullopt;
  if (fields[3] == "*" && fields[5] == "*") fields[5] = "?";
  const auto parsed =
      schedule::parse(fmt::format("cron({} {} {} {} {} {})", fields[1], fields[2], fields[3],
                                  fields[4], fields[5], fields.size() == 7 ? fields[6] : "*"));
  if (!parsed) return std::nullopt;
  const auto* cron = std::get_if<schedule::Cron>(&*parsed);
  return cron == nullptr ? std::nullopt : std::optional{*cron};
}

std::string check_window(const RuleContext& context) {
  const std::string written = context.setting("Cron");
  const auto cron = window_of(written);
  if (!cron) return fmt::format("{} is no cron expression", written);
  const std::string named = context.setting("TimeZone", "UTC");
  const std::optional<TimeZone> zone = TimeZone::find(named);
  if (!zone) return fmt::format("there is no time zone {}", named);
  const SimTime minute = std::chrono::floor<std::chrono::minutes>(context.all.sim().now());
  const auto open = cron->next_after(minute - std::chrono::minutes{1}, *zone);
  return open && *open == minute ? "" : fmt::format("the window {} ({}) is closed", written, named);
}

std::string check_variable(const RuleContext& context) {
  const std::string variable = context.setting("Variable");
  const std::string value = context.setting("Value");
  const std::string how = context.setting("Operator", "EQ");
  bool holds = false;
  if (how == "EQ") holds = variable == value;
  if (how == "NE") holds = variable != value;
  if (how == "CONTAINS") holds = variable.find(value) != std::string::npos;
  if (how == "MATCHES") {
    try {
      holds = boost::regex_match(variable, boost::regex{value});
    } catch (const std::runtime_error& wrong) {  // no expression, or one that never ends
      return fmt::format("{} cannot be matched: {}", value, wrong.what());
    }
  }
  return holds ? "" : fmt::format("{} is not {} {}", variable, how, value);
}

Process<std::string> check_function(RuleContext& context) {
  const Json payload{{"pipelineExecutionId", context.execution.id},
                     {"UserParameters", context.setting("UserParameters")}};
  Json invocation{{"FunctionName", context.setting("FunctionName")}, {"Payload", payload.dump()}};
  Process<ApiResult<Json>> invoking =
      context.all.cloud.call(context.caller, "lambda", "Invoke", std::move(invocation));
  const ApiResult<Json> answer = co_await invoking;
  if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  const std::string error = text(*answer, "FunctionError");
  co_return error.empty()
      ? ""
      : fmt::format("function {} failed ({})", context.setting("FunctionName"), error);
}

/// "" where the rule holds.
Process<std::string> check_rule(RuleContext& context) {
  for (const auto& [key, value] : context.rule.configuration) {
    Resolved resolved = resolve_variables(value, context.execution.variables);
    if (!resolved.unknown.empty())
      co_return fmt::format("the variable {} could not be resolved", resolved.unknown);
    context.settings[key] = std::move(resolved.text);
  }
  const std::string& provider = context.rule.provider;
  if (provider == "DeploymentWindow") co_return check_window(context);
  if (provider == "VariableCheck") co_return check_variable(context);
  if (provider == "CloudWatchAlarm") {
    Process<std::string> alarm = check_alarm(context);
    std::string trouble = co_await alarm;
    co_return trouble;
  }
  if (provider == "LambdaInvoke") {
    Process<std::string> function = check_function(context);
    std::string trouble = co_await function;
    co_return trouble;
  }
  if (provider == "Commands") {  // SIMPLIFIED: they take a minute (estimate) and work
    co_await context.all.sim().sleep(std::chrono::minutes{1});
    co_return "";
  }
  co_return fmt::format("rules of provider {} are not simulated", provider);
}

}  // namespace

Process<ConditionVerdict> check_conditions(CodePipeline& all, Execution& execution,
                                           const std::vector<ConditionSpec>& conditions) {
  for (const ConditionSpec& condition : conditions)
    for (const RuleSpec& rule : condition.rules) {
      RuleContext context{all, execution, rule, caller_of(execution, rule)};
      Process<std::string> checking = check_rule(context);
      // RuleDeclaration.timeoutInMinutes; one hour unless a wait is longer (estimate).
      const Duration limit = rule.timeout.value_or(std::chrono::hours{24});
      Process<std::optional<std::string>> in_time = with_timeout(std::move(checking), limit);
      const std::optional<std::string> trouble = co_await in_time;
      if (trouble && trouble->empty()) continue;
      co_return ConditionVerdict{
          condition.result,
          fmt::format("rule {}: {}", rule.name,
                      trouble ? *trouble : fmt::format("no answer in {}", human(limit)))};
    }
  co_return ConditionVerdict{};
}

}  // namespace opsim::codepipeline
