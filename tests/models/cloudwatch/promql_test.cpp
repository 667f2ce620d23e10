// What the PromQL of alarms finds, and how such alarms change their states.
// Expected values: CloudWatch User Guide, alarm-promql, Create_PromQL_Alarm, alarm-limits,
// CloudWatch-PromQL-Querying; API PutMetricAlarm; Prometheus documentation, "Operators".
#include "models/cloudwatch/promql.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using cloudwatch::AlarmState;
using cloudwatch::PromError;
using cloudwatch::PromQuery;

SourceId prom_gauge(World& world, double level, Dimensions dimensions,
                    const char* name = "my_gauge_metric") {
  const SeriesId id = world.cloud.metrics().intern({kHome, "Shop", name, std::move(dimensions)});
  return world.cloud.metrics().publish(id, {.from = world.sim.now(), .level = level}, {});
}

/// "{a=1} 5; {a=2} 7"
std::string prom_result(World& world, std::string_view text) {
  const auto query = PromQuery::parse(text);
  if (const auto* error = std::get_if<PromError>(&query))
    return fmt::format("{}: {}", error->position, error->message);
  const auto found =
      run_promql(world.cloud.metrics(), kHome, std::get<PromQuery>(query), world.sim.now());
  if (!found.failed.empty()) return found.failed;
  std::vector<std::string> shown;
  for (const auto& sample : found.samples) {
    std::vector<std::string> labels;
    for (const auto& [label, value] : sample.labels)
      labels.push_back(fmt::format("{}={}", label, value));
    shown.push_back(fmt::format("{{{}}} {:g}", fmt::join(labels, ","), sample.value));
  }
  return fmt::format("{}", fmt::join(shown, "; "));
}

Json prom_alarm(const char* query, int pending = -1, int recovery = -1) {
  Json criteria{{"Query", query}};
  if (pending >= 0) criteria["PendingPeriod"] = pending;
  if (recovery >= 0) criteria["RecoveryPeriod"] = recovery;
  return {{"AlarmName", "prom"},
          {"EvaluationCriteria", {{"PromQLCriteria", std::move(criteria)}}},
          {"EvaluationInterval", 60}};
}

