// The structure of a template: what CloudFormation itself would refuse, each at its place.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "standing.hpp"

using namespace opsim;
using namespace opsim::tests;

namespace {

struct Row {
  std::string_view text;
  std::string_view errors;
};

void check_rows(std::span<const Row> rows) {
  for (const auto& [text, errors] : rows) {
    CAPTURE(text);
    CHECK(errors_of(text) == errors);
  }
}

/// What check() says and lists.
std::pair<std::string, std::string> checked(std::string_view text) {
  Diagnostics diagnostics;
  NotSimulated list;
  const Template read = Template::read(read_text("stack.yaml", text), diagnostics, nullptr);
  check(read, kCatalog, diagnostics, list);
  return {diagnostics.text(), not_simulated_text(list)};
}

}  // namespace

TEST_SUITE("template: structure") {
  TEST_CASE("what a template holds can be asked, in the order of the source") {
    Diagnostics diagnostics;
    const Template read =
        Template::read(read_text("stack.yaml", R"(AWSTemplateFormatVersion: 2010-09-09
Description: A fleet
Parameters:
  Size: { Type: Number, Default: 3, Description: How many }
  Key: { Type: String, NoEcho: true }
Resources:
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
  Alarm: { Type: AWS::CloudWatch::Alarm }
Outputs:
  Name: { Value: !Ref Fleet }
)"),
                       diagnostics);
    CHECK(diagnostics.text() == "");
    CHECK(read.file() == "stack.yaml");
    CHECK(read.description() == "A fleet");
    REQUIRE(read.parameters().size() == 2);
    CHECK(read.parameters()[0].name == "Size");
    CHECK(read.parameters()[0].type == "Number");
    CHECK(read.parameters()[0].default_value == "3");
    CHECK(read.parameters()[0].description == "How many");
    CHECK(read.parameter("Key")->no_echo);
    CHECK(read.parameter("Nothing") == nullptr);
    REQUIRE(read.resources().size() == 2);
    CHECK(read.resources()[0].logical_id == "Fleet");
    CHECK(read.resource("Fleet")->source == "stack.yaml:8");
    CHECK(read.resource("Alarm")->type == "AWS::CloudWatch::Alarm");
    CHECK(read.outputs() == std::vector<std::string_view>{"Name"});
  }

  TEST_CASE("JSON and YAML are the same template") {
    constexpr std::string_view yaml = R"(
Parameters: { Env: { Type: String, Default: prod } }
Conditions: { IsProd: !Equals [!Ref Env, prod] }
Resources:
  A: { Type: AWS::Laboratory::Thing }
  B:
    Type: AWS::Laboratory::Thing
    Properties:
      Any: !If [IsProd, !Sub "${A}-${AWS::Region}", !GetAtt A.Arn]
      Count: 3
)";
    constexpr std::string_view json = R"({
"Parameters": {"Env": {"Type": "String", "Default": "prod"}},
"Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
"Resources": {
  "A": {"Type": "AWS::Laboratory::Thing"},
  "B": {"Type": "AWS::Laboratory::Thing", "Properties": {
    "Any": {"Fn::If": ["IsProd", {"Fn::Sub": "${A}-${AWS::Region}"}, {"Fn::GetAtt": ["A", "Arn"]}]},
    "Count": 3}}}})";
    Bench one;
    Bench two;
    CHECK(one.stand(yaml).created == two.stand(json).created);
    CHECK(one.diagnostics.text() == "");
    CHECK(one.seen().at("B").properties == two.seen().at("B").properties);
    CHECK(one.seen().at("B").properties.dump() ==
          R"({"Any":"thing-00000001-us-east-1","Count":3})");
  }

  TEST_CASE("sections and resources are what they must be") {
    constexpr Row rows[] = {
        {"- a", "t:1:1: a template is a list; it must be a mapping with Resources"},
        {"Description: none", "t:1:1: a template needs at least one of Resources"},
        {"Resorces: { A: { Type: A::B::C } }",
         "t:1:1: \"Resorces\" is no section of a template; did you mean \"Resources\"?\n"
         "t:1:1: a template needs at least one of Resources"},
        {"Resources: [a]",
         "t:1:12: Resources is a list; it must be a mapping\n"
         "t:1:12: a template needs at least one of Resources"},
        {"AWSTemplateFormatVersion: 2010-09-10\nResources: { A: { Type: A::B::C } }",
         "t:1:27: AWSTemplateFormatVersion is \"2010-09-10\"; must be \"2010-09-09\""},
        {"Resources: { A: { Type: Alarm } }",
         "t:1:25: resource A: Type is \"Alarm\"; write it as AWS::Service::Resource"},
        {"Resources: { A-1: { Type: A::B::C } }",
         "t:1:14: \"A-1\" of Resources is no name: it has letters and digits only, at most 255"},
        {"Resources:\n  ${Name}: { Type: A::B::C }",
         "t:2:3: \"${Name}\" of Resources is a placeholder, which something must fill in first"},
        {"Resources: { A: { Type: A::B::C, DependsOn: [B, Queues] }, Queue: { Type: A::B::C } }",
         "t:1:46: DependsOn \"B\" is no resource of this template\n"
         "t:1:49: DependsOn \"Queues\" is no resource of this template; did you mean \"Queue\"?"},
        {"Resources: { A: { Type: A::B::C, Condition: Prod } }",
         "t:1:45: \"Prod\" is no condition of this template"},
    };
    check_rows(rows);
  }

  TEST_CASE("a resource needs a type, and has only the attributes that there are") {
    CHECK(errors_of("Resources: { A: { Properties: { X: 1 } } }").find("Type") !=
          std::string::npos);
    const std::string unknown =
        errors_of("Resources: { A: { Type: A::B::C, Propertys: { X: 1 } } }");
    CHECK(unknown.starts_with("t:1:34: resource A: "));
    CHECK(unknown.find("did you mean \"Properties\"?") != std::string::npos);
    CHECK(errors_of("Resources: { A: { Type: A::B::C, DeletionPolicy: Keep } }").find("Retain") !=
          std::string::npos);
    CHECK(errors_of("Resources: { A: { Type: A::B::C, DeletionPolicy: Retain, UpdateReplacePolicy: "
                    "Snapshot, Metadata: { a: 1 }, UpdatePolicy: { b: 2 }, Version: 1.0 } }") ==
          "");
  }

  TEST_CASE("all errors of a template are told at once") {
    CHECK(errors_of(R"(
Parameters: { P: { Type: Strin } }
Conditions: { C: !Equals [a] }
Resources:
  A: { Type: A::B::C, Properties: { X: !Ref Q, Y: !GetAtt R.S } }
Outputs:
  O: { Value: !Sub "${T}" }
)") == R"(t:2:26: parameter P: "Strin" is no type of a parameter; did you mean "String"?
t:3:26: Fn::Equals has 1 item; it takes [value, value]
t:5:45: "Q" is no parameter or resource of this template
t:5:59: "R" is no resource of this template
t:7:20: "T" is no parameter or resource of this template)");
  }

  TEST_CASE("conditions are made of conditions and of parameters") {
    constexpr Row rows[] = {
        {"Conditions: { C: yes-please }\nResources: { A: { Type: A::B::C } }",
         "t:1:18: a condition is \"yes-please\"; write one of Fn::And, Fn::Equals, Fn::Not, "
         "Fn::Or, "
         "Condition"},
        {"Conditions: { C: !Not [maybe] }\nResources: { A: { Type: A::B::C } }",
         "t:1:24: \"maybe\" is neither true nor false; write {\"Condition\": name} or Fn::Equals"},
        {"Conditions: { IsProd: !Not [!Condition IsProt] }\nResources: { A: { Type: A::B::C } }",
         "t:1:40: \"IsProt\" is no condition of this template; did you mean \"IsProd\"?"},
        {"Conditions: { C: !Equals [!Ref A, a] }\nResources: { A: { Type: A::B::C } }",
         "t:1:32: \"A\" is a resource; a condition refers to parameters only"},
        {"Conditions: { C: !Equals [!GetAtt A.B, a] }\nResources: { A: { Type: A::B::C } }",
         "t:1:35: Fn::GetAtt cannot stand in Conditions: they are decided before any resource "
         "exists"},
    };
    check_rows(rows);
  }

  TEST_CASE("quotas of CloudFormation hold") {
    std::string text = "Resources:\n";
    for (int i = 0; i < 501; ++i) text += fmt::format("  R{}: {{ Type: A::B::C }}\n", i);
    CHECK(errors_of(text) == "t:2:3: Resources has 501 entries; a template has at most 500");
    CHECK(errors_of(fmt::format("Description: {}\nResources: {{ A: {{ Type: A::B::C }} }}",
                                std::string(1025, 'x'))) ==
          "t:1:14: Description has 1025 bytes; at most 1024");
  }

  TEST_CASE("aliases that multiply and nesting without end are told, not read") {
    std::string bomb =
        "Resources:\n  A:\n    Type: A::B::C\n    Properties:\n      P0: &p0 [x, x]\n";
    for (int i = 1; i < 18; ++i)
      bomb += fmt::format("      P{}: &p{} [*p{}, *p{}]\n", i, i, i - 1, i - 1);
    CHECK(errors_of(bomb).find("a template of more than 500000 values is not read") !=
          std::string::npos);
    std::string nested = "x";
    for (int i = 0; i < 200; ++i) nested = fmt::format("{{ 'Fn::Join': ['', [{}]] }}", nested);
    CHECK_THROWS_AS(
        static_cast<void>(errors_of(fmt::format(
            "Resources: {{ A: {{ Type: A::B::C, Properties: {{ X: {} }} }} }}", nested))),
        BadInput);
    std::string deep = "x";
    for (int i = 0; i < 60; ++i) deep = fmt::format("{{ 'Fn::Join': ['', [{}]] }}", deep);
    CHECK(errors_of(fmt::format("Resources: {{ A: {{ Type: A::B::C, Properties: {{ X: {} }} }} }}",
                                deep)) == "");
  }

  TEST_CASE("transforms, macros and rules are listed, and what they might add is let in") {
    CHECK(checked(R"(
Transform: [My::Macro]
Hooks: {}
Resources:
  A: { Type: My::Own::Thing, Properties: { X: !Ref AddedByTheMacro } }
  'Fn::Transform': { Name: AWS::Include, Parameters: { Location: s3://b/k } }
  'Fn::ForEach::Topics': [Name, [a, b], { "T${Name}": { Type: AWS::SNS::Topic } }]
)")
              .second ==
          "Not simulated here, accepted as written: Fn::ForEach (1), Fn::Transform AWS::Include "
          "(1), Hooks (1), My::Own::Thing (1), Transform My::Macro (1).");
    CHECK(errors_of(
              "Resources: { A: { Type: A::B::C, Properties: { X: { 'Fn::Length': [1] } } } }") ==
          "t:1:67: Fn::Length needs \"Transform: AWS::LanguageExtensions\" in the template");
  }
}

TEST_SUITE("template: parameters") {
  /// One parameter P, as written.
  std::string parameter_errors(std::string_view written) {
    return errors_of(fmt::format(
        "Parameters: {{ P: {{ {} }} }}\nResources: {{ A: {{ Type: A::B::C }} }}", written));
  }

  TEST_CASE("a default must be what the parameter allows") {
    constexpr Row rows[] = {
        {"Type: String, Default: t9.huge, AllowedValues: [t3.micro, t3.small]",
         "t:1:43: parameter P is \"t9.huge\"; one of t3.micro, t3.small"},
        {"Type: String, Default: t3.smal, AllowedValues: [t3.micro, t3.small]",
         "t:1:43: parameter P is \"t3.smal\"; one of t3.micro, t3.small; did you mean "
         "\"t3.small\"?"},
        {"Type: Number, Default: many", "t:1:43: parameter P is \"many\"; must be a number"},
        {"Type: Number, Default: 0, MinValue: 1",
         "t:1:43: parameter P is \"0\"; must be at least 1"},
        {"Type: Number, Default: 7.5, MaxValue: 7",
         "t:1:43: parameter P is \"7.5\"; must be at most 7"},
        {"Type: String, Default: ab, MinLength: 3",
         "t:1:43: parameter P is \"ab\"; must have at least 3 characters"},
        {"Type: String, Default: abcd, MaxLength: 3, ConstraintDescription: three letters",
         "t:1:43: parameter P is \"abcd\"; must have at most 3 characters (three letters)"},
        {"Type: String, Default: 1abc, AllowedPattern: '[a-z][a-z0-9]*'",
         "t:1:43: parameter P is \"1abc\"; must match \"[a-z][a-z0-9]*\""},
        {"Type: String, Default: secret, AllowedPattern: '[0-9]*', NoEcho: true",
         "t:1:43: parameter P is \"****\"; must match \"[0-9]*\""},
        {"Type: CommaDelimitedList, Default: 'a,b,7', AllowedPattern: '[a-z]'",
         "t:1:55: parameter P is \"7\"; must match \"[a-z]\""},
        {"Type: 'List<Number>', Default: '80, x'",
         "t:1:51: parameter P is \"x\"; must be a number"},
        {"Type: String, Default: x, AllowedPattern: '(('", ""},
        {"Type: Number, Default: 15, MinValue: 1, MaxValue: 20", ""},
        {"Type: String, Default: 012345678901, AllowedPattern: '\\d{12}'", ""},
        {"Type: 'List<AWS::EC2::Subnet::Id>', Default: 'subnet-1, subnet-2'", ""},
        {"Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/x", ""},
        {"Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /aws/x", ""},
        {"Type: AWS::EC2::Subnet::Idd, Default: x",
         "t:1:26: parameter P: \"AWS::EC2::Subnet::Idd\" is no type of a parameter; did you mean "
         "\"AWS::EC2::Subnet::Id\"?"},
    };
    for (const auto& [written, errors] : rows) {
      CAPTURE(written);
      const std::string said = parameter_errors(written);
      if (written.find("'(('") != std::string_view::npos) {
        CHECK(said.starts_with("t:1:62: parameter P: AllowedPattern is no regular expression: "));
      } else {
        CHECK(said == errors);
      }
    }
  }

  TEST_CASE("patterns as Java reads them: a hyphen after a range or a class is itself") {
    constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {R"([\w-\+]+)", "a-b+c"}, {R"([a-zA-Z0-9-.]+)", "a-b.c"}, {R"([-a-z]+)", "a-b"},
        {R"([a-z-]+)", "a-b"},    {R"([+\-a-z]+)", "a-b+"},       {R"([^-x]+)", "abc"},
    };
    for (const auto& [pattern, value] : rows) {
      CAPTURE(pattern);
      CHECK(parameter_errors(fmt::format("Type: String, Default: '{}', AllowedPattern: '{}'", value,
                                         pattern)) == "");
    }
  }

  TEST_CASE("a pattern that would run for ever gives up and says so") {
    CHECK(parameter_errors(fmt::format("Type: String, Default: {}, AllowedPattern: '(a+)+b'",
                                       std::string(200, 'a')))
              .find("takes too long") != std::string::npos);
  }

  TEST_CASE("unknown keys and a missing type are told") {
    CHECK(parameter_errors("Type: String, Defalt: x").find("did you mean \"Default\"?") !=
          std::string::npos);
    CHECK(parameter_errors("Default: x").find("Type") != std::string::npos);
  }
}

TEST_SUITE("template: check against the services") {
  TEST_CASE("properties are checked at their line, with the resource's name in front") {
    const auto [errors, list] = checked(R"(
Resources:
  One:
    Type: AWS::Laboratory::Thing
    Properties:
      Colour: blue
      Count: "101"
      Share: !Ref AWS::Region
      Flag: "true"
      Description: about
  Two: { Type: AWS::Laboratory::Thing, Properties: { Description: about, Unheard: 1 } }
  Role: { Type: AWS::IAM::Role }
  Other: { Type: AWS::IAM::Role }
  Idle: { Type: AWS::Laboratory::Unsimulated }
)");
    CHECK(errors.find("stack.yaml:6:15: AWS::Laboratory::Thing One: Colour is \"blue\"; one of") !=
          std::string::npos);
    CHECK(errors.find("stack.yaml:7:14: AWS::Laboratory::Thing One: Count is") !=
          std::string::npos);
    CHECK(list ==
          "Not simulated here, accepted as written: AWS::IAM::Role (2), AWS::Laboratory::Thing "
          "Description (2), AWS::Laboratory::Thing Unheard (1), AWS::Laboratory::Unsimulated (1).");
  }

  TEST_CASE("a type that is nearly one of ours is a slip; any other is kept") {
    constexpr std::pair<std::string_view, bool> rows[] = {
        {"AWS::Laboratory::Things", true},  {"AWS::Laboratroy::Thing", true},
        {"AWS::laboratory::thing", true},   {"AWS::Laboratory::Thin", true},
        {"AWS::Laboratory::Think", true},   {"AWS::Laboratory::Thingummy", false},
        {"AWS::Laboratory::Person", false}, {"AWS::IAM::Role", false},
        {"Custom::Laboratory", false},      {"AWS::Laboratory::Thing::MODULE", false},
        {"AWT::Laboratory::Thing", false},
    };
    for (const auto& [type, slip] : rows) {
      CAPTURE(type);
      const auto [errors, list] =
          checked(fmt::format("Resources: {{ A: {{ Type: '{}' }} }}", type));
      CHECK((errors != "") == slip);
      CHECK((list == "") == slip);
    }
    CHECK(checked("Resources: { A: { Type: AWS::Laboratory::Thign } }").first ==
          "stack.yaml:1:25: resource A: \"AWS::Laboratory::Thign\" is no type; did you mean "
          "\"AWS::Laboratory::Thing\"?");
  }
}
