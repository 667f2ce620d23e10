#pragma once
/// A JSONata expression, read. Names follow docs.jsonata.org.
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::jsonata {

struct Node;
using NodePtr = std::shared_ptr<Node>;

/// `[...]` behind a step, or `#$i`.
struct Stage {
  NodePtr filter{};
  std::string index{};
};
struct SortTerm {
  NodePtr expression;
  bool descending = false;
};

struct Node {
  enum class Kind : std::uint8_t {
    literal,      // value: null, true, false, number, string
    regex,        // text, flags
    variable,     // text: "" is $, "$" is $$
    name,         // text: a field, only as a step of a path
    wildcard,     // *
    parent,       // %; text: the name under which the value is bound
    descendants,  // **
    path,         // items are its steps; `pairs` groups it
    sort,         // a step: terms
    negate,       // -left
    binary,       // text is the operator; left, right
    array,        // items
    object,       // pairs
    block,        // items
    condition,    // left ? right : third
    bind,         // text := right
    lambda,       // names are the parameters; left is the body
    call,         // left is the function; items the arguments
    partial,      // the same with a `?` among the arguments
    placeholder,  // ?
    transform,    // | left | right , third |
  };
  Kind kind{};
  std::size_t position = 0;
  std::string text{};
  std::string flags{};
  Json value{};
  NodePtr left{}, right{}, third{};
  std::vector<NodePtr> items{};
  std::vector<std::pair<NodePtr, NodePtr>> pairs{};
  std::vector<SortTerm> terms{};
  std::vector<std::string> names{};
  std::vector<Stage> stages{};   // of a step: each item's own; of another node: of its result
  std::string focus{}, index{};  // of a step: @$focus, #$index
  std::string ancestor{};        // of a step: a % means the value that it was taken from
  bool grouped = false;
  bool keep_array = false;  // []
  bool cons_array = false;  // an array constructor as first or last step
  bool carries = false;     // of a block or a path: it hands on the variables of its items
  bool tuples = false;      // its items carry variables: @, # or a parent
};

/// Finds, for each %, the step whose input it means. Throws Error where there is none.
void resolve_parents(Node& root);

/// Throws Error.
NodePtr read_expression(std::string_view text);

}  // namespace opsim::jsonata
