// SEARCH queries.
// AWS: CloudWatch User Guide, "CloudWatch search expression syntax" (search-expression-syntax).
#include "models/cloudwatch/metric_search.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace opsim::cloudwatch {

using Term = MetricSearch::Term;

namespace {

constexpr std::size_t kDeepestSearch = 32;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_number(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_upper(c) || is_lower(c) || is_number(c); }

std::string lowered(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) c = is_upper(c) ? static_cast<char>(c + 32) : c;
  return lower;
}

/// Where camel case begins a new part: "eF" of "failureFast", the "F" of "SDBFailure", digits.
bool begins_part(std::string_view word, std::size_t i) {
  const char before = word[i - 1];
  const char c = word[i];
  if (is_number(before) != is_number(c)) return true;
  if (is_lower(before) && is_upper(c)) return true;
  return is_upper(before) && is_upper(c) && i + 1 < word.size() && is_lower(word[i + 1]);
}

bool same_part(const NamePart& sought, const NamePart& part) {
  return sought.alone ? lowered(sought.text) == lowered(part.text) : sought.text == part.text;
}

std::string whole(const std::vector<NamePart>& parts) {
  std::string text;
  for (const NamePart& part : parts) text += lowered(part.text);
  return text;
}

bool holds(const Term& word, std::string_view name) {
  return word.exact ? word.text == name : finds(word.text, name);
}

bool word_matches(const Term& word, const SeriesKey& metric) {
  if (word.property == "MetricName") return holds(word, metric.metric_name);
  if (word.property == "Namespace") return holds(word, metric.metric_namespace);
  if (!word.property.empty()) {
    return std::ranges::any_of(metric.dimensions, [&](const auto& dimension) {
      return dimension.first == word.property && holds(word, dimension.second);
    });
  }
  return holds(word, metric.metric_name) || holds(word, metric.metric_namespace) ||
         std::ranges::any_of(metric.dimensions, [&](const auto& dimension) {
           return holds(word, dimension.first) || holds(word, dimension.second);
         });
}

bool term_matches(const Term& term, const SeriesKey& metric) {
  const auto each = [&](const Term& part) { return term_matches(part, metric); };
  switch (term.kind) {
    case Term::Kind::word: return word_matches(term, metric);
    case Term::Kind::any: return std::ranges::any_of(term.parts, each);
    case Term::Kind::none: return !each(term.parts.front());
    default: return std::ranges::all_of(term.parts, each);
  }
}

}  // namespace

std::vector<NamePart> name_parts(std::string_view name) {
  std::vector<NamePart> parts;
  for (std::size_t begin = 0; begin < name.size();) {
    if (!is_word(name[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < name.size() && is_word(name[end])) ++end;
    const std::string_view word = name.substr(begin, end - begin);
    const std::size_t first = parts.size();
    std::size_t from = 0;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      if (i < word.size() && !begins_part(word, i)) continue;
      parts.push_back({std::string{word.substr(from, i - from)}, false});
      from = i;
    }
    if (parts.size() == first + 1) parts.back().alone = true;
    begin = end;
  }
  return parts;
}

// "Partial match searches to match a single token are case insensitive. Searches can also match
// composite tokens, which appear consecutively in the original name. To match a composite token,
// the search is case sensitive." Parts that other characters keep apart ("network/errors") are
// tokens of their own.
bool finds(std::string_view term, std::string_view name) {
  const std::vector<NamePart> sought = name_parts(term);
  const std::vector<NamePart> parts = name_parts(name);
  if (sought.empty()) return false;
  if (whole(sought) == whole(parts)) return true;
  return !std::ranges::search(parts, sought, [](const NamePart& part, const NamePart& wanted) {
            return same_part(wanted, part);
          }).empty();
}

/// Recursive descent over the text between the quotes of SEARCH.
class SearchParser {
 public:
  explicit SearchParser(std::string_view text) : text_{text} {}

  std::variant<MetricSearch, std::string> parse() {
    if (text_.size() > MetricSearch::kLongest) {
      return fmt::format("a search has at most {} characters", MetricSearch::kLongest);
    }
    if (take('{')) schema();
    take(',');
    if (!at_end()) search_.term_ = any("");
    if (error_.empty() && !at_end()) fail("an operand was expected");
    if (error_.empty() && search_.namespace_.empty() && search_.term_.parts.empty() &&
        search_.term_.kind == Term::Kind::all) {
      fail("a search needs a metric schema or a term");
    }
    if (!error_.empty()) return error_;
    return std::move(search_);
  }

 private:
  void schema();
  Term any(const std::string& property);
  Term all(const std::string& property);
  Term one(const std::string& property);
  Term word(const std::string& property);

  bool at_end() {
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) <= ' ') ++at_;
    return at_ >= text_.size() || !error_.empty();
  }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_operator(std::string_view name) {
    if (at_end() || !text_.substr(at_).starts_with(name)) return false;
    const std::size_t end = at_ + name.size();
    if (end < text_.size() && ends_word(text_[end]) == false) return false;
    at_ = end;
    return true;
  }
  static bool ends_word(char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '(' || c == ')' || c == '=' || c == '"' ||
           c == '{' || c == '}' || c == ',';
  }
  std::string quoted();
  std::string bare();
  std::string name() { return !at_end() && text_[at_] == '"' ? quoted() : bare(); }
  void fail(std::string_view what) {
    if (error_.empty()) error_ = fmt::format("in the search, at character {}: {}", at_ + 1, what);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::string error_;
  MetricSearch search_;
};

