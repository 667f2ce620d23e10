// From text to tokens.
#include "models/step_functions/jsonata/tokens.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "models/step_functions/jsonata/letters.hpp"

namespace opsim::jsonata {

namespace {

constexpr std::array<std::string_view, 7> kTwo = {"..", ":=", "!=", ">=", "<=", "**", "~>"};
constexpr std::string_view kOne = ".[]{}(),@#;:?+-*/%|=<>^&";

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

}  // namespace

void Tokens::skip_blanks() {
  while (at_ < text_.size()) {
    if (std::isspace(static_cast<unsigned char>(peek())) != 0) {
      ++at_;
    } else if (peek() == '/' && peek(1) == '*') {
      const auto end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) throw Error{"S0106", "Comment has no closing tag", at_};
      at_ = end + 2;
    } else {
      return;
    }
  }
}

Token Tokens::quoted(char quote) {
  Token token{.kind = Token::Kind::string, .position = at_++};
  std::string text;
  const auto hex = [&]() -> unsigned {
    unsigned code = 0;
    const char* const from = text_.data() + at_;
    if (at_ + 4 > text_.size() || std::from_chars(from, from + 4, code, 16).ptr != from + 4)
      throw Error{"S0104", "The escape sequence \\u must be followed by 4 hex digits", at_};
    at_ += 4;
    return code;
  };
  while (true) {
    if (at_ >= text_.size())
      throw Error{"S0101", "String literal must be terminated by a matching quote", token.position};
    const char c = text_[at_++];
    if (c == quote) break;
    if (c != '\\') {
      text += c;
      continue;
    }
    const char escaped = at_ < text_.size() ? text_[at_++] : '\0';
    constexpr std::string_view kFrom = "\"'\\/bfnrt`";
    constexpr std::string_view kTo = "\"'\\/\b\f\n\r\t`";
    if (const auto found = kFrom.find(escaped);
        escaped != '\0' && found != std::string_view::npos) {
      text += kTo[found];
    } else if (escaped == 'u') {
      unsigned code = hex();
      if (code >= 0xD800 && code < 0xDC00 && peek() == '\\' && peek(1) == 'u') {
        at_ += 2;
        code = 0x10000 + ((code - 0xD800) << 10) + ((hex() - 0xDC00) & 0x3FF);
      }
      if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;  // half of a pair
      append_utf8(text, code);
    } else {
      throw Error{"S0103", fmt::format("Unsupported escape sequence: \\\"{}\"", escaped), at_};
    }
  }
  token.value = std::move(text);
  return token;
}

Token Tokens::number() {
  Token token{.kind = Token::Kind::number, .position = at_};
  const std::size_t start = at_;
  const auto digits = [&] {
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0) ++at_;
  };
  digits();
  if (peek() == '.' && std::isdigit(static_cast<unsigned char>(peek(1))) != 0) {
    ++at_;
    digits();
  }
  if (peek() == 'e' || peek() == 'E') {
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
    if (std::isdigit(static_cast<unsigned char>(peek(sign))) != 0) {
      at_ += sign;
      digits();
    }
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text_.data() + start, text_.data() + at_, value);
  if (error != std::errc{})
    throw Error{"S0102",
                fmt::format("Number out of range: \"{}\"", text_.substr(start, at_ - start)),
                start};
  token.value = value;
  return token;
}

Token Tokens::regex() {
  Token token{.kind = Token::Kind::regex, .position = at_++};
  int depth = 0;
  bool in_class = false;
  const std::size_t start = at_;
  for (; at_ < text_.size(); ++at_) {
    const char c = peek();
    if (c == '\\') {
      ++at_;
      continue;
    }
    if (c == '/' && depth <= 0 && !in_class) {
      token.text = text_.substr(start, at_ - start);
      if (token.text.empty())
        throw Error{"S0301", "Empty regular expressions are not allowed", start};
      ++at_;
      while (peek() == 'i' || peek() == 'm') token.flags += text_[at_++];
      return token;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (!in_class && (c == '(' || c == '{')) ++depth;
    if (!in_class && (c == ')' || c == '}')) --depth;
  }
  throw Error{"S0302", "No terminating / in regular expression", start};
}

Token Tokens::word() {
  Token token{.kind = Token::Kind::name, .position = at_};
  const bool variable = peek() == '$';
  if (variable) ++at_;
  const std::size_t start = at_;
  if (variable && peek() == '$') {
    ++at_;
  } else {
    while (at_ < text_.size() && is_word(peek())) ++at_;
  }
  token.text = text_.substr(start, at_ - start);
  if (variable) {
    token.kind = Token::Kind::variable;
  } else if (token.text == "or" || token.text == "in" || token.text == "and") {
    token.kind = Token::Kind::op;
  } else if (token.text == "true" || token.text == "false" || token.text == "null") {
    token.kind = Token::Kind::value;
    token.value = Json::parse(token.text);
  }
  return token;
}

Token Tokens::next(bool operand_next) {
  skip_blanks();
  const char c = peek();
  if (at_ >= text_.size()) return {.kind = Token::Kind::end, .text = "(end)", .position = at_};
  if (operand_next && c == '/') return regex();
  if (c == '"' || c == '\'') return quoted(c);
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
  if (c == '`') {
    const auto end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos)
      throw Error{"S0105", "Quoted property name must be terminated with a backquote (`)", at_};
    Token token{.kind = Token::Kind::name,
                .text = std::string{text_.substr(at_ + 1, end - at_ - 1)},
                .position = at_};
    at_ = end + 1;
    return token;
  }
  if (c == '$' || is_word(c)) return word();
  for (const std::string_view two : kTwo)
    if (text_.substr(at_, 2) == two) {
      at_ += 2;
      return {.kind = Token::Kind::op, .text = std::string{two}, .position = at_ - 2};
    }
  if (kOne.find(c) != std::string_view::npos)
    return {.kind = Token::Kind::op, .text = std::string(1, c), .position = at_++};
  throw Error{"S0204", fmt::format("Unknown operator: \"{}\"", c), at_};
}

int binding_power(const Token& token) {
  static const std::map<std::string_view, int> kPowers = {
      {".", 75},   {"[", 80},  {"{", 70},  {"(", 80},  {"@", 80},  {"#", 80},  {"?", 20},
      {"+", 50},   {"-", 50},  {"*", 60},  {"/", 60},  {"%", 60},  {"=", 40},  {"<", 40},
      {">", 40},   {"^", 40},  {":=", 10}, {"!=", 40}, {"<=", 40}, {">=", 40}, {"~>", 40},
      {"and", 30}, {"or", 25}, {"in", 40}, {"&", 50},
  };
  if (token.kind != Token::Kind::op) return 0;
  const auto at = kPowers.find(token.text);
  return at == kPowers.end() ? 0 : at->second;
}

}  // namespace opsim::jsonata
