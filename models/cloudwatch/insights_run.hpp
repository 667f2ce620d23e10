#pragma once
/// What a Metrics Insights query finds. Pure over Metrics.
///
/// AWS: CloudWatch User Guide, cloudwatch-metrics-insights-querylanguage, -inference ("SQL
/// inference": time bucketing), -limits.
#include <string>
#include <vector>

#include "models/cloudwatch/math_series.hpp"
#include "models/cloudwatch/metrics_insights.hpp"
#include "opsim/cloud/metrics.hpp"

namespace opsim::cloudwatch {

/// "Query up to two weeks of data", and "the most recent three hours for alarm evaluations".
constexpr Duration kInsightsHistory = std::chrono::weeks{2};
constexpr Duration kInsightsAlarmHistory = std::chrono::hours{3};
/// "Metrics Insights does not support high-resolution data: the output is aggregated at one-minute
/// granularity."
constexpr Duration kInsightsShortest = std::chrono::minutes{1};

struct InsightsFrame {
  MathGrid grid{};
  Duration period = std::chrono::minutes{1};
  SimTime by{};  // what was readable then
  Duration history = kInsightsHistory;
};

struct InsightsSeries {
  std::vector<std::string> group;  // the values of GROUP BY's labels
  MathSeries series;
  std::vector<SeriesId> sources;  // the metrics that it aggregates
};

struct InsightsResult {
  std::vector<InsightsSeries> series;  // in the order of the query
  bool too_many_metrics = false;       // more matched than a query processes
  bool too_many_series = false;        // more than a query returns
  bool too_much_work = false;          // for one evaluation: nothing was computed
};

/// Without GROUP BY one series, be it empty; with it, those that have data.
InsightsResult run_insights(const Metrics& metrics, const InsightsQuery& query, const Place& place,
                            const InsightsFrame& frame);

}  // namespace opsim::cloudwatch
