// Intrinsic functions, mostly with the examples of their own documentation pages
// (CloudFormation User Guide, "Intrinsic function reference").
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "standing.hpp"

using namespace opsim;
using namespace opsim::tests;

namespace {

/// What stands around the value under test.
constexpr std::string_view kAround = R"(
Transform: AWS::LanguageExtensions
Parameters:
  Env: { Type: String, Default: prod }
  Size: { Type: Number, Default: 5 }
  Names: { Type: CommaDelimitedList, Default: "a, b ,c" }
  Empty: { Type: CommaDelimitedList, Default: "" }
Mappings:
  RegionMap:
    us-east-1: { HVM64: ami-0ff8a91507f77f867, HVMG2: ami-0a584ac55a7631c0c, Zones: [x, y], 64: 7 }
    us-west-1: { HVM64: ami-0bdb828fd58c52235, HVMG2: ami-066ee5fd4a9ef77f1 }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Equals [!Ref Env, test]
Resources:
  Other: { Type: AWS::Laboratory::Thing }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: alerts } }
  Thing:
    Type: AWS::Laboratory::Thing
    Properties:
      Before: here
      Any: )";

/// The value that the property Any has when the stack stands; "error: ..." when it does not.
Json worth(std::string_view value) {
  Bench bench;
  bench.stand(fmt::format("{}{}\n", kAround, value));
  if (bench.diagnostics.count() > 0) return "error: " + bench.diagnostics.text();
  const Json& properties = bench.seen().at("Thing").properties;
  return properties.contains("Any") ? properties.at("Any") : Json("absent");
}

/// What is said of it, without the place.
std::string complaint(std::string_view value) {
  Bench bench;
  bench.stand(fmt::format("{}{}\n", kAround, value));
  const auto all = bench.diagnostics.sorted();
  return all.empty() ? "" : all.front().message;
}

struct Row {
  std::string_view value;
  std::string_view json;
};

void check_rows(std::span<const Row> rows) {
  for (const auto& [value, json] : rows) {
    CAPTURE(value);
    CHECK(worth(value).dump() == Json::parse(json).dump());
  }
}

}  // namespace

