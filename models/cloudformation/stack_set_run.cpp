// One operation of a stack set, Region after Region, account beside account.
// AWS: CloudFormation User Guide, "StackSets concepts"; API reference, StackSetOperation,
// StackInstanceComprehensiveStatus. Reasons are worded as operation results show them.
//
// SIMPLIFIED: accounts of a Region are worked on in the order of their numbers.
// SIMPLIFIED: where no target account has the execution role, roles are not part of this world and
// are taken for given; where any has it, all must.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/concurrency.hpp"
#include "models/cloudformation/stack_set_work.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/race.hpp"
#include "opsim/kernel/scope.hpp"

namespace opsim::cloudformation {

namespace {

constexpr Duration kPerTarget = std::chrono::seconds{8};  // until a target's call is made: estimate
constexpr std::size_t kToldFailures = 3;  // of one operation; the rest are counted at its end
constexpr std::string_view kBeyondTolerance = "Cancelled since failure tolerance has exceeded";

bool has_role(CloudFormation& cfn, const Place& target, const std::string& role) {
  const Json ask{{"RoleName", role}};
  return cfn.cloud.inspect(target, "iam", "GetRole", ask).has_value();
}

/// Whether roles are part of this world at all.
bool roles_count(CloudFormation& cfn, const StackSet& set, const StackSetOperation& operation) {
  return !set.service_managed && std::ranges::any_of(operation.targets, [&](const Place& target) {
    return has_role(cfn, target, set.execution_role);
  });
}

Process<> until_settled(Stack& stack) {
  while (stack.in_progress()) {
    Signal::Wait wait = stack.changed.wait();
    co_await wait;
  }
}

/// One operation's process: what its Regions and targets share.
struct Running {
  CloudFormation& cfn;
  StackSet& set;
  StackSetOperation& operation;
  Signal changed;
  bool roles_count = false;
  std::string beyond{};  // the Region that went beyond its tolerance, in words
};

void settle(Running& run, const Place& target, std::string status, std::string reason) {
  run.operation.results[target] = {target, status, reason};
  StackInstance& instance = run.set.instances[target];
  instance.target = target;
  instance.detailed = status;
  instance.reason = reason;
  instance.last_operation = run.operation.id;
  if (status == "SUCCEEDED") {
    instance.status = "CURRENT";
    instance.version = run.set.version;
  } else if (status != "RUNNING" && status != "PENDING") {
    instance.status =
        run.operation.action == "DELETE" && status == "FAILED" ? "INOPERABLE" : "OUTDATED";
  }
}

/// "" or why the target's stack is not as it should be.
Process<std::string> deploy(Running& run, Place target) {
  CloudFormation& cfn = run.cfn;
  StackSet& set = run.set;
  if (run.roles_count && !has_role(cfn, target, set.execution_role))
    co_return fmt::format("Account {} should have '{}' role with trust relationship to Role '{}'.",
                          target.account, set.execution_role,
                          set.administration_role.substr(set.administration_role.rfind('/') + 1));
  StackInstance& instance = set.instances[target];
  Stack* stack = cfn.find(target, instance.stack_id);
  const bool exists = stack != nullptr && !stack->is_gone();
  Json input = instance_input(set, instance);
  if (exists && (stack->status == "ROLLBACK_COMPLETE" || stack->status == "CREATE_FAILED"))
    co_return fmt::format("Stack {} is in {} state", stack->id, stack->status);
  input["StackName"] =
      exists ? stack->id
             : fmt::format("StackSet-{}-{}", set.name, cfn.cloud.next_uuid("stack set instance"));
  Process<ApiResult<Json>> call =
      cfn.cloud.call(executor(set, target), "cloudformation",
                     exists ? "UpdateStack" : "CreateStack", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) {
    const bool nothing = answer.error().message == "No updates are to be performed.";
    co_return nothing ? std::string{} : answer.error().message;
  }
  instance.stack_id = input::text(*answer, "StackId");
  stack = cfn.find(target, instance.stack_id);
  stack->stack_set = set.name;
  Process<> settled = until_settled(*stack);
  co_await settled;
  if (stack->status == "CREATE_COMPLETE" || stack->status == "UPDATE_COMPLETE") co_return "";
  // The set shows what the stack's resources said first.
  for (const StackEvent& event : stack->events)
    if (event.status.ends_with("_FAILED") && event.reason.find("cancelled") == std::string::npos &&
        stack->updated.value_or(stack->created) <= event.at)
      co_return fmt::format("ResourceLogicalId:{}, ResourceType:{}, ResourceStatusReason:{}.",
                            event.logical_id, event.type, event.reason);
  co_return fmt::format("Stack {} is in {} state: {}", stack->id, stack->status, stack->reason);
}

Process<std::string> withdraw(Running& run, Place target) {
  StackInstance& instance = run.set.instances[target];
  Stack* stack = run.cfn.find(target, instance.stack_id);
  if (run.operation.retain_stacks || stack == nullptr || stack->is_gone()) co_return "";
  Json input{{"StackName", stack->id}};
  Process<ApiResult<Json>> call = run.cfn.cloud.call(executor(run.set, target), "cloudformation",
                                                     "DeleteStack", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return answer.error().message;
  Process<> settled = until_settled(*stack);
  co_await settled;
  co_return stack->is_gone() ? std::string{} : stack->reason;
}

Process<std::string> look_for_drift(Running& run, Place target) {
  StackInstance& instance = run.set.instances[target];
  Stack* stack = run.cfn.find(target, instance.stack_id);
  if (stack == nullptr || stack->is_gone()) co_return "";
  Json input{{"StackName", stack->id}};
  Process<ApiResult<Json>> call = run.cfn.cloud.call(executor(run.set, target), "cloudformation",
                                                     "DetectStackDrift", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return answer.error().message;
  while (stack->drift->status == "DETECTION_IN_PROGRESS") {
    Signal::TimedWait wait = stack->changed.wait_for(std::chrono::seconds{5});
    co_await wait;
  }
  instance.drift = stack->drift->drift;
  co_return "";
}

/// Targets of one Region, and how they fare.
struct RegionWork {
  std::vector<Place> waiting;
  std::int64_t running = 0;
  std::int64_t failures = 0;
};

Process<> work_on(Running& run, RegionWork& region, Place target) {
  co_await run.cfn.sim().sleep(kPerTarget);
  Process<std::string> act = run.operation.action == "DELETE"         ? withdraw(run, target)
                             : run.operation.action == "DETECT_DRIFT" ? look_for_drift(run, target)
                                                                      : deploy(run, target);
  const std::string failure = co_await act;
  settle(run, target, failure.empty() ? "SUCCEEDED" : "FAILED", failure);
  if (!failure.empty()) {
    ++region.failures;
    ++run.operation.failed;
    run.cfn.cloud.journal().write(
        {.kind = EntryKind::resource,
         .level = run.operation.failed > kToldFailures ? Level::everything : Level::story,
         .subject = run.set.name,
         .text = fmt::format("{} {}: FAILED: {}", target.account, target.region, failure),
         .source = run.set.source,
         .detail = {{"act", "stack instance"}, {"status", "FAILED"}, {"account", target.account}}});
  } else if (run.operation.action == "DELETE") {
    run.set.instances.erase(target);
  }
  --region.running;
  run.changed.notify_all();
}

/// True where the Region stayed within its tolerance.
Process<bool> run_region(Running& run, std::vector<Place> targets) {
  const RegionLimits limits =
      region_limits(run.operation.preferences, static_cast<std::int64_t>(targets.size()));
  const std::vector<Place> all = targets;
  RegionWork region{.waiting = std::move(targets)};
  std::ranges::reverse(region.waiting);  // taken from the back
  Scope working{run.cfn.sim()};
  while (true) {
    const bool beyond = region.failures > limits.tolerance;
    while (!beyond && !run.operation.stopping && !region.waiting.empty() &&
           region.running < concurrency_after(limits, region.failures)) {
      const Place target = region.waiting.back();
      region.waiting.pop_back();
      settle(run, target, "RUNNING", "");
      ++region.running;
      working.spawn(work_on(run, region, target));
    }
    if (region.running == 0) break;
    Signal::Wait wait = run.changed.wait();
    co_await wait;
  }
  const bool beyond = region.failures > limits.tolerance;
  if (beyond && run.beyond.empty())
    run.beyond = fmt::format("{} tolerates {}", all.front().region, limits.tolerance);
  for (auto target = region.waiting.rbegin(); target != region.waiting.rend(); ++target)
    settle(run, *target, "CANCELLED",
           beyond ? std::string{kBeyondTolerance} : "Cancelled since the operation was stopped");
  co_return !beyond;
}

Process<> keep_verdict(Process<bool> region, bool& within) {
  const bool fine = co_await std::move(region);
  within = within && fine;
}

/// RegionOrder first, the others after it in the order of their targets.
std::vector<std::vector<Place>> by_region(const StackSetOperation& operation) {
  std::vector<std::string> regions = operation.preferences.region_order;
  for (const Place& target : operation.targets)
    if (std::ranges::find(regions, target.region) == regions.end())
      regions.push_back(target.region);
  std::vector<std::vector<Place>> groups;
  for (const std::string& region : regions) {
    std::vector<Place> group;
    for (const Place& target : operation.targets)
      if (target.region == region) group.push_back(target);
    if (!group.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

void cancel_all(Running& run, const std::vector<Place>& targets, std::string_view why) {
  for (const Place& target : targets) settle(run, target, "CANCELLED", std::string{why});
}

Process<bool> run_regions(Running& run) {
  const auto groups = by_region(run.operation);
  bool within = true;
  if (run.operation.preferences.regions_in_parallel) {
    std::vector<Process<void>> all;
    for (const auto& group : groups) {
      Process<bool> region = run_region(run, group);
      all.push_back(keep_verdict(std::move(region), within));
    }
    detail::Together together = all_of(std::move(all));
    co_await together;
    co_return within;
  }
  for (const auto& group : groups) {
    // "If the operation is stopped in a Region, CloudFormation doesn't attempt the operation in any
    // subsequent Regions."
    if (!within || run.operation.stopping) {
      cancel_all(run, group,
                 within ? "Cancelled since the operation was stopped" : kBeyondTolerance);
      continue;
    }
    Process<bool> region = run_region(run, group);
    within = co_await region;
  }
  co_return within;
}

std::int64_t count_of(const StackSetOperation& operation, std::string_view status) {
  return std::ranges::count_if(operation.results,
                               [&](const auto& entry) { return entry.second.status == status; });
}

CauseId tell_operation(CloudFormation& cfn, const StackSet& set, const StackSetOperation& operation,
                       const std::string& text) {
  return cfn.cloud.journal().write({.kind = EntryKind::resource,
                                    .level = Level::story,
                                    .subject = set.name,
                                    .text = text,
                                    .source = set.source,
                                    .detail = {{"act", "stack set operation"},
                                               {"status", operation.status},
                                               {"failed", operation.failed}}});
}

}  // namespace

Process<> run_operation(CloudFormation& cfn, StackSet& set, StackSetOperation& operation) {
  Running run{cfn, set, operation, Signal{cfn.sim()}, roles_count(cfn, set, operation)};
  for (const Place& target : operation.targets) settle(run, target, "PENDING", "");
  Process<bool> regions = run_regions(run);
  const bool within = co_await regions;
  operation.ended = cfn.sim().now();
  operation.status = !within ? "FAILED" : operation.stopping ? "STOPPED" : "SUCCEEDED";
  if (set.status == "DELETED") co_return;
  const std::int64_t cancelled = count_of(operation, "CANCELLED");
  std::string text =
      fmt::format("stack set operation {} {}: {} of {} targets", operation.action, operation.status,
                  count_of(operation, "SUCCEEDED"), operation.targets.size());
  if (operation.failed > 0) text += fmt::format(", {} failed", operation.failed);
  if (!run.beyond.empty()) text += fmt::format(" where {}", run.beyond);
  if (cancelled > 0) text += fmt::format(", {} never begun", cancelled);
  text += fmt::format(" in {}", human(*operation.ended - operation.created));
  const CauseScope because{cfn.sim(), tell_operation(cfn, set, operation, text)};
  Event event{.source = "aws.cloudformation",
              .detail_type = "CloudFormation StackSet Operation Status Change",
              .place = set.home,
              .resources = {set.arn},
              .detail = {{"stack-set-arn", set.arn},
                         {"stack-set-operation-id", operation.id},
                         {"status-details", {{"status", operation.status}, {"status-reason", ""}}}},
              .line = fmt::format("CloudFormation StackSet Operation Status Change: {} {}",
                                  set.name, operation.status)};
  if (listens(cfn, set.home)) cfn.cloud.emit(std::move(event));
}

ApiResult<StackSetOperation*> begin_operation(CloudFormation& cfn, StackSet& set,
                                              NewOperation asked) {
  for (const auto& other : set.operations)
    if (!other->ended)
      return ApiError{
          "OperationInProgressException",
          fmt::format("Another Operation on StackSet {} is in progress: {}", set.arn, other->id),
          409};
  auto made = std::make_unique<StackSetOperation>();
  StackSetOperation& operation = *made;
  operation.id = asked.id.empty() ? cfn.cloud.next_uuid("stack set operation") : asked.id;
  operation.action = asked.action;
  operation.preferences = std::move(asked.preferences);
  operation.targets = std::move(asked.targets);
  operation.retain_stacks = asked.retain_stacks;
  operation.created = cfn.sim().now();
  set.operations.push_back(std::move(made));
  operation.cause = tell_operation(cfn, set, operation,
                                   fmt::format("stack set operation {} RUNNING: {} targets",
                                               operation.action, operation.targets.size()));
  const CauseScope because{cfn.sim(), operation.cause};
  cfn.sim().spawn(run_operation(cfn, set, operation));
  return &operation;
}

Caller executor(const StackSet& set, const Place& target) {
  // "stacksets-exec-": the service-linked role that trusted access puts into member accounts.
  const std::string role =
      set.service_managed ? fmt::format("stacksets-exec-{}", set.id.substr(set.id.rfind(':') + 1))
                          : set.execution_role;
  return {target,
          fmt::format("arn:{}:iam::{}:role/{}", partition_of(target.region), target.account, role),
          "cloudformation.amazonaws.com"};
}

Json instance_input(const StackSet& set, const StackInstance& instance) {
  std::map<std::string, std::string> values = set.spec.parameters;
  for (const auto& [key, value] : instance.overrides) values[key] = value;
  Json parameters = Json::array();
  for (const auto& [key, value] : values)
    parameters.push_back({{"ParameterKey", key}, {"ParameterValue", value}});
  Json tags = Json::array();
  for (const auto& [key, value] : set.spec.tags) tags.push_back({{"Key", key}, {"Value", value}});
  return {{"TemplateBody", set.spec.body},
          {"Parameters", std::move(parameters)},
          {"Capabilities", set.spec.capabilities},
          {"Tags", std::move(tags)}};
}

}  // namespace opsim::cloudformation
