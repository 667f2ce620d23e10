// Why a rule did not do what somebody expected of it: what it matched, and what became of that.
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"

namespace opsim::events {

namespace {

struct Nearest {
  std::size_t fields = 0;
  Explanation explanation;
  std::string event;
};

/// The event that had most fields right.
std::optional<Nearest> nearest_miss(const Rule& rule, const Bus& bus) {
  std::optional<Nearest> best;
  for (const std::string& text : bus.latest_events) {
    const auto event = EventText::parse(text);
    if (!std::holds_alternative<EventText>(event)) continue;
    Explanation explanation = rule.pattern->explain(std::get<EventText>(event));
    const auto right = static_cast<std::size_t>(
        std::ranges::count(explanation.fields, true, &FieldExplanation::matches));
    if (!best || right > best->fields) best = Nearest{right, std::move(explanation), text};
  }
  return best;
}

std::string event_name(const std::string& text) {
  const Json event = Json::parse(text, nullptr, false);
  return fmt::format("{} \"{}\" at {}", event.value("source", ""), event.value("detail-type", ""),
                     event.value("time", ""));
}

std::vector<std::string> explain_pattern(const Rule& rule, const Bus& bus) {
  const std::optional<Nearest> nearest = nearest_miss(rule, bus);
  if (!nearest) return {"No event reached its bus."};
  std::vector<std::string> lines{
      fmt::format("It matched none of the latest {} events. Nearest: {}, {} of {} fields right:",
                  bus.latest_events.size(), event_name(nearest->event), nearest->fields,
                  nearest->explanation.fields.size())};
  for (const FieldExplanation& field : nearest->explanation.fields)
    lines.push_back(fmt::format("  {:<28} {:<34} {:<34} {}", field.path, field.value, field.wanted,
                                field.matches ? "yes" : "NO"));
  if (!nearest->explanation.note.empty()) lines.push_back("  " + nearest->explanation.note);
  return lines;
}

/// "3 delivered, 2 given up (AccessDenied: ...), 2 dead-lettered to DeadLetters".
std::string told(const DeliveryLedger& ledger, const Target& target, Cloud& cloud) {
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t number, std::string_view what) {
    if (number > 0) parts.push_back(fmt::format("{} {}", number, what));
  };
  add(ledger.delivered, "delivered");
  add(ledger.unplayed, "of them to what is not played here");
  add(ledger.given_up, "refused or given up");
  add(ledger.not_sent, "not sent, since no input could be made of the event");
  const std::uint64_t ended = ledger.delivered + ledger.given_up + ledger.not_sent;
  add(ledger.begun - ended, "still under way at the end");
  add(ledger.retried, ledger.retried == 1 ? "retry" : "retries");
  const std::string queue = target_name(cloud, target.dead_letter_arn);
  if (target.dead_letter_arn.empty())
    add(ledger.given_up, "dropped: the target has no dead-letter queue");
  add(ledger.dead_letters, fmt::format("dead-lettered to {}", queue));
  add(ledger.lost_letters, fmt::format("lost: the dead-letter queue {} took none", queue));
  if (parts.empty()) return "nothing yet";
  std::string line = fmt::format("{}", fmt::join(parts, "; "));
  if (!ledger.last_refusal.empty())
    line += fmt::format(". The last refusal: {}", ledger.last_refusal);
  return line;
}

std::vector<std::string> explain_deliveries(Events& events, const Rule& rule) {
  std::vector<std::string> lines{fmt::format("Rule {} matched {} time{}.", rule.name, rule.matched,
                                             rule.matched == 1 ? "" : "s")};
  if (rule.targets.empty()) lines.emplace_back("It has no target: nothing came of it.");
  for (const Target& target : rule.targets) {
    const auto known = events.ledgers.find({rule.arn, target.arn});
    const DeliveryLedger ledger = known == events.ledgers.end() ? DeliveryLedger{} : known->second;
    lines.push_back(fmt::format("  to {}: {}", target_name(events.cloud, target.arn),
                                told(ledger, target, events.cloud)));
  }
  return lines;
}

}  // namespace

std::vector<std::string> explain(Model& model, std::string_view subject) {
  auto& events = static_cast<Events&>(model);
  for (const auto& [key, bus] : events.buses) {
    for (const auto& [name, rule] : bus.rules) {
      if (name != subject && events.cloud.resources().name_of(rule->arn) != subject) continue;
      if (!rule->enabled) return {fmt::format("Rule {} is disabled.", name)};
      if (rule->matched > 0) return explain_deliveries(events, *rule);
      if (!rule->pattern)
        return {fmt::format("Rule {} runs on {}; no such time came in this run.", name,
                            rule->schedule_text)};
      return explain_pattern(*rule, bus);
    }
  }
  return {};
}

}  // namespace opsim::events
