// Definitions: what is refused, where, and what real ones are accepted.
#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "models/step_functions/definition.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

using step_functions::MachineType;

std::vector<std::string> complaints(const Json& definition) {
  std::vector<std::string> found;
  for (const auto& one : step_functions::validate(definition, MachineType::standard))
    if (!one.warning) found.push_back(one.location + ": " + one.message);
  return found;
}

Json machine(const Json& states) { return {{"StartAt", "A"}, {"States", states}}; }

}  // namespace

TEST_SUITE("step functions: definitions") {
  TEST_CASE("all mistakes are told at once, each with its place") {
    const Json definition = machine({{"A", {{"Type", "Pass"}, {"Next", "Nowhere"}}},
                                     {"B", {{"Type", "Sleep"}}},
                                     {"C", {{"Type", "Wait"}, {"Seconds", 1}, {"End", true}}}});
    const std::vector<std::string> wanted{
        "/States/A/Next: Missing 'Next' target: Nowhere",
        "/States/B/Type: The field 'Type' should have one of these values: [Task, Wait, Pass, "
        "Succeed, Fail, Choice, Parallel, Map]",
        "/States/B: State \"B\" is not reachable.", "/States/C: State \"C\" is not reachable."};
    CHECK(complaints(definition) == wanted);
  }
  TEST_CASE("a field of the other query language is refused") {
    const Json definition = machine(
        {{"A",
          {{"Type", "Pass"}, {"QueryLanguage", "JSONata"}, {"InputPath", "$.a"}, {"End", true}}}});
    CHECK(complaints(definition) ==
          std::vector<std::string>{
              "/States/A: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only "
              "supported for the 'JSONPath' QueryLanguage"});
  }
  // The answers of AWS that github.com/floci-io/floci reports: issues 2735, 2745, 2968, 3733 and
  // pull request 2786; aws/aws-cdk 10530.
  TEST_CASE("what AWS says of a workflow that does not end, and of what cannot be reached") {
    const Json loop = machine(
        {{"A", {{"Type", "Pass"}, {"Next", "B"}}}, {"B", {{"Type", "Pass"}, {"Next", "A"}}}});
    CHECK(complaints(loop) == std::vector<std::string>{": Workflow has no terminal state"});
    Json lost = loop;
    lost["States"]["C"] = {{"Type", "Pass"}, {"End", true}};
    CHECK(complaints(lost) == std::vector<std::string>{"/States/C: State \"C\" is not reachable."});
    CHECK(complaints(machine({{"A", {{"Type", "Pass"}, {"Next", "NOPE"}}}})) ==
          std::vector<std::string>{"/States/A/Next: Missing 'Next' target: NOPE",
                                   ": Workflow has no terminal state"});
  }
  TEST_CASE("what AWS says of fields, bounds and handlers") {
    const auto of_map = [](Json more) {
      Json map{{"Type", "Map"}, {"End", true}};
      map["ItemProcessor"] = {{"StartAt", "P"},
                              {"States", {{"P", {{"Type", "Pass"}, {"End", true}}}}}};
      map.update(more);
      return complaints(machine({{"A", map}}));
    };
    using Told = std::vector<std::string>;
    CHECK(of_map({{"TimeoutSeconds", 5}}) ==
          Told{"/States/A: Field 'TimeoutSeconds' is not supported"});
    CHECK(of_map({{"MaxConcurrency", -1}}) == Told{"/States/A/MaxConcurrency: Minimum value is 0"});
    CHECK(of_map({{"ToleratedFailurePercentage", 101}}) ==
          Told{"/States/A/ToleratedFailurePercentage: Maximum value is 100.0"});
    CHECK(of_map({{"MaxConcurrency", 1}, {"MaxConcurrencyPath", "$.n"}}) ==
          Told{"/States/A: There should only be one of the following fields: [MaxConcurrency, "
               "MaxConcurrencyPath]"});
    const Json all{{"ErrorEquals", Json::array({"States.ALL"})}, {"MaxAttempts", 1}};
    const Json one{{"ErrorEquals", Json::array({"X"})}, {"MaxAttempts", 1}};
    CHECK(
        of_map({{"Retry", Json::array({all, one})}}) ==
        Told{"/States/A/Retry[0]/ErrorEquals[0]: States.ALL must appear alone and at end of list"});
  }
  TEST_CASE("what AWS says of JSONata that cannot be read, or reads what is not there") {
    const auto of_output = [](const std::string& expression) {
      Json definition =
          machine({{"A", {{"Type", "Pass"}, {"End", true}, {"Output", {{"v", expression}}}}}});
      definition["QueryLanguage"] = "JSONata";
      return complaints(definition);
    };
    using Told = std::vector<std::string>;
    CHECK(of_output("{% 1 + %}") == Told{"/States/A/Output/v: Unexpected end of expression"});
    CHECK(of_output("{% a[1,2) %}") == Told{"/States/A/Output/v: Expected \"]\", got \",\""});
    CHECK(of_output("{% phone %}") ==
          Told{"/States/A/Output/v: Reference to 'phone' at the top level is not supported."});
    CHECK(of_output("{% $states.input.phones[type = 'home'].number %}").empty());
    CHECK(of_output("{% $map($states.input.x, function($v) { $v.name }) %}").empty());
  }
  TEST_CASE("the state machines of the corpus are accepted, but for those that are not whole") {
    const auto folder = shared_folder();
    if (!folder) {
      MESSAGE("no ../shared/corpus: skipped");
      return;
    }
    // Without states; with ${placeholders} of a template inside a path.
    const std::set<std::string> kNotWhole{
        "aws-samples__automating-a-security-incident-with-step-functions__README.md_block3.json",
        "aws-samples__step-functions-workflows-collection__sfn-dynamodb-batchwriteitem__"
        "statemachine__statemachine.asl.json"};
    std::size_t accepted = 0;
    for (const auto& file : std::filesystem::directory_iterator{*folder / "corpus" / "asl"}) {
      const std::string name = file.path().filename().string();
      if (!name.ends_with(".json") || kNotWhole.contains(name)) continue;
      std::ostringstream text;
      text << std::ifstream{file.path()}.rdbuf();
      Json definition;
      const auto unread = step_functions::read_definition_text(text.str(), definition);
      const std::string why = unread                           ? unread->message
                              : complaints(definition).empty() ? ""
                                                               : complaints(definition)[0];
      CHECK_MESSAGE(why.empty(), name << ": " << why);
      accepted += why.empty() ? 1 : 0;
    }
    CHECK(accepted > 100);
  }
}

}  // namespace opsim::tests
