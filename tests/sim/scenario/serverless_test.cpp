// SAM's transform: what AWS makes of each serverless resource.
// AWS: SAM specification, "Generated AWS CloudFormation resources" for each type.
#include <doctest/doctest.h>

#include "sim/scenario/serverless.hpp"
#include "standing.hpp"

using namespace opsim;
using namespace opsim::tests;

namespace {

struct Expanded {
  Diagnostics diagnostics;
  NotSimulated list;
  Node root;
  explicit Expanded(std::string_view text, const NestedTemplates& find = nullptr) {
    const Document document =
        read_text("t", "Transform: AWS::Serverless-2016-10-31\n" + std::string{text});
    root = expand_serverless(document.root, find, diagnostics, list).root;
  }
  Node at(std::string_view pointer) { return root.locate(pointer); }
  /// "Clean: AWS::Lambda::Function, ..." without the services' names.
  std::string resources() {
    std::string all;
    for (const auto& [id, text, at] : root.find("Resources")->entries()) {
      const std::string type{text.find("Type")->spelling()};
      all += (all.empty() ? "" : ", ") + std::string{id} + " " + type.substr(type.find("::") + 2);
    }
    return all;
  }
  std::string json(std::string_view pointer) { return at(pointer).to_json().dump(); }
};

}  // namespace

