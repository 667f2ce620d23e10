// Operations, resource types, the fault. AWS: Config API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/config.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::config {

namespace {

std::string second_moment(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::seconds>(time));
}

/// "NON_COMPLIANT if one resource is": of a rule as a whole.
std::string compliance_of(const Rule& rule) {
  if (rule.findings.empty()) return "INSUFFICIENT_DATA";
  const bool bad = std::ranges::any_of(
      rule.findings, [](const auto& one) { return one.second.compliance == "NON_COMPLIANT"; });
  return bad ? "NON_COMPLIANT" : "COMPLIANT";
}

ApiResult<Rule*> asked_for(Config& config, const Request& request) {
  const std::string name = input::text(request.input, "ConfigRuleName");
  Rule* rule = config.find(request.place(), name);
  if (rule == nullptr) return no_such_rule(name);
  return rule;
}

/// Those that ConfigRuleNames names, or all.
ApiResult<std::vector<const Rule*>> chosen(Config& config, const Request& request) {
  std::vector<const Rule*> all;
  for (const std::string& name : input::texts(request.input, "ConfigRuleNames")) {
    const Rule* rule = config.find(request.place(), name);
    if (rule == nullptr) return no_such_rule(name);
    all.push_back(rule);
  }
  if (!all.empty()) return all;
  for (const auto& [key, rule] : config.rules)
    if (key.first == request.place()) all.push_back(&rule);
  return all;
}

constexpr Shape kText{.kind = Kind::text, .min = 1};
constexpr Field kBreakFields[] = {
    {.name = "on", .shape = &kText, .need = Need::required, .doc = "What is not as it should be."},
    {.name = "of", .shape = &kText, .need = Need::required, .doc = "The rule, by its name."},
};

}  // namespace

extern constexpr Shape kBreakShape{.kind = Kind::mapping,
                                   .doc = "A rule of AWS Config finds a resource noncompliant.",
                                   .fields = kBreakFields};

ApiResult<Json> put_config_rule(Config& config, const Request& request) {
  const ApiResult<Rule*> put =
      put_rule(config, request.place(), input::member(request.input, "ConfigRule"));
  if (!put) return put.error();
  return Json::object();
}

ApiResult<Json> delete_config_rule(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  config.rules.erase({request.place(), std::string{(*rule)->name}});
  return Json::object();
}

ApiResult<Json> describe_config_rules(Config& config, const Request& request) {
  const ApiResult<std::vector<const Rule*>> all = chosen(config, request);
  if (!all) return all.error();
  Json list = Json::array();
  for (const Rule* rule : *all) {
    Json one = rule->given;
    one["ConfigRuleName"] = rule->name;
    one["ConfigRuleArn"] = rule->arn;
    one["ConfigRuleId"] = rule->id;
    one["ConfigRuleState"] = "ACTIVE";
    list.push_back(std::move(one));
  }
  return Json{{"ConfigRules", list}};
}

ApiResult<Json> describe_compliance(Config& config, const Request& request) {
  const ApiResult<std::vector<const Rule*>> all = chosen(config, request);
  if (!all) return all.error();
  Json list = Json::array();
  for (const Rule* rule : *all)
    list.push_back({{"ConfigRuleName", rule->name},
                    {"Compliance", {{"ComplianceType", compliance_of(*rule)}}}});
  return Json{{"ComplianceByConfigRules", list}};
}

ApiResult<Json> get_compliance_details(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  Json list = Json::array();
  for (const auto& [resource, finding] : (*rule)->findings)
    list.push_back({{"EvaluationResultIdentifier",
                     {{"EvaluationResultQualifier",
                       {{"ConfigRuleName", (*rule)->name},
                        {"ResourceType", finding.type},
                        {"ResourceId", resource}}}}},
                    {"ComplianceType", finding.compliance},
                    {"ResultRecordedTime", second_moment(finding.found)},
                    {"Annotation", finding.annotation}});
  return Json{{"EvaluationResults", list}};
}

