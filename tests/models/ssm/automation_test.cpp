// Automation: the order of steps, failures, attempts, timeouts, outputs.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/models/ssm/world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

namespace {

constexpr std::string_view kCleanUp = R"(schemaVersion: '0.3'
description: Frees a disk.
assumeRole: '{{ Role }}'
parameters:
  InstanceId: { type: String }
  Role: { type: String, default: '' }
mainSteps:
  - name: checkSpace
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DescribeInstances, InstanceIds: ['{{ InstanceId }}'] }
    outputs:
      - { Name: State, Selector: '$.Reservations[0].Instances[0].State.Name', Type: String }
  - name: clean
    action: aws:runCommand
    inputs:
      DocumentName: AWS-RunShellScript
      InstanceIds: ['{{ InstanceId }}']
      Parameters: { commands: [rm -rf /tmp/cache] }
  - name: verify
    action: aws:runCommand
    inputs:
      DocumentName: AWS-RunShellScript
      InstanceIds: ['{{ InstanceId }}']
      Parameters: { commands: [df /] }
outputs:
  - checkSpace.State
)";

/// A document of scripts: each name is a step; `more` is added to the first.
std::string scripts(std::string_view more) {
  return std::string{
             "schemaVersion: '0.3'\nmainSteps:\n"
             "  - name: first\n    action: aws:executeScript\n"
             "    inputs: { Runtime: python3.11, Handler: h, Script: s }\n"} +
         std::string{more} +
         "  - name: second\n    action: aws:executeScript\n"
         "    inputs: { Runtime: python3.11, Handler: h, Script: s }\n"
         "  - name: last\n    action: aws:executeScript\n"
         "    inputs: { Runtime: python3.11, Handler: h, Script: s }\n";
}

}  // namespace

/// As the API words why a step failed (Automation troubleshooting; public records of failures).
std::string in_guide_words(const std::string& stage, const std::string& reason) {
  return "Step fails when it is " + stage + ". " + reason +
         " Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";
}

