#include "models/lambda/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/lambda/operations.hpp"

namespace opsim {

namespace {

using lambda::Lambda;

constexpr CallPhysics kInvokeTime{.typical = std::chrono::milliseconds{10}};  // estimate

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AddPermission", .now = immediate<Lambda, lambda::add_permission>},
    {.name = "CreateAlias", .now = immediate<Lambda, lambda::create_alias>},
    {.name = "CreateEventSourceMapping",
     .now = immediate<Lambda, lambda::create_event_source_mapping>},
    {.name = "CreateFunction", .now = immediate<Lambda, lambda::create_function>},
    {.name = "DeleteAlias", .now = immediate<Lambda, lambda::delete_alias>},
    {.name = "DeleteEventSourceMapping",
     .now = immediate<Lambda, lambda::delete_event_source_mapping>},
    {.name = "DeleteFunction", .now = immediate<Lambda, lambda::delete_function>},
    {.name = "DeleteFunctionConcurrency",
     .now = immediate<Lambda, lambda::delete_function_concurrency>},
    {.name = "DeleteFunctionEventInvokeConfig",
     .now = immediate<Lambda, lambda::delete_function_event_invoke_config>},
    {.name = "DeleteProvisionedConcurrencyConfig",
     .now = immediate<Lambda, lambda::delete_provisioned_concurrency_config>},
    {.name = "GetAccountSettings",
     .access = Access::read,
     .now = immediate<Lambda, lambda::get_account_settings>},
    {.name = "GetAlias", .access = Access::read, .now = immediate<Lambda, lambda::get_alias>},
    {.name = "GetEventSourceMapping",
     .access = Access::read,
     .now = immediate<Lambda, lambda::get_event_source_mapping>},
    {.name = "GetFunction", .access = Access::read, .now = immediate<Lambda, lambda::get_function>},
    {.name = "GetFunctionConcurrency",
     .access = Access::read,
     .now = immediate<Lambda, lambda::get_function_concurrency>},
    {.name = "GetFunctionConfiguration",
     .access = Access::read,
     .now = immediate<Lambda, lambda::get_function_configuration>},
    {.name = "GetFunctionEventInvokeConfig",
     .access = Access::read,
     .now = immediate<Lambda, lambda::get_function_event_invoke_config>},
    {.name = "GetPolicy", .access = Access::read, .now = immediate<Lambda, lambda::get_policy>},
    {.name = "GetProvisionedConcurrencyConfig",
     .access = Access::read,
     .now = immediate<Lambda, lambda::get_provisioned_concurrency_config>},
    {.name = "Invoke", .later = waiting<Lambda, lambda::invoke>, .physics = kInvokeTime},
    {.name = "ListAliases", .access = Access::read, .now = immediate<Lambda, lambda::list_aliases>},
    {.name = "ListEventSourceMappings",
     .access = Access::read,
     .now = immediate<Lambda, lambda::list_event_source_mappings>},
    {.name = "ListFunctionEventInvokeConfigs",
     .access = Access::read,
     .now = immediate<Lambda, lambda::list_function_event_invoke_configs>},
    {.name = "ListFunctions",
     .access = Access::read,
     .now = immediate<Lambda, lambda::list_functions>},
    {.name = "ListProvisionedConcurrencyConfigs",
     .access = Access::read,
     .now = immediate<Lambda, lambda::list_provisioned_concurrency_configs>},
    {.name = "ListVersionsByFunction",
     .access = Access::read,
     .now = immediate<Lambda, lambda::list_versions_by_function>},
    {.name = "PublishVersion", .now = immediate<Lambda, lambda::publish_version>},
    {.name = "PutFunctionConcurrency", .now = immediate<Lambda, lambda::put_function_concurrency>},
    {.name = "PutFunctionEventInvokeConfig",
     .now = immediate<Lambda, lambda::put_function_event_invoke_config>},
    {.name = "PutProvisionedConcurrencyConfig",
     .now = immediate<Lambda, lambda::put_provisioned_concurrency_config>},
    {.name = "RemovePermission", .now = immediate<Lambda, lambda::remove_permission>},
    {.name = "UpdateAlias", .now = immediate<Lambda, lambda::update_alias>},
    {.name = "UpdateEventSourceMapping",
     .now = immediate<Lambda, lambda::update_event_source_mapping>},
    {.name = "UpdateFunctionCode", .now = immediate<Lambda, lambda::update_function_code>},
    {.name = "UpdateFunctionConfiguration",
     .now = immediate<Lambda, lambda::update_function_configuration>},
    {.name = "UpdateFunctionEventInvokeConfig",
     .now = immediate<Lambda, lambda::update_function_event_invoke_config>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr ResourceType kResources[] = {
    {"AWS::Lambda::Alias", create<Lambda, lambda::create_alias_resource>, &lambda::kAliasShape},
    {"AWS::Lambda::EventInvokeConfig", create<Lambda, lambda::create_event_invoke_config>,
     &lambda::kEventInvokeConfigShape},
    {"AWS::Lambda::EventSourceMapping", create<Lambda, lambda::create_mapping_resource>,
     &lambda::kEventSourceMappingShape},
    {"AWS::Lambda::Function", create<Lambda, lambda::create_function_resource>,
     &lambda::kFunctionShape},
    {"AWS::Lambda::LayerVersion", create<Lambda, lambda::create_layer_version>,
     &lambda::kLayerVersionShape},
    {"AWS::Lambda::Permission", create<Lambda, lambda::create_permission>,
     &lambda::kPermissionShape},
    {"AWS::Lambda::Url", create<Lambda, lambda::create_url>, &lambda::kUrlShape},
    {"AWS::Lambda::Version", create<Lambda, lambda::create_version_resource>,
     &lambda::kVersionShape},
};

constexpr DeliveryTarget kTargets[] = {
    {"lambda", "function:", deliver<Lambda, lambda::take_delivery>}};

constexpr Physics kPhysics[] = {
    {"AWS::Lambda::Function", &lambda::kFunctionPhysicsShape, lambda::apply_physics},
    {"AWS::Lambda::Version", &lambda::kFunctionPhysicsShape, lambda::apply_version_physics},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "Invoke (RequestResponse, Event, DryRun) by version and alias, time-out, memory, log",
     "Lambda API Reference"},
    {Grade::simulated, "versions and aliases with weights",
     "Lambda Developer Guide, configuring-alias-routing"},
    {Grade::simulated,
     "cold starts; concurrency of the account, reserved and provisioned; scaling rate; throttles",
     "Lambda Developer Guide, lambda-concurrency, scaling-behavior"},
    {Grade::simulated, "asynchronous retries, event age, destinations, dead-letter queues",
     "Lambda Developer Guide, invocation-async"},
    {Grade::simulated,
     "metrics in AWS/Lambda by FunctionName, Resource and ExecutedVersion, and of the account",
     "Lambda Developer Guide, monitoring-metrics"},
    {Grade::simulated,
     "event source mappings of SQS queues: batches, windows, scaling, ReportBatchItemFailures",
     "Lambda Developer Guide, with-sqs, services-sqs-scaling"},
    {Grade::simulated,
     "event source mappings of Kinesis streams and of DynamoDB's: order of shards, retries and "
     "age, "
     "bisection, parallelization, on-failure destinations, IteratorAge",
     "Lambda Developer Guide, with-kinesis, with-ddb"},
    {Grade::simulated, "filters of event source mappings",
     "Lambda Developer Guide, invocation-eventfiltering"},
    {Grade::simulated, "permissions are asked when a service hands an event over",
     "Lambda Developer Guide, access-control-resource-based"},
    {Grade::simplified, "no code runs: physics says duration, success, changes and result"},
    {Grade::simplified, "a function without any permission takes what services hand it"},
    {Grade::simplified, "layers and URLs are kept and not asked"},
    {Grade::absent,
     "event source mappings of brokers, tumbling windows; SnapStart, response streaming; detection "
     "of "
     "recursive loops"},
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
    .quantities = lambda::kLambdaQuantities,
    .fidelity = kFidelity,
};

}  // namespace opsim
