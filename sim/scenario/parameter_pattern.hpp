#pragma once
/// AllowedPattern of a parameter. The regular expressions of Boost stay behind this.
#include <memory>
#include <string>
#include <string_view>

namespace opsim {

class ParameterPattern {
 public:
  /// Throws std::invalid_argument with what is wrong with `pattern`.
  explicit ParameterPattern(std::string_view pattern);

  enum class Answer : std::uint8_t { yes, no, too_complex };
  /// "The pattern must match the entire parameter value" (User Guide, "Parameters"). Ends in
  /// bounded time; `too_complex` where that was not enough.
  [[nodiscard]] Answer matches(std::string_view value) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Compiled;
  std::string text_;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace opsim
