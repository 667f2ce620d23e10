// ValidateStateMachineDefinition: codes, severities, how many. The codes: API Reference,
// ValidateStateMachineDefinitionDiagnostic. Messages of refusals as the rules pf-sfn-asl-* of
// cdk-preflight measured them on 2026-09-05; of warnings only the code is documented.
#include <doctest/doctest.h>

#include "tests/models/step_functions/world.hpp"

namespace opsim::tests {
namespace {

Json validated(const Json& states, Json more = Json::object(), const char* language = "JSONPath") {
  StatesWorld world;
  const Json definition{{"StartAt", "A"}, {"QueryLanguage", language}, {"States", states}};
  Json input{{"definition", definition.dump()}, {"severity", "WARNING"}};
  input.update(more);
  return world.must("states", "ValidateStateMachineDefinition", input);
}

/// "CODE at /place", one for each.
std::vector<std::string> codes(const Json& states, const char* language = "JSONPath") {
  std::vector<std::string> found;
  const Json answer = validated(states, Json::object(), language);
  for (const Json& one : answer.at("diagnostics"))
    found.push_back(one.at("code").get<std::string>() + " at " +
                    one.value("location", std::string{}));
  return found;
}

std::vector<std::string> messages(const Json& states, const char* language = "JSONPath") {
  std::vector<std::string> found;
  const Json answer = validated(states, Json::object(), language);
  for (const Json& one : answer.at("diagnostics"))
    found.push_back(one.at("message").get<std::string>() + " at " +
                    one.value("location", std::string{}));
  return found;
}

using Told = std::vector<std::string>;

Json pass(Json more = Json::object()) {
  Json state{{"Type", "Pass"}, {"End", true}};
  state.update(more);
  return state;
}

Json map(Json more = Json::object(), const char* inner = "I") {
  Json state{{"Type", "Map"}, {"End", true}};
  state["ItemProcessor"] = {
      {"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", "STANDARD"}}},
      {"StartAt", inner},
      {"States", {{inner, pass()}}}};
  state.update(more);
  return state;
}

}  // namespace

