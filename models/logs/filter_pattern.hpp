#pragma once
/// Filter patterns of CloudWatch Logs. Pure.
///
///   ERROR -DEBUG "disk full"      terms: all of them, none of the excluded ones
///   ?ERROR ?WARN                  any of them
///   %[Ee]rror|[Ff]ail%            a regular expression
///   { $.status >= 500 && $.user.name = "a*" && $.path = %^/api/% && $.items[*].id = 7 }
///   [ip, user, ..., status = 4*, bytes > 1000]
///
/// AWS: CloudWatch Logs User Guide, "Filter pattern syntax" (FilterAndPatternSyntax), "Supported
/// regular expressions (regex) syntax" (regex-expressions).
/// SIMPLIFIED: a term matches anywhere in a message.
/// UNDOCUMENTED: `?` beside other terms (here, as the guide warns, the `?` terms are ignored).
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/logs/regex.hpp"
#include "opsim/json.hpp"

namespace opsim::logs {

/// What a matching message yields: `$.user.name` of JSON or `$bytes` of a column.
class LogMatch {
 public:
  /// The text at a selector, or nothing.
  [[nodiscard]] std::optional<std::string> value(std::string_view selector) const;
  std::map<std::string, std::string, std::less<>> columns;  // by their names
  Json document;                                            // null where it was not read
};

class FilterPattern {
 public:
  static constexpr std::size_t kLongest = 1024;     // API PutMetricFilter, filterPattern
  static constexpr std::size_t kMostRegexes = 2;    // regex-expressions: of JSON and columns
  static constexpr std::size_t kMostWildcards = 3;  // of JSON; one in each selector

  [[nodiscard]] static std::variant<FilterPattern, std::string> parse(std::string_view text);
  [[nodiscard]] std::optional<LogMatch> match(std::string_view message) const;
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// A log group takes few filters with such patterns.
  [[nodiscard]] bool has_regex() const noexcept { return regexes_ > 0; }

 private:
  friend class FilterPatternParser;
  enum class Kind : std::uint8_t { terms, document, columns };
  enum class Test : std::uint8_t {
    eq,
    ne,
    lt,
    gt,
    le,
    ge,
    is_true,
    is_false,
    is_null,
    exists,
    not_exists
  };
  struct Condition {
    std::string selector;  // "$.a.b", or the name of a column
    Test test = Test::exists;
    std::string text;              // with '*' at its ends
    std::optional<double> number;  // of the text
    std::shared_ptr<const Regex> regex = {};
  };
  struct Term {
    std::string text = {};
    std::shared_ptr<const Regex> regex = {};  // then there is no text
    [[nodiscard]] bool stands_in(std::string_view message) const;
  };
  /// A condition, or what joins the two results before it: postfix order, so nothing recurses.
  struct Step {
    enum class Kind : std::uint8_t { condition, both, either } kind = Kind::condition;
    Condition condition = {};
  };
  struct Column {
    std::string name;
    bool gap = false;  // "..."
    std::vector<Step> steps;
  };

  template <class Find>
  [[nodiscard]] static bool holds(const std::vector<Step>& steps, const Find& find);
  [[nodiscard]] static bool holds(const Condition& condition, const Json* value);
  [[nodiscard]] static bool any_holds(const Condition& condition, const Json& document);
  [[nodiscard]] bool match_terms(std::string_view message) const;
  [[nodiscard]] bool match_columns(const std::vector<std::string>& words, LogMatch& match) const;

  std::string text_;
  Kind kind_ = Kind::terms;
  std::size_t regexes_ = 0;
  std::vector<Term> all_;    // terms
  std::vector<Term> any_;    // ?terms
  std::vector<Term> none_;   // -terms
  std::vector<Step> steps_;  // document
  std::vector<Column> columns_;
};

/// The member at "$.a.b[0].c", or null. `[*]` and `.*` are not selectors of values here.
[[nodiscard]] const Json* select_member(const Json& document, std::string_view selector);
/// The members at "$.items[*].id" or "$.*.id": one for each element. At most 10,000.
[[nodiscard]] std::vector<const Json*> select_members(const Json& document,
                                                      std::string_view selector);

}  // namespace opsim::logs
