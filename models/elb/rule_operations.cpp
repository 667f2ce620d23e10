// Operations on listener rules. AWS: ELB API (2015-12-01), the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

/// Quota "Rules per Application Load Balancer", "not counting default rules".
constexpr std::size_t kMostRules = 100;
constexpr int kLowestPriority = 50'000;

Json rule_json(const Rule& rule) {
  const bool is_default = rule.priority == 0;
  Json made{{"RuleArn", rule.arn},
            {"Priority", is_default ? std::string{"default"} : std::to_string(rule.priority)},
            {"Conditions", rule.conditions},
            {"Actions", rule.actions},
            {"IsDefault", is_default}};
  if (!rule.transforms.empty()) made["Transforms"] = rule.transforms;
  return made;
}

struct Found {
  Listener* listener = nullptr;
  Rule* rule = nullptr;
};
Found find_rule(Elb& elb, std::string_view arn) {
  for (auto& [listener_arn, listener] : elb.listeners) {
    if (listener.otherwise.arn == arn) return {&listener, &listener.otherwise};
    for (auto& [priority, rule] : listener.rules)
      if (rule.arn == arn) return {&listener, &rule};
  }
  return {};
}

ApiResult<int> read_priority(const Json& value) {
  const auto priority = input::integer(value);
  if (!priority || *priority < 1 || *priority > kLowestPriority)
    return validation_error(
        fmt::format("Priority '{}' must be from 1 to {}", input::text(value), kLowestPriority));
  return static_cast<int>(*priority);
}

ApiError priority_in_use(int priority) {
  return {"PriorityInUse", fmt::format("Priority '{}' is currently in use", priority)};
}

/// Conditions, actions and transforms as far as they are given.
ApiResult<void> read_rule(Elb& elb, Rule& rule, const LoadBalancer& balancer, const Json& input) {
  if (const Json& conditions = input::member(input, "Conditions"); !conditions.is_null()) {
    ApiResult<std::vector<RuleCondition>> read = read_conditions(conditions);
    if (!read) return read.error();
    rule.parsed = *std::move(read);
    rule.conditions = conditions;
  }
  if (const Json& actions = input::member(input, "Actions"); !actions.is_null()) {
    ApiResult<Routing> read = read_actions(elb, balancer, actions);
    if (!read) return read.error();
    rule.routing = *std::move(read);
    rule.actions = actions;
  }
  if (const Json& given = input::member(input, "Transforms"); given.is_array())
    rule.transforms = given;
  return {};
}

}  // namespace

ApiResult<Rule*> add_rule(Elb& elb, const Json& input, Stands stands) {
  const std::string listener_arn = input::text(input, "ListenerArn");
  Listener* listener = elb.find_listener(listener_arn);
  if (listener == nullptr) return no_listener();
  const LoadBalancer* balancer = elb.find_load_balancer(listener->load_balancer);
  if (balancer == nullptr) return no_load_balancer(listener->load_balancer);
  if (!balancer->is_application())
    return ApiError{"UnsupportedOperation",
                    "Rules are supported by Application Load Balancers only"};
  const ApiResult<int> priority = read_priority(input::member(input, "Priority"));
  if (!priority) return priority.error();
  if (listener->rules.contains(*priority)) return priority_in_use(*priority);
  std::size_t rules = 0;
  for (const std::string& arn : balancer->listeners) rules += elb.listeners.at(arn).rules.size();
  if (rules >= kMostRules)
    return ApiError{"TooManyRules",
                    fmt::format("The maximum number of rules on load balancer '{}' is '{}'",
                                balancer->arn, kMostRules)};
  Rule rule;
  rule.priority = *priority;
  if (auto read = read_rule(elb, rule, *balancer, input); !read) return read.error();
  if (rule.parsed.empty()) return validation_error("At least one condition must be specified");
  if (rule.actions.empty()) return validation_error("At least one action must be specified");
  const std::string path = Arn::parse(listener->arn)->resource.substr(sizeof "listener/" - 1);
  rule.arn = arn(balancer->place, "elasticloadbalancing",
                 fmt::format("listener-rule/{}/{}", path, next_id(elb, "rule")));
  rule.tags = input::tags(input::member(input, "Tags"));
  Rule& added = listener->rules[*priority] = std::move(rule);
  refresh_associations(elb, stands);
  return &added;
}

