// Why an alarm did, or did not, what it might have done: a few sentences.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/cloudwatch/operations.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostPeriods = 5000;  // looked at, newest first

using Sentences = std::vector<std::string>;

Alarm* find_alarm(CloudWatch& cw, std::string_view subject) {
  const Resource* resource = cw.cloud.resources().find(subject);
  const std::string_view name = resource == nullptr ? subject : resource->physical_id;
  for (const auto& [place, alarms] : cw.alarms()) {
    if (const auto alarm = alarms.find(name); alarm != alarms.end()) return alarm->second.get();
  }
  return nullptr;
}

/// "+2:53:00"
std::string clock(Cloud& cloud, SimTime time) {
  return fmt::format("+{}", clock_text(time - cloud.sim().start()));
}

std::string dimensions_text(const Dimensions& dimensions) {
  if (dimensions.empty()) return "no dimensions";
  std::vector<std::string> parts;
  for (const auto& [name, value] : dimensions) parts.push_back(fmt::format("{}={}", name, value));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// How near the metric came, over the periods that ended while the alarm stood.
struct Approach {
  std::size_t periods = 0;
  std::size_t missing = 0;
  std::optional<AlarmPoint> nearest;
  std::uint32_t most_breaching = 0;  // in any N periods in a row
  SimTime most_at{};
};

/// How far a datapoint is on the side that breaches: of a band, from its nearest limit.
double beyond(const AlarmSpec& spec, const AlarmPoint& point) {
  if (spec.band_side == BandSide::none) return *point.value;
  const double above = *point.value - *point.upper;
  const double below = *point.lower - *point.value;
  if (spec.band_side == BandSide::above) return above;
  return spec.band_side == BandSide::below ? below : std::max(above, below);
}

bool nearer(const AlarmSpec& spec, double value, double than) {
  const Threshold& threshold = spec.rule.threshold;
  const bool upward = spec.band_side != BandSide::none ||
                      threshold.comparison == Comparison::greater ||
                      threshold.comparison == Comparison::greater_or_equal;
  return upward ? value > than : value < than;
}

Approach approach_of(const Alarm& alarm, SimTime now) {
  const AlarmSpec& spec = alarm.spec();
  const AlarmRule& rule = spec.rule;
  Approach approach;
  std::vector<bool> breaching;
  const SimTime end = newest_end(spec.window, now);
  if (end <= alarm.configured()) return approach;
  const auto stood = static_cast<std::size_t>(
      (end - alarm.configured() + spec.window.period - Duration{1}) / spec.window.period);
  const std::size_t periods = std::min(kMostPeriods, stood);
  for (const AlarmPoint& point : alarm.evaluator().points(end, periods, now)) {
    ++approach.periods;
    breaching.push_back(point.breaching);
    const std::size_t window = std::min<std::size_t>(breaching.size(), rule.evaluation_periods);
    const auto count = static_cast<std::uint32_t>(
        std::count(breaching.end() - static_cast<std::ptrdiff_t>(window), breaching.end(), true));
    if (count > approach.most_breaching) {
      approach.most_breaching = count;
      approach.most_at = point.start + spec.window.period;
    }
    if (!point.value) {
      ++approach.missing;
    } else if (!approach.nearest ||
               nearer(spec, beyond(spec, point), beyond(spec, *approach.nearest))) {
      approach.nearest = point;
    }
  }
  return approach;
}

/// The commonest mistake: the alarm watches dimensions that nobody publishes.
void explain_no_match(CloudWatch& cw, const AlarmSpec& spec, Sentences& sentences) {
  const InsightsQuery& query = *spec.insights();
  sentences.push_back("No metric that its query matches had data while it stood.");
  const SeriesFilter filter{.place = spec.place,
                            .metric_namespace = query.metric_namespace,
                            .metric_name = query.metric_name};
  for (const SeriesId id : cw.cloud.metrics().list(filter)) {
    const SeriesKey key = cw.cloud.metrics().key(id);
    if (query.matches(key, spec.place.account)) continue;
    sentences.push_back(fmt::format(
        "That metric is published with other dimensions, for example {}{}.",
        dimensions_text(key.dimensions),
        query.schema ? "; SCHEMA matches metrics of exactly the dimensions it names" : ""));
    return;
  }
}

void explain_no_data(CloudWatch& cw, const AlarmSpec& spec, Sentences& sentences) {
  if (spec.insights() != nullptr) return explain_no_match(cw, spec, sentences);
  if (spec.program) {
    sentences.push_back(spec.band_side == BandSide::none
                            ? "Its expression gave no datapoint while it stood."
                            : "No datapoint had a band to compare with while it stood.");
    return;
  }
  sentences.push_back(fmt::format("No data of {} {} ({}) came while it stood.",
                                  spec.metric_namespace, spec.metric_name,
                                  dimensions_text(spec.dimensions)));
  const SeriesFilter filter{.place = spec.place,
                            .metric_namespace = spec.metric_namespace,
                            .metric_name = spec.metric_name};
  for (const SeriesId id : cw.cloud.metrics().list(filter)) {
    const SeriesKey key = cw.cloud.metrics().key(id);
    if (key.dimensions == spec.dimensions) continue;
    sentences.push_back(fmt::format(
        "That metric is published with other dimensions, for example {}; an alarm needs "
        "exactly those of its metric.",
        dimensions_text(key.dimensions)));
    return;
  }
}

void explain_approach(CloudWatch& cw, const Alarm& alarm, Sentences& sentences) {
  const AlarmSpec& spec = alarm.spec();
  const Approach approach = approach_of(alarm, cw.cloud.sim().now());
  if (approach.periods == 0) {
    sentences.push_back("No period has ended since it was put.");
    return;
  }
  if (!approach.nearest) return explain_no_data(cw, spec, sentences);
  const double value = *approach.nearest->value;
  const std::string at = clock(cw.cloud, approach.nearest->start);
  if (approach.most_breaching == 0 && spec.band_side != BandSide::none) {
    sentences.push_back(fmt::format(
        "Its nearest datapoint was {} at {}: within the band of {} to {}.", short_number(value), at,
        short_number(*approach.nearest->lower), short_number(*approach.nearest->upper)));
  } else if (approach.most_breaching == 0) {
    sentences.push_back(fmt::format(
        "Its nearest datapoint was {} at {}: {} short of the limit ({}).", short_number(value), at,
        short_number(std::abs(spec.rule.threshold.value - value)),
        limit_words(spec.rule.threshold)));
  } else {
    sentences.push_back(fmt::format(
        "At most {} of {} datapoints were {} at once, by {} (the furthest was {}); {} are needed.",
        approach.most_breaching, spec.rule.evaluation_periods, limit_words(spec),
        clock(cw.cloud, approach.most_at), short_number(value), spec.rule.datapoints_to_alarm));
  }
  if (approach.missing > 0) {
    sentences.push_back(fmt::format("{} of {} periods had no data, treated as {}.",
                                    approach.missing, approach.periods,
                                    to_string(spec.rule.treatment)));
  }
}

void explain_actions(const AlarmSpec& spec, Sentences& sentences) {
  if (!spec.actions_enabled) {
    sentences.push_back("Its actions are disabled; events reach the bus all the same.");
  } else if (spec.alarm_actions.empty()) {
    sentences.push_back("It has no AlarmActions: only a rule on its events can act on it.");
  }
}

}  // namespace

