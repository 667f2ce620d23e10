// Any bytes: first line a pattern, the rest an event. Nothing may crash, hang or disagree:
//   the indexed rule set and the pattern on its own;
//   the fast reader of events and the strict one that words its complaints;
//   an event and what was read from it.
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -I.
// -DJSON_USE_IMPLICIT_CONVERSIONS=0
//   tests/fuzz/pattern_fuzz.cpp <sources of opsim_event_patterns> -lfmt -o pattern_fuzz
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "models/events/event_text_tokens.hpp"
#include "models/events/input_transformer.hpp"
#include "models/events/matcher.hpp"

namespace {

using namespace opsim::events;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Whether the strict reader takes the text for an event.
bool is_event(std::string_view text) {
  try {
    JsonTokens tokens{text};
    if (tokens.next() != JsonToken::object_begin) return false;
    while (tokens.depth() > 0) tokens.next();
    return true;
  } catch (const JsonSyntaxError&) {
    return false;
  }
}

void check_event(std::string_view text) {
  EventText event;
  const bool is_read = !event.read(text);
  require(is_read == is_event(text));
  if (!is_read) return;
  for (std::size_t i = 0; i < event.size(); ++i) require(event.field(i).path.size() <= text.size());
  apply_input_path("$.detail[0]['a'][*]", text);
  const InputTransformer transformer{{{"a", "$.a"}}, R"({"x":<a>,"y":"<a> <aws.events.event>"})"};
  apply_input_transformer(transformer, text, {});
}

void check_rule(const Pattern& pattern, std::string_view text) {
  RuleSet rules;
  rules.add(1, pattern);
  std::vector<RuleId> matching;
  EventText event;
  const bool is_read = !event.read(text);
  require(is_read == !rules.match(text, matching));
  if (!is_read) return;
  require(pattern.matches(event) == !matching.empty());
  require(pattern.explain(event).matches == !matching.empty());
  require(rules.remove(1));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t newline = std::min(input.find('\n'), input.size());
  const std::string_view event = input.substr(std::min(newline + 1, input.size()));
  check_event(event);
  const PatternResult pattern = Pattern::compile(input.substr(0, newline));
  if (const auto* valid = std::get_if<Pattern>(&pattern)) check_rule(*valid, event);
  return 0;
}
