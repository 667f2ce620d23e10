// Bounds, measures and percentiles: how numbers are read, said and compared.
#include "sim/goals/bounds.hpp"

#include "tests/sim/goals/court.hpp"

namespace opsim::tests {

TEST_SUITE("goals: numbers") {
  // Nearest-rank: the smallest value that at least p of all values do not exceed. Rows 1 to 5 are
  // the worked example of https://en.wikipedia.org/wiki/Percentile, "The nearest-rank method".
  TEST_CASE("percentiles by nearest rank") {
    const std::vector<double> five = {15, 20, 35, 40, 50};
    struct Row {
      double p;
      double value;
    };
    constexpr Row rows[] = {{0.05, 15}, {0.30, 20}, {0.40, 20}, {0.50, 35}, {1.00, 50}};
    for (const auto& [p, value] : rows) {
      CAPTURE(p);
      CHECK(five[percentile_rank(five.size(), p)] == value);
    }
    struct Rank {
      std::size_t count;
      double p;
      std::size_t rank;  // from 1
    };
    constexpr Rank ranks[] = {
        {1, 0.50, 1},   {1, 1.00, 1},      {2, 0.50, 1},          {2, 0.51, 2},
        {10, 0.95, 10}, {100, 0.95, 95},   {100, 0.99, 99},       {1000, 0.999, 999},
        {20, 0.95, 19}, {1000, 0.95, 950}, {10'000, 0.999, 9990}, {3, 0.0, 1},
    };
    for (const auto& [count, p, rank] : ranks) {
      CAPTURE(count);
      CAPTURE(p);
      CHECK(percentile_rank(count, p) == rank - 1);
    }
  }

  TEST_CASE("the percentile of a goal, as it is written") {
    const auto written = [](std::string_view text) {
      return percentile_of(read_yaml("t", text).root);
    };
    CHECK(written("{}") == 1);
    CHECK(written("percentile: p50") == 0.5);
    CHECK(written("percentile: p95") == 0.95);
    CHECK(written("percentile: p99.9") == doctest::Approx(0.999));
  }

  TEST_CASE("numbers are said as people write them") {
    CHECK(kSeconds.say(900) == "15 min");
    CHECK(kSeconds.say(161) == "2 min 41 s");
    CHECK(kSeconds.say(0) == "0 s");
    CHECK(kCount.say(0) == "0");
    CHECK(kCount.say(3) == "3");
    CHECK(kCount.say(1'234'567) == "1234567");
    CHECK(kCount.say(50.5) == "50.5");
    CHECK(kShare.say(0) == "0 %");
    CHECK(kShare.say(0.95) == "95 %");
    CHECK(kShare.say(0.9995) == "99.95 %");
    CHECK(kShare.say(2.0 / 3) == "66.6667 %");
    CHECK(kShare.say(1) == "100 %");
  }

  TEST_CASE("less than all is never said to be 100 %") {
    CHECK(kShare.say(1 - 1.0 / (30 * 86'400)) == "99.99996 %");  // a second in thirty days
    CHECK(kShare.say(1 - 1e-8) == "99.999999 %");
  }

  TEST_CASE("what is wanted") {
    const auto wanted = [](std::string_view text, const Measure& measure) {
      return wanted_text(read_bounds(read_yaml("t", text).root, measure), measure);
    };
    CHECK(wanted("at most: 15min", kSeconds) == "at most 15 min");
    CHECK(wanted("at least: 95 %", kShare) == "at least 95 %");
    CHECK(wanted("{ at least: 1, at most: 3 }", kCount) == "at least 1 and at most 3");
  }

  TEST_CASE("bounds hold at the bound itself, also where it is no exact fraction") {
    const auto holds = [](std::string_view text, const Measure& measure, double value) {
      return read_bounds(read_yaml("t", text).root, measure).hold(value);
    };
    CHECK(holds("at most: 15min", kSeconds, 900));
    CHECK(!holds("at most: 15min", kSeconds, 900.000000001));
    CHECK(holds("at least: 99.9 %", kShare, 999.0 / 1000));
    CHECK(holds("at least: 95 %", kShare, 19.0 / 20));
    CHECK(!holds("at least: 95 %", kShare, 18.0 / 19));
    CHECK(holds("at most: 0", kCount, 0));
    CHECK(!holds("at most: 0", kCount, 1));
    CHECK(holds("{ at least: 1, at most: 3 }", kCount, 2));
    CHECK(!holds("{ at least: 1, at most: 3 }", kCount, 4));
  }
}

TEST_SUITE("goals: wrong settings") {
  TEST_CASE("a goal that could say nothing, or nothing true, is refused") {
    struct Row {
      std::string_view goal;
      std::string_view complaint;
    };
    constexpr Row rows[] = {
        {"pages: {}", "says nothing; expected `at most` or `at least`"},
        {"recovery time: { of: WebFleet }", "says nothing; expected `at most` or `at least`"},
        {"availability: { of: WebFleet }", "says nothing; expected `at most` or `at least`"},
        {"resolved without people: {}", "says nothing; expected `at most` or `at least`"},
        {"pages: { at least: 3, at most: 1 }", "nothing is at least 3 and at most 1"},
        {"recovery time: { at least: 1h, at most: 15min }",
         "nothing is at least 1 h and at most 15 min"},
        {"alarm: { named: A }", "expected either `fires within` or `never fires`"},
        {"alarm: { named: A, fires within: 1min, never fires: true }",
         "expected either `fires within` or `never fires`"},
        {"alarm: { named: A, never fires: false }",
         "`never fires: false` says nothing; expected true, or `fires within`"},
        {"expect: { at most: 3 }", "expected either `count of` or `quantity`"},
        {"expect: { count of: page, quantity: disk, at most: 3 }",
         "expected either `count of` or `quantity`"},
        {"expect: { quantity: disk, at most: 3 }", "expected `of`: whose quantity it is"},
        {"expect: { quantity: disk, of: A, is: Failed, at most: 3 }", "`is` goes with `count of`"},
        {"expect: { count of: page, of: A, at most: 3 }",
         "`of` goes with `quantity`; expected `named`"},
        {"expect: { count of: page }", "says nothing; expected `at most` or `at least`"},
        {"pages: { at most: 0 }", ""},
        {"expect: { count of: runbook, named: CleanUp, is: Failed, at most: 0 }", ""},
        {"expect: { quantity: temperature, of: A, at least: -5 }", ""},
    };
    for (const auto& [goal, complaint] : rows) {
      CAPTURE(goal);
      CHECK(complaint_of(goal) == complaint);
    }
  }

  TEST_CASE(
      "the shapes refuse a unit that is missing, a word that is unknown, a number below zero") {
    for (const char* goal : {
             "recovery time: { at most: 15 }",
             "recovery time: { at most: fast }",
             "recovery time: { at most: 15min, percentile: 95 }",
             "recovery time: { at most: 15min, from: alarm }",
             "recovery time: { at moost: 15min }",
             "detection time: { at most: -1min }",
             "resolved without people: { at least: 95 }",
             "resolved without people: { at least: 101 % }",
             "availability: { at least: 99 % }",
             "pages: { at most: -1 }",
             "pages: { at most: none }",
             "pages: { at most: 0, which: some }",
             "pages: 0",
             "time to acknowledge: { at most: 5 }",
             "alarm: { never fires: true }",
             "alarm: { named: A, fires within: 5 }",
             "expect: { count of: banana, at most: 0 }",
         }) {
      CAPTURE(goal);
      CHECK(complaint_of(goal) != "");
    }
  }

  TEST_CASE("goal kinds are sorted, found by name, and each explains itself") {
    const auto kinds = goal_kinds();
    CHECK(std::ranges::is_sorted(kinds, {}, &GoalKind::name));
    for (const GoalKind& kind : kinds) {
      CAPTURE(kind.name);
      CHECK(find_goal_kind(kind.name) == &kind);
      CHECK(kind.shape->kind == Kind::mapping);
      CHECK(!kind.shape->doc.empty());
    }
    CHECK(find_goal_kind("recovery") == nullptr);
    CHECK(find_goal_kind("") == nullptr);
  }
}

}  // namespace opsim::tests
