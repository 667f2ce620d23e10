// From a rule that matched to what its targets receive, and what becomes of what they refuse.
// AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy, eb-rule-dlq,
// eb-transform-target-input, eb-bus-to-bus, eb-cross-account, eb-quota.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/events/bus_policy.hpp"
#include "models/events/events.hpp"
#include "opsim/cloud/delivery_permission.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::events {

namespace {

// Estimate: no page gives a figure. Median 0.5 s, p99 3 s.
Duration draw_delivery(Stream& stream) {
  constexpr double sigma = 0.7702;  // ln(3 / 0.5) / 2.3263
  const double seconds = 0.5 * std::exp(sigma * stream.normal());
  return Duration{std::llround(seconds * 1e9)};
}

/// Exponential back-off with jitter (eb-rule-retry-policy). UNDOCUMENTED: its base and cap; these
/// spread 185 attempts over some 23.5 hours, so that both documented maxima are reached together.
Duration draw_backoff(Stream& stream, int attempt) {
  const double cap = std::min(std::pow(2.0, attempt), 640.0);
  return Duration{std::llround(cap * (0.5 + 0.5 * stream.uniform()) * 1e9)};
}

/// Not retried: the caller may not, or the target is not there, or will never take this input.
bool is_final(const ApiError& error) {
  const bool throttled = error.code.find("Throttl") != error.code.npos ||
                         error.code == "RequestLimitExceeded" ||
                         error.code == "TooManyRequestsException";
  return !throttled && error.http_status < 500;
}

/// eb-rule-dlq, "sample of the error codes a DLQ can return".
std::string_view dead_letter_code(const ApiError& error) {
  const auto has = [&](std::string_view part) { return error.code.find(part) != error.code.npos; };
  if (has("HOP_DETECTED") || has("INGESTION_FAILED")) return error.code;
  if (has("AccessDenied") || has("Unauthorized") || has("AuthorizationError"))
    return "NO_PERMISSIONS";
  if (has("NotFound") || has("NonExistent") || has("DoesNotExist") || has("NotExist"))
    return "NO_RESOURCE";
  if (has("Throttl") || has("TooManyRequests") || has("RequestLimitExceeded")) return "THROTTLING";
  if (has("Timeout")) return "TIMEOUT";
  if (has("LimitExceeded")) return "RESOURCE_LIMIT_EXCEEDED";
  if (has("InvalidInput")) return "INVALID_JSON";
  if (has("Validation") || has("Invalid")) return "INVALID_PARAMETER";
  return error.http_status >= 500 ? "ERROR_FROM_TARGET" : "SDK_CLIENT_ERROR";
}

// eb-quota: invocations a second; more are delayed, not lost.
double invocations_per_second(std::string_view region) {
  if (region == "us-east-1" || region == "us-west-2" || region == "eu-west-1") return 18'750;
  if (region == "us-east-2" || region == "eu-central-1") return 4'500;
  return 1'100;
}

Duration invocation_wait(Events& events, const Rule& rule) {
  const auto pace =
      events.invocation_paces.try_emplace(rule.place, invocations_per_second(rule.place.region));
  const Duration wait = pace.first->second.wait(events.cloud.sim().now());
  if (wait > Duration{}) count(events, rule, "ThrottledRules");
  return wait;
}

Json text_attribute(std::string_view value) {
  return {{"DataType", "String"}, {"StringValue", value}};
}

std::string role_or_service(const Rule& rule, const Target& target) {
  if (!target.role_arn.empty()) return target.role_arn;
  if (!rule.role_arn.empty()) return rule.role_arn;
  return "events.amazonaws.com";
}

/// eb-use-resource-based: functions, queues and topics ask their own policies instead.
bool asks_role(const Delivery& delivery) {
  constexpr std::string_view kOwn[] = {"lambda", "sns", "sqs"};
  return std::ranges::find(kOwn, delivery.target.service) == std::end(kOwn);
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

/// Nothing here plays the target: AWS would have handed it the event, so it counts as delivered.
void tell_unplayed(Events& events, const Rule& rule, const Target& target) {
  if (!events.unplayed.insert(target.arn).second) return;
  events.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = rule.name,
       .text = fmt::format("delivers to {}, which is not played here: nothing comes of it",
                           events.cloud.resources().name_of(target.arn)),
       .source = std::string{events.cloud.resources().source_of(rule.arn)}});
}

