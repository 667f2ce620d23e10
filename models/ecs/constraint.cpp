// The cluster query language, as placement constraints (memberOf) use it.
// AWS: ECS Developer Guide, "Create expressions to define container instances for Amazon ECS tasks"
// (cluster-query-language): subject operator [argument]; and, or, not, parentheses.
// SIMPLIFIED: a regular expression (=~) knows "." and ".*" only, as its examples do; no numbers.
#include <cctype>
#include <optional>

#include "models/ecs/capacity.hpp"

namespace opsim::ecs {

namespace {

class QueryReader {
 public:
  QueryReader(std::string_view text, const std::map<std::string, std::string>& attributes)
      : rest_{text}, attributes_{attributes} {}

  std::optional<bool> read() {
    const auto whole = any();
    skip();
    return rest_.empty() ? whole : std::nullopt;
  }

 private:
  void skip() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t'))
      rest_.remove_prefix(1);
  }
  bool take(std::string_view token) {
    skip();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  /// A word of letters, not the beginning of a longer one.
  bool take_word(std::string_view word) {
    skip();
    if (!rest_.starts_with(word)) return false;
    if (rest_.size() > word.size() && std::isalnum(static_cast<unsigned char>(rest_[word.size()])))
      return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  /// Up to `end`, or between quotes.
  std::string value(std::string_view ends = " ,])") {
    skip();
    std::string text;
    const char quote =
        !rest_.empty() && (rest_.front() == '"' || rest_.front() == '\'') ? rest_.front() : '\0';
    if (quote != '\0') rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (quote != '\0' ? c == quote : ends.find(c) != ends.npos) break;
      text += c;
      rest_.remove_prefix(1);
    }
    if (quote != '\0' && !rest_.empty()) rest_.remove_prefix(1);
    return text;
  }

  std::optional<bool> any() {
    std::optional<bool> left = all();
    while (left && (take_word("or") || take("||"))) {
      const std::optional<bool> right = all();
      left = right ? std::optional{*left || *right} : std::nullopt;
    }
    return left;
  }
  std::optional<bool> all() {
    std::optional<bool> left = one();
    while (left && (take_word("and") || take("&&"))) {
      const std::optional<bool> right = one();
      left = right ? std::optional{*left && *right} : std::nullopt;
    }
    return left;
  }
  std::optional<bool> one() {
    if (++depth_ > 50) return std::nullopt;
    if (take_word("not")) {
      const std::optional<bool> inner = one();
      return inner ? std::optional{!*inner} : std::nullopt;
    }
    if (take("(")) {
      const std::optional<bool> inner = any();
      return take(")") ? inner : std::nullopt;
    }
    return comparison();
  }
  std::optional<bool> comparison() {
    const std::string subject = value(" ,])=!");
    if (subject.empty()) return std::nullopt;
    const auto found = attributes_.find(subject);
    const bool known = found != attributes_.end() && !found->second.empty();
    const std::string own = known ? found->second : std::string{};
    if (take("==") || take_word("equals")) return own == value();
    if (take("!=") || take_word("not_equals")) return own != value();
    if (take("=~") || take_word("matches")) return known && fits(own, value());
    if (take("!~") || take_word("not_matches")) return !known || !fits(own, value());
    if (take_word("exists")) return known;
    if (take("!exists") || take_word("not_exists")) return !known;
    const bool negated = take("!in") || take_word("not_in");
    if (!negated && !take_word("in")) return std::nullopt;
    const std::optional<bool> listed = in_list(own);
    return listed ? std::optional{*listed != negated} : std::nullopt;
  }
  std::optional<bool> in_list(const std::string& own) {
    if (!take("[")) return std::nullopt;
    bool found = false;
    do found = value() == own || found;
    while (take(","));
    return take("]") ? std::optional{found} : std::nullopt;
  }
  /// "t2.*": a dot is any character, ".*" and "*" any text.
  static bool fits(std::string_view text, std::string_view pattern) {
    if (pattern.empty()) return text.empty();
    const bool dotted = pattern.starts_with(".*");
    if (dotted || pattern.front() == '*') {
      pattern.remove_prefix(dotted ? 2 : 1);
      for (std::size_t skip = 0; skip <= text.size(); ++skip)
        if (fits(text.substr(skip), pattern)) return true;
      return false;
    }
    if (text.empty()) return false;
    return (pattern.front() == '.' || pattern.front() == text.front()) &&
           fits(text.substr(1), pattern.substr(1));
  }

  std::string_view rest_;
  const std::map<std::string, std::string>& attributes_;
  int depth_ = 0;
};

}  // namespace

std::optional<bool> holds(std::string_view expression,
                          const std::map<std::string, std::string>& attributes) {
  if (expression.empty() || expression.size() > 2000) return std::nullopt;
  return QueryReader{expression, attributes}.read();
}

}  // namespace opsim::ecs
