#pragma once
/// What is wrong with the user's files, where, and what would be right. A phase of reading collects
/// every complaint and throws BadInput once. Texts are one line each: what is written, what was
/// expected, what was probably meant.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace opsim {

/// Both from 1. A column counts characters (code points), as an editor does, not bytes.
struct Position {
  int line = 1;
  int column = 1;
  auto operator<=>(const Position&) const = default;
};

/// A note is worth saying and stops nothing.
enum class Severity : std::uint8_t { error, note };

struct Diagnostic {
  std::string file;
  Position at;          // of the value, or of the mapping that lacks it; {0, 0}: the whole file
  std::string pointer;  // RFC 6901, "" where it is not known: "/Resources/DiskAlarm/Type"
  std::string message;  // what is wrong, then what would be right
  Severity severity = Severity::error;

  /// "stack.yaml:41:22: TreatMissingData is "breech"; one of ...". A note says "note: " first.
  [[nodiscard]] std::string text() const;
};

class Diagnostics {
 public:
  /// Beyond so many errors (and so many notes) they are counted, not kept.
  static constexpr std::size_t kKept = 1000;

  void add(Diagnostic diagnostic);
  void add(std::string_view file, Position at, std::string message);
  void note(std::string_view file, Position at, std::string message);
  void append(const Diagnostics& others);

  [[nodiscard]] bool empty() const noexcept { return errors_ + notes_ == 0; }
  /// Errors, kept or not. Reading may go on while this is zero.
  [[nodiscard]] std::size_t count() const noexcept { return errors_; }
  [[nodiscard]] std::size_t notes() const noexcept { return notes_; }
  /// True when further errors are only counted: the moment to stop looking for them.
  [[nodiscard]] bool full() const noexcept { return errors_ >= kKept; }

  /// In the order of their discovery.
  [[nodiscard]] std::span<const Diagnostic> all() const noexcept { return all_; }
  /// By file, line and column; equal places keep their order.
  [[nodiscard]] std::vector<Diagnostic> sorted() const;
  /// sorted(), one line each, and "and 12 more" where some were only counted.
  [[nodiscard]] std::string text() const;

  /// Throws BadInput where there is at least one error.
  void throw_if_any() const;

 private:
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;
  std::size_t notes_ = 0;
};

/// The input is wrong. what() is diagnostics().text().
class BadInput : public std::runtime_error {
 public:
  explicit BadInput(Diagnostics diagnostics);
  explicit BadInput(Diagnostic diagnostic);
  [[nodiscard]] const Diagnostics& diagnostics() const noexcept { return diagnostics_; }

 private:
  Diagnostics diagnostics_;
};

// ---- Pieces of messages ----------------------------------------------------------------------

/// "breech" in quotes, fit for one line: control characters escaped, cut after 60 characters.
[[nodiscard]] std::string quoted(std::string_view text);
[[nodiscard]] std::string quoted(const char* text);
/// Keeps std::quoted out, which argument-dependent lookup would prefer for a std::string.
[[nodiscard]] std::string quoted(const std::string& text);

/// `; did you mean "grows"?`, or "" when nothing known is near enough to be a slip of the hand.
[[nodiscard]] std::string did_you_mean(std::string_view wrong,
                                       std::span<const std::string_view> known);

/// The nearest known word itself, or "".
[[nodiscard]] std::string_view nearest(std::string_view wrong,
                                       std::span<const std::string_view> known);

/// For any range of things that read as text: names, keys of a map through std::views::keys, ...
template <class Range>
[[nodiscard]] std::string did_you_mean(std::string_view wrong, const Range& known) {
  std::vector<std::string_view> words;
  for (const auto& word : known) words.emplace_back(word);
  return did_you_mean(wrong, std::span<const std::string_view>(words));
}

/// "one of a, b, c"; "a" alone where there is one; at most 20 of them, then "and 7 more".
[[nodiscard]] std::string one_of_text(std::span<const std::string_view> known);

}  // namespace opsim
