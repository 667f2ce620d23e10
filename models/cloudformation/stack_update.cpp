// UpdateStack from its first event to its last: new things first, then the cleanup; or the way
// back.
// AWS: CloudFormation User Guide, "Update behaviors of stack resources", "Continue rolling back an
// update".
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/resource_types.hpp"
#include "models/cloudformation/resource_work.hpp"
#include "models/cloudformation/stack_policy.hpp"
#include "models/cloudformation/stack_runs.hpp"
#include "models/cloudformation/work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

using Did = UpdateRun::Did;

/// Properties whose page says "Replacement" under a condition: what holds here.
bool replaces_here(std::string_view type, std::string_view property, const Json& properties) {
  // "UpdateMethod: Replace (default) or NewVersion"
  if (type == "AWS::SSM::Document") return input::text(properties, "UpdateMethod") != "NewVersion";
  // Instances here stand on EBS volumes in a VPC: these need a stop and a start at most.
  if (type == "AWS::EC2::Instance")
    return property == "BlockDeviceMappings" || property == "Tenancy";
  return true;
}

/// "AutoScalingReplacingUpdate: WillReplace": the whole group instead of its instances.
bool group_is_replaced(const Json& attributes, const Json& before, const Json& after) {
  const Json& policy =
      input::member(input::member(attributes, "UpdatePolicy"), "AutoScalingReplacingUpdate");
  return input::boolean(policy, "WillReplace").value_or(false) && changes_instances(before, after);
}

bool needs_replacement(const std::string& type, const Json& before, const Json& after) {
  std::set<std::string> names;
  for (const Json* object : {&before, &after})
    for (const auto& [name, value] : object->items()) names.insert(name);
  return std::ranges::any_of(names, [&](const std::string& name) {
    const Json& old = before.contains(name) ? before[name] : Json{};
    const Json& now = after.contains(name) ? after[name] : Json{};
    if (old == now) return false;
    const Recreation recreation = recreation_of(type, name, old, now);
    return recreation == Recreation::always ||
           (recreation == Recreation::conditionally && replaces_here(type, name, after));
  });
}

std::optional<std::uint32_t> standing_in(const Assembly& assembly, std::string_view logical_id) {
  const auto number = assembly.number_of(logical_id);
  if (!number || assembly.standing(*number).state != Standing::State::stands) return std::nullopt;
  return number;
}

std::string denied_by_policy(Stack& stack, const StackSpec& spec, const std::string& logical_id,
                             const std::string& type, std::string_view action) {
  const Json& policy =
      spec.override_policy.is_null() ? stack.run->previous_spec.policy : spec.override_policy;
  return stack_policy_denial(policy, {action, logical_id, type});
}

/// One resource of the new template: new, as it was, changed or replaced.
Process<std::string> update_one(CloudFormation& cfn, Stack& stack, std::uint32_t number) {
  const std::shared_ptr<UpdateRun> run = stack.run;
  Assembly& next = *run->next;
  const TemplateResource& written = next.text().resources()[number];
  const auto old = standing_in(*run->previous, written.logical_id);
  if (!old) {
    run->touched[number] = Did::created;
    Process<std::string> create = create_resource(cfn, stack, next, number);
    co_return co_await create;
  }
  const Json before = run->previous->made_of(*old);
  const Json after = next.properties(number);
  const Json metadata = input::member(next.attributes(number), "Metadata");
  const bool told_otherwise =
      metadata != input::member(run->previous->attributes(*old), "Metadata");
  std::string failure = in_aws_words(next.take_errors());
  next.standing(number) = run->previous->standing(*old);
  next.keep(number, before);
  const bool nested = written.type == "AWS::CloudFormation::Stack";
  if (failure.empty() && before == after && !told_otherwise && !nested) co_return "";
  const bool replace = !nested && (needs_replacement(written.type, before, after) ||
                                   (written.type == "AWS::AutoScaling::AutoScalingGroup" &&
                                    group_is_replaced(next.attributes(number), before, after)));
  if (failure.empty() && before != after)
    failure = denied_by_policy(stack, stack.spec, written.logical_id, written.type,
                               replace ? "Update:Replace" : "Update:Modify");
  if (!failure.empty()) {
    tell_resource(cfn, stack, written.logical_id, "UPDATE_FAILED", failure);
    co_return failure;
  }
  run->touched[number] = replace ? Did::replaced : Did::updated;
  Process<std::string> change = replace ? make(cfn, stack, next, number, "UPDATE")
                                        : update_resource(cfn, stack, next, number, before);
  co_return co_await change;
}

/// Old resources that the new template has not, and those that were replaced.
std::set<std::uint32_t> left_behind(const UpdateRun& run) {
  std::set<std::uint32_t> numbers;
  for (std::uint32_t number = 0; number < run.previous->size(); ++number) {
    if (run.previous->standing(number).state != Standing::State::stands) continue;
    const auto now = run.next->number_of(run.previous->text().resources()[number].logical_id);
    const auto did = now ? run.touched.find(*now) : run.touched.end();
    const bool replaced = did != run.touched.end() && did->second == Did::replaced;
    if (!now || !run.next->wanted(*now) || replaced) numbers.insert(number);
  }
  return numbers;
}

