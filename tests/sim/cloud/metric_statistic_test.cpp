#include <doctest/doctest.h>

#include "opsim/cloud/statistic.hpp"

namespace opsim {
namespace {

WeightedValues one_to(int n) {
  WeightedValues values;
  for (int i = n; i >= 1; --i) values.emplace_back(i, 1);
  return values;
}

TEST_SUITE("cloudwatch: statistics") {
  TEST_CASE("names that CloudWatch knows are read, all others are not") {
    for (const char* name :
         {"SampleCount", "Sum",          "Average",  "Minimum",       "Maximum",  "p0",
          "p99",         "p99.9",        "p100",     "tm90",          "tc99.5",   "ts10",
          "wm98",        "IQM",          "PR(:300)", "PR(100:2000)",  "PR(100:)", "TM(10%:90%)",
          "TM(:95%)",    "TC(150:1000)", "TS(80%:)", "WM(0.5%:99.5%)"}) {
      CAPTURE(name);
      const auto statistic = Statistic::parse(name);
      REQUIRE(statistic);
      CHECK(statistic->text == name);
    }
    for (const char* name :
         {"", "average", "p", "p101", "P99x", "p-1", "p1e1", "tm", "IQM25", "PR", "PR()", "PR(:)",
          "PR(10%:20%)", "TM(10%:90)", "TM(90%:10%)", "TM(:101%)", "XX(1:2)", "TM(1:2", "p.5"}) {
      CAPTURE(name);
      CHECK_FALSE(Statistic::parse(name));
    }
  }

  TEST_CASE("a basic statistic of values with counts") {
    Summary summary;
    summary.add(1, 2);
    summary.add(10, 4);
    CHECK(statistic_of(summary, StatisticKind::sample_count) == 6);
    CHECK(statistic_of(summary, StatisticKind::sum) == 42);
    CHECK(statistic_of(summary, StatisticKind::average) == 7);
    CHECK(statistic_of(summary, StatisticKind::minimum) == 1);
    CHECK(statistic_of(summary, StatisticKind::maximum) == 10);
  }

  TEST_CASE("an average never leaves its samples, whatever rounding does") {
    Summary summary;
    for (int i = 0; i < 10; ++i) summary.add(0.1);
    CHECK(statistic_of(summary, StatisticKind::average) == 0.1);
  }

  TEST_CASE("extended statistics, worked out on the values 1 to 100") {
    struct Row {
      const char* statistic;
      double expected;
    };
    // Definitions: CloudWatch User Guide, Statistics-definitions.
    constexpr Row rows[] = {
        {"p50", 50},         {"p99", 99},          {"p99.9", 100},     {"p100", 100},
        {"p0", 1},           {"tm90", 45.5},       {"TM(:90%)", 45.5}, {"TM(10%:90%)", 50.5},
        {"IQM", 50.5},       {"tc90", 90},         {"ts90", 4095},     {"TC(25%:75%)", 50},
        {"TM(80:90)", 85.5}, {"TC(80:90)", 10},    {"TS(98:)", 199},   {"PR(:30)", 30},
        {"PR(30:)", 70},     {"PR(20:30)", 10},    {"TM(:2)", 1.5},    {"WM(:98%)", 50.47},
        {"wm98", 50.47},     {"WM(10:20)", 18.55}, {"tc100", 100},
    };
    for (const auto& [name, expected] : rows) {
      CAPTURE(name);
      WeightedValues values = one_to(100);
      const auto statistic = Statistic::parse(name);
      REQUIRE(statistic);
      const auto result = statistic_of(values, *statistic);
      REQUIRE(result);
      CHECK(*result == doctest::Approx(expected));
    }
  }

  TEST_CASE("a range that holds no sample has no mean, but a count of none") {
    WeightedValues values = one_to(10);
    CHECK_FALSE(statistic_of(values, *Statistic::parse("TM(50:60)")));
    CHECK(statistic_of(values, *Statistic::parse("TC(50:60)")) == 0.0);
    CHECK(statistic_of(values, *Statistic::parse("PR(50:60)")) == 0.0);
  }

  TEST_CASE("there are no percentiles of negative values") {
    WeightedValues values = {{-1, 1}, {5, 10}};
    CHECK_FALSE(statistic_of(values, *Statistic::parse("p99")));
  }

  TEST_CASE("a value reported many times weighs as much as its count") {
    WeightedValues values = {{100, 1}, {1, 99}};
    CHECK(statistic_of(values, *Statistic::parse("p99")) == 1.0);
    CHECK(statistic_of(values, *Statistic::parse("p99.5")) == 100.0);
  }

  TEST_CASE("a threshold compares the statistic, on the left, with its value") {
    struct Row {
      Comparison comparison;
      bool below, equal, above;
    };
    constexpr Row rows[] = {{Comparison::greater, false, false, true},
                            {Comparison::greater_or_equal, false, true, true},
                            {Comparison::less, true, false, false},
                            {Comparison::less_or_equal, true, true, false}};
    for (const auto& [comparison, below, equal, above] : rows) {
      const Threshold threshold{comparison, 90};
      CAPTURE(to_string(comparison));
      CHECK(threshold.breached_by(89.9) == below);
      CHECK(threshold.breached_by(90) == equal);
      CHECK(threshold.breached_by(90.1) == above);
      CHECK(parse_comparison(to_string(comparison)) == comparison);
    }
    CHECK_FALSE(parse_comparison("GreaterThanUpperThreshold"));
  }
}

}  // namespace
}  // namespace opsim
