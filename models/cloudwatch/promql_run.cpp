// What a PromQL query finds.
// Source: Prometheus documentation, "Operators" (vector matching, aggregation), "Functions". A
// value is a gauge's newest sample of the last five minutes, as in Prometheus ("staleness").
// SIMPLIFIED: there is no OTLP endpoint here. The metrics that callers and scenarios put into their
// own namespaces stand for what would come by it, their dimensions being the datapoint's
// attributes; metrics of AWS's services (AWS/...) are not seen, as where OTel enrichment is off.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "models/cloudwatch/promql.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr Duration kLookBack = std::chrono::minutes{5};
constexpr std::string_view kNameLabel = "__name__";
constexpr std::size_t kMostWork = 2'000'000;  // samples looked at by one evaluation

using Samples = std::vector<PromSample>;

/// A scalar where `samples` stands for nothing.
struct PromValue {
  bool scalar = false;
  double number = 0;
  Samples samples = {};
};

std::string_view label_of(const PromLabels& labels, std::string_view label) {
  const auto found = std::ranges::find(labels, label, &std::pair<std::string, std::string>::first);
  return found == labels.end() ? std::string_view{} : std::string_view{found->second};
}

/// "@datapoint.x" is x, "@datapoint.@name" the name of the metric; a label that is not there is "".
std::string_view matched_label(const PromLabels& labels, const Place& place,
                               std::string_view label) {
  constexpr std::string_view kDatapoint = "@datapoint.";
  if (label == "@aws.region") return place.region;
  if (label == "@aws.account") return place.account;
  if (label == "@datapoint.@name") return label_of(labels, kNameLabel);
  if (label.starts_with(kDatapoint)) label.remove_prefix(kDatapoint.size());
  return label_of(labels, label);
}

/// Literal text with '\0' for any text.
bool matches_choice(std::string_view choice, std::string_view text) {
  const std::size_t star = choice.find('\0');
  if (star == std::string_view::npos) return choice == text;
  if (!text.starts_with(choice.substr(0, star))) return false;
  text.remove_prefix(star);
  choice.remove_prefix(star + 1);
  for (;;) {
    const std::size_t next = choice.find('\0');
    if (next == std::string_view::npos) return text.ends_with(choice);
    const std::size_t at = text.find(choice.substr(0, next));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + next);
    choice.remove_prefix(next + 1);
  }
}

bool matches(const PromMatcher& matcher, std::string_view value) {
  using How = PromMatcher::How;
  if (matcher.how == How::equal) return value == matcher.value;
  if (matcher.how == How::unequal) return value != matcher.value;
  const bool any = std::ranges::any_of(
      matcher.choices, [&](const std::string& choice) { return matches_choice(choice, value); });
  return any == (matcher.how == How::matches);
}

void drop_name(PromSample& sample) {
  std::erase_if(sample.labels, [](const auto& label) { return label.first == kNameLabel; });
}

double calculate(std::string_view sign, double a, double b) {
  if (sign == "+") return a + b;
  if (sign == "-") return a - b;
  if (sign == "*") return a * b;
  if (sign == "/") return a / b;
  return sign == "%" ? std::fmod(a, b) : std::pow(a, b);
}

bool compares(std::string_view sign, double a, double b) {
  if (sign == "==") return a == b;
  if (sign == "!=") return a != b;
  if (sign == "<") return a < b;
  if (sign == "<=") return a <= b;
  return sign == ">" ? a > b : a >= b;
}

bool is_prom_comparison(std::string_view sign) {
  return sign == "==" || sign == "!=" || sign[0] == '<' || sign[0] == '>';
}

double function_of(std::string_view function, double value) {
  if (function == "abs") return std::abs(value);
  if (function == "ceil") return std::ceil(value);
  if (function == "exp") return std::exp(value);
  if (function == "floor") return std::floor(value);
  if (function == "ln") return std::log(value);
  if (function == "log10") return std::log10(value);
  if (function == "log2") return std::log2(value);
  if (function == "sgn") return value > 0 ? 1 : value < 0 ? -1 : value;
  return std::sqrt(value);
}

/// avg_over_time and its like, of all samples of the range.
double over_time(std::string_view function, const Summary& summary) {
  if (function == "avg_over_time") return summary.sum / summary.count;
  if (function == "count_over_time") return summary.count;
  if (function == "max_over_time") return summary.highest;
  if (function == "min_over_time") return summary.lowest;
  return function == "sum_over_time" ? summary.sum : 1;  // present_over_time
}

class PromRun {
 public:
  PromRun(const Metrics& metrics, const Place& place, SimTime at)
      : metrics_{metrics}, place_{place}, at_{at} {}

  PromResult run(const PromNode& root) {
    PromResult result;
    PromValue value = evaluate(root);
    result.failed = std::move(failed_);
    if (!result.failed.empty()) return result;
    std::ranges::sort(value.samples, {}, &PromSample::labels);
    result.partial = value.samples.size() > PromQuery::kMostSeries;
    if (result.partial) value.samples.resize(PromQuery::kMostSeries);
    result.samples = std::move(value.samples);
    return result;
  }

