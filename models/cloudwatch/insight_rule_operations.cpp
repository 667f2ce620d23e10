// Contributor Insights rules.
// AWS: API PutInsightRule, DescribeInsightRules, EnableInsightRules, DisableInsightRules,
// DeleteInsightRules, PartialFailure, GetInsightRuleReport; User Guide,
// ContributorInsights-RuleSyntax. SIMPLIFIED: a report reads the log events anew; the time while a
// rule was disabled counts too.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/insight_source.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kLongestDefinition = 8192;
constexpr std::size_t kMostRuleNames = 100;
constexpr std::array<std::string_view, 2> kRuleStates = {"ENABLED", "DISABLED"};

std::optional<ApiError> check_definition(const std::string& definition) {
  const auto body = RuleBody::parse(definition);
  if (const auto* complaint = std::get_if<std::string>(&body)) return invalid_value(*complaint);
  return std::nullopt;
}

constexpr std::int64_t kMostReported = 100;
constexpr std::array<std::string_view, 2> kReportOrders = {"Sum", "Maximum"};
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
     .doc = "The rule, as JSON text."},
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
  rule.since = cw.cloud.sim().now();
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

ApiResult<Json> get_insight_rule_report(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("RuleName", 128);
  ReportFrame frame;
  frame.start = input.required_time("StartTime");
  frame.end = input.required_time("EndTime");
  input.require("Period");
  const std::int64_t period = input.integer("Period", 1).value_or(60);
  const std::int64_t most = input.integer("MaxContributorCount", 1).value_or(10);
  frame.metrics = input.texts("Metrics", kRuleMetrics.size());
  frame.by_maximum = input.choice("OrderBy", kReportOrders).value_or("Sum") == "Maximum";
  if (const auto error = input.error()) return *error;
  if (period % 60 != 0) return invalid_value("Period must be a multiple of 60.");
  if (most > kMostReported)
    return invalid_value(fmt::format("MaxContributorCount must be at most {}.", kMostReported));
  if (frame.end <= frame.start) return invalid_value("EndTime must be later than StartTime.");
  for (const std::string& metric : frame.metrics)
    if (std::ranges::find(kRuleMetrics, metric) == kRuleMetrics.end())
      return invalid_value(fmt::format("{} is no metric of Contributor Insights.", metric));
  const auto& rules = cw.insight_rules.rules[request.place()];
  const auto found = rules.find(name);
  if (found == rules.end())
    return ApiError{"ResourceNotFoundException", "The specified rule does not exist", 404};
  const auto body = RuleBody::parse(found->second.definition);
  const auto* rule = std::get_if<RuleBody>(&body);
  if (rule == nullptr) return invalid_value("The rule definition is invalid");
  frame.period = std::chrono::seconds{period};
  frame.most = static_cast<std::size_t>(most);
  frame.start = std::max(frame.start, found->second.since);
  const std::vector<RuleSample> samples =
      rule_samples(cw.cloud, request.place(), *rule, frame.start, frame.end);
  return rule_report(*rule, samples, frame);
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
                                  .doc = "A rule of Contributor Insights.",
                                  .fields = kInsightRuleFields};

ApiResult<Created> create_insight_rule(CloudWatch& cw, const ResourceRequest& request) {
  InsightRule rule;
  rule.name = input::text(request.properties, "RuleName");
  rule.enabled = input::text(request.properties, "RuleState") != "DISABLED";
  rule.definition = input::text(request.properties, "RuleBody");
  if (const auto error = check_definition(rule.definition)) return *error;
  rule.since = cw.cloud.sim().now();
  Created created{.physical_id = rule.name,
                  .arn = opsim::arn(request.place, "cloudwatch", "insight-rule/" + rule.name)};
  created.attributes = {{"Arn", created.arn}, {"RuleName", rule.name}};
  std::string name = rule.name;
  cw.insight_rules.rules[request.place][std::move(name)] = std::move(rule);
  return created;
}

}  // namespace opsim::cloudwatch
