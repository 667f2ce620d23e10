// Rules, with the examples of their pages (CloudFormation User Guide, "Rules syntax", "Rule
// functions").
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "standing.hpp"

using namespace opsim;
using namespace opsim::tests;

namespace {

/// "prod: ... assertion: a1.medium ... test" of the page, and the list functions.
constexpr std::string_view kTemplate = R"(
Parameters:
  Environment: { Type: String, Default: test }
  InstanceType: { Type: String, Default: a1.medium }
  Zones: { Type: CommaDelimitedList, Default: 'a, b' }
Rules:
  testInstanceType:
    RuleCondition: !Equals [!Ref Environment, test]
    Assertions:
      - Assert: { 'Fn::Contains': [[a1.medium], !Ref InstanceType] }
        AssertDescription: For a test environment, the instance type must be a1.medium
  prodInstanceType:
    RuleCondition: !Equals [!Ref Environment, prod]
    Assertions:
      - Assert: !Contains [[a1.large], !Ref InstanceType]
        AssertDescription: For a production environment, the instance type must be a1.large
  zones:
    Assertions:
      - Assert: !EachMemberIn [!Ref Zones, [a, b, c]]
      - Assert: !Not [!EachMemberEquals [!Ref Zones, c]]
        AssertDescription: not all in c
Resources:
  Thing: { Type: AWS::Laboratory::Thing }
)";

std::string refusal(std::map<std::string, std::string> parameters) {
  Bench bench;
  bench.stand(kTemplate, {.parameters = std::move(parameters)});
  const auto all = bench.diagnostics.sorted();
  CHECK(bench.seen().empty() != all.empty());  // nothing is made where a rule is broken
  return all.empty() ? "" : all.front().text();
}

}  // namespace

TEST_SUITE("template: Rules") {
  TEST_CASE("a rule counts where its condition holds") {
    CHECK(refusal({}) == "");
    CHECK(refusal({{"InstanceType", "a1.large"}}) ==
          "t:10:9: Rule testInstanceType failed: For a test environment, the instance type must be "
          "a1.medium");
    CHECK(refusal({{"Environment", "prod"}, {"InstanceType", "a1.large"}}) == "");
    CHECK(refusal({{"Environment", "dev"}, {"InstanceType", "t3.nano"}}) == "");
  }
  TEST_CASE("every member of a list") {
    CHECK(refusal({{"Zones", "a,d"}}) == "t:19:9: Rule zones failed: an assertion does not hold");
    CHECK(refusal({{"Zones", "c,c"}}) == "t:20:9: Rule zones failed: not all in c");
  }
  TEST_CASE("what a rule cannot mean is told where it stands") {
    struct Row {
      std::string_view rule, complaint;
    };
    constexpr Row rows[] = {
        {"{ Assertions: [{ Assert: !Equals [!Ref Thing, x] }] }",
         "\"Thing\" is a resource; a rule refers to parameters only"},
        {"{ Assertion: [] }",
         "rule R: \"Assertion\" is not known here; did you mean \"Assertions\"?"},
        {"{ Assertions: [] }", "rule R: Assertions must be a list of at least one"},
        {"{ Assertions: [{ Assert: !Ref P }] }", "a condition is"},
    };
    for (const auto& [rule, complaint] : rows) {
      CAPTURE(rule);
      const std::string told = errors_of(fmt::format(
          "Parameters: {{ P: {{ Type: String }} }}\nRules: {{ R: {} }}\nResources: {{ Thing: {{ "
          "Type: A::B::C }} }}",
          rule));
      CAPTURE(told);
      CHECK(told.find(complaint) != std::string::npos);
    }
    CHECK(errors_of("Resources: { A: { Type: A::B::C, Properties: { X: !Contains [[a], b] } } }")
              .find("Fn::Contains stands in Rules only") != std::string::npos);
  }
  TEST_CASE("attributes of the account's own resources are not known: listed, nothing refused") {
    Bench bench;
    const StackResult stack = bench.stand(R"(
Parameters: { Vpc: { Type: 'AWS::EC2::VPC::Id', Default: vpc-1 } }
Rules:
  R: { Assertions: [{ Assert: !Equals [!ValueOf [Vpc, Tags.Department], IT] }] }
Resources: { Thing: { Type: AWS::Laboratory::Thing } }
)");
    CHECK(bench.diagnostics.text() == "");
    CHECK(bench.seen().contains("Thing"));
  }
}
