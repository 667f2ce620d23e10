// A strict JSON reader whose complaints read like Jackson's (ReaderBasedJsonParser), because AWS
// prints those to its users: "Event pattern is not valid. Reason: Unexpected character ('a' (code
// 97)): ...".
#include "models/events/event_text_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/events/event_text_scan.hpp"
#include "models/events/pattern_case.hpp"

namespace opsim::events {
namespace {

constexpr std::string_view kAnyValue =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
constexpr std::size_t kTokenShown = 256;
constexpr std::size_t kSourceShown = 500;  // characters of the source that Jackson quotes

bool is_token_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return is_token_digit(c) || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_' ||
         u == '$' || u >= 0x80;
}

std::string describe(char16_t unit) {
  const auto code = static_cast<unsigned>(unit);
  if (code < 0x20 || (code >= 0x7F && code < 0xA0))
    return fmt::format("(CTRL-CHAR, code {})", code);
  std::string shown;
  append_utf8(shown, unit);
  if (code > 255) return fmt::format("'{}' (code {} / 0x{:x})", shown, code, code);
  return fmt::format("'{}' (code {})", shown, code);
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Characters as Jackson counts them: UTF-16 units.
std::size_t units_of(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    if (!continues_character(c)) units += static_cast<unsigned char>(c) >= 0xF0 ? 2U : 1U;
  }
  return units;
}

/// The beginning of a text as Jackson quotes it: controls spelt out, all but line ends.
std::string quote_source(std::string_view text) {
  std::string quoted;
  std::size_t end = 0;
  for (std::size_t units = 0; end < text.size() && units < kSourceShown;) {
    const std::size_t begin = end++;
    while (end < text.size() && continues_character(text[end])) ++end;
    const std::string_view character = text.substr(begin, end - begin);
    units += units_of(character);
    const char16_t unit = to_utf16(character).front();
    const bool is_control = unit < 0x20 || (unit >= 0x7F && unit < 0xA0);
    if (is_control && unit != '\n' && unit != '\r') {
      quoted += fmt::format("\\u{:04X}", static_cast<unsigned>(unit));
    } else {
      quoted += character;
    }
  }
  const std::size_t left = units_of(text.substr(end));
  return fmt::format("\"{}\"{}", quoted, left > 0 ? fmt::format("[truncated {} chars]", left) : "");
}

}  // namespace

void JsonTokens::fail_at_char(std::string_view complaint) const {
  const char16_t unit = to_utf16(text_.substr(at_, 4)).front();
  fail(fmt::format("Unexpected character ({}){}", describe(unit), complaint));
}

