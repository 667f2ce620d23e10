// Any bytes: the first line a log event, the rest a query of Metrics Insights or of PromQL, or a
// rule of Contributor Insights. Nothing may crash or hang; what is refused is told, a query with a
// place; what runs twice finds the same; what a rule counts is counted in its report.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/cloudwatch/insight_report.hpp"
#include "models/cloudwatch/log_query.hpp"
#include "models/cloudwatch/metrics_insights.hpp"
#include "models/cloudwatch/promql.hpp"

namespace {

using namespace opsim;
using namespace opsim::cloudwatch;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_query(std::string_view text) {
  const auto parsed = InsightsQuery::parse(text);
  if (const auto* error = std::get_if<MathError>(&parsed)) {
    require(error->position <= text.size() && !error->message.empty());
    return;
  }
  const auto& query = std::get<InsightsQuery>(parsed);
  require(query.limit >= 1 && query.limit <= InsightsQuery::kMostSeries);
  require(!query.metric_name.empty() && !query.metric_namespace.empty());
  const SeriesKey metric{
      {"012345678901", "us-east-1"}, "AWS/EC2", "CPUUtilization", {{"InstanceId", "i-1"}}};
  (void)query.matches(metric, "012345678901");
  require(query.group_of(metric).size() == query.group_by.size());
}

/// Three gauges, two of which have a label in common.
struct Gauges {
  Gauges() {
    publish("m", {{"a", "x"}, {"b", "1"}}, 3);
    publish("m", {{"a", "y"}, {"b", "1"}}, -0.5);
    publish("n", {{"b", "1"}}, 7);
    sim.run_until(sim.start() + 10min + 1s);
  }
  void publish(const char* name, Dimensions dimensions, double level) {
    const SeriesId id = metrics.intern({place, "Shop", name, std::move(dimensions)});
    metrics.publish(id, {.from = sim.start(), .level = level}, {});
  }
  const Place place{"012345678901", "us-east-1"};
  Simulation sim{SimTime{} + 24h, Seed{1}};
  Metrics metrics{sim};
};

void check_promql(std::string_view text) {
  const auto parsed = PromQuery::parse(text);
  if (const auto* error = std::get_if<PromError>(&parsed)) {
    require(error->position <= text.size() && !error->message.empty());
    return;
  }
  const auto& query = std::get<PromQuery>(parsed);
  if (!query.not_simulated.empty()) return;
  static const Gauges gauges;
  const PromResult first = run_promql(gauges.metrics, gauges.place, query, gauges.sim.now());
  const PromResult again = run_promql(gauges.metrics, gauges.place, query, gauges.sim.now());
  require(first.failed == again.failed && first.samples.size() == again.samples.size());
  for (std::size_t i = 0; i < first.samples.size(); ++i)
    require(first.samples[i].labels == again.samples[i].labels);
}

/// The aggregation of a log alarm: its parts are parts of the text.
void check_aggregation(std::string_view text) {
  const auto parsed = read_aggregation(text);
  const auto* aggregation = std::get_if<Aggregation>(&parsed);
  if (aggregation == nullptr) return require(!std::get<std::string>(parsed).empty());
  require(!aggregation->function.empty() && aggregation->by.size() <= Aggregation::kMostFields);
}

void check_rule(const std::string& text, const std::string& event) {
  const auto parsed = RuleBody::parse(text);
  const auto* rule = std::get_if<RuleBody>(&parsed);
  if (rule == nullptr) return require(!std::get<std::string>(parsed).empty());
  (void)rule->covers(event);
  const auto sample = match_rule(*rule, SimTime{} + 90s, event);
  if (!sample) return;
  require(sample->keys.size() == rule->keys.size());
  const ReportFrame frame{.start = SimTime{},
                          .end = SimTime{} + 10min,
                          .period = 1min,
                          .metrics = {kRuleMetrics.begin(), kRuleMetrics.end()}};
  const Json report = rule_report(*rule, {*sample, *sample}, frame);
  require(report.at("ApproximateUniqueCount") == 1 && report.at("Contributors").size() == 1);
  require(report.at("MetricDatapoints").at(0).at("SampleCount") == 2);
  (void)report.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t newline = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(std::min(newline + 1, input.size()));
  check_query(text);
  check_promql(text);
  check_aggregation(text);
  check_rule(std::string{text}, std::string{input.substr(0, newline)});
  return 0;
}
