// How an association is applied: when, through which call, and what comes of it.
// AWS: Systems Manager User Guide, "About State Manager" and "Using targets and rate controls":
// runs when it is made (unless only at its cron), then by its schedule; a node that was missed is
// tried at the next interval; a node that newly matches runs when it comes online.
#include <fmt/format.h>

#include <algorithm>

#include "models/state_manager/state_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::state_manager {

namespace {

/// From running to an agent that answers (estimate).
constexpr Duration kAgentStarts = std::chrono::seconds{60};

Caller myself(const Association& association) {
  return {association.place, "ssm.amazonaws.com", ""};
}

bool is_automation(StateManager& manager, const Association& association) {
  const auto document = manager.cloud.inspect(association.place, "ssm", "DescribeDocument",
                                              {{"Name", association.spec.document}});
  return document &&
         input::text(input::member(*document, "Document"), "DocumentType") == "Automation";
}

/// CalendarNames: "an association runs only when the calendars are open".
bool calendars_open(StateManager& manager, const Association& association) {
  if (association.spec.calendars.empty()) return true;
  const auto state = manager.cloud.inspect(association.place, "ssm", "GetCalendarState",
                                           {{"CalendarNames", association.spec.calendars}});
  return state && input::text(*state, "State") == "OPEN";
}

/// Targets as filters of DescribeInstances.
Json filters_of(const Json& targets) {
  Json filters = Json::array();
  for (const Json& target : targets) {
    const std::string key = input::text(target, "Key");
    const std::vector<std::string> values = input::texts(target, "Values");
    const bool by_id = key == "InstanceIds" || key == "instanceids";
    if (by_id && values == std::vector<std::string>{"*"}) continue;
    filters.push_back({{"Name", by_id ? "instance-id" : key}, {"Values", values}});
  }
  return filters;
}

/// Of a list of reservations or of what Systems Manager knows: "InstanceId" of each.
std::vector<std::string> ids_in(const Json& list) {
  std::vector<std::string> ids;
  for (const Json& one : list) ids.push_back(input::text(one, "InstanceId"));
  return ids;
}

/// The instances of the targets, and those of them that answer.
struct Reach {
  std::size_t targeted = 0;
  std::vector<std::string> online;
};
Reach reach_of(StateManager& manager, const Association& association) {
  Cloud& cloud = manager.cloud;
  Reach reach;
  const auto found = cloud.inspect(association.place, "ec2", "DescribeInstances",
                                   {{"Filters", filters_of(association.spec.targets)}});
  const auto known =
      cloud.inspect(association.place, "ssm", "DescribeInstanceInformation",
                    {{"Filters", {{{"Key", "PingStatus"}, {"Values", {"Online"}}}}}});
  if (!found || !known) return reach;
  std::vector<std::string> answering = ids_in(input::member(*known, "InstanceInformationList"));
  std::ranges::sort(answering);
  for (const Json& reservation : input::member(*found, "Reservations"))
    for (const std::string& id : ids_in(input::member(reservation, "Instances"))) {
      ++reach.targeted;
      if (std::ranges::binary_search(answering, id)) reach.online.push_back(id);
    }
  return reach;
}

Json command_input(const Association& association, const std::string& only) {
  const AssociationSpec& spec = association.spec;
  Json input{{"DocumentName", spec.document},
             {"Parameters", spec.parameters},
             {"MaxConcurrency", spec.max_concurrency},
             {"MaxErrors", spec.max_errors}};
  if (spec.alarm.is_object()) input["AlarmConfiguration"] = spec.alarm;
  if (!spec.document_version.empty()) input["DocumentVersion"] = spec.document_version;
  input["Targets"] = only.empty()
                         ? spec.targets
                         : Json::array({{{"Key", "InstanceIds"}, {"Values", Json::array({only})}}});
  return input;
}

Json automation_input(const Association& association, const std::string& only) {
  Json input = command_input(association, only);
  const std::string& parameter = association.spec.automation_target;
  if (parameter.empty()) {
    for (const char* name : {"Targets", "MaxConcurrency", "MaxErrors"}) input.erase(name);
  } else {
    input["TargetParameterName"] = parameter;
  }
  return input;
}

/// sysman-state-assoc: "Associations only run on instances that are online when the interval
/// starts. Offline instances are skipped." False: none is online. UNDOCUMENTED: that run is
/// Skipped.
bool skip_offline(StateManager& manager, const Association& association, Json& input) {
  const Reach reach = reach_of(manager, association);
  if (reach.targeted == reach.online.size()) return true;
  if (reach.online.empty()) return false;
  input["Targets"] = Json::array({{{"Key", "InstanceIds"}, {"Values", reach.online}}});
  return true;
}

Process<> apply(StateManager& manager, std::string id, std::string only) {
  Association* association = manager.associations.at(id).get();
  const bool automation = is_automation(manager, *association);
  AssociationExecution& made = association->executions.emplace_front();
  made.id = manager.cloud.next_uuid("association-execution");
  made.created = manager.cloud.sim().now();
  if (association->executions.size() > kKeptExecutions) association->executions.pop_back();
  const std::string execution = made.id;
  association->last_execution = manager.cloud.sim().now();

  Json input =
      automation ? automation_input(*association, only) : command_input(*association, only);
  if (!automation && only.empty() && !skip_offline(manager, *association, input)) {
    made.status = made.details = "Skipped";
    co_return;
  }
  Process<ApiResult<Json>> call =
      manager.cloud.call(myself(*association), "ssm",
                         automation ? "StartAutomationExecution" : "SendCommand", std::move(input));
  const ApiResult<Json> answer = co_await call;
  const auto still = manager.associations.find(id);
  if (still == manager.associations.end()) co_return;
  association = still->second.get();
  const auto found =
      std::ranges::find(association->executions, execution, &AssociationExecution::id);
  if (found == association->executions.end()) co_return;
  if (!answer) {
    found->run_id = execution;
    found->details = answer.error().code;
    co_return end_run(manager, *association, execution, "Failed");
  }
  found->run_id = automation ? input::text(*answer, "AutomationExecutionId")
                             : input::text(input::member(*answer, "Command"), "CommandId");
  found->status = found->details = "InProgress";
  manager.runs[found->run_id] = id;
  emit_association(manager, *association);
}

}  // namespace

