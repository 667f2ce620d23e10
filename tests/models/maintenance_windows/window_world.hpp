#pragma once
/// Windows beside Systems Manager and instances that stand in for EC2's.
#include <doctest/doctest.h>

#include <string>

#include "models/maintenance_windows/service.hpp"
#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

inline const Service* const kWindowServices[] = {&kSsm, &kMaintenanceWindows, &kFakeEc2};

/// The world begins on Monday, 2 March 2026, at 09:00 UTC.
struct WindowWorld : World {
  WindowWorld() : World{Seed{1}, Level::everything, kWindowServices} {
    add_instance("i-1", {.tags = {{"Fleet", "web"}}});
    physics("AWS-RunShellScript", "{ takes: 30min }");
  }
  ApiResult<Json> call(std::string_view name, const Json& input) {
    const OperationFound found = find_operation(kWindowServices, "ssm", name);
    REQUIRE(found.row != nullptr);
    const Caller caller{kHome, "arn:aws:iam::012345678901:user/ana", ""};
    return found.row->now(*cloud.model(found.table->name),
                          {cloud, caller, "ssm", found.row->name, input});
  }
  Json must_call(std::string_view name, const Json& input) {
    const auto answer = call(name, input);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return *answer;
  }
  std::string window(const Json& more = Json::object()) {
    Json input{{"Name", "nightly"},
               {"Schedule", "cron(0 10 ? * * *)"},
               {"Duration", 2},
               {"Cutoff", 1},
               {"AllowUnassociatedTargets", true}};
    input.update(more);
    return must_call("CreateMaintenanceWindow", input)["WindowId"].get<std::string>();
  }
  std::string shell_task(const std::string& id, int priority, const Json& more = Json::object()) {
    Json input{
        {"WindowId", id},
        {"TaskType", "RUN_COMMAND"},
        {"TaskArn", "AWS-RunShellScript"},
        {"Priority", priority},
        {"MaxConcurrency", "1"},
        {"MaxErrors", "1"},
        {"Targets", {{{"Key", "InstanceIds"}, {"Values", {"i-1"}}}}},
        {"TaskInvocationParameters", {{"RunCommand", {{"Parameters", {{"commands", {"date"}}}}}}}}};
    input.update(more);
    return must_call("RegisterTaskWithMaintenanceWindow", input)["WindowTaskId"].get<std::string>();
  }
  Json executions(const std::string& id) {
    return must_call("DescribeMaintenanceWindowExecutions", {{"WindowId", id}})["WindowExecutions"];
  }
  Json tasks(const Json& execution) {
    return must_call(
        "DescribeMaintenanceWindowExecutionTasks",
        {{"WindowExecutionId", execution["WindowExecutionId"]}})["WindowExecutionTaskIdentities"];
  }
  /// What the first task of the window's newest execution did on each target.
  Json invocations(const std::string& id) {
    const Json execution = executions(id)[0];
    return must_call(
        "DescribeMaintenanceWindowExecutionTaskInvocations",
        {{"WindowExecutionId", execution["WindowExecutionId"]},
         {"TaskId",
          tasks(execution)[0]["TaskExecutionId"]}})["WindowExecutionTaskInvocationIdentities"];
  }
};

}  // namespace opsim::tests
