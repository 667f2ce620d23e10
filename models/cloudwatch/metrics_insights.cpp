// Reading Metrics Insights queries.
// AWS: CloudWatch User Guide, cloudwatch-metrics-insights-querylanguage: "None of the keywords are
// case sensitive, but the identifiers such as the names of metrics, namespaces, and dimensions
// are." SIMPLIFIED: of the reserved keywords only those of the grammar itself must be quoted.
// UNDOCUMENTED: the wording of errors; here as those of metric math.
#include "models/cloudwatch/metrics_insights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace opsim::cloudwatch {
namespace {

constexpr std::string_view kOther = "Other";
constexpr std::string_view kAccountLabel = "AWS.AccountId";
constexpr std::array<std::string_view, 5> kInsightsFunctions = {"AVG", "COUNT", "MAX", "MIN",
                                                                "SUM"};
constexpr std::array<std::string_view, 11> kReserved = {
    "AND", "ASC", "BY", "DESC", "FROM", "GROUP", "LIMIT", "ORDER", "SCHEMA", "SELECT", "WHERE"};

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

std::string upper_word(std::string_view text) {
  std::string upper{text};
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return upper;
}

std::optional<std::string> label_value(const SeriesKey& metric, std::string_view label) {
  if (label == kAccountLabel) return metric.place.account;
  const auto found =
      std::ranges::find(metric.dimensions, label, &std::pair<std::string, std::string>::first);
  if (found == metric.dimensions.end()) return std::nullopt;
  return found->second;
}

struct InsightsToken {
  // A bare word, "identifier", 'value', one sign, the end of the text.
  enum class Kind : std::uint8_t { word, quoted, value, sign, end };
  Kind kind = Kind::end;
  std::string text = {};
  std::size_t at = 0;
};
using TokenKind = InsightsToken::Kind;

/// Recursive descent; the first complaint stands.
class InsightsParser {
 public:
  explicit InsightsParser(std::string_view text) : text_{text} { advance(); }

  std::variant<InsightsQuery, MathError> parse() {
    select();
    from();
    if (take_keyword("WHERE")) where();
    if (take_keyword("GROUP")) group_by();
    if (take_keyword("ORDER")) order_by();
    if (take_keyword("LIMIT")) limit();
    take_sign(";");
    if (!error_ && token_.kind != TokenKind::end) fail(fmt::format("unexpected {}", shown()));
    if (error_) return *error_;
    return std::move(query_);
  }

 private:
  void select();
  void from();
  void where();
  void group_by();
  void order_by();
  void limit();
  InsightsQuery::Condition condition();
  InsightsFunction function();
  std::string identifier(std::string_view what);
  std::string label();

  void advance();
  std::string quoted(char quote);
  [[nodiscard]] bool is_keyword(std::string_view keyword) const {
    return token_.kind == TokenKind::word && upper_word(token_.text) == keyword;
  }
  bool take_keyword(std::string_view keyword) {
    if (error_ || !is_keyword(keyword)) return false;
    advance();
    return true;
  }
  bool take_sign(std::string_view sign) {
    if (error_ || token_.kind != TokenKind::sign || token_.text != sign) return false;
    advance();
    return true;
  }
  void expect_keyword(std::string_view keyword) {
    if (!take_keyword(keyword)) fail(fmt::format("expected {} but found {}", keyword, shown()));
  }
  void expect_sign(std::string_view sign) {
    if (!take_sign(sign)) fail(fmt::format("expected '{}' but found {}", sign, shown()));
  }
  [[nodiscard]] std::string shown() const {
    return token_.kind == TokenKind::end ? "the end of the query"
                                         : fmt::format("'{}'", token_.text);
  }
  void fail(std::string message) {
    if (!error_) error_ = MathError{token_.at, std::move(message)};
  }

