// Run Command: the worked examples of the guide, row by row, and what reaches no agent.
// AWS: Systems Manager User Guide, "Understanding command statuses" (monitor-commands), "Using
// targets and rate controls" (send-commands-multiple).
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

/// `count` instances with the tag Fleet=web, i-01, i-02, ...
void add_fleet(World& world, int count) {
  for (int i = 1; i <= count; ++i)
    world.add_instance(fmt::format("i-{:02}", i), {.tags = {{"Fleet", "web"}}});
}

std::string send_to_fleet(World& world, const Json& more) {
  Json input{{"DocumentName", "AWS-RunShellScript"},
             {"Parameters", {{"commands", {"date"}}}},
             {"Targets", Json::array({{{"Key", "tag:Fleet"}, {"Values", {"web"}}}})}};
  input.update(more);
  const auto sent = world.ask("SendCommand", input);
  REQUIRE_MESSAGE(sent.has_value(), (sent ? "" : sent.error().message));
  return sent->at("Command").at("CommandId").get<std::string>();
}

Json view_of(World& world, const std::string& id) {
  return world.ask("ListCommands", {{"CommandId", id}})->at("Commands").at(0);
}

std::string details_on(World& world, const std::string& id, std::string_view instance) {
  return world.ask("GetCommandInvocation", {{"CommandId", id}, {"InstanceId", instance}})
      ->at("StatusDetails")
      .get<std::string>();
}

}  // namespace