std::string JsonTokens::start_marker(const Open& open) const {
  const std::string_view before = text_.substr(0, open.offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t row = before.rfind('\n') + 1;  // 0 where there is none
  return source_place(static_cast<std::size_t>(line), units_of(before.substr(row)) + 1);
}

std::string JsonTokens::source_place(std::size_t line, std::size_t column) const {
  return fmt::format("[Source: (String){}; line: {}, column: {}]", quote_source(text_), line,
                     column);
}

void JsonTokens::fail_at_end() const {
  if (open_.empty()) fail("No content to map due to end-of-input");
  const Open& last = open_.back();
  fail(fmt::format("Unexpected end-of-input: expected close marker for {} (start marker at {})",
                   last.is_object ? "Object" : "Array", start_marker(last)));
}

void JsonTokens::need_more() const {
  if (at_ >= text_.size()) fail_at_end();
}

void JsonTokens::skip_space(bool between_entries) {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  if (at_ >= text_.size() && between_entries) {
    fail(fmt::format("Unexpected end-of-input within/between {} entries",
                     open_.back().is_object ? "Object" : "Array"));
  }
  need_more();
  const char c = text_[at_];
  if (c == '/') {
    fail_at_char(
        ": maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' "
        "not "
        "enabled for parser)");
  }
  if (static_cast<unsigned char>(c) < 0x20) {
    fail(
        fmt::format("Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed "
                    "between tokens",
                    describe(static_cast<char16_t>(c))));
  }
}

JsonToken JsonTokens::next() {
  skip_space(expects_value_ && !open_.empty());
  if (expects_value_) {
    expects_value_ = false;
    if (open_.empty() && (text_[at_] == '}' || text_[at_] == ']')) fail_at_root_close(text_[at_]);
    return value();
  }
  if (text_[at_] == '}' || text_[at_] == ']') return close(text_[at_]);
  Open& inside = open_.back();
  if (inside.count++ > 0) {
    if (text_[at_] != ',') {
      fail_at_char(inside.is_object ? ": was expecting comma to separate Object entries"
                                    : ": was expecting comma to separate Array entries");
    }
    ++at_;
    skip_space(true);
  }
  if (!inside.is_object) return value();

  if (text_[at_] != '"') fail_at_char(": was expecting double-quote to start field name");
  read_string("name");
  const std::string_view name = token_text_;
  skip_space(true);
  if (text_[at_] != ':') fail_at_char(": was expecting a colon to separate field name and value");
  ++at_;
  token_text_ = name;
  expects_value_ = true;
  return JsonToken::name;
}

void JsonTokens::fail_at_root_close(char bracket) const {
  fail(fmt::format("Unexpected close marker '{}': expected '{}' (for root starting at {})", bracket,
                   bracket == '}' ? ']' : '}', source_place(1, 0)));
}

JsonToken JsonTokens::close(char bracket) {
  const Open last = open_.back();
  const char wanted = last.is_object ? '}' : ']';
  if (bracket != wanted) {
    fail(fmt::format("Unexpected close marker '{}': expected '{}' (for {} starting at {})", bracket,
                     wanted, last.is_object ? "Object" : "Array", start_marker(last)));
  }
  open_.pop_back();
  token_text_ = text_.substr(at_++, 1);
  return last.is_object ? JsonToken::object_end : JsonToken::array_end;
}

JsonToken JsonTokens::open(char bracket) {
  if (open_.size() >= max_depth_) {
    fail(
        fmt::format("Document nesting depth ({}) exceeds the maximum allowed ({}, from "
                    "`StreamReadConstraints.getMaxNestingDepth()`)",
                    open_.size() + 1, max_depth_));
  }
  open_.push_back({bracket == '{', at_, 0});
  token_text_ = text_.substr(at_++, 1);
  return bracket == '{' ? JsonToken::object_begin : JsonToken::array_begin;
}

JsonToken JsonTokens::value() {
  const char c = text_[at_];
  switch (c) {
    case '{':
    case '[': return open(c);
    case '"': read_string("string value"); return JsonToken::string;
    case 't': return literal("true", JsonToken::truth);
    case 'f': return literal("false", JsonToken::untruth);
    case 'n': return literal("null", JsonToken::null);
    case '}': fail_at_char(": expected a value");
    case '+':
      if (at_ + 1 == text_.size()) fail("Unexpected end-of-input in a Number value");
      fail_at_char(
          " in numeric value: JSON spec does not allow numbers to have plus signs: enable "
          "`JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow");
    default: break;
  }
  if (is_token_digit(c) || c == '-') return number();
  fail_at_literal();
}

void JsonTokens::fail_at_non_number(std::string_view word) const {
  fail(fmt::format(
      "Non-standard token '{}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
      word));
}

void JsonTokens::fail_at_literal() {
  const std::size_t begin = at_;
  std::size_t end = at_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  const std::string_view word = text_.substr(begin, end - begin);
  if (word == "NaN" || word == "Infinity") fail_at_non_number(word);
  const bool is_name = !word.empty() && static_cast<unsigned char>(word.front()) < 0x80;
  if (!is_name) fail_at_char(fmt::format(": expected a valid value {}", kAnyValue));
  fail(fmt::format("Unrecognized token '{}{}': was expecting {}", word.substr(0, kTokenShown),
                   word.size() < kTokenShown ? "" : "...", kAnyValue));
}

JsonToken JsonTokens::literal(std::string_view word, JsonToken token) {
  const std::string_view rest = text_.substr(at_);
  const bool is_longer = rest.size() > word.size() && is_word(rest[word.size()]);
  if (!rest.starts_with(word) || is_longer) fail_at_literal();
  token_text_ = rest.substr(0, word.size());
  at_ += word.size();
  return token;
}

/// `end_complaint` is what Jackson says, without a space, where the text ends instead.
void JsonTokens::digits(std::string_view complaint, std::string_view end_complaint) {
  if (at_ >= text_.size()) fail(fmt::format("Unexpected end-of-input{}", end_complaint));
  if (!is_token_digit(text_[at_])) fail_at_char(complaint);
  while (at_ < text_.size() && is_token_digit(text_[at_])) ++at_;
}

JsonToken JsonTokens::number() {
  const std::size_t begin = at_;
  if (text_[at_] == '-') {
    ++at_;
    for (const std::string_view word : {"Infinity", "INF"}) {
      if (text_.substr(at_).starts_with(word))
        fail_at_non_number(text_.substr(begin, word.size() + 1));
    }
    if (at_ >= text_.size()) fail("Unexpected end-of-inputNo digit following minus sign");
    if (!is_token_digit(text_[at_])) {
      fail_at_char(
          " in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value");
    }
  }
  if (text_[at_] == '0' && at_ + 1 < text_.size() && is_token_digit(text_[at_ + 1])) {
    fail("Invalid numeric value: Leading zeroes not allowed");
  }
  digits("", "");
  if (at_ < text_.size() && text_[at_] == '.') {
    constexpr std::string_view kNoFraction =
        " in numeric value: Decimal point not followed by a digit";
    if (at_ + 1 == text_.size()) fail_at_char(kNoFraction);
    ++at_;
    digits(kNoFraction, "");
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    digits(" in numeric value: Exponent indicator not followed by a digit",
           "expected a digit for number exponent");
  }
  token_text_ = text_.substr(begin, at_ - begin);
  return JsonToken::number;
}

void JsonTokens::read_string(std::string_view what) {
  const std::size_t begin = ++at_;
  bool is_plain = true;
  for (;; ++at_) {
    if (at_ >= text_.size()) {
      fail(what == "name"
               ? "Unexpected end-of-input in field name"
               : "Unexpected end-of-input: was expecting closing quote for a string value");
    }
    const char c = text_[at_];
    if (c == '"') break;
    if (static_cast<unsigned char>(c) < 0x20) {
      fail(fmt::format(
          "Illegal unquoted character ({}): has to be escaped using backslash to be included in {}",
          describe(static_cast<char16_t>(c)), what));
    }
    if (c == '\\') {
      is_plain = false;
      check_escape();
    }
  }
  const std::string_view inside = text_.substr(begin, at_ - begin);
  if (!scan::is_utf8(inside)) fail("Invalid UTF-8 in " + std::string{what});
  if (!is_plain) scan::decode(inside, decoded_);
  token_text_ = is_plain ? inside : std::string_view{decoded_};
  ++at_;
}

void JsonTokens::need_more_of_escape() const {
  if (at_ >= text_.size()) fail("Unexpected end-of-input in character escape sequence");
}

/// at_ is on the backslash; leaves it on the last character of the escape.
void JsonTokens::check_escape() {
  ++at_;
  need_more_of_escape();
  if (text_[at_] != 'u') {
    if (std::string_view{"\"\\/bfnrt"}.find(text_[at_]) != std::string_view::npos) return;
    fail("Unrecognized character escape " + describe(to_utf16(text_.substr(at_, 4)).front()));
  }
  for (int i = 0; i < 4; ++i) {
    ++at_;
    need_more_of_escape();
    const char lower = static_cast<char>(text_[at_] | 0x20);
    if (!is_token_digit(text_[at_]) && !(lower >= 'a' && lower <= 'f')) {
      fail_at_char(": expected a hex-digit for character escape sequence");
    }
  }
}

}  // namespace opsim::events
