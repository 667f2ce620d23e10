#include "models/events/wildcard.hpp"

#include "models/events/event_text_scan.hpp"

namespace opsim::events {
namespace {

/// Positions count bytes from the quotation mark before the text, as AWS counts them.
std::string complaint(std::string_view what, std::size_t index) {
  return std::string{what} + " at pos " + std::to_string(index + 1);
}

}  // namespace

std::variant<Wildcard, std::string> Wildcard::parse(std::string_view text) {
  Wildcard wildcard;
  wildcard.spelt_ = text;
  wildcard.parts_.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '"';
    if (text[i] == '*') {
      if (next == '*') return complaint("Consecutive wildcard characters", i);
      wildcard.parts_.emplace_back();
    } else if (text[i] == '\\') {
      if (next != '*' && next != '\\') return complaint("Invalid escape character", i);
      wildcard.parts_.back().push_back(next);
      ++i;
    } else {
      wildcard.parts_.back().push_back(text[i]);
    }
  }
  return wildcard;
}

std::string_view Wildcard::longest_middle() const {
  std::string_view longest;
  for (std::size_t i = 1; i + 1 < parts_.size(); ++i) {
    if (parts_[i].size() > longest.size()) longest = parts_[i];
  }
  return longest;
}

bool Wildcard::matches(std::string_view value) const {
  if (is_literal()) return value == front();
  if (value.size() < front().size() + back().size()) return false;
  if (!value.starts_with(front()) || !value.ends_with(back())) return false;
  value = value.substr(front().size(), value.size() - front().size() - back().size());
  for (std::size_t i = 1; i + 1 < parts_.size(); ++i) {  // the leftmost fit leaves most room
    const std::size_t at = scan::find(value, parts_[i]);
    if (at == std::string_view::npos) return false;
    value.remove_prefix(at + parts_[i].size());
  }
  return true;
}

}  // namespace opsim::events
