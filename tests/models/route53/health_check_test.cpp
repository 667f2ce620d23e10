// Health checks at the waists: how soon, and by whose opinion.
#include <doctest/doctest.h>

#include "models/route53/health_check.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/route53/dns_world.hpp"

namespace opsim::tests {
namespace {

struct Spread {
  Duration least = 10h;
  Duration most{};
  void add(Duration one) {
    least = std::min(least, one);
    most = std::max(most, one);
  }
};

}  // namespace

TEST_SUITE("route53: health checks") {
  // cases/worked_examples.jsonl: r53-18-001 and r53-18-004.
  TEST_CASE("r53-18-001, r53-18-004: more than 18 % of the checkers make an endpoint healthy") {
    CHECK_FALSE(route53::enough_checkers(1, 16));
    CHECK(route53::enough_checkers(4, 22));
    CHECK_FALSE(route53::enough_checkers(18, 100));
    CHECK(route53::enough_checkers(19, 100));
    CHECK_FALSE(route53::enough_checkers(0, 16));
  }

  // cases/validation.md V25: interval 10 or 30 s x failure threshold; about 90 and 30 s at three.
  TEST_CASE("V25: a dead endpoint is found in about the interval times the threshold") {
    Spread slow;
    Spread fast;
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
      Dns world{Seed{seed}};
      const std::string standard = world.endpoint("Standard");
      const std::string quick = world.endpoint("Quick", {{"RequestInterval", 10}});
      world.run_for(10min);
      world.answer(standard, 0);
      world.answer(quick, 0);
      fast.add(world.until(quick, false));
      slow.add(world.until(standard, false));
    }
    CHECK(slow.least > 35s);  // beside the time that the fast one took
    CHECK(slow.most <= 91s);
    CHECK(fast.least >= 20s);
    CHECK(fast.most <= 31s);
  }

  TEST_CASE("an endpoint that does not answer takes the four seconds to connect more") {
    Dns world;
    const std::string refused = world.endpoint("Refused");
    world.run_for(10min);
    world.answer(refused, 0);
    const Duration at_once = world.until(refused, false);
    Dns other;
    const std::string silent = other.endpoint("Silent");
    other.run_for(10min);
    other.answer(silent, -1);
    CHECK(other.until(silent, false) - at_once == 4s);
  }

  TEST_CASE("metrics: the status, and the share of the checkers that think so") {
    Dns world;
    const std::string id = world.endpoint("Site");
    world.answer(id, 503);
    world.run_for(10min);
    const auto newest = [&](const std::string& name) {
      const auto series = world.cloud.metrics().find(
          {world.cloud.home(), "AWS/Route53", name, {{"HealthCheckId", id}}});
      REQUIRE(series.has_value());
      return world.cloud.metrics()
          .summary(*series, {world.sim.now() - 3min, world.sim.now() - 1min, world.sim.now()})
          .highest;
    };
    CHECK(newest("HealthCheckStatus") == 0);
    CHECK(newest("HealthCheckPercentageHealthy") == 0);
    const Json status = world.must("route53", "GetHealthCheckStatus", {{"HealthCheckId", id}});
    CHECK(status.at("HealthCheckObservations").size() == 16);
    world.answer(id, 200);
    world.run_for(10min);
    CHECK(newest("HealthCheckStatus") == 1);
    CHECK(newest("HealthCheckPercentageHealthy") == 100);
  }

  TEST_CASE("calculated: healthy while enough children are; 0 always, too many never") {
    Dns world;
    std::vector<std::string> children;
    for (const char* name : {"One", "Two", "Three"}) children.push_back(world.endpoint(name));
    const auto calculated = [&](const char* name, int threshold) {
      return world.check(name, {{"Type", "CALCULATED"},
                                {"ChildHealthChecks", children},
                                {"HealthThreshold", threshold}});
    };
    const std::string two = calculated("AtLeastTwo", 2);
    const std::string none = calculated("Always", 0);
    const std::string four = calculated("Never", 4);
    const std::string inverted = world.check("Inverted", {{"Type", "CALCULATED"},
                                                          {"ChildHealthChecks", {two}},
                                                          {"HealthThreshold", 1},
                                                          {"Inverted", true}});
    CHECK(world.healthy(two));
    CHECK(world.healthy(none));
    CHECK_FALSE(world.healthy(four));
    CHECK_FALSE(world.healthy(inverted));
    world.answer(children[0], 0);
    world.run_for(5min);
    CHECK(world.healthy(two));
    world.answer(children[1], 0);
    world.run_for(5min);
    CHECK_FALSE(world.healthy(two));
    CHECK(world.healthy(none));
    CHECK(world.healthy(inverted));
  }

  TEST_CASE("disabled: healthy, whatever happens; with Inverted, unhealthy") {
    Dns world;
    const std::string id = world.endpoint("Site");
    world.answer(id, 0);
    world.run_for(5min);
    CHECK_FALSE(world.healthy(id));
    world.must("route53", "UpdateHealthCheck", {{"HealthCheckId", id}, {"Disabled", true}});
    CHECK(world.healthy(id));
    world.must("route53", "UpdateHealthCheck", {{"HealthCheckId", id}, {"Inverted", true}});
    CHECK_FALSE(world.healthy(id));
  }

