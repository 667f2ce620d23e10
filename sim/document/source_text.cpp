#include "sim/document/source_text.hpp"

#include <algorithm>
#include <cstdint>

namespace opsim {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool continues_character(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

/// Bytes of the UTF-8 sequence at `i`, 0 where there is none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const unsigned char first = byte_at(text, i);
  const unsigned char second = byte_at(text, i + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !continues_character(second)) return 0;
  if (first < 0xE0) return 2;
  if (!continues_character(byte_at(text, i + 2))) return 0;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (!continues_character(byte_at(text, i + 3))) return 0;
  const bool overlong = first == 0xF0 && second < 0x90;
  const bool too_high = first == 0xF4 && second > 0x8F;
  return overlong || too_high ? 0 : 4;
}

}  // namespace

SourceText::SourceText(std::string_view text) : text_(text) {
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

Position SourceText::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto is_character = [](char c) {
    return !continues_character(static_cast<unsigned char>(c));
  };
  const std::size_t low = std::min(offset, asked_);
  const std::string_view between = text_.substr(low, std::max(offset, asked_) - low);
  const auto lines = static_cast<int>(std::ranges::count(between, '\n'));
  const auto count = [&](std::string_view part) {
    return static_cast<int>(std::ranges::count_if(part, is_character));
  };
  if (lines == 0) {
    position_.column += offset >= asked_ ? count(between) : -count(between);
  } else {
    position_.line += offset >= asked_ ? lines : -lines;
    const std::size_t line_end =
        offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
    const std::size_t line_start = line_end == std::string_view::npos ? 0 : line_end + 1;
    position_.column = 1 + count(text_.substr(line_start, offset - line_start));
  }
  asked_ = offset;
  return position_;
}

std::size_t SourceText::first_bad_utf8() const noexcept {
  for (std::size_t i = 0; i < text_.size();) {
    const std::size_t length = sequence_length(text_, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace opsim
