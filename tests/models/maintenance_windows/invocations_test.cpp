// On what the tasks of a window run: targets, their limits, and what pseudo parameters stand for.
#include <doctest/doctest.h>

#include "tests/models/maintenance_windows/window_world.hpp"

namespace opsim::tests {

TEST_SUITE("maintenance windows: targets") {
  TEST_CASE("a task runs on every target, which pseudo parameters name") {
    // "About pseudo parameters": the task AWS-StopEC2Instance with {{RESOURCE_ID}}.
    WindowWorld world;
    world.add_instance("i-2", {.tags = {{"Fleet", "web"}}});
    const std::string id = world.window();
    world.must_call(
        "RegisterTaskWithMaintenanceWindow",
        {{"WindowId", id},
         {"TaskType", "AUTOMATION"},
         {"TaskArn", "AWS-StopEC2Instance"},
         {"Priority", 1},
         {"MaxConcurrency", "1"},
         {"MaxErrors", "0"},
         {"Targets", {{{"Key", "tag:Fleet"}, {"Values", {"web"}}}}},
         {"TaskInvocationParameters",
          {{"Automation", {{"Parameters", {{"InstanceId", {"{{ RESOURCE_ID }}"}}}}}}}}});
    world.run_for(2h);
    const Json execution = world.executions(id)[0];
    CHECK(execution["Status"] == "SUCCESS");
    CHECK(world.ec2().instances["i-1"].state == "stopped");
    CHECK(world.ec2().instances["i-2"].state == "stopped");
    const Json list = world.invocations(id);
    REQUIRE(list.size() == 2);
    CHECK(list[1]["Parameters"] == R"({"Parameters":{"InstanceId":["i-2"]}})");
    CHECK(list[1]["StartTime"] >= list[0]["EndTime"]);  // MaxConcurrency 1
    CHECK(world.statuses_told(
              "Maintenance Window Task Target Invocation State-change Notification") ==
          std::vector<std::string>{"IN_PROGRESS", "SUCCESS", "IN_PROGRESS", "SUCCESS"});
  }
  TEST_CASE("MaxErrors: a task that failed too often begins on no further target") {
    for (const auto& [max_errors, begun] : {std::pair{"0", 1}, {"1", 2}, {"50%", 2}}) {
      CAPTURE(max_errors);
      WindowWorld world;
      for (const char* const more : {"i-2", "i-3"}) world.add_instance(more);
      const std::string id = world.window();
      world.must_call("RegisterTaskWithMaintenanceWindow",
                      {{"WindowId", id},
                       {"TaskType", "AUTOMATION"},
                       {"TaskArn", "Nothing"},
                       {"Priority", 1},
                       {"MaxConcurrency", "1"},
                       {"MaxErrors", max_errors},
                       {"Targets", {{{"Key", "InstanceIds"}, {"Values", {"i-1", "i-2", "i-3"}}}}}});
      world.run_for(2h);
      const Json execution = world.executions(id)[0];
      CHECK(execution["Status"] == "FAILED");
      const Json list = world.invocations(id);
      CHECK(list.size() == static_cast<std::size_t>(begun));
    }
  }
  TEST_CASE("registered targets of a task have their turns one by one") {
    // RegisterTargetWithMaintenanceWindow: "its task invocations occur sequentially".
    WindowWorld world;
    world.add_instance("i-2");
    const std::string id = world.window();
    Json ids = Json::array();
    for (const char* const instance : {"i-1", "i-2"})
      ids.push_back(world.must_call(
          "RegisterTargetWithMaintenanceWindow",
          {{"WindowId", id},
           {"ResourceType", "INSTANCE"},
           {"OwnerInformation", "web team"},
           {"Targets", {{{"Key", "InstanceIds"}, {"Values", {instance}}}}}})["WindowTargetId"]);
    world.shell_task(id, 1, {{"Targets", {{{"Key", "WindowTargetIds"}, {"Values", ids}}}}});
    world.run_for(4h);
    const Json execution = world.executions(id)[0];
    const Json list = world.invocations(id);
    REQUIRE(list.size() == 2);
    CHECK(list[0]["WindowTargetId"] == ids[0]);
    CHECK(list[0]["OwnerInformation"] == "web team");
    CHECK(list[1]["StartTime"].get<std::string>() >= "2026-03-02T10:30:00Z");
  }
  TEST_CASE("CutoffBehavior CANCEL_TASK lets an automation run on, and begins no other") {
    // RegisterTaskWithMaintenanceWindow, CutoffBehavior
    WindowWorld world;
    world.add_instance("i-2");
    world.document("Wait", R"(schemaVersion: '0.3'
mainSteps:
  - { name: wait, action: 'aws:sleep', inputs: { Duration: PT90M } }
)");
    const std::string id = world.window();
    world.must_call("RegisterTaskWithMaintenanceWindow",
                    {{"WindowId", id},
                     {"TaskType", "AUTOMATION"},
                     {"TaskArn", "Wait"},
                     {"Priority", 1},
                     {"CutoffBehavior", "CANCEL_TASK"},
                     {"MaxConcurrency", "1"},
                     {"MaxErrors", "0"},
                     {"Targets", {{{"Key", "InstanceIds"}, {"Values", {"i-1", "i-2"}}}}}});
    world.run_for(5h);
    const Json execution = world.executions(id)[0];
    CHECK(execution["Status"] == "TIMED_OUT");
    const Json runs = world.ask("DescribeAutomationExecutions", Json::object())
                          ->at("AutomationExecutionMetadataList");
    REQUIRE(runs.size() == 1);
    CHECK(runs[0]["AutomationExecutionStatus"] == "Success");
  }
  TEST_CASE("a cancelled execution lets its running tasks end, and starts no other") {
    WindowWorld world;
    const std::string id = world.window();
    world.shell_task(id, 1);
    world.shell_task(id, 2);
    world.run_for(70min);
    const Json running = world.executions(id)[0];
    world.must_call("CancelMaintenanceWindowExecution",
                    {{"WindowExecutionId", running["WindowExecutionId"]}});
    CHECK(world.executions(id)[0]["Status"] == "CANCELLING");
    world.run_for(2h);
    CHECK(world.executions(id)[0]["Status"] == "CANCELLED");
    REQUIRE(world.tasks(running).size() == 1);
    CHECK(world.tasks(running)[0]["Status"] == "SUCCESS");
    CHECK(world.call("CancelMaintenanceWindowExecution", {{"WindowExecutionId", "none"}})
              .error()
              .code == "DoesNotExistException");
  }
  TEST_CASE("a task without targets takes no limits, and shows the placeholder 1") {
    // "Registering maintenance window tasks without targets"; troubleshooting-maintenance-windows
    WindowWorld world;
    const std::string id = world.window();
    Json task{{"WindowId", id}, {"TaskType", "AUTOMATION"}, {"TaskArn", "x"}, {"Priority", 1}};
    world.must_call("RegisterTaskWithMaintenanceWindow", task);
    CHECK(world.must_call("DescribeMaintenanceWindowTasks",
                          {{"WindowId", id}})["Tasks"][0]["MaxErrors"] == "1");
    task["MaxErrors"] = "5";
    CHECK(world.call("RegisterTaskWithMaintenanceWindow", task).error().message ==
          "Maintenance window tasks without targets do not support MaxErrors values");
  }
}

}  // namespace opsim::tests
