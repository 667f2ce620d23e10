// Operators of two values.
#include <fmt/format.h>

#include <cmath>

#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

Value Evaluation::binary(const Node& node, const Value& input,
                         const std::shared_ptr<Scope>& scope) {
  const std::string& op = node.text;
  if (op == "~>") return applied(node, input, scope);
  const Value left = evaluate(*node.left, input, scope);
  if (op == "and") return Value{truth(left) && truth(evaluate(*node.right, input, scope))};
  if (op == "or") return Value{truth(left) || truth(evaluate(*node.right, input, scope))};
  const Value right = evaluate(*node.right, input, scope);
  if (op == "=" || op == "!=") {
    if (!left.defined() || !right.defined()) return Value{false};
    return Value{equal(left, right) == (op == "=")};
  }
  if (op == "&") {
    std::string text = left.defined() ? text_of(left) : "";
    if (right.defined()) text += text_of(right);
    hold(text.size());
    return Value{std::move(text)};
  }
  if (op == "in") {
    if (!left.defined() || !right.defined()) return Value{false};
    for (const Value& item : items_of(right))
      if (equal(left, item)) return Value{true};
    return Value{false};
  }
  if (op == "..") return range(node, left, right);
  if (op == "<" || op == ">" || op == "<=" || op == ">=") return comparison(node, left, right);
  return arithmetic(node, left, right);
}

Value Evaluation::arithmetic(const Node& node, const Value& left, const Value& right) {
  const auto is_number = [](const Value& value) {
    return value.number() != nullptr && !std::isnan(*value.number());
  };
  if (left.defined() && !is_number(left))
    throw Error{
        "T2001",
        fmt::format("The left side of the \"{}\" operator must evaluate to a number", node.text),
        node.position};
  if (right.defined() && !is_number(right))
    throw Error{
        "T2002",
        fmt::format("The right side of the \"{}\" operator must evaluate to a number", node.text),
        node.position};
  if (!left.defined() || !right.defined()) return {};
  for (const Value* side : {&left, &right})
    if (std::isinf(*side->number()))
      throw Error{"D1001", "Number out of range: " + number_text(*side->number()), node.position};
  const double a = *left.number();
  const double b = *right.number();
  double result = 0;
  switch (node.text[0]) {
    case '+': result = a + b; break;
    case '-': result = a - b; break;
    case '*': result = a * b; break;
    case '/': result = a / b; break;
    default: result = std::fmod(a, b);
  }
  return Value{result};
}

Value Evaluation::comparison(const Node& node, const Value& left, const Value& right) {
  const auto comparable = [](const Value& value) {
    return !value.defined() || value.number() != nullptr || value.text() != nullptr;
  };
  if (!comparable(left) || !comparable(right))
    throw Error{"T2010",
                fmt::format("The expressions either side of operator \"{}\" must evaluate to "
                            "numeric or string values",
                            node.text),
                node.position};
  if (!left.defined() || !right.defined()) return {};
  const bool numbers = left.number() != nullptr && right.number() != nullptr;
  if (!numbers && (left.text() == nullptr || right.text() == nullptr))
    throw Error{
        "T2009",
        fmt::format(
            "The values {} and {} either side of operator \"{}\" must be of the same data type",
            shown_text(left), shown_text(right), node.text),
        node.position};
  const int order = numbers ? (*left.number() < *right.number()   ? -1
                               : *left.number() > *right.number() ? 1
                                                                  : 0)
                            : left.text()->compare(*right.text());
  if (node.text == "<") return Value{order < 0};
  if (node.text == ">") return Value{order > 0};
  return Value{node.text == "<=" ? order <= 0 : order >= 0};
}

Value Evaluation::range(const Node& node, const Value& left, const Value& right) {
  const auto whole = [](const Value& value) {
    return !value.defined() ||
           (value.number() != nullptr && *value.number() == std::floor(*value.number()));
  };
  if (!whole(left))
    throw Error{"T2003", "The left side of the range operator (..) must evaluate to an integer",
                node.position};
  if (!whole(right))
    throw Error{"T2004", "The right side of the range operator (..) must evaluate to an integer",
                node.position};
  if (!left.defined() || !right.defined() || *left.number() > *right.number()) return {};
  const double size = *right.number() - *left.number() + 1;
  if (size > 1e7)
    throw Error{"D2014",
                fmt::format("The size of the sequence allocated by the range operator (..) must "
                            "not exceed 1e6.  Attempted to allocate {}.",
                            number_text(size)),
                node.position};
  hold(static_cast<std::size_t>(size) * kHeldValue + kHeldSequence);
  std::vector<Value> items;
  for (double at = *left.number(); at <= *right.number(); ++at) items.emplace_back(at);
  return sequence_of(std::move(items));
}

}  // namespace opsim::jsonata
