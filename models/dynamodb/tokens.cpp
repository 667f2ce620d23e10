#include "models/dynamodb/tokens.hpp"

namespace opsim::dynamodb {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '#' || c == ':' || c == '-';
}

const std::string kNothing;

}  // namespace

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

Tokens::Tokens(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    if (is_word(c) && c != '-') {
      while (end < text.size() && is_word(text[end])) ++end;
    } else if ((c == '<' || c == '>') && end < text.size() &&
               (text[end] == '=' || (c == '<' && text[end] == '>'))) {
      ++end;
    }
    words_.emplace_back(text.substr(at, end - at));
    at = end;
  }
}

const std::string& Tokens::peek() const { return done() ? kNothing : words_[at_]; }

const std::string& Tokens::peek_second() const {
  return at_ + 1 >= words_.size() ? kNothing : words_[at_ + 1];
}

std::string Tokens::next() { return done() ? std::string{} : words_[at_++]; }

bool Tokens::is(std::string_view word) const { return upper(peek()) == upper(word); }

bool Tokens::take(std::string_view word) {
  if (done() || !is(word)) return false;
  ++at_;
  return true;
}

}  // namespace opsim::dynamodb
