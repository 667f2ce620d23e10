#include "models/ssm/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/ssm/alarm_stop.hpp"
#include "models/ssm/operations.hpp"

namespace opsim {

namespace {

using ssm::Ssm;

/// General Reference: one call a second; the burst is an estimate.
constexpr CallPhysics kStartRate{.tokens_per_second = 1, .bucket = 10};

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CancelCommand", .now = immediate<Ssm, ssm::cancel_command_operation>},
    {.name = "CreateDocument", .now = immediate<Ssm, ssm::create_document>},
    {.name = "DeleteDocument", .now = immediate<Ssm, ssm::delete_document>},
    {.name = "DescribeAutomationExecutions",
     .access = Access::read,
     .now = immediate<Ssm, ssm::describe_automation_executions>},
    {.name = "DescribeAutomationStepExecutions",
     .access = Access::read,
     .now = immediate<Ssm, ssm::describe_automation_step_executions>},
    {.name = "DescribeDocument",
     .access = Access::read,
     .now = immediate<Ssm, ssm::describe_document>},
    {.name = "DescribeDocumentPermission",
     .access = Access::read,
     .now = immediate<Ssm, ssm::describe_document_permission>},
    {.name = "DescribeInstanceInformation",
     .access = Access::read,
     .now = immediate<Ssm, ssm::describe_instance_information>},
    {.name = "GetAutomationExecution",
     .access = Access::read,
     .now = immediate<Ssm, ssm::get_automation_execution>},
    {.name = "GetCommandInvocation",
     .access = Access::read,
     .now = immediate<Ssm, ssm::get_command_invocation>},
    {.name = "GetConnectionStatus",
     .access = Access::read,
     .now = immediate<Ssm, ssm::get_connection_status>},
    {.name = "GetDocument", .access = Access::read, .now = immediate<Ssm, ssm::get_document>},
    {.name = "GetServiceSetting",
     .access = Access::read,
     .now = immediate<Ssm, ssm::get_service_setting>},
    {.name = "ListCommandInvocations",
     .access = Access::read,
     .now = immediate<Ssm, ssm::list_command_invocations>},
    {.name = "ListCommands", .access = Access::read, .now = immediate<Ssm, ssm::list_commands>},
    {.name = "ListDocumentVersions",
     .access = Access::read,
     .now = immediate<Ssm, ssm::list_document_versions>},
    {.name = "ListDocuments", .access = Access::read, .now = immediate<Ssm, ssm::list_documents>},
    {.name = "ModifyDocumentPermission", .now = immediate<Ssm, ssm::modify_document_permission>},
    {.name = "ResetServiceSetting", .now = immediate<Ssm, ssm::reset_service_setting>},
    {.name = "SendAutomationSignal", .now = immediate<Ssm, ssm::send_automation_signal>},
    {.name = "SendCommand", .now = immediate<Ssm, ssm::send_command>},
    {.name = "StartAutomationExecution",
     .now = immediate<Ssm, ssm::start_automation_execution>,
     .physics = kStartRate},
    {.name = "StopAutomationExecution", .now = immediate<Ssm, ssm::stop_automation_execution>},
    {.name = "UpdateDocument", .now = immediate<Ssm, ssm::update_document>},
    {.name = "UpdateDocumentDefaultVersion",
     .now = immediate<Ssm, ssm::update_document_default_version>},
    {.name = "UpdateServiceSetting", .now = immediate<Ssm, ssm::update_service_setting>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr ResourceType kResources[] = {
    {.type = "AWS::SSM::Document",
     .create = create<Ssm, ssm::create_document_resource>,
     .properties = &ssm::kDocumentProperties},
};

constexpr DeliveryTarget kTargets[] = {
    {"ssm", "automation-definition/", deliver<Ssm, ssm::deliver_to_automation>},
    {"ssm", "document/", deliver<Ssm, ssm::deliver_to_document>},
};

constexpr Physics kPhysics[] = {
    {"AWS::SSM::Document", &ssm::kScriptShape, ssm::apply_script_physics},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "Automation schema 0.3: step order, nextStep, isEnd, isCritical, onFailure, onCancel, "
     "attempts, timeouts, outputs, placeholders, system variables",
     "Systems Manager User Guide, Automation actions reference"},
    {Grade::simulated,
     "aws:approve, assertAwsResourceProperty, branch, changeInstanceState, createTags, "
     "executeAutomation, executeAwsApi, loop, pause, runCommand, runInstances, sleep, "
     "updateVariable, waitForAwsResourceProperty",
     "Systems Manager User Guide, Automation actions reference"},
    {Grade::simulated, "AlarmConfiguration: an alarm stops an automation or a command",
     "Systems Manager API Reference, AlarmConfiguration"},
    {Grade::simulated, "Run Command: delivery, timeouts, ramp, MaxConcurrency, MaxErrors, statuses",
     "Systems Manager User Guide, Understanding command statuses"},
    {Grade::simulated,
     "notifications of commands to topics; their outputs in buckets and log groups; lists with "
     "filters and pages",
     "Systems Manager User Guide, Example Amazon SNS notifications"},
    {Grade::simulated,
     "targets, target maps and locations of automations, with rate control; per account and Region "
     "100 run, or 25 with targets, and 1,000 wait; 500 and 5,000 with adaptive concurrency",
     "Systems Manager User Guide, Control automations at scale; General Reference, quotas"},
    {Grade::simplified,
     "aws:executeScript, aws:invokeLambdaFunction and scripts on instances do "
     "what physics says; without physics they succeed"},
    {Grade::simplified,
     "an instance with any instance profile is managed; one with none is not, without Default Host "
     "Management"},
    {Grade::simplified,
     "aws:invokeLambdaFunction, executeStateMachine, createStack, deleteStack and actions on "
     "images "
     "call the service where it has a model; else as physics says"},
    {Grade::simplified,
     "AWS's own documents: 89 of them, with bodies of our own; those that run AWS's scripts do "
     "what "
     "physics says",
     "Systems Manager Automation runbook reference"},
    {Grade::simplified, "aws:invokeWebhook: whoever listens takes it, unless physics says"},
    {Grade::absent, "interactive shells; other parts of Systems Manager have tables of their own"},
};

}  // namespace

const Service kSsm{
    .name = "ssm",
    .title = "AWS Systems Manager",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Ssm>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .physics = kPhysics,
    .fidelity = kFidelity,
    .on_event = [](Model& model,
                   const Event& event) { ssm::alarm_rang(static_cast<Ssm&>(model), event); },
    .explain = ssm::explain,
};

}  // namespace opsim
