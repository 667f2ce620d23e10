// Texts of JSON: quotes, escapes, surrogate pairs.
#include <fmt/format.h>

#include "sim/document/json_reader.hpp"

namespace opsim {
namespace {

constexpr unsigned kReplacement = 0xFFFD;  // stands for what cannot be decoded

constexpr bool is_high_surrogate(int code) { return code >= 0xD800 && code <= 0xDBFF; }
constexpr bool is_low_surrogate(int code) { return code >= 0xDC00 && code <= 0xDFFF; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

/// The text that begins here; valid until the next one is read.
std::string_view JsonReader::read_text() {
  const std::size_t opening = at_++;
  std::size_t start = at_;
  bool escaped = false;
  decoded_.clear();
  for (;;) {
    const char c = here();
    if (at_end() || c == '\n') {
      builder_.stop(source_.at(opening), "this text has no closing '\"' in its line");
    }
    if (c == '"') break;
    if (c == '\\') {
      escaped = true;
      decoded_ += text_.substr(start, at_ - start);
      read_escape();
      start = at_;
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      complain(at_, fmt::format("a control character in a text; write \\u{:04x}", c));
    }
    ++at_;
  }
  const std::string_view last = text_.substr(start, at_ - start);
  ++at_;
  if (!escaped) return last;
  decoded_ += last;
  return decoded_;
}

void JsonReader::read_escape() {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const std::size_t start = at_++;
  const char letter = here();
  if (letter == 'u') return read_unicode_escape();
  const std::size_t known = at_end() ? std::string_view::npos : kLetters.find(letter);
  if (known != std::string_view::npos) {
    decoded_ += kMeanings[known];
    ++at_;
    return;
  }
  complain(start, "'\\' begins no escape that JSON knows; for the character itself write \\\\");
  decoded_ += '\\';
}

void JsonReader::read_unicode_escape() {
  const std::size_t start = at_ - 1;
  ++at_;
  const int first = read_hex4();
  if (first < 0) {
    complain(start, "\\u wants four hexadecimal digits");
    return append_utf8(kReplacement);
  }
  if (!is_high_surrogate(first) && !is_low_surrogate(first)) {
    return append_utf8(static_cast<unsigned>(first));
  }
  const bool has_second = text_.substr(at_, 2) == "\\u";
  const std::size_t second_at = at_;
  if (has_second) at_ += 2;
  const int second = has_second ? read_hex4() : -1;
  if (is_high_surrogate(first) && is_low_surrogate(second)) {
    const auto high = static_cast<unsigned>(first - 0xD800);
    const auto low = static_cast<unsigned>(second - 0xDC00);
    return append_utf8(0x10000U + (high << 10U) + low);
  }
  at_ = second_at;
  complain(start,
           fmt::format("\\u{:04x} is half of a surrogate pair; its other half is missing", first));
  append_utf8(kReplacement);
}

/// -1, and nothing read, where there are not four hexadecimal digits.
int JsonReader::read_hex4() {
  if (text_.size() - at_ < 4) return -1;
  int code = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = hex_digit(text_[at_ + i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  at_ += 4;
  return code;
}

void JsonReader::append_utf8(unsigned code) {
  const auto append = [this](unsigned byte) { decoded_ += static_cast<char>(byte); };
  if (code < 0x80) {
    append(code);
  } else if (code < 0x800) {
    append(0xC0U | (code >> 6U));
    append(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    append(0xE0U | (code >> 12U));
    append(0x80U | ((code >> 6U) & 0x3FU));
    append(0x80U | (code & 0x3FU));
  } else {
    append(0xF0U | (code >> 18U));
    append(0x80U | ((code >> 12U) & 0x3FU));
    append(0x80U | ((code >> 6U) & 0x3FU));
    append(0x80U | (code & 0x3FU));
  }
}

}  // namespace opsim
