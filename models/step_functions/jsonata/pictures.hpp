#pragma once
/// Pictures: how numbers, whole numbers and times are written and read.
/// Source: docs.jsonata.org/numeric-functions, date-time-functions, which follow the W3C's
/// XPath and XQuery Functions 3.1 (fn:format-number, fn:format-integer, fn:format-dateTime).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/step_functions/jsonata/value.hpp"

namespace opsim::jsonata {

/// "#,##0", "w", "I", "a", "0;o".
struct IntegerPicture {
  enum class Kind : std::uint8_t { decimal, letters, roman, words, sequence } kind{};
  enum class Case : std::uint8_t { lower, upper, title } letters = Case::lower;
  struct Separator {
    std::size_t position = 0;  // digits to its right
    wchar_t mark = L',';
  };
  bool ordinal = false;
  std::string token{};  // of a sequence, which nobody can write
  wchar_t zero = L'0';  // of its family of digits
  std::size_t least = 0, optional = 0;
  std::vector<Separator> separators{};
  std::size_t every = 0;  // separators stand at each multiple of this
};
IntegerPicture read_integer_picture(std::string_view picture);
std::string format_integer(double whole, const IntegerPicture& picture);
/// Not a number where the text is none.
double parse_integer(const std::string& text, const IntegerPicture& picture);
/// One as "First", 21 as "Twenty-First".
std::string number_words(double whole, bool ordinal);
std::optional<double> words_number(std::string_view words);

/// Halves to the even neighbour; `places` may be negative.
double rounded(double number, double places);
/// `options` may be an object of other signs: "decimal-separator" and so on.
std::string format_number(double number, const std::string& picture, const Value& options);

/// `zone`: "+0530", or empty.
std::string format_time(double milliseconds, const std::string& picture, const std::string& zone);
/// Nothing where the text does not match. What the picture leaves out above its first field is
/// `now`.
std::optional<double> parse_time(const std::string& text, const std::string& picture, double now);
std::optional<double> parse_iso_time(const std::string& text);

}  // namespace opsim::jsonata
