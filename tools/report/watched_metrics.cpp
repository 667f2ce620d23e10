#include "tools/report/watched_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::report {

namespace {

constexpr std::int64_t kMostPoints = 720;  // more than a picture has columns for

std::int64_t seconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

/// The alarm's period, or the least multiple of it that leaves few enough points.
std::int64_t period_for(std::int64_t period, Duration whole) {
  const std::int64_t points = seconds_of(whole) / std::max<std::int64_t>(1, period);
  return period * std::max<std::int64_t>(1, (points + kMostPoints - 1) / kMostPoints);
}

std::string statistic_of(const Json& alarm) {
  return alarm.value("Statistic", alarm.value("ExtendedStatistic", std::string{}));
}

/// The queries whose answer is what the alarm compares; none for an alarm that has no metric here.
Json queries_of(const Json& alarm, Duration whole) {
  if (alarm.contains("Metrics")) return alarm["Metrics"];
  if (!alarm.contains("MetricName")) return Json::array();
  const std::int64_t period = period_for(alarm.value("Period", std::int64_t{60}), whole);
  return Json::array({{{"Id", "watched"},
                       {"MetricStat",
                        {{"Metric",
                          {{"Namespace", alarm.value("Namespace", "")},
                           {"MetricName", alarm["MetricName"]},
                           {"Dimensions", alarm.value("Dimensions", Json::array())}}},
                         {"Period", period},
                         {"Stat", statistic_of(alarm)}}}}});
}

std::string what_of(const Json& alarm) {
  if (alarm.contains("Metrics")) return "metric math";
  return fmt::format("{} of {}", statistic_of(alarm), alarm.value("MetricName", ""));
}

std::vector<WatchedMetric::Point> points_of(const RunFacts& run, const Place& place,
                                            const Json& queries) {
  std::vector<WatchedMetric::Point> points;
  const auto answer = run.world.cloud().inspect(
      place, "cloudwatch", "GetMetricData",
      {{"MetricDataQueries", queries},
       {"StartTime", iso8601(run.scenario.start)},
       {"EndTime", iso8601(std::max(run.world.sim().now(), run.scenario.start + kHold))},
       {"ScanBy", "TimestampAscending"}});
  if (!answer || answer->at("MetricDataResults").empty()) return points;
  const Json& result = answer->at("MetricDataResults").front();
  for (std::size_t i = 0; i < result.at("Values").size(); ++i) {
    const auto at = parse_iso8601(result.at("Timestamps")[i].get<std::string>());
    const Json& value = result.at("Values")[i];
    if (at && value.is_number()) points.push_back({*at, value.get<double>()});
  }
  return points;
}

bool fires_above(const Json& alarm) {
  return alarm.value("ComparisonOperator", std::string{}).starts_with("Greater");
}

/// "stack.yaml:61": the story names its files from the scenario's folder.
std::string file_name(std::string_view source) {
  const auto slash = source.rfind('/');
  return std::string{slash == source.npos ? source : source.substr(slash + 1)};
}

std::vector<Place> places_of(const RunFacts& run) {
  Cloud& cloud = run.world.cloud();
  std::vector<Place> places = {cloud.home()};
  for (const Resource* alarm : cloud.resources().of_type("AWS::CloudWatch::Alarm"))
    if (std::ranges::find(places, alarm->place) == places.end()) places.push_back(alarm->place);
  return places;
}

std::set<std::string> fired(const RunFacts& run) {
  std::set<std::string> names;
  for (const JournalEntry& entry : run.world.journal().entries())
    if (entry.kind == EntryKind::alarm && detail_text(entry, "state") == "ALARM")
      names.insert(entry.subject);
  return names;
}

WatchedMetric watched(const RunFacts& run, const Place& place, const Json& alarm,
                      const std::set<std::string>& fired_names) {
  const std::string name = alarm.value("AlarmName", std::string{});
  const Resources& resources = run.world.cloud().resources();
  const Duration whole = run.world.sim().now() - run.scenario.start;
  const std::int64_t period = period_for(alarm.value("Period", std::int64_t{60}), whole);
  WatchedMetric metric{.alarm = std::string{resources.name_of(name)},
                       .what = {},
                       .source = file_name(resources.source_of(name)),
                       .period = std::chrono::seconds{period},
                       .points = points_of(run, place, queries_of(alarm, whole)),
                       .threshold = {}};
  // An expression has its own grid.
  for (std::size_t i = 1; i < metric.points.size() && alarm.contains("Metrics"); ++i) {
    const Duration step = metric.points[i].at - metric.points[i - 1].at;
    metric.period = i == 1 ? step : std::min(metric.period, step);
  }
  metric.what = fmt::format("{}, every {}", what_of(alarm), human(metric.period));
  if (alarm.contains("Threshold")) metric.threshold = alarm["Threshold"].get<double>();
  metric.above = fires_above(alarm);
  metric.fired = fired_names.contains(name) || fired_names.contains(metric.alarm);
  return metric;
}

}  // namespace

std::vector<WatchedMetric> watched_metrics(const RunFacts& run, std::size_t most) {
  std::vector<WatchedMetric> metrics;
  const std::set<std::string> fired_names = fired(run);
  for (const Place& place : places_of(run)) {
    const auto answer =
        run.world.cloud().inspect(place, "cloudwatch", "DescribeAlarms", {{"MaxRecords", 100}});
    if (!answer) continue;
    for (const Json& alarm : answer->value("MetricAlarms", Json::array()))
      metrics.push_back(watched(run, place, alarm, fired_names));
  }
  std::erase_if(metrics, [](const WatchedMetric& metric) { return metric.points.empty(); });
  std::ranges::stable_partition(metrics, &WatchedMetric::fired);
  if (metrics.size() > most) metrics.resize(most);
  return metrics;
}

}  // namespace opsim::report
