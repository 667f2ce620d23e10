// Run Command.
#include <doctest/doctest.h>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

std::string send(World& world, const Json& more) {
  Json input{{"DocumentName", "AWS-RunShellScript"}, {"Parameters", {{"commands", {"date"}}}}};
  input.update(more);
  const auto sent = world.ask("SendCommand", input);
  REQUIRE_MESSAGE(sent.has_value(), (sent ? "" : sent.error().message));
  return sent->at("Command").at("CommandId").get<std::string>();
}

Json command(World& world, const std::string& id) {
  return world.ask("ListCommands", {{"CommandId", id}})->at("Commands").at(0);
}

Json invocation(World& world, const std::string& id, std::string_view instance) {
  return *world.ask("GetCommandInvocation", {{"CommandId", id}, {"InstanceId", instance}});
}

/// "Success 3, Terminated 2"
std::string tally(World& world, const std::string& id) {
  std::map<std::string, int> counts;
  for (const ssm::Invocation& one : world.ssm().find_command(id)->invocations)
    ++counts[std::string{ssm::details_of(one.status)}];
  std::string text;
  for (const auto& [status, count] : counts)
    text += (text.empty() ? "" : ", ") + status + " " + std::to_string(count);
  return text;
}

}  // namespace

TEST_SUITE("ssm: run command") {
  TEST_CASE("a command reaches its instance, runs, and ends") {
    World world;
    world.add_instance("i-1");
    world.physics("AWS-RunShellScript", "{ takes: 40s, output: done, changes: { disk: to 30 % } }");
    const std::string id = send(world, {{"InstanceIds", {"i-1"}}});
    CHECK(invocation(world, id, "i-1")["ResponseCode"] == -1);
    world.run_for(5min);
    const Json ended = invocation(world, id, "i-1");
    CHECK(ended["Status"] == "Success");
    CHECK(ended["ResponseCode"] == 0);
    CHECK(ended["StandardOutputContent"] == "done");
    CHECK(ended["ExecutionElapsedTime"] == "PT40.000S");
    CHECK(world.ec2().instances["i-1"].disk == doctest::Approx(30));
    CHECK(command(world, id)["Status"] == "Success");
    CHECK(command(world, id)["CompletedCount"] == 1);
    using Told = std::vector<std::string>;
    CHECK(world.statuses_told("EC2 Command Status-change Notification") ==
          Told{"InProgress", "Success"});
    CHECK(world.statuses_told("EC2 Command Invocation Status-change Notification") ==
          Told{"InProgress", "Success"});
  }
  TEST_CASE("instances that cannot take a command are refused at once") {
    World world;
    world.add_instance("i-1", {.state = "stopped"});
    for (const char* id : {"i-1", "i-9"}) {
      const auto sent = world.ask("SendCommand", {{"DocumentName", "AWS-RunShellScript"},
                                                  {"Parameters", {{"commands", {"date"}}}},
                                                  {"InstanceIds", {id}}});
      REQUIRE_FALSE(sent);
      CHECK(sent.error().code == "InvalidInstanceId");
    }
  }
  TEST_CASE("wrong documents and parameters answer AWS's codes") {
    World world;
    world.add_instance("i-1");
    const auto refusal = [&](Json input) {
      input["InstanceIds"] = {"i-1"};
      return world.ask("SendCommand", input).error().code;
    };
    CHECK(refusal({{"DocumentName", "Nothing"}}) == "InvalidDocument");
    CHECK(refusal({{"DocumentName", "AWS-StopEC2Instance"}}) == "InvalidDocument");
    CHECK(refusal({{"DocumentName", "AWS-RunShellScript"}}) == "InvalidParameters");
    CHECK(refusal({{"DocumentName", "AWS-RunShellScript"},
                   {"Parameters", {{"commands", {"x"}}, {"cmds", {"y"}}}}}) == "InvalidParameters");
    CHECK(refusal({{"DocumentName", "AWS-RunShellScript"},
                   {"Parameters", {{"commands", {"x"}}}},
                   {"MaxErrors", "many"}}) == "ValidationException");
    CHECK(refusal({{"DocumentName", "AWS-RunShellScript"},
                   {"Parameters", {{"commands", {"x"}}}},
                   {"TimeoutSeconds", 5}}) == "ValidationException");
    CHECK(refusal({{"DocumentName", "AWS-RunShellScript"}, {"Parameters", "x"}}) ==
          "InvalidParameters");
  }
  TEST_CASE("a script that fails tells its exit code; one that runs too long is stopped") {
    World world;
    world.add_instance("i-1");
    world.physics("AWS-RunShellScript", "{ takes: 10s, succeeds: 0 %, exit code: 3 }");
    const std::string failed = send(world, {{"InstanceIds", {"i-1"}}});
    world.run_for(5min);
    CHECK(invocation(world, failed, "i-1")["ResponseCode"] == 3);
    CHECK(command(world, failed)["Status"] == "Failed");

    world.physics("AWS-RunShellScript", "{ hangs: 100 % }");
    const std::string hung =
        send(world, {{"InstanceIds", {"i-1"}},
                     {"Parameters", {{"commands", {"x"}}, {"executionTimeout", {"120"}}}}});
    world.run_for(119s);
    CHECK(invocation(world, hung, "i-1")["Status"] == "InProgress");
    world.run_for(1min);
    CHECK(invocation(world, hung, "i-1")["StatusDetails"] == "ExecutionTimedOut");
    CHECK(command(world, hung)["Status"] == "TimedOut");
  }
  TEST_CASE("succeeds when: the condition is read from the instance at the script's end") {
    World world;
    world.add_instance("i-1", {.disk = 99});
    world.add_instance("i-2", {.disk = 91});
    world.physics("AWS-RunShellScript", "{ takes: 10s, succeeds: when disk is below 95 % }");
    const std::string id = send(world, {{"InstanceIds", {"i-1", "i-2"}}, {"MaxErrors", "1"}});
    world.run_for(5min);
    CHECK(invocation(world, id, "i-1")["StandardErrorContent"] ==
          "disk is 99, not disk is below 95 %");
    CHECK(invocation(world, id, "i-2")["Status"] == "Success");
  }
  TEST_CASE(
      "an agent that goes away before delivery times out after TimeoutSeconds and its script's") {
    World world;
    world.add_instance("i-1");
    const std::string id = send(world, {{"InstanceIds", {"i-1"}}, {"TimeoutSeconds", 60}});
    world.ec2().instances["i-1"].state = "stopped";
    world.run_for(59s);
    CHECK(invocation(world, id, "i-1")["Status"] == "Delayed");
    world.run_for(1h);
    CHECK(invocation(world, id, "i-1")["StatusDetails"] == "Delayed");
    world.run_for(1min);
    CHECK(invocation(world, id, "i-1")["StatusDetails"] == "DeliveryTimedOut");
    // worked_examples ssm-count-003: it does not count against MaxErrors
    CHECK(command(world, id)["ErrorCount"] == 0);
  }
  TEST_CASE("a terminated instance is undeliverable") {
    World world;
    world.add_instance("i-1");
    const std::string id = send(world, {{"InstanceIds", {"i-1"}}});
    world.ec2().instances["i-1"].state = "terminated";
    world.run_for(5min);
    CHECK(invocation(world, id, "i-1")["StatusDetails"] == "Undeliverable");
    CHECK(command(world, id)["ErrorCount"] == 0);
  }
  TEST_CASE("a shell script does not run on Windows") {
    World world;
    world.add_instance("i-1", {.platform = "windows"});
    const std::string id = send(world, {{"InstanceIds", {"i-1"}}});
    world.run_for(5min);
    CHECK(invocation(world, id, "i-1")["StatusDetails"] == "InvalidPlatform");
  }
  TEST_CASE("targets by tag; one, two, four at a time; no more after an error too many") {
    World world;
    for (int i = 10; i < 30; ++i)
      world.add_instance("i-" + std::to_string(i), {.tags = {{"Fleet", "web"}}});
    world.add_instance("i-99");
    const Json targets{{"Targets", {{{"Key", "tag:Fleet"}, {"Values", {"web"}}}}}};
    const std::string all = send(world, targets);
    world.run_for(30min);
    CHECK(tally(world, all) == "Success 20");

    world.physics("AWS-RunShellScript", "{ takes: 10s, succeeds: 0 % }");
    Json strict = targets;
    strict["MaxConcurrency"] = "2";
    const std::string stopped = send(world, strict);
    world.run_for(30min);
    // MaxErrors 0: the first error stops; what runs then is let finish.
    CHECK(tally(world, stopped) == "Failed 2, Terminated 18");
    CHECK(command(world, stopped)["Status"] == "Failed");

    strict["MaxErrors"] = "10%";
    strict["MaxConcurrency"] = "1";
    const std::string third = send(world, strict);
    world.run_for(30min);
    CHECK(tally(world, third) == "Failed 3, Terminated 17");
  }
  TEST_CASE("a cancelled command ends at once") {
    World world;
    world.add_instance("i-1");
    world.physics("AWS-RunShellScript", "{ takes: 1h }");
    const std::string id = send(world, {{"InstanceIds", {"i-1"}}});
    world.run_for(1min);
    REQUIRE(world.ask("CancelCommand", {{"CommandId", id}}));
    CHECK(command(world, id)["Status"] == "Cancelled");
    CHECK(invocation(world, id, "i-1")["Status"] == "Cancelled");
  }
  TEST_CASE("steps of schema 2.2: each with its own physics, skipped on other platforms") {
    World world;
    world.add_instance("i-1");
    world.document("Stress", R"(schemaVersion: '2.2'
parameters: { Percent: { type: String, default: '50' } }
mainSteps:
  - name: install
    action: aws:runShellScript
    precondition: { StringEquals: [platformType, Linux] }
    inputs: { runCommand: ['yum install stress-ng'] }
  - name: windows
    action: aws:runPowerShellScript
    precondition: { StringEquals: [platformType, Windows] }
    inputs: { runCommand: ['Write-Host {{ Percent }}'] }
  - name: stress
    action: aws:runShellScript
    inputs: { runCommand: ['stress-ng --fallocate-bytes {{ Percent }}%'], onFailure: exit }
)",
                   "Command");
    world.physics("Stress/install", "{ takes: 30s }");
    world.physics("Stress/windows", "{ takes: 1h }");
    world.physics("Stress/stress", "{ takes: 20s, changes: { disk: +5 % } }");
    const std::string id = send(
        world,
        {{"DocumentName", "Stress"}, {"Parameters", Json::object()}, {"InstanceIds", {"i-1"}}});
    world.run_for(5min);
    CHECK(invocation(world, id, "i-1")["ExecutionElapsedTime"] == "PT50.000S");
    CHECK(world.ec2().instances["i-1"].disk == doctest::Approx(96));
  }
  TEST_CASE("instances with an agent are listed with its state") {
    World world;
    world.add_instance("i-1");
    world.add_instance("i-2", {.state = "stopped"});
    const auto list = world.ask("DescribeInstanceInformation", Json::object());
    CHECK(list->at("InstanceInformationList").size() == 2);
    CHECK(list->at("InstanceInformationList")[1]["PingStatus"] == "ConnectionLost");
    CHECK(list->at("InstanceInformationList")[0]["PlatformName"] == "Amazon Linux");
    const auto online = world.ask("DescribeInstanceInformation",
                                  {{"Filters", {{{"Key", "PingStatus"}, {"Values", {"Online"}}}}}});
    CHECK(online->at("InstanceInformationList").size() == 1);
  }
}

}  // namespace opsim::tests
