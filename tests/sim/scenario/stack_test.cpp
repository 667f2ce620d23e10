// Stacks: parameters, conditions, creation, outputs, imports, what a choice leaves out.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "standing.hpp"

using namespace opsim;
using namespace opsim::tests;

TEST_SUITE("stack: creation") {
  TEST_CASE("a resource stands with its names, line, tags and attributes") {
    Bench bench;
    const StackResult result = bench.stand(R"(
Resources:
  Thing:
    Type: AWS::Laboratory::Thing
    Metadata: { About: !Ref AWS::StackName }
    UpdatePolicy: { Wait: true }
    Properties:
      Any: 1
      Tags: [{ Key: team, Value: blue }, { Key: cost, Value: 7 }]
)");
    CHECK(bench.diagnostics.text() == "");
    CHECK(result.created == std::vector<std::string>{"Thing"});
    const Resource* thing = bench.cloud.resources().find("app/Thing");
    REQUIRE(thing != nullptr);
    CHECK(thing->physical_id == "thing-00000001");
    CHECK(thing->type == "AWS::Laboratory::Thing");
    CHECK(thing->source == "t:4");
    CHECK(thing->stack == "app");
    CHECK(thing->place == kPlace);
    CHECK(thing->attributes.at("Endpoint.Port") == "3306");
    CHECK(thing->tags.at("team") == "blue");
    CHECK(thing->tags.at("cost") == "7");
    CHECK(thing->tags.at("aws:cloudformation:stack-name") == "app");
    CHECK(thing->tags.at("aws:cloudformation:logical-id") == "Thing");
    CHECK(thing->tags.at("aws:cloudformation:stack-id") == result.stack_id);
    CHECK(bench.seen().at("Thing").source == "t:4");
    CHECK(bench.seen().at("Thing").resource.dump() ==
          R"({"Metadata":{"About":"app"},"UpdatePolicy":{"Wait":true}})");
  }

  TEST_CASE("properties have the types of their shape, as CloudFormation lets them be written") {
    Bench bench;
    bench.stand(R"(
Parameters: { Count: { Type: Number, Default: 3 } }
Resources:
  Thing:
    Type: AWS::Laboratory::Thing
    Properties:
      Count: !Ref Count
      Share: "1.5"
      Flag: "true"
      Text: 012
      Labels: [1, true, x]
)");
    CHECK(bench.diagnostics.text() == "");
    CHECK(bench.seen().at("Thing").properties.dump() ==
          R"({"Count":3,"Flag":true,"Labels":["1","true","x"],"Share":1.5,"Text":"012"})");
  }

  TEST_CASE("what entered itself is completed, not doubled") {
    Bench bench;
    bench.stand("Resources: { Me: { Type: AWS::Laboratory::SelfEntered } }");
    const auto all = bench.cloud.resources().of_type("AWS::Laboratory::SelfEntered");
    REQUIRE(all.size() == 1);
    CHECK(all[0]->logical_id == "Me");
    CHECK(all[0]->stack == "app");
    CHECK(all[0]->source == "t:1");
    CHECK(all[0]->tags.at("made") == "by the lab");
    CHECK(all[0]->tags.at("aws:cloudformation:stack-name") == "app");
    CHECK(bench.cloud.resources().find("app/Me") == all[0]);
  }

  TEST_CASE("AWS's refusal is told at the property that its message names") {
    Bench bench;
    bench.stand(R"(
Resources:
  Thing:
    Type: AWS::Laboratory::Thing
    Properties:
      Refuse: The count must be even
      Any: { Count: 3 }
  Other:
    Type: AWS::Laboratory::Thing
    Properties: { Refuse: Nothing in particular }
)");
    CHECK(bench.diagnostics.text() ==
          "t:7:21: AWS::Laboratory::Thing Thing: ValidationError: The count must be even\n"
          "t:9:5: AWS::Laboratory::Thing Other: ValidationError: Nothing in particular");
  }

  TEST_CASE("a refusal that names a part of a list in quotes is told at that part") {
    Bench bench;
    bench.stand(R"(
Resources:
  Thing:
    Type: AWS::Laboratory::Thing
    Properties:
      Refuse: Action 'Copy' has no Count
      Any:
        - { Name: Pull, Count: 3 }
        - { Name: Copy }
)");
    CHECK(bench.diagnostics.text() ==
          "t:9:11: AWS::Laboratory::Thing Thing: ValidationError: Action 'Copy' has no Count");
  }

  TEST_CASE("what no model creates stands by convention, so that references work") {
    Bench bench;
    const StackResult result = bench.stand(R"(
Resources:
  Role: { Type: AWS::IAM::Role }
  Named: { Type: AWS::IAM::Role, Properties: { RoleName: cleaner } }
  Queue: { Type: AWS::SQS::Queue }
  Bucket: { Type: AWS::S3::Bucket }
  Net: { Type: AWS::EC2::Subnet, Properties: { AvailabilityZone: us-east-1b } }
  Crawler: { Type: AWS::Glue::Crawler }
  Mine: { Type: Custom::Answer }
  Idle: { Type: AWS::Laboratory::Unsimulated }
Outputs:
  Role: { Value: !Ref Role }
  RoleArn: { Value: !GetAtt Role.Arn }
  NamedArn: { Value: !GetAtt Named.Arn }
  Queue: { Value: !Ref Queue }
  QueueArn: { Value: !GetAtt Queue.Arn }
  BucketArn: { Value: !GetAtt Bucket.Arn }
  Net: { Value: !Ref Net }
  Zone: { Value: !GetAtt Net.AvailabilityZone }
  Crawler: { Value: !GetAtt Crawler.Arn }
  Answer: { Value: !GetAtt Mine.Number }
  Idle: { Value: !Ref Idle }
)");
    CHECK(bench.diagnostics.text() == "");
    const std::map<std::string, Json> expected{
        {"Answer", "Mine.Number"},
        {"BucketArn", "arn:aws:s3:::app-bucket-00000001"},
        {"Crawler", "arn:aws:glue:us-east-1:123456789012:crawler/app-Crawler-00000001"},
        {"Idle", "app-Idle-00000001"},
        {"NamedArn", "arn:aws:iam::123456789012:role/cleaner"},
        {"Net", "subnet-00000001"},
        {"Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/app-Queue-00000001"},
        {"QueueArn", "arn:aws:sqs:us-east-1:123456789012:app-Queue-00000001"},
        {"Role", "app-Role-00000001"},
        {"RoleArn", "arn:aws:iam::123456789012:role/app-Role-00000001"},
        {"Zone", "us-east-1b"},
    };
    CHECK(result.outputs == expected);
  }

  TEST_CASE("an attribute that a model does not know is made up, and listed") {
    Bench bench;
    const StackResult result = bench.stand(R"(
Resources: { A: { Type: AWS::Laboratory::Thing } }
Outputs: { O: { Value: !GetAtt A.Colour } }
)");
    CHECK(result.outputs.at("O") == "A.Colour");
    CHECK(result.not_simulated == NotSimulated{{"AWS::Laboratory::Thing attribute Colour", 1}});
  }

  TEST_CASE("conditions decide what stands; nobody may refer to what does not") {
    constexpr std::string_view text = R"(
Parameters: { Env: { Type: String, Default: test } }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Not [!Condition IsProd]
  Either: !Or [!Condition IsProd, !Equals [a, a]]
  Both: !And [!Condition IsProd, !Condition IsTest]
Resources:
  Always: { Type: AWS::Laboratory::Thing, Condition: Either, DependsOn: Prod }
  Prod: { Type: AWS::Laboratory::Thing, Condition: IsProd }
  Test: { Type: AWS::Laboratory::Thing, Condition: IsTest }
  Never: { Type: AWS::Laboratory::Thing, Condition: Both }
  User: { Type: AWS::Laboratory::Thing, Properties: { Any: !If [IsProd, !Ref Prod, !Ref Test] } }
Outputs:
  Prod: { Condition: IsProd, Value: !Ref Prod }
  Test: { Condition: IsTest, Value: !Ref Test }
)";
    Bench test;
    CHECK(test.stand(text).created == std::vector<std::string>{"Always", "Test", "User"});
    CHECK(test.diagnostics.text() == "");
    Bench prod;
    const StackResult result = prod.stand(text, {.parameters = {{"Env", "prod"}}});
    CHECK(result.created == std::vector<std::string>{"Prod", "Always", "User"});
    CHECK(result.outputs == std::map<std::string, Json>{{"Prod", "thing-00000001"}});

    Bench wrong;
    wrong.stand(R"(
Conditions: { No: !Equals [a, b] }
Resources:
  A: { Type: AWS::Laboratory::Thing, Condition: No }
  B: { Type: AWS::Laboratory::Thing, Properties: { Any: !Ref A } }
)");
    CHECK(wrong.diagnostics.text() ==
          "t:5:57: A is not created, since its condition is false; use Fn::If here, too");
  }

  TEST_CASE("what a choice leaves out is not there, and whoever refers to it sees nothing") {
    Bench bench;
    const StackResult result = bench.stand(R"(
Resources:
  CleanUp: { Type: AWS::Laboratory::Thing }
  Alarm:
    Type: AWS::Laboratory::Thing
    DependsOn: CleanUp
    Properties:
      Labels: [!Ref CleanUp, other]
      Text: !Ref CleanUp
      Any: !Sub "run ${CleanUp} now"
  Rule: { Type: AWS::Laboratory::Thing, Properties: { Any: !Ref CleanUp, Refuse: no target } }
Outputs: { Gone: { Value: !GetAtt CleanUp.Arn } }
)",
                                           {.disabled = {"CleanUp", "Unknown"}});
    CHECK(result.created == std::vector<std::string>{"Alarm", "Rule"});
    CHECK(result.outputs.empty());
    CHECK(bench.seen().at("Alarm").properties.dump() == R"({"Any":"run  now","Labels":["other"]})");
    CHECK(bench.diagnostics.text() ==
          "t:11:9: AWS::Laboratory::Thing Rule: ValidationError: no target (it refers to CleanUp, "
          "which is left out by this choice)");
  }

  TEST_CASE("the same template stands any number of times, each time the same") {
    constexpr std::string_view text = R"(
Resources:
  A: { Type: AWS::Laboratory::Thing, Properties: { Any: !Ref B } }
  B: { Type: AWS::Laboratory::Thing }
)";
    Diagnostics diagnostics;
    const Template read = Template::read(read_text("t", text), diagnostics);
    Bench one;
    Bench two;
    CHECK(one.stand_up(read).stack_id == two.stand_up(read).stack_id);
    CHECK(one.seen().at("A").properties == two.seen().at("A").properties);
    one.stand_up(read, {.name = "again"});
    CHECK(one.diagnostics.text() == "");
    CHECK(one.cloud.resources().find("again/A") != one.cloud.resources().find("app/A"));
  }
}