TEST_SUITE("ssm: automation") {
  TEST_CASE("a runbook runs its steps in order, as its role, and changes what physics says") {
    World world;
    world.add_instance("i-1");
    world.document("CleanUp", kCleanUp);
    world.physics("CleanUp/clean", "{ takes: 40s, changes: { disk: -41 % } }");
    const std::string id =
        world.start("CleanUp", {{"InstanceId", {"i-1"}}, {"Role", {"arn:aws:iam::1:role/Fixer"}}});
    CHECK(world.status(id) == "InProgress");
    world.run_for(10min);
    CHECK(world.status(id) == "Success");
    CHECK(world.steps(id) == "checkSpace Success, clean Success, verify Success");
    CHECK(world.ec2().instances["i-1"].disk == doctest::Approx(50));
    CHECK(world.execution(id)["Outputs"]["checkSpace.State"][0] == "running");
    CHECK(world.execution(id)["ProgressCounters"]["SuccessSteps"] == 3);
    const Json clean = world.step(id, "clean");
    CHECK(clean["Outputs"]["Status"][0] == "Success");
    CHECK(clean["Inputs"]["InstanceIds"] == R"(["i-1"])");
    CHECK(clean["Action"] == "aws:runCommand");
  }

  TEST_CASE("isCritical and onFailure decide how a failed step counts") {
    // worked_examples ssm-crit-001 to -005 (Systems Manager User Guide, automation-actions)
    struct Row {
      std::string_view step;
      std::string_view status, steps;
    };
    const Row rows[] = {
        {"    onFailure: Abort\n", "Failed", "first Failed"},
        {"", "Failed", "first Failed"},
        {"    onFailure: Continue\n", "Success", "first Failed, second Success, last Success"},
        {"    onFailure: Continue\n    isCritical: true\n", "Failed",
         "first Failed, second Success, last Success"},
        {"    onFailure: step:last\n    isCritical: false\n", "Success",
         "first Failed, last Success"},
        {"    onFailure: step:last\n", "Failed", "first Failed, last Success"},
        {"    onFailure: Continue\n    isEnd: true\n", "Success", "first Failed"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.step);
      World world;
      world.document("Doc", scripts(row.step));
      world.physics("Doc/first", "{ takes: 1s, succeeds: 0 % }");
      const std::string id = world.start("Doc");
      world.run_for(10min);
      CHECK(world.status(id) == row.status);
      CHECK(world.steps(id) == row.steps);
    }
  }

  TEST_CASE("nextStep and isEnd are followed on success") {
    for (const auto& [more, steps] :
         {std::pair{"    nextStep: last\n", "first Success, last Success"},
          {"    isEnd: true\n", "first Success"}}) {
      World world;
      world.document("Doc", scripts(more));
      const std::string id = world.start("Doc");
      world.run_for(10min);
      CHECK(world.steps(id) == steps);
      CHECK(world.status(id) == "Success");
    }
  }

  TEST_CASE("maxAttempts is the number of tries in all") {
    World world;
    world.document("Doc", scripts("    maxAttempts: 3\n"));
    world.physics("Doc/first", "{ takes: 10s, succeeds: 0 %, fails with: no luck }");
    const std::string id = world.start("Doc");
    world.run_for(10min);
    const Json first = world.step(id, "first");
    CHECK(first["MaxAttempts"] == 3);
    const std::string told = in_guide_words("Poll action status for completion", "no luck.");
    CHECK(first["FailureMessage"] == told);
    CHECK(world.execution(id)["FailureMessage"] == told);
  }

  TEST_CASE("a step times out after its timeoutSeconds, and so does the execution") {
    World world;
    world.document("Doc", scripts("    timeoutSeconds: 30\n    onFailure: step:last\n"));
    world.physics("Doc/first", "{ hangs: 100 % }");
    const std::string id = world.start("Doc");
    world.run_for(10min);
    CHECK(world.steps(id) == "first TimedOut, last Success");
    // runbook_scenarios: an execution whose critical step timed out ends TimedOut
    CHECK(world.status(id) == "TimedOut");
  }

  TEST_CASE("a script without a timeout of its own is given up after ten minutes") {
    World world;
    world.document("Doc", scripts(""));
    world.physics("Doc/first", "{ hangs: 100 % }");
    const std::string id = world.start("Doc");
    world.run_for(9min);
    CHECK(world.status(id) == "InProgress");
    world.run_for(2min);
    CHECK(world.steps(id) == "first TimedOut");
  }

  TEST_CASE("aws:branch goes to the first choice that holds") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
parameters: { Stage: { type: String } }
mainSteps:
  - name: choose
    action: aws:branch
    inputs:
      Choices:
        - { NextStep: prod, Variable: '{{ Stage }}', StringEquals: prod }
        - NextStep: test
          And:
            - { Variable: '{{ Stage }}', StartsWith: te }
            - Not: { Variable: '{{ Stage }}', EndsWith: x }
  - name: other
    action: aws:sleep
    inputs: { Duration: PT1S }
    isEnd: true
  - name: prod
    action: aws:sleep
    inputs: { Duration: PT1S }
    isEnd: true
  - name: test
    action: aws:sleep
    inputs: { Duration: PT1S }
)");
    for (const auto& [stage, steps] : {std::pair{"prod", "choose Success, prod Success"},
                                       {"test", "choose Success, test Success"},
                                       {"tex", "choose Success, other Success"}}) {
      const std::string id = world.start("Doc", {{"Stage", {stage}}});
      world.run_for(5min);
      CHECK(world.steps(id) == steps);
    }
  }

  TEST_CASE("steps that lead back to themselves end in a diagnosis") {
    World world{Seed{1}, Level::goals};
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - { name: again, action: 'aws:sleep', inputs: { Duration: PT1S } }
  - name: back
    action: aws:branch
    inputs: { Choices: [{ NextStep: again, Variable: a, StringEquals: a }] }
)");
    const std::string id = world.start("Doc");
    world.run_for(24h * 30);
    CHECK(world.status(id) == "Failed");
    CHECK(world.execution(id)["FailureMessage"] ==
          "10000 steps ran; again leads back to itself without end");
  }

  TEST_CASE("aws:sleep takes a duration or a time, and refuses what is neither") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
