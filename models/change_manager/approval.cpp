// Who may approve, and when it is enough.
// AWS: Systems Manager User Guide, "About approvals in your change templates": each line of a level
// needs its own number, the level may need a number of its own, and both count: the larger wins.
// Any rejection ends the request.
#include <fmt/format.h>

#include <algorithm>

#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::change_manager {

namespace {

using State = LevelRecord::State;

/// The role of a session: "release-managers" of ".../assumed-role/release-managers/ann".
std::string_view role_of(std::string_view principal) {
  constexpr std::string_view kSession = ":assumed-role/";
  const auto at = principal.find(kSession);
  if (at == std::string_view::npos)
    return principal.find(":role/") == std::string_view::npos ? std::string_view{}
                                                              : name_in(principal);
  const std::string_view rest = principal.substr(at + kSession.size());
  return rest.substr(0, rest.find('/'));
}

/// A group that IAM does not know, as those of IAM Identity Center, has everybody in it.
bool belongs_to(Cloud& cloud, std::string_view group, std::string_view principal) {
  const auto user = Arn::parse(principal);
  const Place place{user ? user->account : "", cloud.home().region};
  const ApiResult<Json> answer = cloud.inspect(place, "iam", "GetGroup", {{"GroupName", group}});
  if (!answer) return true;
  const Json& users = input::member(*answer, "Users");
  return std::ranges::any_of(
      users, [&](const Json& one) { return input::text(one, "UserName") == name_in(principal); });
}

ApiError invalid_signal(std::string message) {
  return {"InvalidAutomationSignalException", std::move(message)};
}

void conclude(ChangeManager& model, ChangeRequest& request, State state) {
  LevelRecord& record = request.levels[request.level];
  record.state = state;
  record.ended = model.cloud.sim().now();
  tell_level_ended(model, request, request.level);
}

/// Asks one level and waits for what it says, or for its timeout.
Process<State> ask(ChangeManager& model, ChangeRequest& request) {
  Simulation& sim = model.cloud.sim();
  const ApprovalLevel& level = request.way.levels[request.level];
  LevelRecord& record = request.levels[request.level];
  record.state = State::waiting;
  record.started = sim.now();
  if (!level.topic.empty())
    notify(model, request, level.topic, request_text(request, level.message));
  const SimTime deadline = sim.now() + level.timeout;
  while (true) {
    if (rejection_in(record.decisions) != nullptr) co_return State::rejected;
    if (is_satisfied(model.cloud, level, record.decisions)) co_return State::approved;
    const Wakeup woken = co_await request.decided.wait_for(deadline - sim.now());
    if (woken == Wakeup::timed_out) co_return State::timed_out;
  }
}

}  // namespace

std::string_view name_in(std::string_view arn) { return arn.substr(arn.rfind('/') + 1); }

bool is_approver(Cloud& cloud, const ApproverLine& line, std::string_view principal) {
  if (line.approver == principal) return true;
  const std::string_view name = name_in(line.approver);
  if (line.type == "IamRole") return role_of(principal) == name;
  if (principal.find(":user/") == std::string_view::npos) return false;
  if (line.type == "IamGroup" || line.type == "SSOGroup") return belongs_to(cloud, name, principal);
  return name_in(principal) == name;
}

bool is_approver(Cloud& cloud, const ApprovalLevel& level, std::string_view principal) {
  return std::ranges::any_of(level.approvers, [&](const ApproverLine& line) {
    return is_approver(cloud, line, principal);
  });
}

bool is_satisfied(Cloud& cloud, const ApprovalLevel& level,
                  const std::vector<Decision>& decisions) {
  const auto given = [&](const ApproverLine& line) {
    return std::ranges::count_if(decisions, [&](const Decision& decision) {
      return decision.approves && is_approver(cloud, line, decision.by);
    });
  };
  const auto all = std::ranges::count(decisions, true, &Decision::approves);
  if (all < level.required) return false;
  return std::ranges::all_of(
      level.approvers, [&](const ApproverLine& line) { return given(line) >= line.required; });
}

const Decision* rejection_in(const std::vector<Decision>& decisions) {
  const auto found = std::ranges::find(decisions, false, &Decision::approves);
  return found == decisions.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<Decision>& decisions) {
  std::string names;
  for (const Decision& decision : decisions)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name_in(decision.by));
  return names;
}

std::optional<ApiError> refuse_signal(const ChangeManager& model, const ChangeRequest& request,
                                      std::string_view type, std::string_view principal) {
  if (has_ended(request.status))
    return ApiError{"InvalidAutomationStatusUpdateException",
                    fmt::format("the change request is {} already", to_string(request.status))};
  if (type != "Approve" && type != "Reject")
    return invalid_signal(fmt::format("a change request takes Approve and Reject, not {}", type));
  const bool freeze = request.status == Status::pending_override;
  if (!freeze && request.status != Status::pending_approval)
    return invalid_signal(
        fmt::format("the change request is {}: nobody is asked", to_string(request.status)));
  const auto is_named = [&](const std::string& name) {
    return is_approver(model.cloud, {name, "IamUser", 1}, principal) ||
           is_approver(model.cloud, {name, "IamRole", 1}, principal);
  };
  const bool may = freeze ? std::ranges::any_of(model.settings.freeze_approvers, is_named)
                          : is_approver(model.cloud, request.way.levels[request.level], principal);
  if (!may)
    return ApiError{"AccessDeniedException",
                    fmt::format("{} is not among the approvers of the change request", principal)};
  const std::vector<Decision>& decisions =
      freeze ? request.freeze_decisions : request.levels[request.level].decisions;
  if (std::ranges::find(decisions, principal, &Decision::by) != decisions.end())
    return invalid_signal(fmt::format("{} has decided already", principal));
  return std::nullopt;
}

Process<bool> ask_levels(ChangeManager& model, ChangeRequest& request) {
  for (request.level = 0; request.level < request.levels.size(); ++request.level) {
    const State state = co_await ask(model, request);
    conclude(model, request, state);
    const std::string& level = request.way.levels[request.level].name;
    if (state == State::rejected) {
      const Decision* by = rejection_in(request.levels[request.level].decisions);
      become(model, request, Status::rejected, fmt::format("by {} at {}", name_in(by->by), level));
      co_return false;
    }
    if (state == State::timed_out) {
      become(model, request, Status::timed_out, fmt::format("nobody decided at {}", level));
      co_return false;
    }
  }
  co_return true;
}

}  // namespace opsim::change_manager
