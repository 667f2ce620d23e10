// From an event on a bus to the rules that it matches.
// AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html, eb-service-event.
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "opsim/cloud/event_line.hpp"

namespace opsim::events {

namespace {

constexpr std::size_t kEventsRemembered = 100;  // for explain()

// eb-service-event: what these send arrives; events of all other services are best effort.
bool is_best_effort(std::string_view source) {
  constexpr std::string_view guaranteed[] = {"aws.batch", "aws.cloudformation", "aws.cloudwatch",
                                             "aws.ecs", "aws.events"};
  return source.starts_with("aws.") &&
         std::ranges::find(guaranteed, source) == std::end(guaranteed);
}

bool gets_lost(Events& events, const Event& event) {
  if (events.losses.empty() || !is_best_effort(event.source)) return false;
  const SimTime now = events.cloud.sim().now();
  for (const Loss& loss : events.losses) {
    if (now >= loss.until || (!loss.source.empty() && loss.source != event.source)) continue;
    if (!events.cloud.sim().random("events.loss").chance(loss.share)) continue;
    events.cloud.journal().write({.kind = EntryKind::event,
                                  .level = Level::story,
                                  .subject = event.source,
                                  .text = fmt::format("{} got lost: {} is a best-effort source",
                                                      event.detail_type, event.source),
                                  .detail = {{"lost", true}}});
    return true;
  }
  return false;
}

std::string targets_text(Cloud& cloud, const Rule& rule) {
  std::vector<std::string> names;
  for (const Target& target : rule.targets) names.push_back(target_name(cloud, target.arn));
  return names.empty() ? "no target" : fmt::format("{}", fmt::join(names, ", "));
}

void trigger(Events& events, const std::shared_ptr<Rule>& rule,
             const std::shared_ptr<const std::string>& text, const Origin& origin) {
  if (!rule->archive.empty()) return archive_event(events, *rule, text);
  ++rule->matched;
  if (rule->pattern) tally(events, *rule, "MatchedEvents");
  tally(events, *rule, "TriggeredRules");
  Journal& journal = events.cloud.journal();
  const CauseId id =
      journal.keeps(Level::story)
          ? journal.write({.kind = EntryKind::rule,
                           .level = Level::story,
                           .subject = rule->name,
                           .text = fmt::format("matched, to {}", targets_text(events.cloud, *rule)),
                           .source = std::string{events.cloud.resources().source_of(rule->arn)}})
          : journal.link();
  const CauseScope because{events.cloud.sim(), id};
  for (std::size_t i = 0; i < rule->targets.size(); ++i)
    events.cloud.sim().spawn(
        deliver_to_target(events, rule, i, text, events.cloud.sim().now(), origin));
}

/// eb-service-event-cloudtrail: read-only management events reach only the rules whose state asks
/// for them.
bool wants(const Rule& rule, std::string_view text) {
  if (rule.state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") return true;
  return text.find("\"AWS API Call via CloudTrail\"") == text.npos ||
         text.find("\"readOnly\":true") == text.npos;
}

}  // namespace

std::string target_name(Cloud& cloud, std::string_view arn) {
  const std::string_view known = cloud.resources().name_of(arn);
  if (known != arn) return std::string{known};
  // An automation definition ends in ":$DEFAULT", a version.
  const auto last = arn.find_last_of("/:");
  if (arn.substr(last + 1).starts_with('$')) arn = arn.substr(0, last);
  return std::string{cloud.resources().name_of(arn.substr(arn.find_last_of("/:") + 1))};
}

void receive(Events& events, const Place& place, const std::string& bus_name,
             const std::shared_ptr<const std::string>& text, const Origin& origin) {
  Bus* bus = events.find_bus(place, bus_name);
  if (bus == nullptr || bus->rules.empty()) return;
  if (events.cloud.journal().keeps(Level::everything)) {
    bus->latest_events.push_back(*text);
    if (bus->latest_events.size() > kEventsRemembered) bus->latest_events.pop_front();
  }
  std::vector<RuleId> matching;
  bus->matcher.match(*text, matching);
  std::vector<std::shared_ptr<Rule>> rules;
  for (const RuleId id : matching) rules.push_back(bus->by_id.at(id));
  for (const std::shared_ptr<Rule>& rule : rules) {
    const bool chosen = origin.replay == nullptr || origin.replay->filter_arns.empty() ||
                        std::ranges::count(origin.replay->filter_arns, rule->arn) > 0;
    if (chosen && wants(*rule, *text)) trigger(events, rule, text, origin);
  }
}

namespace {

/// Whether it is worth putting the event into words.
bool concerns(Bus& bus, const Event& event) {
  if (!bus.heads) {
    bus.heads.emplace();
    for (const auto& [id, rule] : bus.by_id)
      if (rule->enabled && rule->pattern) bus.heads->add(rule->pattern_text);
  }
  return bus.heads->may_match(event.source, event.detail_type);
}

}  // namespace

void route(Model& model, const Event& event) {
  auto& events = static_cast<Events&>(model);
  Bus* bus = events.find_bus(event.place, event.bus);
  if (bus == nullptr || bus->rules.empty() || gets_lost(events, event)) return;
  const bool remembered = events.cloud.journal().keeps(Level::everything);
  if (!remembered && !concerns(*bus, event)) return;
  receive(events, event.place, event.bus, std::make_shared<const std::string>(event_line(event)),
          {});
}

void fire_schedule(Events& events, const std::shared_ptr<Rule>& rule) {
  // eb-create-rule-schedule: the event that a schedule sends.
  Event event{.source = "aws.events",
              .detail_type = "Scheduled Event",
              .place = rule->place,
              .resources = {rule->arn},
              .detail = Json::object(),
              .id = events.cloud.next_uuid("event"),
              .time = events.cloud.sim().now()};
  trigger(events, rule, std::make_shared<const std::string>(event_line(event)), {});
}

}  // namespace opsim::events
