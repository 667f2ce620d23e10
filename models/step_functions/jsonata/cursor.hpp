#pragma once
/// Where a parser stands: the token ahead, and the nodes that every rule makes.
#include <fmt/format.h>

#include "models/step_functions/jsonata/ast.hpp"
#include "models/step_functions/jsonata/tokens.hpp"

namespace opsim::jsonata {

class Cursor {
 protected:
  explicit Cursor(std::string_view text) : tokens_{text} { advance(true); }

  static std::string shown(const Token& token) {
    return token.text.empty() && !token.value.is_null() ? token.value.dump() : token.text;
  }
  void advance(bool operand_next) { token_ = tokens_.next(operand_next); }
  bool is(std::string_view op) const { return token_.kind == Token::Kind::op && token_.text == op; }
  void expect(std::string_view op, bool operand_next = false) {
    if (!is(op)) {
      if (token_.kind == Token::Kind::end)
        throw Error{"S0203", fmt::format("Expected \"{}\" before end of expression", op),
                    token_.position};
      throw Error{"S0202", fmt::format("Expected \"{}\", got \"{}\"", op, shown(token_)),
                  token_.position};
    }
    advance(operand_next);
  }

  NodePtr make(Node::Kind kind, std::size_t position) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->position = position;
    return node;
  }
  // A name, or anything else that is to stand in a path, as a path.
  NodePtr as_path(NodePtr node) {
    if (node->kind == Node::Kind::path && !node->grouped) return node;
    NodePtr path = make(Node::Kind::path, node->position);
    path->keep_array = node->keep_array;
    path->items.push_back(std::move(node));
    return path;
  }

  Tokens tokens_;
  Token token_;
};

}  // namespace opsim::jsonata
