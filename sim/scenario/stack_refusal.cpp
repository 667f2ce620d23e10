#include "sim/scenario/stack_refusal.hpp"

#include <fmt/format.h>

#include <deque>
#include <optional>

namespace opsim {

namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// As a word of its own, first letter in either case: messages write "period" for Period.
bool names(std::string_view message, std::string_view key) {
  if (key.size() < 3) return false;
  for (auto at = message.find(key.substr(1)); at != std::string_view::npos;
       at = message.find(key.substr(1), at + 1)) {
    if (at == 0) continue;
    const std::size_t end = at + key.size() - 1;
    const bool first = (message[at - 1] | 0x20) == (key[0] | 0x20);
    const bool begins = at == 1 || !is_letter(message[at - 2]);
    const bool ends = end == message.size() || !is_letter(message[end]);
    if (first && begins && ends) return true;
  }
  return false;
}

/// A part of a list that has a name of its own, and the message has it in quotes: the action of a
/// pipeline, the container of a task. The deepest of them.
std::optional<Node> named_part(const Node& properties, std::string_view message) {
  std::optional<Node> found;
  std::deque<Node> waiting{properties};
  while (!waiting.empty()) {
    const Node node = waiting.front();
    waiting.pop_front();
    for (const Node& item : node.items()) {
      const auto name = item.find("Name");
      const std::string text = name ? name->as_text().value_or("") : "";
      if (!text.empty() && message.find(fmt::format("'{}'", text)) != std::string_view::npos)
        found = item;
      waiting.push_back(item);
    }
    for (const auto& [key, value, at] : node.entries()) waiting.push_back(value);
  }
  return found;
}

/// A part of a list that the message names by its Id: "... for target queue", "target: queue".
std::optional<Node> addressed_part(const Node& properties, std::string_view message) {
  std::deque<Node> waiting{properties};
  while (!waiting.empty()) {
    const Node node = waiting.front();
    waiting.pop_front();
    for (const Node& item : node.items()) {
      const auto id = item.find("Id");
      const std::string text = id ? id->as_text().value_or("") : "";
      for (const char* before : {"target ", "target: "}) {
        const auto at = text.empty() ? message.npos : message.find(before + text);
        const std::size_t end = at + std::string_view{before}.size() + text.size();
        if (at != message.npos && (end >= message.size() || !is_letter(message[end]))) return item;
      }
      waiting.push_back(item);
    }
    for (const auto& [key, value, at] : node.entries()) waiting.push_back(value);
  }
  return {};
}

/// The shallowest property within `part` whose name the message has; `otherwise` where there is
/// none.
Node named_property(const Node& part, std::string_view message, const Node& otherwise) {
  std::deque<Node> waiting{part};
  while (!waiting.empty()) {
    const Node node = waiting.front();
    waiting.pop_front();
    for (const Node& item : node.items()) waiting.push_back(item);
    for (const auto& [key, value, at] : node.entries()) {
      if (names(message, key)) return value;
      waiting.push_back(value);
    }
  }
  return otherwise;
}

/// What a choice leaves out may be what is missing.
std::string left_out(const StackScope& scope, const ResourceBody& body) {
  for (const std::uint32_t number : body.refers_to)
    if (scope.resources[number].state == Standing::State::left_out)
      return fmt::format(" (it refers to {}, which is left out by this choice)",
                         scope.body.resources[number].logical_id);
  return {};
}

}  // namespace

Diagnostic refusal(const StackScope& scope, const TemplateResource& resource,
                   const ResourceBody& body, const ApiError& error) {
  const Node properties = resource.text.find("Properties").value_or(Node{});
  const std::optional<Node> part = named_part(properties, error.message);
  const std::optional<Node> addressed = addressed_part(properties, error.message);
  return (part        ? *part
          : addressed ? named_property(*addressed, error.message, *addressed)
                      : named_property(properties, error.message, resource.text))
      .complaint(fmt::format("{} {}: {}: {}{}", resource.type, resource.logical_id, error.code,
                             error.message, left_out(scope, body)));
}

}  // namespace opsim
