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

/// The shallowest property whose name the message has; the whole resource where there is none.
Node named_property(const Node& resource, std::string_view message) {
  std::deque<Node> waiting{resource.find("Properties").value_or(Node{})};
  while (!waiting.empty()) {
    const Node node = waiting.front();
    waiting.pop_front();
    for (const Node& item : node.items()) waiting.push_back(item);
    for (const auto& [key, value, at] : node.entries()) {
      if (names(message, key)) return value;
      waiting.push_back(value);
    }
  }
  return resource;
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
  return (part ? *part : named_property(resource.text, error.message))
      .complaint(fmt::format("{} {}: {}: {}{}", resource.type, resource.logical_id, error.code,
                             error.message, left_out(scope, body)));
}

}  // namespace opsim
