#pragma once
/// The state of CodePipeline: pipelines, their executions, and who waits at which stage.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/codepipeline/pipeline.hpp"
#include "opsim/cloud/archive.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::codepipeline {

struct Artifact {
  std::string name;
  std::string bucket;
  std::string key;
  std::string kms_key{};
  Place place{};         // of its bucket
  std::string sealed{};  // its data key as KMS encrypted it, where the store names a key
  Files files{};
};

/// One try of an action, as ListActionExecutions tells it.
struct ActionRun {
  std::string id;      // actionExecutionId
  std::string status;  // InProgress, Succeeded, Failed, Abandoned; "" before its turn
  std::string summary{};
  std::string external_id{};
  std::string external_url{};
  std::string error_code{};  // ConfigurationError, PermissionError, JobFailed, ...
  std::string error_message{};
  std::string token{};                                 // of an approval that waits
  std::string decided_by{};                            // who approved or rejected
  std::map<std::string, std::string> configuration{};  // resolved
  std::map<std::string, std::string> variables{};
  SimTime began{};
  SimTime changed{};
};

struct StageRun {
  std::string status;  // InProgress, Succeeded, Failed, Stopping, Stopped, Cancelled, Skipped
  std::vector<ActionRun> actions;
  std::vector<ActionRun> earlier{};  // of tries before the last
  std::string condition{};           // what a condition that was not met said
  std::string retried{};             // AUTOMATED_STAGE_RETRY, MANUAL_STAGE_RETRY or ""
};

struct Trigger {
  std::string type = "StartPipelineExecution";  // CloudWatchEvent, PollForSourceChanges, Webhook...
  std::string detail{};
};

/// What a source action took: CommitId, S3 version, image digest.
struct SourceRevision {
  std::string action;
  std::string revision;
  std::string summary;
  std::string url;
};

struct Execution {
  std::string id;
  std::string pipeline;
  Place place{};
  int version = 1;  // of the pipeline
  std::shared_ptr<const PipelineSpec> spec;
  std::string status = "InProgress";  // Stopping, Stopped, Succeeded, Superseded, Failed
  std::string status_summary{};
  Trigger trigger{};
  Namespaces variables{};
  std::map<std::string, Artifact> artifacts{};  // by name
  std::vector<SourceRevision> revisions{};
  std::map<std::string, std::string> wanted{};  // revisions by source action: sourceRevisions
  std::vector<StageRun> stages{};
  std::size_t at = 0;                  // the stage it is in or waits for
  bool inside = false;                 // holds that stage
  std::string rolls_back_to{};         // the execution whose artifacts a rollback uses
  std::size_t last_stage = 0;          // after which it ends: a rollback has one stage
  std::set<std::string> overridden{};  // stages whose conditions people passed over
  bool stopping = false;
  std::string stop_reason{};
  SimTime started{};
  SimTime updated{};
  Scope scope;     // its process
  Signal changed;  // an approval was decided, or it is to stop

  explicit Execution(Simulation& sim) : scope{sim}, changed{sim} {}
  [[nodiscard]] bool is_over() const { return status != "InProgress" && status != "Stopping"; }
};

/// The way into a stage and who holds it.
struct Gate {
  bool open = true;  // the inbound transition
  std::string reason{};
  std::string changed_by{};
  SimTime changed_at{};
  std::string holder{};                // execution that is inside
  std::vector<std::string> waiting{};  // in the order in which they came
  std::string latest{};                // execution that was inside last
};

struct Pipeline {
  std::string name;
  std::string arn;
  Place place{};
  std::shared_ptr<const PipelineSpec> spec;
  int version = 1;
  SimTime created{};
  SimTime updated{};
  std::string source{};  // file:line
  std::vector<Gate> gates{};
  std::vector<std::string> executions{};  // ids, oldest first
  Signal moved;                           // somebody left a stage, or a transition was enabled

  explicit Pipeline(Simulation& sim) : moved{sim} {}
};

/// How people decide at an approval: `physics: Shop/Approve: { decides in: ..., approves: 95 % }`.
struct ActionPhysics {
  std::optional<Distribution> decides_in{};
  double approves = 100;  // per cent of what gives no reason to reject
  double notices = 95;    // per cent of replacements in a change set that one is shown
  std::string by = "reviewer";
};

class CodePipeline : public Model {
 public:
  explicit CodePipeline(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, std::unique_ptr<Pipeline>> pipelines;
  std::map<std::string, std::unique_ptr<Execution>> executions;     // by id
  std::map<std::string, std::string> rule_of_token;                 // starts by rules
  std::map<std::string, ActionPhysics> physics;                     // by "Pipeline/Action"
  std::map<std::string, std::optional<std::string>> job_results{};  // Lambda's PutJob*Result

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] Pipeline* find(const Place& place, std::string_view name);
  [[nodiscard]] Pipeline& pipeline_of(const Execution& execution);
  /// A push, or an object that changed: pipelines that look for it start (triggers.cpp).
  void on_call(const CallRecord& record);
};

// ---- pipelines.cpp ----

ApiResult<Pipeline*> add_pipeline(CodePipeline& all, const Place& place, PipelineSpec spec,
                                  std::string source);
void update_pipeline(CodePipeline& all, Pipeline& pipeline, PipelineSpec spec);

// ---- executions.cpp ----

struct Start {
  Trigger trigger{};
  std::map<std::string, std::string> variables{};
  std::map<std::string, std::string> revisions{};
  std::string rolls_back_to{};  // with `stage`
  std::size_t stage = 0;
};
ApiResult<Execution*> start_execution(CodePipeline& all, Pipeline& pipeline, Start start);
/// Runs on from the stage that failed; `mode` as RetryStageExecution has it.
void retry_stage(CodePipeline& all, Execution& execution, std::size_t stage, std::string_view mode);
void stop_execution(CodePipeline& all, Execution& execution, bool abandon, std::string reason);
/// The last execution, besides `except`, that left `stage` with success and is no rollback.
[[nodiscard]] const Execution* last_good(CodePipeline& all, const Pipeline& pipeline,
                                         std::size_t stage, std::string_view except);
void finish(CodePipeline& all, Execution& execution, std::string status);

// ---- stages.cpp ----

/// The actions of the stage the execution is in, its conditions, retries and what a failure leads
/// to; `only_failed`: those that worked before are not run again.
Process<> run_stage(CodePipeline& all, Execution& execution, bool only_failed);

// ---- conditions.cpp ----

/// "" where all rules of the conditions hold; else what the first that does not said.
struct ConditionVerdict {
  std::string result{};  // of the condition that was not met
  std::string why{};
};
Process<ConditionVerdict> check_conditions(CodePipeline& all, Execution& execution,
                                           const std::vector<ConditionSpec>& conditions);

// ---- action.cpp ----

Process<> run_action(CodePipeline& all, Execution& execution, std::size_t stage,
                     std::size_t action);

// ---- notices.cpp ----

void tell_pipeline(CodePipeline& all, const Execution& execution, std::string_view state);
void set_stage(CodePipeline& all, Execution& execution, std::size_t stage, std::string status);
void tell_action(CodePipeline& all, const Execution& execution, std::size_t stage,
                 std::size_t action);

[[nodiscard]] inline double seconds_of(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace opsim::codepipeline