  std::string_view text_;
  std::size_t next_ = 0;
  InsightsToken token_;
  std::optional<MathError> error_;
  InsightsQuery query_;
};

/// What stands in quotes; a backslash escapes a quotation mark.
std::string InsightsParser::quoted(char quote) {
  std::string found;
  for (++next_; next_ < text_.size() && text_[next_] != quote; ++next_) {
    const bool escapes = text_[next_] == '\\' && next_ + 1 < text_.size() &&
                         (text_[next_ + 1] == '"' || text_[next_ + 1] == '\'');
    if (escapes) ++next_;
    found += text_[next_];
  }
  if (next_ >= text_.size()) {
    fail(fmt::format("the text that begins at character {} has no closing quote", token_.at + 1));
  } else {
    ++next_;
  }
  return found;
}

void InsightsParser::advance() {
  while (next_ < text_.size() && is_blank(text_[next_])) ++next_;
  token_ = {.at = next_};
  if (next_ >= text_.size()) return;
  const char c = text_[next_];
  if (c == '"' || c == '\'') {
    token_.kind = c == '"' ? TokenKind::quoted : TokenKind::value;
    token_.text = quoted(c);
    return;
  }
  if (is_name_letter(c)) {
    token_.kind = TokenKind::word;
    // "AWS.AccountId" and "tag.env" are one label each.
    while (next_ < text_.size() && (is_name_letter(text_[next_]) || text_[next_] == '.')) {
      token_.text += text_[next_++];
    }
    return;
  }
  token_.kind = TokenKind::sign;
  const bool unequal = c == '!' && next_ + 1 < text_.size() && text_[next_ + 1] == '=';
  token_.text = text_.substr(next_, unequal ? 2 : 1);
  next_ += token_.text.size();
}

InsightsFunction InsightsParser::function() {
  const auto known = std::ranges::find(kInsightsFunctions, upper_word(token_.text));
  if (token_.kind != TokenKind::word || known == kInsightsFunctions.end()) {
    fail(fmt::format("expected AVG, COUNT, MAX, MIN or SUM but found {}", shown()));
    return InsightsFunction::average;
  }
  advance();
  return static_cast<InsightsFunction>(known - kInsightsFunctions.begin());
}

/// "Metric namespaces, metric names, and label keys that contain characters other than letters,
/// numbers, and underscore must be surrounded by double quote marks"; so must reserved keywords.
std::string InsightsParser::identifier(std::string_view what) {
  const bool bare = token_.kind == TokenKind::word;
  if (!bare && token_.kind != TokenKind::quoted) {
    fail(fmt::format("expected {} but found {}", what, shown()));
    return {};
  }
  if (bare && std::ranges::find(kReserved, upper_word(token_.text)) != kReserved.end()) {
    fail(fmt::format("{} is a reserved keyword: put it in double quotation marks", token_.text));
    return {};
  }
  if (bare && token_.text.find('.') != token_.text.npos) {
    fail(fmt::format("{} must be in double quotation marks", token_.text));
    return {};
  }
  std::string found = std::move(token_.text);
  advance();
  return found;
}

std::string InsightsParser::label() {
  const bool special = token_.kind == TokenKind::word &&
                       (token_.text == kAccountLabel || token_.text.starts_with("tag."));
  if (!special) return identifier("a label key");
  std::string found = std::move(token_.text);
  advance();
  if (found == "tag.") found += identifier("a tag key");  // tag."aws:autoscaling:groupName"
  return found;
}

void InsightsParser::select() {
  expect_keyword("SELECT");
  if (error_) return;
  query_.function = function();
  expect_sign("(");
  if (error_) return;
  query_.metric_name = identifier("the name of a metric");
  expect_sign(")");
}

void InsightsParser::from() {
  expect_keyword("FROM");
  if (error_) return;
  const bool schema = take_keyword("SCHEMA");
  if (schema) expect_sign("(");
  if (error_) return;
  query_.metric_namespace = identifier("a namespace");
  if (!schema) return;
  auto& labels = query_.schema.emplace();
  while (take_sign(",")) labels.push_back(identifier("a label key"));
  expect_sign(")");
  std::ranges::sort(labels);
}

void InsightsParser::where() {
  do {
    query_.where.push_back(condition());
  } while (take_keyword("AND"));
}

/// "Label values must always be enclosed with single quotation marks"; the guide's own example of
/// an account has none: AWS.AccountId=444455556666.
InsightsQuery::Condition InsightsParser::condition() {
  InsightsQuery::Condition found{.label = label()};
  if (error_) return found;
  found.equal = take_sign("=");
  if (!found.equal) {
    expect_sign("!=");
    if (error_) {
      error_->message = "the operators of WHERE are = and !=";
      return found;
    }
  }
  const bool account = found.label == kAccountLabel;
  if (account && take_keyword("CURRENT_ACCOUNT_ID")) {
    found.own_account = true;
    expect_sign("(");
    expect_sign(")");
    return found;
  }
  const bool is_value =
      token_.kind == TokenKind::value || (account && token_.kind == TokenKind::word);
  if (!is_value) {
    fail(fmt::format("expected a value in single quotation marks but found {}", shown()));
    return found;
  }
  found.value = std::move(token_.text);
  advance();
  return found;
}

void InsightsParser::group_by() {
  expect_keyword("BY");
  do {
    if (!error_) query_.group_by.push_back(label());
  } while (take_sign(","));
}

void InsightsParser::order_by() {
  expect_keyword("BY");
  if (error_) return;
  query_.order_by = InsightsQuery::Order{.by = {}, .descending = false};
  auto& order = *query_.order_by;
  order.by = function();
  expect_sign("(");
  expect_sign(")");
  if (take_keyword("DESC")) {
    order.descending = true;
  } else {
    take_keyword("ASC");
  }
}

void InsightsParser::limit() {
  std::size_t number = 0;
  const char* const end = token_.text.data() + token_.text.size();
  const auto [stop, failed] = std::from_chars(token_.text.data(), end, number);
  const bool whole = token_.kind == TokenKind::word && failed == std::errc{} && stop == end;
  if (!whole || number < 1 || number > InsightsQuery::kMostSeries) {
    fail(
        fmt::format("LIMIT is a number from 1 to {}, not {}", InsightsQuery::kMostSeries, shown()));
    return;
  }
  query_.limit = number;
  advance();
}

}  // namespace

