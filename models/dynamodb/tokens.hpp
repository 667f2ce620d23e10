#pragma once
/// The words of an expression, in their order.
#include <string>
#include <string_view>
#include <vector>

namespace opsim::dynamodb {

class Tokens {
 public:
  explicit Tokens(std::string_view text);

  [[nodiscard]] bool done() const { return at_ >= words_.size(); }
  [[nodiscard]] const std::string& peek() const;
  [[nodiscard]] const std::string& peek_second() const;
  std::string next();
  /// Whether the next word is this one, in whatever case; then it is taken.
  bool take(std::string_view word);
  [[nodiscard]] bool is(std::string_view word) const;

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

/// Upper case of ASCII letters.
std::string upper(std::string_view text);

}  // namespace opsim::dynamodb
