// What callers do with lifecycle hooks.
// AWS: EC2 Auto Scaling API reference, PutLifecycleHook, DeleteLifecycleHook,
// CompleteLifecycleAction, RecordLifecycleActionHeartbeat, DescribeLifecycleHooks.
// UNDOCUMENTED: the wording of refusals, beside that of an action that is not there.
#include "models/compute/lifecycle_hook_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/ec2_resources.hpp"

namespace opsim::compute {

namespace {

// API PutLifecycleHook: "50 per Auto Scaling group".
constexpr std::size_t kMostHooks = 50;
constexpr std::string_view kTransitions[] = {"autoscaling:EC2_INSTANCE_LAUNCHING",
                                             "autoscaling:EC2_INSTANCE_TERMINATING"};

ApiError hook_error(std::string message) { return {"ValidationError", std::move(message)}; }

std::optional<ApiError> read_transition(const Json& members, LifecycleHook& hook, bool fresh) {
  const std::string text = text_of(members, "LifecycleTransition");
  if (text.empty() && !fresh) return std::nullopt;
  if (std::ranges::count(kTransitions, text) == 0)
    return hook_error(fmt::format("LifecycleTransition is '{}'; it must be one of {}", text,
                                  fmt::join(kTransitions, ", ")));
  hook.transition = text == kTransitions[0] ? Transition::launching : Transition::terminating;
  return std::nullopt;
}

std::optional<ApiError> read_result(const Json& members, HookResult& result,
                                    std::string_view name) {
  const std::string text = text_of(members, name);
  if (text.empty()) return std::nullopt;
  if (text != "CONTINUE" && text != "ABANDON")
    return hook_error(fmt::format("{} is '{}'; it must be CONTINUE or ABANDON", name, text));
  result = text == "CONTINUE" ? HookResult::proceed : HookResult::abandon;
  return std::nullopt;
}

/// "The range is from 30 to 7200 seconds."
std::optional<ApiError> read_heartbeat(const Json& members, LifecycleHook& hook) {
  if (member(members, "HeartbeatTimeout").is_null()) return std::nullopt;
  const auto seconds = integer_of(members, "HeartbeatTimeout");
  if (!seconds || *seconds < 30 || *seconds > 7200)
    return hook_error("HeartbeatTimeout must be between 30 and 7200 seconds");
  hook.heartbeat = std::chrono::seconds{*seconds};
  return std::nullopt;
}

std::optional<ApiError> read_hook_name(const Json& members, LifecycleHook& hook) {
  hook.name = text_of(members, "LifecycleHookName");
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '/';
  };
  if (hook.name.empty() || hook.name.size() > 255 || !std::ranges::all_of(hook.name, allowed))
    return hook_error("LifecycleHookName must be 1 to 255 of A-Z, a-z, 0-9, - _ /");
  return std::nullopt;
}

/// "If you pass an empty string, this overrides the current ARN."
void read_text(const Json& members, std::string_view name, std::string& into) {
  if (!member(members, name).is_null()) into = text_of(members, name);
}

/// A new hook, or what is given of one that is there.
ApiResult<LifecycleHook*> put_hook(Group& group, const Json& members) {
  LifecycleHook hook;
  if (auto wrong = read_hook_name(members, hook)) return *std::move(wrong);
  const auto known = group.hooks.find(hook.name);
  const bool fresh = known == group.hooks.end();
  if (!fresh) hook = known->second;
  if (fresh && group.hooks.size() >= kMostHooks)
    return ApiError{"LimitExceeded", "You cannot have more than 50 lifecycle hooks in a group"};
  if (auto wrong = read_transition(members, hook, fresh)) return *std::move(wrong);
  if (auto wrong = read_result(members, hook.default_result, "DefaultResult"))
    return *std::move(wrong);
  if (auto wrong = read_heartbeat(members, hook)) return *std::move(wrong);
  read_text(members, "NotificationTargetARN", hook.target);
  read_text(members, "RoleARN", hook.role);
  read_text(members, "NotificationMetadata", hook.metadata);
  if (!hook.target.empty() && !Arn::parse(hook.target))
    return hook_error("Valid values for NotificationTargetARN are an SNS topic or an SQS queue");
  LifecycleHook& kept = group.hooks[hook.name];
  kept = std::move(hook);
  return &kept;
}

/// "If you specify a target, Auto Scaling sends a test message to it" (configuring notifications).
void send_test(Groups& groups, const Group& group, const LifecycleHook& hook) {
  const std::optional<Arn> target = Arn::parse(hook.target);
  if (!target) return;
  send(groups, group, *target,
       {{"AccountId", group.place.account},
        {"RequestId", groups.cloud.next_uuid("auto scaling request")},
        {"AutoScalingGroupARN", group.arn},
        {"AutoScalingGroupName", group.name},
        {"Service", "AWS Auto Scaling"},
        {"Event", "autoscaling:TEST_NOTIFICATION"},
        {"Time", time_text(groups.sim().now())}},
       fmt::format("Auto Scaling: test notification for group \"{}\"", group.name));
}

struct FoundAction {
  Group* group;
  Member* member;
  LifecycleAction* action;
};

/// By LifecycleActionToken, or by InstanceId and the name of the hook.
ApiResult<FoundAction> named_action(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const std::string token = text_of(request.input, "LifecycleActionToken");
  const std::string instance = text_of(request.input, "InstanceId");
  const std::string hook = text_of(request.input, "LifecycleHookName");
  if (token.empty() && instance.empty())
    return hook_error("Either LifecycleActionToken or InstanceId must be specified");
  for (auto& [id, member] : (*group)->members) {
    if (!instance.empty() && instance != id) continue;
    for (LifecycleAction& action : member.actions)
      if (action.hook == hook && (token.empty() || action.token == token))
        return FoundAction{*group, &member, &action};
  }
  return hook_error(instance.empty()
                        ? "No active Lifecycle Action found with token " + token
                        : "No active Lifecycle Action found with instance ID " + instance);
}

Json hook_json(const Group& group, const LifecycleHook& hook) {
  const auto seconds = [](Duration time) {
    return std::chrono::floor<std::chrono::seconds>(time).count();
  };
  Json json{{"LifecycleHookName", hook.name},
            {"AutoScalingGroupName", group.name},
            {"LifecycleTransition", to_string(hook.transition)},
            {"HeartbeatTimeout", seconds(hook.heartbeat)},
            {"GlobalTimeout", seconds(hook.global_timeout())},
            {"DefaultResult", to_string(hook.default_result)}};
  if (!hook.target.empty()) json["NotificationTargetARN"] = hook.target;
  if (!hook.role.empty()) json["RoleARN"] = hook.role;
  if (!hook.metadata.empty()) json["NotificationMetadata"] = hook.metadata;
  return json;
}

}  // namespace

