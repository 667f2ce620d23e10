// Reading metric math.
// AWS: CloudWatch User Guide, "Metric math syntax and functions" (using-metric-math).
// UNDOCUMENTED: the order of operators. Here, from loose to tight: OR, AND, comparison, + -, * /,
// unary minus, ^ (which groups to the right).
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "models/cloudwatch/math_expression.hpp"

namespace opsim::cloudwatch {
namespace {

using NodeKind = MathNode::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Symbol {
  std::string_view text;
  MathOperator op;
};
using Symbols = std::span<const Symbol>;
constexpr Symbol kOr[] = {{"||", MathOperator::logical_or}, {"OR", MathOperator::logical_or}};
constexpr Symbol kAnd[] = {{"&&", MathOperator::logical_and}, {"AND", MathOperator::logical_and}};
constexpr Symbol kCompare[] = {
    {"==", MathOperator::equal},         {"!=", MathOperator::not_equal},
    {"<=", MathOperator::less_or_equal}, {">=", MathOperator::greater_or_equal},
    {"<", MathOperator::less},           {">", MathOperator::greater}};
constexpr Symbol kSum[] = {{"+", MathOperator::add}, {"-", MathOperator::subtract}};
constexpr Symbol kProduct[] = {{"*", MathOperator::multiply}, {"/", MathOperator::divide}};
constexpr std::array<Symbols, 5> kLevels = {kOr, kAnd, kCompare, kSum, kProduct};

/// Recursive descent. After the first error everything returns at once.
class MathParser {
 public:
  explicit MathParser(std::string_view text) : text_{text} {}

  std::variant<MathNode, MathError> parse() {
    if (text_.size() > kLongestExpression) {
      return MathError{kLongestExpression,
                       fmt::format("an expression has at most {} characters", kLongestExpression)};
    }
    MathNode node = binary(0);
    if (!error_ && !at_end()) fail(fmt::format("unexpected {}", shown()));
    if (error_) return *error_;
    return node;
  }

 private:
  MathNode binary(std::size_t level);
  MathNode unary();
  MathNode power();
  MathNode primary();
  MathNode number();
  MathNode quoted();
  MathNode name();
  std::vector<MathNode> items(char close);

