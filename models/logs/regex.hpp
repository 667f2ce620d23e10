#pragma once
/// Regular expressions of filter patterns (%...%), `parse` and `like`. Pure.
///
/// Time   Linear in the text: no expression can make it run away (states are walked side by side,
///        never tried one after the other), and a search gives up after kMostSteps.
/// Bytes  Texts are bytes: '.' and a negated class stand for one byte of a longer character.
/// SIMPLIFIED: no look-around and no back references; both are refused.
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace opsim::logs {

class Regex {
 public:
  static constexpr std::size_t kLongest = 10'000;       // of an expression
  static constexpr std::size_t kMostSteps = 5'000'000;  // of one search

  /// Begin and end of the whole and of each group; nothing where a group took no part.
  using Groups = std::vector<std::optional<std::string_view>>;

  [[nodiscard]] static std::variant<Regex, std::string> compile(std::string_view pattern);
  /// Whether it stands anywhere in the text.
  [[nodiscard]] bool matches(std::string_view text) const;
  /// The leftmost match, as Perl and Java prefer; [0] is the whole.
  [[nodiscard]] std::optional<Groups> search(std::string_view text) const;
  /// Of groups 1, 2, ...; "" for one without a name.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  friend class RegexCompiler;
  friend class RegexRun;
  enum class Op : std::uint8_t { bytes, split, jump, save, begin, end, boundary, inside, match };
  struct Instruction {
    Op op = Op::match;
    std::uint32_t x = 0;  // the set; where to go first; the slot
    std::uint32_t y = 0;  // where to go else
  };
  std::vector<Instruction> program_;
  std::vector<std::bitset<256>> sets_;
  std::vector<std::string> names_;
};

}  // namespace opsim::logs