std::variant<InsightsQuery, MathError> InsightsQuery::parse(std::string_view text) {
  return InsightsParser{text}.parse();
}

bool InsightsQuery::begins(std::string_view expression) {
  while (!expression.empty() && is_blank(expression.front())) expression.remove_prefix(1);
  constexpr std::string_view kSelect = "SELECT";
  return expression.size() > kSelect.size() && is_blank(expression[kSelect.size()]) &&
         upper_word(expression.substr(0, kSelect.size())) == kSelect;
}

bool InsightsQuery::matches(const SeriesKey& metric, std::string_view account) const {
  if (schema && !std::ranges::equal(metric.dimensions, *schema, {},
                                    [](const auto& dimension) { return dimension.first; })) {
    return false;
  }
  return std::ranges::all_of(where, [&](const Condition& condition) {
    const auto value = label_value(metric, condition.label);
    const std::string_view wanted = condition.own_account ? account : condition.value;
    return (value && *value == wanted) == condition.equal;
  });
}

std::vector<std::string> InsightsQuery::group_of(const SeriesKey& metric) const {
  std::vector<std::string> values;
  for (const std::string& label : group_by) {
    values.push_back(label_value(metric, label).value_or(std::string{kOther}));
  }
  return values;
}

std::string_view InsightsQuery::tag() const {
  for (const std::string& label : group_by) {
    if (label.starts_with("tag.")) return label;
  }
  for (const Condition& condition : where) {
    if (condition.label.starts_with("tag.")) return condition.label;
  }
  return {};
}

}  // namespace opsim::cloudwatch
