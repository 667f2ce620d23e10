#pragma once
/// The words of a JSONata expression.
#include <string>
#include <string_view>

#include "models/step_functions/jsonata/jsonata.hpp"

namespace opsim::jsonata {

struct Token {
  enum class Kind : std::uint8_t { end, op, name, variable, string, number, value, regex } kind{};
  std::string text{};   // of an operator or a name
  std::string flags{};  // of a regex
  Json value{};         // of a literal
  std::size_t position = 0;
};

/// How strongly an operator between two operands binds; 0: it is none.
int binding_power(const Token& token);

class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_{text} {}
  /// `operand_next`: a `/` begins a regular expression. Throws Error.
  Token next(bool operand_next);

 private:
  void skip_blanks();
  Token quoted(char quote);
  Token number();
  Token regex();
  Token word();
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace opsim::jsonata
