// Documents and parameters: made by calls and by templates; started by rules.
#include <doctest/doctest.h>

#include "models/ssm/aws_document_text.hpp"
#include "models/ssm/operations.hpp"
#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

constexpr std::string_view kSleep = R"(schemaVersion: '0.3'
description: Waits.
parameters:
  Wait: { type: String, default: PT1M }
mainSteps:
  - { name: wait, action: 'aws:sleep', inputs: { Duration: '{{ Wait }}' } }
)";

/// Stands up one resource of a template, as the scenario reader does.
ApiResult<Created> stand_up(World& world, std::string_view yaml) {
  const Document read = read_yaml("stack.yaml", yaml);
  const Node text = read.root.at(0);
  const Json resource = text.to_json();
  const std::string logical_id{read.root.entry(0).key};
  const ResourceRequest request{world.cloud,
                                kHome,
                                "web",
                                logical_id,
                                "AWS::SSM::Document",
                                resource.at("Properties"),
                                resource,
                                text.source(),
                                text};
  ApiResult<Created> made = ssm::create_document_resource(world.ssm(), request);
  if (!made) return made;
  Resource entry;
  entry.logical_id = logical_id;
  entry.type = "AWS::SSM::Document";
  entry.physical_id = made->physical_id;
  entry.arn = made->arn;
  entry.place = kHome;
  world.cloud.resources().add(std::move(entry));
  return made;
}

std::string sources(World& world, const std::string& name) {
  const ssm::DocumentSpec& spec = *world.ssm().find_document(kHome, name)->versions[0].spec;
  std::string text = spec.source;
  for (const ssm::StepSpec& step : spec.steps) text += " " + step.source;
  return text;
}

}  // namespace