TEST_SUITE("template: serverless") {
  TEST_CASE("a function alone: the function and its role") {
    Expanded made{R"(
Resources:
  Clean:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: src/
      Timeout: 30
      Tracing: Active
      Tags: { team: blue }
      Policies:
        - AmazonSSMReadOnlyAccess
        - arn:aws:iam::123456789012:policy/own
        - SQSPollerPolicy: { QueueName: !GetAtt Work.QueueName }
        - Statement: [{ Effect: Allow, Action: "s3:*", Resource: "*" }]
  Work: { Type: AWS::SQS::Queue }
)"};
    CHECK(made.diagnostics.text() == "");
    CHECK(made.resources() == "Clean Lambda::Function, CleanRole IAM::Role, Work SQS::Queue");
    const std::string properties = "/Resources/Clean/Properties";
    CHECK(made.at(properties + "/Timeout").as_integer() == 30);
    CHECK(made.json(properties + "/Tags") == R"([{"Key":"team","Value":"blue"}])");
    CHECK(made.json(properties + "/TracingConfig") == R"({"Mode":"Active"})");
    CHECK(made.json(properties + "/Role") == R"({"Fn::GetAtt":["CleanRole","Arn"]})");
    const std::string role = "/Resources/CleanRole/Properties";
    CHECK(made.at(role + "/ManagedPolicyArns").size() == 4);
    CHECK(
        made.json(role + "/Policies/0/PolicyDocument/Statement/0/Resource") ==
        R"([{"Fn::Sub":["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}",)"
        R"({"QueueName":{"Fn::GetAtt":["Work","QueueName"]}}]}])");
    CHECK(made.json(role + "/Policies/1/PolicyName") == R"("CleanRolePolicy1")");
    // What is made up stands at the line of the function.
    CHECK(made.at("/Resources/CleanRole").source() == "t:5");
    CHECK(made.at(properties + "/Timeout").source() == "t:10");
    CHECK_FALSE(made.root.contains("Transform"));
  }

  TEST_CASE("Globals: maps are merged, lists are additive, the rest is replaced") {
    Expanded made{R"(
Globals:
  Function:
    Timeout: 10
    MemorySize: 256
    Layers: [one]
    Environment: { Variables: { A: 1, B: 2 } }
Resources:
  Clean:
    Type: AWS::Serverless::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/own
      Timeout: 30
      Layers: [two]
      Environment: { Variables: { B: 3 } }
)"};
    CHECK(made.resources() == "Clean Lambda::Function");
    const std::string properties = "/Resources/Clean/Properties";
    CHECK(made.at(properties + "/Timeout").as_integer() == 30);
    CHECK(made.at(properties + "/MemorySize").as_integer() == 256);
    CHECK(made.json(properties + "/Layers") == R"(["one","two"])");
    CHECK(made.json(properties + "/Environment/Variables") == R"({"A":1,"B":3})");
    CHECK_FALSE(made.root.contains("Globals"));
  }

  TEST_CASE("events of a function: what each generates") {
    struct Row {
      std::string event;
      std::string generated;
    };
    const Row rows[] = {
        {"{ Type: Schedule, Properties: { Schedule: rate(5 minutes) } }",
         "FE Events::Rule, FEPermission Lambda::Permission"},
        {"{ Type: EventBridgeRule, Properties: { Pattern: { source: [aws.ec2] } } }",
         "FE Events::Rule, FEPermission Lambda::Permission"},
        {"{ Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 hour) } }",
         "FE Scheduler::Schedule, FERole IAM::Role"},
        {"{ Type: SNS, Properties: { Topic: !Ref T } }",
         "FE SNS::Subscription, FEPermission Lambda::Permission"},
        {"{ Type: SQS, Properties: { Queue: arn, BatchSize: 5 } }",
         "FE Lambda::EventSourceMapping"},
        {"{ Type: CloudWatchLogs, Properties: { LogGroupName: g, FilterPattern: x } }",
         "FE Logs::SubscriptionFilter, FEPermission Lambda::Permission"},
    };
    for (const auto& [event, generated] : rows) {
      CAPTURE(event);
      Expanded made{
          "\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
          "      Role: r\n      Events: { E: " +
          event + " }\n"};
      CHECK(made.diagnostics.text() == "");
      CHECK(made.resources() == "F Lambda::Function, " + generated);
    }
  }

  TEST_CASE("a bucket tells the function that asks for its events") {
    Expanded made{R"(
Resources:
  Files: { Type: AWS::S3::Bucket, DependsOn: Topic }
  Topic: { Type: AWS::SNS::Topic }
  Clean:
    Type: AWS::Serverless::Function
    Properties:
      Role: r
      Events:
        Upload: { Type: S3, Properties: { Bucket: !Ref Files, Events: "s3:ObjectCreated:*" } }
)"};
    CHECK(made.json("/Resources/Files/Properties/NotificationConfiguration") ==
          R"({"LambdaConfigurations":[{"Event":"s3:ObjectCreated:*",)"
          R"("Function":{"Fn::GetAtt":["Clean","Arn"]}}]})");
    CHECK(made.json("/Resources/Files/DependsOn") == R"(["CleanUploadPermission","Topic"])");
    CHECK(made.json("/Resources/CleanUploadPermission/Properties/Principal") ==
          R"("s3.amazonaws.com")");
  }

  TEST_CASE("AutoPublishAlias: a version, an alias, references to it, its deployment") {
    Expanded made{R"(
Resources:
  Clean:
    Type: AWS::Serverless::Function
    Properties:
      Role: r
      CodeUri: src/
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes, Alarms: [!Ref Errors] }
      Events: { Nightly: { Type: Schedule, Properties: { Schedule: rate(1 day) } } }
  Errors: { Type: AWS::CloudWatch::Alarm }
Outputs:
  Alias: { Value: !Ref Clean.Alias }
  Text: { Value: !Sub "${Clean.Version} of it" }
)"};
    const std::string all = made.resources();
    const std::string version = all.substr(all.find("CleanVersion"), 22);
    CHECK(all.find("CleanAliaslive Lambda::Alias") != all.npos);
    CHECK(all.find("CleanDeploymentGroup CodeDeploy::DeploymentGroup") != all.npos);
    CHECK(all.find("ServerlessDeploymentApplication CodeDeploy::Application") != all.npos);
    CHECK(all.find("CodeDeployServiceRole IAM::Role") != all.npos);
    CHECK(made.json("/Outputs/Alias/Value") == R"({"Ref":"CleanAliaslive"})");
    CHECK(made.json("/Outputs/Text/Value") == R"({"Fn::Sub":"${)" + version + R"(} of it"})");
    CHECK(made.json("/Resources/CleanNightly/Properties/Targets/0/Arn") ==
          R"({"Ref":"CleanAliaslive"})");
    CHECK(made.json("/Resources/CleanAliaslive/UpdatePolicy/CodeDeployLambdaAliasUpdate/"
                    "DeploymentGroupName") == R"({"Ref":"CleanDeploymentGroup"})");
    CHECK(made.json("/Resources/CleanDeploymentGroup/Properties/DeploymentConfigName") ==
          R"("CodeDeployDefault.LambdaCanary10Percent5Minutes")");
  }

  TEST_CASE("paths without an API: one API for all of them, with its stage") {
    Expanded made{R"(
Resources:
  Clean:
    Type: AWS::Serverless::Function
    Properties:
      Role: r
      Events:
        Get: { Type: Api, Properties: { Path: /items, Method: get } }
        Put: { Type: Api, Properties: { Path: /items, Method: put } }
Outputs:
  Url: { Value: !Sub "https://${ServerlessRestApi}.example/${ServerlessRestApi.Stage}" }
)"};
    const std::string all = made.resources();
    CHECK(all.find("ServerlessRestApi ApiGateway::RestApi") != all.npos);
    CHECK(all.find("ServerlessRestApiProdStage ApiGateway::Stage") != all.npos);
    CHECK(made.at("/Resources/ServerlessRestApi/Properties/Body/paths/~1items").size() == 2);
    CHECK(made.json("/Outputs/Url/Value/Fn::Sub") ==
          R"("https://${ServerlessRestApi}.example/${ServerlessRestApiProdStage}")");
  }

  TEST_CASE("a state machine: its definition inline, beside the template, or in a bucket") {
    const NestedTemplates beside = [](std::string_view url,
                                      std::string_view) -> std::optional<Document> {
      if (url != "flow.asl.json") return std::nullopt;
      return read_json("flow.asl.json", R"({"StartAt":"A"})");
    };
    struct Row {
      std::string written;
      std::string made;
    };
    const Row rows[] = {
        {"Definition: { StartAt: A }", R"("Definition":{"StartAt":"A"})"},
        {"DefinitionUri: flow.asl.json", R"("DefinitionString":"{\"StartAt\":\"A\"}")"},
        {"DefinitionUri: gone.asl.json",
         R"("DefinitionS3Location":{"Bucket":"packaged","Key":"gone.asl.json"})"},
    };
    for (const auto& [written, expected] : rows) {
      Expanded made{
          "\nResources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n"
          "      Role: r\n      " +
              written + "\n",
          beside};
      CHECK(made.resources() == "M StepFunctions::StateMachine");
      const std::string properties = made.json("/Resources/M/Properties");
      CAPTURE(properties);
      CHECK(properties.find(expected) != properties.npos);
    }
  }

  TEST_CASE("an event of a state machine starts it with a role of its own") {
    Expanded made{R"(
Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: { StartAt: A }
      Events: { E: { Type: Schedule, Properties: { Schedule: rate(1 day), Enabled: false } } }
)"};
    CHECK(made.resources() ==
          "M StepFunctions::StateMachine, MRole IAM::Role, ME Events::Rule, MERole IAM::Role");
    CHECK(made.json("/Resources/ME/Properties/State") == R"("DISABLED")");
    CHECK(made.json("/Resources/ME/Properties/Targets/0/Arn") == R"({"Ref":"M"})");
    CHECK(made.json("/Resources/ME/Properties/Targets/0/RoleArn") ==
          R"({"Fn::GetAtt":["MERole","Arn"]})");
  }

  TEST_CASE("a simple table has one key, and is paid per request unless it says") {
    Expanded made{R"(
Resources:
  Plain: { Type: AWS::Serverless::SimpleTable }
  Own:
    Type: AWS::Serverless::SimpleTable
    Properties:
      PrimaryKey: { Name: number, Type: Number }
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
)"};
    CHECK(made.resources() == "Plain DynamoDB::Table, Own DynamoDB::Table");
    CHECK(made.json("/Resources/Plain/Properties") ==
          R"({"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
          R"("BillingMode":"PAY_PER_REQUEST",)"
          R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    CHECK(made.json("/Resources/Own/Properties/AttributeDefinitions/0/AttributeType") == R"("N")");
  }

  TEST_CASE("a condition holds for everything that a resource generates") {
    Expanded made{R"(
Conditions: { Wanted: !Equals [a, a] }
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: Wanted
    Properties:
      Events: { E: { Type: Schedule, Properties: { Schedule: rate(5 minutes) } } }
)"};
    for (const char* const id : {"F", "FRole", "FE", "FEPermission"}) {
      CAPTURE(id);
      CHECK(made.json(std::string{"/Resources/"} + id + "/Condition") == R"("Wanted")");
    }
  }

  TEST_CASE("types and events that are not expanded are kept and listed") {
    Diagnostics diagnostics;
    const Template text = Template::read(read_text("t", R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: { Role: r, Events: { E: { Type: AlexaSkill } } }
  G: { Type: AWS::Serverless::GraphQLApi, Properties: { Any: !Ref GSchema } }
)"),
                                         diagnostics, nullptr);
    CHECK(diagnostics.text() == "");
    NotSimulated list;
    check(text, {}, diagnostics, list);
    CHECK(list.contains("SAM event AlexaSkill"));
    CHECK(list.contains("AWS::Serverless::GraphQLApi"));
  }
}
