#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace opsim::events {

/// A text to be compared without regard to case, the way event-ruler does it: by UTF-16 unit, each
/// of which may stand as its lower-case or its upper-case form (full Unicode mappings, no locale).
/// So "Straße" equals "STRASSE" but not the other way round, and half a surrogate pair is a "?".
class CaselessText {
 public:
  explicit CaselessText(std::string_view text);

  [[nodiscard]] bool equals(std::string_view value) const;
  [[nodiscard]] bool starts(std::string_view value) const;
  [[nodiscard]] bool ends(std::string_view value) const;
  [[nodiscard]] const std::string& spelt() const { return spelt_; }

 private:
  using Unit = std::array<std::string, 2>;  // lower, upper

  [[nodiscard]] bool is_ascii() const { return units_.empty(); }
  /// How many bytes at the front of `value` are this text; npos if they are not.
  [[nodiscard]] std::size_t length_in_front(std::string_view value) const;
  [[nodiscard]] bool same_ascii(std::string_view value) const;

  std::string spelt_;
  std::string lower_;        // when all is ASCII
  std::vector<Unit> units_;  // otherwise
};

/// The two forms of one UTF-16 unit, as UTF-8. Unicode 14 (UnicodeData.txt, SpecialCasing.txt).
std::array<std::string, 2> case_forms(char16_t unit);

/// UTF-8 to UTF-16 units; bytes that are no UTF-8 become U+FFFD.
std::u16string to_utf16(std::string_view text);
/// Appends a code point as UTF-8; half a surrogate pair becomes "?", as in Java.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace opsim::events
