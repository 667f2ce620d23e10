// CreateStack from its first event to its last; and the way back when something fails.
// AWS: CloudFormation User Guide, "Stack failure options", "Stack status codes"; CreateStack:
// OnFailure, DisableRollback, TimeoutInMinutes.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/stack_runs.hpp"
#include "models/cloudformation/work.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/scope.hpp"

namespace opsim::cloudformation {

namespace {

Process<> run_out_of_time(CloudFormation& cfn, Stack& stack, Duration after) {
  co_await cfn.sim().sleep(after);
  stack.cancelled = true;
  stack.cancel_reason = "Stack creation time exceeded the specified timeout.";
  stack.changed.notify_all();
}

/// What stands, or began to, takes the way back.
std::set<std::uint32_t> made_so_far(const Stack& stack) {
  std::set<std::uint32_t> numbers;
  const Assembly& assembly = *stack.assembly;
  for (std::uint32_t number = 0; number < assembly.size(); ++number) {
    const auto shown = stack.resources.find(assembly.text().resources()[number].logical_id);
    if (shown != stack.resources.end() && !shown->second.physical_id.empty() &&
        shown->second.status != "DELETE_COMPLETE" && shown->second.status != "DELETE_SKIPPED")
      numbers.insert(number);
  }
  return numbers;
}

/// "" or why the stack cannot stand.
Process<std::string> make_all(CloudFormation& cfn, Stack& stack) {
  Scope timers{cfn.sim()};
  if (stack.spec.timeout_minutes)
    timers.spawn(run_out_of_time(cfn, stack, std::chrono::minutes{*stack.spec.timeout_minutes}));
  const std::shared_ptr<Assembly> assembly = stack.assembly;
  Work work{.items = forward_items(*assembly),
            .act = [&cfn, &stack, assembly](std::uint32_t number) {
              return create_resource(cfn, stack, *assembly, number);
            }};
  Process<> all = run_work(cfn, stack, work);
  co_await all;
  const std::string failure = failure_of(cfn, stack, work, "CREATE", "create");
  if (!failure.empty()) co_return failure;
  if (std::string wrong = settle_outputs(cfn, stack, *assembly); !wrong.empty()) co_return wrong;
  Process<std::string> watch = monitor(cfn, stack);
  co_return co_await watch;
}

}  // namespace

std::string failure_of(CloudFormation& cfn, Stack& stack, const Work& work, const std::string& verb,
                       std::string_view word) {
  std::vector<std::uint32_t> failed = work.in_state(WorkItem::State::failed);
  if (failed.empty() && !stack.cancelled) return {};
  const CauseScope because{cfn.sim(), stack.because};
  const Assembly& assembly = *stack.assembly;
  for (const std::uint32_t number : work.in_state(WorkItem::State::running)) {
    tell_resource(cfn, stack, assembly.text().resources()[number].logical_id, verb + "_FAILED",
                  fmt::format("Resource {} cancelled", verb == "CREATE" ? "creation" : "update"));
    if (!stack.cancelled) failed.push_back(number);
  }
  if (stack.cancelled) return stack.cancel_reason;
  return fmt::format("The following resource(s) failed to {}: {}.", word,
                     names_of(assembly, failed));
}

Process<> run_create(CloudFormation& cfn, Stack& stack) {
  stack.signals.clear();
  stack.cancelled = false;
  Process<std::string> making = make_all(cfn, stack);
  const std::string failure = co_await making;
  if (failure.empty()) {
    tell_stack(cfn, stack, "CREATE_COMPLETE");
    co_return;
  }
  const CauseScope because{cfn.sim(), stack.because};
  if (stack.delete_requested) {
    tell_stack(cfn, stack, "DELETE_IN_PROGRESS", failure);
    std::vector<std::string> none;
    Process<> gone = run_delete(cfn, stack, std::move(none));
    co_await gone;
    co_return;
  }
  if (stack.spec.disable_rollback) {
    tell_stack(cfn, stack, "CREATE_FAILED", failure);
    co_return;
  }
  if (stack.spec.on_failure == "DELETE") {
    tell_stack(cfn, stack, "DELETE_IN_PROGRESS",
               fmt::format("{} Delete requested by user.", failure));
    std::vector<std::string> retained;
    Process<> gone = run_delete(cfn, stack, std::move(retained));
    co_await gone;
    co_return;
  }
  tell_stack(cfn, stack, "ROLLBACK_IN_PROGRESS",
             fmt::format("{} Rollback requested by user.", failure));
  Process<> back = roll_creation_back(cfn, stack);
  co_await back;
}

Process<> roll_creation_back(CloudFormation& cfn, Stack& stack) {
  stack.cancelled = false;
  const std::shared_ptr<Assembly> assembly = stack.assembly;
  Work work{.items = backward_items(*assembly, made_so_far(stack)),
            .act =
                [&cfn, &stack, assembly](std::uint32_t number) {
                  return take_away(cfn, stack, *assembly, number, When::creation_failed);
                },
            .stops_on_failure = false};
  Process<> all = run_work(cfn, stack, work);
  co_await all;
  withdraw_exports(cfn, stack);
  stack.outputs.clear();
  const auto failed = work.in_state(WorkItem::State::failed);
  if (failed.empty()) {
    tell_stack(cfn, stack, "ROLLBACK_COMPLETE");
  } else {
    tell_stack(cfn, stack, "ROLLBACK_FAILED",
               fmt::format("The following resource(s) failed to delete: {}.",
                           names_of(*assembly, failed)));
  }
}

Process<> run_delete(CloudFormation& cfn, Stack& stack, std::vector<std::string> retained) {
  stack.cancelled = false;
  const std::shared_ptr<Assembly> assembly = stack.assembly;
  std::set<std::uint32_t> doomed;
  if (assembly != nullptr) doomed = made_so_far(stack);
  Work work{.items = {}, .act = {}, .stops_on_failure = false};
  if (assembly != nullptr) work.items = backward_items(*assembly, doomed);
  work.act = [&cfn, &stack, assembly, &retained](std::uint32_t number) {
    const std::string& id = assembly->text().resources()[number].logical_id;
    const bool keep = std::ranges::find(retained, id) != retained.end();
    return take_away(cfn, stack, *assembly, number,
                     keep ? When::retained_by_request : When::stack_deleted);
  };
  Process<> all = run_work(cfn, stack, work);
  co_await all;
  const auto failed = work.in_state(WorkItem::State::failed);
  if (!failed.empty()) {
    tell_stack(cfn, stack, "DELETE_FAILED",
               fmt::format("The following resource(s) failed to delete: {}.",
                           names_of(*assembly, failed)));
    co_return;
  }
  withdraw_exports(cfn, stack);
  stack.deleted = cfn.sim().now();
  cfn.by_name.erase({stack.place, stack.name});
  tell_stack(cfn, stack, "DELETE_COMPLETE");
}

/// DeletionPolicy: "Retain" keeps it, "RetainExceptOnCreate" unless its creation failed, "Snapshot"
/// takes a copy first; database clusters and instances without a cluster are copied by default.
Process<std::string> take_away(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                               std::uint32_t number, When when) {
  const TemplateResource& written = assembly.text().resources()[number];
  const std::string id = written.logical_id;
  std::string policy = input::text(assembly.attributes(number), "DeletionPolicy");
  (void)assembly.take_errors();
  if (policy.empty() && written.type == "AWS::RDS::DBCluster") policy = "Snapshot";
  const bool creation = when == When::creation_failed;
  const bool keeps = when == When::retained_by_request || policy == "Retain" ||
                     (policy == "RetainExceptOnCreate" && !creation);
  if (keeps) {
    tell_resource(cfn, stack, id, "DELETE_SKIPPED");
    assembly.standing(number).state = Standing::State::waiting;
    co_return "";
  }
  Doomed doomed{id, written.type, stack.resources[id].physical_id, assembly.made_of(number),
                policy == "Snapshot" && !creation};
  Process<std::string> gone = delete_physical(cfn, stack, std::move(doomed));
  std::string failure = co_await gone;
  if (failure.empty()) {
    assembly.standing(number) = {};
    stack.resources[id].physical_id.clear();
  }
  co_return failure;
}

}  // namespace opsim::cloudformation
