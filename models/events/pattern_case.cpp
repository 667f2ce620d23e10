#include "models/events/pattern_case.hpp"

#include <algorithm>

namespace opsim::events {
namespace {

constexpr char to_lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool all_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Length of the UTF-8 sequence that starts here and its code point; length 1 and U+FFFD if
/// malformed.
struct Decoded {
  std::size_t length = 1;
  char32_t code_point = 0xFFFD;
};

Decoded decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, lead};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t code_point = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    code_point = code_point << 6 | (next & 0x3Fu);
  }
  return {length, code_point};
}

}  // namespace

CaselessText::CaselessText(std::string_view text) : spelt_(text) {
  if (all_ascii(text)) {
    lower_ = spelt_;
    std::ranges::transform(lower_, lower_.begin(), to_lower_ascii);
    return;
  }
  for (const char16_t unit : to_utf16(text)) units_.push_back(case_forms(unit));
}

bool CaselessText::same_ascii(std::string_view value) const {
  return std::ranges::equal(value, lower_, {}, to_lower_ascii);
}

std::size_t CaselessText::length_in_front(std::string_view value) const {
  std::size_t used = 0;
  for (const auto& [lower, upper] : units_) {  // neither form begins with the other: no way back
    const std::string_view rest = value.substr(used);
    if (rest.starts_with(lower)) {
      used += lower.size();
    } else if (rest.starts_with(upper)) {
      used += upper.size();
    } else {
      return std::string_view::npos;
    }
  }
  return used;
}

bool CaselessText::equals(std::string_view value) const {
  return is_ascii() ? same_ascii(value) : length_in_front(value) == value.size();
}

bool CaselessText::starts(std::string_view value) const {
  if (!is_ascii()) return length_in_front(value) != std::string_view::npos;
  return value.size() >= lower_.size() && same_ascii(value.substr(0, lower_.size()));
}

bool CaselessText::ends(std::string_view value) const {
  if (is_ascii()) {
    return value.size() >= lower_.size() && same_ascii(value.substr(value.size() - lower_.size()));
  }
  for (auto unit = units_.rbegin(); unit != units_.rend(); ++unit) {
    const auto& [lower, upper] = *unit;
    if (value.ends_with(lower)) {
      value.remove_suffix(lower.size());
    } else if (value.ends_with(upper)) {
      value.remove_suffix(upper.size());
    } else {
      return false;
    }
  }
  return true;
}

std::u16string to_utf16(std::string_view text) {
  std::u16string units;
  while (!text.empty()) {
    const auto [length, code_point] = decode(text);
    text.remove_prefix(length);
    if (code_point < 0x10000) {
      units.push_back(static_cast<char16_t>(code_point));
    } else {
      units.push_back(static_cast<char16_t>(0xD800 + ((code_point - 0x10000) >> 10)));
      units.push_back(static_cast<char16_t>(0xDC00 + ((code_point - 0x10000) & 0x3FF)));
    }
  }
  return units;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point >= 0xD800 && code_point <= 0xDFFF) {
    put('?');
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace opsim::events
