#include "models/logs/insights_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace opsim::logs {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '@' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool goes_on_name(char c) { return begins_name(c) || is_digit(c); }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text} {}

  std::variant<std::vector<QueryToken>, QueryError> read() {
    while (skip(), at_ < text_.size() && error_.message.empty()) {
      const std::size_t begin = at_;
      QueryToken token = next();
      token.begin = begin;
      token.end = at_;
      tokens_.push_back(std::move(token));
    }
    if (!error_.message.empty()) return error_;
    tokens_.push_back({.begin = text_.size(), .end = text_.size()});
    return std::move(tokens_);
  }

 private:
  using Kind = QueryToken::Kind;

  void fail(std::string message) { error_ = {at_, std::move(message)}; }
  void skip() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
        ++at_;
      } else {
        return;
      }
    }
  }
  QueryToken next() {
    const char c = text_[at_];
    if (c == '"' || c == '\'') return {.kind = Kind::string, .text = quoted(c)};
    if (c == '`') return {.kind = Kind::name, .text = name(), .quoted = true};
    if (c == '/' && regex_may_follow()) return {.kind = Kind::regex, .text = regex()};
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
      return number();
    if (begins_name(c)) return {.kind = Kind::name, .text = name()};
    return {.kind = Kind::sign, .text = sign()};
  }
  /// After a value, '/' divides.
  [[nodiscard]] bool regex_may_follow() const {
    if (tokens_.empty()) return true;
    const QueryToken& last = tokens_.back();
    constexpr std::array<std::string_view, 3> kBefore{"like", "parse", "in"};
    switch (last.kind) {
      case Kind::sign: return last.text != ")" && last.text != "]";
      case Kind::name: return std::ranges::count(kBefore, last.text) > 0 || after_parsed_field();
      default: return false;
    }
  }
  /// parse FIELD /.../
  [[nodiscard]] bool after_parsed_field() const {
    return tokens_.size() >= 2 && tokens_[tokens_.size() - 2].text == "parse" &&
           (tokens_.size() == 2 || tokens_[tokens_.size() - 3].text == "|");
  }
  std::string quoted(char mark) {
    std::string found;
    for (++at_; at_ < text_.size() && text_[at_] != mark; ++at_) {
      const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           (text_[at_ + 1] == mark || text_[at_ + 1] == '\\');
      if (escaped) ++at_;
      found += text_[at_];
    }
    if (at_ >= text_.size()) return fail("a quotation mark is missing"), found;
    ++at_;
    return found;
  }
  std::string regex() {
    std::string found;
    for (++at_; at_ < text_.size() && text_[at_] != '/'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] != '/') found += '\\';
        ++at_;
      }
      found += text_[at_];
    }
    if (at_ >= text_.size()) return fail("'/' is missing"), found;
    ++at_;
    return found;
  }
  /// user.id, `user-agent`, message.users[1].action, headers.`x-id`
  std::string name() {
    std::string found;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '`') {
        const std::size_t close = text_.find('`', at_ + 1);
        if (close == text_.npos) return fail("a backtick is missing"), found;
        found += text_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
      } else if (c == '[' && !found.empty() && indexes()) {
        const std::size_t close = text_.find(']', at_);
        found += '.';
        found += text_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
      } else if (goes_on_name(c) || (c == '.' && !found.empty())) {
        found += c;
        ++at_;
      } else {
        break;
      }
    }
    return found;
  }
  [[nodiscard]] bool indexes() const {
    std::size_t at = at_ + 1;
    while (at < text_.size() && is_digit(text_[at])) ++at;
    return at > at_ + 1 && at < text_.size() && text_[at] == ']';
  }
  QueryToken number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    const std::size_t digits = at_;
    while (at_ < text_.size() && begins_name(text_[at_])) ++at_;
    const std::string text{text_.substr(begin, at_ - begin)};
    return {.kind = at_ == digits ? Kind::number : Kind::period, .text = text};
  }
  std::string sign() {
    constexpr std::array<std::string_view, 5> kPairs{"!=", "<=", ">=", "=~", "=="};
    for (const std::string_view pair : kPairs) {
      if (!text_.substr(at_).starts_with(pair)) continue;
      at_ += 2;
      return std::string{pair == "==" ? "=" : pair};
    }
    constexpr std::string_view kSigns = "=<>+-*/%^()[],|";
    const char c = text_[at_];
    if (kSigns.find(c) == kSigns.npos)
      return fail(fmt::format("unexpected symbol found '{}'", c)), "";
    ++at_;
    return std::string{c};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<QueryToken> tokens_;
  QueryError error_;
};

}  // namespace

std::variant<std::vector<QueryToken>, QueryError> tokens_of(std::string_view query) {
  return Reader{query}.read();
}

}  // namespace opsim::logs
