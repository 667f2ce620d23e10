// Stopping, approving, nesting, queueing, many targets; what is told of it.
#include <doctest/doctest.h>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

constexpr std::string_view kRollBack = R"(schemaVersion: '0.3'
mainSteps:
  - name: breakIt
    action: aws:sleep
    onCancel: step:restore
    onFailure: step:restore
    inputs: { Duration: PT1H }
    isEnd: true
  - name: restore
    action: aws:executeScript
    inputs: { Runtime: python3.11, Handler: h, Script: s }
    isEnd: true
)";

constexpr std::string_view kApproval = R"(schemaVersion: '0.3'
mainSteps:
  - name: ask
    action: aws:approve
    inputs:
      NotificationArn: arn:aws:sns:us-east-1:012345678901:Approvals
      Message: Restart it?
      MinRequiredApprovals: 2
      Approvers: [ana, ben]
  - name: act
    action: aws:sleep
    inputs: { Duration: PT1S }
)";

ApiResult<Json> signal(World& world, const std::string& id, std::string_view type,
                       const std::string& by = "arn:aws:iam::012345678901:user/ana") {
  return world.ask("SendAutomationSignal", {{"AutomationExecutionId", id}, {"SignalType", type}},
                   by);
}

}  // namespace

TEST_SUITE("ssm: the life of an execution") {
  TEST_CASE("a stopped execution is cancelled, after the onCancel workflow of its step") {
    World world;
    world.document("Doc", kRollBack);
    const std::string id = world.start("Doc");
    world.run_for(5min);
    REQUIRE(world.ask("StopAutomationExecution", {{"AutomationExecutionId", id}}));
    CHECK(world.status(id) == "Cancelling");
    world.run_for(2min);
    CHECK(world.steps(id) == "breakIt Cancelled, restore Success");
    CHECK(world.status(id) == "Cancelled");
  }
  TEST_CASE("the cancel workflow is given up after two minutes") {
    World world;
    world.document("Doc", kRollBack);
    world.physics("Doc/restore", "{ hangs: 100 % }");
    const std::string id = world.start("Doc");
    world.run_for(5min);
    REQUIRE(world.ask("StopAutomationExecution", {{"AutomationExecutionId", id}}));
    world.run_for(119s);
    CHECK(world.status(id) == "Cancelling");
    world.run_for(2s);
    CHECK(world.status(id) == "Cancelled");
    CHECK(world.steps(id) == "breakIt Cancelled, restore Cancelled");
  }
  TEST_CASE("Type Complete lets the running step end") {
    World world;
    world.document("Doc", kApproval);
    const std::string id = world.start("Doc");
    world.run_for(1min);
    REQUIRE(world.ask("StopAutomationExecution",
                      {{"AutomationExecutionId", id}, {"Type", "Complete"}}));
    CHECK(world.status(id) == "Waiting");
    REQUIRE(signal(world, id, "Approve"));
    REQUIRE(signal(world, id, "Approve", "arn:aws:iam::012345678901:user/ben"));
    world.run_for(1min);
    CHECK(world.steps(id) == "ask Success");
    CHECK(world.status(id) == "Cancelled");
  }
  TEST_CASE("what has ended cannot be stopped, and what never was is not found") {
    World world;
    const auto unknown = world.ask("StopAutomationExecution", {{"AutomationExecutionId", "x"}});
    CHECK(unknown.error().code == "AutomationExecutionNotFoundException");
    world.document("Doc", kRollBack);
    const std::string id = world.start("Doc");
    world.run_for(2h);
    const auto late = world.ask("StopAutomationExecution", {{"AutomationExecutionId", id}});
    CHECK(late.error().code == "InvalidAutomationStatusUpdateException");
  }

  TEST_CASE("aws:approve waits for as many approvals as it requires, and tells the topic") {
    World world;
    world.document("Doc", kApproval);
    const std::string id = world.start("Doc");
    world.run_for(1min);
    CHECK(world.status(id) == "Waiting");
    REQUIRE(world.ec2().delivered.size() == 1);
    CHECK(world.ec2().delivered[0] ==
          "arn:aws:sns:us-east-1:012345678901:Approvals: Approval required for automation Doc step "
          "ask: Restart it?\nAutomation execution ID: " +
              id);
    REQUIRE(signal(world, id, "Approve"));
    world.run_for(1min);
    CHECK(world.status(id) == "Waiting");
    CHECK(signal(world, id, "Approve").error().code == "InvalidAutomationSignalException");
    REQUIRE(signal(world, id, "Approve", "arn:aws:iam::012345678901:user/ben"));
    world.run_for(1min);
    CHECK(world.status(id) == "Success");
    CHECK(world.step(id, "ask")["Outputs"]["ApprovalStatus"][0] == "Approved");
  }
  TEST_CASE("one rejection fails the step") {
    World world;
    world.document("Doc", kApproval);
    const std::string id = world.start("Doc");
    world.run_for(1min);
    REQUIRE(signal(world, id, "Reject"));
    world.run_for(1min);
    CHECK(world.steps(id) == "ask Failed");
    CHECK(world.status(id) == "Failed");
  }
  TEST_CASE("an approval that nobody gives times out after seven days") {
    World world;
    world.document("Doc", kApproval);
    const std::string id = world.start("Doc");
    world.run_for(24h * 7 - 1min);
    CHECK(world.status(id) == "Waiting");
    world.run_for(3min);
    CHECK(world.status(id) == "TimedOut");
  }
  TEST_CASE("aws:pause goes on with Resume") {
    World world;
    world.document("Doc",
                   "schemaVersion: '0.3'\nmainSteps:\n"
                   "  - { name: pause, action: 'aws:pause', inputs: {} }\n");
    const std::string id = world.start("Doc");
    world.run_for(24h * 30);
    CHECK(world.status(id) == "Waiting");
    CHECK(signal(world, id, "Approve").error().code == "InvalidAutomationSignalException");
    REQUIRE(signal(world, id, "Resume"));
    world.run_for(1min);
    CHECK(world.status(id) == "Success");
  }
  TEST_CASE("StopStep ends the running step, and its onFailure follows") {
    World world;
    world.document("Doc", kRollBack);
    const std::string id = world.start("Doc");
    world.run_for(1min);
    REQUIRE(signal(world, id, "StopStep"));
    world.run_for(2min);
    CHECK(world.steps(id) == "breakIt Cancelled, restore Success");
  }
  TEST_CASE("in Mode Interactive each step waits for StartStep") {
    World world;
    world.document("Doc", kRollBack);
    const auto started =
        world.ask("StartAutomationExecution", {{"DocumentName", "Doc"}, {"Mode", "Interactive"}});
    const auto id = started->at("AutomationExecutionId").get<std::string>();
    world.run_for(1h);
    CHECK(world.status(id) == "Waiting");
    REQUIRE(signal(world, id, "StartStep"));
    world.run_for(2h);
    CHECK(world.steps(id) == "breakIt Success");
  }

  TEST_CASE("aws:executeAutomation runs another document and gives its outputs") {
    World world;
    world.add_instance("i-1");
    world.document("Child", R"(schemaVersion: '0.3'
parameters: { Id: { type: String } }
mainSteps:
  - name: look
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DescribeInstances, InstanceIds: ['{{ Id }}'] }
    outputs: [{ Name: State, Selector: '$..State.Name', Type: StringList }]
outputs: [look.State]
)");
    world.document("Parent", R"(schemaVersion: '0.3'
mainSteps:
  - name: nest
    action: aws:executeAutomation
    inputs: { DocumentName: Child, RuntimeParameters: { Id: i-1 } }
)");
    const std::string id = world.start("Parent");
    world.run_for(5min);
    CHECK(world.status(id) == "Success");
    const Json nest = world.step(id, "nest");
    CHECK(nest["Outputs"]["Status"][0] == "Success");
    CHECK(nest["Outputs"]["Output"] == Json::array({"running"}));
  }
  TEST_CASE("a runbook that starts itself ends in a diagnosis") {
    World world;
    world.document("Loop", R"(schemaVersion: '0.3'
mainSteps:
  - { name: again, action: 'aws:executeAutomation', inputs: { DocumentName: Loop } }
)");
    const std::string id = world.start("Loop");
    world.run_for(1h);
    CHECK(world.status(id) == "Failed");
    const auto list = world.ask("DescribeAutomationExecutions", Json::object());
    CHECK(list->at("AutomationExecutionMetadataList").size() == 6);
    const auto why = world.execution(id)["FailureMessage"].get<std::string>();
    CHECK(why.find("does it start itself?") != std::string::npos);
  }
  TEST_CASE("stopping a parent stops its child") {
    World world;
    world.document("Child", kRollBack);
    world.document("Parent", R"(schemaVersion: '0.3'
mainSteps:
  - { name: nest, action: 'aws:executeAutomation', inputs: { DocumentName: Child } }
)");
    const std::string id = world.start("Parent");
    world.run_for(1min);
    REQUIRE(world.ask("StopAutomationExecution", {{"AutomationExecutionId", id}}));
    world.run_for(5min);
    const auto list =
        world.ask("DescribeAutomationExecutions",
                  {{"Filters", {{{"Key", "ExecutionStatus"}, {"Values", {"Cancelled"}}}}}});
    CHECK(list->at("AutomationExecutionMetadataList").size() == 2);
  }

  TEST_CASE("a hundred executions run; the others wait their turn") {
    World world{Seed{1}, Level::goals};
    world.document("Doc", kRollBack);
    std::vector<std::string> ids;
    for (int i = 0; i < 103; ++i) ids.push_back(world.start("Doc"));
    CHECK(world.status(ids[99]) == "InProgress");
    CHECK(world.status(ids[100]) == "Pending");
    world.run_for(61min);
    CHECK(world.status(ids[99]) == "Success");
    CHECK(world.status(ids[102]) == "InProgress");
    world.run_for(61min);
    CHECK(world.status(ids[102]) == "Success");
  }

  TEST_CASE("with targets, one child for each, up to MaxErrors") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
