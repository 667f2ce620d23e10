// From tokens to nodes, by the binding powers of the reference implementation.
#include <fmt/format.h>

#include "models/step_functions/intrinsics/intrinsics.hpp"
#include "models/step_functions/jsonata/ast.hpp"
#include "models/step_functions/jsonata/cursor.hpp"
#include "models/step_functions/jsonata/signature.hpp"

namespace opsim::jsonata {

namespace {

constexpr int kDeepestExpression = 250;
constexpr std::size_t kLongestExpression = 256 * 1024;
using Kind = Node::Kind;

class Parser : private Cursor {
 public:
  explicit Parser(std::string_view text) : Cursor{text} {}

  NodePtr whole() {
    NodePtr root = expression(0);
    if (token_.kind != Token::Kind::end)
      throw Error{"S0201", fmt::format("Syntax error: \"{}\"", shown(token_)), token_.position};
    return root;
  }

 private:
  NodePtr expression(int power) {
    if (++depth_ > kDeepestExpression)
      throw Error{"U1001", "The expression is nested too deeply", token_.position};
    const Token first = token_;
    const bool operand = first.kind != Token::Kind::op;
    // After an operand comes an operator; after an operator an operand.
    const bool terminal = operand || first.text == "*" || first.text == "**" || first.text == "%" ||
                          first.text == "and" || first.text == "or" || first.text == "in";
    advance(!terminal);
    NodePtr left = prefix(first);
    while (power < binding_power(token_)) {
      const Token op = token_;
      advance(true);
      left = infix(op, std::move(left));
    }
    --depth_;
    return left;
  }

  NodePtr name_path(const Token& token) {
    NodePtr name = make(Kind::name, token.position);
    name->text = token.text;
    return as_path(std::move(name));
  }

  NodePtr prefix(const Token& token) {
    switch (token.kind) {
      case Token::Kind::string:
      case Token::Kind::number:
      case Token::Kind::value: {
        NodePtr node = make(Kind::literal, token.position);
        node->value = token.value;
        return node;
      }
      case Token::Kind::regex: {
        NodePtr node = make(Kind::regex, token.position);
        node->text = token.text;
        node->flags = token.flags;
        return node;
      }
      case Token::Kind::variable: {
        NodePtr node = make(Kind::variable, token.position);
        node->text = token.text;
        return node;
      }
      case Token::Kind::name: return name_path(token);
      case Token::Kind::end: throw Error{"S0207", "Unexpected end of expression", token.position};
      case Token::Kind::op: break;
    }
    return prefix_operator(token);
  }

  NodePtr prefix_operator(const Token& token) {
    const std::string& op = token.text;
    if (op == "and" || op == "or" || op == "in") return name_path(token);
    if (op == "*") return as_path(make(Kind::wildcard, token.position));
    if (op == "**") return as_path(make(Kind::descendants, token.position));
    if (op == "%") {
      NodePtr node = make(Kind::parent, token.position);
      node->text = fmt::format("!{}", parents_++);  // no name that an expression can write
      return node;
    }
    if (op == "-") {
      NodePtr node = make(Kind::negate, token.position);
      node->left = expression(70);
      if (node->left->kind == Kind::literal && node->left->value.is_number()) {
        node->left->value = -node->left->value.get<double>();
        return node->left;
      }
      return node;
    }
    if (op == "(") return block(token);
    if (op == "[") return array(token);
    if (op == "{") {
      NodePtr node = make(Kind::object, token.position);
      node->pairs = pairs();
      return node;
    }
    if (op == "|") return transform(token);
    throw Error{"S0211", fmt::format("The symbol \"{}\" cannot be used as a unary operator", op),
                token.position};
  }

  NodePtr block(const Token& token) {
    NodePtr node = make(Kind::block, token.position);
    while (!is(")")) {
      node->items.push_back(expression(0));
      if (!is(";")) break;
      advance(true);
    }
    expect(")");
    return node;
  }