/// Of what is replaced, UpdateReplacePolicy decides; of what is gone from the template,
/// DeletionPolicy.
Process<std::string> clean_one(CloudFormation& cfn, Stack& stack, std::uint32_t number) {
  const std::shared_ptr<UpdateRun> run = stack.run;
  Assembly& previous = *run->previous;
  const TemplateResource& written = previous.text().resources()[number];
  const auto now = standing_in(*run->next, written.logical_id);
  if (!now) {
    Process<std::string> gone = take_away(cfn, stack, previous, number, When::stack_deleted);
    std::string failure = co_await gone;
    co_return failure;
  }
  const std::string current = run->next->standing(*now).physical_id;
  const std::string old = previous.standing(number).physical_id;
  const std::string policy = input::text(previous.attributes(number), "UpdateReplacePolicy");
  std::string failure;
  if (policy == "Retain") {
    stack.resources[written.logical_id].physical_id = old;
    tell_resource(cfn, stack, written.logical_id, "DELETE_SKIPPED");
  } else {
    Doomed doomed{written.logical_id, written.type, old, previous.made_of(number),
                  policy == "Snapshot"};
    Process<std::string> gone = delete_physical(cfn, stack, std::move(doomed));
    failure = co_await gone;
  }
  StackResource& shown = stack.resources[written.logical_id];
  shown.physical_id = current;
  shown.status = "UPDATE_COMPLETE";
  co_return failure;
}

/// "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": a resource that cannot be deleted does not undo the
/// update.
Process<> clean_up(CloudFormation& cfn, Stack& stack) {
  Work work{.items = backward_items(*stack.run->previous, left_behind(*stack.run)),
            .act = [&cfn, &stack](std::uint32_t number) { return clean_one(cfn, stack, number); },
            .stops_on_failure = false};
  Process<> all = run_work(cfn, stack, work);
  co_await all;
}

/// Removals are asked of the policy before anything is touched.
std::string denied_removal(CloudFormation& cfn, Stack& stack) {
  const UpdateRun& run = *stack.run;
  for (std::uint32_t number = 0; number < run.previous->size(); ++number) {
    const TemplateResource& written = run.previous->text().resources()[number];
    const auto now = run.next->number_of(written.logical_id);
    if (run.previous->standing(number).state != Standing::State::stands ||
        (now && run.next->wanted(*now)))
      continue;
    const std::string denial =
        denied_by_policy(stack, stack.spec, written.logical_id, written.type, "Update:Delete");
    if (denial.empty()) continue;
    tell_resource(cfn, stack, written.logical_id, "UPDATE_FAILED", denial);
    return fmt::format("The following resource(s) failed to update: [{}].", written.logical_id);
  }
  return {};
}

Process<std::string> update_all(CloudFormation& cfn, Stack& stack) {
  if (std::string denial = denied_removal(cfn, stack); !denial.empty()) co_return denial;
  Work work{.items = forward_items(*stack.run->next),
            .act = [&cfn, &stack](std::uint32_t number) { return update_one(cfn, stack, number); }};
  Process<> all = run_work(cfn, stack, work);
  co_await all;
  const std::string failure = failure_of(cfn, stack, work, "UPDATE", "update");
  if (!failure.empty()) co_return failure;
  if (std::string wrong = settle_outputs(cfn, stack, *stack.run->next); !wrong.empty())
    co_return wrong;
  Process<std::string> watch = monitor(cfn, stack);
  co_return co_await watch;
}

// ---- The way back --------------------------------------------------------------------------

/// A touched resource as it was. New ones stay until the cleanup.
Process<std::string> restore_one(CloudFormation& cfn, Stack& stack, std::uint32_t number,
                                 bool skip) {
  const std::shared_ptr<UpdateRun> run = stack.run;
  const TemplateResource& written = run->next->text().resources()[number];
  const std::string id = written.logical_id;
  const auto old = run->previous->number_of(id);
  const Did did = run->touched.at(number);
  if (did == Did::created || !old || run->restored.contains(id)) co_return "";
  if (did == Did::replaced) {
    tell_resource(cfn, stack, id, "UPDATE_IN_PROGRESS");
    stack.resources[id].physical_id = run->previous->standing(*old).physical_id;
    tell_resource(cfn, stack, id, "UPDATE_COMPLETE");
    run->restored.insert(id);
    co_return "";
  }
  if (skip) {
    tell_resource(cfn, stack, id, "UPDATE_COMPLETE", "Resource update skipped");
    run->restored.insert(id);
    co_return "";
  }
  const Json changed = run->next->made_of(number);
  const Json was = run->previous->made_of(*old);
  // What failed halfway may have changed: it is set back, whatever it says.
  const Json from = changed == was ? Json::object() : changed;
  Process<std::string> back = update_resource(cfn, stack, *run->previous, *old, from);
  const std::string failure = co_await back;
  if (failure.empty()) run->restored.insert(id);
  co_return failure;
}