std::string SearchParser::quoted() {
  std::string found;
  for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
    found += text_[at_];
  }
  if (at_ >= text_.size()) {
    fail("a double quote is missing");
  } else {
    ++at_;
  }
  return found;
}

std::string SearchParser::bare() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && !ends_word(text_[at_])) ++at_;
  if (at_ == begin) fail("a name was expected");
  return std::string{text_.substr(begin, at_ - begin)};
}

/// {Namespace, DimensionName, ...}
void SearchParser::schema() {
  search_.namespace_ = name();
  while (take(',')) search_.dimensions_.push_back(name());
  if (!take('}')) fail("expected '}' after the metric schema");
  std::ranges::sort(search_.dimensions_);
}

Term SearchParser::any(const std::string& property) {
  Term first = all(property);
  if (!take_operator("OR")) return first;
  Term found{.kind = Term::Kind::any};
  found.parts.push_back(std::move(first));
  do {
    found.parts.push_back(all(property));
  } while (take_operator("OR"));
  return found;
}

/// "Not using any Boolean operator between search terms implicitly searches them as if there were
/// an AND operator."
Term SearchParser::all(const std::string& property) {
  Term found{.kind = Term::Kind::all};
  do {
    found.parts.push_back(one(property));
    take(',');
    const std::size_t before = at_;
    if (take_operator("OR")) {
      at_ = before;
      break;
    }
  } while (take_operator("AND") || (!at_end() && text_[at_] != ')'));
  return found;
}

Term SearchParser::one(const std::string& property) {
  Term found;
  if (++depth_ > kDeepestSearch) fail("brackets are nested too deep");
  if (at_end()) {
    fail("an operand is missing");
  } else if (take_operator("NOT")) {
    found.kind = Term::Kind::none;
    found.parts.push_back(one(property));
  } else if (take('(')) {
    found = any(property);
    if (!take(')')) fail("expected ')'");
  } else {
    found = word(property);
  }
  --depth_;
  return found;
}

/// A term, or property=term, where the term may be a group: MetricName=("4XXError" OR "5XXError").
Term SearchParser::word(const std::string& property) {
  Term found{.kind = Term::Kind::word, .property = property};
  found.exact = text_[at_] == '"';
  found.text = name();
  if (!take('=')) return found;
  const std::string designator = found.text;
  if (at_end()) {
    fail("a value is missing after '='");
    return found;
  }
  if (text_[at_] == '(') return one(designator);
  found.property = designator;
  found.exact = text_[at_] == '"';
  found.text = name();
  return found;
}

std::variant<MetricSearch, std::string> MetricSearch::parse(std::string_view query) {
  return SearchParser{query}.parse();
}

// UNDOCUMENTED: a schema of a namespace alone means metrics of any dimensions; one with dimension
// names means metrics of exactly those.
bool MetricSearch::matches(const SeriesKey& metric) const {
  if (!namespace_.empty() && metric.metric_namespace != namespace_) return false;
  if (!dimensions_.empty() && !std::ranges::equal(metric.dimensions, dimensions_, {},
                                                  [](const auto& d) { return d.first; })) {
    return false;
  }
  return term_matches(term_, metric);
}

}  // namespace opsim::cloudwatch
