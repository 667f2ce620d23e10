// Metric filters: metrics made of log messages as they are ingested.
// AWS: CloudWatch Logs User Guide, "Creating metrics from log events using filters"; API
// PutMetricFilter, MetricTransformation. Not retroactive; up to 3 dimensions, with which no
// defaultValue can be combined.
// defaultValue is reported once for each minute in which something was ingested and nothing
// matched. SIMPLIFIED: a match that comes later in the same minute does not take it back.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "models/logs/logs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

constexpr std::size_t kMostDimensions = 3;

std::optional<double> number_of(const std::string& text) {
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = failed == std::errc{} && end == text.data() + text.size();
  return good && !text.empty() && std::isfinite(number) ? std::optional{number} : std::nullopt;
}

/// {"name": "$.selector"} of the API, or a template's [{"Key", "Value"}].
std::map<std::string, std::string> read_dimensions(const Json& value) { return input::tags(value); }

void put_value(Logs& logs, const LogGroup& group, const MetricTransformation& to,
               const Dimensions& dimensions, SimTime at, double value) {
  Metrics& metrics = logs.cloud.metrics();
  const SeriesId series =
      metrics.intern({group.place, to.metric_namespace, to.metric_name, dimensions});
  metrics.put(series, {.timestamp = at, .values = {{value, 1}}, .unit = to.unit});
}

/// Puts the value of a matching message; nothing where the selected value is no number.
void put_match(Logs& logs, const LogGroup& group, const MetricTransformation& to,
               const LogMatch& match, SimTime at) {
  const bool selected = to.value.starts_with('$');
  const auto text = selected ? match.value(to.value) : std::optional{to.value};
  const auto value = text ? number_of(*text) : std::nullopt;
  if (!value) return;
  Dimensions dimensions;
  for (const auto& [name, selector] : to.dimensions) {
    if (auto found = match.value(selector); found && !found->empty()) {
      dimensions.emplace_back(name, std::move(*found));
    }
  }
  put_value(logs, group, to, dimensions, at, *value);
}

}  // namespace

ApiResult<MetricFilter> read_metric_filter(const Json& members) {
  auto pattern = FilterPattern::parse(input::text(members, "filterPattern"));
  if (const auto* complaint = std::get_if<std::string>(&pattern)) {
    return invalid_parameter(*complaint);
  }
  const Json& list = input::member(members, "metricTransformations");
  if (!list.is_array() || list.size() != 1) {
    return invalid_parameter("metricTransformations must hold exactly one item");
  }
  MetricFilter filter;
  filter.name = input::text(members, "filterName");
  filter.pattern = std::get<FilterPattern>(std::move(pattern));
  MetricTransformation& to = filter.transformation;
  to.metric_name = input::text(list[0], "metricName");
  to.metric_namespace = input::text(list[0], "metricNamespace");
  to.value = input::text(list[0], "metricValue");
  if (std::string unit = input::text(list[0], "unit"); !unit.empty()) to.unit = std::move(unit);
  to.default_value = number_of(input::text(list[0], "defaultValue"));
  to.dimensions = read_dimensions(input::member(list[0], "dimensions"));
  if (to.metric_name.empty() || to.metric_namespace.empty() || to.value.empty()) {
    return invalid_parameter("metricName, metricNamespace and metricValue are required");
  }
  if (!to.value.starts_with('$') && !number_of(to.value)) {
    return invalid_parameter(
        fmt::format("Invalid metric transformation: the metric value {} must be a number or a "
                    "selector ($.member, $column)",
                    to.value));
  }
  if (to.dimensions.size() > kMostDimensions) {
    return invalid_parameter(fmt::format("At most {} dimensions", kMostDimensions));
  }
  if (!to.dimensions.empty() && to.default_value) {
    return invalid_parameter(
        "Invalid metric transformation: dimensions and default value are mutually exclusive "
        "properties.");
  }
  return filter;
}

void feed_metrics(Logs& logs, LogGroup& group, const std::vector<LogEvent>& events) {
  constexpr std::size_t kKeptMinutes = 60;
  for (auto& [name, filter] : group.metric_filters) {
    std::map<SimTime, bool> seen;  // minutes of this batch: whether anything matched
    for (const LogEvent& event : events) {
      bool& matched = seen[std::chrono::floor<std::chrono::minutes>(event.at)];
      const auto match = filter.pattern.match(event.message);
      if (!match) continue;
      matched = true;
      put_match(logs, group, filter.transformation, *match, event.at);
    }
    if (!filter.transformation.default_value) continue;
    for (const auto& [minute, matched] : seen) {
      const auto [known, fresh] = filter.minutes.try_emplace(minute, matched);
      known->second = known->second || matched;
      if (!fresh || matched) continue;
      put_value(logs, group, filter.transformation, {}, minute,
                *filter.transformation.default_value);
    }
    while (filter.minutes.size() > kKeptMinutes) filter.minutes.erase(filter.minutes.begin());
  }
}

}  // namespace opsim::logs