 private:
  PromValue evaluate(const PromNode& node) {
    if (!failed_.empty()) return {};
    switch (node.kind) {
      case PromNode::Kind::number: return {.scalar = true, .number = node.number};
      case PromNode::Kind::selector: return {.samples = select(node, "last_over_time")};
      case PromNode::Kind::call: return call(node);
      case PromNode::Kind::aggregate: return {.samples = aggregate(node)};
      case PromNode::Kind::negate: return negate(evaluate(node.parts[0]));
      default: break;
    }
    const PromValue left = evaluate(node.parts[0]);
    const PromValue right = evaluate(node.parts[1]);
    if (!failed_.empty()) return {};
    if (left.scalar && right.scalar) return {.scalar = true, .number = both(node, left, right)};
    if (left.scalar || right.scalar) return {.samples = with_scalar(node, left, right)};
    const bool sets = node.text == "and" || node.text == "or" || node.text == "unless";
    return {.samples = sets ? combine(node, left.samples, right.samples)
                            : pair_up(node, left.samples, right.samples)};
  }

  // ---- Selectors ----

  Samples select(const PromNode& node, std::string_view function) {
    Samples found;
    SeriesFilter filter{.place = place_};
    for (const PromMatcher& matcher : node.matchers)
      if (matcher.label == kNameLabel && matcher.how == PromMatcher::How::equal)
        filter.metric_name = matcher.value;
    for (const SeriesId id : metrics_.list(filter)) {
      const SeriesKey key = metrics_.key(id);
      if (key.metric_namespace.starts_with("AWS/")) continue;
      PromLabels labels = key.dimensions;
      labels.emplace_back(kNameLabel, key.metric_name);
      std::ranges::sort(labels);
      const auto fits = [&](const PromMatcher& matcher) {
        return matches(matcher, matched_label(labels, place_, matcher.label));
      };
      if (!std::ranges::all_of(node.matchers, fits)) continue;
      const auto value = value_of(id, node, function);
      if (value) found.push_back({std::move(labels), *value, {id}});
    }
    return found;
  }
  std::optional<double> value_of(SeriesId id, const PromNode& node, std::string_view function) {
    const SimTime to = at_ - node.offset;
    const Duration range = node.range == Duration{} ? kLookBack : node.range;
    if (function == "last_over_time") return newest(id, to - range, to);
    const Summary summary = metrics_.summary(id, {to - range, to, at_});
    work_ += static_cast<std::size_t>(std::min(summary.count, 1e6));
    if (work_ > kMostWork) failed_ = "the query looks at too many samples";
    return summary.empty() ? std::nullopt : std::optional{over_time(function, summary)};
  }
  /// The newest sample in [from, to): the stretch that holds it is halved until it is alone.
  std::optional<double> newest(SeriesId id, SimTime from, SimTime to) {
    Summary summary = metrics_.summary(id, {from, to, at_});
    if (++work_ > kMostWork) failed_ = "the query looks at too many samples";
    if (summary.empty()) return std::nullopt;
    while (summary.count > 1 && summary.lowest != summary.highest && to - from > Duration{1}) {
      const SimTime middle = from + (to - from) / 2;
      const Summary later = metrics_.summary(id, {middle, to, at_});
      if (later.empty()) {
        to = middle;
      } else {
        from = middle;
        summary = later;
      }
    }
    return summary.lowest == summary.highest ? summary.lowest : summary.sum / summary.count;
  }

  // ---- Functions and aggregations ----

