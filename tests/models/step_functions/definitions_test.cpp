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
    found.push_back(one.location + ": " + one.message);
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
          std::vector<std::string>{"/States/A/InputPath: The field 'InputPath' is not supported "
                                   "with the query language 'JSONata'"});
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
