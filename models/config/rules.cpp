// Rules, and what is told of what they find.
#include <fmt/format.h>

#include <algorithm>

#include "models/config/config.hpp"
#include "models/config/managed_rules.hpp"
#include "opsim/kernel/estimate.hpp"

namespace opsim::config {

namespace {

Json evaluation_of(const Rule& rule, const std::string& resource, const Finding& finding) {
  const std::string at = precise_moment(finding.found);
  Json evaluation{{"evaluationResultIdentifier",
                   {{"evaluationResultQualifier",
                     {{"configRuleName", rule.name},
                      {"resourceType", finding.type},
                      {"resourceId", resource},
                      {"evaluationMode", "DETECTIVE"}}},
                    {"orderingTimestamp", at}}},
                  {"complianceType", finding.compliance},
                  {"resultRecordedTime", at},
                  {"configRuleInvokedTime", at}};
  if (!finding.annotation.empty()) evaluation["annotation"] = finding.annotation;
  return evaluation;
}

/// What a template calls it is the same in all accounts; its id is not.
std::string name_in_story(Config& config, const Rule& rule, const std::string& resource) {
  const bool elsewhere = rule.place.account != config.cloud.home().account;
  return elsewhere ? resource : std::string{config.cloud.resources().name_of(resource)};
}

std::string said_of(Config& config, const Rule& rule, const std::string& resource,
                    const Finding& finding) {
  std::string text =
      fmt::format("finds {} {}", name_in_story(config, rule, resource), finding.compliance);
  if (!finding.annotation.empty()) text += ": " + finding.annotation;
  return text;
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
  config.cloud.emit({.source = "aws.config",
                     .detail_type = "Config Rules Compliance Change",
                     .place = rule.place,
                     .detail = std::move(detail),
                     .line = fmt::format("Config Rules Compliance Change: {} of {}",
                                         after.compliance, name_in_story(config, rule, resource))});
}

/// Of rules that many accounts have, the first few findings make the story.
Level level_of(Config& config, const Rule& rule) {
  constexpr std::size_t kTold = 3;
  if (rule.place.account == config.cloud.home().account) return Level::goals;
  return ++config.told[rule.name] <= kTold ? Level::goals : Level::everything;
}

/// A finding is what an alarm is elsewhere: goals and incidents count it as noticed.
CauseId write_finding(Config& config, const Rule& rule, const std::string& resource,
                      const Finding& finding) {
  const Resource* made = config.cloud.resources().find(rule.arn);
  const bool bad = finding.compliance == "NON_COMPLIANT";
  return config.cloud.journal().write(
      {.kind = EntryKind::rule,
       .level = level_of(config, rule),
       .subject = made == nullptr ? rule.name : made->logical_id,
       .text = said_of(config, rule, resource, finding),
       .source = std::string{config.cloud.resources().source_of(rule.arn)},
       .detail = {{"finding", finding.compliance},
                  {"resource", resource},
                  {"state", bad ? "ALARM" : "OK"},
                  {"account", rule.place.account}}});
}

}  // namespace

std::string second_moment(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::seconds>(time));
}
std::string precise_moment(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

ApiError no_such_rule(std::string_view name) {
  return {"NoSuchConfigRuleException",
          fmt::format("The ConfigRule '{}' provided in the request is invalid. Please check the "
                      "configRule name",
                      name)};
}

// How soon a change is recorded and looked at is nowhere promised ("AWS Config continuously
// detects"): estimates, from what people report of minutes.
Config::Config(Cloud& world)
    : cloud{world},
      records_in{estimate("lognormal(p50 90s, p99 8min)")},
      evaluates_in{estimate("lognormal(p50 15s, p99 90s)")} {}

Rule* Config::find(const Place& place, const std::string& name) {
  const auto found = rules.find({place, name});
  return found == rules.end() ? nullptr : &found->second;
}

// Developer Guide, "Service limits for AWS Config": 1,000 rules of an account and Region.
ApiResult<Rule*> put_rule(Config& config, const Place& place, const Json& given) {
  constexpr std::ptrdiff_t kMostRules = 1'000;
  const std::string name = input::text(given, "ConfigRuleName");
  if (name.empty() || name.size() > 128)
    return ApiError{"InvalidParameterValueException", "A rule's name has from 1 to 128 characters"};
  const Json& source = input::member(given, "Source");
  if (!source.is_object())
    return ApiError{"InvalidParameterValueException", "A rule needs a Source"};
  if (config.find(place, name) == nullptr &&
      std::ranges::count_if(config.rules, [&](const auto& known) {
        return known.first.first == place;
      }) >= kMostRules)
    return ApiError{"MaxNumberOfConfigRulesExceededException",
                    fmt::format("Failed to add the Config rule because the account already "
                                "contains the maximum number of {} rules. Consider deleting any "
                                "deactivated rules before you add new rules.",
                                kMostRules)};
  Rule& rule = config.rules[{place, name}];
  if (rule.id.empty()) {
    rule.id = config.cloud.next_id("config-rule-");
    rule.name = name;
    rule.place = place;
    rule.arn = arn(place, "config", "config-rule/" + rule.id);
  }
  rule.given = given;
  rule.managed = input::text(source, "Owner") == "AWS"
                     ? find_managed_rule(input::text(source, "SourceIdentifier"))
                     : nullptr;
  begin_evaluations(config, rule);
  return &rule;
}

void find(Config& config, Rule& rule, const std::string& resource, Finding finding) {
  Simulation& sim = config.cloud.sim();
  finding.found = sim.now();
  std::optional<Finding> before;
  if (const auto known = rule.findings.find(resource); known != rule.findings.end())
    before = known->second;
  const bool same = before && before->compliance == finding.compliance;
  finding.since = same ? before->since : finding.found;
  rule.findings[resource] = finding;
  const bool bad = finding.compliance == "NON_COMPLIANT";
  const bool news = !before || before->compliance != finding.compliance;
  // What was compliant before time began was told then.
  const bool old_news = !before && !bad && sim.now() == sim.start();
  CauseId because = sim.cause();
  if (news && !old_news) {
    because = write_finding(config, rule, resource, finding);
    const CauseScope scope{sim, because};
    tell(config, rule, resource, before, finding);
  }
  const CauseScope scope{sim, because};
  if (bad && rule.remediation && rule.remediation->automatic)
    ask_for_remedy(config, rule, resource);
}

}  // namespace opsim::config
