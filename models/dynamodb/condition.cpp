// Conditions: comparisons, BETWEEN, IN, functions, NOT before AND before OR.
// AWS: DynamoDB Developer Guide, "Comparison operator and function reference".
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/dynamodb/paths.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::dynamodb {

namespace {

constexpr std::size_t kDeepestCondition = 64;
constexpr std::string_view kFunctions[] = {"attribute_exists", "attribute_not_exists",
                                           "attribute_type",   "begins_with",
                                           "contains",         "size"};

std::string_view type_of(const Json& value) {
  if (!value.is_object() || value.size() != 1) return {};
  return value.begin().key();
}

std::string text_of(const Json& value) {
  return value.is_object() && value.size() == 1 ? input::text(*value.begin()) : std::string{};
}

class ConditionReader {
 public:
  ConditionReader(std::string_view text, const Placeholders& placeholders, const Json& item)
      : tokens_{text}, placeholders_{placeholders}, item_{item} {}

  ApiResult<bool> whole() {
    const bool holds = any();
    if (error_) return *error_;
    if (!tokens_.done())
      return validation_error(
          fmt::format("Invalid expression: Syntax error; token: \"{}\"", tokens_.peek()));
    return holds;
  }

 private:
  bool any() {
    bool holds = all();
    while (!error_ && tokens_.take("OR")) holds = all() || holds;
    return holds;
  }
  bool all() {
    bool holds = one();
    while (!error_ && tokens_.take("AND")) holds = one() && holds;
    return holds;
  }
  bool one();
  bool function(const std::string& name);
  bool comparison();
  std::optional<Json> operand();
  std::optional<Json> size_operand();
  bool fail(ApiError error) {
    if (!error_) error_ = std::move(error);
    return false;
  }
  bool expect(std::string_view word) {
    return tokens_.take(word) ||
           fail(validation_error(
               fmt::format("Invalid expression: Syntax error; token: \"{}\"", tokens_.peek())));
  }

  Tokens tokens_;
  const Placeholders& placeholders_;
  const Json& item_;
  std::optional<ApiError> error_;
  std::size_t depth_ = 0;
};

bool ConditionReader::one() {
  if (++depth_ > kDeepestCondition) return fail(validation_error("The expression is too deep"));
  bool holds = false;
  if (tokens_.take("NOT")) {
    holds = !one();
  } else if (tokens_.take("(")) {
    holds = any();
    expect(")");
  } else if (tokens_.peek_second() == "(" && !tokens_.is("size") &&
             std::ranges::find(kFunctions, tokens_.peek()) != std::end(kFunctions)) {
    holds = function(tokens_.next());
  } else {
    holds = comparison();
  }
  --depth_;
  return holds && !error_;
}

bool ConditionReader::function(const std::string& name) {
  if (!expect("(")) return false;
  const ApiResult<Path> path = read_path(tokens_, placeholders_);
  if (!path) return fail(path.error());
  const Json* value = at_path(item_, *path);
  if (name == "attribute_exists" || name == "attribute_not_exists")
    return expect(")") && (value != nullptr) == (name == "attribute_exists");
  if (!expect(",")) return false;
  const std::optional<Json> other = operand();
  if (!other || !expect(")") || value == nullptr) return false;
  if (name == "attribute_type") return type_of(*value) == text_of(*other);
  if (name == "begins_with")
    return type_of(*value) == type_of(*other) && text_of(*value).starts_with(text_of(*other));
  const std::string_view type = type_of(*value);  // contains
  if (type == "S") return text_of(*value).find(text_of(*other)) != std::string::npos;
  if (type == "L") return std::ranges::find(value->at("L"), *other) != value->at("L").end();
  if (type == "SS" || type == "NS" || type == "BS") {
    const auto members = input::texts(*value, type);
    return std::ranges::find(members, text_of(*other)) != members.end();
  }
  return false;
}

std::optional<Json> ConditionReader::size_operand() {
  tokens_.next();
  if (!expect("(")) return std::nullopt;
  const ApiResult<Path> path = read_path(tokens_, placeholders_);
  if (!path) {
    fail(path.error());
    return std::nullopt;
  }
  if (!expect(")")) return std::nullopt;
  const Json* value = at_path(item_, *path);
  if (value == nullptr) return Json{};
  const Json& content = value->is_object() && value->size() == 1 ? *value->begin() : *value;
  const std::size_t size = content.is_string() ? input::text(content).size() : content.size();
  return Json{{"N", fmt::format("{}", size)}};
}

/// Null: the attribute does not stand. Nothing: the expression is wrong.
std::optional<Json> ConditionReader::operand() {
  if (tokens_.is("size") && tokens_.peek_second() == "(") return size_operand();
  if (tokens_.peek().starts_with(':')) {
    ApiResult<Json> value = placeholder_value(tokens_.next(), placeholders_);
    if (value) return *std::move(value);
    fail(value.error());
    return std::nullopt;
  }
  const ApiResult<Path> path = read_path(tokens_, placeholders_);
  if (!path) {
    fail(path.error());
    return std::nullopt;
  }
  const Json* value = at_path(item_, *path);
  return value == nullptr ? Json{} : *value;
}

bool ConditionReader::comparison() {
  const std::optional<Json> left = operand();
  if (!left) return false;
  if (tokens_.take("BETWEEN")) {
    const std::optional<Json> low = operand();
    if (!low || !expect("AND")) return false;
    const std::optional<Json> high = operand();
    if (!high) return false;
    const auto above = compare(*left, *low);
    const auto below = compare(*left, *high);
    return above && below && *above >= 0 && *below <= 0;
  }
  if (tokens_.take("IN")) {
    if (!expect("(")) return false;
    bool found = false;
    do {
      const std::optional<Json> one = operand();
      if (!one) return false;
      found = found || (!left->is_null() && compare(*left, *one) == 0);
    } while (tokens_.take(","));
    return expect(")") && found;
  }
  const std::string sign = tokens_.next();
  const std::optional<Json> right = operand();
  if (!right) return false;
  const auto order = compare(*left, *right);
  if (sign == "=") return order == 0;
  if (sign == "<>") return order != 0;
  if (sign == "<") return order && *order < 0;
  if (sign == "<=") return order && *order <= 0;
  if (sign == ">") return order && *order > 0;
  if (sign == ">=") return order && *order >= 0;
  return fail(
      validation_error(fmt::format("Invalid expression: Syntax error; token: \"{}\"", sign)));
}

}  // namespace

double number_of(const Json& value) {
  const std::string text = input::text(value, "N");
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string number_text(double number) {
  const bool whole = number > -9e15 && number < 9e15 &&
                     number == static_cast<double>(static_cast<std::int64_t>(number));
  return whole ? fmt::format("{}", static_cast<std::int64_t>(number)) : fmt::format("{}", number);
}

std::optional<int> compare(const Json& a, const Json& b) {
  const std::string_view type = type_of(a);
  if (a.is_null() || b.is_null() || type.empty() || type != type_of(b)) return std::nullopt;
  if (type == "N") {
    const double left = number_of(a);
    const double right = number_of(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (type == "S" || type == "B") {
    const int order = text_of(a).compare(text_of(b));
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  return a == b ? std::optional<int>{0} : std::nullopt;
}

ApiResult<bool> condition_holds(std::string_view expression, const Placeholders& placeholders,
                                const Json& item) {
  if (expression.empty()) return true;
  return ConditionReader{expression, placeholders, item}.whole();
}

/// "The partition key equality test is required": partitionKeyName = :value.
ApiResult<KeyCondition> read_key_condition(std::string_view expression,
                                           const Placeholders& placeholders,
                                           std::string_view hash_name) {
  Tokens tokens{expression};
  while (!tokens.done()) {
    const std::string word = tokens.next();
    const std::string name = word.starts_with('#') ? input::text(placeholders.names, word) : word;
    if (name != hash_name || !tokens.is("=")) continue;
    tokens.next();
    ApiResult<Json> value = placeholder_value(tokens.next(), placeholders);
    if (!value) return value.error();
    return KeyCondition{std::string{hash_name}, *std::move(value), std::string{expression}};
  }
  return validation_error(fmt::format("Query condition missed key schema element: {}", hash_name));
}

}  // namespace opsim::dynamodb