  NodePtr array(const Token& token) {
    NodePtr node = make(Kind::array, token.position);
    while (!is("]")) {
      NodePtr item = expression(0);
      if (is("..")) {
        NodePtr range = make(Kind::binary, token_.position);
        range->text = "..";
        advance(true);
        range->left = std::move(item);
        range->right = expression(0);
        item = std::move(range);
      }
      node->items.push_back(std::move(item));
      if (!is(",")) break;
      advance(true);
    }
    expect("]");
    return node;
  }

  std::vector<std::pair<NodePtr, NodePtr>> pairs() {
    std::vector<std::pair<NodePtr, NodePtr>> found;
    while (!is("}")) {
      NodePtr key = expression(0);
      expect(":", true);
      found.emplace_back(std::move(key), expression(0));
      if (!is(",")) break;
      advance(true);
    }
    expect("}");
    return found;
  }

  NodePtr transform(const Token& token) {
    NodePtr node = make(Kind::transform, token.position);
    node->left = expression(0);
    expect("|", true);
    node->right = expression(0);
    if (is(",")) {
      advance(true);
      node->third = expression(0);
    }
    expect("|");
    return node;
  }

  NodePtr infix(const Token& op, NodePtr left) {
    if (op.text == ".") return map(std::move(left), expression(75));
    if (op.text == "[") return filter(std::move(left));
    if (op.text == "{") {
      if (left->grouped && left->kind == Kind::path)
        throw Error{"S0210", "Each step can only have one grouping expression", op.position};
      if (left->kind != Kind::path) left = as_path(std::move(left));
      left->pairs = pairs();
      left->grouped = true;
      return left;
    }
    if (op.text == "(") return call(op, std::move(left));
    if (op.text == "^") return sort(op, std::move(left));
    if (op.text == "@" || op.text == "#") return mark(op, std::move(left));
    if (op.text == "?") return condition(op, std::move(left));
    if (op.text == ":=") {
      if (left->kind != Kind::variable || left->text.empty())
        throw Error{"S0212", "The left side of := must be a variable name (start with $)",
                    left->position};
      NodePtr node = make(Kind::bind, op.position);
      node->text = left->text;
      node->right = expression(9);  // right associative
      return node;
    }
    NodePtr node = make(Kind::binary, op.position);
    node->text = op.text;
    node->left = std::move(left);
    node->right = expression(binding_power(op));
    return node;
  }

  NodePtr condition(const Token& op, NodePtr left) {
    NodePtr node = make(Kind::condition, op.position);
    node->left = std::move(left);
    node->right = expression(0);
    if (is(":")) {
      advance(true);
      node->third = expression(0);
    }
    return node;
  }

  NodePtr map(NodePtr left, NodePtr right) {
    for (const NodePtr& side : {left, right})
      if (side->kind == Kind::literal && !side->value.is_string())
        throw Error{
            "S0213",
            fmt::format("The literal value {} cannot be used as a step within a path expression",
                        side->value.is_number() ? number_text(side->value.get<double>())
                                                : side->value.dump()),
            side->position};
    const auto step_of = [](NodePtr node) {
      if (node->kind == Kind::literal) {
        node->kind = Kind::name;
        node->text = node->value.get<std::string>();
      }
      return node;
    };
    if (left->kind == Kind::array) left->cons_array = true;
    NodePtr path = as_path(step_of(std::move(left)));
    if (right->kind == Kind::path && !right->grouped) {
      for (NodePtr& step : right->items) path->items.push_back(std::move(step));
      path->keep_array = path->keep_array || right->keep_array;
      path->tuples = path->tuples || right->tuples;
    } else if (right->kind == Kind::path) {
      // A grouped path: the whole path is grouped by it.
      for (NodePtr& step : right->items) path->items.push_back(std::move(step));
      path->pairs = std::move(right->pairs);
      path->grouped = true;
      path->keep_array = path->keep_array || right->keep_array;
      path->tuples = path->tuples || right->tuples;
    } else {
      if (right->kind == Kind::array) right->cons_array = true;
      path->keep_array = path->keep_array || right->keep_array;
      path->items.push_back(step_of(std::move(right)));
    }
    return path;
  }

  static bool is_field(const Node& step) {
    return step.kind == Kind::name || step.kind == Kind::wildcard || step.kind == Kind::descendants;
  }

