// Alarm mute rules: their API and their resource.
// AWS: API PutAlarmMuteRule, GetAlarmMuteRule, ListAlarmMuteRules, DeleteAlarmMuteRule; 2,000 rules
// an account and Region (cloudwatch_limits).
// UNDOCUMENTED: deleting a rule that does not exist is no error here, as with alarms.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostRules = 2000;
constexpr std::array<std::string_view, 3> kStatuses = {"SCHEDULED", "ACTIVE", "EXPIRED"};

std::string_view mute_type(const MuteRule& rule) {
  return rule.schedule.only() ? "ONE_TIME" : "RECURRING";
}

Json describe_mute_rule(const MuteRule& rule, SimTime now) {
  Json schedule{{"Expression", rule.expression}, {"Duration", rule.duration}};
  if (!rule.zone.empty()) schedule["Timezone"] = rule.zone;
  Json json{{"Name", rule.name},
            {"AlarmMuteRuleArn", rule.arn()},
            {"Rule", {{"Schedule", std::move(schedule)}}},
            {"MuteTargets", {{"AlarmNames", rule.alarms}}},
            {"Status", rule.status_at(now)},
            {"MuteType", mute_type(rule)},
            {"LastUpdatedTimestamp", time_json(rule.updated)}};
  if (rule.description) json["Description"] = *rule.description;
  if (rule.from) json["StartDate"] = time_json(*rule.from);
  if (rule.until) json["ExpireDate"] = time_json(*rule.until);
  return json;
}

ApiError no_such_rule(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("Alarm mute rule {} does not exist", name), 404};
}

}  // namespace

ApiResult<Json> put_alarm_mute_rule(CloudWatch& cw, const Request& request) {
  ApiResult<MuteRule> rule = read_mute_rule(request.place(), request.input);
  if (!rule) return rule.error();
  const MuteBook::Rules& rules = cw.mutes.rules(request.place());
  const auto known = rules.find(rule->name);
  if (known == rules.end() && rules.size() >= kMostRules) {
    return ApiError{"LimitExceeded", fmt::format("At most {} alarm mute rules", kMostRules), 400};
  }
  // "Tags are for new rules only; a change leaves them as they are." (PutAlarmMuteRule)
  if (known != rules.end()) rule->tags = known->second.tags;
  rule->updated = cw.cloud.sim().now();
  if (known == rules.end()) {
    Resource resource;
    resource.logical_id = resource.physical_id = rule->name;
    resource.type = "AWS::CloudWatch::AlarmMuteRule";
    resource.arn = rule->arn();
    resource.place = request.place();
    cw.cloud.resources().add(std::move(resource));
  }
  cw.mutes.put(*std::move(rule));
  return Json::object();
}

ApiResult<Json> get_alarm_mute_rule(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("AlarmMuteRuleName");
  if (const auto error = input.error()) return *error;
  const MuteBook::Rules& rules = cw.mutes.rules(request.place());
  const auto rule = rules.find(name);
  if (rule == rules.end()) return no_such_rule(name);
  return describe_mute_rule(rule->second, cw.cloud.sim().now());
}

ApiResult<Json> delete_alarm_mute_rule(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("AlarmMuteRuleName");
  if (const auto error = input.error()) return *error;
  if (cw.mutes.erase(request.place(), name)) cw.cloud.resources().remove(name);
  return Json::object();
}