  void fail(std::string message) {
    if (!error_) error_ = MathError{at_, std::move(message)};
  }
  bool at_end() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ >= text_.size();
  }
  [[nodiscard]] std::string shown() {
    if (at_end()) return "end of the expression";
    return fmt::format("'{}'", text_[at_]);
  }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  const Symbol* take(Symbols symbols);
  [[nodiscard]] MathNode node(NodeKind kind) const {
    MathNode made;
    made.kind = kind;
    made.position = at_;
    return made;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::optional<MathError> error_;
};

const Symbol* MathParser::take(Symbols symbols) {
  if (at_end()) return nullptr;
  for (const Symbol& symbol : symbols) {
    if (!text_.substr(at_).starts_with(symbol.text)) continue;
    const std::size_t end = at_ + symbol.text.size();
    const bool word = is_letter(symbol.text[0]);
    if (word && end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) continue;
    at_ = end;
    return &symbol;
  }
  return nullptr;
}

MathNode MathParser::binary(std::size_t level) {
  if (level == kLevels.size()) return unary();
  MathNode left = binary(level + 1);
  while (!error_) {
    const Symbol* symbol = take(kLevels[level]);
    if (symbol == nullptr) break;
    MathNode whole = node(NodeKind::binary);
    whole.position = at_ - symbol->text.size();
    whole.op = symbol->op;
    whole.parts.push_back(std::move(left));
    whole.parts.push_back(binary(level + 1));
    left = std::move(whole);
  }
  return left;
}

MathNode MathParser::unary() {
  if (at_end() || text_[at_] != '-') return power();
  MathNode whole = node(NodeKind::negate);
  bool negative = false;
  while (take('-')) negative = !negative;
  MathNode operand = power();
  if (!negative) return operand;
  whole.parts.push_back(std::move(operand));
  return whole;
}

MathNode MathParser::power() {
  std::vector<MathNode> operands;
  std::vector<std::size_t> positions;
  operands.push_back(primary());
  while (!error_ && take('^')) {
    positions.push_back(at_ - 1);
    MathNode minus = node(NodeKind::negate);
    const bool negative = take('-');
    MathNode operand = primary();
    if (negative) {
      minus.parts.push_back(std::move(operand));
      operand = std::move(minus);
    }
    operands.push_back(std::move(operand));
  }
  MathNode right = std::move(operands.back());
  for (std::size_t i = positions.size(); i > 0; --i) {
    MathNode whole = node(NodeKind::binary);
    whole.position = positions[i - 1];
    whole.op = MathOperator::power;
    whole.parts.push_back(std::move(operands[i - 1]));
    whole.parts.push_back(std::move(right));
    right = std::move(whole);
  }
  return right;
}

MathNode MathParser::primary() {
  if (++depth_ > kDeepestExpression) {
    fail(fmt::format("brackets are nested more than {} deep", kDeepestExpression));
  }
  MathNode found;
  if (error_) {
    found = node(NodeKind::number);
  } else if (at_end()) {
    fail("an operand is missing at the end of the expression");
  } else if (const char c = text_[at_]; is_digit(c) || c == '.') {
    found = number();
  } else if (is_letter(c)) {
    found = name();
  } else if (c == '\'' || c == '"') {
    found = quoted();
  } else if (take('(')) {
    found = binary(0);
    if (!error_ && !take(')')) fail(fmt::format("expected ')' but found {}", shown()));
  } else if (c == '[') {
    found = node(NodeKind::list);
    ++at_;
    found.parts = items(']');
  } else {
    fail(fmt::format("unexpected {}", shown()));
  }
  --depth_;
  return found;
}

MathNode MathParser::number() {
  MathNode found = node(NodeKind::number);
  const char* const first = text_.data() + at_;
  const auto [end, failed] = std::from_chars(first, text_.data() + text_.size(), found.number);
  if (failed != std::errc{}) {
    fail("a number was expected");
    return found;
  }
  at_ += static_cast<std::size_t>(end - first);
  if (at_ < text_.size() && is_letter(text_[at_])) fail(fmt::format("unexpected {}", shown()));
  return found;
}

/// 'text' or "text"; the other kind of quote may stand inside. Backslashes stay, for SEARCH.
MathNode MathParser::quoted() {
  MathNode found = node(NodeKind::text);
  const char quote = text_[at_++];
  while (at_ < text_.size() && text_[at_] != quote) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) found.text += text_[at_++];
    found.text += text_[at_++];
  }
  if (at_ >= text_.size()) {
    fail(fmt::format("the text that begins at character {} has no closing quote",
                     found.position + 1));
  } else {
    ++at_;
  }
  return found;
}

MathNode MathParser::name() {
  MathNode found = node(NodeKind::reference);
  const std::size_t begin = at_;
  while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
  found.text = text_.substr(begin, at_ - begin);
  const bool lower = found.text[0] >= 'a' && found.text[0] <= 'z';
  const bool call = !at_end() && text_[at_] == '(';
  if (!call) {
    if (!lower) found.kind = NodeKind::word;
    return found;
  }
  found.kind = NodeKind::call;
  found.function = find_math_function(found.text);
  if (found.function == nullptr) {
    at_ = begin;
    const std::string_view nearest = nearest_math_function(found.text);
    fail(fmt::format("{} is not a function{}", found.text,
                     nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
    return found;
  }
  ++at_;
  found.parts = items(')');
  const auto [name, id, least, most] = *found.function;
  if (!error_ && (found.parts.size() < least || found.parts.size() > most)) {
    at_ = begin;
    fail(
        fmt::format("{} takes {} argument{}, not {}", name,
                    least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most),
                    most == 1 ? "" : "s", found.parts.size()));
  }
  return found;
}

std::vector<MathNode> MathParser::items(char close) {
  std::vector<MathNode> found;
  if (take(close)) return found;
  do {
    found.push_back(binary(0));
  } while (!error_ && take(','));
  if (!error_ && !take(close))
    fail(fmt::format("expected ',' or '{}' but found {}", close, shown()));
  return found;
}

}  // namespace

std::string MathError::text() const {
  return fmt::format("at character {}: {}", position + 1, message);
}

std::variant<MathNode, MathError> parse_math(std::string_view text) {
  return MathParser{text}.parse();
}

}  // namespace opsim::cloudwatch