TEST_SUITE("ssm: documents") {
  TEST_CASE("a document is run by another account once it is shared, by its ARN") {
    World world;
    world.document("Wait", kSleep);
    const std::string arn = "arn:aws:ssm:us-east-1:012345678901:document/Wait";
    const Place other{"210987654321", "us-east-1"};
    const auto seen = [&] { return world.ssm().find_document(other, arn) != nullptr; };
    CHECK_FALSE(seen());
    const auto share = [&](const Json& more) {
      Json input{{"Name", "Wait"}, {"PermissionType", "Share"}};
      input.update(more);
      const auto done = world.ask("ModifyDocumentPermission", input);
      return done ? std::string{} : done.error().code;
    };
    CHECK(share({{"AccountIdsToAdd", {"me"}}}) == "ValidationException");
    CHECK(share({{"AccountIdsToAdd", {other.account}}}) == "");
    CHECK(seen());
    CHECK(world.ssm().find_document(other, "Wait") == nullptr);  // not by its name alone
    const auto told =
        world.ask("DescribeDocumentPermission", {{"Name", "Wait"}, {"PermissionType", "Share"}});
    CHECK(told->at("AccountIds")[0] == other.account);
    CHECK(share({{"AccountIdsToRemove", {other.account}}}) == "");
    CHECK_FALSE(seen());
    CHECK(share({{"AccountIdsToAdd", {"all"}}}) == "");
    CHECK(seen());
  }
  TEST_CASE("versions are listed, the newest first") {
    World world;
    world.document("Wait", kSleep);
    std::string other{kSleep};
    other.replace(other.find("PT1M"), 4, "PT2M");
    REQUIRE(world.ask("UpdateDocument", {{"Name", "Wait"},
                                         {"Content", other},
                                         {"DocumentFormat", "YAML"},
                                         {"DocumentVersion", "$LATEST"}}));
    const auto listed = world.ask("ListDocumentVersions", {{"Name", "Wait"}});
    CHECK(listed->at("DocumentVersions")[0]["DocumentVersion"] == "2");
    CHECK(listed->at("DocumentVersions")[1]["IsDefaultVersion"] == true);
  }
  TEST_CASE("are made, described, updated in versions, and deleted") {
    World world;
    world.document("Wait", kSleep);
    const auto described = world.ask("DescribeDocument", {{"Name", "Wait"}});
    REQUIRE(described);
    CHECK(described->at("Document")["DocumentType"] == "Automation");
    CHECK(described->at("Document")["Parameters"][0]["DefaultValue"] == "PT1M");
    CHECK(world.ask("GetDocument", {{"Name", "Wait"}})->at("Content") == kSleep);

    std::string changed{kSleep};
    changed.replace(changed.find("PT1M"), 4, "PT2M");
    REQUIRE(world.ask("UpdateDocument", {{"Name", "Wait"}, {"Content", changed}}));
    CHECK(world.ask("UpdateDocument", {{"Name", "Wait"}, {"Content", changed}}).error().code ==
          "DuplicateDocumentContent");
    CHECK(world.ask("GetDocument", {{"Name", "Wait"}})->at("DocumentVersion") == "1");
    CHECK(world.ask("GetDocument", {{"Name", "Wait"}, {"DocumentVersion", "$LATEST"}})
              ->at("DocumentVersion") == "2");
    REQUIRE(
        world.ask("UpdateDocumentDefaultVersion", {{"Name", "Wait"}, {"DocumentVersion", "2"}}));
    CHECK(world.ask("GetDocument", {{"Name", "Wait"}})->at("DocumentVersion") == "2");
    CHECK(world.ask("GetDocument", {{"Name", "Wait"}, {"DocumentVersion", "3"}}).error().code ==
          "InvalidDocumentVersion");
    REQUIRE(world.ask("DeleteDocument", {{"Name", "Wait"}}));
    CHECK(world.ask("GetDocument", {{"Name", "Wait"}}).error().code == "InvalidDocument");
  }
  TEST_CASE("what is wrong answers AWS's codes, with every complaint") {
    World world;
    const auto refusal = [&](const Json& input) {
      const auto made = world.ask("CreateDocument", input);
      return made ? std::string{"made"} : made.error().code;
    };
    CHECK(refusal({{"Name", "Doc"}, {"Content", ""}}) == "InvalidDocumentContent");
    CHECK(refusal({{"Name", "Doc"}, {"Content", "a: [1"}}) == "InvalidDocumentContent");
    CHECK(refusal({{"Name", "Doc"}, {"Content", kSleep}}) == "InvalidDocumentContent");  // Command
    CHECK(refusal({{"Name", "Doc"}, {"Content", kSleep}, {"DocumentType", "Runbook"}}) ==
          "ValidationException");
    CHECK(refusal({{"Name", "a b"}, {"Content", kSleep}, {"DocumentType", "Automation"}}) ==
          "ValidationException");
    CHECK(refusal({{"Name", "AWS-Mine"}, {"Content", kSleep}, {"DocumentType", "Automation"}}) ==
          "ValidationException");
    CHECK(refusal({{"Name", "Doc"},
                   {"Content", std::string(70'000, ' ') + std::string{kSleep}},
                   {"DocumentType", "Automation"}}) == "MaxDocumentSizeExceeded");
    CHECK(refusal({{"Name", 7}, {"Content", Json::array()}}) == "InvalidDocumentContent");
    world.document("Doc", kSleep);
    CHECK(refusal({{"Name", "Doc"}, {"Content", kSleep}, {"DocumentType", "Automation"}}) ==
          "DocumentAlreadyExists");
  }
  TEST_CASE("AWS's own are written in a short form, which says what YAML says") {
    const ssm::AwsDocument short_form{
        "Stop", "Stops a database.", "Id; Force: Boolean = false; Kind in [a, b] = a",
        "Stop: api rds:StopDBInstance { DBInstanceIdentifier: '{{ Id }}' }\n"
        "  gives State = $.DBInstance.DBInstanceStatus\n"
        "Wait: wait rds:DescribeDBInstances -> $.DBInstances[0].Status = [stopped]\n"
        "  isEnd: true",
        "[Stop.State]"};
    const Json made = read_yaml("made", ssm::runbook_text(short_form)).root.to_json();
    const Json written = read_yaml("written", R"(schemaVersion: '0.3'
description: Stops a database.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  Id: { type: String }
  Force: { type: Boolean, default: false }
  Kind: { type: String, default: a, allowedValues: [a, b] }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: { Service: rds, Api: StopDBInstance, DBInstanceIdentifier: '{{ Id }}' }
    outputs: [{ Name: State, Selector: $.DBInstance.DBInstanceStatus, Type: String }]
  - name: Wait
    action: aws:waitForAwsResourceProperty
    isEnd: true
    inputs: { Service: rds, Api: DescribeDBInstances,
              PropertySelector: '$.DBInstances[0].Status', DesiredValues: [stopped] }
outputs: [Stop.State]
)")
                             .root.to_json();
    CHECK(made == written);
  }
  TEST_CASE("AWS's own are listed among them") {
    World world;
    world.document("Wait", kSleep);
    const auto own = world.ask(
        "ListDocuments",
        {{"Filters", Json::array({{{"Key", "Owner"}, {"Values", Json::array({"Self"})}}})}});
    CHECK(own->at("DocumentIdentifiers").size() == 1);
    const auto all = world.ask("ListDocuments", Json::object());
    const auto owned_by = [&](const char* owner) {
      return std::ranges::count_if(all->at("DocumentIdentifiers"), [&](const Json& document) {
        return document.at("Owner") == owner;
      });
    };
    CHECK(owned_by("Amazon") >= 5);
    CHECK(owned_by("Amazon") + 1 == std::ssize(all->at("DocumentIdentifiers")));
  }
  TEST_CASE("of a template: content as an object keeps the line of every step") {
    World world;
    const auto made = stand_up(world, R"(CleanUp:
  Type: AWS::SSM::Document
  Properties:
    DocumentType: Automation
    Content:
      schemaVersion: '0.3'
      mainSteps:
        - { name: one, action: 'aws:sleep', inputs: { Duration: PT1S } }
        - { name: two, action: 'aws:sleep', inputs: { Duration: PT1S } }
)");
    REQUIRE(made.has_value());
    CHECK(made->physical_id.starts_with("web-CleanUp-"));
    CHECK(sources(world, made->physical_id) == "stack.yaml:6 stack.yaml:8 stack.yaml:9");
    world.start(made->physical_id);
    world.run_for(5min);
    CHECK(world.journal.entries().back().subject != "");
    bool told = false;
    for (const JournalEntry& entry : world.journal.entries())
      told = told || (entry.subject == "CleanUp/two" && entry.source == "stack.yaml:9");
    CHECK(told);
  }
  TEST_CASE("of a template: content as a block of text, too") {
    World world;
    const auto made = stand_up(world, R"(CleanUp:
  Type: AWS::SSM::Document
  Properties:
    Name: CleanUp
    DocumentType: Automation
    Content: |
      schemaVersion: '0.3'
      mainSteps:
        - { name: one, action: 'aws:sleep', inputs: { Duration: PT1S } }
)");
    REQUIRE(made.has_value());
    CHECK(sources(world, "CleanUp") == "stack.yaml:7 stack.yaml:9");
  }
}

TEST_SUITE("ssm: deliveries") {
  Process<> hand_over(Cloud & cloud, std::string target, std::string text, Json parameters,
                      std::string & outcome) {
    Delivery delivery{.caller = {kHome, "arn:aws:iam::012345678901:role/Rule", ""},
                      .target = *Arn::parse(target),
                      .text = std::move(text),
                      .parameters = std::move(parameters),
                      .from = "rule"};
    Process<ApiResult<Json>> delivered = cloud.deliver(std::move(delivery));
    const ApiResult<Json> answer = co_await delivered;
    outcome = answer ? "taken" : answer.error().code;
  }
  std::string delivered(World & world, std::string target, std::string text, Json parameters = {}) {
    std::string outcome;
    world.sim.spawn(
        hand_over(world.cloud, std::move(target), std::move(text), std::move(parameters), outcome));
    world.run_for(5min);
    return outcome;
  }

  TEST_CASE("a rule starts a runbook with its input as parameters, in the name of its role") {
    World world;
    world.document("Wait", kSleep);
    const std::string target =
        "arn:aws:ssm:us-east-1:012345678901:automation-definition/Wait:$DEFAULT";
    CHECK(delivered(world, target, R"({"Wait":["PT10S"]})") == "taken");
    CHECK(delivered(world, target, R"({"Other":["PT10S"]})") ==
          "InvalidAutomationExecutionParametersException");
    CHECK(delivered(world, target, "no json") == "InvalidAutomationExecutionParametersException");
    const auto list = world.ask("DescribeAutomationExecutions", Json::object());
    REQUIRE(list->at("AutomationExecutionMetadataList").size() == 1);
    const Json& only = list->at("AutomationExecutionMetadataList")[0];
    CHECK(only["ExecutedBy"] == "arn:aws:iam::012345678901:role/Rule");
    CHECK(only["AutomationExecutionStatus"] == "Success");
  }
  TEST_CASE("a rule sends a command to the instances of a tag") {
    World world;
    world.add_instance("i-1", {.tags = {{"Fleet", "web"}}});
    const Json targets = Json::array({{{"Key", "tag:Fleet"}, {"Values", Json::array({"web"})}}});
    CHECK(delivered(world, "arn:aws:ssm:us-east-1:012345678901:document/AWS-RunShellScript",
                    R"({"commands":["date"]})",
                    {{"RunCommandParameters", {{"RunCommandTargets", targets}}}}) == "taken");
    CHECK(world.ask("ListCommands", Json::object())->at("Commands")[0]["Status"] == "Success");
  }
}

TEST_SUITE("ssm: parameters") {
  TEST_CASE("are put, read, and stand in documents as {{ssm:name}}") {
    World world;
    REQUIRE(world.ask("PutParameter", {{"Name", "/wait"}, {"Value", "PT30S"}, {"Type", "String"}}));
    CHECK(world.ask("PutParameter", {{"Name", "/wait"}, {"Value", "x"}}).error().code ==
          "ParameterAlreadyExists");
    CHECK(world.ask("GetParameter", {{"Name", "/wait"}})->at("Parameter")["Value"] == "PT30S");
    CHECK(world.ask("GetParameter", {{"Name", "/none"}}).error().code == "ParameterNotFound");
    CHECK(world.ask("GetParameters", {{"Names", {"/wait", "/none"}}})->at("InvalidParameters")[0] ==
          "/none");
    world.document("Doc", R"(schemaVersion: '0.3'
parameters: { Wait: { type: String, default: '{{ssm:/wait}}' } }
mainSteps:
  - { name: wait, action: 'aws:sleep', inputs: { Duration: '{{ Wait }}' } }
)");
    const std::string id = world.start("Doc");
    world.run_for(2min);
    CHECK(world.step(id, "wait")["Inputs"]["Duration"] == "\"PT30S\"");
    CHECK(world.status(id) == "Success");
  }
}

TEST_SUITE("ssm: physics") {
  TEST_CASE("steps that a document does not have are told, with the nearest") {
    World world;
    world.document("Wait", kSleep);
    CHECK_THROWS_WITH(world.physics("Wait/wiat", "{ takes: 5s }"),
                      "scenario.yaml:1:1: physics of Wait/wiat: Wait has no step \"wiat\"; did you "
                      "mean \"wait\"?");
  }
  TEST_CASE("wrong settings are told at their place") {
    World world;
    world.document("Wait", kSleep);
    CHECK_THROWS_AS(world.physics("Wait", "{ takes: soon }"), BadInput);
    CHECK_THROWS_AS(world.physics("Wait", "{ succeeds: mostly }"), BadInput);
    CHECK_THROWS_AS(world.physics("Wait", "{ succeeds: when disk below 80 % }"), BadInput);
    CHECK_THROWS_AS(world.physics("Wait", "{ changes: { disk: 40 % } }"), BadInput);
  }
  TEST_CASE("a script's luck is its own: another document's physics does not move it") {
    const auto took = [](bool other) {
      World world;
      world.document("Doc", R"(schemaVersion: '0.3'
mainSteps:
  - { name: act, action: 'aws:executeScript', inputs: { Runtime: python3.11, Script: s } }
)");
      world.physics("Doc/act", "{ takes: 'lognormal(p50 40s, p99 3min)' }");
      if (other) world.physics("AWS-RunShellScript", "{ takes: 'uniform(1s, 9s)' }");
      const std::string id = world.start("Doc");
      world.run_for(1h);
      return world.step(id, "act")["ExecutionEndTime"].get<std::string>();
    };
    CHECK(took(false) == took(true));
  }
}

}  // namespace opsim::tests