TEST_SUITE("stack: parameters") {
  constexpr std::string_view kOne = R"(Parameters:
  Size: { Type: Number, MinValue: 1, Default: 2 }
  Names: { Type: CommaDelimitedList, Default: a }
Resources: { A: { Type: AWS::Laboratory::Thing, Properties: { Any: [!Ref Size, !Ref Names] } } }
)";

  TEST_CASE("overrides take the place of defaults") {
    Bench bench;
    bench.stand(kOne, {.parameters = {{"Size", "7"}, {"Names", "x, y"}}});
    CHECK(bench.seen().at("A").properties.dump() == R"({"Any":["7",["x","y"]]})");
  }

  TEST_CASE("wrong ones are told where they were written, else at the parameter; nothing stands") {
    Bench bench;
    const StackResult result = bench.stand(kOne, {.parameters = {{"Size", "0"}, {"Nmes", "x"}}});
    CHECK(result.created.empty());
    CHECK(bench.diagnostics.text() ==
          "t:1:1: stack app has no parameter \"Nmes\"; did you mean \"Names\"?\n"
          "t:2:9: parameter Size is \"0\"; must be at least 1");
    Bench placed;
    const Document scenario = read_yaml("scenario.yaml", "- 1\n- Size: 0");
    placed.stand(kOne, {.parameters = {{"Size", "0"}}, .text = scenario.root.at(1)});
    CHECK(placed.diagnostics.text() ==
          "scenario.yaml:2:9: parameter Size is \"0\"; must be at least 1");
  }

  TEST_CASE("a value that nobody gave is made up where that is sensible, and told") {
    Bench bench;
    bench.stand(R"(
Parameters:
  Vpc: { Type: AWS::EC2::VPC::Id }
  Nets: { Type: List<AWS::EC2::Subnet::Id> }
  Net: { Type: AWS::EC2::Subnet::Id }
  Key: { Type: AWS::EC2::KeyPair::KeyName }
  Image: { Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>, Default: /aws/service/ami/x }
Resources:
  A:
    Type: AWS::Laboratory::Thing
    Properties: { Any: [!Ref Vpc, !Ref Nets, !Ref Net, !Ref Key, !Ref Image] }
)");
    CHECK(bench.seen().at("A").properties.dump() ==
          R"({"Any":["vpc-00000001",["subnet-00000001","subnet-00000002","subnet-00000003"],)"
          R"("subnet-00000001","key","ami-00000001"]})");
    CHECK(bench.diagnostics.count() == 0);
    CHECK(bench.diagnostics.notes() == 5);
    CHECK(bench.diagnostics.all().front().text() ==
          "t:3:8: note: parameter Vpc has no value; taken as vpc-00000001");
    const Resource* subnet = bench.cloud.resources().find("subnet-00000002");
    REQUIRE(subnet != nullptr);
    CHECK(subnet->attributes.at("AvailabilityZone") == "us-east-1b");
    CHECK(subnet->attributes.at("VpcId") == "vpc-00000001");
  }

  TEST_CASE("one that nobody gave and nobody can guess is an error") {
    Bench bench;
    bench.stand(R"(
Parameters: { Mail: { Type: String } }
Resources: { A: { Type: AWS::Laboratory::Thing } }
)");
    CHECK(bench.diagnostics.text() ==
          "t:2:21: parameter Mail has no Default, and stack app sets none");
  }

  TEST_CASE("values come out of the Parameter Store where their type says so") {
    constexpr std::string_view text = R"(
Parameters: { Size: { Type: AWS::SSM::Parameter::Value<String>, Default: /app/size } }
Resources: { A: { Type: AWS::Laboratory::Thing, Properties: { Any: !Ref Size } } }
)";
    Bench bench;
    bench.stand(text);
    CHECK(bench.seen().at("A").properties.at("Any") == "12");
    Bench wrong;
    wrong.stand(text, {.parameters = {{"Size", "/app/sizes"}}});
    CHECK(wrong.diagnostics.text() ==
          "t:2:21: parameter Size: the Parameter Store has no \"/app/sizes\"");
  }
}