ApiResult<Json> put_lifecycle_hook(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const auto hook = put_hook(**group, request.input);
  if (!hook) return hook.error();
  if (!member(request.input, "NotificationTargetARN").is_null()) send_test(groups, **group, **hook);
  return Json::object();
}

/// "If there are any outstanding lifecycle actions, they are completed first (ABANDON for launching
/// instances, CONTINUE for terminating instances)."
ApiResult<Json> delete_lifecycle_hook(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  const std::string name = text_of(request.input, "LifecycleHookName");
  const auto hook = group.hooks.find(name);
  if (hook == group.hooks.end()) return hook_error("No Lifecycle Hook found with name " + name);
  const HookResult result =
      hook->second.transition == Transition::launching ? HookResult::abandon : HookResult::proceed;
  group.hooks.erase(hook);
  std::vector<std::pair<std::string, std::string>> outstanding;
  for (const auto& [id, member] : group.members)
    for (const LifecycleAction& action : member.actions)
      if (action.hook == name) outstanding.emplace_back(id, action.token);
  for (const auto& [id, token] : outstanding)
    if (Member* member = group.find(id))
      complete_action(groups, group, *member, token, result, "Lifecycle hook was deleted");
  return Json::object();
}

ApiResult<Json> complete_lifecycle_action(Groups& groups, const Request& request) {
  HookResult result = HookResult::abandon;
  if (text_of(request.input, "LifecycleActionResult").empty())
    return hook_error("LifecycleActionResult is required");
  if (auto wrong = read_result(request.input, result, "LifecycleActionResult"))
    return *std::move(wrong);
  const auto found = named_action(groups, request);
  if (!found) return found.error();
  complete_action(groups, *found->group, *found->member, std::string{found->action->token}, result,
                  fmt::format("Lifecycle Action Completed with {} Result", to_string(result)));
  return Json::object();
}

ApiResult<Json> record_lifecycle_action_heartbeat(Groups& groups, const Request& request) {
  const auto found = named_action(groups, request);
  if (!found) return found.error();
  record_heartbeat(groups, *found->group, *found->member, *found->action);
  return Json::object();
}

ApiResult<Json> describe_lifecycle_hooks(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const auto names = texts_of(request.input, "LifecycleHookNames");
  Json list = Json::array();
  for (const auto& [name, hook] : (*group)->hooks)
    if (names.empty() || std::ranges::count(names, name) > 0)
      list.push_back(hook_json(**group, hook));
  return Json{{"LifecycleHooks", std::move(list)}};
}

ApiResult<Json> describe_lifecycle_hook_types(Groups& /*groups*/, const Request& /*request*/) {
  return Json{{"LifecycleHookTypes", kTransitions}};
}

ApiResult<Created> create_lifecycle_hook(Groups& groups, const ResourceRequest& request) {
  const std::string name = text_of(request.properties, "AutoScalingGroupName");
  Group* const group = groups.find(request.place, name);
  if (group == nullptr) return hook_error("AutoScalingGroup name not found - " + name);
  Json members = request.properties;
  if (text_of(members, "LifecycleHookName").empty())
    members["LifecycleHookName"] = generated_name(request);
  const auto hook = put_hook(*group, members);
  if (!hook) return hook.error();
  return Created{.physical_id = (*hook)->name};
}

std::optional<ApiError> add_hooks(Group& group, const Json& members) {
  const Json& list = member(members, "LifecycleHookSpecificationList");
  if (!list.is_array()) return std::nullopt;
  for (const Json& one : list)
    if (const auto hook = put_hook(group, one); !hook) return hook.error();
  return std::nullopt;
}

namespace {

constexpr Shape kHookText{.kind = Kind::text, .min = 1};
constexpr Shape kHookResult{.kind = Kind::text};
constexpr Shape kHookSeconds{.kind = Kind::integer, .min = 30, .max = 7200};
constexpr Shape kHookTransition{.kind = Kind::text, .allowed = kTransitions};
constexpr Field kHookFields[] = {
    {.name = "AutoScalingGroupName", .shape = &kHookText, .need = Need::required},
    {.name = "DefaultResult", .shape = &kHookResult},
    {.name = "HeartbeatTimeout", .shape = &kHookSeconds},
    {.name = "LifecycleHookName", .shape = &kHookText},
    {.name = "LifecycleTransition", .shape = &kHookTransition, .need = Need::required},
    {.name = "NotificationMetadata", .shape = &kHookText},
    {.name = "NotificationTargetARN", .shape = &kHookText},
    {.name = "RoleARN", .shape = &kHookText},
};

}  // namespace

const Shape kLifecycleHookProperties{.kind = Kind::mapping, .fields = kHookFields};

}  // namespace opsim::compute
