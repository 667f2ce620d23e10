#pragma once
#include <cstddef>
#include <string_view>

#include "opsim/document/diagnostic.hpp"

namespace opsim {

/// A text without its byte order mark, and where each of its bytes stands.
class SourceText {
 public:
  explicit SourceText(std::string_view text);

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Of the character at `offset`. Costs the distance from the last question, so questions in the
  /// order of the text are cheap.
  [[nodiscard]] Position at(std::size_t offset) const;

  /// The first offset that is not UTF-8, or npos.
  [[nodiscard]] std::size_t first_bad_utf8() const noexcept;

 private:
  std::string_view text_;
  mutable std::size_t asked_ = 0;  // offset, position of it, start of its line
  mutable Position position_{};
};

}  // namespace opsim
