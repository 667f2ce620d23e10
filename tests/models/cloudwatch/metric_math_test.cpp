// Metric math, as "Using metric math" (using-metric-math) has it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "models/cloudwatch/program_run.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

/// One datapoint a minute, "-" for a missing one: "30 20 - 0".
std::vector<std::optional<double>> drawn(const std::string& points) {
  std::vector<std::optional<double>> found;
  std::istringstream in{points};
  for (std::string word; in >> word;) {
    found.push_back(word == "-" ? std::nullopt : std::optional{std::stod(word)});
  }
  return found;
}
std::string text_of(const std::vector<std::optional<double>>& points) {
  std::string text;
  for (const auto& point : points) {
    text += fmt::format("{}{}", text.empty() ? "" : " ",
                        point ? fmt::format("{:.6g}", *point + 0.0) : "-");
  }
  return text;
}

/// Metrics drawn by the minute up to now, and expressions over them.
struct Sheet {
  explicit Sheet(const std::vector<std::pair<const char*, const char*>>& metrics) {
    for (const auto& [id, points] : metrics) add(id, points);
  }
  void add(const std::string& id, const std::string& points) {
    const auto values = drawn(points);
    count = std::max(count, values.size());
    const SeriesId series = world.cloud.metrics().intern({kHome, "test", id, {}});
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!values[i]) continue;
      world.cloud.metrics().put(
          series, {.timestamp = begin() + static_cast<int>(i) * 1min, .values = {{*values[i], 1}}});
    }
    queries.push_back({{"Id", id},
                       {"MetricStat",
                        {{"Metric", {{"Namespace", "test"}, {"MetricName", id}}},
                         {"Period", 60},
                         {"Stat", "Sum"}}},
                       {"ReturnData", false}});
  }
  static SimTime begin() { return kStart - 30min; }
  ApiResult<Json> ask(const Json& extra) {
    Json all = queries;
    for (const Json& query : extra) all.push_back(query);
    return world.ask("GetMetricData",
                     {{"MetricDataQueries", all},
                      {"StartTime", iso8601(begin())},
                      {"EndTime", iso8601(begin() + static_cast<int>(count) * 1min)},
                      {"ScanBy", "TimestampAscending"}});
  }
  /// "30 20 - 0" of each series of the result, or the error.
  std::string result(const std::string& expression) {
    const ApiResult<Json> answer = ask({{{"Id", "e"}, {"Expression", expression}}});
    if (!answer) return answer.error().message;
    std::string text;
    for (const Json& one : answer->at("MetricDataResults")) {
      std::vector<std::optional<double>> points(count);
      for (std::size_t i = 0; i < one["Values"].size(); ++i) {
        const SimTime at = *parse_iso8601(one["Timestamps"][i].get<std::string>());
        points[static_cast<std::size_t>((at - begin()) / 1min)] = one["Values"][i].get<double>();
      }
      text += (text.empty() ? "" : " | ") + text_of(points);
    }
    return text;
  }

  World world;
  Json queries = Json::array();
  std::size_t count = 0;
};

