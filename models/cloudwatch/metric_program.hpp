#pragma once
/// A list of MetricDataQuery structures: metrics and the expressions over them, read and checked.
/// GetMetricData and PutMetricAlarm take the same.
///
/// AWS: API MetricDataQuery, GetMetricData, PutMetricAlarm.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/cloudwatch/math_expression.hpp"
#include "models/cloudwatch/metrics_insights.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/json.hpp"

namespace opsim::cloudwatch {

struct ProgramQuery {
  std::string id;
  std::optional<std::string> label;
  bool return_data = true;
  bool gave_return_data = false;
  std::optional<Duration> period;  // of an expression: where given

  // ---- A metric ----
  SeriesKey key{};
  Statistic statistic{};
  std::string unit;  // "" for any

  // ---- An expression ----
  std::string expression;                 // "" for a metric
  std::optional<MathNode> math;           // metric math, or
  std::optional<InsightsQuery> insights;  // a query
  MathType type = MathType::series;

  [[nodiscard]] bool is_metric() const { return expression.empty(); }
};

struct MetricProgram {
  Place place;  // of the caller: where SEARCH looks
  std::vector<ProgramQuery> queries;
  std::map<std::string, std::size_t, std::less<>> by_id;
  /// Why it cannot be evaluated although AWS could, or "".
  std::string not_simulated;

  [[nodiscard]] const ProgramQuery* find(std::string_view id) const;
};

/// Checks every query, then that expressions name what exists, take what their functions take and
/// do not depend on themselves. `where` begins the names of parameters: "MetricDataQueries".
ApiResult<MetricProgram> read_metric_program(const Place& place,
                                             const std::vector<const Json*>& queries,
                                             std::string_view where);

/// "Error in expression 'e1': at character 5: ..."
ApiError expression_error(std::string_view id, const MathError& error);

/// The period of the grid on which everything can be shown: the greatest common divisor.
Duration grid_step(const MetricProgram& program);

}  // namespace opsim::cloudwatch
