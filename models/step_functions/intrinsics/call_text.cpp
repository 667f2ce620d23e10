// Reading `States.Format('{} of {}', $.a, States.ArrayLength($.b))`.
#include "models/step_functions/intrinsics/call_text.hpp"

#include <cctype>

#include <fmt/format.h>

namespace opsim::step_functions {

namespace {

constexpr int kDeepestCall = 10;  // Step Functions guide: "up to 10" nested intrinsic functions
constexpr std::size_t kLongestCall = 10'000;  // Step Functions guide, intrinsics: 10,000 characters

struct UnreadableCall {
  std::string message;
};

class CallReader {
 public:
  explicit CallReader(std::string_view text) : text_{text} {}

  Call whole() {
    Call found = call();
    blanks();
    if (at_ < text_.size()) throw UnreadableCall{"unexpected text after the call"};
    return found;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(peek())) != 0) ++at_;
  }

  Call call() {
    if (++depth_ > kDeepestCall) throw UnreadableCall{"more than 10 nested intrinsic functions"};
    Call found;
    while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '.' || peek() == '_')
      found.name += text_[at_++];
    if (peek() != '(') throw UnreadableCall{"'(' is missing after the function's name"};
    ++at_;
    blanks();
    if (peek() == ')') {
      ++at_;
    } else {
      do {
        found.arguments.push_back(argument());
        blanks();
        if (peek() != ',' && peek() != ')') throw UnreadableCall{"expected ',' or ')'"};
      } while (text_[at_++] == ',');
    }
    --depth_;
    return found;
  }

  Argument argument() {
    blanks();
    if (peek() == '\'') return {.value = quoted()};
    if (peek() == '$') return {.kind = Argument::Kind::path, .path = path()};
    const std::size_t start = at_;
    while (peek() != '\0' && peek() != ',' && peek() != ')' && peek() != '(') ++at_;
    if (peek() == '(') {
      at_ = start;
      return {.kind = Argument::Kind::call, .call = std::make_shared<Call>(call())};
    }
    std::string_view word = text_.substr(start, at_ - start);
    while (word.ends_with(' ')) word.remove_suffix(1);
    Json value = Json::parse(word, nullptr, false);
    if (value.is_discarded() || value.is_structured() || value.is_string())
      throw UnreadableCall{fmt::format("'{}' is no argument", word)};
    return {.value = std::move(value)};
  }

  // `\'`, `\{`, `\}` and `\\` are escapes; another backslash stands for itself.
  std::string quoted() {
    std::string found;
    ++at_;
    while (peek() != '\'') {
      if (at_ >= text_.size()) throw UnreadableCall{"a quoted argument does not end"};
      if (peek() == '\\' && at_ + 1 < text_.size()) {
        const char next = text_[at_ + 1];
        if (next == '\'' || next == '\\') {
          found += next;
        } else {
          found += {'\\', next};  // \{ and \}: for Format to read
        }
        at_ += 2;
      } else {
        found += text_[at_++];
      }
    }
    ++at_;
    return found;
  }

  // As far as brackets, quotes and parentheses of filters are closed.
  std::string path() {
    const std::size_t start = at_;
    int open = 0;
    char quote = '\0';
    while (at_ < text_.size()) {
      const char c = peek();
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (open > 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == '[' || c == '(') {
        ++open;
      } else if (open > 0 && (c == ']' || c == ')')) {
        --open;
      } else if (open == 0 && (c == ',' || c == ')' || c == ' ')) {
        break;
      }
      ++at_;
    }
    return std::string{text_.substr(start, at_ - start)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::variant<Call, std::string> read_call(std::string_view text) {
  if (text.size() > kLongestCall) return std::string{"the call is longer than 10,000 characters"};
  try {
    return CallReader{text}.whole();
  } catch (const UnreadableCall& why) {
    return why.message;
  }
}

}  // namespace opsim::step_functions
