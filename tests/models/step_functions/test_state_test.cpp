// TestState: what it shows of a Map, of variables, and what it refuses. API Reference, TestState,
// InspectionData, TestStateConfiguration.
#include <doctest/doctest.h>

#include "tests/models/step_functions/world.hpp"

namespace opsim::tests {
namespace {

ApiResult<Json> tested(const Json& state, const Json& input, Json more = Json::object()) {
  StatesWorld world;
  Json request{{"definition", state.dump()}, {"input", input.dump()}, {"inspectionLevel", "DEBUG"}};
  request.update(more);
  return world.call("states", "TestState", request);
}

Json seen(const ApiResult<Json>& answer, const char* member) {
  REQUIRE(answer.has_value());
  const Json& data = answer->at("inspectionData");
  REQUIRE_MESSAGE(data.contains(member), data.dump());
  return Json::parse(data.at(member).get<std::string>());
}

Json map_state(Json more) {
  Json state{{"Type", "Map"}, {"End", true}};
  state["ItemProcessor"] = {
      {"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", "STANDARD"}}},
      {"StartAt", "I"},
      {"States", {{"I", {{"Type", "Pass"}, {"End", true}}}}}};
  state.update(more);
  return state;
}
const Json kMocked{{"mock", {{"result", "[1,2]"}}}};

}  // namespace

TEST_SUITE("step functions: TestState") {
  // "An array containing the inputs for each Map iteration, transformed by the ItemSelector";
  // "The effective input after the ItemBatcher filter is applied".
  TEST_CASE("a Map shows what its iterations are given") {
    const Json state =
        map_state({{"ItemsPath", "$.list"},
                   {"ItemSelector", {{"at.$", "$$.Map.Item.Index"}, {"v.$", "$$.Map.Item.Value"}}},
                   {"ItemBatcher", {{"MaxItemsPerBatch", 1}}}});
    const auto answer = tested(state, {{"list", {"a", "b"}}}, kMocked);
    CHECK(seen(answer, "afterItemsPath") == Json({"a", "b"}));
    const Json first{{"at", 0}, {"v", "a"}};
    const Json second{{"at", 1}, {"v", "b"}};
    CHECK(seen(answer, "afterItemSelector") == Json::array({first, second}));
    CHECK(seen(answer, "afterItemBatcher") ==
          Json::array({{{"Items", Json::array({first})}}, {{"Items", Json::array({second})}}}));
  }
  // mapItemReaderData: "as found in its original source"; ReaderConfig's ItemsPointer finds the
  // list.
  TEST_CASE("a Map shows what ItemsPointer finds in the data that would have been read") {
    const Json state =
        map_state({{"ItemReader",
                    {{"Resource", "arn:aws:states:::s3:getObject"},
                     {"ReaderConfig", {{"InputType", "JSON"}, {"ItemsPointer", "/deep/list"}}},
                     {"Parameters", {{"Bucket", "b"}, {"Key", "k"}}}}}});
    Json more = kMocked;
    more["stateConfiguration"] = {{"mapItemReaderData", R"({"deep": {"list": [7, 8]}})"}};
    CHECK(seen(tested(state, Json::object(), more), "afterItemsPointer") == Json({7, 8}));
  }
  // afterArguments: "The input after Step Functions applies an Arguments filter."
  TEST_CASE("a Parallel shows what its branches are given") {
    const Json branch{{"StartAt", "I"}, {"States", {{"I", {{"Type", "Pass"}, {"End", true}}}}}};
    Json state{{"Type", "Parallel"}, {"QueryLanguage", "JSONata"}, {"End", true}};
    state["Arguments"] = {{"x", "{% $states.input.a + 1 %}"}};
    state["Branches"] = Json::array({branch});
    const Json mocked{{"mock", {{"result", "[1]"}}}};
    CHECK(seen(tested(state, {{"a", 1}}, mocked), "afterArguments") == Json({{"x", 2}}));
  }
  TEST_CASE("the rules and catchers of a state alone are checked, wherever they lead") {
    Json state{{"Type", "Choice"}, {"QueryLanguage", "JSONata"}, {"Default", "Elsewhere"}};
    state["Choices"] = Json::array();
    state["Choices"].push_back({{"Condition", "{% $states.input.a = 1 %}"}, {"Next", "There"}});
    const auto answer = tested(state, {{"a", 1}});
    REQUIRE(answer.has_value());
    CHECK(answer->at("nextState") == "There");
    state["Choices"][0]["Condition"] = "{% $states.input.a = %}";
    const auto refused = tested(state, {{"a", 1}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "InvalidDefinition");
  }
  // "variables assigned in the state and variables set up as test state input"
  TEST_CASE("variables, those given and those assigned, stand in the inspection") {
    const Json state{{"Type", "Pass"}, {"Assign", {{"x.$", "$.a"}}}, {"End", true}};
    const auto answer = tested(state, {{"a", 5}}, {{"variables", R"({"y": 1})"}});
    CHECK(seen(answer, "variables") == Json({{"x", 5}, {"y", 1}}));
  }
  // "TestState only supports the following when a mock is specified: Activity tasks, .sync or
  // .waitForTaskToken service integration patterns, Parallel, or Map states."
  TEST_CASE("what may be tested with a mock only") {
    const auto refused = [](const Json& state, Json more = Json::object()) {
      more["roleArn"] = "arn:aws:iam::123456789012:role/r";
      const auto answer = tested(state, Json::object(), more);
      return !answer && answer.error().code == "ValidationException";
    };
    CHECK(refused(map_state({{"ItemsPath", "$.list"}})));
    const Json sync{{"Type", "Task"},
                    {"Resource", "arn:aws:states:::states:startExecution.sync:2"},
                    {"Parameters", {{"StateMachineArn", "m"}}},
                    {"End", true}};
    CHECK(refused(sync));
    CHECK_FALSE(refused(sync, {{"mock", {{"result", "{}"}}}}));
  }
  TEST_CASE("levels and modes that there are not") {
    const Json pass{{"Type", "Pass"}, {"End", true}};
    const auto answer = tested(pass, Json::object(), {{"inspectionLevel", "ALL"}});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().message ==
          "1 validation error detected: Value 'ALL' at 'inspectionLevel' failed to satisfy "
          "constraint: Member must satisfy enum value set: [INFO, DEBUG, TRACE]");
  }
}

}  // namespace opsim::tests
