#include "models/lambda/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/lambda/lambda.hpp"

namespace opsim {

namespace {

using lambda::Lambda;

constexpr CallPhysics kInvokeTime{.typical = std::chrono::milliseconds{10}};  // estimate

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreateFunction", .now = immediate<Lambda, lambda::create_function>},
    {.name = "DeleteFunction", .now = immediate<Lambda, lambda::delete_function>},
    {.name = "GetFunction", .access = Access::read, .now = immediate<Lambda, lambda::get_function>},
    {.name = "GetFunctionConfiguration",
     .access = Access::read,
     .now = immediate<Lambda, lambda::get_function_configuration>},
    {.name = "Invoke", .later = waiting<Lambda, lambda::invoke>, .physics = kInvokeTime},
    {.name = "ListFunctions",
     .access = Access::read,
     .now = immediate<Lambda, lambda::list_functions>},
    {.name = "PutFunctionConcurrency", .now = immediate<Lambda, lambda::put_function_concurrency>},
    {.name = "PutFunctionEventInvokeConfig",
     .now = immediate<Lambda, lambda::put_function_event_invoke_config>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kSeconds{.kind = Kind::integer, .min = 1, .max = 900};
constexpr Shape kMemory{.kind = Kind::integer, .min = 128, .max = 10'240};
constexpr Shape kReserved{.kind = Kind::integer, .min = 0};
constexpr Shape kRetries{.kind = Kind::integer, .min = 0, .max = 2};
constexpr Shape kAge{.kind = Kind::integer, .min = 60, .max = 21'600};

constexpr Field kFunctionFields[] = {
    {.name = "Architectures", .simulated = Simulated::no},
    {.name = "Code", .simulated = Simulated::no, .doc = "Not run: see physics."},
    {.name = "DeadLetterConfig", .doc = "Where asynchronous events go that failed for good."},
    {.name = "Description", .shape = &kText},
    {.name = "Environment", .simulated = Simulated::no},
    {.name = "FunctionName", .shape = &kText},
    {.name = "Handler", .shape = &kText},
    {.name = "MemorySize", .shape = &kMemory},
    {.name = "ReservedConcurrentExecutions", .shape = &kReserved},
    {.name = "Role", .shape = &kText, .need = Need::required},
    {.name = "Runtime", .shape = &kText},
    {.name = "Tags"},
    {.name = "Timeout", .shape = &kSeconds, .doc = "Seconds a run may take; 3 where it is absent."},
};
constexpr Shape kFunction{.kind = Kind::mapping, .fields = kFunctionFields};

constexpr Field kConfigFields[] = {
    {.name = "DestinationConfig"},
    {.name = "FunctionName", .shape = &kText, .need = Need::required},
    {.name = "MaximumEventAgeInSeconds", .shape = &kAge},
    {.name = "MaximumRetryAttempts", .shape = &kRetries},
    {.name = "Qualifier", .shape = &kText, .need = Need::required},
};
constexpr Shape kConfig{.kind = Kind::mapping, .fields = kConfigFields};

constexpr Field kPermissionFields[] = {
    {.name = "Action", .shape = &kText, .need = Need::required},
    {.name = "FunctionName", .shape = &kText, .need = Need::required},
    {.name = "Principal", .shape = &kText, .need = Need::required},
    {.name = "SourceAccount", .shape = &kText},
    {.name = "SourceArn", .shape = &kText},
};
constexpr Shape kPermission{.kind = Kind::mapping, .fields = kPermissionFields};

constexpr ResourceType kResources[] = {
    {"AWS::Lambda::EventInvokeConfig", create<Lambda, lambda::create_event_invoke_config>,
     &kConfig},
    {"AWS::Lambda::Function", create<Lambda, lambda::create_function_resource>, &kFunction},
    {"AWS::Lambda::Permission", create<Lambda, lambda::create_permission>, &kPermission},
};

constexpr DeliveryTarget kTargets[] = {
    {"lambda", "function:", deliver<Lambda, lambda::take_delivery>}};

constexpr Physics kPhysics[] = {
    {"AWS::Lambda::Function", &lambda::kFunctionPhysicsShape, lambda::apply_physics}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "Invoke (RequestResponse, Event, DryRun), timeout, reserved concurrency",
     "Lambda API Reference"},
    {Grade::simulated, "asynchronous retries, event age, destinations, dead-letter queues",
     "Lambda Developer Guide, invocation-async"},
    {Grade::simulated, "Invocations, Errors, Duration, Throttles in AWS/Lambda",
     "Lambda Developer Guide, monitoring-metrics"},
    {Grade::simplified, "no code runs: physics says duration, success, changes and result"},
    {Grade::simplified, "permissions are kept and not asked"},
    {Grade::absent, "cold starts, versions and aliases, layers, event source mappings"},
};

}  // namespace

extern const Service kLambda{
    .name = "lambda",
    .title = "AWS Lambda",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Lambda>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .physics = kPhysics,
    .fidelity = kFidelity,
};

}  // namespace opsim
