#include "models/events/rule_heads.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::events {

namespace {

/// Patterns compare texts that look like addresses as addresses, so that two spellings are equal.
bool is_a_plain_name(const std::string& text) {
  return std::ranges::any_of(text, [](unsigned char c) { return std::isalpha(c) != 0 && c > 'f'; });
}

/// The texts that a field must equal one of; one empty text where it may be anything.
std::vector<std::string> choices(const Json& pattern, const char* field) {
  const auto list = pattern.find(field);
  if (list == pattern.end() || !list->is_array() || list->empty()) return {""};
  std::vector<std::string> texts;
  for (const Json& one : *list) {
    if (!one.is_string() || !is_a_plain_name(one.get<std::string>())) return {""};
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

}  // namespace

void RuleHeads::add(std::string_view pattern_text) {
  const Json pattern = Json::parse(pattern_text, nullptr, false);
  if (!pattern.is_object()) {
    types_by_source_[""].emplace();
    return;
  }
  for (const std::string& source : choices(pattern, "source"))
    for (const std::string& type : choices(pattern, "detail-type"))
      types_by_source_[source].insert(type);
}

bool RuleHeads::may_match(std::string_view source, std::string_view detail_type) const {
  const auto has = [&](std::string_view from) {
    const auto types = types_by_source_.find(from);
    return types != types_by_source_.end() &&
           (types->second.contains(detail_type) || types->second.contains(std::string_view{}));
  };
  return has(source) || has(std::string_view{});
}

}  // namespace opsim::events