TEST_SUITE("cloudwatch: metric math") {
  TEST_CASE("the guide's examples of comparison and logic") {
    Sheet sheet{{{"metric1", "30 20 0 0"}, {"metric2", "20 - 20 -"}}};
    CHECK(sheet.result("(metric1 < metric2)") == "0 0 1 0");
    CHECK(sheet.result("(metric1 >= 30)") == "1 0 0 0");
    CHECK(sheet.result("(metric1 > 15 AND metric2 > 15)") == "1 0 0 0");
    CHECK(sheet.result("metric1 > 15 && metric2 > 15 || metric1 == 0") == "1 0 1 1");
  }

  TEST_CASE("the guide's examples of IF") {
    Sheet sheet{{{"metric1", "1 1 0 0 -"}, {"metric2", "30 - 0 0 30"}, {"metric3", "0 0 20 - 20"}}};
    CHECK(sheet.result("IF(metric1, metric2, metric3)") == "30 0 20 - -");
    CHECK(sheet.result("IF(metric1, 5, metric3)") == "5 5 20 - -");
    CHECK(sheet.result("IF(metric1, metric2, 5)") == "30 0 5 5 -");
    CHECK(sheet.result("IF(metric1, metric2)") == "30 0 - - -");
    CHECK(sheet.result("IF(1, metric2, metric3)") == "30 - 0 0 30");
    CHECK(sheet.result("IF(0, metric2)") == "- - - - -");
    CHECK(sheet.result("IF(metric2 < 10, 10, 2)") == "2 - 10 10 2");
  }

  TEST_CASE("operators and functions, by row") {
    Sheet sheet{{{"m1", "1 2 - 4 5"}, {"m2", "2 0 3 - -1"}, {"none", "- - - - -"}}};
    struct Row {
      const char* expression;
      const char* result;
    };
    const Row rows[] = {
        {"m1 + m2", "3 2 3 4 4"},     // missing values are treated as 0
        {"m1 / m2", "0.5 - 0 - -5"},  // division by zero drops the datapoint
        {"-m1", "-1 -2 - -4 -5"},
        {"m1 - -1 * 2 ^ 2", "5 6 - 8 9"},
        {"-m1 ^ 2", "-1 -4 - -16 -25"},
        {"2 ^ 3 ^ 0 * m1", "2 4 - 8 10"},
        {"10 - 4 - m1", "5 4 - 2 1"},
        {"m1 - AVG(m1)", "-2 -1 - 1 2"},
        {"m1 * SUM(m1) / DATAPOINT_COUNT(m1)", "3 6 - 12 15"},
        {"SUM([m1, m2])", "3 2 3 4 4"},
        {"AVG([m1, m2])", "1.5 1 1.5 2 2"},
        {"MIN([m1, m2])", "1 0 3 4 -1"},
        {"MAX(METRICS())", "2 2 3 4 5"},
        {"DATAPOINT_COUNT([m1, m2])", "2 2 1 1 2"},
        {"STDDEV([m1, m2])", "0.5 1 1.5 2 3"},  // missing ones are 0, as AVG has it
        {"SUM(METRICS(\"m\")) * 0 + METRIC_COUNT(METRICS('m'))", "2 2 2 2 2"},
        {"SUM([METRICS('m1'), METRICS('m2')])", "3 2 3 4 4"},
        {"ABS(m2)", "2 0 3 - 1"},
        {"CEIL(m1 / 2)", "1 1 - 2 3"},
        {"FLOOR(m1 / 2)", "0 1 - 2 2"},
        {"LOG10(m1 * 100 - 100)", "- 2 - 2.47712 2.60206"},  // no logarithm of 0
        {"DIFF(m1)", "- 1 - 2 1"},
        {"DIFF_TIME(m1)", "- 60 - 120 60"},
        {"RATE(m1) * 60", "- 1 - 1 1"},
        {"m1 / PERIOD(m1)", "0.0166667 0.0333333 - 0.0666667 0.0833333"},
        {"RUNNING_SUM(m1)", "1 3 - 7 12"},
        {"FILL(m1, 9)", "1 2 9 4 5"},
        {"FILL(m1, m2)", "1 2 3 4 5"},
        {"FILL(m1, MIN(m1))", "1 2 1 4 5"},
        {"FILL(m1, REPEAT)", "1 2 2 4 5"},
        {"FILL(m1, LINEAR)", "1 2 3 4 5"},
        {"FILL(none, 0)", "0 0 0 0 0"},
        {"FILL(none, REPEAT)", "- - - - -"},
        {"TIME_SERIES(MAX(m1))", "5 5 5 5 5"},
        {"TIME_SERIES(MAX(none))", "- - - - -"},
        {"MINUTE(m1)", "30 31 32 33 34"},
        {"HOUR(m1)", "8 8 8 8 8"},
        {"DAY(m1)", "1 1 1 1 1"},  // 2026-03-02 was a Monday
        {"DATE(m1) + 100 * MONTH(m1) + YEAR(m1) - 2000", "328 328 328 328 328"},
        {"EPOCH(m1) - EPOCH(none)", "0 0 0 0 0"},
        {"METRICS('m') * 10", "10 20 - 40 50 | 20 0 30 - -10"},
        {"[m1, m2] - m1", "0 0 - 0 0 | 1 -2 3 -4 -6"},
        {"REMOVE_EMPTY(METRICS())", "1 2 - 4 5 | 2 0 3 - -1"},
        {"SORT(METRICS(), MAX, ASC)", "2 0 3 - -1 | 1 2 - 4 5 | - - - - -"},
        {"SORT(METRICS(), SUM, DESC, 1)", "1 2 - 4 5"},
        {"SLICE(SORT(METRICS(), AVG, DESC), 1, 2)", "2 0 3 - -1"},
        {"SLICE([m1, m2, none], 2)", "- - - - -"},
        {"LAST([m1, m2])", "2 0 3 - -1"},
        {"FIRST(SORT(METRICS(), AVG, DESC)) > 1", "0 1 - 1 1"},
    };
    for (const auto& [expression, expected] : rows) {
      CAPTURE(expression);
      CHECK(sheet.result(expression) == expected);
    }
  }

  TEST_CASE("what is wrong is said with its place") {
    Sheet sheet{{{"m1", "1 2"}, {"m2", "3 4"}}};
    struct Row {
      const char* expression;
      const char* message;
    };
    const Row rows[] = {
        {"m1 +", "at character 5: an operand is missing at the end of the expression"},
        {"m1 + m9", "at character 6: there is no metric or expression with the Id m9"},
        {"sum(m1)", "at character 1: sum is not a function; did you mean SUM?"},
        {"AVG(m1, m2)", "at character 1: AVG takes 1 argument, not 2"},
        {"AVG(m1)", "at character 1: the result is a scalar; it must be a time series"},
        {"(m1", "at character 4: expected ')' but found end of the expression"},
        {"m1 $ m2", "at character 4: unexpected '$'"},
        {"SORT(METRICS(), AVG, UP)", "at character 22: the order of SORT is ASC or DESC"},
        {"[m1, 3]", "at character 6: an array holds time series, not a scalar"},
        {"ABS(3)",
         "at character 5: argument 1 of ABS must be a time series or an array of time series, not "
         "a scalar"},
        {"PERIOD(m1 + m2) * m1", "at character 11: PERIOD takes the Id of a metric"},
        {"e + 1", "at character 1: e depends on itself"},
        {"[m1, m2] + METRICS('1')",
         "at character 10: the arrays have 2 and 1 time series; they must have as many"},
        {"SEARCH('{AWS/EC2', 'Average', 300)",
         "at character 1: in the search, at character 9: expected '}' after the metric schema"},
    };
    for (const auto& [expression, message] : rows) {
      CHECK(sheet.result(expression) == fmt::format("Error in expression 'e': {}", message));
    }
    CHECK(sheet.result("SERVICE_QUOTA(m1)") == "SERVICE_QUOTA is not simulated");
    const std::string deep(500, '(');
    CHECK(sheet.result(deep) ==
          "Error in expression 'e': at character 65: brackets are nested more than 64 deep");
  }

  TEST_CASE("expressions build on expressions; a cycle is refused") {
    Sheet sheet{{{"m1", "1 2"}}};
    const Json chain = {{{"Id", "e2"}, {"Expression", "e1 * 10"}, {"Label", "tens"}},
                        {{"Id", "e1"}, {"Expression", "m1 + 1"}}};
    const Json results = sheet.ask(chain)->at("MetricDataResults");
    REQUIRE(results.size() == 2);
    CHECK(results[0]["Values"] == Json{20.0, 30.0});
    CHECK(results[0]["Label"] == "tens");
    CHECK(results[1]["Label"] == "e1");
    const Json cycle = {{{"Id", "e2"}, {"Expression", "e1"}}, {{"Id", "e1"}, {"Expression", "e2"}}};
    CHECK(sheet.ask(cycle).error().message ==
          "Error in expression 'e1': at character 1: e2 depends on itself");
  }

  TEST_CASE("an array answers with several results of one Id, labelled by their metrics") {
    Sheet sheet{{{"m1", "1"}, {"m2", "2"}}};
    const Json results =
        sheet.ask({{{"Id", "e"}, {"Expression", "METRICS() / 2"}, {"Label", "Half"}}})
            ->at("MetricDataResults");
    REQUIRE(results.size() == 2);
    CHECK(results[0]["Id"] == "e");
    CHECK(results[0]["Label"] == "Half m1");
    CHECK(results[1]["Label"] == "Half m2");
  }

  TEST_CASE("SEARCH finds metrics by schema, token and exact text") {
    World world;
    const auto put = [&](const char* space, const char* name, const Dimensions& dimensions) {
      world.cloud.metrics().put(world.cloud.metrics().intern({kHome, space, name, dimensions}),
                                {.timestamp = kStart - 1min, .values = {{1, 1}}});
    };
    put("AWS/EC2", "CPUUtilization", {{"InstanceId", "i-1"}});
    put("AWS/EC2", "CPUUtilization", {{"InstanceId", "i-2"}});
    put("AWS/EC2", "CPUUtilization", {{"InstanceType", "t2.micro"}});
    put("AWS/Lambda", "Errors", {{"FunctionName", "ProjectA-in"}});
    put("mine", "CustomCount1", {});
    struct Row {
      const char* query;
      std::size_t found;
    };
    const Row rows[] = {
        {"{AWS/EC2,InstanceId} MetricName=\"CPUUtilization\"", 2},
        {"{AWS/EC2,InstanceType} InstanceType=micro MetricName=\"CPUUtilization\" ", 1},
        {"{AWS/EC2,InstanceId} MetricName=\"CPUUtilization\" NOT \"i-1\"", 1},
        {"count", 1},
        {"COUNT", 1},
        {"couNT", 0},
        {"CustomCount", 1},
        {"Count1", 1},
        {"count1", 0},
        {"\"customcount1\"", 0},
        {"\"CustomCount1\"", 1},
        {"NOT Namespace=AWS", 1},
        {"(EC2 OR Lambda) MetricName=(\"Errors\" OR \"CPUUtilization\")", 4},
        {"{AWS/Lambda,FunctionName} MetricName=\"Errors\" AND (ProjectA OR ProjectB)", 1},
        {"{mine}", 1},
    };
    for (const auto& [query, found] : rows) {
      CAPTURE(query);
      const Json ask = {
          {"MetricDataQueries",
           {{{"Id", "e"}, {"Expression", fmt::format("SEARCH('{}', 'Sum', 60)", query)}}}},
          {"StartTime", iso8601(kStart - 5min)},
          {"EndTime", iso8601(kStart)}};
      const ApiResult<Json> answer = world.ask("GetMetricData", ask);
      REQUIRE(answer);
      CHECK(answer->at("MetricDataResults").size() == found);
    }
  }
}

