// Metrics Insights: the language, and what GetMetricData answers.
// Expected values: CloudWatch User Guide, cloudwatch-metrics-insights-querylanguage and -limits.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "models/cloudwatch/metrics_insights.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

std::string problem_of(const std::string& query) {
  const auto parsed = InsightsQuery::parse(query);
  const auto* error = std::get_if<MathError>(&parsed);
  return error == nullptr ? "" : error->text();
}

InsightsQuery parsed(const std::string& query) {
  auto found = InsightsQuery::parse(query);
  CAPTURE(query);
  REQUIRE(std::holds_alternative<InsightsQuery>(found));
  return std::get<InsightsQuery>(std::move(found));
}

SourceId instance_cpu(World& world, const std::string& id, const std::string& type, double level) {
  Dimensions dimensions{{"InstanceId", id}};
  if (!type.empty()) dimensions.emplace_back("InstanceType", type);
  const SeriesId series =
      world.cloud.metrics().intern({kHome, "AWS/EC2", "CPUUtilization", dimensions});
  return world.cloud.metrics().publish(series, Waveform{.from = kStart, .level = level},
                                       {.every = 1min});
}

Json insights(const std::string& query, int period = 60) {
  Json item{{"Id", "q1"}, {"Expression", query}, {"Period", period}};
  return {{"MetricDataQueries", Json::array({std::move(item)})},
          {"StartTime", "2026-03-02T09:00:00Z"},
          {"EndTime", "2026-03-02T09:05:00Z"},
          {"ScanBy", "TimestampAscending"}};
}

/// "i-1: 10", one line for each result, its first value.
std::string firsts(const ApiResult<Json>& answer) {
  REQUIRE(answer);
  std::string text;
  for (const Json& result : (*answer)["MetricDataResults"]) {
    text += fmt::format("{}: {}\n", result["Label"].get<std::string>(),
                        result["Values"].empty() ? -1 : result["Values"][0].get<double>());
  }
  return text;
}