TEST_SUITE("stack: several stacks") {
  TEST_CASE("a stack imports what one before it exports, by name") {
    Bench bench;
    bench.stand(R"(
Resources: { Net: { Type: AWS::EC2::VPC } }
Outputs: { Vpc: { Value: !Ref Net, Export: { Name: !Sub "${AWS::StackName}-VPC" } } }
)",
                {.name = "network"});
    bench.stand(R"(
Parameters: { Network: { Type: String, Default: network } }
Resources:
  A:
    Type: AWS::Laboratory::Thing
    Properties: { Any: { "Fn::ImportValue": !Sub "${Network}-VPC" } }
)");
    CHECK(bench.diagnostics.text() == "");
    CHECK(bench.seen().at("A").properties.at("Any") == "vpc-00000001");
    bench.stand(R"(
Resources: { B: { Type: AWS::Laboratory::Thing, Properties: { Any: !ImportValue network-VCP } } }
)",
                {.name = "wrong"});
    CHECK(bench.diagnostics.text() ==
          "t:2:68: no stack before this one exports \"network-VCP\"; did you mean "
          "\"network-VPC\"?");
  }

  TEST_CASE("two stacks of a place cannot export one name") {
    constexpr std::string_view text = R"(
Resources: { Net: { Type: AWS::EC2::VPC } }
Outputs: { Vpc: { Value: !Ref Net, Export: { Name: VPC } } }
)";
    Bench bench;
    bench.stand(text, {.name = "one"});
    bench.stand(text, {.name = "two"});
    CHECK(bench.diagnostics.text() == "t:3:17: output Vpc: stack one exports \"VPC\" already");
  }

  TEST_CASE("a nested stack whose template lies beside stands, too; its outputs are attributes") {
    const auto folder = std::filesystem::temp_directory_path() / "opsim_nested_stack_test";
    std::filesystem::create_directories(folder);
    const auto write = [&](std::string_view name, std::string_view text) {
      std::ofstream{folder / name} << text;
    };
    write("inner.yaml", R"(
Parameters: { Colours: { Type: CommaDelimitedList } }
Resources: { In: { Type: AWS::Laboratory::Thing, Properties: { Any: !Ref Colours } } }
Outputs: { Id: { Value: !Ref In } }
)");
    write("outer.yaml", R"(
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: inner.yaml, Parameters: { Colours: [red, green] } }
  Out: { Type: AWS::Laboratory::Thing, Properties: { Any: !GetAtt Nested.Outputs.Id } }
  Far: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: "https://s3/x.yaml" } }
)");
    write("loop.yaml", R"(
Resources:
  Me: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: loop.yaml } }
)");
    Bench bench;
    NotSimulated list;
    const Template outer = Template::read(read_document(folder / "outer.yaml"), bench.diagnostics);
    check(outer, kCatalog, bench.diagnostics, list);
    bench.stand_up(outer);
    CHECK(bench.diagnostics.text() == "");
    CHECK(list == NotSimulated{{"AWS::CloudFormation::Stack", 1}});
    CHECK(bench.seen().at("In").properties.dump() == R"({"Any":["red","green"]})");
    CHECK(bench.seen().at("Out").properties.at("Any") == "thing-00000001");
    CHECK(bench.cloud.resources().find("app-Nested-00000001/In") != nullptr);

    Diagnostics loop;
    Template::read(read_document(folder / "loop.yaml"), loop);
    CHECK(loop.text().find("a stack that nests itself: ") != std::string::npos);
    std::filesystem::remove_all(folder);
  }
}
