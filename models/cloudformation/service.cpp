#include "models/cloudformation/service.hpp"

#include <algorithm>

#include "models/cloudformation/operations.hpp"
#include "models/cloudformation/physics.hpp"
#include "models/cloudformation/resources.hpp"
#include "models/cloudformation/rollout.hpp"
#include "models/cloudformation/stack_set_work.hpp"

namespace opsim {

namespace {

using cloudformation::CloudFormation;

template <ApiResult<Json> (*Handle)(CloudFormation&, const Request&)>
constexpr auto on_cfn = immediate<CloudFormation, Handle>;

constexpr std::string_view kNoRegistry = "no registry of types, no modules, no generated templates";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CancelUpdateStack", Access::write, on_cfn<cloudformation::cancel_update_stack>},
    {"ContinueUpdateRollback", Access::write, on_cfn<cloudformation::continue_update_rollback>},
    {"CreateChangeSet", Access::write, on_cfn<cloudformation::create_change_set>},
    {"CreateStack", Access::write, on_cfn<cloudformation::create_stack>},
    {"CreateStackInstances", Access::write, on_cfn<cloudformation::create_stack_instances>},
    {"CreateStackSet", Access::write, on_cfn<cloudformation::create_stack_set>},
    {"DeleteChangeSet", Access::write, on_cfn<cloudformation::delete_change_set>},
    {"DeleteStack", Access::write, on_cfn<cloudformation::delete_stack>},
    {"DeleteStackInstances", Access::write, on_cfn<cloudformation::delete_stack_instances>},
    {"DeleteStackSet", Access::write, on_cfn<cloudformation::delete_stack_set>},
    {"DescribeChangeSet", Access::read, on_cfn<cloudformation::describe_change_set>},
    {"DescribeStackDriftDetectionStatus", Access::read,
     on_cfn<cloudformation::describe_drift_detection>},
    {"DescribeStackEvents", Access::read, on_cfn<cloudformation::describe_stack_events>},
    {"DescribeStackInstance", Access::read, on_cfn<cloudformation::describe_stack_instance>},
    {"DescribeStackResource", Access::read, on_cfn<cloudformation::describe_stack_resource>},
    {"DescribeStackResourceDrifts", Access::read, on_cfn<cloudformation::describe_resource_drifts>},
    {"DescribeStackResources", Access::read, on_cfn<cloudformation::describe_stack_resources>},
    {"DescribeStackSet", Access::read, on_cfn<cloudformation::describe_stack_set>},
    {"DescribeStackSetOperation", Access::read,
     on_cfn<cloudformation::describe_stack_set_operation>},
    {"DescribeStacks", Access::read, on_cfn<cloudformation::describe_stacks>},
    {"DetectStackDrift", Access::write, on_cfn<cloudformation::detect_stack_drift>},
    {"DetectStackResourceDrift", Access::write, on_cfn<cloudformation::detect_resource_drift>},
    {"DetectStackSetDrift", Access::write, on_cfn<cloudformation::detect_stack_set_drift>},
    {"ExecuteChangeSet", Access::write, on_cfn<cloudformation::execute_change_set>},
    {"GetStackPolicy", Access::read, on_cfn<cloudformation::get_stack_policy>},
    {"GetTemplate", Access::read, on_cfn<cloudformation::get_template>},
    {"GetTemplateSummary", Access::read, on_cfn<cloudformation::get_template_summary>},
    {"ListChangeSets", Access::read, on_cfn<cloudformation::list_change_sets>},
    {"ListExports", Access::read, on_cfn<cloudformation::list_exports>},
    {"ListImports", Access::read, on_cfn<cloudformation::list_imports>},
    {"ListStackInstances", Access::read, on_cfn<cloudformation::list_stack_instances>},
    {"ListStackResources", Access::read, on_cfn<cloudformation::list_stack_resources>},
    {"ListStackSetOperationResults", Access::read,
     on_cfn<cloudformation::list_stack_set_operation_results>},
    {"ListStackSetOperations", Access::read, on_cfn<cloudformation::list_stack_set_operations>},
    {"ListStackSets", Access::read, on_cfn<cloudformation::list_stack_sets>},
    {"ListStacks", Access::read, on_cfn<cloudformation::list_stacks>},
    {.name = "RegisterType", .not_simulated = kNoRegistry},
    {"RollbackStack", Access::write, on_cfn<cloudformation::rollback_stack>},
    {"SetStackPolicy", Access::write, on_cfn<cloudformation::set_stack_policy>},
    {"SignalResource", Access::write, on_cfn<cloudformation::signal_resource>},
    {"StopStackSetOperation", Access::write, on_cfn<cloudformation::stop_stack_set_operation>},
    {"UpdateStack", Access::write, on_cfn<cloudformation::update_stack>},
    {"UpdateStackInstances", Access::write, on_cfn<cloudformation::update_stack_instances>},
    {"UpdateStackSet", Access::write, on_cfn<cloudformation::update_stack_set>},
    {"UpdateTerminationProtection", Access::write,
     on_cfn<cloudformation::update_termination_protection>},
    {"ValidateTemplate", Access::read, on_cfn<cloudformation::validate_template>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

void apply_work(Model& model, const PhysicsRequest& request) {
  cloudformation::apply_work_physics(static_cast<CloudFormation&>(model), request);
}
void apply_rollout(Model& model, const PhysicsRequest& request) {
  cloudformation::apply_rollout_physics(static_cast<CloudFormation&>(model), request);
}
const Physics kPhysics[] = {
    {"AWS::CloudFormation::Stack", &cloudformation::kWorkShape, apply_work},
    {"AWS::CloudFormation::StackSet", &cloudformation::kRolloutPhysics, apply_rollout},
};

constexpr ResourceType kResources[] = {
    {.type = "AWS::CloudFormation::StackSet",
     .create = create<CloudFormation, cloudformation::create_stack_set_resource>,
     .properties = &cloudformation::kStackSetShape},
    {.type = "AWS::CloudFormation::WaitCondition",
     .create = create<CloudFormation, cloudformation::create_wait_condition>},
    {.type = "AWS::CloudFormation::WaitConditionHandle",
     .create = create<CloudFormation, cloudformation::create_wait_handle>},
};

std::optional<double> read_targets(Model& model, std::string_view set, std::string_view part) {
  auto& cfn = static_cast<CloudFormation&>(model);
  if (part == "broken") return cloudformation::read_targets_broken(cfn, set);
  return cloudformation::read_targets_current(cfn, set);
}
std::optional<double> read_changes(Model& model, std::string_view set, std::string_view) {
  return cloudformation::read_changes_by_keys(static_cast<CloudFormation&>(model), set);
}
constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::CloudFormation::StackSet", "changes", "", read_changes},
    {"AWS::CloudFormation::StackSet", "targets", "", read_targets},
};

void roll_out(Model& model, const FaultRequest& request) {
  cloudformation::begin_rollout(static_cast<CloudFormation&>(model), request);
}
const Fault kFaults[] = {{"roll out", &cloudformation::kRolloutFault, roll_out}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "stacks that are created, updated, rolled back and deleted in the order of their graph, with "
     "AWS's states, reasons and events",
     "cloudformation/userguide: view-stack-events"},
    {Grade::simulated,
     "change sets with replacement, scope and cause; stack policies; rollback triggers; exports in "
     "use; termination protection; creation policies and signals",
     "cloudformation/apireference: API_DescribeChangeSet"},
    {Grade::simulated,
     "rolling and replacing updates of Auto Scaling groups; aliases of functions moved by "
     "CodeDeploy",
     "cloudformation/templatereference: aws-attribute-updatepolicy"},
    {Grade::simulated,
     "stack sets over accounts and Regions: concurrency, failure tolerance, strict and soft, "
     "Region "
     "order, stop, drift; service-managed by organizational unit, automatic deployment",
     "cloudformation/apireference: API_StackSetOperationPreferences"},
    {Grade::simulated, "drift of types whose describe call shows their properties",
     "cloudformation/userguide: using-cfn-stack-drift"},
    {Grade::simplified, "durations of resource handlers are medians with a spread", "estimate"},
    {Grade::simplified,
     "a resource is there from the moment its creation is initiated, complete when its handler is"},
    {Grade::simplified,
     "types whose service has no call for it here are changed or deleted in name only"},
    {Grade::absent, "imports of resources, modules, macros, the registry, generated templates"},
};

}  // namespace

extern const Service kCloudFormation{
    .name = "cloudformation",
    .title = "AWS CloudFormation",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<CloudFormation>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .quantities = kQuantities,
    .faults = kFaults,
    .fidelity = kFidelity,
    .on_event =
        [](Model& model, const Event& event) {
          cloudformation::on_alarm(static_cast<CloudFormation&>(model), event);
        },
    .on_call =
        [](Model& model, const CallRecord& call) {
          auto& cfn = static_cast<CloudFormation&>(model);
          cloudformation::forget_listeners(cfn, call);
          cloudformation::follow_organization(cfn, call);
        },
    .on_health =
        [](Model& model, std::string_view resource, Health health) {
          if (health == Health::ok)
            cloudformation::on_ready(static_cast<CloudFormation&>(model), resource);
        },
};

}  // namespace opsim
