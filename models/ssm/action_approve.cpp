// aws:approve.
// AWS: Systems Manager User Guide, "aws:approve": waits until MinRequiredApprovals (1 where absent)
// of the approvers approve; the message goes to an SNS topic; seven days unless the step says
// otherwise, 30 at most; at most ten Approvers: names or ARNs of users, ARNs of roles. Any
// rejection fails the step. Physics of the step plays the approvers: after `takes` the first of
// them approves, or rejects where it does not succeed.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kApproveFields[] = {
    {.name = "Approvers", .shape = &kTextsInput, .need = Need::required},
    {.name = "Message", .shape = &kTextInput},
    {.name = "MinRequiredApprovals", .shape = &kIntegerInput},
    {.name = "NotificationArn", .shape = &kTextInput},
};

constexpr std::size_t kMostApprovers = 10;

std::string text_input(const StepRun& run, std::string_view name) {
  const Fillable* input = run.spec.inputs.find(name);
  return input == nullptr ? "" : input->fill_text(run.values);
}

std::size_t required_approvals(const StepRun& run) {
  const std::string text = text_input(run, "MinRequiredApprovals");
  std::size_t number = 1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::max<std::size_t>(1, number);
}

/// At most ten approvers, and no more approvals than approvers. UNDOCUMENTED: that the step fails.
std::string refusal_of(const StepRun& run, std::size_t required) {
  const Fillable* input = run.spec.inputs.find("Approvers");
  if (input == nullptr) return "";
  const std::size_t approvers = as_text_list(input->fill(run.values)).size();
  if (approvers > kMostApprovers)
    return fmt::format("Approvers has {} items; {} are the most", approvers, kMostApprovers);
  if (required > approvers)
    return fmt::format("MinRequiredApprovals is {}, and there are {} Approvers", required,
                       approvers);
  return "";
}

/// Hands the request to the topic; nobody waits for how that goes.
Process<> notify(Ssm& ssm, Delivery delivery) {
  const std::string topic = delivery.target.text();
  ApiResult<Json> told = co_await ssm.cloud.deliver(std::move(delivery));
  if (!told)
    tell(ssm, "aws:approve", fmt::format("nobody was told at {}: {}", topic, told.error().message));
}

void ask_approvers(const StepRun& run) {
  const std::optional<Arn> topic = Arn::parse(text_input(run, "NotificationArn"));
  if (!topic) return;
  const std::string message = text_input(run, "Message");
  Delivery delivery{
      .caller = run.execution.worker,
      .target = *topic,
      .text = fmt::format("Approval required for automation {} step {}: {}\n"
                          "Automation execution ID: {}",
                          run.execution.document_name, run.spec.name,
                          message.empty() ? "please decide" : message, run.execution.id),
      .parameters = nullptr,
      .from = arn(run.execution.place, "ssm",
                  fmt::format("automation-execution/{}", run.execution.id))};
  run.execution.scope.spawn(notify(run.ssm, std::move(delivery)));
}

/// Decides as physics says, in the name of the first approver.
Process<> decide(StepRun& run, ScriptPhysics& physics) {
  const WorkRun luck = draw_run(physics, run.ssm.timings.approval, physics.luck);
  if (luck.hangs) co_return;
  co_await run.ssm.sim().sleep(luck.takes);
  const Fillable* approvers = run.spec.inputs.find("Approvers");
  const Json names =
      approvers == nullptr ? Json::array() : as_text_list(approvers->fill(run.values));
  for (std::size_t i = 0; i < std::max<std::size_t>(1, required_approvals(run)); ++i)
    run.execution.decisions.push_back({luck.lucky ? "Approve" : "Reject",
                                       i < names.size() ? names[i].get<std::string>() : "somebody",
                                       physics.output});
  run.execution.signalled.notify_all();
}

Json decisions_of(const Execution& execution) {
  Json list = Json::array();
  for (const AutomationSignal& signal : execution.decisions)
    list.push_back(Json{{"Approver", signal.by},
                        {"Decision", signal.type == "Approve" ? "Approved" : "Rejected"},
                        {"Comment", signal.comment}});
  return list;
}

}  // namespace

extern constexpr Shape kApproveInputs{.kind = Kind::mapping, .fields = kApproveFields};

bool may_approve(Ssm& ssm, const Execution& execution, std::size_t step,
                 std::string_view principal) {
  const ExecutionValues values{execution, ssm};
  const Fillable* input = execution.document->steps[step].inputs.find("Approvers");
  if (input == nullptr) return true;
  const std::string_view name = principal.substr(principal.rfind('/') + 1);
  const Json approvers = as_text_list(input->fill(values));
  return std::ranges::any_of(approvers, [&](const Json& one) {
    const auto& approver = one.get_ref<const std::string&>();
    if (approver.empty() || approver == principal || approver == name) return true;
    // A session of a role, by the role's ARN.
    const auto role = approver.find(":role/");
    if (role == std::string::npos || principal.find(":assumed-role/") == std::string_view::npos)
      return false;
    const std::string_view role_name = std::string_view{approver}.substr(approver.rfind('/') + 1);
    return principal.find(fmt::format(":assumed-role/{}/", role_name)) != std::string_view::npos;
  });
}

Process<StepResult> run_approve(StepRun& run) {
  Execution& execution = run.execution;
  execution.decisions.clear();
  const std::size_t required = required_approvals(run);
  if (std::string why = refusal_of(run, required); !why.empty()) co_return failed(std::move(why));
  ask_approvers(run);
  set_waiting(run.ssm, execution, run.record, true);

  Scope people{run.ssm.sim()};
  if (ScriptPhysics* physics = step_physics(run)) people.spawn(decide(run, *physics));
  StepResult result;
  while (true) {
    const auto rejection =
        std::ranges::find(execution.decisions, "Reject", &AutomationSignal::type);
    const auto approvals =
        std::ranges::count(execution.decisions, "Approve", &AutomationSignal::type);
    if (rejection != execution.decisions.end()) {
      result = failed(fmt::format("rejected by {}", rejection->by));
      break;
    }
    if (static_cast<std::size_t>(approvals) >= required) {
      result.told = fmt::format("approved by {}", execution.decisions.back().by);
      break;
    }
    co_await execution.signalled.wait();
  }
  set_waiting(run.ssm, execution, run.record, false);
  result.answer = {{"ApprovalStatus", result.status == Status::success ? "Approved" : "Rejected"},
                   {"ApproverDecisions", decisions_of(execution)}};
  co_return result;
}

}  // namespace opsim::ssm
