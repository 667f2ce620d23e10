// Fn::ForEach, with the examples of its page (CloudFormation User Guide, "Fn::ForEach").
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ranges>

#include "standing.hpp"

using namespace opsim;
using namespace opsim::tests;

namespace {

constexpr std::string_view kTopics = R"(
Transform: AWS::LanguageExtensions
Parameters:
  Names: { Type: CommaDelimitedList, Default: "Success, Failure" }
Resources:
  Fn::ForEach::Things:
    - Name
    - !Ref Names
    - Thing${Name}:
        Type: AWS::Laboratory::Thing
        Properties:
          Any: !Join ['.', [!Ref Name, fifo]]
          More: !Sub 'of ${Name} in ${AWS::Region}'
Outputs:
  Fn::ForEach::Outs:
    - Name
    - !Ref Names
    - Out${Name}: { Value: !Ref { 'Fn::Sub': 'Thing${Name}' } }
)";

std::string names_of(const Bench& bench,
                     const std::map<std::string, Lab::Seen, std::less<>>& seen) {
  if (bench.diagnostics.count() > 0) return bench.diagnostics.text();
  std::string names;
  for (const auto& [name, thing] : seen) names += (names.empty() ? "" : " ") + name;
  return names;
}

}  // namespace

TEST_SUITE("template: Fn::ForEach") {
  TEST_CASE("a resource and an output for each value of a parameter") {
    Bench bench;
    const StackResult stack = bench.stand(kTopics);
    REQUIRE(names_of(bench, bench.seen()) == "ThingFailure ThingSuccess");
    CHECK(bench.seen().at("ThingSuccess").properties.at("Any") == "Success.fifo");
    CHECK(bench.seen().at("ThingFailure").properties.at("More") == "of Failure in us-east-1");
    CHECK(stack.outputs.contains("OutSuccess"));
    CHECK(bench.seen().at("ThingSuccess").source == "t:10");
  }
  TEST_CASE("other values of the parameter make another template") {
    Bench bench;
    const Template read = Template::read(read_text("t", kTopics), bench.diagnostics, nullptr,
                                         {{"Names", "One,Two,Three"}});
    CHECK(read.loops_over_parameters());
    bench.stand_up(read, {.parameters = {{"Names", "One,Two,Three"}}});
    CHECK(names_of(bench, bench.seen()) == "ThingOne ThingThree ThingTwo");
  }
  TEST_CASE("loops within loops, and &{} for values that no logical id may have") {
    Bench bench;
    bench.stand(R"(
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Zones:
    - Zone
    - [us-east-1a, us-east-1b]
    - Fn::ForEach::Sizes:
        - Size
        - [S, L]
        - Thing&{Zone}${Size}:
            Type: AWS::Laboratory::Thing
            Properties: { Any: '${Zone} ${Size}' }
)");
    REQUIRE(names_of(bench, bench.seen()) ==
            "Thinguseast1aL Thinguseast1aS Thinguseast1bL Thinguseast1bS");
    CHECK(bench.seen().at("Thinguseast1bL").properties.at("Any") == "us-east-1b L");
  }
  TEST_CASE("properties of a resource may be a loop") {
    Bench bench;
    bench.stand(R"(
Transform: AWS::LanguageExtensions
Resources:
  Thing:
    Type: AWS::Laboratory::Thing
    Properties:
      Fn::ForEach::Settings: [Key, [One, Two], { '${Key}Enabled': 'true' }]
)");
    REQUIRE(names_of(bench, bench.seen()) == "Thing");
    CHECK(bench.seen().at("Thing").properties.at("OneEnabled") == "true");
    CHECK(bench.seen().at("Thing").properties.at("TwoEnabled") == "true");
  }
  TEST_CASE("what a loop cannot mean is told where it stands") {
    struct Row {
      std::string_view loop, complaint;
    };
    constexpr Row rows[] = {
        {"[X, [a]]",
         "t:3:41: Fn::ForEach::L is a list; it takes [identifier, collection, {key: value}]"},
        {"[X, a, { 'T${X}': { Type: A::B::C } }]",
         "t:3:45: the collection of Fn::ForEach is \"a\"; it takes a list, or a Ref to a parameter "
         "that is one"},
        {"[X, [a, b], { T: { Type: A::B::C } }]",
         "t:3:58: every round of the loop makes \"T\"; put ${X} into the key"},
        {"[X, [a, a], { 'T${X}': { Type: A::B::C } }]",
         "t:3:45: Fn::ForEach::L goes over \"a\" twice"},
        {"[X, !Ref Nobody, { 'T${X}': { Type: A::B::C } }]",
         "\"Nobody\" is no parameter of this template; Fn::ForEach goes over what is known before "
         "any resource"},
    };
    for (const auto& [loop, complaint] : rows) {
      CAPTURE(loop);
      const std::string told = errors_of(
          fmt::format("Transform: AWS::LanguageExtensions\nResources: {{ Z: {{ Type: A::B::C }},\n"
                      "             'Fn::ForEach::L':          {} }}",
                      loop));
      CAPTURE(told);
      CHECK(told.find(complaint) != std::string::npos);
    }
    CHECK(errors_of("Resources: { 'Fn::ForEach::L': [X, [a], { 'T${X}': { Type: A::B::C } }] }")
              .find("Fn::ForEach::L needs \"Transform: AWS::LanguageExtensions\"") !=
          std::string::npos);
  }
  TEST_CASE("loops that multiply end in a diagnosis") {
    std::string list;
    for (int i = 0; i < 100; ++i) list += fmt::format("{}{}", i > 0 ? "," : "", i);
    const std::string told = errors_of(fmt::format(
        "Transform: AWS::LanguageExtensions\nResources: {{ 'Fn::ForEach::A': [A, [{0}], {{ "
        "'Fn::ForEach::B': [B, [{0}], {{ 'T${{A}}x${{B}}': {{ Type: A::B::C }} }}] }}] }}",
        list));
    CHECK(told.find("more than 5000 rounds") != std::string::npos);
  }
}