TEST_SUITE("ssm: run command, worked examples") {
  TEST_CASE("ssm-timeout-001: 600 s and 3,600 s: delivery times out after 4,200 s") {
    World world;
    world.add_instance("i-1");
    const auto sent = world.ask(
        "SendCommand", {{"DocumentName", "AWS-RunShellScript"},
                        {"Parameters", {{"commands", {"date"}}, {"executionTimeout", {"3600"}}}},
                        {"InstanceIds", {"i-1"}},
                        {"TimeoutSeconds", 600}});
    const auto id = sent->at("Command").at("CommandId").get<std::string>();
    world.ec2().instances["i-1"].state = "stopped";
    world.run_for(4199s);
    CHECK(details_on(world, id, "i-1") == "Delayed");
    world.run_for(1s);
    CHECK(details_on(world, id, "i-1") == "DeliveryTimedOut");
    CHECK(sent->at("Command")["ExpiresAfter"] == iso8601(kStart + 4200s));
  }
  TEST_CASE("the default is two hours: 3,600 s to deliver and 3,600 s to run") {
    World world;
    add_fleet(world, 1);
    const std::string id = send_to_fleet(world, Json::object());
    CHECK(view_of(world, id)["TimeoutSeconds"] == 3600);
    CHECK(view_of(world, id)["ExpiresAfter"] == iso8601(kStart + 2h));
  }
  TEST_CASE("ssm-count-003, 004, 005: what did not run does not count against MaxErrors") {
    World world;
    add_fleet(world, 4);
    world.ec2().instances["i-02"].platform = "windows";  // InvalidPlatform
    world.ec2().instances["i-03"].state = "stopped";     // Undeliverable
    world.physics("AWS-RunShellScript", "{ takes: 5s }");
    const std::string id = send_to_fleet(world, {{"MaxErrors", "0"}, {"TimeoutSeconds", 30}});
    world.ec2().instances["i-04"].state = "stopping";  // after it was sent: DeliveryTimedOut
    world.run_for(2h);
    CHECK(details_on(world, id, "i-01") == "Success");
    CHECK(details_on(world, id, "i-02") == "InvalidPlatform");
    CHECK(details_on(world, id, "i-03") == "Undeliverable");
    CHECK(details_on(world, id, "i-04") == "DeliveryTimedOut");
    CHECK(view_of(world, id)["ErrorCount"] == 0);
    CHECK(view_of(world, id)["DeliveryTimedOutCount"] == 1);
  }
  TEST_CASE("four that could not be reached and one success are a success; none is a failure") {
    for (const bool one_works : {true, false}) {
      CAPTURE(one_works);
      World world;
      add_fleet(world, 5);
      for (const char* id : {"i-02", "i-03", "i-04", "i-05"})
        world.ec2().instances[id].state = "stopped";
      if (!one_works) world.ec2().instances["i-01"].state = "stopped";
      const std::string id = send_to_fleet(world, Json::object());
      world.run_for(10min);
      CHECK(view_of(world, id)["Status"] == (one_works ? "Success" : "Failed"));
      CHECK(view_of(world, id)["StatusDetails"] == (one_works ? "Success" : "Undeliverable"));
    }
  }
  TEST_CASE("ssm-err-005: 10 % of 50 stops at the sixth error") {
    World world;
    add_fleet(world, 50);
    world.physics("AWS-RunShellScript", "{ takes: 5s, succeeds: 0 % }");
    const std::string id = send_to_fleet(world, {{"MaxErrors", "10%"}, {"MaxConcurrency", "1"}});
    world.run_for(2h);
    CHECK(view_of(world, id)["ErrorCount"] == 6);
    CHECK(view_of(world, id)["Status"] == "Failed");
    CHECK(details_on(world, id, "i-06") == "Failed");
    CHECK(details_on(world, id, "i-07") == "Terminated");
  }
  TEST_CASE("ssm-conc-002: 10 % of 50 are at most five at a time") {
    World world;
    add_fleet(world, 50);
    world.physics("AWS-RunShellScript", "{ takes: 'uniform(20s, 90s)' }");
    const std::string id = send_to_fleet(world, {{"MaxConcurrency", "10%"}});
    std::ptrdiff_t most = 0;
    for (int i = 0; i < 3600; ++i) {
      world.run_for(1s);
      const auto& all = world.ssm().find_command(id)->invocations;
      most = std::max(
          most, std::ranges::count(all, ssm::CommandStatus::in_progress, &ssm::Invocation::status));
    }
    CHECK(most == 5);
    CHECK(view_of(world, id)["CompletedCount"] == 50);
  }
  TEST_CASE("tags that name nothing: Success, NoInstancesInTag") {
    World world;
    const std::string id = send_to_fleet(world, Json::object());
    world.run_for(1min);
    CHECK(view_of(world, id)["StatusDetails"] == "NoInstancesInTag");
  }
  TEST_CASE("an agent that never answers again: DeliveryTimedOut when the command expires") {
    World world;
    add_fleet(world, 1);
    world.physics("AWS-RunShellScript", "{ takes: 10min }");
    const std::string id = send_to_fleet(world, Json::object());
    world.run_for(1min);
    CHECK(details_on(world, id, "i-01") == "InProgress");
    world.ec2().instances["i-01"].state = "stopped";
    world.run_for(2h - 61s);
    CHECK(details_on(world, id, "i-01") == "InProgress");
    world.run_for(1s);
    CHECK(details_on(world, id, "i-01") == "DeliveryTimedOut");
  }
  TEST_CASE("CancelCommand with InstanceIds cancels there only") {
    World world;
    add_fleet(world, 3);
    world.physics("AWS-RunShellScript", "{ takes: 10min }");
    const std::string id = send_to_fleet(world, Json::object());
    world.run_for(1min);
    REQUIRE(world.ask("CancelCommand", {{"CommandId", id}, {"InstanceIds", {"i-02"}}}).has_value());
    CHECK(details_on(world, id, "i-02") == "Cancelled");
    CHECK(view_of(world, id)["Status"] == "InProgress");
    world.run_for(20min);
    CHECK(details_on(world, id, "i-01") == "Success");
    CHECK(details_on(world, id, "i-02") == "Cancelled");
    CHECK(view_of(world, id)["CompletedCount"] == 3);
  }
  TEST_CASE("GetConnectionStatus says whether the agent answers") {
    World world;
    add_fleet(world, 2);
    world.ec2().instances["i-02"].state = "stopped";
    const auto status = [&](const char* id) {
      return world.ask("GetConnectionStatus", {{"Target", id}})->at("Status").get<std::string>();
    };
    CHECK(status("i-01") == "connected");
    CHECK(status("i-02") == "notconnected");
    CHECK(status("i-none") == "notconnected");
  }
}

}  // namespace opsim::tests
