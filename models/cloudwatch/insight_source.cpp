// UNDOCUMENTED: a rule that does not exist; here it has no data.
#include "models/cloudwatch/insight_source.hpp"

#include <algorithm>

#include "models/cloudwatch/cloudwatch.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudwatch {
namespace {

std::int64_t milliseconds_of(SimTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::vector<std::string> groups_of(Cloud& cloud, const Place& place, const RuleBody& rule) {
  std::vector<std::string> names;
  Json input = Json::object();
  while (true) {
    const ApiResult<Json> page = cloud.inspect(place, "logs", "DescribeLogGroups", input);
    if (!page) return names;
    for (const Json& group : page->at("logGroups")) {
      const std::string name = opsim::input::text(group, "logGroupName");
      if (rule.covers(name)) names.push_back(name);
    }
    const std::string next = opsim::input::text(*page, "nextToken");
    if (next.empty()) return names;
    input["nextToken"] = next;
  }
}

void read_samples(Cloud& cloud, const Place& place, const std::string& group, const RuleBody& rule,
                  SimTime from, SimTime to, std::vector<RuleSample>& samples) {
  Json input{{"logGroupName", group},
             {"startTime", milliseconds_of(from)},
             {"endTime", milliseconds_of(to)}};
  while (true) {
    const ApiResult<Json> page = cloud.inspect(place, "logs", "FilterLogEvents", input);
    if (!page) return;
    for (const Json& event : page->at("events")) {
      const SimTime at{std::chrono::milliseconds{event.at("timestamp").get<std::int64_t>()}};
      if (at < from || at >= to) continue;
      if (auto sample = match_rule(rule, at, opsim::input::text(event, "message")))
        samples.push_back(*std::move(sample));
    }
    const std::string next = opsim::input::text(*page, "nextToken");
    if (next.empty()) return;
    input["nextToken"] = next;
  }
}

}  // namespace

std::vector<RuleSample> rule_samples(Cloud& cloud, const Place& place, const RuleBody& rule,
                                     SimTime from, SimTime to) {
  std::vector<RuleSample> samples;
  if (from >= to) return samples;
  for (const std::string& group : groups_of(cloud, place, rule))
    read_samples(cloud, place, group, rule, from, to, samples);
  return samples;
}

std::vector<MathSeries> BeyondMetrics::bands(const MetricProgram& program, const MathNode& of,
                                             const MathGrid& grid, SimTime by, double width) {
  return cw_.anomalies.bands(program, of, grid, by, width);
}

std::vector<std::optional<double>> BeyondMetrics::rule_metric(const RuleMetric& wanted,
                                                              const MathGrid& grid, SimTime by) {
  std::vector<std::optional<double>> points(grid.count);
  const auto& rules = cw_.insight_rules.rules[wanted.place];
  const auto found = rules.find(wanted.rule);
  if (found == rules.end()) return points;
  const auto body = RuleBody::parse(found->second.definition);
  const auto* rule = std::get_if<RuleBody>(&body);
  if (rule == nullptr) return points;
  const SimTime from = std::max(grid.at(0), found->second.since);
  const SimTime to = std::min(grid.at(grid.count), by);
  const auto samples = rule_samples(cw_.cloud, wanted.place, *rule, from, to);
  std::vector<std::vector<const RuleSample*>> periods(grid.count);
  for (const RuleSample& sample : samples)
    periods[static_cast<std::size_t>((sample.at - grid.at(0)) / grid.step)].push_back(&sample);
  for (std::size_t k = 0; k < grid.count; ++k)
    points[k] = rule_statistic(periods[k], wanted.metric);
  return points;
}

}  // namespace opsim::cloudwatch