Process<std::string> drop_one(CloudFormation& cfn, Stack& stack, std::uint32_t number) {
  const std::shared_ptr<UpdateRun> run = stack.run;
  const TemplateResource& written = run->next->text().resources()[number];
  const std::string id = written.logical_id;
  const std::string made = run->next->standing(number).physical_id;
  const bool created = run->touched.at(number) == Did::created;
  const std::string current = created ? "" : stack.resources[id].physical_id;
  if (made.empty() || made == current) co_return "";
  Doomed doomed{id, written.type, made, run->next->made_of(number), false};
  Process<std::string> gone = delete_physical(cfn, stack, std::move(doomed));
  const std::string failure = co_await gone;
  if (!created) {
    stack.resources[id].physical_id = current;
    stack.resources[id].status = "UPDATE_COMPLETE";
  }
  co_return failure;
}

std::set<std::uint32_t> touched_numbers(const UpdateRun& run) {
  std::set<std::uint32_t> numbers;
  for (const auto& [number, did] : run.touched) numbers.insert(number);
  return numbers;
}

Process<> roll_update_back(CloudFormation& cfn, Stack& stack, std::vector<std::string> skipped) {
  stack.cancelled = false;
  const std::shared_ptr<UpdateRun> run = stack.run;
  stack.assembly = run->previous;
  std::vector<WorkItem> items;
  for (const std::uint32_t number : touched_numbers(*run))
    items.push_back({number, run->next->needs(number)});
  Work restoring{.items = std::move(items),
                 .act =
                     [&cfn, &stack, run, &skipped](std::uint32_t number) {
                       const std::string& id = run->next->text().resources()[number].logical_id;
                       const bool skip = std::ranges::find(skipped, id) != skipped.end();
                       return restore_one(cfn, stack, number, skip);
                     },
                 .stops_on_failure = false};
  Process<> restore = run_work(cfn, stack, restoring);
  co_await restore;
  const auto failed = restoring.in_state(WorkItem::State::failed);
  if (!failed.empty()) {
    tell_stack(cfn, stack, "UPDATE_ROLLBACK_FAILED",
               fmt::format("The following resource(s) failed to update: {}.",
                           names_of(*run->next, failed)));
    co_return;
  }
  (void)settle_outputs(cfn, stack, *run->previous);
  stack.spec = run->previous_spec;
  tell_stack(cfn, stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
  Work dropping{
      .items = backward_items(*run->next, touched_numbers(*run)),
      .act = [&cfn, &stack](std::uint32_t number) { return drop_one(cfn, stack, number); },
      .stops_on_failure = false};
  Process<> drop = run_work(cfn, stack, dropping);
  co_await drop;
  for (const auto& [number, did] : run->touched)
    if (did == Did::created) {
      const std::string& id = run->next->text().resources()[number].logical_id;
      if (stack.resources[id].status == "DELETE_COMPLETE") stack.resources[id].physical_id.clear();
    }
  stack.run.reset();
  tell_stack(cfn, stack, "UPDATE_ROLLBACK_COMPLETE");
}

}  // namespace

Process<> run_update(CloudFormation& cfn, Stack& stack, StackSpec spec,
                     std::shared_ptr<Assembly> next) {
  stack.signals.clear();
  stack.cancelled = false;
  stack.updated = cfn.sim().now();
  stack.run = std::make_shared<UpdateRun>();
  stack.run->previous_spec = std::move(stack.spec);
  stack.run->previous = stack.assembly;
  stack.run->next = next;
  stack.spec = std::move(spec);
  stack.assembly = next;
  Process<std::string> changing = update_all(cfn, stack);
  const std::string failure = co_await changing;
  if (failure.empty()) {
    tell_stack(cfn, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    Process<> cleaning = clean_up(cfn, stack);
    co_await cleaning;
    stack.run.reset();
    tell_stack(cfn, stack, "UPDATE_COMPLETE");
    co_return;
  }
  const CauseScope because{cfn.sim(), stack.because};
  if (stack.spec.disable_rollback) {
    tell_stack(cfn, stack, "UPDATE_FAILED", failure);
    co_return;
  }
  tell_stack(cfn, stack, "UPDATE_ROLLBACK_IN_PROGRESS", failure);
  std::vector<std::string> none;
  Process<> back = roll_update_back(cfn, stack, std::move(none));
  co_await back;
}

Process<> run_continue_rollback(CloudFormation& cfn, Stack& stack,
                                std::vector<std::string> skipped) {
  Process<> back = roll_update_back(cfn, stack, std::move(skipped));
  co_await back;
}

Process<> run_rollback(CloudFormation& cfn, Stack& stack) {
  std::vector<std::string> none;
  Process<> back = stack.run != nullptr ? roll_update_back(cfn, stack, std::move(none))
                                        : roll_creation_back(cfn, stack);
  co_await back;
}

}  // namespace opsim::cloudformation
