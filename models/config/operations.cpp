// Operations, resource types, the fault. AWS: Config API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/config.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::config {

namespace {

Json result_of(const Rule& rule, const std::string& resource, const Finding& finding) {
  Json result{{"EvaluationResultIdentifier",
               {{"EvaluationResultQualifier",
                 {{"ConfigRuleName", rule.name},
                  {"ResourceType", finding.type},
                  {"ResourceId", resource},
                  {"EvaluationMode", "DETECTIVE"}}},
                {"OrderingTimestamp", second_moment(finding.found)}}},
              {"ComplianceType", finding.compliance},
              {"ResultRecordedTime", second_moment(finding.found)},
              {"ConfigRuleInvokedTime", second_moment(finding.found)}};
  if (!finding.annotation.empty()) result["Annotation"] = finding.annotation;
  return result;
}

/// A template that has rules and no recorder is of an account that records already, as landing
/// zones have it; AWS would refuse the rule.
void imply_recorder(Config& config, const Place& place) {
  const auto [at, fresh] = config.recorders.try_emplace(place);
  if (fresh) at->second = {.given = {{"name", "default"}}, .recording = true, .implied = true};
}

constexpr Shape kTime{.kind = Kind::distribution, .example = "lognormal(p50 90s, p99 8min)"};
constexpr Field kRecorderFields[] = {
    {.name = "evaluates in",
     .shape = &kTime,
     .doc = "From a recorded change to what a rule finds. Default: an estimate."},
    {.name = "records in",
     .shape = &kTime,
     .doc = "From a change to its configuration item. Default: an estimate."},
};
constexpr Shape kText{.kind = Kind::text, .min = 1};
constexpr Field kBreakFields[] = {
    {.name = "on", .shape = &kText, .need = Need::required, .doc = "What is not as it should be."},
    {.name = "of", .shape = &kText, .need = Need::required, .doc = "The rule, by its name."},
};

}  // namespace

extern constexpr Shape kBreakShape{.kind = Kind::mapping,
                                   .doc = "A rule of AWS Config finds a resource noncompliant.",
                                   .fields = kBreakFields};

extern constexpr Shape kRecorderPhysics{.kind = Kind::mapping,
                                        .name = "configuration recorder",
                                        .doc = "How soon AWS Config sees what changed.",
                                        .fields = kRecorderFields};

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

ApiResult<std::vector<Rule*>> chosen(Config& config, const Request& request) {
  std::vector<Rule*> all;
  for (const std::string& name : input::texts(request.input, "ConfigRuleNames")) {
    Rule* rule = config.find(request.place(), name);
    if (rule == nullptr) return no_such_rule(name);
    all.push_back(rule);
  }
  if (!all.empty()) return all;
  for (auto& [key, rule] : config.rules)
    if (key.first == request.place()) all.push_back(&rule);
  return all;
}

ApiResult<Json> put_config_rule(Config& config, const Request& request) {
  if (!config.recorders.contains(request.place()))
    return ApiError{"NoAvailableConfigurationRecorderException",
                    "There are no configuration recorders available to provide the role needed to "
                    "describe your resources. Create a configuration recorder."};
  const ApiResult<Rule*> put =
      put_rule(config, request.place(), input::member(request.input, "ConfigRule"));
  if (!put) return put.error();
  return Json::object();
}

ApiResult<Json> delete_config_rule(Config& config, const Request& request) {
  const ApiResult<Rule*> rule = asked_for(config, request);
  if (!rule) return rule.error();
  if (request.place() == (*rule)->place && !(*rule)->made_by.empty())
    return ApiError{"ResourceInUseException",
                    fmt::format("The rule {} is service-linked: {} made it and alone deletes it.",
                                (*rule)->name, (*rule)->made_by)};
  if ((*rule)->remediation)
    return ApiError{"ResourceInUseException",
                    "A remediation action is associated with the rule and AWS Config cannot delete "
                    "this rule. Delete the remediation action associated with the rule before "
                    "deleting the rule and try your request again later."};
  config.rules.erase({request.place(), std::string{(*rule)->name}});
  return Json::object();
}

ApiResult<Json> describe_config_rules(Config& config, const Request& request) {
  const ApiResult<std::vector<Rule*>> all = chosen(config, request);
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
  const ApiResult<std::vector<Rule*>> all = chosen(config, request);
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
  const std::vector<std::string> types = input::texts(request.input, "ComplianceTypes");
  Json list = Json::array();
  for (const auto& [resource, finding] : (*rule)->findings)
    if (types.empty() || std::ranges::find(types, finding.compliance) != types.end())
      list.push_back(result_of(**rule, resource, finding));
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
        .annotation = input::text(told, "Annotation"),
        .found = {},
        .since = {}});
  return Json::object();
}

/// What every rule says of one resource.
ApiResult<Json> get_compliance_by_resource(Config& config, const Request& request) {
  const std::string id = input::text(request.input, "ResourceId");
  Json list = Json::array();
  for (const auto& [key, rule] : config.rules) {
    const auto found = rule.findings.find(id);
    if (key.first == request.place() && found != rule.findings.end())
      list.push_back(result_of(rule, id, found->second));
  }
  return Json{{"EvaluationResults", list}};
}

/// "Runs an on-demand evaluation ... against the last known configuration state of the resources."
ApiResult<Json> start_evaluation(Config& config, const Request& request) {
  const ApiResult<std::vector<Rule*>> all = chosen(config, request);
  if (!all) return all.error();
  for (Rule* rule : *all)
    config.cloud.sim().after(
        config.evaluates_in.sample_duration(config.cloud.sim().random("config.on demand")),
        [&config, place = rule->place, name = rule->name] {
          if (Rule* again = config.find(place, name)) evaluate_all(config, *again);
        });
  return Json::object();
}

ApiResult<Created> create_rule(Config& config, const ResourceRequest& request) {
  Json given = request.properties;
  if (input::text(given, "ConfigRuleName").empty())
    given["ConfigRuleName"] =
        config.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  imply_recorder(config, request.place);
  const ApiResult<Rule*> put = put_rule(config, request.place, given);
  if (!put) return put.error();
  const Rule& rule = **put;
  return Created{rule.name, rule.arn, {{"Arn", rule.arn}, {"ConfigRuleId", rule.id}}};
}

void apply_recorder_physics(Model& model, const PhysicsRequest& request) {
  Config& config = static_cast<Config&>(model);
  const auto read = [&](std::string_view key, Distribution& into) {
    const auto written = request.values.find(key);
    if (!written) return;
    if (const ParsedDistribution parsed = Distribution::parse(written->spelling())) into = *parsed;
  };
  read("evaluates in", config.evaluates_in);
  read("records in", config.records_in);
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
                    .annotation = {},
                    .found = {},
                    .since = {}});
    }
    return;
  }
}

}  // namespace opsim::config
