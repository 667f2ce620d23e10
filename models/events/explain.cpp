// Why a rule did not do what somebody expected of it.
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

}  // namespace

std::vector<std::string> explain(Model& model, std::string_view subject) {
  auto& events = static_cast<Events&>(model);
  for (const auto& [key, bus] : events.buses) {
    for (const auto& [name, rule] : bus.rules) {
      if (name != subject && events.cloud.resources().name_of(rule->arn) != subject) continue;
      if (!rule->enabled) return {fmt::format("Rule {} is disabled.", name)};
      if (rule->matched > 0) return {fmt::format("Rule {} matched {} times.", name, rule->matched)};
      if (!rule->pattern)
        return {fmt::format("Rule {} runs on {}; no such time came in this run.", name,
                            rule->schedule_text)};
      return explain_pattern(*rule, bus);
    }
  }
  return {};
}

}  // namespace opsim::events