bool wants(StateManager& manager, const Association& association, const std::string& instance) {
  const auto found = manager.cloud.inspect(association.place, "ec2", "DescribeInstances",
                                           {{"InstanceIds", Json::array({instance})},
                                            {"Filters", filters_of(association.spec.targets)}});
  if (!found || association.spec.targets.empty()) return false;
  const Json& reservations = input::member(*found, "Reservations");
  return reservations.is_array() && std::ranges::any_of(reservations, [](const Json& one) {
           return !input::member(one, "Instances").empty();
         });
}

void plan_next(StateManager& manager, Association& association) {
  Simulation& sim = manager.cloud.sim();
  sim.cancel(association.next);
  if (!association.spec.schedule) return;
  const auto due = association.spec.schedule->next(association.created, sim.now());
  if (!due) return;
  association.next = sim.at(*due, [&manager, id = association.id] {
    Association& due_now = *manager.associations.at(id);
    plan_next(manager, due_now);
    run_association(manager, due_now);
  });
}

void run_association(StateManager& manager, Association& association, std::string only) {
  if (!calendars_open(manager, association)) {
    manager.cloud.journal().write({.kind = EntryKind::note,
                                   .level = Level::story,
                                   .subject = association.spec.document,
                                   .text = "association skipped: its calendar is closed"});
    return;
  }
  manager.cloud.sim().spawn(apply(manager, association.id, std::move(only)));
}

/// targets-and-rate-controls: not where the association uses a runbook.
void instance_came(StateManager& manager, const Place& place, std::string instance) {
  for (const auto& [id, association] : manager.associations) {
    if (association->place != place || association->spec.apply_only_at_cron) continue;
    if (association->instances.contains(instance) || !wants(manager, *association, instance) ||
        is_automation(manager, *association))
      continue;
    manager.cloud.sim().after(kAgentStarts, [&manager, key = id, instance] {
      const auto found = manager.associations.find(key);
      if (found == manager.associations.end()) return;
      if (!found->second->instances.contains(instance))
        run_association(manager, *found->second, instance);
    });
  }
}

void end_instance(StateManager& manager, Association& association, const std::string& instance,
                  const std::string& status) {
  const auto before = association.instances.find(instance);
  const bool compliant = status == "Success";
  const bool news =
      before == association.instances.end() || (before->second == "Success") != compliant;
  association.instances[instance] = status;
  emit_instance(manager, association, instance, status);
  if (news && association.spec.sync_compliance == "AUTO")
    emit_compliance(manager, association, instance, compliant);
}

void end_run(StateManager& manager, Association& association, std::string_view run_id,
             const std::string& status) {
  manager.runs.erase(std::string{run_id});
  for (AssociationExecution& execution : association.executions) {
    if (execution.run_id != run_id) continue;
    if (execution.details == "InProgress" || execution.details == "Pending")
      execution.details = status;
    execution.status = status == "Success"    ? "Success"
                       : status == "TimedOut" ? "TimedOut"
                                              : "Failed";
    association.details = execution.details;
    association.status = execution.status == "Success" ? "Success" : "Failed";
  }
  if (association.status == "Success") association.last_success = manager.cloud.sim().now();
  manager.cloud.journal().write(
      {.kind = EntryKind::command,
       .level = Level::story,
       .subject = association.spec.document,
       .text = fmt::format("association applied: {}", association.details)});
  emit_association(manager, association);
}

}  // namespace opsim::state_manager
