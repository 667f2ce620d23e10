// Matching log messages.
#include "models/logs/filter_pattern.hpp"

#include <algorithm>
#include <charconv>

namespace opsim::logs {
namespace {

/// "4*", "*.com", "*mid*": a star at either end.
bool like(std::string_view value, std::string_view pattern) {
  if (pattern == "*") return true;
  const bool open_start = pattern.starts_with('*');
  const bool open_end = pattern.ends_with('*');
  if (open_start) pattern.remove_prefix(1);
  if (open_end && !pattern.empty()) pattern.remove_suffix(1);
  if (open_start && open_end) return value.find(pattern) != value.npos;
  if (open_start) return value.ends_with(pattern);
  return open_end ? value.starts_with(pattern) : value == pattern;
}

std::optional<double> number_in(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = failed == std::errc{} && end == text.data() + text.size();
  return good && !text.empty() ? std::optional{number} : std::nullopt;
}

std::string text_in(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Words of a space-delimited message: "quoted text" and [bracketed text] are one word each.
std::vector<std::string> words_of(std::string_view message) {
  constexpr std::size_t kMostWords = 1000;
  std::vector<std::string> words;
  while (words.size() < kMostWords) {
    const std::size_t begin = message.find_first_not_of(" \t\n\r");
    if (begin == message.npos) break;
    message.remove_prefix(begin);
    const char close = message[0] == '"' ? '"' : message[0] == '[' ? ']' : '\0';
    const std::size_t end = close != '\0' ? message.find(close, 1) : message.npos;
    if (end != message.npos) {
      words.emplace_back(message.substr(1, end - 1));
      message.remove_prefix(end + 1);
      continue;
    }
    const std::size_t space = std::min(message.find_first_of(" \t\n\r"), message.size());
    words.emplace_back(message.substr(0, space));
    message.remove_prefix(space);
  }
  return words;
}

}  // namespace

const Json* select_member(const Json& document, std::string_view selector) {
  if (!selector.starts_with('$')) return nullptr;
  selector.remove_prefix(1);
  const Json* at = &document;
  while (!selector.empty()) {
    if (selector[0] == '.') {
      selector.remove_prefix(1);
      if (selector.starts_with('[')) continue;
      const std::size_t end = std::min(selector.find_first_of(".["), selector.size());
      if (!at->is_object()) return nullptr;
      const auto found = at->find(selector.substr(0, end));
      if (found == at->end()) return nullptr;
      at = &*found;
      selector.remove_prefix(end);
      continue;
    }
    const std::size_t close = selector.find(']');
    if (selector[0] != '[' || close == selector.npos) return nullptr;
    std::string_view key = selector.substr(1, close - 1);
    selector.remove_prefix(close + 1);
    if (key.size() >= 2 && (key[0] == '"' || key[0] == '\'')) {
      key = key.substr(1, key.size() - 2);
      if (!at->is_object() || !at->contains(key)) return nullptr;
      at = &at->at(std::string{key});
      continue;
    }
    std::size_t index = 0;
    const auto [end, failed] = std::from_chars(key.data(), key.data() + key.size(), index);
    if (failed != std::errc{} || end != key.data() + key.size()) return nullptr;
    if (!at->is_array() || index >= at->size()) return nullptr;
    at = &(*at)[index];
  }
  return at;
}

std::vector<const Json*> select_members(const Json& document, std::string_view selector) {
  constexpr std::size_t kMost = 10'000;
  const std::size_t star = selector.find('*');
  if (star == selector.npos) {
    const Json* one = select_member(document, selector);
    return one == nullptr ? std::vector<const Json*>{} : std::vector{one};
  }
  const bool indexed = star > 0 && selector[star - 1] == '[';
  std::string_view rest = selector.substr(star + 1);
  if (indexed && rest.starts_with(']')) rest.remove_prefix(1);
  const Json* whole = select_member(document, selector.substr(0, star - (star > 0 ? 1 : 0)));
  if (whole == nullptr || !whole->is_structured()) return {};
  if (indexed != whole->is_array()) return {};
  std::vector<const Json*> found;
  const std::string below = "$" + std::string{rest};
  for (const Json& element : *whole) {
    const Json* one = select_member(element, below);
    if (one != nullptr && found.size() < kMost) found.push_back(one);
  }
  return found;
}

std::optional<std::string> LogMatch::value(std::string_view selector) const {
  if (selector.starts_with("$.") || selector.starts_with("$[")) {
    const Json* found = select_member(document, selector);
    if (found == nullptr || found->is_structured()) return std::nullopt;
    return text_in(*found);
  }
  if (!selector.starts_with('$')) return std::nullopt;
  const auto column = columns.find(selector.substr(1));
  return column == columns.end() ? std::nullopt : std::optional{column->second};
}

bool FilterPattern::holds(const Condition& condition, const Json* value) {
  if (condition.test == Test::not_exists) return value == nullptr;
  if (value == nullptr) return false;
  const std::optional<double> number = number_in(*value);
  switch (condition.test) {
    case Test::exists: return true;
    case Test::is_true: return *value == true;
    case Test::is_false: return *value == false;
    case Test::is_null: return value->is_null();
    default: break;
  }
  if (condition.number && number && !condition.regex) {
    switch (condition.test) {
      case Test::eq: return *number == *condition.number;
      case Test::ne: return *number != *condition.number;
      case Test::lt: return *number < *condition.number;
      case Test::gt: return *number > *condition.number;
      case Test::le: return *number <= *condition.number;
      default: return *number >= *condition.number;
    }
  }
  const bool same = condition.regex ? condition.regex->matches(text_in(*value))
                                    : like(text_in(*value), condition.text);
  if (condition.test == Test::eq) return same;
  return condition.test == Test::ne && !same;
}

bool FilterPattern::any_holds(const Condition& condition, const Json& document) {
  if (condition.selector.find('*') == condition.selector.npos)
    return holds(condition, select_member(document, condition.selector));
  const std::vector<const Json*> found = select_members(document, condition.selector);
  if (condition.test == Test::not_exists) return found.empty();
  return std::ranges::any_of(found, [&](const Json* one) { return holds(condition, one); });
}

bool FilterPattern::Term::stands_in(std::string_view message) const {
  return regex ? regex->matches(message) : message.find(text) != message.npos;
}

template <class Find>
bool FilterPattern::holds(const std::vector<Step>& steps, const Find& find) {
  std::vector<bool> results;
  for (const Step& step : steps) {
    if (step.kind == Step::Kind::condition) {
      results.push_back(find(step.condition));
      continue;
    }
    const bool right = results.back();
    results.pop_back();
    const bool left = results.back();
    results.back() = step.kind == Step::Kind::both ? left && right : left || right;
  }
  return results.empty() || results.back();
}

bool FilterPattern::match_terms(std::string_view message) const {
  const auto in_message = [&](const Term& term) { return term.stands_in(message); };
  if (std::ranges::any_of(none_, in_message)) return false;
  if (!all_.empty() || !none_.empty()) return std::ranges::all_of(all_, in_message);
  return any_.empty() || std::ranges::any_of(any_, in_message);
}

bool FilterPattern::match_columns(const std::vector<std::string>& words, LogMatch& match) const {
  const auto gap = std::ranges::find(columns_, true, &Column::gap);
  const std::size_t named = columns_.size() - (gap == columns_.end() ? 0 : 1);
  if (gap == columns_.end() ? words.size() != named : words.size() < named) return false;
  const std::size_t skipped = words.size() - named;
  std::size_t word = 0;
  for (const Column& column : columns_) {
    if (column.gap) {
      word += skipped;
      continue;
    }
    const Json value = words[word++];
    const auto find = [&](const Condition& condition) { return holds(condition, &value); };
    if (!column.steps.empty() && !holds(column.steps, find)) return false;
    match.columns[column.name] = value.get<std::string>();
  }
  return true;
}

std::optional<LogMatch> FilterPattern::match(std::string_view message) const {
  LogMatch match;
  switch (kind_) {
    case Kind::terms:
      if (!match_terms(message)) return std::nullopt;
      break;
    case Kind::document: {
      match.document = Json::parse(message, nullptr, false);
      if (!match.document.is_structured()) return std::nullopt;
      const auto find = [&](const Condition& condition) {
        return any_holds(condition, match.document);
      };
      if (!holds(steps_, find)) return std::nullopt;
      break;
    }
    case Kind::columns:
      if (!match_columns(words_of(message), match)) return std::nullopt;
      break;
  }
  return match;
}

}  // namespace opsim::logs
