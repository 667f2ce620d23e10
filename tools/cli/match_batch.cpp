#include "tools/cli/match_batch.hpp"

#include <fmt/format.h>

#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <vector>

#include "models/events/event_text_members.hpp"
#include "models/events/pattern.hpp"
#include "opsim/json.hpp"

namespace opsim::cli {
namespace {

using namespace events;

constexpr std::size_t kMaxLineBytes = std::size_t{128} << 20;

using NamedText = std::pair<std::string, std::string>;

/// What makes a line unanswerable; becomes {"error": ...}.
struct LineError {
  std::string reason;
};

std::string print(const Json& answer) {
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

class Line {
 public:
  explicit Line(std::string_view text) {
    auto members = json_members(text);
    if (const auto* error = std::get_if<JsonSyntaxError>(&members)) throw LineError{error->reason};
    for (auto& [name, value] : std::get<JsonMembers>(members)) {
      members_.insert_or_assign(std::move(name), value);
    }
  }

  /// The text of `name`, or the text that the string `name`_text spells.
  [[nodiscard]] std::optional<std::string> text_of(const std::string& name) const {
    if (const auto exact = members_.find(name + "_text"); exact != members_.end()) {
      return string_at(exact->second, name + "_text");
    }
    const auto plain = members_.find(name);
    if (plain == members_.end()) return std::nullopt;
    return std::string{plain->second};
  }

  [[nodiscard]] bool has(const std::string& name) const { return members_.contains(name); }

  [[nodiscard]] std::vector<NamedText> rules() const {
    if (has("rules_text")) return pairs_at("rules_text", true);
    if (has("rules_list")) return pairs_at("rules_list", false);
    auto rules = json_members(members_.at("rules"));
    if (const auto* error = std::get_if<JsonSyntaxError>(&rules)) {
      throw LineError{"rules: " + error->reason};
    }
    std::vector<NamedText> named;
    for (auto& [name, text] : std::get<JsonMembers>(rules)) named.emplace_back(name, text);
    return named;
  }

 private:
  static std::string string_at(std::string_view value, const std::string& name) {
    std::optional<std::string> text = json_string(value);
    if (!text) throw LineError{name + " must be a string"};
    return std::move(*text);
  }

  static std::vector<std::string_view> elements_at(std::string_view value,
                                                   const std::string& name) {
    auto elements = json_elements(value);
    if (std::holds_alternative<JsonSyntaxError>(elements)) {
      throw LineError{name + " must be a list of [name, pattern]"};
    }
    return std::get<std::vector<std::string_view>>(std::move(elements));
  }

  /// [[name, pattern], ...]; the pattern itself, or a string that spells it.
  [[nodiscard]] std::vector<NamedText> pairs_at(const std::string& name, bool are_strings) const {
    std::vector<NamedText> named;
    const std::vector<std::string_view> pairs = elements_at(members_.at(name), name);
    for (const std::string_view pair : pairs) {
      const std::vector<std::string_view> parts = elements_at(pair, name);
      if (parts.size() != 2) throw LineError{name + " must be a list of [name, pattern]"};
      named.emplace_back(string_at(parts[0], name),
                         are_strings ? string_at(parts[1], name) : std::string{parts[1]});
    }
    return named;
  }

  std::map<std::string, std::string_view> members_;
};

/// {"invalid": ...}, or none and the patterns in `compiled`.
std::optional<Json> compile(const std::vector<NamedText>& rules,
                            std::vector<std::pair<std::string, Pattern>>& compiled) {
  for (const auto& [name, text] : rules) {
    PatternResult result = Pattern::compile(text);
    if (const auto* invalid = std::get_if<InvalidPattern>(&result)) {
      return Json{{"invalid", invalid->reason}};
    }
    compiled.emplace_back(name, std::get<Pattern>(std::move(result)));
  }
  return std::nullopt;
}

Json answer(const Line& line) {
  const bool has_rules = line.has("rules") || line.has("rules_list") || line.has("rules_text");
  std::vector<NamedText> rules;
  if (has_rules) {
    rules = line.rules();
  } else if (auto text = line.text_of("pattern")) {
    rules.emplace_back("", std::move(*text));
  } else {
    throw LineError{"a line needs \"pattern\", \"pattern_text\", \"rules\" or \"rules_list\""};
  }
  std::vector<std::pair<std::string, Pattern>> patterns;
  if (auto invalid = compile(rules, patterns)) return *invalid;

  const std::optional<std::string> event_text = line.text_of("event");
  if (!event_text) return {{"valid", true}};
  EventText event;
  if (const auto invalid = event.read(*event_text)) return {{"error", invalid->reason}};
  std::set<std::string> matching;
  for (const auto& [name, pattern] : patterns) {
    if (pattern.matches(event)) matching.insert(name);
  }
  if (has_rules) return {{"match", matching}};
  return {{"match", !matching.empty()}};
}

/// Up to the next newline; none at the end of the input. What exceeds the limit is read and
/// dropped.
std::optional<std::string> read_line(std::istream& in, bool& is_too_long) {
  std::string line;
  is_too_long = false;
  std::streambuf& bytes = *in.rdbuf();
  constexpr int kEnd = std::streambuf::traits_type::eof();
  int c = bytes.sbumpc();
  if (c == kEnd) return std::nullopt;
  for (; c != kEnd && c != '\n'; c = bytes.sbumpc()) {
    if (line.size() < kMaxLineBytes) {
      line.push_back(static_cast<char>(c));
    } else {
      is_too_long = true;
    }
  }
  return line;
}

}  // namespace

std::string answer_match_line(std::string_view line) {
  try {
    return print(answer(Line{line}));
  } catch (const LineError& error) {
    return print({{"error", error.reason}});
  }
}

int match_batch(std::istream& in, std::ostream& out) {
  bool is_too_long = false;
  while (const std::optional<std::string> line = read_line(in, is_too_long)) {
    if (is_too_long) {
      out << print({{"error", fmt::format("longer than {} bytes", kMaxLineBytes)}}) << '\n';
    } else if (line->find_first_not_of(" \t\r") != std::string::npos) {
      out << answer_match_line(*line) << '\n';
    }
    out.flush();
  }
  return 0;
}

}  // namespace opsim::cli
