// Contributor Insights rules.
// AWS: API PutInsightRule, DescribeInsightRules, EnableInsightRules, DisableInsightRules,
// DeleteInsightRules, PartialFailure; User Guide, ContributorInsights-RuleSyntax.
// SIMPLIFIED: rules are kept, and nothing of what they would count is; GetInsightRuleReport says
// so.
#include <fmt/format.h>

#include <array>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kLongestDefinition = 8192;
constexpr std::size_t kMostRuleNames = 100;
constexpr std::array<std::string_view, 2> kRuleStates = {"ENABLED", "DISABLED"};

std::optional<ApiError> check_definition(const std::string& definition) {
  const Json body = Json::parse(definition, nullptr, false);
  if (!body.is_object()) return invalid_value("The rule definition must be a valid JSON object");
  for (const char* member : {"Schema", "Contribution", "AggregateOn"}) {
    if (!body.contains(member)) {
      return invalid_value(fmt::format("The rule definition must contain {}", member));
    }
  }
  return std::nullopt;
}

Json rule_json(const InsightRule& rule) {
  const Json body = Json::parse(rule.definition, nullptr, false);
  return {{"Name", rule.name},
          {"State", rule.enabled ? "ENABLED" : "DISABLED"},
          {"Schema", body.value("Schema", Json::object()).dump()},
          {"Definition", rule.definition},
          {"ManagedRule", false}};
}

/// "An array listing the rules that could not be changed."
template <class Change>
ApiResult<Json> change_rules(CloudWatch& cw, const Request& request, const Change& change) {
  Input input{request.input};
  input.require("RuleNames");
  const std::vector<std::string> names = input.texts("RuleNames", kMostRuleNames);
  if (const auto error = input.error()) return *error;
  auto& rules = cw.insight_rules.rules[request.place()];
  Json failures = Json::array();
  for (const std::string& name : names) {
    const auto found = rules.find(name);
    if (found != rules.end()) {
      change(rules, found);
      continue;
    }
    failures.push_back({{"FailureResource", name},
                        {"ExceptionType", "ResourceNotFoundException"},
                        {"FailureCode", "404"},
                        {"FailureDescription", "The specified rule does not exist"}});
  }
  return Json{{"Failures", std::move(failures)}};
}

constexpr Shape kRuleText{.kind = Kind::text};
constexpr Shape kRuleState{.kind = Kind::text, .allowed = kRuleStates};
constexpr Field kInsightRuleFields[] = {
    {.name = "ApplyOnTransformedLogs", .simulated = Simulated::no},
    {.name = "RuleBody",
     .shape = &kRuleText,
     .need = Need::required,
     .doc = "Kept as written; what it would count is not."},
    {.name = "RuleName", .shape = &kRuleText, .need = Need::required},
    {.name = "RuleState", .shape = &kRuleState, .need = Need::required},
    {.name = "Tags", .simulated = Simulated::no},
};

}  // namespace

ApiResult<Json> put_insight_rule(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  InsightRule rule;
  rule.name = input.required_text("RuleName", 128);
  rule.enabled = input.choice("RuleState", kRuleStates).value_or("ENABLED") == "ENABLED";
  rule.definition = input.required_text("RuleDefinition", kLongestDefinition);
  if (const auto error = input.error()) return *error;
  if (const auto error = check_definition(rule.definition)) return *error;
  std::string name = rule.name;
  cw.insight_rules.rules[request.place()][std::move(name)] = std::move(rule);
  return Json::object();
}

ApiResult<Json> describe_insight_rules(CloudWatch& cw, const Request& request) {
  Json rules = Json::array();
  for (const auto& [name, rule] : cw.insight_rules.rules[request.place()]) {
    rules.push_back(rule_json(rule));
  }
  return Json{{"InsightRules", std::move(rules)}};
}

ApiResult<Json> enable_insight_rules(CloudWatch& cw, const Request& request) {
  return change_rules(cw, request, [](auto&, auto rule) { rule->second.enabled = true; });
}

ApiResult<Json> disable_insight_rules(CloudWatch& cw, const Request& request) {
  return change_rules(cw, request, [](auto&, auto rule) { rule->second.enabled = false; });
}

ApiResult<Json> delete_insight_rules(CloudWatch& cw, const Request& request) {
  return change_rules(cw, request, [](auto& rules, auto rule) { rules.erase(rule); });
}

constexpr Shape kInsightRuleShape{.kind = Kind::mapping,
                                  .name = "CloudWatchInsightRule",
                                  .doc = "A rule of Contributor Insights: kept, not evaluated.",
                                  .fields = kInsightRuleFields};

ApiResult<Created> create_insight_rule(CloudWatch& cw, const ResourceRequest& request) {
  InsightRule rule;
  rule.name = input::text(request.properties, "RuleName");
  rule.enabled = input::text(request.properties, "RuleState") != "DISABLED";
  rule.definition = input::text(request.properties, "RuleBody");
  if (const auto error = check_definition(rule.definition)) return *error;
  Created created{.physical_id = rule.name,
                  .arn = opsim::arn(request.place, "cloudwatch", "insight-rule/" + rule.name)};
  created.attributes = {{"Arn", created.arn}, {"RuleName", rule.name}};
  std::string name = rule.name;
  cw.insight_rules.rules[request.place][std::move(name)] = std::move(rule);
  return created;
}

}  // namespace opsim::cloudwatch
