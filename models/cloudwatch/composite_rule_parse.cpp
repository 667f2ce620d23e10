// Reading an AlarmRule. Complaints are worded as AWS words them: "Error in AlarmRule [Unsupported
// token 'Oldest' at char 67, must be: ')']"; characters count from 0.
// UNDOCUMENTED: the wording at the end of a rule, and of limits.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "models/cloudwatch/composite_rule.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kLongestRule = 10'240;
constexpr std::size_t kMostRuleAlarms = 100;
constexpr std::size_t kMostElements = 500;
constexpr std::size_t kShownToken = 60;
constexpr std::string_view kOperand =
    "'(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA";

struct RuleToken {
  enum class Kind : std::uint8_t { end, open, close, comma, word, quoted } kind = Kind::end;
  std::size_t at = 0;
  std::string text = {};  // of a quoted one: without quotes and backslashes
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool same_word(std::string_view a, std::string_view upper) {
  return std::ranges::equal(a, upper, [](char x, char y) {
    return (x >= 'a' && x <= 'z' ? static_cast<char>(x - 32) : x) == y;
  });
}

}  // namespace

class CompositeRuleParser {
 public:
  explicit CompositeRuleParser(std::string_view text) : text_{text} { rule_.text_ = text; }

  std::variant<CompositeRule, std::string> parse() {
    advance();
    expression();
    if (error_.empty() && token_.kind != RuleToken::Kind::end) unsupported("AND or OR");
    if (!error_.empty()) return fmt::format("Error in AlarmRule [{}]", error_);
    return std::move(rule_);
  }

 private:
  using Node = CompositeRule::Node;
  using Kind = CompositeRule::Kind;

  // ---- Tokens ----

