#include "models/step_functions/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/step_functions/operations.hpp"

namespace opsim {

namespace {

using step_functions::StepFunctions;

// To add an operation: write its function and one row here.
constexpr Operation kStatesOperations[] = {
    {.name = "CreateActivity", .not_simulated = "activities: use a task token"},
    {.name = "CreateStateMachine",
     .now = immediate<StepFunctions, step_functions::create_state_machine>},
    {.name = "DeleteStateMachine",
     .now = immediate<StepFunctions, step_functions::delete_state_machine>},
    {.name = "DescribeExecution",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_execution>},
    {.name = "DescribeStateMachine",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_state_machine>},
    {.name = "DescribeStateMachineForExecution",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::describe_state_machine_for_execution>},
    {.name = "GetExecutionHistory",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::get_execution_history>},
    {.name = "ListExecutions",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_executions>},
    {.name = "ListStateMachines",
     .access = Access::read,
     .now = immediate<StepFunctions, step_functions::list_state_machines>},
    {.name = "RedriveExecution", .not_simulated = "redriving: start the execution again"},
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
    {.name = "UpdateStateMachine",
     .now = immediate<StepFunctions, step_functions::update_state_machine>},
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

constexpr ResourceType kStatesResources[] = {
    {.type = "AWS::StepFunctions::Activity", .not_simulated = "activities: use a task token"},
    {"AWS::StepFunctions::StateMachine",
     create<StepFunctions, step_functions::create_machine_resource>, &kMachine},
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
     "task tokens, .sync of executions",
     "Step Functions Developer Guide, connect-to-resource"},
    {Grade::simplified, "a state takes 25 ms, 1 ms in Express workflows (estimate)"},
    {Grade::simplified,
     "distributed Map: children are played, not listed; no ItemReader, and "
     "ResultWriter writes nothing"},
    {Grade::simplified, "JSONata without the parent operator %, $eval and pictures of numbers"},
    {Grade::absent, "activities, versions and aliases, redrive, logs, .sync of other services"},
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
};

}  // namespace opsim
