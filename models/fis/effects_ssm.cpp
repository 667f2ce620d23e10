// AWS: FIS User Guide, "Use Systems Manager SSM documents with AWS FIS" (actions-ssm-agent).
#include <fmt/format.h>

#include <algorithm>

#include "models/fis/effects.hpp"
#include "models/fis/experiment_template.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

/// How often FIS looks whether an automation has ended (estimate).
constexpr Duration kLook = std::chrono::seconds{15};
/// maxDuration of at most twelve hours (fis-actions-reference).
constexpr Duration kLongest = std::chrono::hours{12};

/// documentParameters is JSON in a text.
Json parameters_of(const ActionRun& run) {
  const std::string text = run.spec.parameter("documentParameters");
  if (text.empty()) return Json::object();
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : Json(nullptr);
}

Json document_input(const ActionRun& run) {
  Json input{{"DocumentName", run.spec.parameter("documentArn")},
             {"Parameters", parameters_of(run)}};
  for (auto& [name, value] : input["Parameters"].items())
    if (!value.is_array()) value = Json::array({value});
  if (const std::string version = run.spec.parameter("documentVersion"); !version.empty())
    input["DocumentVersion"] = version;
  return input;
}

/// "arn:aws:ssm:us-east-1::document/AWSFIS-Run-CPU-Stress"
std::string document_name(const ActionRun& run) {
  const std::string text = run.spec.parameter("documentArn");
  return text.substr(text.rfind('/') + 1);
}

Process<std::string> send_command(ActionRun& run) {
  if (parameters_of(run).is_null()) co_return "documentParameters is no JSON object";
  if (is_fis_document(document_name(run)))
    begin_fis_document(run, document_name(run), parameters_of(run));
  std::map<Place, Json> ids;
  for (const Resolved& target : run.targets)
    ids.try_emplace(target.place, Json::array()).first->second.push_back(target.id);
  for (const auto& [place, list] : ids) {
    Json input = document_input(run);
    input["InstanceIds"] = list;
    Process<ApiResult<Json>> call =
        run.cloud.call(run.caller(place), "ssm", "SendCommand", std::move(input));
    const ApiResult<Json> answer = co_await call;
    if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
    run.started.push_back(input::text(input::member(*answer, "Command"), "CommandId"));
  }
  co_return "";
}

/// "The action is complete after the duration"; a command that has failed by then fails it.
Process<std::string> end_command(ActionRun& run) {
  for (const std::string& id : run.started) {
    const auto answer =
        run.cloud.inspect(run.place, "ssm", "ListCommands", Json{{"CommandId", id}});
    const Json& commands = answer ? input::member(*answer, "Commands") : Json();
    const std::string status =
        commands.is_array() && !commands.empty() ? input::text(commands.front(), "Status") : "";
    if (status == "Pending" || status == "InProgress")
      run.cloud.call_later(run.caller(run.place), "ssm", "CancelCommand", {{"CommandId", id}});
    if (status == "Failed" || status == "TimedOut" || status == "Undeliverable")
      co_return fmt::format("Command {} is {}", id, status);
  }
  co_return "";
}

Process<std::string> start_automation(ActionRun& run) {
  if (parameters_of(run).is_null()) co_return "documentParameters is no JSON object";
  Process<ApiResult<Json>> call =
      run.cloud.call(run.caller(run.place), "ssm", "StartAutomationExecution", document_input(run));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  run.started.push_back(input::text(*answer, "AutomationExecutionId"));
  co_return "";
}

std::string automation_status(ActionRun& run) {
  const auto answer = run.cloud.inspect(run.place, "ssm", "GetAutomationExecution",
                                        {{"AutomationExecutionId", run.started.front()}});
  if (!answer) return "Failed";
  return input::text(input::member(*answer, "AutomationExecution"), "AutomationExecutionStatus");
}

bool is_going(std::string_view status) {
  return status == "Pending" || status == "InProgress" || status == "Waiting" ||
         status == "Cancelling";
}

Process<std::string> wait_for_automation(ActionRun& run) {
  const auto limit = parse_iso_duration(run.spec.parameter("maxDuration"));
  const SimTime until = run.cloud.sim().now() + limit.value_or(kLongest);
  std::string status = automation_status(run);
  while (is_going(status) && !run.halted && run.cloud.sim().now() < until) {
    Process<> lasting = last(run, std::min(kLook, until - run.cloud.sim().now()));
    co_await lasting;
    status = automation_status(run);
  }
  if (run.halted || status == "Success" || status == "CompletedWithSuccess") co_return "";
  if (is_going(status)) co_return "The automation did not end within maxDuration";
  co_return fmt::format("The automation ended as {}", status);
}

/// "The runbook is cancelled when the action is stopped or its maxDuration is over."
Process<std::string> end_automation(ActionRun& run) {
  if (!run.started.empty() && is_going(automation_status(run)))
    run.cloud.call_later(run.caller(run.place), "ssm", "StopAutomationExecution",
                         {{"AutomationExecutionId", run.started.front()}, {"Type", "Cancel"}});
  co_return "";
}

}  // namespace

const Effect kSendCommand{.begin = send_command, .end = end_command};
const Effect kStartAutomation{
    .begin = start_automation, .wait = wait_for_automation, .end = end_automation};

}  // namespace opsim::fis
