#include "models/cloudwatch/program_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/cloudwatch/insight_report.hpp"
#include "models/cloudwatch/metric_query.hpp"
#include "models/cloudwatch/metric_search.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostFound =
    500;  // AWS: search-expression-syntax, "Search expression limits"

/// SIMPLIFIED: what tells the metrics found apart; AWS's wording of labels is not documented.
std::string found_label(const SeriesKey& key, bool one_name) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : key.dimensions) parts.push_back(value);
  if (!one_name || parts.empty()) parts.push_back(key.metric_name);
  return fmt::format("{}", fmt::join(parts, " "));
}

}  // namespace

void place_on(const MathGrid& grid, Duration period, MathSeries& series) {
  series.period = period;
  series.points.resize(grid.count);
  series.stride = std::max<std::size_t>(1, static_cast<std::size_t>(period / grid.step));
  series.first = 0;
  if (series.stride == 1) return;
  const SimTime begin = round_down(grid.from, period);
  if (begin < grid.from)
    series.first = static_cast<std::size_t>((begin + period - grid.from) / grid.step);
}

ProgramRun::ProgramRun(const Metrics& metrics, const MetricProgram& program,
                       const RunSettings& settings, std::span<const SeriesId> series)
    : metrics_{metrics},
      program_{program},
      settings_{settings},
      series_(program.queries.size()),
      results_(program.queries.size()) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < program.queries.size(); ++i) {
    if (!program.queries[i].is_metric()) continue;
    series_[i] = next < series.size() ? series[next] : metrics.find(program.queries[i].key);
    ++next;
  }
}

std::optional<SeriesId> ProgramRun::series_of(std::size_t i) const { return series_[i]; }

std::string ProgramRun::unit_of(SeriesId series, const std::string& unit) const {
  if (!unit.empty() || settings_.units == UnitRule::any) return unit;
  const MathGrid& grid = settings_.grid;
  const auto units = metrics_.units(series, {grid.from, grid.at(grid.count), settings_.by});
  return units.empty() ? unit : preferred_unit(units);
}

std::vector<std::string> ProgramRun::mixed_units(std::size_t i) const {
  const ProgramQuery& query = program_.queries[i];
  const auto series = series_of(i);
  if (!query.is_metric() || !series || !query.unit.empty()) return {};
  const MathGrid& grid = settings_.grid;
  auto units = metrics_.units(*series, {grid.from, grid.at(grid.count), settings_.by});
  if (units.size() < 2) units.clear();
  return units;
}

void ProgramRun::read(SeriesId series, const Statistic& statistic, std::string_view unit,
                      MathSeries& into) const {
  for (std::size_t k = into.first; k < into.points.size(); k += into.stride) {
    const SimTime at = settings_.grid.at(k);
    if (into.period < std::chrono::minutes{1} && at < settings_.by - kHighResolutionKept) continue;
    into.points[k] =
        metrics_.statistic(series, statistic, {at, at + into.period, settings_.by, unit});
  }
}

const MathSeries& ProgramRun::metric(std::size_t i) {
  if (results_[i]) return results_[i]->series[0];
  const ProgramQuery& query = program_.queries[i];
  MathSeries series;
  series.label = query.label && !query.label->empty() ? *query.label : query.key.metric_name;
  place_on(settings_.grid, query.period.value_or(settings_.grid.step), series);
  if (const auto id = series_of(i)) read(*id, query.statistic, unit_of(*id, query.unit), series);
  results_[i].emplace().series.push_back(std::move(series));
  return results_[i]->series[0];
}

std::variant<MathValue, MathError> ProgramRun::referenced(std::string_view id) {
  const std::size_t i = program_.by_id.find(id)->second;
  const ProgramQuery& query = program_.queries[i];
  if (query.is_metric()) metric(i);
  if (results_[i]) return *results_[i];
  if (query.insights) return insights(i);
  std::variant<MathValue, MathError> result = evaluate(*query.math);
  if (const auto* value = std::get_if<MathValue>(&result)) {
    results_[i] = *value;
    if (query.type == MathType::series)
      results_[i]->series[0].label = query.label.value_or(query.id);
  } else if (failed_in_.empty()) {
    failed_in_ = query.id;
  }
  return result;
}

