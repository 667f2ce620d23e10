#pragma once
/// The words of a Logs Insights query, taken one after the other; the first complaint stands.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

#include "models/logs/insights_tokens.hpp"

namespace opsim::logs {

inline std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

class QueryReader {
 public:
  explicit QueryReader(std::vector<QueryToken> tokens) : tokens_{std::move(tokens)} {}

  [[nodiscard]] const QueryError& error() const { return error_; }
  void fail_at(std::size_t position, std::string message) {
    if (good()) error_ = {position, std::move(message)};
  }
  [[nodiscard]] bool good() const { return error_.message.empty(); }
  void fail(std::string message) {
    if (good()) error_ = {peek().begin, std::move(message)};
  }
  [[nodiscard]] const QueryToken& peek() const { return tokens_[at_]; }
  QueryToken next() {
    QueryToken token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool take(std::string_view sign) {
    if (peek().kind != QueryToken::Kind::sign || peek().text != sign) return false;
    next();
    return true;
  }
  bool take_word(std::string_view word) {
    if (peek().kind != QueryToken::Kind::name || peek().quoted || lowered(peek().text) != word)
      return false;
    next();
    return true;
  }
  void expect(std::string_view sign) {
    if (!take(sign)) fail(fmt::format("'{}' is expected", sign));
  }
  std::string name() {
    if (peek().kind == QueryToken::Kind::name) return next().text;
    fail("the name of a field is expected");
    return {};
  }
  [[nodiscard]] bool is_sign(std::string_view sign) const {
    return peek().kind == QueryToken::Kind::sign && peek().text == sign;
  }
  /// The word after the next one.
  [[nodiscard]] const QueryToken& peek_beyond() const {
    return tokens_[std::min(at_ + 1, tokens_.size() - 1)];
  }
  /// fieldname=Total: the name in lower case and the value; nothing where none stands.
  std::optional<std::pair<std::string, std::string>> option() {
    const bool stands = peek().kind == QueryToken::Kind::name && !peek().quoted &&
                        peek_beyond().kind == QueryToken::Kind::sign && peek_beyond().text == "=";
    if (!stands) return std::nullopt;
    std::string key = lowered(next().text);
    next();
    return std::pair{std::move(key), next().text};
  }
  /// Where the word that was taken last ends; `none` where none was.
  [[nodiscard]] std::size_t end_of_last(std::size_t none) const {
    return at_ == 0 ? none : tokens_[at_ - 1].end;
  }

 private:
  std::vector<QueryToken> tokens_;
  std::size_t at_ = 0;
  QueryError error_;
};

}  // namespace opsim::logs
