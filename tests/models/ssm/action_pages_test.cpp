// What the pages of single actions say of their inputs and outputs.
// AWS: Systems Manager User Guide, "Systems Manager Automation actions reference".
#include <doctest/doctest.h>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

/// A runbook of one step that runs a script of a command on the instances of `targets`.
std::string command_on(const std::string& document, const std::string& targets) {
  return "schemaVersion: '0.3'\nmainSteps:\n  - name: run\n    action: aws:runCommand\n"
         "    inputs:\n      DocumentName: " +
         document + "\n      " + targets + "\n      Parameters: { commands: [df] }\n";
}

Json outputs_of_run(World& world, const std::string& name) {
  const std::string id = world.start(name);
  world.run_for(10min);
  CHECK(world.status(id) == "Success");
  return world.step(id, "run")["Outputs"];
}

constexpr std::string_view kTagged = R"(schemaVersion: '0.3'
parameters: { Ids: { type: StringList } }
mainSteps:
  - name: tag
    action: aws:createTags
    inputs: { ResourceType: Parameter, ResourceIds: '{{ Ids }}', Tags: [{ Key: a, Value: b }] }
)";

/// A service that is too busy to answer until some time.
class Busy : public Model {
 public:
  explicit Busy(Cloud& of) : cloud{of} {}
  Cloud& cloud;
};
ApiResult<Json> look(Busy& busy, const Request&) {
  if (busy.cloud.sim().now() < kStart + 10min)
    return ApiError{"ThrottlingException", "Rate exceeded"};
  return Json::object();
}
constexpr Operation kBusyOperations[] = {{.name = "Look", .now = &immediate<Busy, look>}};
const Service kBusy{
    .name = "busy",
    .title = "stand-in",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Busy>(cloud); },
    .operations = kBusyOperations};

}  // namespace