  NodePtr filter(NodePtr left) {
    if (is("]")) {
      advance(false);
      left->keep_array = true;
      return left;
    }
    if (left->grouped && left->items.size() == 1 && !is_field(*left->items[0]))
      throw Error{"S0209", "A predicate cannot follow a grouping expression in a step",
                  token_.position};
    NodePtr predicate = expression(0);
    expect("]");
    Node& step = left->kind == Kind::path ? *left->items.back() : *left;
    step.stages.push_back({.filter = std::move(predicate)});
    return left;
  }

  NodePtr call(const Token& op, NodePtr function) {
    NodePtr node = make(Kind::call, op.position);
    while (!is(")")) {
      if (is("?")) {
        node->kind = Kind::partial;
        node->items.push_back(make(Kind::placeholder, token_.position));
        advance(false);
      } else {
        node->items.push_back(expression(0));
      }
      if (!is(",")) break;
      advance(true);
    }
    expect(")");
    const bool word = function->kind == Kind::path && function->items.size() == 1 &&
                      function->items[0]->kind == Kind::name;
    if (word && (function->items[0]->text == "function" || function->items[0]->text == "\xCE\xBB"))
      return lambda(std::move(node));
    node->left = std::move(function);
    return node;
  }

  NodePtr lambda(NodePtr node) {
    node->kind = Kind::lambda;
    for (const NodePtr& parameter : node->items) {
      if (parameter->kind != Kind::variable)
        throw Error{"S0208",
                    fmt::format("Parameter {} of function definition must be a variable name "
                                "(start with $)",
                                node->names.size() + 1),
                    parameter->position};
      node->names.push_back(parameter->text);
    }
    node->items.clear();
    if (is("<")) {
      const std::size_t start = token_.position;
      int open = 0;
      do {
        if (is("<")) ++open;
        if (is(">")) --open;
        if (token_.kind == Token::Kind::end) break;
        node->flags += shown(token_);
        advance(false);
      } while (open > 0);
      check_signature(node->flags, start);
    }
    expect("{", true);
    node->left = is("}") ? make(Kind::block, token_.position) : expression(0);
    expect("}");
    return node;
  }

  NodePtr sort(const Token& op, NodePtr left) {
    expect("(", true);
    NodePtr step = make(Kind::sort, op.position);
    while (true) {
      SortTerm term;
      if (is("<") || is(">")) {
        term.descending = is(">");
        advance(true);
      }
      term.expression = expression(0);
      step->terms.push_back(std::move(term));
      if (!is(",")) break;
      advance(true);
    }
    expect(")");
    NodePtr path = as_path(std::move(left));
    path->items.push_back(std::move(step));
    return path;
  }

  NodePtr mark(const Token& op, NodePtr left) {
    const NodePtr variable = expression(80);
    if (variable->kind != Kind::variable)
      throw Error{
          "S0214",
          fmt::format("The right side of \"{}\" must be a variable name (start with $)", op.text),
          op.position};
    NodePtr path = as_path(std::move(left));
    Node& step = *path->items.back();
    path->tuples = true;
    step.tuples = true;
    if (op.text == "@") {
      if (!step.stages.empty())
        throw Error{"S0215", "A context variable binding must precede any predicates on a step",
                    op.position};
      step.focus = variable->text;
    } else if (step.stages.empty()) {
      step.index = variable->text;
    } else {
      step.stages.push_back({.index = variable->text});
    }
    return path;
  }

  int depth_ = 0;
  int parents_ = 0;
};

}  // namespace

NodePtr read_expression(std::string_view text) {
  if (text.size() > kLongestExpression) throw Error{"U1001", "The expression is too long", 0};
  const std::string whole{text};
  if (step_functions::valid_text(whole) != whole)
    throw Error{"S0107", "The expression is not valid UTF-8", 0};
  NodePtr root = Parser{text}.whole();
  resolve_parents(*root);
  return root;
}

std::variant<Expression, Error> parse(std::string_view text) {
  try {
    return Expression{read_expression(text)};
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace opsim::jsonata