  void advance() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    token_ = {.at = at_};
    if (at_ == text_.size()) return;
    const char c = text_[at_];
    if (c == '"') return quoted();
    constexpr std::string_view kSigns = "(),";
    if (const std::size_t sign = kSigns.find(c); sign != kSigns.npos) {
      constexpr RuleToken::Kind kKinds[] = {RuleToken::Kind::open, RuleToken::Kind::close,
                                            RuleToken::Kind::comma};
      token_ = {.kind = kKinds[sign], .at = at_++, .text = std::string(1, c)};
      return;
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && kSigns.find(text_[at_]) == kSigns.npos) {
      ++at_;
    }
    token_ = {.kind = RuleToken::Kind::word,
              .at = begin,
              .text = std::string{text_.substr(begin, at_ - begin)}};
  }

  void quoted() {
    token_ = {.kind = RuleToken::Kind::quoted, .at = at_++};
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      token_.text += text_[at_++];
    }
    if (at_ == text_.size()) return fail(fmt::format("Missing '\"' for char {}", token_.at));
    ++at_;
  }

  // ---- Complaints: the first one stays ----

  void fail(std::string complaint) {
    if (error_.empty()) error_ = std::move(complaint);
    at_ = text_.size();
    token_ = {.at = at_};
  }
  void unsupported(std::string_view expected) {
    const std::string shown = token_.text.substr(0, kShownToken);
    fail(fmt::format("Unsupported token '{}' at char {}, must be: {}", shown, token_.at, expected));
  }
  bool expect(RuleToken::Kind kind, std::string_view expected) {
    if (token_.kind != kind) {
      unsupported(expected);
      return false;
    }
    advance();
    return true;
  }
  void count_element() {
    if (++elements_ <= kMostElements) return;
    fail(fmt::format("The number of elements exceeds {}", kMostElements));
  }

  // ---- Grammar: each adds the nodes of what it reads and answers the last one's number ----

  std::uint32_t add(Node node) {
    rule_.nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(rule_.nodes_.size() - 1);
  }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return token_.kind == RuleToken::Kind::word && same_word(token_.text, word);
  }

  std::uint32_t expression() {
    return chain("OR", Kind::either, &CompositeRuleParser::conjunction);
  }
  std::uint32_t conjunction() { return chain("AND", Kind::both, &CompositeRuleParser::operand); }

  std::uint32_t chain(std::string_view word, Kind kind,
                      std::uint32_t (CompositeRuleParser::*next)()) {
    std::uint32_t left = (this->*next)();
    while (error_.empty() && is_word(word)) {
      advance();
      const std::uint32_t right = (this->*next)();
      left = add({.kind = kind, .left = left, .right = right});
    }
    return left;
  }

  std::uint32_t operand() {
    bool negated = false;
    while (error_.empty() && is_word("NOT")) {
      negated = !negated;
      advance();
    }
    const std::uint32_t value = plain_operand();
    return negated ? add({.kind = Kind::negation, .left = value}) : value;
  }

  std::uint32_t plain_operand() {
    if (!error_.empty()) return 0;
    if (token_.kind == RuleToken::Kind::open) return group();
    if (is_word("AT_LEAST")) return at_least();
    if (is_word("TRUE") || is_word("FALSE")) {
      count_element();
      const bool value = is_word("TRUE");
      advance();
      return add({.kind = Kind::constant, .value = value});
    }
    const std::optional<AlarmState> state = state_word();
    if (!state) {
      unsupported(kOperand);
      return 0;
    }
    return state_of(*state);
  }

  std::uint32_t group() {
    count_element();
    if (!error_.empty()) return 0;
    advance();
    const std::uint32_t inside = expression();
    if (error_.empty()) expect(RuleToken::Kind::close, "')', AND or OR");
    return inside;
  }

  [[nodiscard]] std::optional<AlarmState> state_word() const {
    if (is_word("ALARM")) return AlarmState::alarm;
    if (is_word("OK")) return AlarmState::ok;
    if (is_word("INSUFFICIENT_DATA")) return AlarmState::insufficient_data;
    return std::nullopt;
  }

  std::uint32_t state_of(AlarmState state) {
    advance();
    if (!expect(RuleToken::Kind::open, "'('")) return 0;
    const std::uint32_t alarm = alarm_name();
    if (error_.empty()) expect(RuleToken::Kind::close, "')'");
    return add({.kind = Kind::state, .state = state, .operands = {alarm}});
  }

  /// AT_LEAST(2, ALARM, (a, b, c)), AT_LEAST(50%, NOT OK, (a, b))
  std::uint32_t at_least() {
    advance();
    if (!expect(RuleToken::Kind::open, "'('")) return 0;
    Node node{.kind = Kind::at_least};
    if (!read_least(node) || !expect(RuleToken::Kind::comma, "','")) return 0;
    while (is_word("NOT")) {
      node.value = !node.value;
      advance();
    }
    const std::optional<AlarmState> state = state_word();
    if (!state) {
      unsupported("'NOT', ALARM, OK, or INSUFFICIENT_DATA");
      return 0;
    }
    node.state = *state;
    advance();
    if (!expect(RuleToken::Kind::comma, "','") || !read_operands(node)) return 0;
    expect(RuleToken::Kind::close, "')'");
    if (error_.empty() && !node.percent && node.least > node.operands.size()) {
      fail(fmt::format("AT_LEAST asks for {} of {} alarms", node.least, node.operands.size()));
    }
    return add(std::move(node));
  }

  bool read_least(Node& node) {
    std::string_view number = token_.text;
    node.percent = number.ends_with('%');
    if (node.percent) number.remove_suffix(1);
    const char* const end = number.data() + number.size();
    const auto [stop, failed] = std::from_chars(number.data(), end, node.least);
    const bool good = failed == std::errc{} && stop == end && node.least >= 1 &&
                      node.least <= kMostRuleAlarms && token_.kind == RuleToken::Kind::word;
    if (!good) {
      unsupported("a number of alarms or a percentage from 1% to 100%");
      return false;
    }
    advance();
    return true;
  }

  bool read_operands(Node& node) {
    count_element();
    if (!expect(RuleToken::Kind::open, "'('")) return false;
    do {
      node.operands.push_back(alarm_name());
    } while (error_.empty() && token_.kind == RuleToken::Kind::comma && (advance(), true));
    return error_.empty() && expect(RuleToken::Kind::close, "',' or ')'");
  }

  std::uint32_t alarm_name() {
    const bool named = token_.kind == RuleToken::Kind::word ||
                       (token_.kind == RuleToken::Kind::quoted && !token_.text.empty());
    if (!named) {
      unsupported("the name or ARN of an alarm");
      return 0;
    }
    count_element();
    if (!error_.empty()) return 0;
    std::vector<std::string>& alarms = rule_.alarms_;
    const auto known = std::ranges::find(alarms, token_.text);
    const auto index = static_cast<std::uint32_t>(known - alarms.begin());
    if (known == alarms.end()) alarms.push_back(token_.text);
    advance();
    if (alarms.size() > kMostRuleAlarms) {
      fail(fmt::format("The number of alarms exceeds {}", kMostRuleAlarms));
    }
    return index;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t elements_ = 0;
  RuleToken token_;
  std::string error_;
  CompositeRule rule_;
};

std::variant<CompositeRule, std::string> CompositeRule::parse(std::string_view text) {
  const bool padded = text.empty() || is_space(text.front()) || is_space(text.back());
  if (padded) return "AlarmRule must not contain leading or trailing whitespace or be null";
  if (text.size() > kLongestRule) {
    return fmt::format("Error in AlarmRule [The rule is longer than {} characters]", kLongestRule);
  }
  return CompositeRuleParser{text}.parse();
}

}  // namespace opsim::cloudwatch