TEST_SUITE("template: intrinsic functions") {
  TEST_CASE("Ref gives a parameter's text, its list, a pseudo parameter, a resource's id") {
    constexpr Row rows[] = {
        {"!Ref Env", R"("prod")"},
        {"!Ref Size", R"("5")"},  // a Number becomes "a literal string"
        {"!Ref Names", R"(["a", "b", "c"])"},
        {"!Ref Empty", R"([])"},
        {"{ Ref: AWS::Region }", R"("us-east-1")"},
        {"!Ref AWS::AccountId", R"("123456789012")"},
        {"!Ref AWS::Partition", R"("aws")"},
        {"!Ref AWS::StackName", R"("app")"},
        {"!Ref AWS::URLSuffix", R"("amazonaws.com")"},
        {"!Ref AWS::NotificationARNs", R"([])"},
        {"!Ref AWS::NoValue", R"("absent")"},
        {"[a, !Ref AWS::NoValue, b]", R"(["a", "b"])"},
        {"{ A: 1, B: !Ref AWS::NoValue }", R"({"A": 1})"},
        {"!Ref Other", R"("thing-00000001")"},
        {"!Ref Topic", R"("arn:aws:sns:us-east-1:123456789012:alerts")"},
    };
    check_rows(rows);
    CHECK(worth("!Ref AWS::StackId")
              .get<std::string>()
              .starts_with("arn:aws:cloudformation:us-east-1:123456789012:stack/app/"));
  }

  TEST_CASE("Fn::GetAtt takes a list or a dotted text; attributes may have dots, or be a Ref") {
    constexpr Row rows[] = {
        {"!GetAtt Other.Arn", R"("arn:aws:lab:us-east-1:123456789012:thing/thing-00000001")"},
        {"!GetAtt [Other, Arn]", R"("arn:aws:lab:us-east-1:123456789012:thing/thing-00000001")"},
        {R"({ "Fn::GetAtt": ["Other", "Endpoint.Port"] })", R"("3306")"},
        {R"({ "Fn::GetAtt": "Other.Endpoint.Port" })", R"("3306")"},
        {"!GetAtt Topic.TopicName", R"("alerts")"},
    };
    check_rows(rows);
    CHECK(worth("{ 'Fn::GetAtt': [Topic, !Join ['', [Topic, Arn]]] }") ==
          "arn:aws:sns:us-east-1:123456789012:alerts");
  }

  TEST_CASE("Fn::Sub puts variables into a text, and leaves ${!Literal}") {
    constexpr Row rows[] = {
        {R"(!Sub "arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${Other}")",
         R"("arn:aws:ec2:us-east-1:123456789012:vpc/thing-00000001")"},
        {R"(!Sub ["www.${Domain}", { Domain: !Ref Env }])", R"("www.prod")"},
        {R"(!Sub ["${Env} is not ${Size}", { Env: dev }])", R"("dev is not 5")"},
        {R"(!Sub "${Other.Arn}")", R"("arn:aws:lab:us-east-1:123456789012:thing/thing-00000001")"},
        {R"(!Sub "${!Literal} of ${Env}")", R"("${Literal} of prod")"},
        {R"(!Sub "")", R"("")"},
        {R"(!Sub "no variable, a $, a { and a }")", R"("no variable, a $, a { and a }")"},
        {R"(!Sub "open ${Env")", R"("open ${Env")"},
        {R"(!Sub ["${N} ${B}", { N: 1.5, B: true }])", R"("1.5 true")"},
        {R"(!Sub "${Names}")", R"("a,b,c")"},
    };
    check_rows(rows);
  }

  TEST_CASE("Fn::Join, Fn::Split and Fn::Select are what their pages show") {
    constexpr Row rows[] = {
        {R"(!Join [":", [a, b, c]])", R"("a:b:c")"},
        {R"(!Join ['', ['arn:', !Ref AWS::Partition, ':s3:::elasticbeanstalk-*-']])",
         R"("arn:aws:s3:::elasticbeanstalk-*-")"},
        {"!Join [',', !Ref Names]", R"("a,b,c")"},
        {"!Join ['-', [!Ref Env, 7, true]]", R"("prod-7-true")"},
        {"!Join ['-', [a, !Ref AWS::NoValue, b]]", R"("a-b")"},
        {R"(!Split ["|", "a|b|c"])", R"(["a", "b", "c"])"},
        {R"(!Split ["|", "a||c|"])", R"(["a", "", "c", ""])"},
        {"!Select ['1', [apples, grapes, oranges, mangoes]]", R"("grapes")"},
        {"!Select [2, !Split [',', 'x,y,z']]", R"("z")"},
        {"!Select [0, !GetAZs '']", R"("us-east-1a")"},
        {"!Select [0, !Ref Names]", R"("a")"},
    };
    check_rows(rows);
  }

  TEST_CASE("Fn::FindInMap finds a text or a list, or its default") {
    constexpr Row rows[] = {
        {"!FindInMap [RegionMap, !Ref AWS::Region, HVM64]", R"("ami-0ff8a91507f77f867")"},
        {"!FindInMap [RegionMap, us-west-1, HVMG2]", R"("ami-066ee5fd4a9ef77f1")"},
        {"!FindInMap [RegionMap, us-east-1, Zones]", R"(["x", "y"])"},
        {"!FindInMap [RegionMap, us-east-1, 64]", R"("7")"},
        {"!FindInMap [RegionMap, eu-west-1, HVM64, { DefaultValue: none }]", R"("none")"},
    };
    check_rows(rows);
  }

  TEST_CASE("Fn::If takes the branch of its condition, also one that leaves the property out") {
    constexpr Row rows[] = {
        {"!If [IsProd, c1.xlarge, t1.micro]", R"("c1.xlarge")"},
        {"!If [IsTest, c1.xlarge, t1.micro]", R"("t1.micro")"},
        {"!If [IsTest, 1, !Ref AWS::NoValue]", R"("absent")"},
        {"!If [IsProd, { A: !Ref Env }, 0]", R"({"A": "prod"})"},
        {"[!If [IsProd, !Sub '${Env}!', x]]", R"(["prod!"])"},
    };
    check_rows(rows);
  }

  TEST_CASE("Fn::Base64, Fn::GetAZs, Fn::Length, Fn::ToJsonString") {
    constexpr Row rows[] = {
        {"!Base64 AWS CloudFormation", R"("QVdTIENsb3VkRm9ybWF0aW9u")"},  // the page's own
        {"!Base64 ''", R"("")"},
        {"!Base64 a", R"("YQ==")"},
        {"!Base64 ab", R"("YWI=")"},
        {"{ 'Fn::Base64': !Sub 'env=${Env}' }", R"("ZW52PXByb2Q=")"},
        {"!GetAZs ''", R"(["us-east-1a", "us-east-1b", "us-east-1c"])"},
        {"!GetAZs eu-west-1", R"(["eu-west-1a", "eu-west-1b", "eu-west-1c"])"},
        {"{ 'Fn::Length': [1, 2, 3] }", "3"},
        {"{ 'Fn::Length': !Ref Names }", "3"},
        {"{ 'Fn::ToJsonString': { key1: value1, key2: !Ref Env } }",
         R"("{\"key1\":\"value1\",\"key2\":\"prod\"}")"},
    };
    check_rows(rows);
  }

  TEST_CASE("Fn::Cidr divides a block exactly") {
    constexpr Row rows[] = {
        {"!Cidr ['192.168.0.0/24', 6, 5]",  // the page's own
         R"(["192.168.0.0/27", "192.168.0.32/27", "192.168.0.64/27", "192.168.0.96/27",
             "192.168.0.128/27", "192.168.0.160/27"])"},
        {"!Cidr ['10.0.0.0/16', '3', '8']", R"(["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"])"},
        {"!Cidr ['10.0.7.9/16', 2, 14]", R"(["10.0.0.0/18", "10.0.64.0/18"])"},
        {"!Cidr ['2001:db8:1234:1a00::/56', 2, 64]",
         R"(["2001:db8:1234:1a00::/64", "2001:db8:1234:1a01::/64"])"},
        {"!Cidr ['10.0.0.0/24', 1, 8]", R"(["10.0.0.0/24"])"},
        {"!Select [1, !Cidr ['10.0.0.0/16', 4, 12]]", R"("10.0.16.0/20")"},
    };
    check_rows(rows);
  }

  TEST_CASE("what cannot be worked out is told where it stands") {
    constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {"!Select [3, [a, b]]", "Fn::Select takes item 3 of a list of 2; the first is 0"},
        {"!Select [x, [a, b]]", "the index of Fn::Select is \"x\"; it counts from 0"},
        {"!Cidr ['10.0.0.0/24', 257, 1]", "Fn::Cidr gives 1 to 256 blocks, not 257"},
        {"!Cidr ['10.0.0.0/24', 9, 5]", "10.0.0.0/24 has no room for 9 blocks of 5 bits"},
        {"!Cidr ['10.0.0.0', 1, 5]", "Fn::Cidr divides \"10.0.0.0\"; write a block as 10.0.0.0/16"},
        {"!FindInMap [RegionMap, !Ref Env, HVM64]",
         "mapping RegionMap has no value for \"prod\", \"HVM64\""},
        {"!Split ['', abc]", "the delimiter of Fn::Split is empty"},
        {"!ImportValue other-VPC", "no stack before this one exports \"other-VPC\""},
        {"!Join [',', [{ A: 1 }]]", "a mapping cannot be part of a text"},
    };
    for (const auto& [value, message] : rows) {
      CAPTURE(value);
      CHECK(complaint(value) == message);
    }
    const std::string placed = worth("!Select [3, [a, b]]").get<std::string>();
    CHECK(placed.starts_with("error: t:22:12: "));
  }

  TEST_CASE("wrong names and wrong arguments are told before anything stands") {
    constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {"!Ref Othr",
         "\"Othr\" is no parameter or resource of this template; did you mean "
         "\"Other\"?"},
        {"!Ref AWS::AcountId",
         "\"AWS::AcountId\" is no parameter or resource of this template; "
         "did you mean \"AWS::AccountId\"?"},
        {"!Ref [a]", "Ref is a list; it takes the name of a parameter or resource"},
        {"!GetAtt Topik.TopicName",
         "\"Topik\" is no resource of this template; did you mean \"Topic\"?"},
        {"!GetAtt Env.Arn", "\"Env\" is a parameter, which has no attributes; use Ref"},
        {"{ 'Fn::GetAtt': Other }", "!GetAtt Other names no attribute; write !GetAtt Other.Arn"},
        {"!Sub '${Envv}'",
         "\"Envv\" is no parameter or resource of this template; did you mean \"Env\"?"},
        {"!Sub [a, b, c]",
         "Fn::Sub is a list; it takes a text, or [text, mapping of its "
         "variables]"},
        {"!If [IsProduct, 1, 2]",
         "\"IsProduct\" is no condition of this template; did you mean \"IsProd\"?"},
        {"!If [IsProd, 1]",
         "Fn::If has 2 items; it takes [condition, value if true, value if false]"},
        {"!Join a", "Fn::Join is \"a\"; it takes [delimiter, list]"},
        {"!Join [',', a]", "Fn::Join joins \"a\"; it takes [delimiter, list]"},
        {"!Select [1]", "Fn::Select has 1 item; it takes [index, list]"},
        {"!FindInMap [RegionMapp, a, b]",
         "\"RegionMapp\" is no mapping of this template; did you mean \"RegionMap\"?"},
        {"!FindInMap [RegionMap, us-eats-1, HVM64]",
         "\"us-eats-1\" is no key of mapping RegionMap; did you mean \"us-east-1\"?"},
        {"!FindInMap [RegionMap, !Ref AWS::Region, HVM46]",
         "\"HVM46\" is no key under any key of mapping RegionMap; did you mean \"HVM64\"?"},
        {"!Equals [a, b]",
         "Fn::Equals stands in Conditions and Rules only; name a condition and use Fn::If"},
        {"{ 'Fn::Subb': a }", "Fn::Subb is no intrinsic function; did you mean \"Fn::Sub\"?"},
        {"{ 'Fn::If': [IsProd, 1, 2], B: 1 }",
         "Fn::If stands beside other keys; an intrinsic function stands alone in its mapping"},
    };
    for (const auto& [value, message] : rows) {
      CAPTURE(value);
      CHECK(complaint(value) == message);
    }
  }

  TEST_CASE("a text of Fn::Sub that is meant for somebody else is shown how to stay") {
    CHECK(complaint("!Sub 'echo ${file(x)}'") ==
          "${file(x)} is no variable: letters, digits, _ . and : only; a text that shall stay is "
          "written ${!file(x)}");
  }

  TEST_CASE("dynamic references are looked up where they are known, else kept and listed") {
    constexpr Row rows[] = {
        {"'{{resolve:ssm:/app/size}}'", R"("12")"},
        {"'{{resolve:ssm:/app/size:2}}'", R"("11")"},
        {"'{{resolve:ssm-secure:/app/size}}'", R"("12")"},
        {"'{{resolve:secretsmanager:db:SecretString:username}}'", R"("admin")"},
        {"'{{resolve:secretsmanager:db:SecretString:port}}'", R"("3306")"},
        {"'{{resolve:secretsmanager:db}}'", R"("{\"username\":\"admin\",\"port\":3306}")"},
        {"!Sub '{{resolve:secretsmanager:arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}"
         ":secret:db-1:SecretString:username}}'",
         R"("admin")"},
        {"!Join ['', ['{{resolve:ssm:', '/app/size', '}} x']]", R"("12 x")"},
        {"'a {{resolve:ssm:/gone}} b'", R"("a {{resolve:ssm:/gone}} b")"},
    };
    check_rows(rows);
    Bench bench;
    const StackResult result = bench.stand(
        "Resources: { A: { Type: AWS::Laboratory::Thing, Properties: { Any: "
        "'{{resolve:ssm:/gone}}' } } }");
    CHECK(result.not_simulated == NotSimulated{{"{{resolve:ssm:/gone}}", 1}});
  }

  TEST_CASE("values that multiply end in a diagnosis") {
    std::string names = "x";
    for (int i = 0; i < 4000; ++i) names += 'x';
    std::string text = "Parameters: { P: { Type: String, Default: " + names + " } }\n";
    text += "Resources:\n  A:\n    Type: AWS::Laboratory::Thing\n    Properties:\n";
    text += "      Any: &a [!Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P, !Ref P]\n";
    std::string before = "a";
    for (const std::string name : {"b", "c", "d", "e"}) {
      text += "      " + name + ": &" + name + " [";
      for (int i = 0; i < 8; ++i) text += (i > 0 ? ", *" : "*") + before;
      text += "]\n";
      before = name;
    }
    Bench bench;
    bench.stand(text);
    CHECK(bench.diagnostics.text().find("the values of this stack grow beyond 64 MB") !=
          std::string::npos);
    CHECK(bench.diagnostics.count() == 1);
  }
}
