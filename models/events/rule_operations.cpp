// Operations on rules and their targets.
// AWS: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"

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
  Json json{{"Name", rule.name},
            {"Arn", rule.arn},
            {"State", rule.enabled ? "ENABLED" : "DISABLED"},
            {"EventBusName", rule.bus}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
  };
  add("Description", rule.description);
  add("EventPattern", rule.pattern_text);
  add("ScheduleExpression", rule.schedule_text);
  add("RoleArn", rule.role_arn);
  return json;
}

ApiResult<Json> set_enabled(Events& events, const Request& request, bool enabled) {
  const auto rule = rule_of(events, request, "Name");
  if (!rule) return rule.error();
  auto changed = std::make_shared<Rule>(**rule);
  changed->enabled = enabled;
  events.replace_rule(changed);
  return Json::object();
}

}  // namespace

ApiResult<Json> put_rule(Events& events, const Request& request) {
  auto rule = read_rule(events, request.place(), request.input);
  if (!rule) return rule.error();
  const auto known = events.find_rule(request.place(), (*rule)->bus, (*rule)->name);
  if (known) (*rule)->targets = known->targets;
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
  if (!(*rule)->targets.empty())
    return ApiError{"ValidationException", "Rule can't be deleted since it has targets."};
  events.remove_rule(**rule);
  return Json::object();
}

ApiResult<Json> describe_rule(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Name");
  if (!rule) return rule.error();
  return rule_json(**rule);
}

ApiResult<Json> enable_rule(Events& events, const Request& request) {
  return set_enabled(events, request, true);
}
ApiResult<Json> disable_rule(Events& events, const Request& request) {
  return set_enabled(events, request, false);
}

ApiResult<Json> list_rules(Events& events, const Request& request) {
  const Bus* bus = events.find_bus(request.place(), text_at(request.input, "EventBusName"));
  if (bus == nullptr) return ApiError{"ResourceNotFoundException", "Event bus does not exist."};
  const std::string prefix = text_at(request.input, "NamePrefix");
  Json rules = Json::array();
  for (const auto& [name, rule] : bus->rules)
    if (name.starts_with(prefix)) rules.push_back(rule_json(*rule));
  return Json{{"Rules", rules}};
}

ApiResult<Json> list_rule_names_by_target(Events& events, const Request& request) {
  const Bus* bus = events.find_bus(request.place(), text_at(request.input, "EventBusName"));
  Json names = Json::array();
  if (bus != nullptr)
    for (const auto& [name, rule] : bus->rules)
      if (std::ranges::find(rule->targets, text_at(request.input, "TargetArn"), &Target::arn) !=
          rule->targets.end())
        names.push_back(name);
  return Json{{"RuleNames", names}};
}

ApiResult<Json> list_targets_by_rule(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Rule");
  if (!rule) return rule.error();
  Json targets = Json::array();
  for (const Target& target : (*rule)->targets) targets.push_back(target.spec);
  return Json{{"Targets", targets}};
}

ApiResult<Json> put_targets(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Rule");
  if (!rule) return rule.error();
  auto changed = std::make_shared<Rule>(**rule);
  Json failed = Json::array();
  for (const Json& given : request.input.value("Targets", Json::array())) {
    auto target = read_target(given);
    if (!target) return target.error();
    const auto same = std::ranges::find(changed->targets, target->id, &Target::id);
    if (same != changed->targets.end()) {
      *same = std::move(*target);
    } else {
      changed->targets.push_back(std::move(*target));
    }
  }
  if (changed->targets.size() > kTargetsPerRule)
    return ApiError{"LimitExceededException",
                    "The requested resource exceeds the maximum number allowed."};
  events.replace_rule(changed);
  return Json{{"FailedEntryCount", failed.size()}, {"FailedEntries", failed}};
}

ApiResult<Json> remove_targets(Events& events, const Request& request) {
  const auto rule = rule_of(events, request, "Rule");
  if (!rule) return rule.error();
  auto changed = std::make_shared<Rule>(**rule);
  Json failed = Json::array();
  for (const Json& id : request.input.value("Ids", Json::array())) {
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
