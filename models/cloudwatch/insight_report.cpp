// "All matching of rules to log event field names and values is case sensitive."
// SIMPLIFIED: counts are exact, where AWS's are approximate for many contributors.
#include "models/cloudwatch/insight_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "models/cloudwatch/input.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::array<std::string_view, 8> kFilterWords = {
    "EqualTo", "GreaterThan", "In", "IsPresent", "LessThan", "NotEqualTo", "NotIn", "StartsWith"};

std::optional<double> rule_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc{} && end == text.data() + text.size() && !text.empty();
  return whole ? std::optional{number} : std::nullopt;
}

std::string rule_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "$.requestParameters.instancesSet.items[0].instanceId"; null where there is no such field.
Json at_path(const Json& event, std::string_view path) {
  if (path.starts_with("$.")) path.remove_prefix(2);
  const Json* at = &event;
  while (!path.empty()) {
    const std::size_t end = path.find_first_of(".[");
    const std::string name{path.substr(0, end)};
    if (!name.empty()) {
      if (!at->is_object() || !at->contains(name)) return {};
      at = &at->at(name);
    }
    if (end == std::string_view::npos) break;
    const bool indexed = path[end] == '[';
    path.remove_prefix(end + 1);
    if (!indexed) continue;
    const std::size_t close = path.find(']');
    std::size_t index = 0;
    const auto read =
        std::from_chars(path.data(), path.data() + std::min(close, path.size()), index);
    if (close == std::string_view::npos || read.ec != std::errc{}) return {};
    if (!at->is_array() || index >= at->size()) return {};
    at = &at->at(index);
    path.remove_prefix(close + 1);
    if (path.starts_with('.')) path.remove_prefix(1);
  }
  return *at;
}

/// The fields of a line in Common Log Format, by number from 1: quotes and brackets hold together.
Json clf_fields(std::string_view line) {
  Json fields = Json::object();
  std::size_t number = 0;
  while (!line.empty()) {
    if (line.front() == ' ') {
      line.remove_prefix(1);
      continue;
    }
    const char close = line.front() == '"' ? '"' : line.front() == '[' ? ']' : ' ';
    if (close != ' ') line.remove_prefix(1);
    const std::size_t end = line.find(close);
    fields[std::to_string(++number)] = std::string{line.substr(0, end)};
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return fields;
}

bool is_one_of(const Json& value, const Json& list) {
  return std::ranges::any_of(list,
                             [&](const Json& one) { return rule_text(one) == rule_text(value); });
}

bool passes(const RuleFilter& filter, const Json& value) {
  if (filter.how == "IsPresent") return value.is_null() != (filter.what == true);
  if (value.is_null()) return filter.how == "NotIn" || filter.how == "NotEqualTo";
  if (filter.how == "In") return is_one_of(value, filter.what);
  if (filter.how == "NotIn") return !is_one_of(value, filter.what);
  if (filter.how == "StartsWith")
    return std::ranges::any_of(filter.what, [&](const Json& prefix) {
      return rule_text(value).starts_with(rule_text(prefix));
    });
  const auto number = rule_number(value);
  const auto limit = rule_number(filter.what);
  if (!number || !limit) return false;
  if (filter.how == "GreaterThan") return *number > *limit;
  if (filter.how == "LessThan") return *number < *limit;
  return (filter.how == "EqualTo") == (*number == *limit);
}

std::string read_filters(RuleBody& rule, const Json& filters) {
  if (!filters.is_array()) return {};
  if (filters.size() > RuleBody::kMostFilters) return "Contribution must contain at most 4 Filters";
  for (const Json& filter : filters) {
    RuleFilter read;
    if (!filter.is_object()) return "a filter must be a JSON object";
    read.match = opsim::input::text(filter, "Match");
    for (const std::string_view word : kFilterWords) {
      if (!filter.contains(word)) continue;
      read.how = word;
      read.what = filter.at(std::string{word});
    }
    if (read.match.empty() || read.how.empty())
      return "each filter must contain Match and an operator";
    rule.filters.push_back(std::move(read));
  }
  return {};
}

std::vector<std::string> list_of(const Json& body, const char* name) {
  std::vector<std::string> texts;
  if (!body.contains(name) || !body.at(name).is_array()) return texts;
  for (const Json& one : body.at(name))
    if (one.is_string()) texts.push_back(one.get<std::string>());
  return texts;
}

/// One contributor, period by period.
struct RuleCount {
  std::map<SimTime, double> values;
  double sum = 0;
  [[nodiscard]] double most() const {
    double most = 0;
    for (const auto& [at, value] : values) most = std::max(most, value);
    return most;
  }
};

}  // namespace

std::optional<double> rule_statistic(const std::vector<const RuleSample*>& samples,
                                     std::string_view metric) {
  if (samples.empty()) return std::nullopt;
  std::map<std::vector<std::string>, double> contributors;
  double sum = 0;
  double lowest = samples.front()->value;
  double highest = lowest;
  for (const RuleSample* sample : samples) {
    contributors[sample->keys] += sample->value;
    sum += sample->value;
    lowest = std::min(lowest, sample->value);
    highest = std::max(highest, sample->value);
  }
  double top = 0;
  for (const auto& [keys, value] : contributors) top = std::max(top, value);
  if (metric == "UniqueContributors") return static_cast<double>(contributors.size());
  if (metric == "MaxContributorValue") return top;
  if (metric == "SampleCount") return static_cast<double>(samples.size());
  if (metric == "Sum") return sum;
  if (metric == "Minimum") return lowest;
  if (metric == "Maximum") return highest;
  return sum / static_cast<double>(contributors.size());
}

