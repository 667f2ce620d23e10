// Rules of Contributor Insights as the API keeps them. AWS: API InsightRule, PartialFailure.
#include <doctest/doctest.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

TEST_SUITE("cloudwatch: Contributor Insights rules") {
  TEST_CASE("are put, described, switched off and deleted; unknown ones are told as failures") {
    World world;
    const std::string definition =
        R"({"Schema":{"Name":"CloudWatchLogRule","Version":1},"LogGroupNames":["g"],)"
        R"("LogFormat":"JSON","Contribution":{"Keys":["$.ip"],"Filters":[]},"AggregateOn":"Count"})";
    REQUIRE(world.ask(
        "PutInsightRule",
        {{"RuleName", "talkers"}, {"RuleState", "ENABLED"}, {"RuleDefinition", definition}}));
    const Json rules = *world.ask("DescribeInsightRules", Json::object());
    REQUIRE(rules["InsightRules"].size() == 1);
    CHECK(rules["InsightRules"][0]["Schema"] == R"({"Name":"CloudWatchLogRule","Version":1})");
    CHECK(rules["InsightRules"][0]["Definition"] == definition);
    const Json names{{"RuleNames", Json::array({"talkers", "none"})}};
    const Json switched = *world.ask("DisableInsightRules", names);
    REQUIRE(switched["Failures"].size() == 1);
    CHECK(switched["Failures"][0]["FailureResource"] == "none");
    CHECK((*world.ask("DescribeInsightRules", Json::object()))["InsightRules"][0]["State"] ==
          "DISABLED");
    REQUIRE(world.ask("DeleteInsightRules", names));
    CHECK((*world.ask("DescribeInsightRules", Json::object()))["InsightRules"].empty());
  }

  TEST_CASE("a definition without its parts is refused") {
    World world;
    CHECK(world
              .ask("PutInsightRule",
                   {{"RuleName", "x"}, {"RuleState", "ENABLED"}, {"RuleDefinition", "{}"}})
              .error()
              .code == "InvalidParameterValue");
  }
}

}  // namespace
}  // namespace opsim::tests