ApiResult<Json> put_external_evaluation(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  const Json& told = input::member(request.input, "ExternalEvaluation");
  const std::string resource = input::text(told, "ComplianceResourceId");
  const std::string compliance = input::text(told, "ComplianceType");
  constexpr std::string_view kTypes[] = {"COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"};
  if (resource.empty() || std::ranges::find(kTypes, compliance) == std::end(kTypes))
    return ApiError{"InvalidParameterValueException", "ExternalEvaluation is not complete"};
  if ((*rule)->findings.size() >= 10'000 && !(*rule)->findings.contains(resource))
    return ApiError{"NotSimulated", "more than 10000 resources of one rule are not kept"};
  find(config, **rule, resource,
       {.type = input::text(told, "ComplianceResourceType"),
        .compliance = compliance,
        .annotation = input::text(told, "Annotation")});
  return Json::object();
}

ApiResult<Json> put_remediation_configurations(Config& config, const Request& request) {
  const Json& list = input::member(request.input, "RemediationConfigurations");
  if (!list.is_array() || list.empty())
    return ApiError{"InvalidParameterValueException", "RemediationConfigurations is empty"};
  for (const Json& given : list) {
    const std::string name = input::text(given, "ConfigRuleName");
    Rule* rule = config.find(request.place(), name);
    if (rule == nullptr) return no_such_rule(name);
    rule->remediation = read_remediation(given);
  }
  return Json{{"FailedBatches", Json::array()}};
}

ApiResult<Json> describe_remediation_configurations(Config& config, const Request& request) {
  const ApiResult<std::vector<const Rule*>> all = chosen(config, request);
  if (!all) return all.error();
  Json list = Json::array();
  for (const Rule* rule : *all)
    if (rule->remediation)
      list.push_back({{"ConfigRuleName", rule->name},
                      {"TargetType", "SSM_DOCUMENT"},
                      {"TargetId", rule->remediation->document},
                      {"Automatic", rule->remediation->automatic},
                      {"MaximumAutomaticAttempts", rule->remediation->most_attempts},
                      {"RetryAttemptSeconds", rule->remediation->retry.count()}});
  return Json{{"RemediationConfigurations", list}};
}

ApiResult<Json> start_remediation_execution(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  if (!(*rule)->remediation)
    return ApiError{"NoSuchRemediationConfigurationException",
                    "You specified an AWS Config rule without a remediation configuration."};
  const Json& keys = input::member(request.input, "ResourceKeys");
  if (!keys.is_array() || keys.empty() || keys.size() > 100)
    return ApiError{"InvalidParameterValueException", "ResourceKeys has from 1 to 100 members"};
  for (const Json& key : keys)
    config.cloud.sim().spawn(
        remedy(config, (*rule)->place, (*rule)->name, input::text(key, "resourceId")));
  return Json::object();
}

ApiResult<Json> describe_remediation_status(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  Json list = Json::array();
  for (const auto& [resource, attempt] : (*rule)->attempts)
    list.push_back({{"ResourceKey", {{"resourceId", resource}}},
                    {"State", attempt.state},
                    {"InvocationCount", attempt.number}});
  return Json{{"RemediationExecutionStatuses", list}};
}

ApiResult<Created> create_rule(Config& config, const ResourceRequest& request) {
  Json given = request.properties;
  if (input::text(given, "ConfigRuleName").empty())
    given["ConfigRuleName"] =
        config.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  const ApiResult<Rule*> put = put_rule(config, request.place, given);
  if (!put) return put.error();
  const Rule& rule = **put;
  return Created{rule.name, rule.arn, {{"Arn", rule.arn}, {"ConfigRuleId", rule.id}}};
}

ApiResult<Created> create_remediation(Config& config, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "ConfigRuleName");
  Rule* rule = config.find(request.place, name);
  if (rule == nullptr) return no_such_rule(name);
  rule->remediation = read_remediation(request.properties);
  return Created{.physical_id = name};
}

void begin_break(Model& model, const FaultRequest& request) {
  Config& config = static_cast<Config&>(model);
  const std::string of{request.arguments.find("of").value_or(Node{}).spelling()};
  const Resource* named = config.cloud.resources().find_named(of);
  const std::string name = named == nullptr ? of : named->physical_id;
  for (auto& [key, rule] : config.rules) {
    if (key.second != name) continue;
    for (const std::string& target : request.targets) {
      const Resource* resource = config.cloud.resources().find(target);
      config::find(config, rule, target,
                   {.type = resource == nullptr ? "" : resource->type,
                    .compliance = "NON_COMPLIANT",
                    .annotation = {}});
    }
    return;
  }
}

}  // namespace opsim::config
