// From an event on a bus to what its rules' targets receive.
// AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html,
// eb-rule-retry-policy,
//      eb-rule-dlq, eb-transform-target-input.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/events/events.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::events {

namespace {

constexpr std::size_t kEventsRemembered = 100;  // for explain()

// Estimate: no page gives a figure. Median 0.5 s, p99 3 s.
Duration draw_delivery(Stream& stream) {
  constexpr double sigma = 0.7702;  // ln(3 / 0.5) / 2.3263
  const double seconds = 0.5 * std::exp(sigma * stream.normal());
  return Duration{std::llround(seconds * 1e9)};
}

/// Exponential back-off with jitter (eb-rule-retry-policy). UNDOCUMENTED: its base and cap; these
/// spread 185 attempts over about 24 hours, as the documented maxima suggest.
Duration draw_backoff(Stream& stream, int attempt) {
  const double cap = std::min(std::pow(2.0, attempt), 900.0);
  return Duration{std::llround(cap * (0.5 + 0.5 * stream.uniform()) * 1e9)};
}

/// Not retried: the caller may not, or the target is not there, or will never take this input.
bool is_final(const ApiError& error) {
  const bool throttled = error.code.find("Throttl") != error.code.npos ||
                         error.code == "RequestLimitExceeded" ||
                         error.code == "TooManyRequestsException";
  return !throttled && error.http_status < 500;
}

std::string role_or_service(const Rule& rule, const Target& target) {
  if (!target.role_arn.empty()) return target.role_arn;
  if (!rule.role_arn.empty()) return rule.role_arn;
  return "events.amazonaws.com";
}

InputResult input_of(const Rule& rule, const Target& target, const std::string& event_text,
                     SimTime ingested) {
  if (target.input) return DeliveredInput{*target.input};
  if (target.input_path) return apply_input_path(*target.input_path, event_text);
  if (!target.transformer) return DeliveredInput{event_text};
  const DeliveryContext context{rule.arn, rule.name, iso8601(ingested)};
  return apply_input_transformer(*target.transformer, event_text, context);
}

void write_failure(Events& events, const Rule& rule, const Target& target, const std::string& code,
                   const std::string& message) {
  const std::string where =
      target.dead_letter_arn.empty() ? "dropped" : fmt::format("to {}", target.dead_letter_arn);
  events.cloud.journal().write(
      {.kind = EntryKind::rule,
       .level = Level::goals,
       .subject = rule.name,
       .text = fmt::format("could not deliver to {}: {}: {}; {}",
                           events.cloud.resources().name_of(target.arn), code, message, where),
       .source = std::string{events.cloud.resources().source_of(rule.arn)},
       .detail = {{"failed", code}, {"target", target.arn}}});
}

/// eb-rule-dlq: the attributes that tell why.
Process<> give_up(Events& events, std::shared_ptr<const Rule> rule, const Target& target,
                  std::string text, ApiError error, std::string exhausted, int attempts) {
  write_failure(events, *rule, target, error.code, error.message);
  const std::optional<Arn> queue = Arn::parse(target.dead_letter_arn);
  if (!queue) co_return;
  Json attributes{{"ERROR_CODE", error.code},
                  {"ERROR_MESSAGE", error.message},
                  {"RETRY_ATTEMPTS", std::to_string(attempts)},
                  {"RULE_ARN", rule->arn},
                  {"TARGET_ARN", target.arn}};
  if (!exhausted.empty()) attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted;
  Delivery delivery{.caller = {.place = rule->place, .principal = "events.amazonaws.com"},
                    .target = *queue,
                    .text = std::move(text),
                    .parameters = {{"MessageAttributes", std::move(attributes)}},
                    .from = rule->arn};
  co_await events.cloud.deliver(std::move(delivery));
}

std::string targets_text(Cloud& cloud, const Rule& rule) {
  std::vector<std::string> names;
  for (const Target& target : rule.targets) {
    const auto last = target.arn.find_last_of("/:");
    const std::string_view known = cloud.resources().name_of(target.arn);
    std::string name{known};
    if (known == target.arn) {
      // An automation definition ends in ":$DEFAULT", a version.
      std::string_view rest = target.arn;
      if (rest.substr(last + 1).starts_with('$')) rest = rest.substr(0, last);
      name = rest.substr(rest.find_last_of("/:") + 1);
      name = cloud.resources().name_of(name);
    }
    names.push_back(std::move(name));
  }
  return names.empty() ? "no target" : fmt::format("{}", fmt::join(names, ", "));
}

void trigger(Events& events, const std::shared_ptr<Rule>& rule,
             const std::shared_ptr<const std::string>& text) {
  ++rule->matched;
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
    events.cloud.sim().spawn(deliver_to_target(events, rule, i, text, events.cloud.sim().now()));
}

}  // namespace

void route(Model& model, const Event& event) {
  auto& events = static_cast<Events&>(model);
  Bus* bus = events.find_bus(event.place, event.bus);
  if (bus == nullptr || bus->rules.empty()) return;
  const auto text = std::make_shared<const std::string>(
      event.to_json().dump(-1, ' ', false, Json::error_handler_t::replace));
  if (events.cloud.journal().keeps(Level::everything)) {
    bus->latest_events.push_back(*text);
    if (bus->latest_events.size() > kEventsRemembered) bus->latest_events.pop_front();
  }
  std::vector<RuleId> matching;
  bus->matcher.match(*text, matching);
  std::vector<std::shared_ptr<Rule>> rules;
  for (const RuleId id : matching) rules.push_back(bus->by_id.at(id));
  for (const std::shared_ptr<Rule>& rule : rules) trigger(events, rule, text);
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
  trigger(events, rule, std::make_shared<const std::string>(event.to_json().dump()));
}

Process<> deliver_to_target(Events& events, std::shared_ptr<const Rule> rule, std::size_t index,
                            std::shared_ptr<const std::string> event_text, SimTime ingested) {
  const Target& target = rule->targets[index];
  Simulation& sim = events.cloud.sim();
  co_await sim.sleep(draw_delivery(events.deliveries));

  const InputResult input = input_of(*rule, target, *event_text, ingested);
  if (const auto* nothing = std::get_if<NothingDelivered>(&input)) {
    write_failure(events, *rule, target, "InvalidInput", nothing->reason);
    co_return;
  }
  const std::string& text = std::get<DeliveredInput>(input).text;
  for (int attempt = 0;; ++attempt) {
    Delivery delivery{.caller = {.place = rule->place,
                                 .principal = role_or_service(*rule, target),
                                 .invoked_by = "events.amazonaws.com"},
                      .target = *Arn::parse(target.arn),
                      .text = text,
                      .parameters = target.spec,
                      .from = rule->arn};
    const ApiResult<Json> answer = co_await events.cloud.deliver(std::move(delivery));
    if (answer) co_return;
    const Duration wait = draw_backoff(events.deliveries, attempt);
    std::string exhausted;
    if (attempt >= target.maximum_retry_attempts) exhausted = "MaximumRetryAttempts";
    if (sim.now() + wait > ingested + target.maximum_event_age)
      exhausted = "MaximumEventAgeInSeconds";
    if (is_final(answer.error()) || !exhausted.empty()) {
      if (is_final(answer.error())) exhausted.clear();
      co_await give_up(events, rule, target, text, answer.error(), exhausted, attempt);
      co_return;
    }
    co_await sim.sleep(wait);
  }
}

}  // namespace opsim::events