TEST_SUITE("cloudwatch: PromQL") {
  TEST_CASE("selects, filters, aggregates and matches as the language says") {
    World world;
    prom_gauge(world, 10, {{"host", "a"}, {"zone", "1"}});
    prom_gauge(world, 30, {{"host", "b"}, {"zone", "1"}});
    prom_gauge(world, 50, {{"host", "c"}, {"zone", "2"}});
    prom_gauge(world, 2, {{"zone", "1"}}, "limit.of.zone");
    world.sim.run_until(kStart + 10min + 1s);
    struct Row {
      const char* query;
      const char* result;
    };
    const Row rows[] = {
        {"my_gauge_metric < 20", "{__name__=my_gauge_metric,host=a,zone=1} 10"},
        {R"(my_gauge_metric{host=~"a|c"} * 2)", "{host=a,zone=1} 20; {host=c,zone=2} 100"},
        {R"({"my_gauge_metric", "@datapoint.zone"!="1"})",
         "{__name__=my_gauge_metric,host=c,zone=2} 50"},
        {R"({"limit.of.zone", "@aws.region"=~"us-.*"})", "{__name__=limit.of.zone,zone=1} 2"},
        {R"({"limit.of.zone", "@aws.region"=~"eu-.*"})", ""},
        {"sum by (zone) (my_gauge_metric)", "{zone=1} 40; {zone=2} 50"},
        {"max(my_gauge_metric) without (host)", "{zone=1} 30; {zone=2} 50"},
        {"count(my_gauge_metric > 20) > 1", "{} 2"},
        {"avg_over_time(my_gauge_metric{host=\"b\"}[5m])", "{host=b,zone=1} 30"},
        {"count_over_time(my_gauge_metric{host=\"b\"}[5m])", "{host=b,zone=1} 5"},
        {R"(sum by (zone) (my_gauge_metric) / on(zone) {"limit.of.zone"})", "{zone=1} 20"},
        {R"(my_gauge_metric and on(zone) {"limit.of.zone"})",
         "{__name__=my_gauge_metric,host=a,zone=1} 10; "
         "{__name__=my_gauge_metric,host=b,zone=1} 30"},
        {R"(my_gauge_metric unless on(zone) {"limit.of.zone"})",
         "{__name__=my_gauge_metric,host=c,zone=2} 50"},
        {"my_gauge_metric > bool 40", "{host=a,zone=1} 0; {host=b,zone=1} 0; {host=c,zone=2} 1"},
        {"absent(nothing{job=\"x\"})", "{job=x} 1"},
        {"absent(my_gauge_metric)", ""},
        {"vector(1) + 2 ^ 3 ^ 1 - -1", "{} 10"},
        {R"(my_gauge_metric / on(zone) {"limit.of.zone"})",
         "found duplicate series for the match group on the left hand-side of the operation; "
         "many-to-many matching not allowed: matching labels must be unique on one side"},
    };
    for (const auto& [query, result] : rows) {
      CAPTURE(query);
      CHECK(prom_result(world, query) == result);
    }
  }

  TEST_CASE("a gauge that has not reported for five minutes is not there") {
    World world;
    const SourceId source = prom_gauge(world, 10, {});
    world.sim.run_until(kStart + 10min + 1s);
    world.cloud.metrics().stop(source);  // its last sample was at 10 min
    world.sim.run_until(kStart + 14min);
    CHECK(prom_result(world, "my_gauge_metric") == "{__name__=my_gauge_metric} 10");
    world.sim.run_until(kStart + 15min + 2s);
    CHECK(prom_result(world, "my_gauge_metric") == "");
  }

  TEST_CASE("what is malformed is told with its place; what is not run is read") {
    World world;
    CHECK(prom_result(world, "my_gauge_metric <") == "17: unexpected end of input");
    CHECK(prom_result(world, "1 > 2") == "5: comparisons between scalars must use BOOL modifier");
    CHECK(prom_result(world, "1 + 1") == "5: the query must return a result of vector type");
    CHECK(prom_result(world, "m[5m]") == "5: the query must return a result of vector type");
    CHECK(prom_result(world, "rats(m[5m])") == "4: unknown function with name \"rats\"");
    CHECK(prom_result(world, "{}") ==
          "2: vector selector must contain at least one non-empty matcher");
    const auto query = PromQuery::parse(
        "histogram_quantile(0.99, rate(http_request_duration_seconds_bucket[5m])) > 0.5");
    REQUIRE(std::holds_alternative<PromQuery>(query));
    CHECK(std::get<PromQuery>(query).not_simulated == "the PromQL function rate is not simulated");
  }
}