std::variant<RuleBody, std::string> RuleBody::parse(const std::string& text) {
  const Json body = Json::parse(text, nullptr, false);
  if (!body.is_object()) return "The rule definition must be a valid JSON object";
  for (const char* member : {"Schema", "Contribution", "AggregateOn"})
    if (!body.contains(member)) return fmt::format("The rule definition must contain {}", member);
  const Json& contribution = body.at("Contribution");
  if (!contribution.is_object()) return "Contribution must be a JSON object";
  RuleBody rule;
  rule.groups = list_of(body, "LogGroupNames");
  rule.clf = opsim::input::text(body, "LogFormat") == "CLF";
  if (body.contains("Fields") && body.at("Fields").is_object())
    for (const auto& [number, alias] : body.at("Fields").items())
      rule.aliases[rule_text(alias)] = number;
  rule.keys = list_of(contribution, "Keys");
  if (rule.keys.empty() || rule.keys.size() > kMostKeys)
    return "Contribution must contain 1 to 4 Keys";
  rule.value_of = opsim::input::text(contribution, "ValueOf");
  const std::string on = rule_text(body.at("AggregateOn"));
  if (on != "Count" && on != "Sum") return "AggregateOn must be Count or Sum";
  rule.sums = on == "Sum";
  if (rule.sums && rule.value_of.empty())
    return "Contribution must contain ValueOf when AggregateOn is Sum";
  if (std::string complaint = read_filters(rule, opsim::input::member(contribution, "Filters"));
      !complaint.empty())
    return complaint;
  return rule;
}

bool RuleBody::covers(const std::string& group) const {
  return std::ranges::any_of(groups, [&](const std::string& pattern) {
    if (!pattern.ends_with('*')) return pattern == group;
    return group.starts_with(std::string_view{pattern}.substr(0, pattern.size() - 1));
  });
}

std::optional<RuleSample> match_rule(const RuleBody& rule, SimTime at, const std::string& message) {
  const Json event = rule.clf ? clf_fields(message) : Json::parse(message, nullptr, false);
  if (!event.is_object()) return std::nullopt;
  const auto field = [&](const std::string& name) {
    const auto alias = rule.aliases.find(name);
    return at_path(event, alias == rule.aliases.end() ? name : alias->second);
  };
  for (const RuleFilter& filter : rule.filters)
    if (!passes(filter, field(filter.match))) return std::nullopt;
  RuleSample sample{.at = at, .keys = {}};
  for (const std::string& key : rule.keys) {
    const Json value = field(key);
    if (value.is_null()) return std::nullopt;
    sample.keys.push_back(rule_text(value));
  }
  if (!rule.sums) return sample;
  const auto value = rule_number(field(rule.value_of));
  if (!value) return std::nullopt;
  sample.value = *value;
  return sample;
}

Json rule_report(const RuleBody& rule, const std::vector<RuleSample>& samples,
                 const ReportFrame& frame) {
  std::map<std::vector<std::string>, RuleCount> counted;
  std::map<SimTime, std::vector<const RuleSample*>> periods;
  double total = 0;
  for (const RuleSample& sample : samples) {
    const SimTime at = sample.at - sample.at.time_since_epoch() % frame.period;
    RuleCount& one = counted[sample.keys];
    one.values[at] += sample.value;
    one.sum += sample.value;
    total += sample.value;
    periods[at].push_back(&sample);
  }
  std::vector<std::pair<std::vector<std::string>, RuleCount>> ranked{counted.begin(),
                                                                     counted.end()};
  std::ranges::stable_sort(ranked, std::ranges::greater{}, [&](const auto& one) {
    return frame.by_maximum ? one.second.most() : one.second.sum;
  });
  if (ranked.size() > frame.most) ranked.resize(frame.most);
  Json contributors = Json::array();
  for (const auto& [keys, one] : ranked) {
    Json points = Json::array();
    for (const auto& [at, value] : one.values)
      points.push_back({{"Timestamp", time_json(at)}, {"ApproximateValue", value}});
    contributors.push_back({{"Keys", keys},
                            {"ApproximateAggregateValue", one.sum},
                            {"Datapoints", std::move(points)}});
  }
  Json answer{{"KeyLabels", rule.keys},
              {"AggregationStatistic", rule.sums ? "Sum" : "Count"},
              {"AggregateValue", total},
              {"ApproximateUniqueCount", counted.size()},
              {"Contributors", std::move(contributors)}};
  if (frame.metrics.empty()) return answer;
  answer["MetricDatapoints"] = Json::array();
  for (const auto& [at, of] : periods) {
    Json point{{"Timestamp", time_json(at)}};
    for (const std::string& metric : frame.metrics) point[metric] = *rule_statistic(of, metric);
    answer["MetricDatapoints"].push_back(std::move(point));
  }
  return answer;
}

}  // namespace opsim::cloudwatch
