// A change request as GetAutomationExecution shows it.
// AWS: Systems Manager API Reference, AutomationExecution (AutomationSubtype ChangeRequest,
// ChangeRequestName, OpsItemId, Runbooks, ScheduledTime).
#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::change_manager {

namespace {

using State = LevelRecord::State;

void set_time(Json& view, const char* name, SimTime time) {
  if (time != SimTime{}) view[name] = iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

std::string_view step_status(State state) {
  switch (state) {
    case State::pending: return "Pending";
    case State::waiting: return "Waiting";
    case State::approved: return "Success";
    case State::rejected: return "Failed";
    case State::timed_out: return "TimedOut";
  }
  return "";
}

Json step_of(const ApprovalLevel& level, const LevelRecord& record) {
  Json view{
      {"StepName", level.name},
      {"Action", "aws:approve"},
      {"StepStatus", step_status(record.state)},
      {"TimeoutSeconds", std::chrono::duration_cast<std::chrono::seconds>(level.timeout).count()}};
  set_time(view, "ExecutionStartTime", record.started);
  set_time(view, "ExecutionEndTime", record.ended);
  Json decisions = Json::array();
  for (const Decision& decision : record.decisions)
    decisions.push_back(Json{
        {"Approver", decision.by},
        {"Decision", decision.approves ? "Approved" : "Rejected"},
        {"Comment",
         decision.comment}}.dump());
  if (!decisions.empty()) view["Outputs"] = {{"ApproverDecisions", std::move(decisions)}};
  return view;
}

}  // namespace

Json summary_of(const ChangeRequest& request) {
  Json view{{"AutomationExecutionId", request.id},
            {"DocumentName", request.template_name},
            {"DocumentVersion", request.template_version},
            {"AutomationExecutionStatus", to_string(request.status)},
            {"AutomationSubtype", "ChangeRequest"},
            {"ChangeRequestName", request.name},
            {"ExecutedBy", request.requested_by},
            {"Mode", "Auto"},
            {"Runbooks", request.runbooks}};
  set_time(view, "ExecutionStartTime", request.requested);
  set_time(view, "ExecutionEndTime", request.ended);
  if (request.scheduled) set_time(view, "ScheduledTime", *request.scheduled);
  if (!request.ops_item.empty()) view["OpsItemId"] = request.ops_item;
  if (!request.failure.empty()) view["FailureMessage"] = request.failure;
  return view;
}

Json view_of(const ChangeRequest& request) {
  Json view = summary_of(request);
  view["Parameters"] = request.parameters.is_object() ? request.parameters : Json::object();
  Json steps = Json::array();
  for (std::size_t i = 0; i < request.levels.size(); ++i)
    steps.push_back(step_of(request.way.levels[i], request.levels[i]));
  view["StepExecutions"] = std::move(steps);
  view["StepExecutionsTruncated"] = false;
  return view;
}

}  // namespace opsim::change_manager
