#include <doctest/doctest.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

constexpr const char* kFirehose =
    "arn:aws:firehose:us-east-1:012345678901:deliverystream/MetricStreams-QuickFull";

Json stream_input(Json more = Json::object()) {
  Json input{{"Name", "QuickFull"},
             {"FirehoseArn", kFirehose},
             {"RoleArn", "arn:aws:iam::012345678901:role/streams"},
             {"OutputFormat", "json"}};
  input.update(more);
  return input;
}

// The shapes of the answers: AWS CLI Reference, examples of put-metric-stream, get-metric-stream
// and list-metric-streams; states: API PutMetricStream, StartMetricStreams, StopMetricStreams.
TEST_SUITE("cloudwatch: metric streams") {
  TEST_CASE("run once they are put; an update leaves the state and the date of creation") {
    World world;
    const Json put = *world.ask("PutMetricStream", stream_input());
    CHECK(put ==
          Json{{"Arn", "arn:aws:cloudwatch:us-east-1:012345678901:metric-stream/QuickFull"}});
    const Json created = *world.ask("GetMetricStream", {{"Name", "QuickFull"}});
    CHECK(created["State"] == "running");
    CHECK(created["IncludeLinkedAccountsMetrics"] == false);
    CHECK_FALSE(created.contains("IncludeFilters"));

    REQUIRE(world.ask("StopMetricStreams", {{"Names", {"QuickFull"}}}));
    world.sim.run_until(kStart + 1h);
    REQUIRE(world.ask("PutMetricStream",
                      stream_input({{"IncludeFilters", {{{"Namespace", "AWS/EC2"}}}}})));
    const Json updated = *world.ask("GetMetricStream", {{"Name", "QuickFull"}});
    CHECK(updated["State"] == "stopped");
    CHECK(updated["CreationDate"] == created["CreationDate"]);
    CHECK(updated["LastUpdateDate"] != created["LastUpdateDate"]);
    CHECK(updated["IncludeFilters"] == Json::array({{{"Namespace", "AWS/EC2"}}}));
    REQUIRE(world.ask("StartMetricStreams", {{"Names", {"QuickFull"}}}));
    CHECK((*world.ask("GetMetricStream", {{"Name", "QuickFull"}}))["State"] == "running");
  }

  TEST_CASE("are listed by name, page by page, and deleted") {
    World world;
    for (const char* name : {"b", "a", "c"})
      REQUIRE(world.ask("PutMetricStream", stream_input({{"Name", name}})));
    const Json first = *world.ask("ListMetricStreams", {{"MaxResults", 2}});
    REQUIRE(first["Entries"].size() == 2);
    CHECK(first["Entries"][0]["Name"] == "a");
    CHECK_FALSE(first["Entries"][0].contains("RoleArn"));
    const Json rest = *world.ask("ListMetricStreams", {{"NextToken", first["NextToken"]}});
    REQUIRE(rest["Entries"].size() == 1);
    CHECK(rest["Entries"][0]["Name"] == "c");
    REQUIRE(world.ask("DeleteMetricStream", {{"Name", "c"}}));
    CHECK(world.ask("GetMetricStream", {{"Name", "c"}}).error().code ==
          "ResourceNotFoundException");
  }

  // "You cannot include IncludeFilters and ExcludeFilters in the same operation"; "valid characters
  // are A-Z, a-z, 0-9, - and _"; OpenTelemetry streams take percentiles only.
  TEST_CASE("are refused when they cannot be meant") {
    World world;
    const auto code = [&](Json more) {
      const auto answer = world.ask("PutMetricStream", stream_input(std::move(more)));
      return answer ? std::string{} : answer.error().code;
    };
    const Json filter = Json::array({{{"Namespace", "AWS/EC2"}}});
    CHECK(code({{"IncludeFilters", filter}, {"ExcludeFilters", filter}}) ==
          "InvalidParameterCombination");
    CHECK(code({{"Name", "a b"}}) == "InvalidParameterValue");
    CHECK(code({{"OutputFormat", "xml"}}) == "ValidationError");
    const auto with = [](const char* format, const char* statistic) {
      return Json{{"OutputFormat", format},
                  {"StatisticsConfigurations",
                   {{{"IncludeMetrics", {{{"Namespace", "N"}, {"MetricName", "M"}}}},
                     {"AdditionalStatistics", {statistic}}}}}};
    };
    CHECK(code(with("json", "tm99")) == "");
    CHECK(code(with("opentelemetry1.0", "p99")) == "");
    CHECK(code(with("opentelemetry1.0", "tm99")) == "InvalidParameterValue");
  }
}

}  // namespace
}  // namespace opsim::tests
