#include "models/events/event_text_members.hpp"

#include <algorithm>

namespace opsim::events {
namespace {

/// A pattern and an event may stand in a line or a list, and be as deep as either may be.
constexpr std::size_t kMaxDepth = EventText::kMaxDepth + 8;

bool is_end(JsonToken token) {
  return token == JsonToken::object_end || token == JsonToken::array_end;
}

/// `tokens` has just read the first token of a value; reads on to its last.
void finish_value(JsonTokens& tokens, JsonToken first) {
  if (first != JsonToken::object_begin && first != JsonToken::array_begin) return;
  const std::size_t inside = tokens.depth();
  while (tokens.depth() >= inside) tokens.next();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\n,:";
  const std::size_t begin = text.find_first_not_of(kAround);
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
}

/// Reads the value that comes next; none at the end of the object or array around it.
std::string_view next_value(JsonTokens& tokens, std::string_view text) {
  const std::size_t before = tokens.offset();
  const JsonToken first = tokens.next();
  if (is_end(first)) return {};
  finish_value(tokens, first);
  return trimmed(text.substr(before, tokens.offset() - before));
}

void check_nothing_follows(const JsonTokens& tokens, std::string_view text) {
  const std::size_t more = text.find_first_not_of(" \t\r\n", tokens.offset());
  if (more != std::string_view::npos) throw JsonSyntaxError{"Something follows the value", more};
}

/// Goes over JSON that was checked before, so that an end is there to be found.
class Skim {
 public:
  Skim(std::string_view json, const Brackets* brackets)
      : at_(json.data()), end_(json.data() + json.size()), brackets_(brackets) {}

  /// Past spaces, commas and colons.
  char next() {
    while (at_ < end_ && is_between(*at_)) ++at_;
    return at_ < end_ ? *at_ : '\0';
  }
  void open() { ++at_; }

  /// The text of the value that stands here.
  std::string_view value() {
    const char* const begin = at_;
    if (*at_ == '"') {
      string();
    } else if (*at_ == '{' || *at_ == '[') {
      enclosed();
    } else {
      while (at_ < end_ && !is_between(*at_) && *at_ != ']' && *at_ != '}') ++at_;
    }
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

 private:
  static bool is_between(char c) {
    return c == ',' || c == ':' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  void string() {
    for (++at_; at_ < end_ && *at_ != '"'; ++at_) at_ += *at_ == '\\' ? 1 : 0;
    at_ = std::min(at_ + 1, end_);
  }
  void enclosed() {
    if (brackets_ != nullptr) {
      at_ = brackets_->behind(at_);
      return;
    }
    for (std::size_t depth = 0; at_ < end_;) {
      const char c = *at_;
      if (c == '"') {
        string();
        continue;
      }
      ++at_;
      // Brackets and braces differ from each other in the bit that their cases do.
      if ((c | 0x20) == '{') ++depth;
      if ((c | 0x20) == '}' && --depth == 0) return;
    }
  }

  const char* at_;
  const char* end_;
  const Brackets* brackets_;
};

bool is_name(std::string_view literal, std::string_view name) {
  if (literal.find('\\') != literal.npos) return json_string(literal) == name;
  return literal.size() == name.size() + 2 && literal.substr(1, name.size()) == name;
}

}  // namespace

Brackets::Brackets(std::string_view text, const EventIndex& index) : text_(text.data()) {
  std::uint32_t opens = 0;
  for (std::uint32_t mark = 0; mark == 0 || index.marks()[mark - 1] + 1 < index.end(); ++mark) {
    const char c = text[index.marks()[mark]];
    if (c != '{' && c != '[') continue;
    const std::uint32_t last = index.enclosure(opens++).behind - 1;
    ends_.emplace_back(index.marks()[mark], index.marks()[last] + 1);
  }
}

const char* Brackets::behind(const char* open) const {
  const auto at = static_cast<std::uint32_t>(open - text_);
  return text_ +
         std::ranges::lower_bound(ends_, at, {}, &decltype(ends_)::value_type::first)->second;
}

std::optional<std::string_view> last_member(std::string_view json, std::string_view name,
                                            const Brackets* brackets) {
  Skim skim{json, brackets};
  if (skim.next() != '{') return std::nullopt;
  skim.open();
  std::optional<std::string_view> found;
  while (skim.next() == '"') {
    const bool is_wanted = is_name(skim.value(), name);
    skim.next();
    const std::string_view value = skim.value();
    if (is_wanted) found = value;
  }
  return found;
}

std::optional<std::vector<std::string_view>> elements_of(std::string_view json,
                                                         const Brackets* brackets) {
  Skim skim{json, brackets};
  if (skim.next() != '[') return std::nullopt;
  skim.open();
  std::vector<std::string_view> elements;
  while (skim.next() != ']') elements.push_back(skim.value());
  return elements;
}

std::variant<JsonMembers, JsonSyntaxError> json_members(std::string_view object_text) {
  try {
    JsonTokens tokens{object_text, kMaxDepth};
    if (tokens.next() != JsonToken::object_begin) return JsonSyntaxError{"Not a JSON object"};
    JsonMembers members;
    while (tokens.next() != JsonToken::object_end) {
      std::string name{tokens.text()};
      members.emplace_back(std::move(name), next_value(tokens, object_text));
    }
    check_nothing_follows(tokens, object_text);
    return members;
  } catch (const JsonSyntaxError& error) {
    return error;
  }
}

std::variant<std::vector<std::string_view>, JsonSyntaxError> json_elements(
    std::string_view array_text) {
  try {
    JsonTokens tokens{array_text, kMaxDepth};
    if (tokens.next() != JsonToken::array_begin) return JsonSyntaxError{"Not a JSON array"};
    std::vector<std::string_view> elements;
    for (;;) {
      const std::string_view element = next_value(tokens, array_text);
      if (element.empty()) break;
      elements.push_back(element);
    }
    check_nothing_follows(tokens, array_text);
    return elements;
  } catch (const JsonSyntaxError& error) {
    return error;
  }
}

std::optional<std::string> json_string(std::string_view literal) {
  try {
    JsonTokens tokens{literal};
    if (tokens.next() != JsonToken::string) return std::nullopt;
    return std::string{tokens.text()};
  } catch (const JsonSyntaxError&) {
    return std::nullopt;
  }
}

}  // namespace opsim::events