ApiResult<Json> list_alarm_mute_rules(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string alarm = input.text("AlarmName", 255).value_or("");
  const std::vector<std::string> statuses = input.texts("Statuses", kStatuses.size());
  const std::int64_t most =
      std::min<std::int64_t>(input.integer("MaxRecords", 1).value_or(50), 100);
  const std::string token = input.text("NextToken").value_or("");
  if (const auto error = input.error()) return *error;
  const SimTime now = cw.cloud.sim().now();
  Json found = Json::array();
  Json answer = Json::object();
  for (const auto& [name, rule] : cw.mutes.rules(request.place())) {
    if (!token.empty() && name <= token) continue;
    if (!alarm.empty() && std::ranges::find(rule.alarms, alarm) == rule.alarms.end()) continue;
    const std::string_view status = rule.status_at(now);
    if (!statuses.empty() && std::ranges::find(statuses, status) == statuses.end()) continue;
    if (found.size() == static_cast<std::size_t>(most)) {
      const auto last = found.back()["AlarmMuteRuleArn"].get<std::string>();
      answer["NextToken"] = last.substr(last.rfind(':') + 1);
      break;
    }
    Json json{{"AlarmMuteRuleArn", rule.arn()},
              {"Status", status},
              {"MuteType", mute_type(rule)},
              {"LastUpdatedTimestamp", time_json(rule.updated)}};
    if (rule.until) json["ExpireDate"] = time_json(*rule.until);
    found.push_back(std::move(json));
  }
  answer["AlarmMuteRuleSummaries"] = std::move(found);
  return answer;
}

// ---- AWS::CloudWatch::AlarmMuteRule ----

namespace {

constexpr Shape kMuteText{.kind = Kind::text};
constexpr Shape kExpression{.kind = Kind::text, .example = "cron(0 2 * * SUN)"};
constexpr Shape kMuteDuration{.kind = Kind::text, .example = "PT4H"};
constexpr Field kScheduleFields[] = {
    {.name = "Duration", .shape = &kMuteDuration, .need = Need::required},
    {.name = "Expression", .shape = &kExpression, .need = Need::required},
    {.name = "Timezone", .shape = &kMuteText},
};
constexpr Shape kSchedule{.kind = Kind::mapping, .fields = kScheduleFields};
constexpr Field kRuleFields[] = {{.name = "Schedule", .shape = &kSchedule, .need = Need::required}};
constexpr Shape kRule{.kind = Kind::mapping, .fields = kRuleFields};
constexpr Shape kMuteNames{.kind = Kind::list, .of = &kMuteText, .max = 100};
constexpr Field kTargetFields[] = {{.name = "AlarmNames", .shape = &kMuteNames}};
constexpr Shape kMuteTargets{.kind = Kind::mapping, .fields = kTargetFields};
constexpr Shape kMuteTags{.kind = Kind::list};
constexpr Field kMuteRuleFields[] = {
    {.name = "Description", .shape = &kMuteText},
    {.name = "ExpireDate", .shape = &kMuteText, .doc = "After it the rule mutes nothing."},
    {.name = "MuteTargets", .shape = &kMuteTargets, .doc = "At most 100 alarms, by name."},
    {.name = "Name", .shape = &kMuteText},
    {.name = "Rule", .shape = &kRule, .need = Need::required},
    {.name = "StartDate", .shape = &kMuteText, .doc = "Before it the rule mutes nothing."},
    {.name = "Tags", .shape = &kMuteTags},
};

}  // namespace

constexpr Shape kAlarmMuteRuleShape{.kind = Kind::mapping,
                                    .name = "CloudWatchAlarmMuteRule",
                                    .doc = "Holds back the actions of alarms on a schedule.",
                                    .fields = kMuteRuleFields};

ApiResult<Created> create_alarm_mute_rule(CloudWatch& cw, const ResourceRequest& request) {
  std::string name;
  if (!request.properties.is_object() || !request.properties.contains("Name")) {
    name = cw.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  }
  ApiResult<MuteRule> rule = read_mute_rule(request.place, request.properties, name);
  if (!rule) return rule.error();
  if (cw.mutes.rules(request.place).contains(rule->name)) {
    return ApiError{"AlreadyExists", fmt::format("{} already exists", rule->name), 400};
  }
  rule->updated = cw.cloud.sim().now();
  Created created{.physical_id = rule->name, .arn = rule->arn()};
  created.attributes["Arn"] = created.arn;
  cw.mutes.put(*std::move(rule));
  return created;
}

}  // namespace opsim::cloudwatch
