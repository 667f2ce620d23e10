// AWS: Systems Manager API Reference, StartAutomationExecution, GetAutomationExecution,
// StopAutomationExecution, SendAutomationSignal. A decision by nobody of Approvers is refused.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/automation_view.hpp"
#include "models/ssm/change_requests.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/operations.hpp"
#include "models/ssm/start.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kSignals[] = {"Approve", "Reject",    "Resume",
                                         "Revoke",  "StartStep", "StopStep"};

/// The step that a signal names, by name or by id; the running one where it names none.
std::optional<std::size_t> signalled_step(const Execution& execution, const Json& payload) {
  const std::vector<std::string> ids = input::texts(payload, "StepExecutionId");
  const std::vector<std::string> names = input::texts(payload, "StepName");
  if (ids.empty() && names.empty()) return execution.current;
  for (std::size_t i = 0; i < execution.document->steps.size(); ++i) {
    if (!names.empty() && execution.document->steps[i].name == names[0]) return i;
    if (!ids.empty() && step_execution_id(execution, i) == ids[0]) return i;
  }
  return std::nullopt;
}

ApiError invalid_signal(std::string message) {
  return {"InvalidAutomationSignalException", std::move(message)};
}

/// Approve, Reject and Resume reach the step that waits.
Answer tell_waiting_step(Ssm& ssm, const Request& request, Execution& execution,
                         const std::string& type) {
  const Json& payload = object_member(request.input, "Payload");
  const auto number = signalled_step(execution, payload);
  const bool waits = number && *number < execution.steps.size() &&
                     execution.steps[*number].status == Status::waiting;
  if (!waits) return invalid_signal("no step of the execution waits for a signal");
  const bool approval = execution.document->steps[*number].action_name == "aws:approve";
  if (approval == (type == "Resume"))
    return invalid_signal(
        fmt::format("the waiting step takes {}", approval ? "Approve and Reject" : "Resume"));
  const std::vector<std::string> comment = input::texts(payload, "Comment");
  AutomationSignal signal{type, request.caller.principal, comment.empty() ? "" : comment[0]};
  const auto same_person = [&](const AutomationSignal& other) { return other.by == signal.by; };
  if (approval && !may_approve(ssm, execution, *number, signal.by))
    return ApiError{"AccessDeniedException",
                    fmt::format("{} is not among the approvers of the step", signal.by)};
  if (approval && std::ranges::any_of(execution.decisions, same_person))
    return invalid_signal(fmt::format("{} has decided already", signal.by));
  execution.decisions.push_back(std::move(signal));
  execution.signalled.notify_all();
  return Json::object();
}

}  // namespace

Execution* named_execution(Ssm& ssm, const Request& request) {
  Execution* found = ssm.find_execution(input::text(request.input, "AutomationExecutionId"));
  return found != nullptr && found->place == request.place() ? found : nullptr;
}

ApiError no_such_execution(const Request& request) {
  const std::string id = input::text(request.input, "AutomationExecutionId");
  return {"AutomationExecutionNotFoundException",
          fmt::format("Automation execution {} does not exist", opsim::quoted(id))};
}

Answer start_automation_execution(Ssm& ssm, const Request& request) {
  const std::string token = input::text(request.input, "ClientToken");
  const auto known = ssm.client_tokens.find(token);
  if (!token.empty() && known != ssm.client_tokens.end())
    return Json{{"AutomationExecutionId", known->second}};
  const ApiResult<Execution*> made = make_execution(ssm, request.caller, request.input);
  if (!made) return made.error();
  Execution& execution = **made;
  if (!token.empty()) ssm.client_tokens[token] = execution.id;
  start_execution(ssm, execution);
  return Json{{"AutomationExecutionId", execution.id}};
}

Answer get_automation_execution(Ssm& ssm, const Request& request) {
  const Execution* execution = named_execution(ssm, request);
  if (execution == nullptr)
    return answer_of_change_request(ssm, request).value_or(no_such_execution(request));
  return Json{{"AutomationExecution", execution_view(ssm, *execution)}};
}

Answer stop_automation_execution(Ssm& ssm, const Request& request) {
  Execution* execution = named_execution(ssm, request);
  if (execution == nullptr)
    return answer_of_change_request(ssm, request, "Stop").value_or(no_such_execution(request));
  const std::string type = input::text(request.input, "Type");
  if (!type.empty() && type != "Cancel" && type != "Complete")
    return ApiError{"InvalidAutomationStatusUpdateException",
                    fmt::format("Type is {}; one of Complete, Cancel", opsim::quoted(type))};
  if (has_ended(execution->status))
    return ApiError{"InvalidAutomationStatusUpdateException",
                    fmt::format("the execution is {} already", to_string(execution->status))};
  stop_execution(ssm, *execution, type == "Complete");
  return Json::object();
}

Answer send_automation_signal(Ssm& ssm, const Request& request) {
  Execution* execution = named_execution(ssm, request);
  const std::string type = input::text(request.input, "SignalType");
  if (execution == nullptr)
    return answer_of_change_request(ssm, request, type).value_or(no_such_execution(request));
  if (std::ranges::find(kSignals, type) == std::end(kSignals))
    return invalid_signal(fmt::format("SignalType is {}; {}{}", opsim::quoted(type),
                                      one_of_text(kSignals), did_you_mean(type, kSignals)));
  if (has_ended(execution->status))
    return ApiError{"InvalidAutomationStatusUpdateException",
                    fmt::format("the execution is {} already", to_string(execution->status))};
  if (type == "Approve" || type == "Reject" || type == "Resume")
    return tell_waiting_step(ssm, request, *execution, type);
  const auto step = signalled_step(*execution, object_member(request.input, "Payload"));
  if (type == "StartStep" && step && begin_waiting_step(*execution, *step)) return Json::object();
  if (type == "StopStep" && step && stop_step(ssm, *execution, *step)) return Json::object();
  return invalid_signal(fmt::format("{} does not fit: no such step {}", type,
                                    type == "StartStep" ? "waits to be started" : "runs"));
}

}  // namespace opsim::ssm
