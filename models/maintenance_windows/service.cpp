#include "models/maintenance_windows/service.hpp"

#include <algorithm>

#include "models/maintenance_windows/maintenance_windows.hpp"

namespace opsim {

namespace {

using Windows = maintenance_windows::MaintenanceWindows;

template <ApiResult<Json> (*Handle)(Windows&, const Request&)>
constexpr auto on_windows = immediate<Windows, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CancelMaintenanceWindowExecution", Access::write,
     on_windows<maintenance_windows::cancel_execution>},
    {"CreateMaintenanceWindow", Access::write,
     on_windows<maintenance_windows::create_maintenance_window>},
    {"DeleteMaintenanceWindow", Access::write,
     on_windows<maintenance_windows::delete_maintenance_window>},
    {"DeregisterTargetFromMaintenanceWindow", Access::write,
     on_windows<maintenance_windows::deregister_target>},
    {"DeregisterTaskFromMaintenanceWindow", Access::write,
     on_windows<maintenance_windows::deregister_task>},
    {"DescribeMaintenanceWindowExecutionTaskInvocations", Access::read,
     on_windows<maintenance_windows::describe_execution_invocations>},
    {"DescribeMaintenanceWindowExecutionTasks", Access::read,
     on_windows<maintenance_windows::describe_execution_tasks>},
    {"DescribeMaintenanceWindowExecutions", Access::read,
     on_windows<maintenance_windows::describe_executions>},
    {"DescribeMaintenanceWindowSchedule", Access::read,
     on_windows<maintenance_windows::describe_schedule>},
    {"DescribeMaintenanceWindowTargets", Access::read,
     on_windows<maintenance_windows::describe_targets>},
    {"DescribeMaintenanceWindowTasks", Access::read,
     on_windows<maintenance_windows::describe_tasks>},
    {"DescribeMaintenanceWindows", Access::read,
     on_windows<maintenance_windows::describe_maintenance_windows>},
    {"GetMaintenanceWindow", Access::read, on_windows<maintenance_windows::get_maintenance_window>},
    {"GetMaintenanceWindowExecution", Access::read, on_windows<maintenance_windows::get_execution>},
    {"GetMaintenanceWindowExecutionTask", Access::read,
     on_windows<maintenance_windows::get_execution_task>},
    {"GetMaintenanceWindowTask", Access::read, on_windows<maintenance_windows::get_task>},
    {"RegisterTargetWithMaintenanceWindow", Access::write,
     on_windows<maintenance_windows::register_target>},
    {"RegisterTaskWithMaintenanceWindow", Access::write,
     on_windows<maintenance_windows::register_task>},
    {"UpdateMaintenanceWindow", Access::write,
     on_windows<maintenance_windows::update_maintenance_window>},
    {"UpdateMaintenanceWindowTarget", Access::write,
     on_windows<maintenance_windows::update_target>},
    {"UpdateMaintenanceWindowTask", Access::write, on_windows<maintenance_windows::update_task>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kHours{.kind = Kind::integer, .min = 0, .max = 24};
constexpr Field kWindowFields[] = {
    {.name = "AllowUnassociatedTargets", .shape = &kBoolean, .need = Need::required},
    {.name = "Cutoff", .shape = &kHours, .need = Need::required},
    {.name = "Description", .shape = &kText},
    {.name = "Duration", .shape = &kHours, .need = Need::required},
    {.name = "EndDate", .shape = &kText},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Schedule", .shape = &kText, .need = Need::required},
    {.name = "ScheduleOffset", .shape = &kHours},
    {.name = "ScheduleTimezone", .shape = &kText},
    {.name = "StartDate", .shape = &kText},
    {.name = "Tags"},
};
constexpr Field kTargetFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "Name", .shape = &kText},
    {.name = "OwnerInformation", .shape = &kText},
    {.name = "ResourceType", .shape = &kText, .need = Need::required},
    {.name = "Targets", .need = Need::required},
    {.name = "WindowId", .shape = &kText, .need = Need::required},
};
constexpr Field kTaskFields[] = {
    {.name = "CutoffBehavior", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "LoggingInfo", .simulated = Simulated::no},
    {.name = "MaxConcurrency", .shape = &kText},
    {.name = "MaxErrors", .shape = &kText},
    {.name = "Name", .shape = &kText},
    {.name = "Priority", .need = Need::required},
    {.name = "ServiceRoleArn", .shape = &kText},
    {.name = "Targets"},
    {.name = "TaskArn", .shape = &kText, .need = Need::required},
    {.name = "TaskInvocationParameters"},
    {.name = "TaskParameters", .simulated = Simulated::no},
    {.name = "TaskType", .shape = &kText, .need = Need::required},
    {.name = "WindowId", .shape = &kText, .need = Need::required},
};
constexpr Shape kWindow{.kind = Kind::mapping, .fields = kWindowFields};
constexpr Shape kTarget{.kind = Kind::mapping, .fields = kTargetFields};
constexpr Shape kTask{.kind = Kind::mapping, .fields = kTaskFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::SSM::MaintenanceWindow",
     .create = create<Windows, maintenance_windows::create_window_resource>,
     .properties = &kWindow},
    {.type = "AWS::SSM::MaintenanceWindowTarget",
     .create = create<Windows, maintenance_windows::create_target_resource>,
     .properties = &kTarget},
    {.type = "AWS::SSM::MaintenanceWindowTask",
     .create = create<Windows, maintenance_windows::create_task_resource>,
     .properties = &kTask},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "windows by cron, rate and at in a time zone, offsets, duration, cutoff, priorities, the four "
     "task types, overlapping, cutoff behaviour, events",
     "Systems Manager User Guide, Maintenance Windows"},
    {Grade::simulated,
     "one invocation a target, with pseudo parameters, MaxConcurrency and MaxErrors; registered "
     "targets one by one; cancelling an execution",
     "Systems Manager User Guide, About pseudo parameters; RegisterTargetWithMaintenanceWindow"},
    {Grade::simplified, "an express state machine that is started counts as done"},
    {Grade::simplified, "resource groups as targets stand for no resource"},
    {Grade::absent, "logging"},
};

}  // namespace

extern const Service kMaintenanceWindows{
    .name = "maintenancewindows",
    .title = "AWS Systems Manager Maintenance Windows",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Windows>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
    .on_event = [](Model& model,
                   const Event& event) { static_cast<Windows&>(model).on_event(event); },
};

}  // namespace opsim