  PromValue call(const PromNode& node) {
    const double now = std::chrono::duration<double>(at_.time_since_epoch()).count();
    if (node.text == "time") return {.scalar = true, .number = now};
    const PromNode& argument = node.parts[0];
    const bool ranged = argument.kind == PromNode::Kind::selector && argument.range != Duration{};
    Samples samples = ranged ? select(argument, node.text) : Samples{};
    if (ranged && node.text == "last_over_time") return {.samples = std::move(samples)};
    PromValue value = ranged ? PromValue{} : evaluate(argument);
    if (node.text == "vector") {
      PromValue one;
      one.samples.push_back({.value = value.number});
      return one;
    }
    if (node.text == "absent") return {.samples = absent_of(argument, value.samples)};
    if (!ranged) samples = std::move(value.samples);
    const double nearest =
        node.text == "round" && node.parts.size() == 2 ? evaluate(node.parts[1]).number : 1;
    for (PromSample& sample : samples) {
      drop_name(sample);
      if (ranged) continue;
      sample.value = node.text == "round" ? std::floor(sample.value / nearest + 0.5) * nearest
                                          : function_of(node.text, sample.value);
    }
    return {.samples = std::move(samples)};
  }
  /// "absent(v): an empty vector if v has any elements, else one with the value 1", labelled by the
  /// equality matchers.
  static Samples absent_of(const PromNode& argument, const Samples& samples) {
    if (!samples.empty()) return {};
    PromSample one{.value = 1};
    for (const PromMatcher& matcher : argument.matchers)
      if (matcher.how == PromMatcher::How::equal && matcher.label != kNameLabel)
        one.labels.emplace_back(matcher.label, matcher.value);
    std::ranges::sort(one.labels);
    return {std::move(one)};
  }
  PromValue negate(PromValue value) {
    value.number = -value.number;
    for (PromSample& sample : value.samples) {
      sample.value = -sample.value;
      drop_name(sample);
    }
    return value;
  }
  /// The labels that tell groups apart: those named, or all but those and the name.
  static PromLabels signature(const PromNode& node, const PromLabels& labels) {
    PromLabels kept;
    for (const auto& label : labels) {
      const bool named = std::ranges::find(node.labels, label.first) != node.labels.end();
      if (node.excludes ? !named && label.first != kNameLabel : named) kept.push_back(label);
    }
    return kept;
  }
  Samples aggregate(const PromNode& node) {
    std::map<PromLabels, std::pair<Summary, std::vector<SeriesId>>> groups;
    for (const PromSample& sample : evaluate(node.parts.back()).samples) {
      auto& [summary, sources] = groups[signature(node, sample.labels)];
      summary.add(sample.value);
      sources.insert(sources.end(), sample.sources.begin(), sample.sources.end());
    }
    Samples found;
    for (auto& [labels, group] : groups) {
      const std::string function = node.text == "group" ? "present" : node.text;
      found.push_back(
          {labels, over_time(function + "_over_time", group.first), std::move(group.second)});
    }
    return found;
  }

  // ---- Operators ----

  static double both(const PromNode& node, const PromValue& left, const PromValue& right) {
    return is_prom_comparison(node.text) ? compares(node.text, left.number, right.number)
                                         : calculate(node.text, left.number, right.number);
  }
  /// What an operator makes of one sample; nothing where a comparison filters it out.
  static std::optional<PromSample> operate(const PromNode& node, PromSample sample, double a,
                                           double b) {
    if (!is_prom_comparison(node.text)) {
      sample.value = calculate(node.text, a, b);
      drop_name(sample);
      return sample;
    }
    const bool holds = compares(node.text, a, b);
    if (!node.as_bool) return holds ? std::optional{std::move(sample)} : std::nullopt;
    sample.value = holds ? 1 : 0;
    drop_name(sample);
    return sample;
  }
  static Samples with_scalar(const PromNode& node, const PromValue& left, const PromValue& right) {
    Samples found;
    for (const PromSample& sample : left.scalar ? right.samples : left.samples) {
      const double a = left.scalar ? left.number : sample.value;
      const double b = left.scalar ? sample.value : right.number;
      if (auto made = operate(node, sample, a, b)) found.push_back(std::move(*made));
    }
    return found;
  }
  /// "and: elements of the left for which there are elements of the right with matching labels",
  /// ...
  static Samples combine(const PromNode& node, const Samples& left, const Samples& right) {
    std::map<PromLabels, bool> seen;
    const bool is_or = node.text == "or";
    for (const PromSample& sample : is_or ? left : right)
      seen[signature(node, sample.labels)] = true;
    Samples found = is_or ? left : Samples{};
    for (const PromSample& sample : is_or ? right : left) {
      const bool there = seen.contains(signature(node, sample.labels));
      if (there == (node.text == "and")) found.push_back(sample);
    }
    return found;
  }
  /// One-to-one.
  Samples pair_up(const PromNode& node, const Samples& left, const Samples& right) {
    std::map<PromLabels, const PromSample*> partners;
    for (const PromSample& sample : right)
      if (!partners.try_emplace(signature(node, sample.labels), &sample).second)
        return many_to_many("right");
    std::map<PromLabels, bool> met;
    Samples found;
    for (const PromSample& sample : left) {
      PromLabels labels = signature(node, sample.labels);
      const auto partner = partners.find(labels);
      if (partner == partners.end()) continue;
      if (!met.try_emplace(labels, true).second) return many_to_many("left");
      PromSample one = sample;
      const auto& more = partner->second->sources;
      one.sources.insert(one.sources.end(), more.begin(), more.end());
      if (!is_prom_comparison(node.text) || node.as_bool) one.labels = std::move(labels);
      auto made = operate(node, std::move(one), sample.value, partner->second->value);
      if (made) found.push_back(std::move(*made));
    }
    return found;
  }
  Samples many_to_many(std::string_view side) {
    failed_ = fmt::format(
        "found duplicate series for the match group on the {} hand-side of the operation; "
        "many-to-many matching not allowed: matching labels must be unique on one side",
        side);
    return {};
  }

  const Metrics& metrics_;
  const Place& place_;
  SimTime at_;
  std::string failed_;
  std::size_t work_ = 0;
};

}  // namespace

PromResult run_promql(const Metrics& metrics, const Place& place, const PromQuery& query,
                      SimTime at) {
  return PromRun{metrics, place, at}.run(query.root);
}

}  // namespace opsim::cloudwatch
