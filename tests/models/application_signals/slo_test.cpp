// AWS: CloudWatch User Guide, "Service level objectives (SLOs)"; Application Signals API Reference.
#include <doctest/doctest.h>

#include <cmath>

#include "models/application_signals/budget.hpp"
#include "models/application_signals/service.hpp"
#include "models/cloudwatch/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

using namespace application_signals;

const Service* const kServices[] = {&kCloudWatch, &kApplicationSignals};

Json sum_of(const char* metric) {
  return Json::array({{{"Id", "m1"},
                       {"MetricStat",
                        {{"Metric", {{"Namespace", "Shop"}, {"MetricName", metric}}},
                         {"Period", 60},
                         {"Stat", "Sum"}}}}});
}

struct SloWorld : SmallWorld {
  SloWorld() : SmallWorld{kServices} {}
  void put(const char* metric, double value) {
    must("cloudwatch", "PutMetricData",
         {{"Namespace", "Shop"}, {"MetricData", {{{"MetricName", metric}, {"Value", value}}}}});
  }
  /// Minutes of traffic: so many requests in each, so many of them bad.
  void serve(int minutes, double total, double bad) {
    for (int i = 0; i < minutes; ++i) {
      put("Requests", total);
      put("Failed", bad);
      const SimTime next = std::chrono::floor<std::chrono::minutes>(sim.now()) + 1min + 5s;
      sim.run_until(next);
    }
  }
  void by_request(double goal) {
    must("application-signals", "CreateServiceLevelObjective",
         {{"Name", "orders"},
          {"RequestBasedSliConfig",
           {{"RequestBasedSliMetricConfig",
             {{"TotalRequestCountMetric", sum_of("Requests")},
              {"MonitoredRequestCountMetric", {{"BadCountMetric", sum_of("Failed")}}}}}}},
          {"Goal",
           {{"AttainmentGoal", goal},
            {"Interval", {{"RollingInterval", {{"Duration", 5}, {"DurationUnit", "DAY"}}}}}}},
          {"BurnRateConfigurations", {{{"LookBackWindowMinutes", 5}}}}});
  }
  Json report() {
    return must("application-signals", "BatchGetServiceLevelObjectiveBudgetReport",
                {{"Timestamp", iso8601(sim.now())}, {"SloIds", {"orders"}}})
        .at("Reports")
        .at(0);
  }
};

bool near(double a, double b) { return std::abs(a - b) < 5e-5; }

}  // namespace

