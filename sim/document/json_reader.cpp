// JSON, strictly: RFC 8259.
#include "sim/document/json_reader.hpp"

#include <fmt/format.h>

#include "sim/document/scalars.hpp"

namespace opsim {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool starts_value(char c) {
  return c == '"' || c == '{' || c == '[' || c == '-' || is_digit(c) || is_letter(c);
}

/// JSON allows less than a YAML number: no '+', digits on both sides of the point.
bool is_json_number(std::string_view text) {
  if (!is_number_spelling(text) || text.starts_with('+')) return false;
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  return is_digit(text.front()) && (point == std::string_view::npos ||
                                    (point + 1 < text.size() && is_digit(text[point + 1])));
}

}  // namespace

void JsonReader::read() {
  skip_space();
  if (at_end()) expected("a value");
  read_value();
  while (builder_.depth() > 0) {
    skip_space();
    after_value();
  }
  expect_end();
}

void JsonReader::expect_end() {
  skip_space();
  if (!at_end()) {
    builder_.complain(position(), fmt::format("the value has ended, yet {} follows", found()));
  }
}

/// Opens a list or mapping and goes on with its first value, or reads a scalar.
void JsonReader::read_value() {
  for (;;) {
    const char c = here();
    if (c != '{' && c != '[') break;
    builder_.open(c == '{' ? NodeKind::mapping : NodeKind::list, position());
    ++at_;
    skip_space();
    if (here() == '}' || here() == ']') return close(here());
    if (c == '{') read_key();
  }
  const Position at = position();
  if (here() == '"') {
    builder_.scalar(NodeKind::text, read_text(), at);
  } else if (here() == '-' || is_digit(here())) {
    read_number();
  } else if (is_letter(here())) {
    read_word();
  } else {
    expected("a value");
  }
}

void JsonReader::read_key() {
  if (here() != '"') expected("a key in double quotes");
  const Position at = position();
  builder_.key(read_text(), at);
  skip_space();
  if (here() != ':') expected(fmt::format("':' after a key"));
  ++at_;
  skip_space();
}

/// Within a list or mapping, after one of its values.
void JsonReader::after_value() {
  if (here() == '}' || here() == ']') return close(here());
  const bool in_mapping = builder_.innermost() == NodeKind::mapping;
  const std::string_view what = in_mapping ? "',' or '}'" : "',' or ']'";
  if (here() == ',') {
    const std::size_t comma = at_++;
    skip_space();
    if (here() == '}' || here() == ']') {
      complain(comma, fmt::format("nothing follows this ',' before '{}'; remove it", here()));
      return close(here());
    }
  } else if (in_mapping ? here() == '"' : starts_value(here())) {
    builder_.complain(position(), fmt::format("expected {}, found {}", what, found()));
  } else {
    expected(what);
  }
  if (in_mapping) read_key();
  read_value();
}

void JsonReader::close(char bracket) {
  const char wanted = builder_.innermost() == NodeKind::mapping ? '}' : ']';
  if (bracket != wanted) {
    expected(fmt::format("'{}' for the '{}' of line {}", wanted, wanted == '}' ? '{' : '[',
                         builder_.innermost_at().line));
  }
  builder_.close();
  ++at_;
}

void JsonReader::read_number() {
  const std::size_t start = at_;
  const Position at = position();
  while (is_digit(here()) || is_letter(here()) || here() == '.' || here() == '-' || here() == '+') {
    ++at_;
  }
  const std::string_view spelling = text_.substr(start, at_ - start);
  if (is_json_number(spelling)) {
    builder_.scalar(NodeKind::number, spelling, at);
    return;
  }
  builder_.complain(at,
                    fmt::format("{} is no number; a text needs double quotes", quoted(spelling)));
  builder_.scalar(NodeKind::text, spelling, at);
}

void JsonReader::read_word() {
  const std::size_t start = at_;
  const Position at = position();
  while (is_letter(here()) || is_digit(here()) || here() == '_') ++at_;
  const std::string_view word = text_.substr(start, at_ - start);
  if (word == "true" || word == "false") {
    builder_.scalar(NodeKind::boolean, word, at);
  } else if (word == "null") {
    builder_.scalar(NodeKind::null, "", at);
  } else {
    constexpr std::string_view kWords[] = {"true", "false", "null"};
    const std::string_view meant = nearest(word, kWords);
    builder_.complain(
        at, meant.empty() ? fmt::format("{} is no value; a text needs double quotes", quoted(word))
                          : fmt::format("{} is no value; write {}", quoted(word), meant));
    builder_.scalar(NodeKind::text, word, at);
  }
}

void JsonReader::skip_space() {
  for (;;) {
    while (!at_end() && is_space(text_[at_])) ++at_;
    if (here() != '/') return;
    skip_comment();
  }
}

void JsonReader::skip_comment() {
  const std::string_view rest = text_.substr(at_);
  const bool to_line_end = rest.starts_with("//");
  if (!to_line_end && !rest.starts_with("/*")) expected("a value, a ',' or the end");
  complain(at_, "JSON has no comments; remove it, or write the file as YAML");
  const std::size_t end = to_line_end ? rest.find('\n') : rest.find("*/", 2);
  at_ = end == std::string_view::npos ? text_.size() : at_ + end + (to_line_end ? 1 : 2);
}

std::string JsonReader::found() const {
  if (at_end()) return "the end of the text";
  const auto stops = [](char c) { return is_space(c) || c == ',' || c == '}' || c == ']'; };
  std::size_t end = at_;
  if (here() == '"') {
    end = text_.find('"', at_ + 1);
    return quoted(text_.substr(at_ + 1, std::min(end, text_.size()) - at_ - 1));
  }
  while (end < text_.size() && end - at_ < 100 && !stops(text_[end])) ++end;
  if (end - at_ > 1 && text_[at_] != '{' && text_[at_] != '[') {
    return quoted(text_.substr(at_, end - at_));
  }
  const std::string one = quoted(text_.substr(at_, 1));
  return fmt::format("'{}'", one.substr(1, one.size() - 2));
}

void JsonReader::expected(std::string_view what) {
  std::string message = fmt::format("expected {}, found {}", what, found());
  if (at_end() && builder_.depth() > 0) {
    message += fmt::format("; the '{}' of line {} is open",
                           builder_.innermost() == NodeKind::mapping ? '{' : '[',
                           builder_.innermost_at().line);
  }
  if (here() == '\'') message += "; JSON wants double quotes";
  builder_.stop(position(), std::move(message));
}

void JsonReader::complain(std::size_t offset, std::string message) {
  builder_.complain(source_.at(offset), std::move(message));
}

}  // namespace opsim
