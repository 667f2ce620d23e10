// Code points and their case. Source: the Unicode Character Database, by its regular blocks.
#include "models/step_functions/jsonata/letters.hpp"

#include "models/step_functions/intrinsics/intrinsics.hpp"

namespace opsim::jsonata {

namespace {

constexpr bool between(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

// Blocks in which capital and small letters alternate, the capital first on an even or odd place.
constexpr bool alternates_from_even(char32_t code) {
  return between(code, 0x100, 0x137) || between(code, 0x14A, 0x177) ||
         between(code, 0x1DE, 0x1EF) || between(code, 0x1F8, 0x21F) ||
         between(code, 0x222, 0x233) || between(code, 0x3D8, 0x3EF) ||
         between(code, 0x460, 0x481) || between(code, 0x48A, 0x4BF) ||
         between(code, 0x4D0, 0x52F) || between(code, 0x1E00, 0x1E95) ||
         between(code, 0x1EA0, 0x1EFF);
}
constexpr bool alternates_from_odd(char32_t code) {
  return between(code, 0x139, 0x148) || between(code, 0x179, 0x17E) ||
         between(code, 0x1CD, 0x1DC) || between(code, 0x4C1, 0x4CE);
}

char32_t lower(char32_t code) {
  if (between(code, 'A', 'Z') || (between(code, 0xC0, 0xDE) && code != 0xD7)) return code + 32;
  if (code == 0x130 || code == 0x131 || code == 0x138) return code;
  if (code == 0x178) return 0xFF;
  if (alternates_from_even(code)) return code | 1U;
  if (alternates_from_odd(code)) return code % 2 == 1 ? code + 1 : code;
  if (code == 0x386) return 0x3AC;
  if (between(code, 0x388, 0x38A)) return code + 37;
  if (code == 0x38C) return 0x3CC;
  if (code == 0x38E || code == 0x38F) return code + 63;
  if (between(code, 0x391, 0x3AB) && code != 0x3A2) return code + 32;
  if (between(code, 0x400, 0x40F)) return code + 80;
  if (between(code, 0x410, 0x42F)) return code + 32;
  if (between(code, 0x531, 0x556)) return code + 48;
  return code;
}

char32_t upper(char32_t code) {
  if (between(code, 'a', 'z') || (between(code, 0xE0, 0xFE) && code != 0xF7)) return code - 32;
  if (code == 0xFF) return 0x178;
  if (code == 0xB5) return 0x39C;
  if (code == 0x131) return 'I';
  if (code == 0x130 || code == 0x138) return code;
  if (alternates_from_even(code)) return code & ~1U;
  if (alternates_from_odd(code)) return code % 2 == 0 ? code - 1 : code;
  if (code == 0x3AC) return 0x386;
  if (between(code, 0x3AD, 0x3AF)) return code - 37;
  if (code == 0x3CC) return 0x38C;
  if (code == 0x3CD || code == 0x3CE) return code - 63;
  if (code == 0x3C2) return 0x3A3;
  if (between(code, 0x3B1, 0x3CB)) return code - 32;
  if (between(code, 0x450, 0x45F)) return code - 80;
  if (between(code, 0x430, 0x44F)) return code - 32;
  if (between(code, 0x561, 0x586)) return code - 48;
  return code;
}

}  // namespace

void append_utf8(std::string& text, char32_t code) {
  const auto last = [&](int shift) {
    text += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | (code >> 6U));
    last(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | (code >> 12U));
    last(6);
    last(0);
  } else {
    text += static_cast<char>(0xF0U | (code >> 18U));
    last(12);
    last(6);
    last(0);
  }
}

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> found;
  for (const wchar_t code : wide_text(text)) {
    found.emplace_back();
    append_utf8(found.back(), static_cast<char32_t>(code));
  }
  return found;
}

std::wstring wide_text(std::string_view text) {
  const std::string valid = step_functions::valid_text(std::string{text});
  std::wstring wide;
  for (std::size_t at = 0; at < valid.size();) {
    const auto first = static_cast<unsigned char>(valid[at]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t code = size == 1 ? first : first & (0xFFU >> (size + 1));
    for (std::size_t more = 1; more < size && at + more < valid.size(); ++more)
      code = (code << 6U) | (static_cast<unsigned char>(valid[at + more]) & 0x3FU);
    wide += static_cast<wchar_t>(code);
    at += size;
  }
  return wide;
}

std::string narrow_text(const std::wstring& text) {
  std::string narrow;
  for (const wchar_t code : text) append_utf8(narrow, static_cast<char32_t>(code));
  return narrow;
}

std::size_t utf16_length(std::string_view text) {
  std::size_t length = 0;
  for (const wchar_t code : wide_text(text)) length += static_cast<char32_t>(code) > 0xFFFF ? 2 : 1;
  return length;
}

std::string lower_case(std::string_view text) {
  std::string out;
  for (const wchar_t code : wide_text(text)) append_utf8(out, lower(static_cast<char32_t>(code)));
  return out;
}

std::string upper_case(std::string_view text) {
  std::string out;
  for (const wchar_t code : wide_text(text)) {
    if (code == 0xDF)
      out += "SS";
    else
      append_utf8(out, upper(static_cast<char32_t>(code)));
  }
  return out;
}

}  // namespace opsim::jsonata
