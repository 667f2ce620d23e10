// Match expressions: {"prefix": "a"}, {"numeric": [">", 5]}, {"anything-but": [...]} and the rest.
// AWS: eb-create-pattern-operators.html; the order of the checks and their words: event-ruler.
#include "models/events/pattern_expression.hpp"

#include <algorithm>
#include <functional>

#include "models/events/number_text.hpp"

namespace opsim::events {
namespace {

constexpr std::string_view kOneKey = "Only one key allowed in match expression";
constexpr std::string_view kTooMany = "Too many elements in numeric expression";
constexpr std::string_view kMixed =
    "Inside anything but list, either all values are number or string, mixed type is not supported";

/// The rest of one match expression; a row of kExpressions each.
class Expression {
 public:
  explicit Expression(JsonTokens& tokens) : tokens_(tokens) {}

  ValueTest exactly() { return EqualsText{only_string("exact match pattern must be a string")}; }
  ValueTest prefix();
  ValueTest suffix();
  ValueTest ignore_case();
  ValueTest wildcard();
  ValueTest cidr();
  ValueTest numeric();
  ValueTest anything_but();

  [[noreturn]] void fail(std::string_view reason) const {
    throw JsonSyntaxError{std::string{reason}, tokens_.offset()};
  }
  void close(std::string_view complaint) {
    if (tokens_.next() != JsonToken::object_end) fail(complaint);
  }

 private:
  std::string only_string(std::string_view complaint);
  CaselessText inner_ignore_case(std::string_view what);
  Wildcard to_wildcard(std::string_view text);
  double to_number(std::string_view spelling);
  std::string number_after(std::string_view op);
  InNumericRange range_from(std::string_view bottom, bool is_open);
  ValueTest anything_but_list();
  template <class Test, class Make>
  ValueTest anything_but_texts(std::string_view complaint, Make make);
  ValueTest anything_but_form(std::string_view form);

  JsonTokens& tokens_;
};

std::string Expression::only_string(std::string_view complaint) {
  if (tokens_.next() != JsonToken::string) fail(complaint);
  std::string text{tokens_.text()};
  close(kOneKey);
  return text;
}

/// {"equals-ignore-case": "..."} inside prefix or suffix, and the end of both objects.
CaselessText Expression::inner_ignore_case(std::string_view what) {
  const std::string name{what};
  const std::string title{what == "prefix" ? "Prefix" : "Suffix"};
  if (tokens_.next() != JsonToken::name) fail(title + " expression name not found");
  if (tokens_.text() != "equals-ignore-case") {
    fail("Unsupported " + name + " pattern: " + std::string{tokens_.text()});
  }
  CaselessText text{only_string("equals-ignore-case match pattern must be a string")};
  close(kOneKey);
  return text;
}

ValueTest Expression::prefix() {
  const JsonToken token = tokens_.next();
  if (token == JsonToken::object_begin) return HasPrefixIgnoringCase{inner_ignore_case("prefix")};
  if (token != JsonToken::string) fail("prefix match pattern must be a string");
  HasPrefix test{std::string{tokens_.text()}};
  close(kOneKey);
  return test;
}

ValueTest Expression::suffix() {
  const JsonToken token = tokens_.next();
  if (token == JsonToken::object_begin) return HasSuffixIgnoringCase{inner_ignore_case("suffix")};
  if (token != JsonToken::string) fail("suffix match pattern must be a string");
  HasSuffix test{std::string{tokens_.text()}};
  close(kOneKey);
  return test;
}

ValueTest Expression::ignore_case() {
  return EqualsIgnoringCase{
      CaselessText{only_string("equals-ignore-case match pattern must be a string")}};
}

Wildcard Expression::to_wildcard(std::string_view text) {
  auto parsed = Wildcard::parse(text);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) fail(*complaint);
  return std::get<Wildcard>(std::move(parsed));
}

ValueTest Expression::wildcard() {
  if (tokens_.next() != JsonToken::string) fail("wildcard match pattern must be a string");
  FitsWildcard test{to_wildcard(tokens_.text())};
  close(kOneKey);
  return test;
}

ValueTest Expression::cidr() {
  // AWS says "prefix" here.
  if (tokens_.next() != JsonToken::string) fail("prefix match pattern must be a string");
  std::string spelt{tokens_.text()};
  auto parsed = CidrRange::parse(spelt);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) fail(*complaint);
  close(kOneKey);
  return InCidr{std::get<CidrRange>(parsed), std::move(spelt)};
}