std::variant<MathValue, MathError> ProgramRun::insights(std::size_t i) {
  const ProgramQuery& query = program_.queries[i];
  const InsightsFrame frame{
      .grid = settings_.grid,
      .period = std::max(query.period.value_or(kInsightsShortest), kInsightsShortest),
      .by = settings_.by,
      .history = settings_.insights_history};
  InsightsResult found = run_insights(metrics_, *query.insights, program_.place, frame);
  if (found.too_much_work) return MathError{0, "the query reads too many datapoints"};
  MathValue value{.type = query.type};
  for (InsightsSeries& each : found.series) {
    work_ += each.sources.size() * (each.series.points.size() / each.series.stride + 1);
    value.series.push_back(std::move(each.series));
  }
  if (query.type == MathType::series) value.series[0].label = query.label.value_or(query.id);
  results_[i] = value;
  return value;
}

ApiResult<MathValue> ProgramRun::result(std::size_t i) {
  failed_in_.clear();
  const std::string& id = program_.queries[i].id;
  std::variant<MathValue, MathError> result = referenced(id);
  if (const auto* error = std::get_if<MathError>(&result)) {
    return expression_error(failed_in_.empty() ? id : failed_in_, *error);
  }
  return std::move(std::get<MathValue>(result));
}

std::vector<MathSeries> ProgramRun::metrics(std::string_view containing) {
  std::vector<MathSeries> found;
  for (std::size_t i = 0; i < program_.queries.size(); ++i) {
    const ProgramQuery& query = program_.queries[i];
    if (!query.is_metric() || query.id.find(containing) == query.id.npos) continue;
    found.push_back(metric(i));
  }
  return found;
}

std::variant<MathValue, MathError> ProgramRun::search(const MathNode& call,
                                                      std::optional<double> period) {
  const auto parsed = MetricSearch::parse(call.parts[0].text);
  const auto statistic = Statistic::parse(call.parts[1].text);
  const auto* search = std::get_if<MetricSearch>(&parsed);
  if (search == nullptr || !statistic) return MathError{call.position, "the search is invalid"};
  const Duration every =
      period ? std::chrono::seconds{static_cast<std::int64_t>(*period)} : settings_.grid.step;
  std::vector<SeriesId> found;
  bool one_name = true;
  for (const SeriesId id : metrics_.list({.place = program_.place})) {
    const SeriesKey key = metrics_.key(id);
    if (!search->matches(key)) continue;
    if (!found.empty() && key.metric_name != metrics_.key(found.front()).metric_name) {
      one_name = false;
    }
    found.push_back(id);
    if (found.size() == kMostFound) break;
  }
  work_ += found.size() *
           (settings_.grid.count / static_cast<std::size_t>(every / settings_.grid.step) + 1);
  if (work_ > kMostMathWork)
    return MathError{call.position, "the search finds too many datapoints"};
  MathValue result{.type = MathType::array};
  for (const SeriesId id : found) {
    MathSeries& series = result.series.emplace_back();
    series.label = found_label(metrics_.key(id), one_name);
    place_on(settings_.grid, every, series);
    read(id, *statistic, unit_of(id, ""), series);
  }
  return result;
}

std::variant<MathValue, MathError> ProgramRun::rule(const MathNode& call) {
  const std::string& metric = call.parts[1].text;
  if (std::ranges::find(kRuleMetrics, metric) == kRuleMetrics.end()) {
    return MathError{call.position, fmt::format("{} is no metric of a rule", metric)};
  }
  MathSeries series{.label = call.parts[0].text, .period = settings_.grid.step, .points = {}};
  place_on(settings_.grid, settings_.grid.step, series);
  if (settings_.bands != nullptr) {
    series.points = settings_.bands->rule_metric({program_.place, call.parts[0].text, metric},
                                                 settings_.grid, settings_.by);
  }
  series.points.resize(settings_.grid.count);
  MathValue value{.type = MathType::series};
  value.series.push_back(std::move(series));
  return value;
}

std::variant<MathValue, MathError> ProgramRun::band(const MathNode& call, double width) {
  if (settings_.bands == nullptr) return MathError{call.position, "there are no anomaly models"};
  if (!(width > 0)) {
    return MathError{call.position, "the number of standard deviations must be more than 0"};
  }
  return MathValue{.type = MathType::array,
                   .scalar = {},
                   .series = settings_.bands->bands(program_, call.parts[0], settings_.grid,
                                                    settings_.by, width)};
}

}  // namespace opsim::cloudwatch
