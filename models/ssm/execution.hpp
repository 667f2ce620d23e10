#pragma once
/// An automation execution: its state, and how it reads for placeholders.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/ssm/action.hpp"
#include "models/ssm/alarm_stop.hpp"
#include "models/ssm/document_spec.hpp"
#include "models/ssm/rate_control.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/kernel/scope.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::ssm {

struct StepRecord {
  Status status = Status::pending;
  SimTime started{};
  SimTime ended{};
  std::uint32_t attempts = 0;
  Json answer;                               // what the action gave
  std::vector<std::optional<Json>> outputs;  // as the step's own outputs, in their order
  std::string failure;
  std::string command_id;  // aws:runCommand: the command in flight
  std::string child_id;    // aws:executeAutomation: the execution in flight
};

/// What people and services tell a waiting execution. AWS: SendAutomationSignal.
struct AutomationSignal {
  std::string type;  // "Approve", "Reject", "Resume"
  std::string by;
  std::string comment;
};

/// One of the executions of an execution with targets.
struct SpreadItem {
  std::string target;                                // what is told of it: "i-1", "account/Region"
  std::vector<std::pair<std::size_t, Json>> values;  // of parameters, by number
  std::optional<Place> place;                        // TargetLocations
  std::string role;                                  // TargetLocations: ExecutionRoleName
  std::string child_id{};                            // once it runs
  Json own{};  // TargetLocations: what comes before the request's own members
};

/// Items under one rate control.
struct SpreadGroup {
  std::vector<SpreadItem> items;
  RateLimit max_concurrency{10, false};  // default of StartAutomationExecution
  RateLimit max_errors{0, false};
  std::size_t next = 0;
  std::size_t running = 0;
  std::size_t done = 0;
  std::size_t errors = 0;  // failed or timed out
};

/// An execution that runs its document once for each target, map or location.
struct Spread {
  enum class Over : std::uint8_t { targets, maps, locations } over = Over::targets;
  std::string parameter;            // TargetParameterName
  std::vector<SpreadGroup> groups;  // one, or one for each of TargetLocations
  Json location_input;              // what StartAutomationExecution gets at each location
};

struct Execution {
  Execution(Simulation& sim, std::uint64_t count);

  std::string id;
  std::uint64_t number;  // in the order of their start
  std::shared_ptr<const DocumentSpec> document;
  std::string document_name;
  int document_version = 1;
  Place place;
  std::string executed_by;  // who started it
  Caller worker;            // in whose name its steps act: the assume role, or who started it
  std::vector<Json> parameters;
  std::vector<Json> variables;
  bool interactive = false;

  Status status = Status::pending;
  std::string failure;          // for a timeline
  std::string failure_message;  // of the step that decided; "": failure says it all
  SimTime requested{};
  SimTime started{};
  SimTime ended{};
  CauseId cause{};                // of its start
  std::vector<StepRecord> steps;  // by their number in the document
  std::uint32_t current = 0;
  std::size_t steps_begun = 0;
  std::optional<Status> outcome;  // of the first critical step that did not succeed
  bool cancelling = false;        // the steps that run now are the cancel workflow
  std::uint32_t runs = 0;         // grows when what runs is given up
  bool finish_step = false;       // no further step begins
  Stream luck;                    // of its own, so that executions do not share draws

  std::string parent_id;
  int depth = 0;  // nested executions: 0 for one that nobody nests
  std::string target;
  std::optional<Spread> spread;
  std::unique_ptr<AlarmStop> alarm;         // AlarmConfiguration
  bool awaits_start = false;                // Mode Interactive: until StartStep
  std::optional<std::uint32_t> start_step;  // which one that names
  std::vector<AutomationSignal> decisions;  // about the step that waits
  std::vector<std::string> children;

  Signal changed;    // it ended
  Signal signalled;  // a signal arrived
  Scope scope;       // its steps; last: they go first
};

/// The placeholders of one execution.
class ExecutionValues final : public Values {
 public:
  ExecutionValues(const Execution& execution, Ssm& ssm) : execution_{execution}, ssm_{ssm} {}
  [[nodiscard]] const Json* find(const Reference& reference, Json& scratch) const override;

 private:
  const Execution& execution_;
  Ssm& ssm_;
};

/// "describe.State" -> the output, or null. Also of the action's own outputs, and into them:
/// "run.Payload.count".
[[nodiscard]] const Json* output_of(const Execution& execution, std::uint32_t step,
                                    std::string_view name);

/// Fills record.outputs from record.answer.
void select_outputs(const StepSpec& step, StepRecord& record);

/// The id of a step execution: made on demand, the same each time.
[[nodiscard]] std::string step_execution_id(const Execution& execution, std::size_t step);

// ---- Its life; see execution.cpp ----

/// Starts it, or queues it where too many run.
void start_execution(Ssm& ssm, Execution& execution);
/// AWS: StopAutomationExecution. `finish_step`: Type Complete.
void stop_execution(Ssm& ssm, Execution& execution, bool finish_step, std::string why = "stopped");
/// Whether Approvers of a step with aws:approve name `principal`.
[[nodiscard]] bool may_approve(Ssm& ssm, const Execution& execution, std::size_t step,
                               std::string_view principal);
/// SendAutomationSignal, StartStep: false where the execution does not wait for one.
bool begin_waiting_step(Execution& execution, std::size_t step);
/// SendAutomationSignal, StopStep: false where that step does not run.
bool stop_step(Ssm& ssm, Execution& execution, std::size_t step);
/// Runs steps from `first` until one ends the document.
Process<> run_steps(Ssm& ssm, Execution& execution, std::uint32_t first);
/// How a list of steps ended.
struct ListEnd {
  Status status = Status::success;  // of the step that aborted it
  std::string failure;
  std::optional<std::uint32_t> leads_to;  // a step of an outer list
  bool aborts = false;                    // it says Abort itself: so does its loop
};
/// Runs steps of one list, the document's or a loop's, from `first` until it ends.
Process<ListEnd> run_list(Ssm& ssm, Execution& execution, std::uint32_t first);
/// All tries of one step, each with its timeout.
Process<StepResult> run_step(Ssm& ssm, Execution& execution, std::uint32_t number);
/// For an execution with targets: one child execution for each.
Process<> run_spread(Ssm& ssm, Execution& execution);
void end_execution(Ssm& ssm, Execution& execution, Status status);
/// Records how a step ended; where it leads.
std::optional<std::uint32_t> conclude_step(Ssm& ssm, Execution& execution, std::uint32_t number,
                                           StepResult result, CauseId& cause);
/// The steps are over: the status follows from those that failed.
void conclude_steps(Ssm& ssm, Execution& execution);

}  // namespace opsim::ssm