double Expression::to_number(std::string_view spelling) {
  const std::optional<double> number = comparable_number(spelling);
  if (!number) fail("Cannot compare number : " + std::string{spelling});
  return *number;
}

std::string Expression::number_after(std::string_view op) {
  const std::string name{op == "=" ? "equals" : op};
  if (tokens_.next() != JsonToken::number) fail("Value of " + name + " must be numeric");
  return std::string{tokens_.text()};
}

ValueTest Expression::numeric() {
  if (tokens_.next() != JsonToken::array_begin) fail("Value of numeric must be an array.");
  if (tokens_.next() != JsonToken::string) {
    fail("Invalid member in numeric match: " + std::string{tokens_.text()});
  }
  const std::string op{tokens_.text()};
  const bool is_below = op == "<" || op == "<=";
  const bool is_above = op == ">" || op == ">=";
  if (!is_below && !is_above && op != "=") {
    tokens_.next();
    fail("Unrecognized numeric range operator: " + op);
  }
  const std::string number = number_after(op);
  if (is_above) {
    InNumericRange range = range_from(number, op == ">");
    close(kTooMany);
    return range;
  }
  if (tokens_.next() != JsonToken::array_end) fail(kTooMany);
  const double value = to_number(number);
  close(kTooMany);
  if (op == "=") return EqualsNumber{value, number};
  return InNumericRange{.top = value, .open_top = op == "<", .spelt = op + " " + number};
}

/// After [">", 5: either the end, or an upper bound.
InNumericRange Expression::range_from(std::string_view bottom, bool is_open) {
  InNumericRange range{.open_bottom = is_open,
                       .spelt = (is_open ? "> " : ">= ") + std::string{bottom}};
  const JsonToken token = tokens_.next();
  if (token == JsonToken::array_end) {
    range.bottom = to_number(bottom);
    return range;
  }
  if (token != JsonToken::string) {
    fail("Bad value in numeric range: " + std::string{tokens_.text()});
  }
  const std::string op{tokens_.text()};
  if (op != "<" && op != "<=") fail("Bad numeric range operator: " + op);
  const std::string top = number_after(op);
  if (tokens_.next() != JsonToken::array_end) fail("Too many terms in numeric range expression");
  range.bottom = to_number(bottom);
  range.top = to_number(top);
  range.open_top = op == "<";
  if (range.bottom >= range.top) fail("Bottom must be less than top");
  range.spelt += ", " + op + " " + top;
  return range;
}

ValueTest Expression::anything_but_list() {
  AnythingBut<EqualsText> texts;
  AnythingButNumbers numbers;
  for (JsonToken token = tokens_.next(); token != JsonToken::array_end; token = tokens_.next()) {
    if (token == JsonToken::string) {
      texts.tests.push_back({std::string{tokens_.text()}});
    } else if (token == JsonToken::number) {
      numbers.numbers.push_back({to_number(tokens_.text()), std::string{tokens_.text()}});
    } else {
      fail("Inside anything but list, start|null|boolean is not supported.");
    }
  }
  if (texts.tests.empty() == numbers.numbers.empty()) fail(kMixed);
  if (numbers.numbers.empty()) return texts;
  return numbers;
}

/// A string or a list of strings, and the end of the inner object. `make` turns each into a test.
template <class Test, class Make>
ValueTest Expression::anything_but_texts(std::string_view complaint, Make make) {
  AnythingBut<Test> test;
  JsonToken token = tokens_.next();
  if (token == JsonToken::array_begin) {
    for (token = tokens_.next(); token != JsonToken::array_end; token = tokens_.next()) {
      if (token != JsonToken::string) fail(complaint);
      test.tests.push_back(make(tokens_.text()));
    }
  } else if (token == JsonToken::string) {
    test.tests.push_back(make(tokens_.text()));
  } else if (token == JsonToken::number) {
    fail(complaint);
  } else {
    fail("Value of anything-but must be an array or single string/number value.");
  }
  close(kTooMany);
  return test;
}