TEST_SUITE("application signals") {
  // Row slo-001: 30 days of one-minute periods, goal 99 %, 130 of them bad.
  TEST_CASE("slo-001: the budget of a period-based objective is a share of the whole interval") {
    const Budget budget = period_budget(99, 43'200, {.total = 20'000, .bad = 130});
    CHECK(near(budget.total, 432));
    CHECK(near(budget.remaining, 302));
  }

  // Rows slo-req-01 to -03: the guide's table of a five-day objective of 85 %.
  TEST_CASE("slo-req-01 to -03: the budget of a request-based objective grows with its requests") {
    Tally seen{.total = 10, .bad = 1};
    Budget budget = request_budget(85, seen);
    CHECK(near(budget.attainment, 0.9));
    CHECK(near(budget.total, 1.5));
    CHECK(near(budget.remaining, 0.5));
    seen += {.total = 5, .bad = 1};
    budget = request_budget(85, seen);
    CHECK(near(budget.attainment, 13.0 / 15));
    CHECK(near(budget.total, 2.25));
    CHECK(near(budget.remaining, 0.25));
    seen += {.total = 1, .bad = 1};
    budget = request_budget(85, seen);
    CHECK(near(budget.attainment, 0.8125));
    CHECK(near(budget.total, 2.4));
    CHECK(near(budget.remaining, -0.6));
    CHECK(budget_status(budget, seen, 50) == "BREACHED");
  }

  TEST_CASE("slo-burn-001, -002: a burn rate of 1 meets the goal exactly") {
    CHECK(near(*burn_rate(99, {.total = 1'000, .bad = 10}), 1));
    CHECK(near(*burn_rate(99.9, {.total = 10'000, .bad = 144}), 14.4));
    CHECK_FALSE(burn_rate(99, {}));
  }

  TEST_CASE("what left the window is forgotten") {
    application_signals::Window window{5min};
    const SimTime start = *parse_iso8601("2026-03-02T09:00:00Z");
    for (int minute = 1; minute <= 10; ++minute) {
      const SimTime end = start + std::chrono::minutes{minute};
      window.add(end, {.total = 10, .bad = minute <= 5 ? 1.0 : 0.0});
      window.move_to(end);
    }
    CHECK(window.sum().total == 50);
    CHECK(window.sum().bad == 0);
  }

  TEST_CASE("an objective on requests: reported, and published as burn rate") {
    SloWorld world;
    world.by_request(90);
    CHECK(world.report().at("BudgetStatus") == "INSUFFICIENT_DATA");
    world.serve(10, 100, 2);
    world.run_for(4min);
    Json report = world.report();
    CHECK(report.at("EvaluationType") == "RequestBased");
    CHECK(near(report.at("Attainment").get<double>(), 98));
    CHECK(report.at("TotalBudgetRequests") == 100);
    CHECK(report.at("BudgetRequestsRemaining") == 80);
    CHECK(report.at("BudgetStatus") == "OK");
    world.serve(10, 100, 30);
    world.run_for(4min);
    report = world.report();
    CHECK(near(report.at("Attainment").get<double>(), 84));
    CHECK(report.at("BudgetStatus") == "BREACHED");
    // 30 % errors against 10 % allowed.
    const Json burn = world.must("cloudwatch", "GetMetricStatistics",
                                 {{"Namespace", "AWS/ApplicationSignals"},
                                  {"MetricName", "BurnRate"},
                                  {"Dimensions",
                                   {{{"Name", "SloName"}, {"Value", "orders"}},
                                    {{"Name", "BurnRateWindowMinutes"}, {"Value", "5"}}}},
                                  {"StartTime", iso8601(world.sim.now() - 30min)},
                                  {"EndTime", iso8601(world.sim.now())},
                                  {"Period", 1800},
                                  {"Statistics", {"Maximum"}}});
    REQUIRE(burn.at("Datapoints").size() >= 1);
    double highest = 0;
    for (const Json& point : burn.at("Datapoints"))
      highest = std::max(highest, point.at("Maximum").get<double>());
    CHECK(near(highest, 3));
  }

  TEST_CASE("an objective on periods: a minute is good or bad") {
    SloWorld world;
    world.must(
        "application-signals", "CreateServiceLevelObjective",
        {{"Name", "orders"},
         {"SliConfig",
          {{"SliMetricConfig", {{"MetricDataQueries", sum_of("Failed")}, {"PeriodSeconds", 60}}},
           {"MetricThreshold", 5},
           {"ComparisonOperator", "LessThan"}}},
         {"Goal", {{"AttainmentGoal", 99}}}});
    world.serve(6, 100, 1);
    world.serve(4, 100, 5);  // 5 is not less than 5
    world.run_for(4min);
    const Json report = world.report();
    CHECK(report.at("EvaluationType") == "PeriodBased");
    CHECK(near(report.at("Attainment").get<double>(), 60));
    // 7 days of minutes, 1 % of them: 100.8 minutes; four are gone.
    CHECK(report.at("TotalBudgetSeconds") == 6'048);
    CHECK(report.at("BudgetSecondsRemaining") == 6'048 - 240);
  }

  // AWS::ApplicationSignals::ServiceLevelObjective: Sli has SliMetric, where the API has
  // SliMetricConfig.
  TEST_CASE("a template names the metric as CloudFormation does") {
    SloWorld world;
    world.make("AWS::ApplicationSignals::ServiceLevelObjective", "Orders",
               {{"Name", "orders"},
                {"Sli",
                 {{"SliMetric", {{"MetricDataQueries", sum_of("Failed")}, {"PeriodSeconds", 60}}},
                  {"MetricThreshold", 5},
                  {"ComparisonOperator", "LessThan"}}}});
    world.serve(3, 100, 1);
    world.run_for(4min);
    CHECK(near(world.report().at("Attainment").get<double>(), 100));
    const Json told =
        world.must("application-signals", "GetServiceLevelObjective", {{"Id", "orders"}});
    CHECK(told.at("Slo").at("Sli").contains("SliMetric"));
  }

  TEST_CASE("what a burn rate leads back to") {
    SloWorld world;
    world.by_request(90);
    world.run_for(1min);
    const CauseId fault = world.journal.write({.kind = EntryKind::fault, .subject = "the fault"});
    world.put("Requests", 100);
    {
      const CauseScope because{world.sim, fault};
      world.put("Failed", 50);
    }
    world.run_for(4min);
    const auto burn =
        world.cloud.metrics().find({world.cloud.home(),
                                    "AWS/ApplicationSignals",
                                    "BurnRate",
                                    {{"BurnRateWindowMinutes", "5"}, {"SloName", "orders"}}});
    REQUIRE(burn);
    CHECK(world.cloud.metrics().latest_cause(*burn, world.sim.now()) == fault);
  }

  TEST_CASE("what an objective must say") {
    SloWorld world;
    world.by_request(90);
    const auto refused = [&](const Json& input) {
      return world.refusal("application-signals", "CreateServiceLevelObjective", input);
    };
    const Json sli{{"SliMetricConfig", {{"MetricDataQueries", sum_of("Failed")}}},
                   {"MetricThreshold", 5},
                   {"ComparisonOperator", "LessThan"}};
    CHECK(refused({{"Name", "orders"}, {"SliConfig", sli}}) == "ConflictException");
    CHECK(refused({{"Name", "-"}, {"SliConfig", sli}}) == "ValidationException");
    CHECK(refused({{"Name", "other"}}) == "ValidationException");
    CHECK(refused({{"Name", "other"}, {"SliConfig", sli}, {"Goal", {{"AttainmentGoal", 100}}}}) ==
          "ValidationException");
    CHECK(refused({{"Name", "other"}, {"SliConfig", sli}}) == "");
    CHECK(world.refusal("application-signals", "GetServiceLevelObjective", {{"Id", "none"}}) ==
          "ResourceNotFoundException");
    world.must("application-signals", "DeleteServiceLevelObjective", {{"Id", "orders"}});
    CHECK(
        world.must("application-signals", "ListServiceLevelObjectives").at("SloSummaries").size() ==
        1);
  }

  TEST_CASE("an update keeps what was seen") {
    SloWorld world;
    world.by_request(90);
    world.serve(5, 100, 2);
    world.run_for(4min);
    const Json slo = world.must("application-signals", "UpdateServiceLevelObjective",
                                {{"Id", "orders"}, {"Description", "Orders are taken."}});
    CHECK(slo.at("Slo").at("Description") == "Orders are taken.");
    CHECK(near(world.report().at("Attainment").get<double>(), 98));
  }
}

}  // namespace opsim::tests