TEST_SUITE("cloudwatch: Metrics Insights") {
  TEST_CASE("the rich query of the guide, clause by clause") {
    const InsightsQuery query = parsed(
        "SELECT SUM(RequestCount)\n"
        "FROM SCHEMA(\"AWS/ApplicationELB\", LoadBalancer, AvailabilityZone)\n"
        "WHERE LoadBalancer = 'app/load-balancer-1'\n"
        "GROUP BY AvailabilityZone\n"
        "ORDER BY MAX() DESC\n"
        "LIMIT 5");
    CHECK(query.function == InsightsFunction::sum);
    CHECK(query.metric_name == "RequestCount");
    CHECK(query.metric_namespace == "AWS/ApplicationELB");
    CHECK(*query.schema == std::vector<std::string>{"AvailabilityZone", "LoadBalancer"});
    CHECK(query.where.at(0).label == "LoadBalancer");
    CHECK(query.where.at(0).value == "app/load-balancer-1");
    CHECK(query.group_by == std::vector<std::string>{"AvailabilityZone"});
    CHECK(query.order_by->by == InsightsFunction::maximum);
    CHECK(query.order_by->descending);
    CHECK(query.limit == 5);
  }

  TEST_CASE("keywords are not case sensitive; ORDER BY ascends unless it says DESC") {
    const InsightsQuery query =
        parsed("select avg(cpu) from app group by host order by avg() limit 10;");
    CHECK(query.metric_name == "cpu");
    CHECK(query.metric_namespace == "app");
    CHECK_FALSE(query.order_by->descending);
    CHECK_FALSE(query.schema);
  }

  TEST_CASE("what needs quotation marks or escape characters") {
    CHECK(parsed("SELECT MAX(\"My.Metric\") FROM app").metric_name == "My.Metric");
    CHECK(parsed(R"(SELECT AVG("Bytes\"Input\"") FROM app)").metric_name == "Bytes\"Input\"");
    CHECK(parsed("SELECT AVG(\"LIMIT\") FROM app").metric_name == "LIMIT");
    CHECK(problem_of("SELECT AVG(LIMIT) FROM app") ==
          "at character 12: LIMIT is a reserved keyword: put it in double quotation marks");
    CHECK(problem_of("SELECT AVG(x) FROM AWS/EC2") == "at character 23: unexpected '/'");
    CHECK(problem_of("SELECT AVG(x) FROM app WHERE Env = prod") ==
          "at character 36: expected a value in single quotation marks but found 'prod'");
  }

  TEST_CASE("what the grammar refuses") {
    CHECK(problem_of("SELECT P99(x) FROM app") ==
          "at character 8: expected AVG, COUNT, MAX, MIN or SUM but found 'P99'");
    CHECK(problem_of("SELECT AVG(x)") ==
          "at character 14: expected FROM but found the end of the query");
    CHECK(problem_of("SELECT AVG(x) FROM app LIMIT 501") ==
          "at character 30: LIMIT is a number from 1 to 500, not '501'");
    CHECK(problem_of("SELECT AVG(x) FROM app WHERE a LIKE 'b'") ==
          "at character 32: the operators of WHERE are = and !=");
    CHECK(problem_of("SELECT AVG(x) FROM app WHERE a = 'b' OR a = 'c'") ==
          "at character 38: unexpected 'OR'");
  }

  TEST_CASE("SCHEMA means exactly these dimensions, and the namespace alone none") {
    const SeriesKey plain{kHome, "AWS/EC2", "CPUUtilization", {}};
    const SeriesKey one{kHome, "AWS/EC2", "CPUUtilization", {{"InstanceId", "i-1"}}};
    const SeriesKey two{
        kHome, "AWS/EC2", "CPUUtilization", {{"InstanceId", "i-1"}, {"InstanceType", "m5"}}};
    const InsightsQuery any = parsed("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\"");
    const InsightsQuery none = parsed("SELECT AVG(CPUUtilization) FROM SCHEMA(\"AWS/EC2\")");
    const InsightsQuery by_id =
        parsed("SELECT AVG(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId)");
    CHECK((any.matches(plain, "") && any.matches(one, "") && any.matches(two, "")));
    CHECK((none.matches(plain, "") && !none.matches(one, "")));
    CHECK((!by_id.matches(plain, "") && by_id.matches(one, "") && !by_id.matches(two, "")));
  }

  TEST_CASE("accounts: AWS.AccountId and CURRENT_ACCOUNT_ID()") {
    const SeriesKey metric{kHome, "app", "x", {}};
    CHECK(parsed("SELECT AVG(x) FROM app WHERE AWS.AccountId = CURRENT_ACCOUNT_ID()")
              .matches(metric, kHome.account));
    CHECK_FALSE(parsed("SELECT AVG(x) FROM app WHERE AWS.AccountId=444455556666")
                    .matches(metric, kHome.account));
  }

  TEST_CASE("without GROUP BY one series aggregates all observations that match") {
    World world;
    instance_cpu(world, "i-1", "", 10);
    instance_cpu(world, "i-2", "", 40);
    world.sim.run_until(kStart + 10min);
    const auto ask = [&](const char* function) {
      return firsts(
          world.ask("GetMetricData",
                    insights(fmt::format("SELECT {}(CPUUtilization) FROM \"AWS/EC2\"", function))));
    };
    CHECK(ask("AVG") == "q1: 25\n");
    CHECK(ask("COUNT") == "q1: 2\n");
    CHECK(ask("MAX") == "q1: 40\n");
    CHECK(ask("MIN") == "q1: 10\n");
    CHECK(ask("SUM") == "q1: 50\n");
  }

  TEST_CASE("an average weighs every observation, not every metric") {
    World world;
    for (const auto& [host, values] :
         {std::pair{"a", Json{1, 1, 1}}, std::pair{"b", Json(std::vector<int>{9})}}) {
      Json datum{{"MetricName", "x"},
                 {"Values", values},
                 {"Timestamp", "2026-03-02T09:01:00Z"},
                 {"Dimensions", {{{"Name", "Host"}, {"Value", host}}}}};
      REQUIRE(world.ask("PutMetricData",
                        {{"Namespace", "app"}, {"MetricData", Json::array({std::move(datum)})}}));
    }
    world.sim.run_until(kStart + 6min);
    // (1 + 1 + 1 + 9) / 4, not (1 + 9) / 2
    CHECK(firsts(world.ask("GetMetricData", insights("SELECT AVG(x) FROM app"))) == "q1: 3\n");
  }

  TEST_CASE("GROUP BY: one series a value, alphabetical; Other where a metric lacks the label") {
    World world;
    instance_cpu(world, "i-1", "m5.large", 30);
    instance_cpu(world, "i-2", "c5.large", 10);
    instance_cpu(world, "i-3", "", 20);
    world.sim.run_until(kStart + 10min);
    CHECK(firsts(world.ask("GetMetricData", insights("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\" "
                                                     "GROUP BY InstanceType"))) ==
          "Other: 20\nc5.large: 10\nm5.large: 30\n");
    CHECK(firsts(world.ask("GetMetricData",
                           insights("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\" "
                                    "WHERE InstanceType != 'c5.large' GROUP BY InstanceId, "
                                    "InstanceType"))) == "i-1 m5.large: 30\ni-3 Other: 20\n");
  }

  TEST_CASE("ORDER BY with LIMIT gives the top N") {
    World world;
    for (int i = 1; i <= 5; ++i) instance_cpu(world, fmt::format("i-{}", i), "", i * 10);
    world.sim.run_until(kStart + 10min);
    const std::string query =
        "SELECT MAX(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId) GROUP BY InstanceId "
        "ORDER BY MAX() ";
    CHECK(firsts(world.ask("GetMetricData", insights(query + "DESC LIMIT 2"))) ==
          "i-5: 50\ni-4: 40\n");
    CHECK(firsts(world.ask("GetMetricData", insights(query + "LIMIT 2"))) == "i-1: 10\ni-2: 20\n");
  }

  TEST_CASE("a query's result is an input of metric math") {
    World world;
    instance_cpu(world, "i-1", "", 10);
    instance_cpu(world, "i-2", "", 40);
    world.sim.run_until(kStart + 10min);
    Json input =
        insights("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\" GROUP BY InstanceId ORDER BY AVG()");
    input["MetricDataQueries"][0]["ReturnData"] = false;
    input["MetricDataQueries"].push_back({{"Id", "e1"}, {"Expression", "MAX(q1) - MIN(q1)"}});
    CHECK(firsts(world.ask("GetMetricData", input)) == "e1: 30\n");
  }

  TEST_CASE("limits: one query a call, a period that is given, a minute at least") {
    World world;
    instance_cpu(world, "i-1", "", 10);
    world.sim.run_until(kStart + 10min);
    Json two = insights("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\"");
    two["MetricDataQueries"].push_back(two["MetricDataQueries"][0]);
    two["MetricDataQueries"][1]["Id"] = "q2";
    CHECK_FALSE(world.ask("GetMetricData", two));
    Json without = insights("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\"");
    without["MetricDataQueries"][0].erase("Period");
    CHECK_FALSE(world.ask("GetMetricData", without));
    // "The request does not fail, but the output is aggregated at one-minute granularity."
    const auto fine =
        world.ask("GetMetricData", insights("SELECT COUNT(CPUUtilization) FROM \"AWS/EC2\"", 10));
    REQUIRE(fine);
    CHECK((*fine)["MetricDataResults"][0]["Values"].size() == 5);
  }

  TEST_CASE("tags of resources are told apart as not simulated") {
    World world;
    const auto answer = world.ask(
        "GetMetricData", insights("SELECT AVG(x) FROM app WHERE tag.env = 'prod' GROUP BY Host"));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == "NotSimulated");
  }
}

}  // namespace
}  // namespace opsim::tests
