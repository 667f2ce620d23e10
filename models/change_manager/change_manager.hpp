#pragma once
/// Change requests of all accounts and Regions.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/change_manager/change_template.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/scope.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::change_manager {

/// AWS: AutomationExecutionStatus, OpsItemStatus: the words of a change request.
enum class Status : std::uint8_t {
  pending_approval,
  approved,
  rejected,
  timed_out,
  scheduled,
  pending_override,   // PendingChangeCalendarOverride: the calendar is closed
  override_approved,  // ChangeCalendarOverrideApproved
  override_rejected,  // ChangeCalendarOverrideRejected
  in_progress,        // RunbookInProgress
  succeeded,          // CompletedWithSuccess
  failed,             // CompletedWithFailure
  cancelled,
};
[[nodiscard]] std::string_view to_string(Status status);
[[nodiscard]] bool has_ended(Status status);

/// What an approver said.
struct Decision {
  std::string by;  // ARN
  bool approves = false;
  std::string comment;
};

/// A level of approval of one request, as its step.
struct LevelRecord {
  enum class State : std::uint8_t { pending, waiting, approved, rejected, timed_out } state{};
  SimTime started{};
  SimTime ended{};
  std::vector<Decision> decisions;
};

struct ChangeRequest {
  explicit ChangeRequest(Simulation& sim) : decided{sim}, runbook_ended{sim}, work{sim} {}

  std::string id;  // AutomationExecutionId
  std::string name;
  std::string details;
  Place place;
  std::string requested_by;
  std::string template_name;
  std::string template_version;
  std::string source;  // of the template: "stack.yaml:34"
  ChangeTemplate way;  // with the request's parameters in it
  Json parameters;
  Json runbooks;  // as given
  bool auto_approved = false;
  std::optional<SimTime> scheduled;
  std::optional<SimTime> scheduled_end;
  Json tags;

  Status status = Status::pending_approval;
  std::string failure;
  SimTime requested{};
  SimTime started{};  // of its runbooks
  SimTime ended{};
  std::vector<LevelRecord> levels;
  std::size_t level = 0;                   // that is being asked
  std::vector<Decision> freeze_decisions;  // of those who may override the calendar
  std::string ops_item;
  bool updating = false;  // its OpsItem is on its way to this status
  std::string child;      // the runbook that runs
  std::vector<std::string> children;

  Signal decided;
  Signal runbook_ended;
  Scope work;  // last: it goes first
};

/// What the page "Settings" of Change Manager's console holds; there is no API for it.
struct Settings {
  std::string calendar;                       // "Check Change Calendar"; "" where that is off
  std::vector<std::string> freeze_approvers;  // names or ARNs of users and roles
  std::string freeze_topic;                   // logical id or ARN
};

class ChangeManager : public Model {
 public:
  explicit ChangeManager(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  Settings settings;
  std::map<std::string, std::unique_ptr<ChangeRequest>, std::less<>> requests;
  std::map<std::string, std::pair<std::string, std::string>> tokens;  // token -> input, request

  [[nodiscard]] ChangeRequest* find(const Place& place, std::string_view id);
  /// Decisions and stops, once the call that brought them is done.
  void on_call(const CallRecord& call);
  /// Runbooks that end.
  void on_event(const Event& event);
};

// ---- Operations ----
ApiResult<Json> start_change_request(ChangeManager& model, const Request& request);
/// Of opsim, for models/ssm: what GetAutomationExecution shows of a change request, and whether a
/// signal or a stop is taken.
ApiResult<Json> inspect_change_request(ChangeManager& model, const Request& request);
ApiResult<Json> inspect_change_requests(ChangeManager& model, const Request& request);
/// The same: what is wrong with a change template.
ApiResult<Json> inspect_change_template(ChangeManager& model, const Request& request);

// ---- Reading ----
/// StartChangeRequestExecution, its checks, and the request, not yet begun.
ApiResult<std::unique_ptr<ChangeRequest>> read_request(ChangeManager& model,
                                                       const Request& request);

// ---- Its life ----
/// From the first approval to the end of its runbooks.
Process<> play(ChangeManager& model, ChangeRequest& request);
/// Until all levels have approved. False when one did not.
Process<bool> ask_levels(ChangeManager& model, ChangeRequest& request);
/// Until the calendar is open or may be overridden.
Process<> await_calendar(ChangeManager& model, ChangeRequest& request);

// ---- Approval rules ----
/// Whether `principal`, an ARN, is who a line names; IAM is asked who belongs to a group.
[[nodiscard]] bool is_approver(Cloud& cloud, const ApproverLine& line, std::string_view principal);
[[nodiscard]] bool is_approver(Cloud& cloud, const ApprovalLevel& level,
                               std::string_view principal);
/// Whether the level has the approvals that it needs: each line its own, all of them together the
/// level's.
[[nodiscard]] bool is_satisfied(Cloud& cloud, const ApprovalLevel& level,
                                const std::vector<Decision>& decisions);
[[nodiscard]] const Decision* rejection_in(const std::vector<Decision>& decisions);
/// Why a decision is not taken, or nothing.
[[nodiscard]] std::optional<ApiError> refuse_signal(const ChangeManager& model,
                                                    const ChangeRequest& request,
                                                    std::string_view type,
                                                    std::string_view principal);
/// "ann" of "arn:aws:iam::123456789012:user/ann".
[[nodiscard]] std::string_view name_in(std::string_view arn);
/// The names of those who decided: "ann", "ann, bob".
[[nodiscard]] std::string names_of(const std::vector<Decision>& decisions);

// ---- Notices ----
/// The one place that assigns a status: OpsItem, event, journal and topic follow.
void become(ChangeManager& model, ChangeRequest& request, Status status, std::string_view why);
void tell_requested(ChangeManager& model, const ChangeRequest& request);
void tell_level_ended(ChangeManager& model, const ChangeRequest& request, std::size_t level);
/// A topic, by ARN or logical id, hears that somebody must decide.
void notify(ChangeManager& model, const ChangeRequest& request, const std::string& topic,
            std::string text);
[[nodiscard]] std::string request_text(const ChangeRequest& request, std::string_view message);
/// "ApplySetting (Name: /shop/pool-size, Value: 50)"
[[nodiscard]] std::string runbooks_text(const ChangeRequest& request);

// ---- View ----
[[nodiscard]] Json view_of(const ChangeRequest& request);
[[nodiscard]] Json summary_of(const ChangeRequest& request);

}  // namespace opsim::change_manager
