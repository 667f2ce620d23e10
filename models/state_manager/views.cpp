// AWS: AssociationDescription, AssociationExecution; and which events tell State Manager what.
#include "models/state_manager/state_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::state_manager {

namespace {

std::string when(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

bool has_ended(std::string_view status) {
  return status != "Pending" && status != "InProgress" && status != "Delayed" &&
         status != "Cancelling" && status != "Waiting";
}

}  // namespace

Json counts_of(const std::map<std::string, std::string>& instances) {
  Json counts = Json::object();
  for (const auto& [instance, status] : instances) {
    Json& count = counts[status];
    count = count.is_null() ? 1 : count.get<int>() + 1;
  }
  return counts;
}

namespace {

/// What both a description and a version show of it.
Json view_of(const AssociationSpec& spec) {
  Json view{{"Name", spec.document},
            {"DocumentVersion", spec.document_version.empty() ? "$DEFAULT" : spec.document_version},
            {"Parameters", spec.parameters},
            {"Targets", spec.targets},
            {"MaxConcurrency", spec.max_concurrency},
            {"MaxErrors", spec.max_errors},
            {"ComplianceSeverity", spec.severity},
            {"SyncCompliance", spec.sync_compliance},
            {"ApplyOnlyAtCronInterval", spec.apply_only_at_cron},
            {"CalendarNames", spec.calendars}};
  if (!spec.association_name.empty()) view["AssociationName"] = spec.association_name;
  if (spec.schedule) {
    view["ScheduleExpression"] = spec.schedule->text;
    if (spec.schedule->offset_days > 0) view["ScheduleOffset"] = spec.schedule->offset_days;
  }
  if (spec.output_location.is_object()) view["OutputLocation"] = spec.output_location;
  if (spec.alarm.is_object()) view["AlarmConfiguration"] = spec.alarm;
  return view;
}

}  // namespace

Json association_view(const Association& association) {
  Json view = view_of(association.spec);
  view["AssociationId"] = association.id;
  view["AssociationVersion"] = std::to_string(association.version);
  view["Date"] = when(association.created);
  view["LastUpdateAssociationDate"] = when(association.updated);
  view["Overview"] = {{"Status", association.status},
                      {"DetailedStatus", association.details},
                      {"AssociationStatusAggregatedCount", counts_of(association.instances)}};
  if (!association.spec.automation_target.empty())
    view["AutomationTargetParameterName"] = association.spec.automation_target;
  if (association.last_execution) view["LastExecutionDate"] = when(*association.last_execution);
  if (association.last_success)
    view["LastSuccessfulExecutionDate"] = when(*association.last_success);
  return view;
}

Json version_view(const Association& association, const AssociationVersion& version) {
  Json view = view_of(version.spec);
  view["AssociationId"] = association.id;
  view["AssociationVersion"] = std::to_string(version.number);
  view["CreatedDate"] = when(version.created);
  return view;
}

Json execution_view(const Association& association, const AssociationExecution& execution) {
  return {{"AssociationId", association.id},
          {"AssociationVersion", std::to_string(association.version)},
          {"ExecutionId", execution.id},
          {"Status", execution.status},
          {"DetailedStatus", execution.details},
          {"CreatedTime", when(execution.created)},
          {"ResourceCountByStatus", counts_of(execution.instances).dump()}};
}

void StateManager::on_event(const Event& event) {
  if (event.source == "aws.ec2" && event.detail_type == "EC2 Instance State-change Notification") {
    if (!associations.empty() && input::text(event.detail, "state") == "running")
      instance_came(*this, event.place, input::text(event.detail, "instance-id"));
    return;
  }
  if (runs.empty() || event.source != "aws.ssm") return;
  const bool automation =
      event.detail_type == "EC2 Automation Execution Status-change Notification";
  const std::string run = input::text(event.detail, automation ? "ExecutionId" : "command-id");
  const auto known = runs.find(run);
  if (known == runs.end()) return;
  const std::string status = input::text(event.detail, automation ? "Status" : "status");
  if (!has_ended(status)) return;
  Association& association = *associations.at(known->second);
  if (event.detail_type != "EC2 Command Invocation Status-change Notification")
    return end_run(*this, association, run, status);
  const std::string instance = input::text(event.detail, "instance-id");
  for (AssociationExecution& execution : association.executions)
    if (execution.run_id == run) execution.instances[instance] = status;
  end_instance(*this, association, instance, status);
}

}  // namespace opsim::state_manager