  TEST_CASE("an alarm's health check follows its data, not SetAlarmState") {
    Dns world;
    world.must("cloudwatch", "PutMetricAlarm",
               {{"AlarmName", "errors"},
                {"Namespace", "App"},
                {"MetricName", "Errors"},
                {"Statistic", "Sum"},
                {"Period", 60},
                {"EvaluationPeriods", 1},
                {"Threshold", 5},
                {"TreatMissingData", "missing"},
                {"ComparisonOperator", "GreaterThanThreshold"}});
    const Json alarm{{"Region", "us-east-1"}, {"Name", "errors"}};
    const std::string careful =
        world.check("Careful", {{"Type", "CLOUDWATCH_METRIC"},
                                {"AlarmIdentifier", alarm},
                                {"InsufficientDataHealthStatus", "Unhealthy"}});
    const std::string last =
        world.check("Last", {{"Type", "CLOUDWATCH_METRIC"},
                             {"AlarmIdentifier", alarm},
                             {"InsufficientDataHealthStatus", "LastKnownStatus"}});
    CHECK_FALSE(world.healthy(careful));  // no data yet
    CHECK(world.healthy(last));
    const auto put = [&](double value) {
      for (int minute = 0; minute < 5; ++minute) {
        world.must(
            "cloudwatch", "PutMetricData",
            {{"Namespace", "App"}, {"MetricData", {{{"MetricName", "Errors"}, {"Value", value}}}}});
        world.run_for(1min);
      }
    };
    put(1);
    CHECK(world.healthy(careful));
    world.must("cloudwatch", "SetAlarmState",
               {{"AlarmName", "errors"}, {"StateValue", "ALARM"}, {"StateReason", "a drill"}});
    CHECK(world.healthy(careful));
    put(1);
    CHECK(world.healthy(careful));
    put(9);
    CHECK_FALSE(world.healthy(careful));
    CHECK_FALSE(world.healthy(last));
    world.run_for(20min);  // the data stop
    CHECK_FALSE(world.healthy(last));
  }

  TEST_CASE("a timeline keeps the checkers of an endpoint out, and of nothing else") {
    Dns world;
    const std::string endpoint = world.endpoint("East");
    const std::string follows =
        world.check("Follows", {{"Type", "CALCULATED"},
                                {"HealthThreshold", 1},
                                {"ChildHealthChecks", Json::array({endpoint})}});
    const auto fail = [&](const std::string& target, std::string_view arguments) {
      const Document document = read_yaml("scenario.yaml", arguments);
      kRoute53.faults[0].begin(*world.cloud.model("route53"),
                               {world.cloud, document.root, {target}, "scenario.yaml:9"});
    };
    fail(endpoint, "{ with: refused, on: East, for: 10min }");
    CHECK(world.cloud.read_quantity(endpoint, "answer") == 0);
    CHECK(world.until(endpoint, false) < 3min);
    CHECK(world.until(endpoint, true) > 5min);
    CHECK(world.cloud.read_quantity(endpoint, "answer") == 200);
    fail(endpoint, "{ on: East }");
    CHECK(world.cloud.read_quantity(endpoint, "answer") == -1);
    fail(follows, "{ on: Follows }");
    const auto told = world.told({EntryKind::note});
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().find("is no health check of an endpoint") != std::string::npos);
  }

  TEST_CASE("what AWS refuses") {
    Dns world;
    struct Row {
      Json config;
      const char* code;
    };
    const Row rows[] = {
        {{{"Type", "ICMP"}}, "InvalidInput"},
        {{{"Type", "HTTP"}}, "InvalidInput"},
        {{{"Type", "HTTP"}, {"IPAddress", "192.0.2.1"}, {"RequestInterval", 20}}, "InvalidInput"},
        {{{"Type", "HTTP"}, {"IPAddress", "192.0.2.1"}, {"FailureThreshold", 11}}, "InvalidInput"},
        {{{"Type", "HTTP_STR_MATCH"}, {"IPAddress", "192.0.2.1"}}, "InvalidInput"},
        {{{"Type", "HTTP"}, {"IPAddress", "192.0.2.1"}, {"Regions", {"us-east-1"}}},
         "InvalidInput"},
        {{{"Type", "CALCULATED"}, {"ChildHealthChecks", {"none"}}}, "InvalidInput"},
        {{{"Type", "CLOUDWATCH_METRIC"}}, "InvalidInput"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.config.dump());
      CHECK(world.refusal("route53", "CreateHealthCheck",
                          {{"CallerReference", "r"}, {"HealthCheckConfig", row.config}}) ==
            row.code);
    }
    CHECK(world.refusal("route53", "GetHealthCheck", {{"HealthCheckId", "none"}}) ==
          "NoSuchHealthCheck");
  }
}

}  // namespace opsim::tests
