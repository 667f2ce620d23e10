#include "models/step_functions/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/step_functions/operations.hpp"

namespace opsim {

namespace {

using step_functions::StepFunctions;

// To add an operation: write its function and one row here.
constexpr Operation kStatesOperations[] = {
    {.name = "CreateActivity", .now = immediate<StepFunctions, step_functions::create_activity>},
    {.name = "CreateStateMachine",
     .now = immediate<StepFunctions, step_functions::create_state_machine>},
    {.name = "CreateStateMachineAlias",
     .now = immediate<StepFunctions, step_functions::create_state_machine_alias>},
    {.name = "DeleteActivity", .now = immediate<StepFunctions, step_functions::delete_activity>},
    {.name = "DeleteStateMachine",
     .now = immediate<StepFunctions, step_functions::delete_state_machine>},
    {.name = "DeleteStateMachineAlias",
     .now = immediate<StepFunctions, step_functions::delete_state_machine_alias>},
    {.name = "DeleteStateMachineVersion",
     .now = immediate<StepFunctions, step_functions::delete_state_machine_version>},
    {.name = "DescribeActivity",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_activity>},
    {.name = "DescribeExecution",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_execution>},
    {.name = "DescribeMapRun",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_map_run>},
    {.name = "DescribeStateMachine",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_state_machine>},
    {.name = "DescribeStateMachineAlias",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_state_machine_alias>},
    {.name = "DescribeStateMachineForExecution",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_state_machine_for_execution>},
    {.name = "GetActivityTask", .later = waiting<StepFunctions, step_functions::get_activity_task>},
    {.name = "GetExecutionHistory",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::get_execution_history>},
    {.name = "ListActivities",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_activities>},
    {.name = "ListExecutions",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_executions>},
    {.name = "ListMapRuns",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_map_runs>},
    {.name = "ListStateMachineAliases",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_state_machine_aliases>},
    {.name = "ListStateMachineVersions",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_state_machine_versions>},
    {.name = "ListStateMachines",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_state_machines>},
    {.name = "PublishStateMachineVersion",
     .now = immediate<StepFunctions, step_functions::publish_state_machine_version>},
    {.name = "RedriveExecution",
     .now = immediate<StepFunctions, step_functions::redrive_execution>},
    {.name = "SendTaskFailure", .now = immediate<StepFunctions, step_functions::send_task_failure>},
    {.name = "SendTaskHeartbeat",
     .now = immediate<StepFunctions, step_functions::send_task_heartbeat>},
    {.name = "SendTaskSuccess", .now = immediate<StepFunctions, step_functions::send_task_success>},
    {.name = "StartExecution", .now = immediate<StepFunctions, step_functions::start_execution>},
    {.name = "StartSyncExecution",
     .later = waiting<StepFunctions, step_functions::start_sync_execution>},
    {.name = "StopExecution", .now = immediate<StepFunctions, step_functions::stop_execution>},
    {.name = "TestState",
     .access = Access::read,
     .later = waiting<StepFunctions, step_functions::test_state>},
    {.name = "UpdateMapRun", .now = immediate<StepFunctions, step_functions::update_map_run>},
    {.name = "UpdateStateMachine",
     .now = immediate<StepFunctions, step_functions::update_state_machine>},
    {.name = "UpdateStateMachineAlias",
     .now = immediate<StepFunctions, step_functions::update_state_machine_alias>},
    {.name = "ValidateStateMachineDefinition",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::validate_state_machine_definition>},
};
static_assert(std::ranges::adjacent_find(kStatesOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kStatesOperations),
              "sorted by name, no duplicates");

constexpr Shape kMachineText{.kind = Kind::text};
constexpr Field kMachineFields[] = {
    {.name = "Definition"},
    {.name = "DefinitionS3Location", .simulated = Simulated::no},
    {.name = "DefinitionString"},
    {.name = "DefinitionSubstitutions"},
    {.name = "EncryptionConfiguration", .simulated = Simulated::no},
    {.name = "LoggingConfiguration", .simulated = Simulated::no},
    {.name = "RoleArn", .shape = &kMachineText, .need = Need::required},
    {.name = "StateMachineName", .shape = &kMachineText},
    {.name = "StateMachineType", .shape = &kMachineText},
    {.name = "Tags"},
    {.name = "TracingConfiguration", .simulated = Simulated::no},
};
constexpr Shape kMachine{.kind = Kind::mapping, .fields = kMachineFields};

constexpr Field kActivityFields[] = {
    {.name = "EncryptionConfiguration", .simulated = Simulated::no},
    {.name = "Name", .shape = &kMachineText, .need = Need::required},
    {.name = "Tags"},
};
constexpr Shape kActivity{.kind = Kind::mapping, .fields = kActivityFields};
constexpr Field kMachineAliasFields[] = {
    {.name = "DeploymentPreference", .doc = "Its version takes all at once."},
    {.name = "Description", .shape = &kMachineText},
    {.name = "Name", .shape = &kMachineText},
    {.name = "RoutingConfiguration"},
};
constexpr Shape kMachineAlias{.kind = Kind::mapping, .fields = kMachineAliasFields};
constexpr Field kMachineVersionFields[] = {
    {.name = "Description", .shape = &kMachineText},
    {.name = "StateMachineArn", .shape = &kMachineText, .need = Need::required},
    {.name = "StateMachineRevisionId", .shape = &kMachineText},
};
constexpr Shape kMachineVersion{.kind = Kind::mapping, .fields = kMachineVersionFields};

constexpr ResourceType kStatesResources[] = {
    {"AWS::StepFunctions::Activity",
     create<StepFunctions, step_functions::create_activity_resource>, &kActivity},
    {"AWS::StepFunctions::StateMachine",
     create<StepFunctions, step_functions::create_machine_resource>, &kMachine},
    {"AWS::StepFunctions::StateMachineAlias",
     create<StepFunctions, step_functions::create_alias_resource>, &kMachineAlias},
    {"AWS::StepFunctions::StateMachineVersion",
     create<StepFunctions, step_functions::create_version_resource>, &kMachineVersion},
};

constexpr DeliveryTarget kStatesTargets[] = {
    {"states", "stateMachine:", deliver<StepFunctions, step_functions::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kStatesFidelity[] = {
    {Grade::simulated,
     "the Amazon States Language: all states, Retry, Catch, variables, JSONPath, "
     "intrinsic functions, JSONata",
     "states-language.net; Step Functions Developer Guide"},
    {Grade::simulated,
     "execution history with AWS's numbering, TestState, "
     "ValidateStateMachineDefinition, events, metrics",
     "Step Functions API Reference; cw-events; procedure-cw-metrics"},
    {Grade::simulated,
     "Lambda, SDK and optimized integrations with the services of this cloud, "
     "task tokens, activities, .sync of executions, ECS tasks, CodeBuild builds, Batch and Glue "
     "jobs",
     "Step Functions Developer Guide, connect-to-resource"},
    {Grade::simulated, "versions and aliases with weights, RedriveExecution",
     "Step Functions Developer Guide, concepts-cd-aliasing-versioning, redrive-executions"},
    {Grade::simulated,
     "distributed Map: Map Runs, ItemReader of JSON, JSON Lines, CSV and lists of objects, "
     "ItemBatcher, ResultWriter",
     "Step Functions Developer Guide, state-map-distributed"},
    {Grade::simplified, "a state takes 25 ms, 1 ms in Express workflows (estimate)"},
    {Grade::simplified,
     "children of a distributed Map are listed, without a history; redriving runs all branches of "
     "a Parallel again"},
    {Grade::simplified,
     "TestState checks mocks of 23 operations, and shows no HTTP request and response; "
     "the wording of validation's warnings and its deepest nesting (25) are estimates"},
    {Grade::absent,
     "logs, throttling of StartExecution and of state transitions, .sync of other services"},
};

}  // namespace

extern const Service kStepFunctions{
    .name = "states",
    .title = "AWS Step Functions",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<StepFunctions>(cloud);
    },
    .operations = kStatesOperations,
    .resources = kStatesResources,
    .targets = kStatesTargets,
    .fidelity = kStatesFidelity,
    // What a job's end is waited for with; only sources that some task waits for are in the map.
    .on_event =
        [](Model& model, const Event& event) {
          auto& waits = static_cast<StepFunctions&>(model).job_events;
          if (const auto at = waits.find(event.source); at != waits.end()) at->second->notify_all();
        },
};

}  // namespace opsim
