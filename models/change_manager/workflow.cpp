// The way of a change request: approvals, its time, the calendar, its runbooks.
// AWS: Systems Manager User Guide, "How Change Manager works".
#include <fmt/format.h>

#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::change_manager {

namespace {

/// "Change requests are a type of OpsItem": /aws/changerequest. Where nobody keeps OpsItems, none.
Process<> open_ops_item(ChangeManager& model, ChangeRequest& request) {
  Json item{{"Title", request.name},
            {"Description", request.details.empty() ? request.name : request.details},
            {"Source", "Change Manager"},
            {"OpsItemType", "/aws/changerequest"}};
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

/// Why the runbook failed, or "".
Process<std::string> run(ChangeManager& model, ChangeRequest& request, Json runbook) {
  const std::string name = input::text(runbook, "DocumentName");
  // UNDOCUMENTED: whose call it is; here the requester's, by way of Systems Manager.
  Caller caller{request.place, request.requested_by, "ssm.amazonaws.com"};
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
