#pragma once
/// Letters: UTF-8 as code points, as UTF-16 units, and in the other case.
#include <string>
#include <string_view>
#include <vector>

namespace opsim::jsonata {

void append_utf8(std::string& text, char32_t code);
/// One wide character for each code point; what is no UTF-8 becomes U+FFFD.
std::wstring wide_text(std::string_view text);
std::string narrow_text(const std::wstring& text);
/// Each code point as UTF-8.
std::vector<std::string> characters(std::string_view text);
std::size_t utf16_length(std::string_view text);

/// Latin, Greek, Cyrillic and Armenian letters change case; "ß" becomes "SS".
std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);

}  // namespace opsim::jsonata
