#pragma once
/// AWS Step Functions over all accounts and Regions: state machines and their executions.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/step_functions/definition.hpp"
#include "models/step_functions/language.hpp"
#include "models/step_functions/query.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::step_functions {

/// API Reference, HistoryEvent.
struct HistoryEvent {
  std::int64_t id = 0;  // from 1
  std::int64_t previous = 0;
  SimTime at{};
  std::string type;     // "PassStateEntered"
  std::string details;  // "stateEnteredEventDetails", or "" where the type has none
  Json detail;
};
/// Quotas: "Maximum execution history size: 25,000 events", of a Standard workflow.
inline constexpr std::size_t kMostEvents = 25'000;
/// Quotas, "Maximum input or output size for a task, state, or execution": 256 KiB.
inline constexpr std::size_t kLargestData = 256 * 1024;
/// From a state's entry to its work. estimate; Express workflows are faster (their guide: "high
/// event rate").
inline constexpr Duration kStandardTransition = std::chrono::milliseconds{25};
inline constexpr Duration kExpressTransition = std::chrono::milliseconds{1};

struct StateMachine {
  Place place;
  std::string arn;
  std::string name;
  std::string role_arn;
  MachineType type = MachineType::standard;
  std::string definition;  // the text
  std::shared_ptr<const Workflow> workflow;
  std::string revision_id;
  SimTime created{};
  std::map<std::string, std::string> tags;
  Json logging, tracing;                // kept
  std::vector<std::string> executions;  // ARNs, the oldest first
};

struct Execution {
  Execution(Simulation& sim, World world) : query{std::move(world)}, ended{sim}, stop{sim} {}
  Place place;
  std::string arn, name;
  std::string machine_arn, machine_name, role_arn;
  std::string map_run_arn;  // of a child of a distributed Map
  MachineType type = MachineType::standard;
  std::shared_ptr<const Workflow> workflow;
  Json input;
  std::string status = "RUNNING";
  std::optional<Json> output;
  Failure failure;
  SimTime started{};
  std::optional<SimTime> stopped;
  std::vector<HistoryEvent> history;
  std::size_t events = 0;  // also of an Express workflow, which keeps none
  Query query;
  Signal ended;
  Signal stop;
};

/// A task that waits for SendTaskSuccess or SendTaskFailure.
struct Waiting {
  explicit Waiting(Simulation& sim) : changed{sim} {}
  std::optional<Outcome<Json>> answer;
  SimTime heard{};  // the last heartbeat
  Signal changed;
};

class StepFunctions : public Model {
 public:
  explicit StepFunctions(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, StateMachine, std::less<>> machines;                  // by ARN
  std::map<std::string, std::unique_ptr<Execution>, std::less<>> executions;  // by ARN
  std::map<std::string, std::shared_ptr<Waiting>, std::less<>> tokens;

  /// By ARN, with or without a version or alias behind it.
  [[nodiscard]] StateMachine* find_machine(std::string_view arn);
  [[nodiscard]] Execution* find_execution(std::string_view arn);
  [[nodiscard]] World world_of(const Place& place);
};

// ---- State machines ----
struct MachineSpec {
  std::string name, role_arn, definition;
  MachineType type = MachineType::standard;
  std::map<std::string, std::string> tags;
  Json logging, tracing;
};
ApiResult<StateMachine*> add_machine(StepFunctions& states, const Place& place, MachineSpec spec);

// ---- Executions ----
struct StartSpec {
  std::string name;  // "": a UUID
  std::string input = "{}";
};
ApiResult<Execution*> begin_execution(StepFunctions& states, StateMachine& machine, StartSpec spec);
/// Plays it to its end.
Process<> play(StepFunctions& states, Execution& execution);
Process<> wait_until_ended(StepFunctions& states, std::string execution_arn);
Json describe(const Execution& execution);

}  // namespace opsim::step_functions