parameters: { InstanceId: { type: String } }
mainSteps:
  - { name: act, action: 'aws:executeScript', inputs: { Runtime: python3.11, Script: s } }
)");
    Json ids = Json::array();
    for (int i = 0; i < 10; ++i) {
      world.add_instance("i-" + std::to_string(i), {.tags = {{"Fleet", "web"}}});
      ids.push_back("i-" + std::to_string(i));
    }
    Json request{{"DocumentName", "Doc"},
                 {"TargetParameterName", "InstanceId"},
                 {"Targets", {{{"Key", "tag:Fleet"}, {"Values", {"web"}}}}},
                 {"MaxConcurrency", "100%"},
                 {"MaxErrors", "2"}};
    auto started = world.ask("StartAutomationExecution", request);
    REQUIRE(started);
    auto id = started->at("AutomationExecutionId").get<std::string>();
    world.run_for(20min);
    CHECK(world.status(id) == "Success");
    CHECK(world.execution(id)["ProgressCounters"]["SuccessSteps"] == 10);

    world.physics("Doc/act", "{ takes: 1s, succeeds: 0 % }");
    request["Targets"] = {{{"Key", "ParameterValues"}, {"Values", ids}}};
    started = world.ask("StartAutomationExecution", request);
    id = started->at("AutomationExecutionId").get<std::string>();
    world.run_for(20min);
    // One, then two: the third error is one too many.
    CHECK(world.execution(id)["ProgressCounters"]["FailedSteps"] == 3);
    CHECK(world.status(id) == "Failed");
  }

  TEST_CASE("events and journal tell each change of status") {
    World world;
    world.document("Doc", kRollBack);
    world.start("Doc");
    world.run_for(2h);
    using Told = std::vector<std::string>;
    CHECK(world.statuses_told("EC2 Automation Execution Status-change Notification") ==
          Told{"InProgress", "Success"});
    CHECK(world.statuses_told("EC2 Automation Step Status-change Notification") ==
          Told{"InProgress", "Success"});
    const Event& last = world.ec2().events.back();
    CHECK(last.detail.at("Definition") == "Doc");
    CHECK(last.detail.at("DefinitionVersion") == 1);
    CHECK(last.detail.at("StartTime") == "Mar 2, 2026 9:00:00 AM");
    CHECK(last.detail.contains("ExecutedBy"));
    std::vector<std::string> lines;
    for (const JournalEntry& entry : world.journal.entries())
      if (entry.kind == EntryKind::runbook || entry.kind == EntryKind::step)
        lines.push_back(entry.subject + ": " + entry.text.substr(0, 7));
    CHECK(lines == Told{"Doc: started", "Doc/breakIt: ok in 1", "Doc: Success"});
  }
}

}  // namespace opsim::tests
