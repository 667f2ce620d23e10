// Which variables an expression reads.
#include <algorithm>

#include "models/step_functions/jsonata/ast.hpp"
#include "models/step_functions/jsonata/jsonata.hpp"

namespace opsim::jsonata {

namespace {

constexpr int kDeepest = 1'000;

void free_in(const NodePtr& node, std::vector<std::string>& found, int depth) {
  if (node == nullptr || depth > kDeepest) return;
  if (node->kind == Node::Kind::variable && !node->text.empty() && node->text != "$")
    found.push_back(node->text);
  for (const NodePtr* child : {&node->left, &node->right, &node->third})
    free_in(*child, found, depth + 1);
  for (const NodePtr& item : node->items) free_in(item, found, depth + 1);
  for (const auto& [key, value] : node->pairs) {
    free_in(key, found, depth + 1);
    free_in(value, found, depth + 1);
  }
  for (const SortTerm& term : node->terms) free_in(term.expression, found, depth + 1);
  for (const Stage& stage : node->stages) free_in(stage.filter, found, depth + 1);
}

}  // namespace

/// SIMPLIFIED: a name that the expression binds itself is among them.
std::vector<std::string> free_variables(const Expression& expression) {
  std::vector<std::string> found;
  const NodePtr root{NodePtr{}, const_cast<Node*>(&expression.root())};  // NOLINT: only read
  free_in(root, found, 0);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace opsim::jsonata