ApiResult<Json> create_rule(Elb& elb, const Request& request) {
  const ApiResult<Rule*> made = add_rule(elb, request.input, Stands::no);
  if (!made) return made.error();
  return Json{{"Rules", Json::array({rule_json(**made)})}};
}

ApiResult<Json> delete_rule(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "RuleArn");
  const Found found = find_rule(elb, arn);
  if (found.rule == nullptr) return no_rule();
  if (found.rule->priority == 0)
    return ApiError{"OperationNotPermitted", "The default rule cannot be deleted"};
  found.listener->rules.erase(found.rule->priority);
  elb.cloud.resources().remove(arn);
  refresh_associations(elb);
  return Json::object();
}

ApiResult<Json> describe_rules(Elb& elb, const Request& request) {
  const std::string listener_arn = input::text(request.input, "ListenerArn");
  const std::vector<std::string> arns = input::texts(request.input, "RuleArns");
  if (listener_arn.empty() == arns.empty())
    return validation_error("You must specify either listener rule ARNs or a listener ARN");
  Json list = Json::array();
  for (const std::string& arn : arns) {
    const Found found = find_rule(elb, arn);
    if (found.rule == nullptr) return no_rule();
    list.push_back(rule_json(*found.rule));
  }
  if (arns.empty()) {
    const Listener* listener = elb.find_listener(listener_arn);
    if (listener == nullptr) return no_listener();
    for (const auto& [priority, rule] : listener->rules) list.push_back(rule_json(rule));
    list.push_back(rule_json(listener->otherwise));
  }
  return page_of(list, "Rules", request.input);
}

ApiResult<Json> modify_rule(Elb& elb, const Request& request) {
  const std::string arn = input::text(request.input, "RuleArn");
  const Found found = find_rule(elb, arn);
  if (found.rule == nullptr) return no_rule();
  if (found.rule->priority == 0)
    return ApiError{"OperationNotPermitted", "The default rule cannot be modified here"};
  const LoadBalancer* balancer = elb.find_load_balancer(found.listener->load_balancer);
  if (balancer == nullptr) return no_load_balancer(found.listener->load_balancer);
  Rule changed = *found.rule;
  if (auto read = read_rule(elb, changed, *balancer, request.input); !read) return read.error();
  *found.rule = std::move(changed);
  refresh_associations(elb);
  return Json{{"Rules", Json::array({rule_json(*found.rule)})}};
}

// "You can reorder the rules as long as there are no priority conflicts in the new order."
ApiResult<Json> set_rule_priorities(Elb& elb, const Request& request) {
  const Json& pairs = input::member(request.input, "RulePriorities");
  if (!pairs.is_array() || pairs.empty())
    return validation_error("At least one rule priority must be specified");
  std::map<std::string, int> wanted;
  Listener* listener = nullptr;
  for (const Json& pair : pairs) {
    const std::string arn = input::text(pair, "RuleArn");
    const Found found = find_rule(elb, arn);
    if (found.rule == nullptr) return no_rule();
    if (found.rule->priority == 0)
      return ApiError{"OperationNotPermitted", "The priority of the default rule cannot be set"};
    if (listener != nullptr && listener != found.listener)
      return validation_error("All rules must belong to one listener");
    listener = found.listener;
    const ApiResult<int> priority = read_priority(input::member(pair, "Priority"));
    if (!priority) return priority.error();
    wanted[arn] = *priority;
  }
  std::map<int, Rule> ordered;
  for (const auto& [priority, rule] : listener->rules) {
    const auto given = wanted.find(rule.arn);
    const int next = given == wanted.end() ? priority : given->second;
    if (ordered.contains(next)) return priority_in_use(next);
    ordered[next] = rule;
    ordered[next].priority = next;
  }
  listener->rules = std::move(ordered);
  Json list = Json::array();
  for (const auto& [priority, rule] : listener->rules)
    if (wanted.contains(rule.arn)) list.push_back(rule_json(rule));
  return Json{{"Rules", std::move(list)}};
}

}  // namespace opsim::elb
