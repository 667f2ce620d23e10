// Rules and findings: what is told of them, and what remedies them.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/config.hpp"

namespace opsim::config {

namespace {

std::string precise_moment(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

Json evaluation_of(const Rule& rule, const std::string& resource, const Finding& finding) {
  const std::string at = precise_moment(finding.found);
  return {
      {"evaluationResultIdentifier",
       {{"evaluationResultQualifier",
         {{"configRuleName", rule.name}, {"resourceType", finding.type}, {"resourceId", resource}}},
        {"orderingTimestamp", at}}},
      {"complianceType", finding.compliance},
      {"resultRecordedTime", at},
      {"configRuleInvokedTime", at},
      {"annotation", finding.annotation}};
}

/// Developer Guide, "Monitoring AWS Config with Amazon EventBridge": ComplianceChangeNotification.
void tell(Config& config, const Rule& rule, const std::string& resource,
          const std::optional<Finding>& before, const Finding& after) {
  Json detail{{"resourceId", resource},
              {"awsRegion", rule.place.region},
              {"awsAccountId", rule.place.account},
              {"configRuleName", rule.name},
              {"recordVersion", "1.0"},
              {"configRuleARN", rule.arn},
              {"messageType", "ComplianceChangeNotification"},
              {"newEvaluationResult", evaluation_of(rule, resource, after)},
              {"notificationCreationTime", precise_moment(config.cloud.sim().now())},
              {"resourceType", after.type}};
  if (before) detail["oldEvaluationResult"] = evaluation_of(rule, resource, *before);
  config.cloud.emit(
      {.source = "aws.config",
       .detail_type = "Config Rules Compliance Change",
       .place = rule.place,
       .detail = std::move(detail),
       .line = fmt::format("{}: {} is {}", rule.name, config.cloud.resources().name_of(resource),
                           after.compliance)});
}

/// {"BucketName": {"ResourceValue": {"Value": "RESOURCE_ID"}}, "Role": {"StaticValue": {...}}}.
Json parameters_for(const Remediation& remediation, const std::string& resource) {
  Json parameters = Json::object();
  if (!remediation.parameters.is_object()) return parameters;
  for (const auto& [name, value] : remediation.parameters.items()) {
    const Json& fixed = input::member(value, "StaticValue");
    if (fixed.is_object()) {
      const char* const member = fixed.contains("Values") ? "Values" : "values";
      parameters[name] = input::texts(fixed, member);
    } else if (!input::member(value, "ResourceValue").is_null()) {
      parameters[name] = Json::array({resource});
    }
  }
  return parameters;
}

}  // namespace

ApiError no_such_rule(std::string_view name) {
  return {"NoSuchConfigRuleException",
          fmt::format("The ConfigRule '{}' provided in the request is invalid. Please check the "
                      "configRule name",
                      name)};
}

Rule* Config::find(const Place& place, const std::string& name) {
  const auto found = rules.find({place, name});
  return found == rules.end() ? nullptr : &found->second;
}

ApiResult<Rule*> put_rule(Config& config, const Place& place, const Json& given) {
  const std::string name = input::text(given, "ConfigRuleName");
  if (name.empty() || name.size() > 128)
    return ApiError{"InvalidParameterValueException", "A rule's name has from 1 to 128 characters"};
  if (!input::member(given, "Source").is_object())
    return ApiError{"InvalidParameterValueException", "A rule needs a Source"};
  Rule& rule = config.rules[{place, name}];
  if (rule.id.empty()) {
    rule.id = config.cloud.next_id("config-rule-");
    rule.name = name;
    rule.place = place;
    rule.arn = arn(place, "config", "config-rule/" + rule.id);
  }
  rule.given = given;
  return &rule;
}

std::optional<Remediation> read_remediation(const Json& given) {
  Remediation read;
  read.document = input::text(given, "TargetId");
  if (read.document.empty()) return std::nullopt;
  read.document = read.document.substr(read.document.rfind('/') + 1);
  read.parameters = input::member(given, "Parameters");
  read.automatic = input::boolean(given, "Automatic").value_or(false);
  read.most_attempts = std::clamp<std::int64_t>(
      input::integer(given, "MaximumAutomaticAttempts").value_or(5), 1, 25);
  read.retry = std::chrono::seconds{std::clamp<std::int64_t>(
      input::integer(given, "RetryAttemptSeconds").value_or(60), 1, 2'678'000)};
  return read;
}

void find(Config& config, Rule& rule, const std::string& resource, Finding finding) {
  finding.found = config.cloud.sim().now();
  std::optional<Finding> before;
  if (const auto known = rule.findings.find(resource); known != rule.findings.end())
    before = known->second;
  rule.findings[resource] = finding;
  if (before && before->compliance == finding.compliance) return;  // no change is told
  tell(config, rule, resource, before, finding);
  if (finding.compliance != "NON_COMPLIANT" || !rule.remediation || !rule.remediation->automatic)
    return;
  rule.attempts.erase(resource);
  config.cloud.sim().spawn(remedy(config, rule.place, rule.name, resource));
}

Process<> remedy(Config& config, Place place, std::string name, std::string resource) {
  Rule* rule = config.find(place, name);
  if (rule == nullptr || !rule->remediation) co_return;
  Attempt& attempt = rule->attempts[resource];
  ++attempt.number;
  attempt.state = "IN_PROGRESS";
  const Caller caller{place, "config.amazonaws.com", ""};
  Json start{{"DocumentName", rule->remediation->document},
             {"Parameters", parameters_for(*rule->remediation, resource)}};
  Process<ApiResult<Json>> calling =
      config.cloud.call(caller, "ssm", "StartAutomationExecution", std::move(start));
  const ApiResult<Json> answer = co_await std::move(calling);
  rule = config.find(place, name);
  if (rule == nullptr) co_return;
  Attempt& after = rule->attempts[resource];
  if (answer)
    after.execution = input::text(*answer, "AutomationExecutionId");
  else
    after.state = "FAILED";
}

void on_event(Model& model, const Event& event) {
  if (event.source != "aws.ssm" ||
      event.detail_type != "EC2 Automation Execution Status-change Notification")
    return;
  Config& config = static_cast<Config&>(model);
  const std::string status = input::text(event.detail, "Status");
  const std::string execution = input::text(event.detail, "ExecutionId");
  if (execution.empty()) return;
  const bool works = status == "Success";
  if (!works && status != "Failed" && status != "TimedOut" && status != "Cancelled") return;
  for (auto& [key, rule] : config.rules)
    for (auto& [resource, attempt] : rule.attempts) {
      if (attempt.execution != execution || !rule.remediation) continue;
      attempt.state = works ? "SUCCEEDED" : "FAILED";
      if (works) {
        const auto known = rule.findings.find(resource);
        if (known == rule.findings.end()) return;
        Finding better = known->second;
        better.compliance = "COMPLIANT";
        better.annotation.clear();
        find(config, rule, resource, std::move(better));
      } else if (rule.remediation->automatic && attempt.number < rule.remediation->most_attempts) {
        config.cloud.sim().after(rule.remediation->retry,
                                 [&config, place = rule.place, name = rule.name, resource] {
                                   config.cloud.sim().spawn(remedy(config, place, name, resource));
                                 });
      }
      return;
    }
}

}  // namespace opsim::config
