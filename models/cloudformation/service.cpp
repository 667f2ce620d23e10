#include "models/cloudformation/service.hpp"

#include <algorithm>

#include "models/cloudformation/operations.hpp"
#include "models/cloudformation/physics.hpp"

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
    {"DeleteChangeSet", Access::write, on_cfn<cloudformation::delete_change_set>},
    {"DeleteStack", Access::write, on_cfn<cloudformation::delete_stack>},
    {"DescribeChangeSet", Access::read, on_cfn<cloudformation::describe_change_set>},
    {"DescribeStackDriftDetectionStatus", Access::read,
     on_cfn<cloudformation::describe_drift_detection>},
    {"DescribeStackEvents", Access::read, on_cfn<cloudformation::describe_stack_events>},
    {"DescribeStackResource", Access::read, on_cfn<cloudformation::describe_stack_resource>},
    {"DescribeStackResourceDrifts", Access::read,
     on_cfn<cloudformation::describe_resource_drifts>},
    {"DescribeStackResources", Access::read, on_cfn<cloudformation::describe_stack_resources>},
    {"DescribeStacks", Access::read, on_cfn<cloudformation::describe_stacks>},
    {"DetectStackDrift", Access::write, on_cfn<cloudformation::detect_stack_drift>},
    {"DetectStackResourceDrift", Access::write, on_cfn<cloudformation::detect_resource_drift>},
    {"ExecuteChangeSet", Access::write, on_cfn<cloudformation::execute_change_set>},
    {"GetStackPolicy", Access::read, on_cfn<cloudformation::get_stack_policy>},
    {"GetTemplate", Access::read, on_cfn<cloudformation::get_template>},
    {"GetTemplateSummary", Access::read, on_cfn<cloudformation::get_template_summary>},
    {"ListChangeSets", Access::read, on_cfn<cloudformation::list_change_sets>},
    {"ListExports", Access::read, on_cfn<cloudformation::list_exports>},
    {"ListImports", Access::read, on_cfn<cloudformation::list_imports>},
    {"ListStackResources", Access::read, on_cfn<cloudformation::list_stack_resources>},
    {"ListStacks", Access::read, on_cfn<cloudformation::list_stacks>},
    {.name = "RegisterType", .not_simulated = kNoRegistry},
    {"RollbackStack", Access::write, on_cfn<cloudformation::rollback_stack>},
    {"SetStackPolicy", Access::write, on_cfn<cloudformation::set_stack_policy>},
    {"SignalResource", Access::write, on_cfn<cloudformation::signal_resource>},
    {"UpdateStack", Access::write, on_cfn<cloudformation::update_stack>},
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
const Physics kPhysics[] = {
    {"AWS::CloudFormation::Stack", &cloudformation::kWorkShape, apply_work},
};

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
    {Grade::simulated, "rolling and replacing updates of Auto Scaling groups",
     "cloudformation/templatereference: aws-attribute-updatepolicy"},
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
    .physics = kPhysics,
    .fidelity = kFidelity,
    .on_event =
        [](Model& model, const Event& event) {
          cloudformation::on_alarm(static_cast<CloudFormation&>(model), event);
        },
    .on_call =
        [](Model& model, const CallRecord& call) {
          cloudformation::forget_listeners(static_cast<CloudFormation&>(model), call);
        },
    .on_health =
        [](Model& model, std::string_view resource, Health health) {
          if (health == Health::ok)
            cloudformation::on_ready(static_cast<CloudFormation&>(model), resource);
        },
};

}  // namespace opsim
