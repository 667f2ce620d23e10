#pragma once
/// AWS Step Functions over all accounts and Regions: state machines and their executions.
#include <deque>
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
  std::string_view type;     // "PassStateEntered"; a constant, as is the next
  std::string_view details;  // "stateEnteredEventDetails", or "" where the type has none
  /// Of a state that was entered or left: which, and the text of its input or output. Two events
  /// share a text: what one state gives, the next one takes.
  const State* state = nullptr;
  std::shared_ptr<const std::string> data{};
  Json detail{};  // of any other
  /// As GetExecutionHistory shows it.
  [[nodiscard]] Json shown_detail() const;
};
/// Quotas: "Maximum execution history size: 25,000 events", of a Standard workflow.
inline constexpr std::size_t kMostEvents = 25'000;
/// Quotas, "Maximum input or output size for a task, state, or execution": 256 KiB.
inline constexpr std::size_t kLargestData = 256 * 1024;
/// From a state's entry to its work. estimate; Express workflows are faster (their guide: "high
/// event rate").
inline constexpr Duration kStandardTransition = std::chrono::milliseconds{25};
inline constexpr Duration kExpressTransition = std::chrono::milliseconds{1};

/// PublishStateMachineVersion: a snapshot.
struct MachineVersion {
  std::string arn;
  std::string definition;
  std::shared_ptr<const Workflow> workflow;
  std::string role_arn;
  std::string description;
  std::string revision_id;
  SimTime created{};
};
struct AliasRoute {
  std::string version_arn;
  std::int64_t weight = 100;
};
struct MachineAlias {
  std::string arn;
  std::string name;
  std::string description;
  std::vector<AliasRoute> routes;  // one or two; their weights are 100 together
  SimTime created{};
  SimTime updated{};
};

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
  std::map<std::int64_t, MachineVersion> versions;
  std::int64_t next_version = 1;
  std::map<std::string, MachineAlias, std::less<>> aliases;
};

/// A distributed Map state's run, and what became of its children.
struct MapRun {
  std::string arn;
  std::string execution_arn;
  std::string machine_arn;  // of the children: "…:stateMachine:name/Label"
  std::string status = "RUNNING";
  SimTime started{};
  std::optional<SimTime> stopped;
  std::size_t concurrency = 0;
  double tolerated = 0;  // failures
  std::size_t items = 0;
  std::size_t total = 0, running = 0, succeeded = 0, failed = 0, aborted = 0;
  struct Child {
    std::string arn, name, status;
    SimTime started{};
    std::optional<SimTime> stopped;
  };
  std::vector<Child> children;  // the first kKeptChildren
  Signal changed;               // UpdateMapRun
  explicit MapRun(Simulation& sim) : changed{sim} {}
};
inline constexpr std::size_t kKeptChildren = 10'000;
/// Children that still run count as aborted.
void end_map_run(MapRun& run, const char* status, SimTime now);

struct Track;  // track.hpp
struct Execution {
  Execution(Simulation& sim, World world) : query{std::move(world)}, ended{sim}, stop{sim} {}
  Place place;
  std::string arn, name;
  std::string machine_arn, machine_name, role_arn;
  std::string version_arn, alias_arn;  // through which it was started, or ""
  std::string map_run_arn;             // of a child of a distributed Map
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

  /// What runs elsewhere for a task that waits for it, and the call that ends it.
  struct RunningJob {
    std::string endpoint, cancel;
    Json input;
  };
  std::map<std::int64_t, RunningJob> jobs;
  std::vector<std::string> map_runs;  // ARNs
  std::int64_t next_job = 1;

  // ---- Where it would go on (RedriveExecution) ----
  std::int64_t redrives = 0;
  std::optional<SimTime> redriven;
  std::int64_t entered_event = 0;  // of the outermost state that runs
  std::shared_ptr<Track> line;     // the outermost workflow's, with its variables
  std::map<std::string, std::map<std::size_t, Json>> kept_results;  // of lines of a failed Map

  Query query;
  Signal ended;
  Signal stop;
};

/// A task that waits for SendTaskSuccess or SendTaskFailure.
struct Waiting {
  explicit Waiting(Simulation& sim) : changed{sim} {}
  std::optional<Outcome<Json>> answer;
  SimTime heard{};                 // the last heartbeat
  std::optional<SimTime> fetched;  // of an activity: when a worker took it
  std::string worker;
  Signal changed;
};

/// CreateActivity: a queue of tasks that workers fetch.
struct Activity {
  explicit Activity(Simulation& sim) : arrived{sim} {}
  struct Task {
    std::string token;
    std::string input;
  };
  Place place;
  std::string arn, name;
  SimTime created{};
  std::map<std::string, std::string> tags;
  std::deque<Task> scheduled;
  Signal arrived;
};

class StepFunctions : public Model {
 public:
  explicit StepFunctions(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, StateMachine, std::less<>> machines;                  // by ARN
  std::map<std::string, std::unique_ptr<Execution>, std::less<>> executions;  // by ARN
  std::map<std::string, std::shared_ptr<Waiting>, std::less<>> tokens;
  std::map<std::string, std::unique_ptr<Activity>, std::less<>> activities;  // by ARN
  std::map<std::string, std::unique_ptr<MapRun>, std::less<>> map_runs;      // by ARN
  std::map<std::pair<std::string, std::string>, SeriesId> task_series;  // by metric and resource
  /// Notified at every event of a source that some job's end is waited for.
  std::map<std::string, std::unique_ptr<Signal>, std::less<>> job_events;

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
  std::string name{};  // "": a UUID
  std::string input = "{}";
  // Of a version or an alias; else the machine's own.
  std::shared_ptr<const Workflow> workflow{};
  std::string role_arn{};
  std::string version_arn{};
  std::string alias_arn{};
};
ApiResult<Execution*> begin_execution(StepFunctions& states, StateMachine& machine, StartSpec spec);
/// Plays it to its end; one that was redriven, from the state in which it had ended.
Process<> play(StepFunctions& states, Execution& execution);
/// Why it cannot be redriven, in AWS's words; "" where it can.
std::string not_redrivable(const Execution& execution, SimTime now);
Process<> wait_until_ended(StepFunctions& states, std::string execution_arn);
Json describe(const Execution& execution, SimTime now);

}  // namespace opsim::step_functions