TEST_SUITE("cloudwatch: PromQL alarms") {
  TEST_CASE("begin as OK; a series alarms after its pending period, and is OK after its recovery") {
    World world;
    const SourceId source = prom_gauge(world, 50, {{"host", "a"}});
    REQUIRE(world.ask("PutMetricAlarm", prom_alarm("my_gauge_metric < 20", 300, 600)));
    CHECK(world.state("prom") == AlarmState::ok);
    world.sim.run_until(kStart + 10min + 30s);
    CHECK(world.state("prom") == AlarmState::ok);
    CHECK(world.alarm("prom").history().items().size() == 1);  // as it was created, nothing else

    world.cloud.metrics().change(source, {.from = world.sim.now(), .level = 10});
    // The sample at 11 min is seen by the evaluation at 12 min, from which the 300 seconds count.
    world.sim.run_until(kStart + 16min + 59s);
    CHECK(world.state("prom") == AlarmState::ok);
    world.sim.run_until(kStart + 17min);
    CHECK(world.state("prom") == AlarmState::alarm);
    CHECK(world.alarm("prom").state().reason() == "1 time series evaluated to ALARM");
    const Json in_alarm = *world.ask("DescribeAlarmContributors", {{"AlarmName", "prom"}});
    REQUIRE(in_alarm["AlarmContributors"].size() == 1);
    CHECK(in_alarm["AlarmContributors"][0]["ContributorAttributes"] ==
          Json{{"__name__", "my_gauge_metric"}, {"host", "a"}});

    world.cloud.metrics().change(source, {.from = world.sim.now(), .level = 50});
    world.sim.run_until(kStart + 27min + 59s);
    CHECK(world.state("prom") == AlarmState::alarm);
    world.sim.run_until(kStart + 29min);
    CHECK(world.state("prom") == AlarmState::ok);
  }

  TEST_CASE("a breach shorter than the pending period is none; another one counts anew") {
    World world;
    const SourceId source = prom_gauge(world, 10, {});
    REQUIRE(world.ask("PutMetricAlarm", prom_alarm("my_gauge_metric < 20", 300)));
    for (int i = 0; i < 5; ++i) {
      world.sim.run_until(kStart + i * 10min + 4min);
      world.cloud.metrics().change(source, {.from = world.sim.now(), .level = 50});
      world.sim.run_until(kStart + i * 10min + 9min);
      world.cloud.metrics().change(source, {.from = world.sim.now(), .level = 10});
      CHECK(world.state("prom") == AlarmState::ok);
    }
  }

  TEST_CASE("without periods it follows the query; it is in ALARM while any series is") {
    World world;
    const SourceId a = prom_gauge(world, 10, {{"host", "a"}});
    const SourceId b = prom_gauge(world, 50, {{"host", "b"}});
    REQUIRE(world.ask("PutMetricAlarm", prom_alarm("my_gauge_metric < 20")));
    world.sim.run_until(kStart + 2min);
    CHECK(world.state("prom") == AlarmState::alarm);
    world.cloud.metrics().change(b, {.from = world.sim.now(), .level = 10});
    world.sim.run_until(kStart + 5min);
    CHECK(world.alarm("prom").state().reason() == "2 time series evaluated to ALARM");
    world.cloud.metrics().change(a, {.from = world.sim.now(), .level = 50});
    world.sim.run_until(kStart + 10min);
    CHECK(world.state("prom") == AlarmState::alarm);
    world.cloud.metrics().stop(b);  // what reports no longer is not returned after five minutes
    world.sim.run_until(kStart + 16min);
    CHECK(world.state("prom") == AlarmState::ok);
  }

  TEST_CASE("are described by their criteria") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", prom_alarm("my_gauge_metric < 20", 120, 300)));
    const Json alarms = *world.ask("DescribeAlarms", {{"AlarmNames", {"prom"}}});
    const Json& alarm = alarms["MetricAlarms"][0];
    CHECK(alarm["EvaluationCriteria"] == Json{{"PromQLCriteria",
                                               {{"Query", "my_gauge_metric < 20"},
                                                {"PendingPeriod", 120},
                                                {"RecoveryPeriod", 300}}}});
    CHECK(alarm["EvaluationInterval"] == 60);
    CHECK(alarm["StateValue"] == "OK");
    for (const char* member : {"Threshold", "ComparisonOperator", "EvaluationPeriods", "Period"})
      CHECK_FALSE(alarm.contains(member));
  }

  TEST_CASE("are refused where AWS refuses, and told where they are never evaluated") {
    World world;
    const auto refusal = [&](Json input) {
      const auto answer = world.ask("PutMetricAlarm", input);
      return answer ? std::string{} : answer.error().message;
    };
    Json input = prom_alarm("m < 1");
    CHECK(refusal(with(input, "Threshold", 1)) ==
          "Threshold should not be set if EvaluationCriteria is set.");
    CHECK(refusal(with(input, "EvaluationInterval", 45)) ==
          "EvaluationInterval must be 10, 20, 30 or a multiple of 60");
    CHECK(refusal(with(input, "EvaluationInterval", 3660)).find("less than or equal to 3600") !=
          std::string::npos);
    CHECK(refusal(prom_alarm("m <")) ==
          "Invalid PromQL query: parse error at char 4: unexpected end of input");
    CHECK(refusal(prom_alarm("m", 86'401)).find("less than or equal to 86400") !=
          std::string::npos);
    REQUIRE(world.ask("PutMetricAlarm", prom_alarm("rate(m[5m]) > 1")));
    CHECK(world.alarm("prom").spec().not_simulated == "the PromQL function rate is not simulated");
    CHECK(world.state("prom") == AlarmState::ok);
  }

  TEST_CASE("a query that fails is an EVALUATION_ERROR, and the state stays") {
    World world;
    prom_gauge(world, 10, {{"host", "a"}, {"zone", "1"}});
    prom_gauge(world, 10, {{"host", "b"}, {"zone", "1"}});
    REQUIRE(
        world.ask("PutMetricAlarm", prom_alarm("my_gauge_metric / on(zone) my_gauge_metric > 0")));
    world.sim.run_until(kStart + 3min);
    CHECK(world.alarm("prom").evaluation_state() == "EVALUATION_ERROR");
    CHECK(world.state("prom") == AlarmState::ok);
  }
}

}  // namespace
}  // namespace opsim::tests