ValueTest Expression::anything_but_form(std::string_view form) {
  constexpr std::string_view kPrefixSuffix = "prefix/suffix match pattern must be a string";
  const auto not_empty = [this](std::string_view text) {
    if (text.empty()) fail("Null prefix/suffix not allowed");
    return std::string{text};
  };
  if (form == "prefix") {
    return anything_but_texts<HasPrefix>(
        kPrefixSuffix, [&](std::string_view text) { return HasPrefix{not_empty(text)}; });
  }
  if (form == "suffix") {
    return anything_but_texts<HasSuffix>(
        kPrefixSuffix, [&](std::string_view text) { return HasSuffix{not_empty(text)}; });
  }
  if (form == "equals-ignore-case") {
    return anything_but_texts<EqualsIgnoringCase>(
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        [](std::string_view text) { return EqualsIgnoringCase{CaselessText{text}}; });
  }
  if (form == "wildcard") {
    return anything_but_texts<FitsWildcard>(
        "wildcard match pattern must be a string",
        [&](std::string_view text) { return FitsWildcard{to_wildcard(text)}; });
  }
  fail("Unsupported anything-but pattern: " + std::string{form});
}

ValueTest Expression::anything_but() {
  ValueTest test;
  switch (tokens_.next()) {
    case JsonToken::object_begin:
      if (tokens_.next() != JsonToken::name) fail("Anything-But expression name not found");
      test = anything_but_form(std::string{tokens_.text()});
      break;
    case JsonToken::array_begin: test = anything_but_list(); break;
    case JsonToken::string: test = AnythingBut<EqualsText>{{{std::string{tokens_.text()}}}}; break;
    case JsonToken::number:
      test = AnythingButNumbers{{{to_number(tokens_.text()), std::string{tokens_.text()}}}};
      break;
    default: fail("Value of anything-but must be an array or single string/number value.");
  }
  close(kTooMany);
  return test;
}

struct ExpressionForm {
  std::string_view name;
  ValueTest (Expression::*read)();
};

// To add an operator: write its function above, a test in pattern_value, and one row here.
constexpr ExpressionForm kExpressions[] = {
    {"anything-but", &Expression::anything_but},
    {"cidr", &Expression::cidr},
    {"equals-ignore-case", &Expression::ignore_case},
    {"exactly", &Expression::exactly},
    {"numeric", &Expression::numeric},
    {"prefix", &Expression::prefix},
    {"suffix", &Expression::suffix},
    {"wildcard", &Expression::wildcard},
};
static_assert(std::ranges::is_sorted(kExpressions, {}, &ExpressionForm::name));

void read_exists(JsonTokens& tokens, const Expression& expression, FieldTest& test) {
  const JsonToken token = tokens.next();
  if (token == JsonToken::truth) {
    test.any_of.emplace_back(Exists{});
  } else if (token == JsonToken::untruth) {
    test.or_absent = true;
  } else {
    expression.fail("exists match pattern must be either true or false.");
  }
  if (tokens.next() != JsonToken::object_end) expression.fail(kOneKey);
}

void read_expression(JsonTokens& tokens, FieldTest& test) {
  Expression expression{tokens};
  if (tokens.next() != JsonToken::name) expression.fail("Match expression name not found");
  const std::string name{tokens.text()};
  if (name == "exists") return read_exists(tokens, expression, test);
  const auto form = std::ranges::lower_bound(kExpressions, name, {}, &ExpressionForm::name);
  if (form == std::end(kExpressions) || form->name != name) {
    expression.fail("Unrecognized match type " + name);
  }
  test.any_of.push_back(std::invoke(form->read, expression));
}

ValueTest exact_text(std::string_view text) {
  if (may_be_ip(text)) {
    if (const auto address = parse_ip(text)) return EqualsAddress{*address, std::string{text}};
  }
  return EqualsText{std::string{text}};
}

}  // namespace

FieldTest read_field_test(JsonTokens& tokens) {
  FieldTest test;
  for (JsonToken token = tokens.next(); token != JsonToken::array_end; token = tokens.next()) {
    const std::string_view text = tokens.text();
    switch (token) {
      case JsonToken::object_begin: read_expression(tokens, test); break;
      case JsonToken::string: test.any_of.push_back(exact_text(text)); break;
      case JsonToken::number:
        test.any_of.emplace_back(EqualsNumber{comparable_number(text), std::string{text}});
        break;
      case JsonToken::truth: test.any_of.emplace_back(EqualsLiteral{ValueKind::truth}); break;
      case JsonToken::untruth: test.any_of.emplace_back(EqualsLiteral{ValueKind::untruth}); break;
      case JsonToken::null: test.any_of.emplace_back(EqualsLiteral{ValueKind::null}); break;
      default:
        throw JsonSyntaxError{"Match value must be String, number, true, false, or null",
                              tokens.offset()};
    }
  }
  if (test.any_of.empty() && !test.or_absent) {
    throw JsonSyntaxError{"Empty arrays are not allowed", tokens.offset()};
  }
  return test;
}

}  // namespace opsim::events
