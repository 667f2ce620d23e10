#pragma once
/// A query of CloudWatch Metrics Insights, as written:
///
///   SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) WHERE Env = 'prod'
///   GROUP BY InstanceId ORDER BY MAX() DESC LIMIT 10
///
/// AWS: CloudWatch User Guide, "Query components and syntax in CloudWatch Metrics Insights"
/// (cloudwatch-metrics-insights-querylanguage) and "Metrics Insights quotas" (-limits).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/cloudwatch/math_expression.hpp"
#include "opsim/cloud/metrics.hpp"

namespace opsim::cloudwatch {

enum class InsightsFunction : std::uint8_t { average, count, maximum, minimum, sum };

struct InsightsQuery {
  static constexpr std::size_t kMostSeries = 500;      // returned by one query
  static constexpr std::size_t kMostMetrics = 10'000;  // processed by one query

  struct Condition {
    std::string label;
    bool equal = true;
    std::string value = {};
    bool own_account = false;  // CURRENT_ACCOUNT_ID()
  };
  struct Order {
    InsightsFunction by = InsightsFunction::average;
    bool descending = false;
  };

  InsightsFunction function = InsightsFunction::average;
  std::string metric_name = {};
  std::string metric_namespace = {};
  /// SCHEMA's label keys, sorted: metrics of exactly these dimensions. Nothing: of any.
  std::optional<std::vector<std::string>> schema = {};
  std::vector<Condition> where = {};
  std::vector<std::string> group_by = {};
  std::optional<Order> order_by = {};
  std::size_t limit = kMostSeries;

  static std::variant<InsightsQuery, MathError> parse(std::string_view text);
  /// Whether an expression is a query, right or wrong, and no metric math.
  [[nodiscard]] static bool begins(std::string_view expression);

  /// Whether a metric of that namespace and name is meant; `account` asks.
  [[nodiscard]] bool matches(const SeriesKey& metric, std::string_view account) const;
  /// The values of what it groups by; "Other" where the metric has no such label.
  [[nodiscard]] std::vector<std::string> group_of(const SeriesKey& metric) const;
  /// The first label that is a tag of a resource ("tag.env"), or "".
  [[nodiscard]] std::string_view tag() const;
};

}  // namespace opsim::cloudwatch
