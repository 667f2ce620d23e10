// Maintenance windows: Systems Manager User Guide, "AWS Systems Manager Maintenance Windows".
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/maintenance_windows/window.hpp"
#include "tests/models/maintenance_windows/window_world.hpp"

namespace opsim::tests {
namespace {

using maintenance_windows::WindowSchedule;

std::string next_of(std::string_view text, std::string_view zone, int offset, const char* after) {
  const auto schedule = WindowSchedule::parse(text, zone, offset);
  REQUIRE_MESSAGE(schedule.has_value(), (schedule ? "" : schedule.error().message));
  const auto next = schedule->next(kStart, *parse_iso8601(after));
  return next ? iso8601(*next) : "never";
}

}  // namespace

TEST_SUITE("maintenance windows: schedules") {
  TEST_CASE("what a window has is described, and changed member by member") {
    WindowWorld world;
    const std::string id = world.window();
    const std::string task = world.shell_task(id, 5);
    const Json registered =
        world.must_call("RegisterTargetWithMaintenanceWindow",
                        {{"WindowId", id},
                         {"ResourceType", "INSTANCE"},
                         {"Targets", {{{"Key", "tag:Fleet"}, {"Values", {"web"}}}}}});
    const Json targets = world.must_call("DescribeMaintenanceWindowTargets", {{"WindowId", id}});
    CHECK(targets["Targets"][0]["WindowTargetId"] == registered["WindowTargetId"]);
    world.must_call("UpdateMaintenanceWindowTask",
                    {{"WindowId", id}, {"WindowTaskId", task}, {"Priority", 1}});
    const Json listed = world.must_call("DescribeMaintenanceWindowTasks", {{"WindowId", id}});
    CHECK(listed["Tasks"][0]["Priority"] == 1);
    CHECK(listed["Tasks"][0]["Type"] == "RUN_COMMAND");
    const Json one =
        world.must_call("GetMaintenanceWindowTask", {{"WindowId", id}, {"WindowTaskId", task}});
    CHECK(one["TaskInvocationParameters"]["RunCommand"]["Parameters"]["commands"][0] == "date");
    CHECK(world.call("GetMaintenanceWindowTask", {{"WindowId", id}, {"WindowTaskId", "none"}})
              .error()
              .code == "DoesNotExistException");
  }
  TEST_CASE("without a window, the schedule is that of all windows, the soonest first") {
    WindowWorld world;
    world.window();
    const std::string early = world.window({{"Name", "early"}, {"Schedule", "cron(30 9 ? * * *)"}});
    const Json told = world.must_call("DescribeMaintenanceWindowSchedule", Json::object());
    CHECK(told["ScheduledWindowExecutions"].size() == 10);
    CHECK(told["ScheduledWindowExecutions"][0]["WindowId"] == early);
  }
  TEST_CASE("ssm-assoc-007: the third Tuesday and two days, 23:30") {
    CHECK(next_of("cron(30 23 ? * TUE#3 *)", "", 2, "2026-03-02T09:00:00Z") ==
          "2026-03-19T23:30:00Z");
    CHECK(next_of("cron(30 23 ? * TUE#3 *)", "", 2, "2026-03-19T23:30:00Z") ==
          "2026-04-23T23:30:00Z");
  }
  TEST_CASE("expressions of the guide, in the zone of the window") {
    struct Row {
      const char* text;
      const char* zone;
      const char* next;
    };
    constexpr Row rows[] = {
        {"cron(0 2 ? * THU#3 *)", "", "2026-03-19T02:00:00Z"},
        {"cron(15 10 ? * MON-FRI *)", "", "2026-03-02T10:15:00Z"},
        {"cron(0 2 L * ? *)", "", "2026-03-31T02:00:00Z"},
        {"cron(15 10 ? * 6L *)", "", "2026-03-27T10:15:00Z"},
        {"cron(24 30 09 ? * * *)", "", "2026-03-02T09:30:24Z"},
        {"cron(0 16 ? * TUE *)", "America/Los_Angeles", "2026-03-04T00:00:00Z"},
        {"at(2026-07-07T13:15:30)", "America/Los_Angeles", "2026-07-07T20:15:30Z"},
        {"rate(7 days)", "", "2026-03-09T09:00:00Z"},
    };
    for (const auto& [text, zone, next] : rows) {
      CAPTURE(text);
      CHECK(next_of(text, zone, 0, "2026-03-02T09:00:00Z") == next);
    }
  }
  TEST_CASE("a rate counts from StartDate; the last opening is before EndDate") {
    // maintenance-windows-schedule-options, example 2: every Tuesday, as 1 January 2019 is one.
    WindowWorld world;
    const std::string id = world.window({{"Schedule", "rate(7 days)"},
                                         {"ScheduleTimezone", "Asia/Tokyo"},
                                         {"StartDate", "2026-04-01T00:03:15+09:00"},
                                         {"EndDate", "2026-04-20T00:00:00+09:00"}});
    const Json told = world.must_call("DescribeMaintenanceWindowSchedule", {{"WindowId", id}});
    std::vector<std::string> times;
    for (const Json& one : told["ScheduledWindowExecutions"])
      times.push_back(one["ExecutionTime"].get<std::string>());
    CHECK(times == std::vector<std::string>{"2026-03-31T15:03:15Z", "2026-04-07T15:03:15Z",
                                            "2026-04-14T15:03:15Z"});
    CHECK(world.must_call("GetMaintenanceWindow", {{"WindowId", id}})["NextExecutionTime"] ==
          "2026-03-31T15:03:15Z");
  }
  TEST_CASE("a day that has passed does not come back by its offset") {
    // reference-cron-and-rate-expressions: yesterday and two days is not tomorrow.
    WindowWorld world;
    const std::string id =
        world.window({{"Schedule", "cron(30 23 ? * SUN *)"}, {"ScheduleOffset", 2}});
    CHECK(world.must_call("GetMaintenanceWindow", {{"WindowId", id}})["NextExecutionTime"] ==
          "2026-03-10T23:30:00Z");
  }
  TEST_CASE("wrong expressions and zones are refused") {
    CHECK_FALSE(WindowSchedule::parse("every day", "", 0).has_value());
    CHECK_FALSE(WindowSchedule::parse("cron(70 30 09 ? * * *)", "", 0).has_value());
    CHECK_FALSE(WindowSchedule::parse("rate(1 day)", "Mars/Base", 0).has_value());
  }
}

TEST_SUITE("maintenance windows") {
  TEST_CASE("a window runs its tasks by priority") {
    WindowWorld world;
    const std::string id = world.window();
    world.shell_task(id, 2);
    world.shell_task(id, 1);
    world.run_for(4h);
    const Json all = world.executions(id);
    REQUIRE(all.size() == 1);
    CHECK(all[0]["Status"] == "SUCCESS");
    CHECK(all[0]["StartTime"] == "2026-03-02T10:00:00Z");
    const Json tasks = world.tasks(all[0]);
    REQUIRE(tasks.size() == 2);
    CHECK(tasks[0]["Status"] == "SUCCESS");
    CHECK(tasks[1]["StartTime"].get<std::string>() >= "2026-03-02T10:30:00Z");  // after the first
  }
  TEST_CASE("no task starts in the cutoff") {
    WindowWorld world;
    world.physics("AWS-RunShellScript", "{ takes: 61min }");
    const std::string id = world.window();
    world.shell_task(
        id, 1,
        {{"TaskInvocationParameters",
          {{"RunCommand",
            {{"Parameters", {{"commands", {"x"}}, {"executionTimeout", {"9000"}}}}}}}}});
    world.shell_task(id, 2);
    world.run_for(4h);
    const Json execution = world.executions(id)[0];
    CHECK(execution["Status"] == "TIMED_OUT");
    REQUIRE(world.tasks(execution).size() == 1);
    CHECK(world.tasks(execution)[0]["Status"] == "SUCCESS");  // CONTINUE_TASK: it ends
  }
  TEST_CASE("CutoffBehavior CANCEL_TASK stops what runs at the cutoff") {
    WindowWorld world;
    world.physics("AWS-RunShellScript", "{ hangs: 100 % }");
    const std::string id = world.window();
    world.shell_task(id, 1, {{"CutoffBehavior", "CANCEL_TASK"}});
    // The script may run for an hour and a moment: it is cancelled at 11:00.
    world.run_for(3h);
    const Json execution = world.executions(id)[0];
    CHECK(world.tasks(execution)[0]["Status"] == "TIMED_OUT");
    CHECK(world.tasks(execution)[0]["EndTime"] == "2026-03-02T11:00:00Z");
    CHECK(world.call("ListCommands", Json::object())->at("Commands")[0]["Status"] == "Cancelled");
  }
  TEST_CASE("an automation task, and a task that cannot be called") {
    WindowWorld world;
    world.document("Wait", R"(schemaVersion: '0.3'
mainSteps:
  - { name: wait, action: 'aws:sleep', inputs: { Duration: PT5M } }
)");
    const std::string id = world.window();
    world.must_call(
        "RegisterTaskWithMaintenanceWindow",
        {{"WindowId", id}, {"TaskType", "AUTOMATION"}, {"TaskArn", "Wait"}, {"Priority", 1}});
    world.must_call(
        "RegisterTaskWithMaintenanceWindow",
        {{"WindowId", id}, {"TaskType", "AUTOMATION"}, {"TaskArn", "Nothing"}, {"Priority", 2}});
    world.run_for(4h);
    const Json execution = world.executions(id)[0];
    CHECK(execution["Status"] == "FAILED");
    CHECK(world.tasks(execution)[0]["Status"] == "SUCCESS");
    CHECK(world.tasks(execution)[1]["Status"] == "FAILED");
  }
  TEST_CASE("registered targets are used by their id; registration is told") {
    WindowWorld world;
    const std::string id = world.window();
    const Json target =
        world.must_call("RegisterTargetWithMaintenanceWindow",
                        {{"WindowId", id},
                         {"ResourceType", "INSTANCE"},
                         {"Targets", {{{"Key", "tag:Fleet"}, {"Values", {"web"}}}}}});
    world.shell_task(
        id, 1,
        {{"Targets", {{{"Key", "WindowTargetIds"}, {"Values", {target["WindowTargetId"]}}}}}});
    CHECK(world.statuses_told("Maintenance Window Target Registration Notification") ==
          std::vector<std::string>{"REGISTERED"});
    world.run_for(3h);
    CHECK(world.executions(id)[0]["Status"] == "SUCCESS");
    CHECK(world.statuses_told("Maintenance Window Execution State-change Notification") ==
          std::vector<std::string>{"IN_PROGRESS", "SUCCESS"});
    CHECK(world.statuses_told("Maintenance Window Task Execution State-change Notification") ==
          std::vector<std::string>{"IN_PROGRESS", "SUCCESS"});
  }
  TEST_CASE("a window that opens while it is open is skipped; a disabled one never opens") {
    WindowWorld world;
    world.physics("AWS-RunShellScript", "{ takes: 50min }");
    const std::string id = world.window({{"Schedule", "rate(30 minutes)"}});
    world.shell_task(id, 1);
    world.run_for(65min);
    CHECK(world.executions(id)[0]["Status"] == "SKIPPED_OVERLAPPING");
    const std::string idle = world.window({{"Name", "idle"}});
    world.must_call("UpdateMaintenanceWindow", {{"WindowId", idle}, {"Enabled", false}});
    world.run_for(48h);
    CHECK(world.executions(idle).empty());
    CHECK(world.statuses_told("Maintenance Window State-change Notification") ==
          std::vector<std::string>{"DISABLED"});
  }
  TEST_CASE("what cannot be meant is refused") {
    WindowWorld world;
    const auto refusal = [&](const Json& more) {
      Json input{{"Name", "nightly"},
                 {"Schedule", "rate(1 day)"},
                 {"Duration", 2},
                 {"Cutoff", 1},
                 {"AllowUnassociatedTargets", true}};
      input.update(more);
      const auto answer = world.call("CreateMaintenanceWindow", input);
      return answer ? "" : answer.error().code;
    };
    CHECK(refusal(Json::object()) == "");
    for (const Json& more :
         {Json{{"Duration", 25}}, Json{{"Duration", 0}}, Json{{"Cutoff", 24}}, Json{{"Cutoff", 2}},
          Json{{"Schedule", "sometimes"}}, Json{{"ScheduleOffset", 2}},
          Json{{"ScheduleTimezone", "Mars"}}, Json{{"Name", "x"}}}) {
      CAPTURE(more.dump());
      CHECK(refusal(more) == "ValidationException");
    }
    CHECK(world.call("GetMaintenanceWindow", {{"WindowId", "mw-none"}}).error().code ==
          "DoesNotExistException");
    const std::string id = world.window();
    CHECK(world
              .call("RegisterTaskWithMaintenanceWindow",
                    {{"WindowId", id}, {"TaskType", "DANCE"}, {"TaskArn", "x"}})
              .error()
              .code == "ValidationException");
  }
}
}  // namespace opsim::tests
