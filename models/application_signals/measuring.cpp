// Each period is looked at once, two minutes after its end (estimate: what a metric of AWS needs to
// be readable), and its result kept: an interval of a month costs one look a minute.
// UNDOCUMENTED: a period without data counts neither as good nor as bad.
// Metrics of an objective: namespace AWS/ApplicationSignals, `BurnRate` (SloName,
// BurnRateWindowMinutes), `AttainmentRate` (SloName).
#include <fmt/format.h>

#include <algorithm>

#include "models/application_signals/slo.hpp"

namespace opsim::application_signals {

namespace {

constexpr Duration kReadable = std::chrono::minutes{2};

bool holds(double value, Comparison comparison, double threshold) {
  switch (comparison) {
    case Comparison::greater: return value > threshold;
    case Comparison::greater_or_equal: return value >= threshold;
    case Comparison::less: return value < threshold;
    case Comparison::less_or_equal: return value <= threshold;
  }
  return false;
}

std::optional<double> answer_to(ApplicationSignals& signals, const Slo& slo, const Json& queries,
                                SimTime from) {
  const auto answer = signals.cloud.inspect(slo.place, "cloudwatch", "GetMetricData",
                                            {{"MetricDataQueries", queries},
                                             {"StartTime", iso8601(from)},
                                             {"EndTime", iso8601(from + slo.period)}});
  if (!answer) return std::nullopt;
  const Json& results = answer->at("MetricDataResults");
  if (results.empty() || results.front().at("Values").empty()) return std::nullopt;
  const Json& value = results.front().at("Values").front();
  return value.is_number() ? std::optional{value.get<double>()} : std::nullopt;
}

/// What callers of a service met since the end of the last period.
std::optional<Tally> count_workload(ApplicationSignals& signals, Slo& slo) {
  const auto answer = signals.cloud.inspect(slo.place, "workload", "InspectWorkload",
                                            {{"Component", slo.indicator.service}});
  if (!answer || answer->at("Components").empty()) return std::nullopt;
  const Json& component = answer->at("Components").front();
  const double requests = component.at("Requests").get<double>();
  const double failed = component.at("Failed").get<double>();
  const Tally since{.total = requests - slo.requests_before, .bad = failed - slo.failed_before};
  slo.requests_before = requests;
  slo.failed_before = failed;
  return since.total > 0 ? std::optional{since} : std::nullopt;
}

/// What was counted at the end of a period; older counts are dropped.
std::optional<Tally> of_workload(Slo& slo, SimTime end) {
  std::optional<Tally> found;
  while (!slo.counted.empty() && slo.counted.front().first <= end) {
    if (slo.counted.front().first == end) found = slo.counted.front().second;
    slo.counted.pop_front();
  }
  return found;
}

Json latency_query(const Slo& slo, const std::string& statistic) {
  return Json::array(
      {{{"Id", "latency"},
        {"MetricStat",
         {{"Metric",
           {{"Namespace", "ApplicationSignals"},
            {"MetricName", "Latency"},
            {"Dimensions",
             Json::array({{{"Name", "Environment"}, {"Value", "opsim"}},
                          {{"Name", "Service"}, {"Value", slo.indicator.service}}})}}},
          {"Period", std::chrono::duration_cast<std::chrono::seconds>(slo.period).count()},
          {"Stat", statistic}}}}});
}

Tally one_period(bool good) { return {.total = 1, .bad = good ? 0.0 : 1.0}; }

std::optional<Tally> period_based(ApplicationSignals& signals, Slo& slo, SimTime from) {
  const Indicator& indicator = slo.indicator;
  std::optional<double> value;
  if (indicator.service.empty()) {
    value = answer_to(signals, slo, indicator.queries, from);
  } else if (indicator.metric_type == "LATENCY") {
    const std::string statistic = indicator.statistic.empty() ? "p99" : indicator.statistic;
    value = answer_to(signals, slo, latency_query(slo, statistic), from);
  } else if (const std::optional<Tally> met = of_workload(slo, from + slo.period)) {
    value = 100 * (1 - met->bad / met->total);
  }
  if (!value) return std::nullopt;
  return one_period(holds(*value, indicator.good_when, indicator.threshold.value_or(0)));
}

std::optional<Tally> request_based(ApplicationSignals& signals, Slo& slo, SimTime from) {
  const Indicator& indicator = slo.indicator;
  if (!indicator.service.empty()) {
    std::optional<Tally> met = of_workload(slo, from + slo.period);
    if (!met || indicator.metric_type != "LATENCY") return met;
    // PR(:x): the per cent of samples that are at most x, in milliseconds as the metric is.
    const std::optional<double> within = answer_to(
        signals, slo, latency_query(slo, fmt::format("PR(:{:g})", indicator.threshold.value_or(0))),
        from);
    if (!within) return std::nullopt;
    met->bad = met->total * (1 - *within / 100);
    return met;
  }
  const std::optional<double> total = answer_to(signals, slo, indicator.total_queries, from);
  if (!total || *total <= 0) return std::nullopt;
  const double monitored = answer_to(signals, slo, indicator.monitored_queries, from).value_or(0);
  const double bad = indicator.monitored_is_good ? *total - monitored : monitored;
  return Tally{.total = *total, .bad = std::clamp(bad, 0.0, *total)};
}

void put(ApplicationSignals& signals, const Slo& slo, std::string_view metric,
         Dimensions dimensions, SimTime at, double value) {
  dimensions.emplace_back("SloName", slo.name);
  const SeriesId series = signals.cloud.metrics().intern(
      {slo.place, "AWS/ApplicationSignals", std::string{metric}, std::move(dimensions)});
  signals.cloud.metrics().put(series, {.timestamp = at, .values = {{value, 1}}, .set = {}});
}

void publish(ApplicationSignals& signals, const Slo& slo, SimTime at) {
  for (std::size_t i = 0; i < slo.burn_windows.size(); ++i)
    if (const auto rate = burn_rate(slo.goal.attainment, slo.burn_windows[i].sum()))
      put(signals, slo, "BurnRate",
          {{"BurnRateWindowMinutes", std::to_string(slo.burn_minutes[i])}}, at, *rate);
  if (slo.interval.sum().total > 0)
    put(signals, slo, "AttainmentRate", {}, at, 100 * budget_of(slo).attainment);
}

/// The metric of the first query that names one.
std::optional<SeriesKey> first_metric(const Place& place, const Json& queries) {
  if (!queries.is_array()) return std::nullopt;
  for (const Json& query : queries) {
    const auto stat = query.find("MetricStat");
    if (stat == query.end() || !stat->contains("Metric")) continue;
    const Json& metric = stat->at("Metric");
    SeriesKey key{place, input::text(metric, "Namespace"), input::text(metric, "MetricName")};
    if (const auto dimensions = metric.find("Dimensions"); dimensions != metric.end())
      for (const Json& one : *dimensions)
        key.dimensions.emplace_back(input::text(one, "Name"), input::text(one, "Value"));
    return key;
  }
  return std::nullopt;
}

/// What made the metric behind an indicator what it is: from a burning budget back to the trouble.
CauseId cause_of(const ApplicationSignals& signals, const Slo& slo, SimTime end) {
  const Indicator& indicator = slo.indicator;
  std::optional<SeriesKey> key = first_metric(
      slo.place, indicator.by_request ? indicator.monitored_queries : indicator.queries);
  if (!indicator.service.empty())
    key = SeriesKey{slo.place,
                    "ApplicationSignals",
                    indicator.metric_type == "LATENCY" ? "Latency" : "Fault",
                    {{"Environment", "opsim"}, {"Service", indicator.service}}};
  const auto series = key ? signals.cloud.metrics().find(*key) : std::nullopt;
  return series ? signals.cloud.metrics().latest_cause(*series, end) : CauseId::none;
}

/// The last start of a calendar interval that is not after `now`.
SimTime calendar_start(const Goal& goal, SimTime now) {
  if (now < goal.calendar_start) return goal.calendar_start;
  if (!goal.months) {
    const Duration length = std::chrono::days{goal.duration};
    return goal.calendar_start + (now - goal.calendar_start) / length * length;
  }
  const auto day = std::chrono::floor<std::chrono::days>(goal.calendar_start);
  const Duration of_day = goal.calendar_start - day;
  std::chrono::year_month_day date{day};
  SimTime start = goal.calendar_start;
  for (;;) {
    date += std::chrono::months{goal.duration};
    const SimTime next = std::chrono::sys_days{date.year() / date.month() /
                                               std::min(date.day(), std::chrono::day{28})} +
                         of_day;
    if (next > now) return start;
    start = next;
  }
}

/// A workload counts on and on: its counts are taken when a period ends, and looked at later.
void take_counts(ApplicationSignals& signals, Slo& slo, SimTime end) {
  if (!slo.indicator.service.empty())
    if (const std::optional<Tally> met = count_workload(signals, slo))
      slo.counted.emplace_back(end, *met);
  slo.counts = signals.cloud.sim().at(end + slo.period, [&signals, &slo, next = end + slo.period] {
    take_counts(signals, slo, next);
  });
}

void look(ApplicationSignals& signals, Slo& slo, SimTime from) {
  const SimTime end = from + slo.period;
  const std::optional<Tally> tally = slo.indicator.by_request ? request_based(signals, slo, from)
                                                              : period_based(signals, slo, from);
  if (slo.goal.calendar) {
    const SimTime start = calendar_start(slo.goal, end - Duration{1});
    if (start != slo.interval_start) slo.interval.clear();
    slo.interval_start = start;
  }
  if (tally) {
    slo.interval.add(end, *tally);
    for (Window& window : slo.burn_windows) window.add(end, *tally);
  }
  if (!slo.goal.calendar) slo.interval.move_to(end);
  for (Window& window : slo.burn_windows) window.move_to(end);
  {
    const CauseScope because{signals.cloud.sim(), cause_of(signals, slo, end)};
    publish(signals, slo, end - slo.period);
  }
  slo.looks = signals.cloud.sim().at(end + slo.period + kReadable,
                                     [&signals, &slo, end] { look(signals, slo, end); });
}

}  // namespace

void begin_measuring(ApplicationSignals& signals, Slo& slo) {
  const SimTime now = signals.cloud.sim().now();
  const SimTime from{now.time_since_epoch() / slo.period * slo.period};  // the period that runs
  slo.interval_start = slo.goal.calendar ? calendar_start(slo.goal, now) : now;
  slo.counts = signals.cloud.sim().at(
      from + slo.period, [&signals, &slo, from] { take_counts(signals, slo, from + slo.period); });
  slo.looks = signals.cloud.sim().at(from + slo.period + kReadable,
                                     [&signals, &slo, from] { look(signals, slo, from); });
}

Tally seen_in_interval(const Slo& slo) { return slo.interval.sum(); }

Budget budget_of(const Slo& slo) {
  if (slo.indicator.by_request) return request_budget(slo.goal.attainment, slo.interval.sum());
  return period_budget(slo.goal.attainment, static_cast<double>(slo.interval.length() / slo.period),
                       slo.interval.sum());
}

}  // namespace opsim::application_signals