TEST_SUITE("ssm: what the pages of actions say") {
  TEST_CASE("aws:executeScript and aws:invokeLambdaFunction: a step can shorten the limit only") {
    // "can run up to a maximum duration of 600 seconds", "of 300 seconds".
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - name: script
    action: aws:executeScript
    timeoutSeconds: 1200
    onFailure: Continue
    inputs: { Runtime: python3.11, Handler: h, Script: s }
  - name: function
    action: aws:invokeLambdaFunction
    timeoutSeconds: 900
    onFailure: Continue
    inputs: { FunctionName: f }
  - name: short
    action: aws:executeScript
    timeoutSeconds: 30
    onFailure: Continue
    inputs: { Runtime: python3.11, Handler: h, Script: s }
)");
    world.physics("Doc/script", "{ takes: 11min }");
    world.physics("Doc/function", "{ takes: 6min }");
    world.physics("Doc/short", "{ takes: 40s }");
    const std::string id = world.start("Doc");
    world.run_for(1h);
    CHECK(world.steps(id) == "script TimedOut, function TimedOut, short TimedOut");
  }

  TEST_CASE("aws:changeInstanceState: FailOnUnexpectedStopped fails where an instance stops") {
    for (const bool fails : {true, false}) {
      World world;
      world.add_instance("i-1", {.state = "pending"});
      world.document("Doc", std::string{R"(schemaVersion: '0.3'
mainSteps:
  - name: start
    action: aws:changeInstanceState
    timeoutSeconds: 600
    inputs: { InstanceIds: [i-1], DesiredState: running, CheckStateOnly: true,
              FailOnUnexpectedStopped: )"} +
                                (fails ? "true }" : "false }"));
      const std::string id = world.start("Doc");
      world.run_for(1min);
      world.ec2().instances["i-1"].state = "stopped";
      world.run_for(1min);
      CHECK(world.status(id) == (fails ? "Failed" : "InProgress"));
      world.run_for(1h);
      CHECK(world.status(id) == (fails ? "Failed" : "TimedOut"));
    }
  }

  TEST_CASE("a throttled call is tried again as long as the account's setting says") {
    // "Configuring automatic retry for throttled operations": from 0 to 3600 seconds.
    constexpr const char* setting = "/ssm/automation/throttled-retry-time-limit";
    const Service* const services[] = {&kSsm, &kFakeEc2, &kBusy};
    for (const bool patient : {true, false}) {
      World world{Seed{1}, Level::everything, services};
      CHECK(world.ask("UpdateServiceSetting", {{"SettingId", setting}, {"SettingValue", "3601"}})
                .error()
                .code == "ValidationException");
      if (patient)
        REQUIRE(
            world.ask("UpdateServiceSetting", {{"SettingId", setting}, {"SettingValue", "900"}}));
      world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - { name: look, action: 'aws:executeAwsApi', inputs: { Service: busy, Api: Look } }
)");
      const std::string id = world.start("Doc");
      world.run_for(1h);
      CHECK(world.status(id) == (patient ? "Success" : "Failed"));
    }
  }

  TEST_CASE("aws:runCommand: no Output of several instances or of a tag") {
    // "If you target a tag or multiple instances with your command, no output value is returned."
    World world;
    for (const char* const id : {"i-1", "i-2"}) world.add_instance(id, {.tags = {{"App", id}}});
    world.physics("AWS-RunShellScript", "{ takes: 5s, output: full }");
    world.document("One", command_on("AWS-RunShellScript", "InstanceIds: [i-1]"));
    world.document("Two", command_on("AWS-RunShellScript", "InstanceIds: [i-1, i-2]"));
    world.document(
        "Tag", command_on("AWS-RunShellScript", "Targets: [{ Key: 'tag:App', Values: [i-1] }]"));
    CHECK(outputs_of_run(world, "One")["Output"] == Json::array({"full"}));
    CHECK(outputs_of_run(world, "One")["ResponseCode"] == Json::array({"0"}));
    CHECK_FALSE(outputs_of_run(world, "Two").contains("Output"));
    CHECK_FALSE(outputs_of_run(world, "Tag").contains("Output"));
  }

  TEST_CASE("aws:runCommand: no ResponseCode of a document of more than one step") {
    World world;
    world.add_instance("i-1");
    world.document("Steps", R"(schemaVersion: '2.2'
parameters: { commands: { type: StringList } }
mainSteps:
  - { name: a, action: 'aws:runShellScript', inputs: { runCommand: '{{ commands }}' } }
  - { name: b, action: 'aws:runShellScript', inputs: { runCommand: '{{ commands }}' } }
)",
                   "Command");
    world.document("Doc", command_on("Steps", "InstanceIds: [i-1]"));
    const Json outputs = outputs_of_run(world, "Doc");
    CHECK(outputs.contains("Output"));
    CHECK_FALSE(outputs.contains("ResponseCode"));
  }

  TEST_CASE("aws:createTags: a parameter is tagged by Systems Manager, one at a time") {
    World world;
    REQUIRE(world.ask("PutParameter", {{"Name", "/x"}, {"Value", "1"}, {"Type", "String"}}));
    world.document("Doc", kTagged);
    const std::string one = world.start("Doc", {{"Ids", {"/x"}}});
    const std::string two = world.start("Doc", {{"Ids", {"/x", "/y"}}});
    world.run_for(5min);
    CHECK(world.status(one) == "Success");
    const auto tags =
        world.ask("ListTagsForResource", {{"ResourceType", "Parameter"}, {"ResourceId", "/x"}});
    REQUIRE(tags);
    CHECK((*tags)["TagList"][0]["Value"].get<std::string>() == "b");
    // "If resource type is not EC2, this field can contain only a single item."
    CHECK(world.status(two) == "Failed");
  }

  TEST_CASE("aws:createTags: ResourceType is one of four") {
    World world;
    const auto refused =
        world.ask("CreateDocument",
                  {{"Name", "Doc"},
                   {"DocumentType", "Automation"},
                   {"DocumentFormat", "YAML"},
                   {"Content",
                    "schemaVersion: '0.3'\nmainSteps:\n  - name: t\n    action: aws:createTags\n"
                    "    inputs: { ResourceType: Bucket, ResourceIds: [x], Tags: [] }\n"}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "InvalidDocumentContent");
  }

  TEST_CASE("automation-branchdocs: an infinite loop is refused, with its circle") {
    World world;
    const auto refused = world.ask(
        "CreateDocument",
        {{"Name", "Doc"},
         {"DocumentType", "Automation"},
         {"DocumentFormat", "YAML"},
         {"Content",
          "schemaVersion: '0.3'\nmainSteps:\n"
          "  - { name: a, action: 'aws:sleep', inputs: { Duration: PT1S } }\n"
          "  - { name: b, action: 'aws:sleep', inputs: { Duration: PT1S } }\n"
          "  - { name: c, action: 'aws:sleep', inputs: { Duration: PT1S }, nextStep: b }\n"}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "Doc:4:5: step b: an infinite loop: b -> c -> b");
  }

  TEST_CASE("aws:approve: MinRequiredApprovals cannot exceed the number of Approvers") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - name: ask
    action: aws:approve
    inputs: { MinRequiredApprovals: 2, Approvers: [ana] }
)");
    const std::string id = world.start("Doc");
    world.run_for(1min);
    CHECK(world.status(id) == "Failed");
  }

  TEST_CASE("aws:loop: the page's do-while reads what a function returned by $.Retry") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - name: again
    action: aws:loop
    inputs:
      Steps:
        - name: invokeMyLambda
          action: aws:invokeLambdaFunction
          inputs: { FunctionName: LambdaFunctionName }
          outputs:
            - { Name: ShouldRetry, Selector: $.Retry, Type: Boolean }
            - { Name: Same, Selector: $.Payload.Retry, Type: Boolean }
      LoopCondition: { Variable: '{{ invokeMyLambda.ShouldRetry }}', BooleanEquals: true }
      MaxIterations: 3
)");
    world.physics("Doc/invokeMyLambda", "{ takes: 1s, payload: { Retry: true } }");
    const std::string id = world.start("Doc");
    world.run_for(10min);
    CHECK(world.status(id) == "Success");
    CHECK(world.step(id, "again")["Outputs"]["CurrentIteration"][0] == "3");
    CHECK(world.step(id, "invokeMyLambda")["Outputs"]["Same"][0] == "true");
  }

  TEST_CASE("automation-action-outputs-inputs: a value becomes what its output declares") {
    World world;
    world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - name: look
    action: aws:executeScript
    inputs: { Runtime: python3.11, Handler: h, Script: s }
    outputs:
      - { Name: NumberAsText, Selector: $.Payload.three }
      - { Name: FlagAsList, Selector: $.Payload.yes, Type: StringList }
      - { Name: TextAsNumber, Selector: $.Payload.four, Type: Integer }
      - { Name: TextAsFlag, Selector: $.Payload.no, Type: Boolean }
      - { Name: ListAsNumber, Selector: $.Payload.five, Type: Integer }
)");
    world.physics("Doc/look",
                  "{ payload: { three: 3, yes: true, four: '4', 'no': 'false', five: ['5'] } }");
    const std::string id = world.start("Doc");
    world.run_for(1min);
    const ssm::Execution& execution = *world.ssm().find_execution(id);
    const auto value = [&](std::string_view name) {
      const Json* found = ssm::output_of(execution, 0, name);
      REQUIRE(found != nullptr);
      return *found;
    };
    CHECK(value("NumberAsText") == Json("3"));
    CHECK(value("FlagAsList") == Json::array({"true"}));
    CHECK(value("TextAsNumber") == Json(4));
    CHECK(value("TextAsFlag") == Json(false));
    CHECK(value("ListAsNumber") == Json(5));
  }
}

}  // namespace opsim::tests
