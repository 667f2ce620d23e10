// Any bytes: the first line a log event, the rest a query of Metrics Insights or a rule of
// Contributor Insights. Nothing may crash or hang; what is refused is told, a query with a place;
// what a rule counts is counted in its report.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/cloudwatch/insight_report.hpp"
#include "models/cloudwatch/log_query.hpp"
#include "models/cloudwatch/metrics_insights.hpp"

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
  check_aggregation(text);
  check_rule(std::string{text}, std::string{input.substr(0, newline)});
  return 0;
}
