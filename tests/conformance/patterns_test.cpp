// Event patterns and input transformers: the answers of the engine behind EventBridge, row by row.
// A row that fails is named by its id. Rows marked `accident` are bugs of that engine: `clean`
// holds.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/events/event_text_members.hpp"
#include "models/events/matcher.hpp"
#include "models/events/pattern.hpp"
#include "opsim/json.hpp"
#include "tests/shared_folder.hpp"

namespace {

using namespace opsim;
using namespace opsim::events;

using Members = std::map<std::string, std::string_view, std::less<>>;

/// A row, its values as exact text.
struct Row {
  std::string line;
  Members members;

  [[nodiscard]] bool has(std::string_view name) const { return members.contains(name); }
  [[nodiscard]] std::string text(std::string_view name) const {
    return std::string{members.find(name)->second};
  }
  /// `name`_text holds the exact text where `name` could not.
  [[nodiscard]] std::string exact(const std::string& name) const {
    return has(name + "_text") ? *json_string(text(name + "_text")) : text(name);
  }
};

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// Name and text of each rule, in order.
std::vector<std::pair<std::string, std::string>> rules_of(const Row& row) {
  std::vector<std::pair<std::string, std::string>> rules;
  if (row.has("rules_text")) {
    const Json pairs = Json::parse(row.text("rules_text"));
    for (const Json& pair : pairs) {
      rules.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    }
  } else if (row.has("rules_list")) {
    const std::string text = row.text("rules_list");
    const auto pairs = std::get<std::vector<std::string_view>>(json_elements(text));
    for (const std::string_view pair : pairs) {
      const auto parts = std::get<std::vector<std::string_view>>(json_elements(pair));
      rules.emplace_back(*json_string(parts[0]), parts[1]);
    }
  } else {
    const std::string text = row.text("rules");
    const auto members = std::get<JsonMembers>(json_members(text));
    for (const auto& [name, pattern] : members) {
      rules.emplace_back(name, pattern);
    }
  }
  return rules;
}

using NamedPatterns = std::vector<std::pair<std::string, Pattern>>;

/// The same by the indexed rule set, among rules that must not make a difference.
std::set<std::string> names_by_set(const NamedPatterns& patterns, const EventText& event) {
  RuleSet set;
  const auto more = static_cast<RuleId>(patterns.size());
  const auto other = Pattern::compile(R"({"detail":{"v":["abc"]},"a":[{"prefix":"x"}],"":["x"]})");
  set.add(more, std::get<Pattern>(other));
  for (RuleId id = 0; id < more; ++id) set.add(id, patterns[id].second);
  set.remove(more);
  std::vector<RuleId> matching;
  set.match(event, matching);
  std::set<std::string> names;
  for (const RuleId id : matching) names.insert(patterns[id].first);
  return names;
}

/// What the engine answers, as the rows write it.
Json answer(const Row& row) {
  NamedPatterns patterns;
  const bool has_rules = row.has("rules") || row.has("rules_list");
  const auto rules =
      has_rules ? rules_of(row)
                : std::vector<std::pair<std::string, std::string>>{{"rule", row.exact("pattern")}};
  for (const auto& [name, text] : rules) {
    PatternResult compiled = Pattern::compile(text);
    if (std::holds_alternative<InvalidPattern>(compiled)) return "invalid";
    patterns.emplace_back(name, std::get<Pattern>(std::move(compiled)));
  }
  if (!row.has("event") && !row.has("event_text")) return "valid";
  const auto event = EventText::parse(row.exact("event"));
  if (std::holds_alternative<InvalidEvent>(event)) return "event-error";
  std::set<std::string> matching;
  for (const auto& [name, pattern] : patterns) {
    if (pattern.matches(std::get<EventText>(event))) matching.insert(name);
  }
  CHECK(names_by_set(patterns, std::get<EventText>(event)) == matching);
  if (!has_rules) return !matching.empty();
  return matching;
}

/// Of an event that cannot be read the rows quote an exception: "ERR JsonParseException: ...".
std::string reason_of(const Row& row) {
  if (row.text("expect") == "\"event-error\"") {
    const auto event = EventText::parse(row.exact("event"));
    const auto* invalid = std::get_if<InvalidEvent>(&event);
    return invalid == nullptr ? "" : invalid->reason;
  }
  const PatternResult compiled = Pattern::compile(row.exact("pattern"));
  const auto* invalid = std::get_if<InvalidPattern>(&compiled);
  return invalid == nullptr ? "" : invalid->reason;
}

TEST_SUITE("conformance: event patterns") {
  TEST_CASE("every row of patterns.jsonl") {
    const auto shared = tests::shared_folder();
    if (!shared) {
      MESSAGE("skipped: no ../shared");
      return;
    }
    int rows = 0;
    for (std::string& line : lines_of(*shared / "cases/patterns.jsonl")) {
      Row row{.line = std::move(line), .members = {}};
      const auto members = std::get<JsonMembers>(json_members(row.line));
      row.members.insert(members.begin(), members.end());
      const std::string id = row.text("id");
      CAPTURE(id);
      const bool is_accident = row.has("accident");
      CHECK(answer(row) == Json::parse(row.text(is_accident ? "clean" : "expect")));
      if (row.has("error") && !is_accident) {
        std::string wanted = *json_string(row.text("error"));
        if (wanted.starts_with("ERR ")) wanted.erase(0, wanted.find(": ") + 2);
        CHECK(reason_of(row) == wanted);
      }
      ++rows;
    }
    CHECK(rows > 6000);
  }
}

}  // namespace
