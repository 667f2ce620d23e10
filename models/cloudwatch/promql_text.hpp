#pragma once
/// The text of a PromQL query, read from left to right; the first complaint stands.
#include <optional>
#include <string>
#include <string_view>

#include "models/cloudwatch/promql.hpp"

namespace opsim::cloudwatch {

class PromText {
 public:
  explicit PromText(std::string_view text) : text_{text} { blanks(); }

  void fail(std::string message);
  [[nodiscard]] bool good() const { return !error_; }
  [[nodiscard]] const std::optional<PromError>& error() const { return error_; }
  /// Something that is read and not run; the first is told.
  void absent(std::string what);
  [[nodiscard]] const std::string& not_simulated() const { return not_simulated_; }

  /// The next character, '\0' at the end.
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] bool at_text() const { return peek() == '"' || peek() == '\'' || peek() == '`'; }
  /// "" where no name stands.
  [[nodiscard]] std::string_view peek_word() const;

  bool take(std::string_view sign);
  bool take_word(std::string_view word);
  void expect(std::string_view sign);
  std::string name();
  std::string quoted();
  std::string label() { return at_text() ? quoted() : name(); }
  double number();
  /// "1h30m": a number and ms, s, m, h, d, w or y, again and again.
  Duration duration();
  /// Up to that character, which is not read.
  void skip_to(char end);

 private:
  void blanks();

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<PromError> error_;
  std::string not_simulated_;
};

}  // namespace opsim::cloudwatch
