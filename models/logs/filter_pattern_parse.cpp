// Reading filter patterns. AWS answers InvalidParameterException "Invalid filter pattern"; what
// follows the colon here is ours.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "models/logs/filter_pattern.hpp"

namespace opsim::logs {
namespace {

constexpr std::size_t kMostNested = 100;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\n\r");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n\r") - begin + 1);
}

}  // namespace

class FilterPatternParser {
 public:
  explicit FilterPatternParser(std::string_view text) : text_{trimmed(text)} {
    pattern_.text_ = text;
  }

  std::variant<FilterPattern, std::string> parse() {
    if (text_.starts_with('{')) {
      read_document();
    } else if (text_.starts_with('[')) {
      read_columns();
    } else {
      read_terms();
    }
    if (pattern_.kind_ != FilterPattern::Kind::terms &&
        pattern_.regexes_ > FilterPattern::kMostRegexes)
      fail("more than two regular expressions");
    if (wildcards_ > FilterPattern::kMostWildcards) fail("more than three wildcards");
    if (!error_.empty()) return fmt::format("Invalid filter pattern: {}", error_);
    return std::move(pattern_);
  }

 private:
  using Step = FilterPattern::Step;
  using Test = FilterPattern::Test;

  void fail(std::string complaint) {
    if (error_.empty()) error_ = fmt::format("{} at character {}", complaint, at_);
    at_ = text_.size();
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view{" \t\n\r"}.find(text_[at_]) != std::string::npos)
      ++at_;
  }
  bool take(std::string_view sign) {
    skip_space();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  /// A word that is one of `words`, whole.
  bool take_word(std::string_view word) {
    skip_space();
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word)) return false;
    const bool ends = rest.size() == word.size() ||
                      std::string_view{" \t)}&|]"}.find(rest[word.size()]) != std::string::npos;
    if (ends) at_ += word.size();
    return ends;
  }
  std::string quoted() {
    std::string found;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      found += text_[at_];
    }
    if (at_ == text_.size()) {
      fail("a quotation mark is missing");
    } else {
      ++at_;
    }
    return found;
  }
  std::string until(std::string_view ends) {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    const std::size_t begin = at_;
    while (at_ < text_.size() && ends.find(text_[at_]) == ends.npos) ++at_;
    return std::string{text_.substr(begin, at_ - begin)};
  }

  // ---- Regular expressions ----

  /// regex-expressions: letters, digits, : _ # = @ / ; , - and the operators; no parentheses.
  /// UNDOCUMENTED: a space is taken, as AWS's own tools write it; so is anything escaped.
  std::shared_ptr<const Regex> regex() {
    constexpr std::string_view kTaken = ":_#=@/;,- ^$?[]{}|*+.";
    const std::size_t begin = ++at_;
    for (; at_ < text_.size() && text_[at_] != '%'; ++at_) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      } else if (std::isalnum(static_cast<unsigned char>(c)) == 0 &&
                 kTaken.find(c) == kTaken.npos) {
        return fail(fmt::format("'{}' has no place in a regular expression", c)), nullptr;
      }
    }
    if (at_ >= text_.size()) return fail("'%' is missing"), nullptr;
    if (at_ == begin) return fail("a regular expression is missing"), nullptr;
    auto compiled = Regex::compile(text_.substr(begin, at_ - begin));
    if (const auto* complaint = std::get_if<std::string>(&compiled))
      return fail(*complaint), nullptr;
    ++at_;
    ++pattern_.regexes_;
    return std::make_shared<const Regex>(std::get<Regex>(std::move(compiled)));
  }

  // ---- Terms ----

  void read_terms() {
    pattern_.kind_ = FilterPattern::Kind::terms;
    while (skip_space(), at_ < text_.size()) {
      const char sign = text_[at_];
      if (sign == '?' || sign == '-') ++at_;
      FilterPattern::Term term;
      if (at_ < text_.size() && text_[at_] == '%') {
        term.regex = regex();
      } else {
        term.text = until(" \t\n\r");
      }
      if (term.text.empty() && !term.regex) return fail("a term is missing");
      auto& list = sign == '?' ? pattern_.any_ : sign == '-' ? pattern_.none_ : pattern_.all_;
      list.push_back(std::move(term));
    }
  }

  // ---- JSON ----

  void read_document() {
    pattern_.kind_ = FilterPattern::Kind::document;
    ++at_;
    either(pattern_.steps_, "");
    if (error_.empty() && !take("}")) fail("'}' is expected");
    if (error_.empty() && at_ != text_.size()) fail("nothing may follow '}'");
  }

  // `column` is the name that every condition of a column repeats; "" for JSON.
  void either(std::vector<Step>& steps, const std::string& column) {
    both(steps, column);
    while (error_.empty() && take("||")) {
      both(steps, column);
      steps.push_back({.kind = Step::Kind::either});
    }
  }
  void both(std::vector<Step>& steps, const std::string& column) {
    operand(steps, column);
    while (error_.empty() && take("&&")) {
      operand(steps, column);
      steps.push_back({.kind = Step::Kind::both});
    }
  }
  void operand(std::vector<Step>& steps, const std::string& column) {
    if (!error_.empty()) return;
    if (!take("(")) return condition(steps, column);
    if (++nested_ > kMostNested) return fail("too many parentheses");
    either(steps, column);
    --nested_;
    if (error_.empty() && !take(")")) fail("')' is expected");
  }

  void condition(std::vector<Step>& steps, const std::string& column) {
    Step step;
    step.condition.selector = selector();
    if (column.empty() && !step.condition.selector.starts_with('$')) {
      return fail("a selector ($.member) is expected");
    }
    const auto stars = std::ranges::count(step.condition.selector, '*');
    if (stars > 1) return fail("a selector has one wildcard at most");
    wildcards_ += static_cast<std::size_t>(stars);
    if (!column.empty() && step.condition.selector != column) {
      return fail("a column's conditions are about itself");
    }
    read_test(step.condition);
    steps.push_back(std::move(step));
  }
  std::string selector() {
    skip_space();
    const std::size_t begin = at_;
    bool bracketed = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '[') bracketed = true;
      if (c == ']' && !bracketed) break;
      if (c == ']') bracketed = false;
      if (!bracketed && std::string_view{" \t\n\r=!<>&|(){},"}.find(c) != std::string::npos) break;
      ++at_;
    }
    return std::string{text_.substr(begin, at_ - begin)};
  }
  void read_test(FilterPattern::Condition& condition) {
    if (take_word("IS")) {
      const bool negated = take_word("NOT");
      if (take_word("TRUE")) return void(condition.test = negated ? Test::is_false : Test::is_true);
      if (take_word("FALSE"))
        return void(condition.test = negated ? Test::is_true : Test::is_false);
      if (take_word("NULL") && !negated) return void(condition.test = Test::is_null);
      return fail("TRUE, FALSE or NULL is expected");
    }
    if (take_word("NOT")) {
      if (!take_word("EXISTS")) return fail("EXISTS is expected");
      return void(condition.test = Test::not_exists);
    }
    if (take_word("EXISTS")) return void(condition.test = Test::exists);
    constexpr std::pair<std::string_view, Test> kSigns[] = {{"!=", Test::ne}, {"<=", Test::le},
                                                            {">=", Test::ge}, {"=", Test::eq},
                                                            {"<", Test::lt},  {">", Test::gt}};
    const auto sign =
        std::ranges::find_if(kSigns, [&](const auto& row) { return take(row.first); });
    if (sign == std::end(kSigns)) return fail("a comparison is expected");
    condition.test = sign->second;
    skip_space();
    const bool is_text = at_ < text_.size() && text_[at_] == '"';
    if (at_ < text_.size() && text_[at_] == '%') {
      const bool compares = condition.test == Test::eq || condition.test == Test::ne;
      condition.regex = regex();
      if (!compares) fail("a regular expression is compared by = or !=");
      return;
    }
    condition.text = until(" \t\n\r)}&|,]");
    if (condition.text.empty() && !is_text) return fail("a value is expected");
    const std::string& text = condition.text;
    double number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc{} && end == text.data() + text.size()) condition.number = number;
    const bool ordered = condition.test != Test::eq && condition.test != Test::ne;
    if (ordered && !condition.number) fail("a number is expected");
  }

  // ---- Columns ----

  void read_columns() {
    pattern_.kind_ = FilterPattern::Kind::columns;
    ++at_;
    bool gap = false;
    do {
      FilterPattern::Column column;
      if (take("...")) {
        if (std::exchange(gap, true)) return fail("'...' may stand once");
        column.gap = true;
      } else {
        read_column(column);
      }
      pattern_.columns_.push_back(std::move(column));
    } while (error_.empty() && take(","));
    if (error_.empty() && !take("]")) fail("',' or ']' is expected");
    if (error_.empty() && at_ != text_.size()) fail("nothing may follow ']'");
  }
  void read_column(FilterPattern::Column& column) {
    skip_space();
    const std::size_t begin = at_;
    const bool grouped = take("(");
    column.name = selector();
    if (column.name.empty()) return fail("the name of a column is expected");
    skip_space();
    const bool plain = at_ == text_.size() || text_[at_] == ',' || text_[at_] == ']';
    if (plain && !grouped) return;
    at_ = begin;
    either(column.steps, column.name);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t nested_ = 0;
  std::size_t wildcards_ = 0;
  std::string error_;
  FilterPattern pattern_;
};

std::variant<FilterPattern, std::string> FilterPattern::parse(std::string_view text) {
  if (text.size() > kLongest) {
    return fmt::format("Invalid filter pattern: longer than {} characters", kLongest);
  }
  return FilterPatternParser{text}.parse();
}

}  // namespace opsim::logs