/// eb-rule-dlq: the attributes that tell why.
Process<> give_up(Events& events, std::shared_ptr<const Rule> rule, const Target& target,
                  std::string text, ApiError error, std::string exhausted, int attempts) {
  write_failure(events, *rule, target, error.code, error.message);
  DeliveryLedger& ledger = events.ledgers[{rule->arn, target.arn}];
  ledger.given_up += 1;
  count(events, *rule, "FailedInvocations");
  tally(events, *rule, "Invocations");
  const std::optional<Arn> queue = Arn::parse(target.dead_letter_arn);
  if (!queue) co_return;
  Json attributes{{"ERROR_CODE", text_attribute(dead_letter_code(error))},
                  {"ERROR_MESSAGE", text_attribute(error.message)},
                  {"RETRY_ATTEMPTS", text_attribute(std::to_string(attempts))},
                  {"RULE_ARN", text_attribute(rule->arn)},
                  {"TARGET_ARN", text_attribute(target.arn)}};
  if (!exhausted.empty()) attributes["EXHAUSTED_RETRY_CONDITION"] = text_attribute(exhausted);
  Delivery delivery{.caller = {.place = rule->place, .principal = "events.amazonaws.com"},
                    .target = *queue,
                    .text = std::move(text),
                    .parameters = {{"MessageAttributes", std::move(attributes)}},
                    .from = rule->arn};
  const ApiResult<Json> answer = co_await events.cloud.deliver(std::move(delivery));
  (answer ? ledger.dead_letters : ledger.lost_letters) += 1;
  count(events, *rule, answer ? "InvocationsSentToDlq" : "InvocationsFailedToBeSentToDlq");
}

}  // namespace

// eb-bus-to-bus: "If a receiver event bus forwards it, it isn't sent to a third": one hop only.
ApiResult<Json> forward(Events& events, const Rule& rule, const Target& target,
                        const std::shared_ptr<const std::string>& event_text,
                        const Origin& origin) {
  const Arn arn = *Arn::parse(target.arn);
  const Place place = arn.place();
  if (origin.other_bus)
    return ApiError{place.region == rule.place.region ? "THIRD_ACCOUNT_HOP_DETECTED"
                                                      : "THIRD_REGION_HOP_DETECTED",
                    "An event that came from another event bus goes no further."};
  const std::string name = bus_name(target.arn);
  const Bus* bus = events.find_bus(place, name);
  if (bus == nullptr) return no_bus(name);
  if (place.account != rule.place.account &&
      !may_put_events(bus->policy, rule.place.account, role_or_service(rule, target)))
    return ApiError{"AccessDeniedException",
                    fmt::format("The policy of event bus {} does not let account {} put events.",
                                name, rule.place.account)};
  const CauseId id = events.cloud.journal().write(
      {.kind = EntryKind::event,
       .level = Level::story,
       .subject = rule.name,
       .text = fmt::format("sent the event on to bus {} of account {} in {}", name, place.account,
                           place.region)});
  const CauseScope because{events.cloud.sim(), id};
  receive(events, place, name, event_text, Origin{.other_bus = true});
  return Json::object();
}

Process<> deliver_to_target(Events& events, std::shared_ptr<const Rule> rule, std::size_t index,
                            std::shared_ptr<const std::string> event_text, SimTime ingested,
                            Origin origin) {
  const Target& target = rule->targets[index];
  Simulation& sim = events.cloud.sim();
  DeliveryLedger& ledger = events.ledgers[{rule->arn, target.arn}];
  ledger.begun += 1;
  co_await sim.sleep(draw_delivery(events.deliveries) + invocation_wait(events, *rule));

  const InputResult input = input_of(*rule, target, *event_text, ingested);
  if (const auto* nothing = std::get_if<NothingDelivered>(&input)) {
    write_failure(events, *rule, target, "InvalidInput", nothing->reason);
    ledger.not_sent += 1;
    ledger.last_refusal = nothing->reason;
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
    ApiResult<Json> answer = Json{};
    if (delivery.target.service == "events" && delivery.target.resource.starts_with("event-bus/"))
      answer = forward(events, *rule, target, event_text, origin);
    else if (auto refused = refused_delivery(events.cloud, delivery);
             refused && asks_role(delivery))
      answer = *std::move(refused);
    else
      answer = co_await events.cloud.deliver(std::move(delivery));
    tally(events, *rule, attempt == 0 ? "InvocationAttempts" : "RetryInvocationAttempts");
    ledger.retried += attempt > 0 ? 1 : 0;
    if (!answer && answer.error().code == "NotSimulated") {
      ledger.unplayed += 1;
      tell_unplayed(events, *rule, target);
      answer = Json::object();
    }
    if (answer) {
      ledger.delivered += 1;
      tally(events, *rule, "SuccessfulInvocationAttempts");
      tally(events, *rule, "Invocations");
      co_return;
    }
    ledger.last_refusal = fmt::format("{}: {}", answer.error().code, answer.error().message);
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