std::vector<std::string> explain(Model& model, std::string_view subject) {
  auto& cw = static_cast<CloudWatch&>(model);
  const Alarm* alarm = find_alarm(cw, subject);
  if (alarm == nullptr) return {};
  const AlarmSpec& spec = alarm->spec();
  const StateRecord& state = alarm->state();
  Sentences sentences;
  if (!spec.not_simulated.empty()) {
    sentences.push_back(fmt::format("{} is never evaluated: {}.", spec.name, spec.not_simulated));
    return sentences;
  }
  sentences.push_back(fmt::format("{} has been {} since {}: {}.", spec.name, to_string(state.state),
                                  clock(cw.cloud, state.transitioned), state.story()));
  const auto& items = alarm->history().items();
  const auto alarms = std::ranges::count_if(items, [](const HistoryItem& item) {
    return item.type == HistoryItem::Type::state && item.to->state == AlarmState::alarm;
  });
  if (alarms == 0 && !spec.logs && !spec.promql) {
    explain_approach(cw, *alarm, sentences);
  } else {
    sentences.push_back(fmt::format("It went to ALARM {} time{}.", alarms, alarms == 1 ? "" : "s"));
  }
  explain_actions(spec, sentences);
  return sentences;
}

}  // namespace opsim::cloudwatch