TEST_SUITE("step functions: validation") {
  // "No .$ on a field that appears to be a JSONPath or Intrinsic Function."
  TEST_CASE("NO_DOLLAR warns of a path that a template takes for a text") {
    CHECK(codes({{"A", pass({{"Parameters", {{"x", "$.a"}, {"y.$", "$.a"}, {"z", "text"}}}})}}) ==
          Told{"NO_DOLLAR at /States/A/Parameters/x"});
    CHECK(codes({{"A", pass({{"Parameters", {{"x", {{"y", "States.UUID()"}}}}}})}}) ==
          Told{"NO_DOLLAR at /States/A/Parameters/x/y"});
    CHECK(codes({{"A", pass({{"Output", {{"x", "$.a"}}}})}}, "JSONata").empty());
  }
  // "Field value looks like a path, but field name does not end with 'Path'."
  TEST_CASE("NO_PATH warns of a path where a value is wanted") {
    CHECK(codes({{"A", {{"Type", "Fail"}, {"Error", "X"}, {"Cause", "$.why"}}}}) ==
          Told{"NO_PATH at /States/A/Cause"});
    CHECK(codes({{"A", {{"Type", "Fail"}, {"CausePath", "$.why"}}}}).empty());
    const Json rule{{"Variable", "$.a"}, {"StringEquals", "$.b"}, {"Next", "B"}};
    CHECK(codes({{"A", {{"Type", "Choice"}, {"Choices", Json::array({rule})}}}, {"B", pass()}}) ==
          Told{"NO_PATH at /States/A/Choices[0]/StringEquals"});
  }
  // "Attempt to use a path in the result of a pass state."
  TEST_CASE("PASS_RESULT_IS_STATIC warns of a path in a Result") {
    CHECK(codes({{"A", pass({{"Result", {{"x", "$.a"}}}})}}) ==
          Told{"PASS_RESULT_IS_STATIC at /States/A/Result"});
    CHECK(codes({{"A", pass({{"Result", {{"price", "$5"}}}})}}).empty());
  }
  TEST_CASE("warnings are returned where they are asked for, and never fail a definition") {
    const Json states{{"A", pass({{"Result", "$.a"}})}};
    CHECK(validated(states).at("result") == "OK");
    CHECK(validated(states).at("diagnostics").at(0).at("severity") == "WARNING");
    CHECK(validated(states, {{"severity", "ERROR"}}).at("diagnostics").empty());
    StatesWorld world;
    CHECK_FALSE(world.machine(states).empty());
  }
  // API: maxResults is 100 by default and where it is 0; truncated says that more were found.
  TEST_CASE("as many diagnostics as are asked for; whether there were more") {
    Json states{{"A", pass()}};
    for (int at = 0; at < 120; ++at) states["B" + std::to_string(at)] = pass();  // not reachable
    CHECK(validated(states).at("diagnostics").size() == 100);
    CHECK(validated(states).at("truncated") == true);
    CHECK(validated(states, {{"maxResults", 0}}).at("diagnostics").size() == 100);
    CHECK(validated(states, {{"maxResults", 3}}).at("diagnostics").size() == 3);
    const Json both{{"A", pass({{"Result", "$.a"}, {"Color", "red"}})}};
    CHECK(validated(both, {{"maxResults", 1}}).at("truncated") == true);
    // The warning is not asked for: all results are returned.
    CHECK(validated(both, {{"maxResults", 1}, {"severity", "ERROR"}}).at("truncated") == false);
    StatesWorld world;
    const auto refused = world.call("states", "ValidateStateMachineDefinition",
                                    {{"definition", "{}"}, {"maxResults", 101}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "ValidationException");
  }
  TEST_CASE("names of states and labels of Maps: how long, what they hold, once each") {
    const std::string long_name(81, 'x');
    Json next{{"Type", "Pass"}, {"Next", long_name}};
    CHECK(codes({{"A", next}, {long_name, pass()}}) ==
          Told{"INVALID_STATE_NAME at /States/" + long_name});
    CHECK(codes({{"A", map({{"Label", std::string(41, 'x')}})}}) ==
          Told{"INVALID_LABEL_NAME at /States/A/Label"});
    CHECK(codes({{"A", map({{"Label", "a b"}})}}) == Told{"INVALID_LABEL_NAME at /States/A/Label"});
    Json first = map({{"Label", "L"}, {"Next", "B"}});
    first.erase("End");
    CHECK(messages({{"A", first}, {"B", map({{"Label", "L"}}, "J")}}) ==
          Told{"Duplicate Label name: L at /States/B/Label"});
    Json twice = map();
    twice.erase("End");
    twice["Next"] = "I";
    CHECK(messages({{"A", twice}, {"I", pass()}}) ==
          Told{"Duplicate State name: I at /States/A/ItemProcessor/States/I"});
  }
  TEST_CASE("TOO_DEEPLY_NESTED, where workflows lie in workflows without end") {
    Json state = pass();
    for (int depth = 0; depth < 30; ++depth) {
      const std::string inner = "S" + std::to_string(depth);
      const Json branch{{"StartAt", inner}, {"States", {{inner, state}}}};
      state = Json{{"Type", "Parallel"}, {"End", true}, {"Branches", Json::array({branch})}};
    }
    const Told told = codes({{"A", state}});
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with("TOO_DEEPLY_NESTED"));
  }
  // Guide, transforming-data: access to $states.result or $states.errorOutput "from fields and
  // states where they are not accessible will be caught at creation, update, or validation". The
  // message: github.com/floci-io/floci, issue 2745.
  TEST_CASE("$states.result and $states.errorOutput only where they exist") {
    const auto task = [](Json more) {
      Json state{{"Type", "Task"},
                 {"Resource", "arn:aws:states:::sqs:sendMessage"},
                 {"Arguments", {{"QueueUrl", "q"}, {"MessageBody", "m"}}},
                 {"End", true}};
      state.update(more);
      return Json{{"A", state}, {"B", pass()}};
    };
    const auto catching = [&](const char* output) {
      return task({{"Catch", Json::array({{{"ErrorEquals", Json::array({"States.ALL"})},
                                           {"Next", "B"},
                                           {"Output", output}}})}});
    };
    const std::string missing = "Field '$states.errorOutput' does not exist. at ";
    CHECK(messages({{"A", pass({{"Output", "{% $states.errorOutput.Cause %}"}})}}, "JSONata") ==
          Told{missing + "/States/A/Output"});
    CHECK(messages({{"A", pass({{"Output", {{"v", "{% $states.result %}"}}}})}}, "JSONata") ==
          Told{"Field '$states.result' does not exist. at /States/A/Output/v"});
    CHECK(messages(catching("{% $states.errorOutput %}"), "JSONata").empty());
    CHECK(messages(catching("{% $states.result %}"), "JSONata") ==
          Told{"Field '$states.result' does not exist. at /States/A/Catch[0]/Output"});
    Json used = catching("{% $states.errorOutput %}");
    used["A"]["Output"] = "{% $states.result %}";
    used["A"]["Assign"] = {{"x", "{% $states.result.MessageId %}"}};
    CHECK(messages(used, "JSONata").empty());
    used["A"]["Arguments"]["MessageBody"] = "{% $string($states.result) %}";
    CHECK(messages(used, "JSONata") ==
          Told{"Field '$states.result' does not exist. at /States/A/Arguments/MessageBody"});
  }
  TEST_CASE("a rule of a Choice is of one kind, and of its language") {
    const auto of_rule = [](Json rule, const char* language) {
      rule["Next"] = "B";
      return messages(
          {{"A", {{"Type", "Choice"}, {"Choices", Json::array({rule})}}}, {"B", pass()}}, language);
    };
    const Told one_kind{
        "The object must have only one of the following fields, [And, Or, Not, Variable, "
        "Condition] at /States/A/Choices[0]"};
    const Json path{{"Variable", "$.a"}, {"IsNull", true}};
    Json both = path;
    both["Not"] = path;
    CHECK(of_rule(path, "JSONPath").empty());
    CHECK(of_rule(both, "JSONPath") == one_kind);
    CHECK(of_rule(Json::object(), "JSONata") == one_kind);
    CHECK(of_rule(path, "JSONata") ==
          Told{"The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported for "
               "the 'JSONPath' QueryLanguage at /States/A/Choices[0]"});
  }
  TEST_CASE("CSVHeaders are needed where they are GIVEN") {
    const auto of_reader = [](const Json& config) {
      const Json reader{{"Resource", "arn:aws:states:::s3:getObject"},
                        {"ReaderConfig", config},
                        {"Parameters", {{"Bucket", "b"}, {"Key", "k"}}}};
      return messages({{"A", map({{"ItemReader", reader}})}});
    };
    CHECK(of_reader({{"InputType", "CSV"}, {"CSVHeaderLocation", "GIVEN"}}) ==
          Told{"These fields are required: [CSVHeaders] at /States/A/ItemReader/ReaderConfig"});
    CHECK(of_reader({{"InputType", "CSV"}, {"CSVHeaderLocation", "FIRST_ROW"}}).empty());
  }
  TEST_CASE("what an optimized integration must be given") {
    Json task{{"Type", "Task"}, {"Resource", "arn:aws:states:::sqs:sendMessage"}, {"End", true}};
    CHECK(messages({{"A", task}}) == Told{"Parameters field is required for resource ARN: "
                                          "arn:aws:states:::sqs:sendMessage at /States/A"});
    task["Parameters"] = {{"QueueUrl.$", "$.queue"}, {"DelaySeconds", 1}};
    CHECK(messages({{"A", task}}) ==
          Told{"The field 'MessageBody' is required but was missing at /States/A/Parameters"});
    task["Resource"] = "arn:aws:states:::aws-sdk:sqs:sendMessage";
    CHECK(messages({{"A", task}}).empty());
  }
  TEST_CASE("what AWS says of empty lists, of types, of values out of a list") {
    CHECK(messages({{"A", {{"Type", "Parallel"}, {"Branches", Json::array()}, {"End", true}}}}) ==
          Told{"Value cannot be empty at /States/A/Branches"});
    CHECK(messages({{"A", {{"Type", "Wait"}, {"Seconds", "5"}, {"End", true}}}}) ==
          Told{"Expected value of type Integer at /States/A/Seconds"});
    CHECK(messages({{"A", {{"Type", "Wait"}, {"Seconds", -1}, {"End", true}}}}) ==
          Told{"Minimum value is 0 at /States/A/Seconds"});
    Json lost = pass({{"QueryLanguage", "SQL"}});
    CHECK(messages({{"A", lost}}) == Told{"Value should be one of the following: [JSONPath, "
                                          "JSONata] at /States/A/QueryLanguage"});
    Json open{{"Type", "Pass"}};
    CHECK(messages({{"A", open}, {"B", pass()}})[0] ==
          "This object should have only one of the following fields: [Next, End] at /States/A");
    Json inline_map = map();
    inline_map["ItemProcessor"]["ProcessorConfig"]["Mode"] = "INLINE";
    CHECK(
        messages({{"A", inline_map}}) ==
        Told{"Field 'ExecutionType' is not supported at /States/A/ItemProcessor/ProcessorConfig"});
    CHECK(messages({{"A", pass({{"Output", "{% 1"}})}}, "JSONata") ==
          Told{"JSONata string must start with {% and end with %} at /States/A/Output"});
  }
}

}  // namespace opsim::tests
