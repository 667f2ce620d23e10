// AWS: Systems Manager API Reference, StartChangeRequestExecution; SendAutomationSignal and
// StopAutomationExecution of a change request.
#include "models/change_manager/change_manager.hpp"

#include <algorithm>
#include <array>

#include "opsim/cloud/input.hpp"

namespace opsim::change_manager {

std::string_view to_string(Status status) {
  static constexpr std::array<std::string_view, 12> kNames = {"PendingApproval",
                                                              "Approved",
                                                              "Rejected",
                                                              "TimedOut",
                                                              "Scheduled",
                                                              "PendingChangeCalendarOverride",
                                                              "ChangeCalendarOverrideApproved",
                                                              "ChangeCalendarOverrideRejected",
                                                              "RunbookInProgress",
                                                              "CompletedWithSuccess",
                                                              "CompletedWithFailure",
                                                              "Cancelled"};
  return kNames.at(static_cast<std::size_t>(status));
}

bool has_ended(Status status) {
  switch (status) {
    case Status::rejected:
    case Status::timed_out:
    case Status::succeeded:
    case Status::failed:
    case Status::cancelled: return true;
    default: return false;
  }
}

ChangeRequest* ChangeManager::find(const Place& place, std::string_view id) {
  const auto found = requests.find(id);
  return found == requests.end() || found->second->place != place ? nullptr : found->second.get();
}

ApiResult<Json> start_change_request(ChangeManager& model, const Request& request) {
  const std::string token = input::text(request.input, "ClientToken");
  const std::string asked = request.input.dump();
  if (const auto known = model.tokens.find(token); !token.empty() && known != model.tokens.end()) {
    if (known->second.first == asked) return Json{{"AutomationExecutionId", known->second.second}};
    return ApiError{"IdempotentParameterMismatchException",
                    "The parameters do not match those of the first call with this ClientToken"};
  }
  ApiResult<std::unique_ptr<ChangeRequest>> read = read_request(model, request);
  if (!read) return read.error();
  ChangeRequest& made = **read;
  made.id = model.cloud.next_uuid("automation");
  model.requests.emplace(made.id, std::move(*read));
  if (!token.empty()) model.tokens[token] = {asked, made.id};
  made.work.spawn(play(model, made));
  return Json{{"AutomationExecutionId", made.id}};
}

void ChangeManager::on_call(const CallRecord& call) {
  if (call.service != "ssm" || !call.answer) return;
  const bool signal = call.operation == "SendAutomationSignal";
  if (!signal && call.operation != "StopAutomationExecution") return;
  ChangeRequest* request =
      find(call.caller.place, input::text(call.input, "AutomationExecutionId"));
  if (request == nullptr || has_ended(request->status)) return;
  if (!signal) {
    request->work.cancel();
    become(*this, *request, Status::cancelled, "stopped by " + call.caller.principal);
    return;
  }
  const std::vector<std::string> comment =
      input::texts(input::member(call.input, "Payload"), "Comment");
  Decision decision{call.caller.principal, input::text(call.input, "SignalType") == "Approve",
                    comment.empty() ? "" : comment[0]};
  const bool freeze = request->status == Status::pending_override;
  if (!freeze && request->level >= request->levels.size()) return;
  (freeze ? request->freeze_decisions : request->levels[request->level].decisions)
      .push_back(std::move(decision));
  request->decided.notify_all();
}

void ChangeManager::on_event(const Event& event) {
  if (requests.empty() ||
      event.detail_type != "EC2 Automation Execution Status-change Notification")
    return;
  const std::string id = input::text(event.detail, "ExecutionId");
  for (const auto& [request_id, request] : requests)
    if (request->child == id) request->runbook_ended.notify_all();
}

}  // namespace opsim::change_manager
