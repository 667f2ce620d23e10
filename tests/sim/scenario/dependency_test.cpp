#include <doctest/doctest.h>

#include "sim/scenario/dependency_graph.hpp"
#include "standing.hpp"

using namespace opsim;
using namespace opsim::tests;

namespace {

std::string order_of(std::string_view text) {
  Diagnostics diagnostics;
  const Template read = Template::read(read_text("t", text), diagnostics, nullptr);
  CHECK(diagnostics.text() == "");
  std::string order;
  for (const std::string_view name : read.creation_order())
    order += (order.empty() ? "" : " ") + std::string{name};
  return order;
}

}  // namespace

TEST_SUITE("template: dependencies") {
  TEST_CASE("each resource comes after what it needs, and else in the order of the source") {
    CHECK(order_of(R"(
Resources:
  Z: { Type: A::B::C }
  Y: { Type: A::B::C, DependsOn: B }
  A: { Type: A::B::C, Properties: { X: !Ref D } }
  B: { Type: A::B::C, Properties: { X: [!Sub "${C.Arn}"] } }
  C: { Type: A::B::C, Metadata: { X: !GetAtt Z.Arn } }
  D: { Type: A::B::C, DependsOn: [Z, C] }
)") == "Z C B Y D A");
  }

  TEST_CASE("both branches of Fn::If count, and what a condition leaves out") {
    CHECK(order_of(R"(
Conditions: { No: !Equals [a, b] }
Resources:
  A: { Type: A::B::C, Properties: { X: !If [No, !Ref C, !Ref B] } }
  B: { Type: A::B::C }
  C: { Type: A::B::C, Condition: No }
)") == "C B A");
  }

  TEST_CASE("a cycle is told by its names in order, once, at the resource it begins with") {
    CHECK(errors_of(R"(
Resources:
  CleanUpRole: { Type: A::B::C }
  DiskAlarm: { Type: A::B::C, Properties: { Actions: [!Ref CleanUp] } }
  CleanUp: { Type: A::B::C, Properties: { Alarm: !GetAtt DiskAlarm.Arn, Role: !Ref CleanUpRole } }
)") == "t:4:14: resources that wait for one another: DiskAlarm -> CleanUp -> DiskAlarm");
    CHECK(errors_of("Resources: { A: { Type: A::B::C, DependsOn: A } }") ==
          "t:1:17: resources that wait for one another: A -> A");
  }

  TEST_CASE("conditions may not wait for one another either") {
    CHECK(errors_of(R"(
Conditions:
  A: !Not [!Condition B]
  B: !Or [!Condition C, !Condition C]
  C: !Not [!Condition A]
Resources: { X: { Type: A::B::C } }
)") == "t:3:6: conditions that wait for one another: A -> B -> C -> A");
  }

  TEST_CASE("of a knot, the shortest way round; of two knots, both") {
    DependencyGraph graph{7};
    for (const auto& [what, needed] : std::vector<std::pair<std::uint32_t, std::uint32_t>>{
             {0, 1}, {1, 2}, {2, 3}, {3, 0}, {2, 0}, {4, 5}, {5, 4}, {6, 4}})
      graph.add(what, needed);
    const std::vector<std::vector<std::uint32_t>> expected{{0, 1, 2, 0}, {4, 5, 4}};
    CHECK(graph.cycles() == expected);
  }

  TEST_CASE("a chain of every resource that a template may have is put in order") {
    DependencyGraph graph{500};
    for (std::uint32_t i = 0; i + 1 < 500; ++i) graph.add(i, i + 1);
    const auto order = graph.order();
    CHECK(graph.cycles().empty());
    CHECK(order.front() == 499);
    CHECK(order.back() == 0);
  }

  TEST_CASE("SAM resources may refer to one another: the transform takes them apart") {
    CHECK(order_of(R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  Api: { Type: AWS::Serverless::Api, Properties: { DefinitionBody: !Sub "${Handler.Arn}" } }
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      Events: { E: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /, Method: get } } }
  Alarm: { Type: A::B::C, Properties: { Role: !Ref HandlerRole } }
)") == "HandlerRole Handler Api ApiDeploymentf9f2e019a0 ApiStageStage HandlerEPermission Alarm");
  }
}
