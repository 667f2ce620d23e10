#include "models/cloudwatch/insights_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "models/cloudwatch/program_run.hpp"

namespace opsim::cloudwatch {
namespace {

std::optional<double> value_of(InsightsFunction function, const Summary& summary) {
  if (summary.empty()) return std::nullopt;
  switch (function) {
    case InsightsFunction::average: return summary.sum / summary.count;
    case InsightsFunction::count: return summary.count;
    case InsightsFunction::maximum: return summary.highest;
    case InsightsFunction::minimum: return summary.lowest;
    default: return summary.sum;
  }
}

/// "Observations are aggregated in each time bucket": of all metrics of the group together, so that
/// an average weighs each metric by its samples.
void aggregate(const Metrics& metrics, const InsightsQuery& query, const InsightsFrame& frame,
               InsightsSeries& found) {
  MathSeries& series = found.series;
  place_on(frame.grid, frame.period, series);
  for (std::size_t k = series.first; k < series.points.size(); k += series.stride) {
    const SimTime at = frame.grid.at(k);
    if (at < frame.by - frame.history) continue;
    Summary summary;
    for (const SeriesId source : found.sources) {
      summary.merge(metrics.summary(source, {at, at + frame.period, frame.by}));
    }
    series.points[k] = value_of(query.function, summary);
  }
}

bool has_data(const InsightsSeries& found) {
  return std::ranges::any_of(found.series.points, [](const auto& point) { return !!point; });
}

/// "The FUNCTION is used to calculate a single scalar value from each returned time series."
double rank_of(InsightsFunction by, const MathSeries& series) {
  Summary summary;
  for (const auto& point : series.points) {
    if (point) summary.add(*point);
  }
  return value_of(by, summary).value_or(0);
}

/// Alphabetical by the labels as grouped; ORDER BY sorts these, equal ones staying as they were.
void put_in_order(const InsightsQuery& query, std::vector<InsightsSeries>& series) {
  if (!query.order_by) return;
  const InsightsQuery::Order order = *query.order_by;
  std::ranges::stable_sort(series, [order](const InsightsSeries& a, const InsightsSeries& b) {
    const double left = rank_of(order.by, a.series);
    const double right = rank_of(order.by, b.series);
    return order.descending ? left > right : left < right;
  });
}

}  // namespace

InsightsResult run_insights(const Metrics& metrics, const InsightsQuery& query, const Place& place,
                            const InsightsFrame& frame) {
  InsightsResult result;
  std::map<std::vector<std::string>, std::vector<SeriesId>> groups;
  if (query.group_by.empty()) groups[{}];
  std::size_t matched = 0;
  for (const SeriesId id : metrics.list({.place = place,
                           .metric_namespace = query.metric_namespace,
                           .metric_name = query.metric_name})) {
    const SeriesKey key = metrics.key(id);
    if (!query.matches(key, place.account)) continue;
    if (++matched > InsightsQuery::kMostMetrics) break;
    groups[query.group_of(key)].push_back(id);
  }
  result.too_many_metrics = matched > InsightsQuery::kMostMetrics;
  const auto stride = static_cast<std::size_t>(frame.period / frame.grid.step);
  result.too_much_work =
      matched * (frame.grid.count / std::max<std::size_t>(stride, 1) + 1) > kMostMathWork;
  if (result.too_much_work) return result;
  for (auto& [group, sources] : groups) {
    InsightsSeries found{.group = group, .series = {}, .sources = std::move(sources)};
    found.series.label = fmt::format("{}", fmt::join(group, " "));
    aggregate(metrics, query, frame, found);
    if (query.group_by.empty() || has_data(found)) result.series.push_back(std::move(found));
  }
  put_in_order(query, result.series);
  result.too_many_series = result.series.size() > InsightsQuery::kMostSeries;
  if (result.series.size() > query.limit) result.series.resize(query.limit);
  return result;
}

}  // namespace opsim::cloudwatch