parameters: { Wait: { type: String } }
mainSteps:
  - { name: sleep, action: 'aws:sleep', inputs: { Duration: '{{ Wait }}' } }
)");
    const std::string good = world.start("Doc", {{"Wait", {"PT2M"}}});
    const std::string bad = world.start("Doc", {{"Wait", {"2min"}}});
    const std::string long_one = world.start("Doc", {{"Wait", {"P7D"}}});
    world.run_for(5min);
    CHECK(world.status(good) == "Success");
    CHECK(world.status(bad) == "Failed");
    CHECK(
        world.execution(long_one)["FailureMessage"] ==
        in_guide_words("Execute/Cancelling action", "Duration P7D is longer than 604799 seconds."));
  }

  TEST_CASE("aws:waitForAwsResourceProperty waits for the value, an hour at most") {
    World world;
    world.add_instance("i-1", {.state = "stopped"});
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - name: wait
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: EC2, Api: describe_instances, InstanceIds: [i-1],
        PropertySelector: '$.Reservations[0].Instances[0].State.Name', DesiredValues: [running] }
)");
    const std::string comes = world.start("Doc");
    world.run_for(5min);
    CHECK(world.status(comes) == "InProgress");
    world.ec2().instances["i-1"].state = "running";
    world.run_for(1min);
    CHECK(world.status(comes) == "Success");
    world.ec2().instances["i-1"].state = "stopped";
    const std::string never = world.start("Doc");
    world.run_for(59min);
    CHECK(world.status(never) == "InProgress");
    world.run_for(3min);
    CHECK(world.status(never) == "TimedOut");
  }

  TEST_CASE("aws:assertAwsResourceProperty fails with what it found") {
    World world;
    world.add_instance("i-1", {.state = "stopped"});
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - name: assert
    action: aws:assertAwsResourceProperty
    inputs:
      { Service: ec2, Api: DescribeInstances, InstanceIds: [i-1],
        PropertySelector: '$..State.Name', DesiredValues: [running, pending] }
)");
    const std::string id = world.start("Doc");
    world.run_for(5min);
    CHECK(world.step(id, "assert")["FailureMessage"] ==
          in_guide_words("Execute/Cancelling action",
                         "$..State.Name is stopped, not running or pending."));
  }

  TEST_CASE("a refused call fails the step with the service's own words") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - { name: look, action: 'aws:executeAwsApi',
      inputs: { Service: ec2, Api: DescribeInstances, InstanceIds: [i-9] } }
)");
    const std::string id = world.start("Doc");
    world.run_for(5min);
    CHECK(world.step(id, "look")["FailureMessage"] ==
          in_guide_words(
              "Execute/Cancelling action",
              "An error occurred (InvalidInstanceID.NotFound) when calling the DescribeInstances "
              "operation: The instance ID 'i-9' does not exist."));
  }

  TEST_CASE("an API without a model fails and says so, unless physics says what it answers") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - name: look
    action: aws:executeAwsApi
    inputs: { Service: rds, Api: DescribeDBInstances }
    outputs: [{ Name: Status, Selector: '$.DBInstances[0].Status', Type: String }]
)");
    const std::string without = world.start("Doc");
    world.run_for(5min);
    CHECK(world.status(without) == "Failed");
    world.physics("Doc/look", "{ takes: 1s, payload: { DBInstances: [{ Status: available }] } }");
    const std::string with = world.start("Doc");
    world.run_for(5min);
    CHECK(world.status(with) == "Success");
    CHECK(world.step(with, "look")["Outputs"]["Status"][0] == "available");
  }

  TEST_CASE("aws:changeInstanceState stops, waits and starts; AWS-RestartEC2Instance does both") {
    World world;
    world.add_instance("i-1");
    const std::string id = world.start("AWS-RestartEC2Instance", {{"InstanceId", {"i-1"}}});
    world.run_for(10min);
    CHECK(world.steps(id) == "stopInstances Success, startInstances Success");
    CHECK(world.ec2().calls.size() == 2);
    CHECK(world.ec2().instances["i-1"].state == "running");
  }

  TEST_CASE("documents that are not there are named, with the nearest that is") {
    World world;
    world.document("CleanUp", kCleanUp);
    const auto wrong = world.ask("StartAutomationExecution", {{"DocumentName", "CleanUpp"}});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == "AutomationDefinitionNotFoundException");
    CHECK(wrong.error().message ==
          R"(Document with name CleanUpp does not exist.; did you mean "CleanUp"?)");
    const auto aws =
        world.ask("StartAutomationExecution", {{"DocumentName", "AWS-StopEC2Instanc"}});
    CHECK(
        aws.error().message ==
        R"(AWS's own document "AWS-StopEC2Instanc" is not simulated; did you mean "AWS-StopEC2Instance"?)");
  }

  TEST_CASE("the same seed plays the same story; another seed another") {
    const auto play = [](Seed seed) {
      World world{seed};
      world.add_instance("i-1");
      world.document("CleanUp", kCleanUp);
      const std::string id = world.start("CleanUp", {{"InstanceId", {"i-1"}}});
      world.run_for(1h);
      return world.execution(id).dump();
    };
    CHECK(play(Seed{7}) == play(Seed{7}));
    CHECK(play(Seed{7}) != play(Seed{8}));
  }
}

}  // namespace opsim::tests
