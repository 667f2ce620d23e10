#pragma once
#include <string>
#include <string_view>

namespace opsim::report {

/// Colour where a person looks on and NO_COLOR is not set; plain text everywhere else. Colour only
/// repeats what the words say.
class Ink {
 public:
  enum class Colour : unsigned char { plain, bold, dim, red, green, yellow };
  explicit Ink(bool colours) : colours_{colours} {}
  /// For an output that is this terminal, or is none.
  static Ink for_terminal(bool is_terminal);

  [[nodiscard]] std::string paint(std::string_view text, Colour colour) const;
  [[nodiscard]] bool colours() const noexcept { return colours_; }

 private:
  bool colours_;
};

}  // namespace opsim::report