// ---- The brute-force twin: datapoints one by one, on trees drawn at random ---------------------

using Points = std::vector<std::optional<double>>;

/// An expression and what it must give, built side by side.
struct Pair {
  std::string text;
  Points points;
};

Pair grow(Stream& dice, const std::vector<Pair>& metrics, int depth) {
  if (depth == 0 || dice.chance(0.2)) return metrics[dice.below(metrics.size())];
  const Pair a = grow(dice, metrics, depth - 1);
  const Pair b = grow(dice, metrics, depth - 1);
  Pair made{"", Points(a.points.size())};
  const auto fold = [&](auto each) {
    for (std::size_t i = 0; i < made.points.size(); ++i)
      made.points[i] = each(a.points[i], b.points[i]);
  };
  const auto zeroed = [](auto op) {
    return [op](auto x, auto y) -> std::optional<double> {
      if (!x && !y) return std::nullopt;
      return op(x.value_or(0), y.value_or(0));
    };
  };
  switch (dice.below(6)) {
    case 0:
      made.text = fmt::format("({} + {})", a.text, b.text);
      fold(zeroed([](double x, double y) { return std::optional{x + y}; }));
      break;
    case 1:
      made.text = fmt::format("({} / {})", a.text, b.text);
      fold(zeroed([](double x, double y) { return y == 0 ? std::nullopt : std::optional{x / y}; }));
      break;
    case 2:
      made.text = fmt::format("MAX([{}, {}])", a.text, b.text);
      fold([](auto x, auto y) { return !x ? y : !y ? x : std::max(x, y); });
      break;
    case 3:
      made.text = fmt::format("IF({} > {}, {})", a.text, b.text, a.text);
      fold([](auto x, auto y) -> std::optional<double> {
        if ((!x && !y) || !(x.value_or(0) > y.value_or(0))) return std::nullopt;
        return x.value_or(0);
      });
      break;
    case 4:
      made.text = fmt::format("FILL({}, {})", a.text, b.text);
      fold([](auto x, auto y) { return x ? x : y; });
      break;
    default:
      made.text = fmt::format("(-{} * 2)", a.text);
      fold([](auto x, auto) { return x ? std::optional{-*x * 2} : x; });
  }
  return made;
}

TEST_CASE("cloudwatch: metric math agrees with datapoints computed one by one") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Stream dice{Seed{seed}, "math"};
    Sheet sheet{{}};
    std::vector<Pair> metrics;
    for (const char* id : {"a", "b", "c"}) {
      std::string points;
      for (int i = 0; i < 8; ++i)
        points += dice.chance(0.3) ? "- " : fmt::format("{} ", dice.below(5));
      sheet.add(id, points);
      metrics.push_back({id, drawn(points)});
    }
    const Pair grown = grow(dice, metrics, 4);
    if (grown.text.size() > 2048) continue;
    CAPTURE(grown.text);
    CHECK(sheet.result(grown.text) == text_of(grown.points));
  }
}

}  // namespace
}  // namespace opsim::tests
