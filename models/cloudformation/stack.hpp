#pragma once
/// A stack as CloudFormation keeps it: what it was asked for, what stands of it, what happened.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/signal.hpp"
#include "opsim/scenario/assembly.hpp"

namespace opsim::cloudformation {

/// A row of DescribeStackEvents; the stack's own have its id as physical id.
struct StackEvent {
  std::string id{};
  std::string logical_id{};
  std::string physical_id{};
  std::string type{};
  SimTime at{};
  std::string status{};
  std::string reason{};
  std::string token{};
};

/// One logical resource as DescribeStackResources shows it.
struct StackResource {
  std::string type{};
  std::string status{};
  std::string reason{};
  std::string physical_id{};
  SimTime changed{};
  std::string drift = "NOT_CHECKED";
  Json drift_details = {};  // of DescribeStackResourceDrifts, where it was checked
  SimTime drift_checked{};
};

/// "RollbackTriggers: up to 5 alarms"; all of one stack operation.
struct RollbackConfiguration {
  std::vector<std::string> alarms;  // ARNs
  std::int64_t monitoring_minutes = 0;
};

/// What a CreateStack, an UpdateStack or a change set asks for.
struct StackSpec {
  std::string name;
  std::string body;  // the template as it was sent
  std::shared_ptr<const Template> text;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> tags;
  std::vector<std::string> capabilities;
  std::vector<std::string> notification_arns;
  std::string role_arn;
  RollbackConfiguration rollback;
  bool disable_rollback = false;
  std::string on_failure = "ROLLBACK";
  std::optional<std::int64_t> timeout_minutes;
  Json policy;           // null where there is none
  Json override_policy;  // StackPolicyDuringUpdate
  std::string token;     // ClientRequestToken
  bool termination_protection = false;
};

/// What a resource does to a stack's signals: `cfn-signal`, SignalResource.
struct SignalCount {
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
};

/// One resource of an update: what is to happen to it. Sorted as the new template orders them.
struct PropertyChange {
  std::string name{};        // "" for a change of metadata or tags
  std::string attribute{};   // Properties, Metadata, Tags, ...
  std::string recreation{};  // Never, Conditionally, Always
  std::string evaluation{};  // Static, Dynamic
  std::string source{};      // DirectModification, ParameterReference, ResourceReference, ...
  std::string entity{};      // CausingEntity, or ""
  Json before{};
  Json after{};
};
struct ResourceChange {
  std::string action{};  // Add, Modify, Remove
  std::string logical_id{};
  std::string type{};
  std::string physical_id{};
  std::string replacement{};  // True, False, Conditional; "" for what is added or removed
  std::vector<PropertyChange> details{};
};

struct ChangeSet {
  std::string id;
  std::string name;
  std::string description;
  std::string type;              // CREATE, UPDATE
  std::string status;            // CREATE_IN_PROGRESS, CREATE_COMPLETE, FAILED, ...
  std::string reason;            //
  std::string execution_status;  // AVAILABLE, UNAVAILABLE, OBSOLETE, EXECUTE_COMPLETE, ...
  SimTime created{};
  StackSpec spec;
  std::vector<ResourceChange> changes;
};

struct DriftDetection {
  std::string id{};
  std::string status = "DETECTION_IN_PROGRESS";
  std::string drift = "UNKNOWN";
  std::int64_t drifted = -1;
  SimTime begun{};
};

/// An update that is under way, or that failed and was not rolled back: the way back.
struct UpdateRun {
  StackSpec previous_spec;
  std::shared_ptr<Assembly> previous;
  std::shared_ptr<Assembly> next;
  enum class Did : std::uint8_t { created, updated, replaced };
  std::map<std::uint32_t, Did> touched;         // by number in `next`
  std::set<std::string, std::less<>> restored;  // logical ids that are as they were
};

struct Stack {
  explicit Stack(Simulation& sim) : changed{sim} {}

  std::string id;
  std::string name;
  Place place;
  StackSpec spec;  // of what stands, or is being made to
  std::shared_ptr<Assembly> assembly;
  std::map<std::string, StackResource> resources;  // by logical id
  std::vector<Assembly::Output> outputs;

  std::string status;
  std::string reason;
  SimTime created{};
  std::optional<SimTime> updated{};
  std::optional<SimTime> deleted{};
  std::vector<StackEvent> events;  // oldest first

  std::string parent;  // id of the stack that nests it, or ""
  std::string root;
  std::string stack_set;  // name of the stack set that it is an instance of, or ""
  Caller caller{};        // whoever asked for the operation that runs
  std::string token{};
  bool cancelled = false;                        // CancelUpdateStack, or a rollback trigger
  std::string cancel_reason{};                   // why
  bool delete_requested = false;                 // DeleteStack while it was being created
  std::map<std::string, SignalCount> signals{};  // by logical id, of the operation that runs
  std::map<std::string, ChangeSet> change_sets{};
  std::optional<DriftDetection> drift{};
  std::shared_ptr<UpdateRun> run{};
  CauseId because = CauseId::none;  // the journal entry of its last change
  Signal changed;                   // anything that whoever works on it waits for

  [[nodiscard]] bool in_progress() const { return status.ends_with("_IN_PROGRESS"); }
  [[nodiscard]] bool is_gone() const { return status == "DELETE_COMPLETE"; }
};

}  // namespace opsim::cloudformation
