// Reading an objective. AWS: Application Signals API, CreateServiceLevelObjective: exactly one of
// SliConfig and RequestBasedSliConfig.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "models/application_signals/slo.hpp"

namespace opsim::application_signals {

namespace {

using input::member;
using input::text;

ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

constexpr std::array<std::pair<std::string_view, Comparison>, 4> kComparisons = {
    {{"GreaterThan", Comparison::greater},
     {"GreaterThanOrEqualTo", Comparison::greater_or_equal},
     {"LessThan", Comparison::less},
     {"LessThanOrEqualTo", Comparison::less_or_equal}}};

std::optional<double> number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string written = text(value);
  double found = 0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), found);
  const bool whole = error == std::errc{} && end == written.data() + written.size();
  return whole && !written.empty() ? std::optional{found} : std::nullopt;
}

ApiResult<void> read_comparison(const Json& config, bool required, Indicator& indicator) {
  indicator.threshold = number(member(config, "MetricThreshold"));
  const std::string written = text(config, "ComparisonOperator");
  for (const auto& [name, comparison] : kComparisons)
    if (written == name) indicator.good_when = comparison;
  const bool known =
      std::ranges::find(kComparisons, written, &std::pair<std::string_view, Comparison>::first) !=
      kComparisons.end();
  if (!written.empty() && !known)
    return invalid(fmt::format(
        "ComparisonOperator is {}; expected GreaterThan, GreaterThanOrEqualTo, LessThan or "
        "LessThanOrEqualTo",
        written));
  if (required && (!indicator.threshold || written.empty()))
    return invalid("MetricThreshold and ComparisonOperator are required");
  return {};
}

ApiResult<void> read_service(const Json& metric, Indicator& indicator) {
  const Json& keys = member(metric, "KeyAttributes");
  if (!keys.is_object()) return {};
  indicator.service = text(keys, "Name");
  indicator.metric_type = text(metric, "MetricType");
  indicator.statistic = text(metric, "Statistic");
  if (indicator.metric_type != "LATENCY" && indicator.metric_type != "AVAILABILITY")
    return invalid("MetricType is required with KeyAttributes: LATENCY or AVAILABILITY");
  if (indicator.service.empty())
    return invalid("KeyAttributes must have Type, Name and Environment");
  return {};
}

ApiResult<void> read_period_based(const Json& config, Slo& slo) {
  const Json& metric = member(config, "SliMetricConfig");
  slo.indicator.queries = member(metric, "MetricDataQueries");
  if (const auto read = read_service(metric, slo.indicator); !read) return read.error();
  if (slo.indicator.service.empty() &&
      (!slo.indicator.queries.is_array() || slo.indicator.queries.empty()))
    return invalid("SliMetricConfig needs KeyAttributes or MetricDataQueries");
  // API, PeriodSeconds: "60 to 900"; the default of a service's metric is a minute.
  const std::int64_t seconds = input::integer(metric, "PeriodSeconds").value_or(60);
  if (seconds < 60 || seconds > 900 || seconds % 60 != 0)
    return invalid("PeriodSeconds must be a multiple of 60 from 60 to 900");
  slo.period = std::chrono::seconds{seconds};
  return read_comparison(config, true, slo.indicator);
}

ApiResult<void> read_request_based(const Json& config, Slo& slo) {
  slo.indicator.by_request = true;
  const Json& metric = member(config, "RequestBasedSliMetricConfig");
  slo.indicator.total_queries = member(metric, "TotalRequestCountMetric");
  const Json& monitored = member(metric, "MonitoredRequestCountMetric");
  slo.indicator.monitored_is_good = member(monitored, "GoodCountMetric").is_array();
  slo.indicator.monitored_queries =
      member(monitored, slo.indicator.monitored_is_good ? "GoodCountMetric" : "BadCountMetric");
  if (const auto read = read_service(metric, slo.indicator); !read) return read.error();
  if (slo.indicator.service.empty() &&
      (!slo.indicator.total_queries.is_array() || !slo.indicator.monitored_queries.is_array()))
    return invalid(
        "RequestBasedSliMetricConfig needs KeyAttributes, or TotalRequestCountMetric and "
        "MonitoredRequestCountMetric");
  return read_comparison(config, slo.indicator.metric_type == "LATENCY", slo.indicator);
}

