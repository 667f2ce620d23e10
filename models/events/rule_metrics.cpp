// What CloudWatch shows of rules.
// AWS: EventBridge User Guide, eb-monitoring: namespace AWS/Events, by RuleName, and EventBusName
// where the bus is not the default one. MatchedEvents and TriggeredRules count matches, Invocations
// what targets took or finally refused, not what waits for another attempt; InvocationAttempts,
// RetryInvocationAttempts and SuccessfulInvocationAttempts count tries.
#include "models/events/events.hpp"

namespace opsim::events {

namespace {

SeriesId series_of(Events& events, const Rule& rule, const char* metric) {
  Dimensions dimensions{{"RuleName", rule.name}};
  if (rule.bus != "default") dimensions.emplace_back("EventBusName", rule.bus);
  return events.cloud.metrics().intern({rule.place, "AWS/Events", metric, std::move(dimensions)});
}

}  // namespace

void count(Events& events, const Rule& rule, const char* metric) {
  Datapoint one{.timestamp = events.cloud.sim().now(), .unit = "Count"};
  one.set = Summary{};
  one.set->add(1);
  events.cloud.metrics().put(series_of(events, rule, metric), one);
}

void tally(Events& events, const Rule& rule, const char* metric) {
  const auto [place, fresh] = events.tallies.try_emplace({rule.arn, metric}, 0);
  ++place->second;
  if (!fresh) return;
  Simulation& sim = events.cloud.sim();
  const SimTime minute = std::chrono::floor<std::chrono::minutes>(sim.now());
  const SeriesId series = series_of(events, rule, metric);
  sim.at(minute + 1min, [&events, key = place->first, series, minute] {
    const auto known = events.tallies.find(key);
    if (known == events.tallies.end()) return;
    events.cloud.metrics().put(series, {.timestamp = minute,
                                        .values = {{1, static_cast<double>(known->second)}},
                                        .unit = "Count"});
    events.tallies.erase(known);
  });
}

}  // namespace opsim::events
