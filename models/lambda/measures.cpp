// AWS: Lambda Developer Guide, "Types of metrics for Lambda functions" (monitoring-metrics-types),
// "Viewing metrics" (monitoring-metrics-view: the dimensions FunctionName, Resource and
// ExecutedVersion, and none).
// SIMPLIFIED: Resource is measured where a qualifier was named; without one its series would
// repeat that of FunctionName.
#include <fmt/format.h>

#include "models/lambda/lambda.hpp"

namespace opsim::lambda {

namespace {

struct MetricRow {
  std::string_view name;
  const char* unit;
  bool of_account;  // without dimensions too
};
// In the order of the enumerators.
constexpr MetricRow kMetricRows[] = {
    {"Invocations", "Count", true},
    {"Errors", "Count", true},
    {"Throttles", "Count", true},
    {"Duration", "Milliseconds", true},
    {"ConcurrentExecutions", "Count", true},
    {"ProvisionedConcurrencyInvocations", "Count", false},
    {"ProvisionedConcurrencySpilloverInvocations", "Count", false},
    {"ProvisionedConcurrentExecutions", "Count", false},
    {"ProvisionedConcurrencyUtilization", "None", false},
    {"AsyncEventsReceived", "Count", false},
    {"AsyncEventAge", "Milliseconds", false},
    {"AsyncEventsDropped", "Count", false},
    {"DeadLetterErrors", "Count", false},
    {"DestinationDeliveryFailures", "Count", false},
    {"IteratorAge", "Milliseconds", false},
};
static_assert(std::size(kMetricRows) == kMetrics);

SeriesId series_of(Lambda& lambda, const Place& place, std::string_view metric,
                   Dimensions dimensions) {
  return lambda.cloud.metrics().intern(
      {place, "AWS/Lambda", std::string{metric}, std::move(dimensions)});
}

std::vector<SeriesId> all_series(Lambda& lambda, const Function& function,
                                 const std::string& qualifier, const std::string& version,
                                 const MetricRow& row) {
  std::vector<SeriesId> all;
  Dimensions dimensions{{"FunctionName", function.name}};
  all.push_back(series_of(lambda, function.place, row.name, dimensions));
  if (qualifier.empty()) return all;
  dimensions.emplace_back("Resource", fmt::format("{}:{}", function.name, qualifier));
  all.push_back(series_of(lambda, function.place, row.name, dimensions));
  if (!function.aliases.contains(qualifier) || version.empty()) return all;
  dimensions.emplace_back("ExecutedVersion", version);
  all.push_back(series_of(lambda, function.place, row.name, std::move(dimensions)));
  return all;
}

void put(Lambda& lambda, SeriesId series, double value, const char* unit) {
  lambda.cloud.metrics().put(
      series, {.timestamp = lambda.cloud.sim().now(), .values = {{value, 1}}, .unit = unit});
}

}  // namespace

void measure(Lambda& lambda, Function& function, const std::string& qualifier,
             const std::string& version, Metric metric, double value) {
  const auto index = static_cast<std::size_t>(metric);
  const MetricRow& row = kMetricRows[index];
  std::vector<SeriesId>& series = function.series[{qualifier, version}][index];
  if (series.empty()) series = all_series(lambda, function, qualifier, version, row);
  for (const SeriesId one : series) put(lambda, one, value, row.unit);
  // Over all functions ConcurrentExecutions is another number: see measure_concurrency.
  if (!row.of_account || metric == Metric::concurrent_executions) return;
  std::vector<SeriesId>& whole = lambda.accounts[function.place].series[index];
  if (whole.empty()) whole.push_back(series_of(lambda, function.place, row.name, {}));
  put(lambda, whole.front(), value, row.unit);
}

void measure_concurrency(Lambda& lambda, Function& function, const std::string& qualifier,
                         const std::string& version) {
  const SimTime now = lambda.cloud.sim().now();
  Account& account = lambda.accounts[function.place];
  measure(lambda, function, "", version, Metric::concurrent_executions,
          static_cast<double>(function.running.running(now)));
  std::int64_t running = 0;
  for (auto& [name, other] : account.functions) running += other.running.running(now);
  std::vector<SeriesId>& whole =
      account.series[static_cast<std::size_t>(Metric::concurrent_executions)];
  if (whole.empty())
    whole = {series_of(lambda, function.place, "ConcurrentExecutions", {}),
             series_of(lambda, function.place, "UnreservedConcurrentExecutions", {})};
  put(lambda, whole[0], static_cast<double>(running), "Count");
  if (!function.reserved)
    put(lambda, whole[1], static_cast<double>(account.unreserved.running(now)), "Count");
  for (auto& [which, provisioned] : function.provisioned) {
    if ((which != qualifier && which != version) || provisioned.available(now) == 0) continue;
    const auto busy = static_cast<double>(provisioned.busy.running(now));
    measure(lambda, function, which, version, Metric::provisioned_executions, busy);
    measure(lambda, function, which, version, Metric::provisioned_utilization,
            busy / static_cast<double>(provisioned.available(now)));
  }
}

}  // namespace opsim::lambda