ApiResult<void> read_goal(const Json& written, Goal& goal) {
  const Json& interval = member(written, "Interval");
  const Json& calendar = member(interval, "CalendarInterval");
  const Json& rolling = member(interval, "RollingInterval");
  goal.calendar = calendar.is_object();
  const Json& chosen = goal.calendar ? calendar : rolling;
  goal.months = text(chosen, "DurationUnit") == "MONTH";
  goal.duration = input::integer(chosen, "Duration").value_or(goal.duration);
  goal.attainment = number(member(written, "AttainmentGoal")).value_or(goal.attainment);
  goal.warning = number(member(written, "WarningThreshold")).value_or(goal.warning);
  if (goal.calendar) {
    const std::optional<SimTime> start = input::time(calendar, "StartTime");
    if (!start) return invalid("CalendarInterval needs StartTime");
    goal.calendar_start = *start;
  }
  if (goal.duration < 1) return invalid("Duration must be at least 1");
  // 13 months of metrics are kept at an hour's resolution at most.
  if (goal.duration > (goal.months ? 12 : 366)) return invalid("Duration is too long");
  if (!(goal.attainment > 0 && goal.attainment < 100))
    return invalid("AttainmentGoal must be above 0 and below 100");
  return {};
}

ApiResult<void> read_burn_rates(const Json& written, Slo& slo) {
  if (!written.is_array()) return {};
  if (written.size() > 10) return invalid("BurnRateConfigurations has at most 10 items");
  for (const Json& item : written) {
    const std::int64_t minutes = input::integer(item, "LookBackWindowMinutes").value_or(0);
    if (minutes < 1 || minutes > 10'080)
      return invalid("LookBackWindowMinutes must be from 1 to 10080");
    slo.burn_minutes.push_back(minutes);
    slo.burn_windows.emplace_back(std::chrono::minutes{minutes});
  }
  return {};
}

/// API: `[0-9A-Za-z][-._0-9A-Za-z ]{0,126}[0-9A-Za-z]`.
bool is_name(std::string_view name) {
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  const auto allowed = [&](char c) {
    return alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == ' ';
  };
  return name.size() >= 2 && name.size() <= 128 && alphanumeric(name.front()) &&
         alphanumeric(name.back()) && std::ranges::all_of(name, allowed);
}

}  // namespace

ApiResult<Slo> read_slo(const Place& place, const Json& input) {
  Slo slo;
  slo.name = text(input, "Name");
  slo.place = place;
  slo.description = text(input, "Description");
  if (!is_name(slo.name))
    return invalid(
        "Name must have 2 to 128 letters, digits, blanks, hyphens, dots and underscores, and "
        "begin and end with a letter or a digit");
  slo.arn = arn(place, "application-signals", "slo/" + slo.name);
  const Json& period_based =
      member(input, member(input, "SliConfig").is_object() ? "SliConfig" : "Sli");
  const Json& request_based =
      member(input, member(input, "RequestBasedSliConfig").is_object() ? "RequestBasedSliConfig"
                                                                       : "RequestBasedSli");
  if (period_based.is_object() == request_based.is_object())
    return invalid("exactly one of SliConfig and RequestBasedSliConfig must be given");
  slo.sli = period_based.is_object() ? period_based : request_based;
  const auto indicator = period_based.is_object() ? read_period_based(period_based, slo)
                                                  : read_request_based(request_based, slo);
  if (!indicator) return indicator.error();
  if (const auto goal = read_goal(member(input, "Goal"), slo.goal); !goal) return goal.error();
  if (const auto burn = read_burn_rates(member(input, "BurnRateConfigurations"), slo); !burn)
    return burn.error();
  // A month has 30 days where it rolls: SIMPLIFIED.
  slo.interval = Window{std::chrono::days{slo.goal.duration * (slo.goal.months ? 30 : 1)}};
  return slo;
}

}  // namespace opsim::application_signals
