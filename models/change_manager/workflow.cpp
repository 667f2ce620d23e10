// The way of a change request: approvals, its time, the calendar, its runbooks.
// AWS: Systems Manager User Guide, "How Change Manager works".
#include <fmt/format.h>

#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/read.hpp"

namespace opsim::change_manager {

namespace {

/// What the filters ChangeRequestBy... of DescribeOpsItems look at. UNDOCUMENTED: how it is kept.
Json searched_of(const ChangeRequest& request) {
  Json approvers = Json::array();
  for (const ApprovalLevel& level : request.way.levels)
    for (const ApproverLine& line : level.approvers) {
      const std::string_view kind = line.type == "IamRole"    ? "role"
                                    : line.type == "IamGroup" ? "group"
                                                              : "user";
      approvers.push_back(line.approver.starts_with("arn:")
                              ? line.approver
                              : fmt::format("arn:{}:iam::{}:{}/{}",
                                            partition_of(request.place.region),
                                            request.place.account, kind, line.approver));
    }
  return {{"Approvers", std::move(approvers)},
          {"Requester", request.requested_by},
          {"Template", request.template_name}};
}

/// "Change requests are a type of OpsItem": /aws/changerequest. Where nobody keeps OpsItems, none.
Process<> open_ops_item(ChangeManager& model, ChangeRequest& request) {
  Json item{
      {"Title", request.name},
      {"Description", request.details.empty() ? request.name : request.details},
      {"Source", "Change Manager"},
      {"OpsItemType", "/aws/changerequest"},
      {"OperationalData", {{"/aws/changerequest", {{"Value", searched_of(request).dump()}}}}}};
  Caller caller{request.place, "ssm.amazonaws.com", ""};
  const ApiResult<Json> answer =
      co_await model.cloud.call(std::move(caller), "ssm", "CreateOpsItem", std::move(item));
  if (answer) request.ops_item = input::text(*answer, "OpsItemId");
}

std::string status_of_child(ChangeManager& model, const ChangeRequest& request) {
  const Json question{{"AutomationExecutionId", request.child}};
  const ApiResult<Json> answer =
      model.cloud.inspect(request.place, "ssm", "GetAutomationExecution", question);
  if (!answer) return "Failed";
  return input::text(input::member(*answer, "AutomationExecution"), "AutomationExecutionStatus");
}

bool runs_still(std::string_view status) {
  return status == "Pending" || status == "InProgress" || status == "Waiting" ||
         status == "Cancelling";
}

/// Whether the runbook acts by a role: its own, or one that the request gives it.
bool has_role(ChangeManager& model, const ChangeRequest& request, const Json& runbook) {
  const Json question{{"Name", input::text(runbook, "DocumentName")}};
  const ApiResult<Json> document =
      model.cloud.inspect(request.place, "ssm", "GetDocument", question);
  if (!document) return false;
  try {
    const Document text = read_text("runbook", input::text(*document, "Content"));
    const std::optional<Node> node = text.root.find("assumeRole");
    const std::string role = node ? node->as_text().value_or("") : "";
    if (role.find("{{") == std::string::npos) return !role.empty();
    std::string name;  // "{{ AutomationAssumeRole }}"
    for (const char c : role)
      if (c != '{' && c != '}' && c != ' ') name += c;
    return !input::texts(input::member(runbook, "Parameters"), name).empty();
  } catch (const BadInput&) {
    return false;
  }
}

/// "By providing these permissions to a role to act on behalf of users, users don't need to be
/// granted that array of permissions themselves" (change-manager-permissions): a runbook with a
/// role is started by the service. UNDOCUMENTED: one without acts as who requested it.
Caller starter_of(ChangeManager& model, const ChangeRequest& request, const Json& runbook) {
  if (has_role(model, request, runbook)) return {request.place, "ssm.amazonaws.com", ""};
  return {request.place, request.requested_by, "ssm.amazonaws.com"};
}

/// Why the runbook failed, or "".
Process<std::string> run(ChangeManager& model, ChangeRequest& request, Json runbook) {
  const std::string name = input::text(runbook, "DocumentName");
  Caller caller = starter_of(model, request, runbook);
  const ApiResult<Json> started = co_await model.cloud.call(
      std::move(caller), "ssm", "StartAutomationExecution", std::move(runbook));
  if (!started)
    co_return fmt::format("{}: {}: {}", name, started.error().code, started.error().message);
  request.child = input::text(*started, "AutomationExecutionId");
  request.children.push_back(request.child);
  std::string status = status_of_child(model, request);
  while (runs_still(status)) {
    co_await request.runbook_ended.wait();
    status = status_of_child(model, request);
  }
  request.child.clear();
  co_return status == "Success" ? "" : fmt::format("{} {}", name, status);
}

}  // namespace

Process<> play(ChangeManager& model, ChangeRequest& request) {
  Simulation& sim = model.cloud.sim();
  tell_requested(model, request);
  co_await open_ops_item(model, request);
  become(model, request, Status::pending_approval, "");
  if (!co_await ask_levels(model, request)) co_return;
  become(model, request, Status::approved,
         request.auto_approved ? "automatically, as its template permits" : "");
  if (request.scheduled && *request.scheduled > sim.now()) {
    become(model, request, Status::scheduled, "for " + iso8601(*request.scheduled));
    co_await sim.sleep_until(*request.scheduled);
  }
  co_await await_calendar(model, request);
  request.started = sim.now();
  become(model, request, Status::in_progress, "");
  for (std::size_t i = 0; i < request.runbooks.size() && request.failure.empty(); ++i)
    request.failure = co_await run(model, request, request.runbooks[i]);
  become(model, request, request.failure.empty() ? Status::succeeded : Status::failed,
         request.failure);
}

}  // namespace opsim::change_manager
