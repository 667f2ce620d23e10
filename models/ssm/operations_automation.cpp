// AWS: Systems Manager API Reference, StartAutomationExecution, GetAutomationExecution,
// DescribeAutomationExecutions, DescribeAutomationStepExecutions, StopAutomationExecution,
// SendAutomationSignal.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/automation_view.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/operations.hpp"
#include "models/ssm/start.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kSignals[] = {"Approve", "Reject",    "Resume",
                                         "Revoke",  "StartStep", "StopStep"};

ApiError not_found(std::string_view id) {
  return {"AutomationExecutionNotFoundException",
          fmt::format("Automation execution {} does not exist", opsim::quoted(id))};
}

Execution* named(Ssm& ssm, const Request& request) {
  Execution* found = ssm.find_execution(input::text(request.input, "AutomationExecutionId"));
  return found != nullptr && found->place == request.place() ? found : nullptr;
}

/// Filters: Key and Values; every filter must let it pass.
bool passes(const Execution& execution, const Json& filters) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const std::string key = input::text(filter, "Key");
    const std::vector<std::string> values = input::texts(filter, "Values");
    const auto any = [&](auto&& is) { return std::ranges::any_of(values, is); };
    if (key == "ExecutionId") return any([&](const auto& v) { return v == execution.id; });
    if (key == "ExecutionStatus")
      return any([&](const auto& v) { return v == to_string(execution.status); });
    if (key == "DocumentNamePrefix")
      return any([&](const auto& v) { return execution.document_name.starts_with(v); });
    if (key == "ParentExecutionId")
      return any([&](const auto& v) { return v == execution.parent_id; });
    return true;
  });
}

std::size_t page_size(const Json& request, std::size_t otherwise) {
  const auto size = input::integer(request, "MaxResults");
  return size && *size > 0 ? static_cast<std::size_t>(*size) : otherwise;
}

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
Answer tell_waiting_step(const Request& request, Execution& execution, const std::string& type) {
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
  if (approval && std::ranges::any_of(execution.decisions, same_person))
    return invalid_signal(fmt::format("{} has decided already", signal.by));
  execution.decisions.push_back(std::move(signal));
  execution.signalled.notify_all();
  return Json::object();
}

}  // namespace

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
  const Execution* execution = named(ssm, request);
  if (execution == nullptr) return not_found(input::text(request.input, "AutomationExecutionId"));
  return Json{{"AutomationExecution", execution_view(ssm, *execution)}};
}

Answer describe_automation_executions(Ssm& ssm, const Request& request) {
  const Json& filters = list_member(request.input, "Filters");
  std::vector<const Execution*> found;
  for (const auto& [id, execution] : ssm.executions)
    if (execution->place == request.place() && passes(*execution, filters))
      found.push_back(execution.get());
  // The newest first, as AWS lists them.
  std::ranges::sort(found, std::ranges::greater{}, [](const Execution* e) { return e->number; });
  if (const std::size_t most = page_size(request.input, 50); found.size() > most)
    found.resize(most);
  Json list = Json::array();
  for (const Execution* execution : found) list.push_back(execution_summary(*execution));
  return Json{{"AutomationExecutionMetadataList", std::move(list)}};
}

Answer describe_automation_step_executions(Ssm& ssm, const Request& request) {
  const Execution* execution = named(ssm, request);
  if (execution == nullptr) return not_found(input::text(request.input, "AutomationExecutionId"));
  Json steps = Json::array();
  for (std::size_t i = 0; i < execution->document->steps.size(); ++i)
    steps.push_back(step_view(ssm, *execution, i));
  if (input::boolean(request.input, "ReverseOrder").value_or(false))
    std::reverse(steps.begin(), steps.end());
  return Json{{"StepExecutions", std::move(steps)}};
}

Answer stop_automation_execution(Ssm& ssm, const Request& request) {
  Execution* execution = named(ssm, request);
  if (execution == nullptr) return not_found(input::text(request.input, "AutomationExecutionId"));
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
  Execution* execution = named(ssm, request);
  if (execution == nullptr) return not_found(input::text(request.input, "AutomationExecutionId"));
  const std::string type = input::text(request.input, "SignalType");
  if (std::ranges::find(kSignals, type) == std::end(kSignals))
    return invalid_signal(fmt::format("SignalType is {}; {}{}", opsim::quoted(type),
                                      one_of_text(kSignals), did_you_mean(type, kSignals)));
  if (has_ended(execution->status))
    return ApiError{"InvalidAutomationStatusUpdateException",
                    fmt::format("the execution is {} already", to_string(execution->status))};
  if (type == "Approve" || type == "Reject" || type == "Resume")
    return tell_waiting_step(request, *execution, type);
  const auto step = signalled_step(*execution, object_member(request.input, "Payload"));
  if (type == "StartStep" && step && begin_waiting_step(*execution, *step)) return Json::object();
  if (type == "StopStep" && step && stop_step(ssm, *execution, *step)) return Json::object();
  return invalid_signal(fmt::format("{} does not fit: no such step {}", type,
                                    type == "StartStep" ? "waits to be started" : "runs"));
}

}  // namespace opsim::ssm
