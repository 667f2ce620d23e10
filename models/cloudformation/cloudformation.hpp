#pragma once
/// The state of CloudFormation: every stack, living and deleted, and every stack set.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/cloudformation/stack.hpp"
#include "models/cloudformation/stack_set.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/scenario/stack_keeper.hpp"

namespace opsim::cloudformation {

/// How resources of a type behave while a stack works on them, by a scenario's physics.
struct WorkPhysics {
  double fails = 0;                   // share of creations and updates
  std::optional<Distribution> takes;  // instead of the table's duration
  std::string says = "did not stabilize";
};

/// How new versions reach the targets of a stack set. Defaults are estimates.
struct Rollout {
  std::string way = "stack set";  // hand, copied pipelines
  std::string wanted;             // the version that was rolled out last
  std::int64_t people = 2;
  double forgets = 0.03;
  double broken = 0.08;
  Distribution by_hand = *Distribution::parse("lognormal(p50 6min, p99 25min)");
  Distribution copies_take = *Distribution::parse("lognormal(p50 4min, p99 15min)");
};

class CloudFormation : public Model, public StackKeeper {
 public:
  explicit CloudFormation(Cloud& world) : cloud{world} {}

  // ---- StackKeeper ----
  Exports& exports() override { return all_exports; }
  void adopt(StackResult stood) override;
  void know(const TemplateFile& file) override;

  Cloud& cloud;
  Exports all_exports;
  std::vector<std::unique_ptr<Stack>> stacks;               // in the order of their creation
  std::map<std::pair<Place, std::string>, Stack*> by_name;  // those that live
  std::map<std::string, Stack*, std::less<>> by_id;         // all
  std::map<std::string, std::shared_ptr<const Template>> templates;  // by text
  std::map<std::string, std::unique_ptr<StackSet>> sets;             // by account and name
  std::map<std::string, WorkPhysics> physics;  // by logical id, physical id or type
  std::map<std::string, std::string> hook_refusals;
  std::map<std::string, Rollout> rollouts;  // by id of the stack set
  std::map<Place, bool> listened;           // whether a rule takes CloudFormation's events

  [[nodiscard]] Simulation& sim() const { return cloud.sim(); }
  /// A living stack by name or id, or a deleted one by its id.
  [[nodiscard]] Stack* find(const Place& place, std::string_view name_or_id) const;
  Stack& add_stack(const Place& place, const std::string& name);
};

// ---- template_source.cpp ---------------------------------------------------------------------

/// The template of a call: TemplateBody, TemplateURL, or, with UsePreviousTemplate, that of the
/// stack. Answers the text that was sent.
ApiResult<std::shared_ptr<const Template>> template_of(CloudFormation& cfn, const Place& place,
                                                       const Json& input, const Stack* previous,
                                                       std::string& body);
ApiResult<std::shared_ptr<const Template>> read_template(CloudFormation& cfn,
                                                         const std::string& body,
                                                         const ParameterTexts& values = {});
/// The capabilities that it needs: CAPABILITY_IAM, CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND.
std::vector<std::string> needed_capabilities(const Template& text);

// ---- stack_request.cpp -----------------------------------------------------------------------

/// Everything that a call says of a stack. `previous`: the stack that is updated, or null.
ApiResult<StackSpec> read_stack_spec(CloudFormation& cfn, const Place& place, const Json& input,
                                     const Stack* previous);
/// An assembly with parameters resolved, or AWS's refusal.
ApiResult<std::shared_ptr<Assembly>> assemble(CloudFormation& cfn, const Place& place,
                                              const std::string& stack_id, const StackSpec& spec);
ApiError validation_error(std::string message);
ApiError no_such_stack(std::string_view name);

// ---- telling.cpp -----------------------------------------------------------------------------

/// The stack's status: an event of the stack, of EventBridge, of its topics; a journal entry.
void tell_stack(CloudFormation& cfn, Stack& stack, std::string status, std::string reason = {});
void tell_resource(CloudFormation& cfn, Stack& stack, const std::string& logical_id,
                   std::string status, std::string reason = {});
/// Whether a rule of the place may take CloudFormation's events.
bool listens(CloudFormation& cfn, const Place& place);
void tell_drift(CloudFormation& cfn, const Stack& stack);
/// Rules that listen to CloudFormation may have come or gone.
void forget_listeners(CloudFormation& cfn, const CallRecord& call);

// ---- resource_work.cpp -----------------------------------------------------------------------

/// What becomes of one resource. "" or why it failed.
Process<std::string> create_resource(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                     std::uint32_t number);
Process<std::string> update_resource(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                     std::uint32_t number, Json before);
/// What is to go.
struct Doomed {
  std::string logical_id;
  std::string type;
  std::string physical_id;
  Json properties;
  bool snapshot = false;  // DeletionPolicy or UpdateReplacePolicy: Snapshot
};
Process<std::string> delete_physical(CloudFormation& cfn, Stack& stack, Doomed doomed);
/// Who acts on resources: the stack's role, or whoever asked, through CloudFormation.
Caller worker_of(const Stack& stack);
/// A call by the worker, as it is answered.
Process<ApiResult<Json>> work_call(CloudFormation& cfn, Stack& stack, std::string service,
                                   std::string operation, Json input);

// ---- operations that take time: each one process ---------------------------------------------

Process<> run_create(CloudFormation& cfn, Stack& stack);
Process<> run_update(CloudFormation& cfn, Stack& stack, StackSpec spec,
                     std::shared_ptr<Assembly> next);
Process<> run_delete(CloudFormation& cfn, Stack& stack, std::vector<std::string> retained);
/// Of UPDATE_ROLLBACK_FAILED.
Process<> run_continue_rollback(CloudFormation& cfn, Stack& stack,
                                std::vector<std::string> skipped);
/// Of a stack whose operation failed and was not rolled back.
Process<> run_rollback(CloudFormation& cfn, Stack& stack);

// ---- planning.cpp ----------------------------------------------------------------------------

/// What an update would do; the order is that of the new template, then what goes.
std::vector<ResourceChange> plan_update(CloudFormation& cfn, const Stack& stack, Assembly& next);
std::vector<ResourceChange> plan_creation(Assembly& next);
/// Whether outputs or tags would change.
bool changes_beside_resources(const Stack& stack, const StackSpec& spec, Assembly& next);

// ---- outputs.cpp -----------------------------------------------------------------------------

/// Works the outputs out and exports them. "" or why not: another stack's name, an export in use.
std::string settle_outputs(CloudFormation& cfn, Stack& stack, Assembly& assembly);
void withdraw_exports(CloudFormation& cfn, Stack& stack);
/// Stacks that import the name, in the order of their creation.
std::vector<std::string> importers(const CloudFormation& cfn, const Place& place,
                                   std::string_view name);

// ---- rollback_triggers.cpp -------------------------------------------------------------------

/// The alarm of the stack's rollback configuration that is in ALARM, as a reason; "" for none.
std::string trigger_objection(CloudFormation& cfn, const Stack& stack);
void on_alarm(CloudFormation& cfn, const Event& event);

}  // namespace opsim::cloudformation
