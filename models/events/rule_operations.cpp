// Operations on rules and their targets.
// AWS: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::events {

namespace {

constexpr std::size_t kTargetsPerRule = 5;  // EventBridge quotas
constexpr std::size_t kRulesPerBus = 300;

ApiError no_rule(const Json& input, std::string_view name) {
  const std::string bus = text_at(input, "EventBusName");
  return {"ResourceNotFoundException", fmt::format("Rule {} does not exist on EventBus {}.", name,
                                                   bus.empty() ? "default" : bus)};
}

/// `member` holds the rule's name: Name in most operations, Rule in those on targets.
ApiResult<std::shared_ptr<Rule>> rule_of(Events& events, const Request& request,
                                         const char* member) {
  const std::string name = text_at(request.input, member);
  auto rule = events.find_rule(request.place(), text_at(request.input, "EventBusName"), name);
  if (!rule) return no_rule(request.input, name);
  return rule;
}

Json rule_json(const Rule& rule) {
  Json json{
      {"Name", rule.name}, {"Arn", rule.arn}, {"State", rule.state}, {"EventBusName", rule.bus}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
  };
  add("Description", rule.description);
  add("EventPattern", rule.pattern_text);
  add("ScheduleExpression", rule.schedule_text);
  add("RoleArn", rule.role_arn);
  add("ManagedBy", rule.managed_by);
  return json;
}

/// Rules of AWS services (API_DeleteRule, Force): nobody else changes them but on purpose.
std::optional<ApiError> refuse_managed(const Rule& rule, const Request& request) {
  if (rule.managed_by.empty() || request.caller.principal == rule.managed_by ||
      input::boolean(request.input, "Force").value_or(false))
    return {};
  return ApiError{"ManagedRuleException",
                  fmt::format("Rule {} is managed by {}: only that service may change it.",
                              rule.name, rule.managed_by)};
}

ApiResult<Json> set_enabled(Events& events, const Request& request, bool enabled) {
  const auto rule = rule_of(events, request, "Name");
  if (!rule) return rule.error();
  if (auto refused = refuse_managed(**rule, request)) return std::move(*refused);
  auto changed = std::make_shared<Rule>(**rule);
  changed->enabled = enabled;
  changed->state = enabled ? "ENABLED" : "DISABLED";
  events.replace_rule(changed);
  return Json::object();
}

}  // namespace

ApiResult<Json> put_rule(Events& events, const Request& request) {
  auto rule = read_rule(events, request.place(), request.input);
  if (!rule) return rule.error();
  if (auto refused = over_pattern_quota(**rule)) return std::move(*refused);
  const auto known = events.find_rule(request.place(), (*rule)->bus, (*rule)->name);
  if (known) {
    if (auto refused = refuse_managed(*known, request)) return std::move(*refused);
    (*rule)->targets = known->targets;
    (*rule)->tags = known->tags;
    (*rule)->matched = known->matched;
  } else {
    (*rule)->tags = input::tags(input::member(request.input, "Tags"));
    if (request.caller.is_service()) (*rule)->managed_by = request.caller.principal;
  }
  if (!known && events.find_bus(request.place(), (*rule)->bus)->rules.size() >= kRulesPerBus)
    return ApiError{"LimitExceededException",
                    "The requested resource exceeds the maximum number "
                    "allowed."};
  events.replace_rule(*rule);
  return Json{{"RuleArn", (*rule)->arn}};
}

ApiResult<Json> delete_rule(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Name");
  if (!rule) return Json::object();  // deleting what is not there succeeds
  if (auto refused = refuse_managed(**rule, request)) return std::move(*refused);
  if (!(*rule)->targets.empty())
    return ApiError{"ValidationException", "Rule can't be deleted since it has targets."};
  events.remove_rule(**rule);
  return Json::object();
}

ApiResult<Json> describe_rule(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Name");
  if (!rule) return rule.error();
  Json answer = rule_json(**rule);
  answer["CreatedBy"] = request.place().account;  // DescribeRule only
  return answer;
}

ApiResult<Json> enable_rule(Events& events, const Request& request) {
  return set_enabled(events, request, true);
}
ApiResult<Json> disable_rule(Events& events, const Request& request) {
  return set_enabled(events, request, false);
}

ApiResult<Json> list_rules(Events& events, const Request& request) {
  const Bus* bus = events.find_bus(request.place(), text_at(request.input, "EventBusName"));
  if (bus == nullptr) return no_bus(text_at(request.input, "EventBusName"));
  const std::string prefix = text_at(request.input, "NamePrefix");
  Json rules = Json::array();
  for (const auto& [name, rule] : bus->rules)
    if (name.starts_with(prefix)) rules.push_back(rule_json(*rule));
  return page_of(std::move(rules), request.input, "Rules");
}

ApiResult<Json> list_rule_names_by_target(Events& events, const Request& request) {
  const Bus* bus = events.find_bus(request.place(), text_at(request.input, "EventBusName"));
  if (bus == nullptr) return no_bus(text_at(request.input, "EventBusName"));
  const std::string target = text_at(request.input, "TargetArn");
  Json names = Json::array();
  for (const auto& [name, rule] : bus->rules)
    if (std::ranges::count(rule->targets, target, &Target::arn) > 0) names.push_back(name);
  return page_of(std::move(names), request.input, "RuleNames");
}

ApiResult<Json> list_targets_by_rule(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Rule");
  if (!rule) return rule.error();
  Json targets = Json::array();
  for (const Target& target : (*rule)->targets) targets.push_back(target.spec);
  return page_of(std::move(targets), request.input, "Targets");
}

ApiResult<Json> put_targets(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Rule");
  if (!rule) return rule.error();
  if (auto refused = refuse_managed(**rule, request)) return std::move(*refused);
  auto given = read_targets(**rule, input::member(request.input, "Targets"));
  if (!given) return given.error();
  auto changed = std::make_shared<Rule>(**rule);
  for (Target& target : *given) {
    const auto same = std::ranges::find(changed->targets, target.id, &Target::id);
    if (same != changed->targets.end()) {
      *same = std::move(target);
    } else {
      changed->targets.push_back(std::move(target));
    }
  }
  if (changed->targets.size() > kTargetsPerRule)
    return ApiError{"LimitExceededException",
                    "The requested resource exceeds the maximum number allowed."};
  events.replace_rule(changed);
  return Json{{"FailedEntryCount", 0}, {"FailedEntries", Json::array()}};
}

ApiResult<Json> remove_targets(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Rule");
  if (!rule) return rule.error();
  if (auto refused = refuse_managed(**rule, request)) return std::move(*refused);
  auto changed = std::make_shared<Rule>(**rule);
  Json failed = Json::array();
  for (const Json& id : input::member(request.input, "Ids")) {
    const auto gone = std::erase_if(changed->targets, [&](const Target& t) { return id == t.id; });
    if (gone == 0)
      failed.push_back({{"TargetId", id},
                        {"ErrorCode", "ResourceNotFoundException"},
                        {"ErrorMessage", "Rule does not have a target of that id."}});
  }
  events.replace_rule(changed);
  return Json{{"FailedEntryCount", failed.size()}, {"FailedEntries", failed}};
}

}  // namespace opsim::events
