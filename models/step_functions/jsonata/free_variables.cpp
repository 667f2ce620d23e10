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

void fields_in(const NodePtr& node, std::string_view name, std::vector<std::string>& found,
               int depth) {
  if (node == nullptr || depth > kDeepest) return;
  if (node->kind == Node::Kind::path && node->items.size() > 1 &&
      node->items[0]->kind == Node::Kind::variable && node->items[0]->text == name &&
      node->items[1]->kind == Node::Kind::name &&
      std::ranges::find(found, node->items[1]->text) == found.end())
    found.push_back(node->items[1]->text);
  for (const NodePtr* child : {&node->left, &node->right, &node->third})
    fields_in(*child, name, found, depth + 1);
  for (const NodePtr& item : node->items) fields_in(item, name, found, depth + 1);
  for (const auto& [key, value] : node->pairs) {
    fields_in(key, name, found, depth + 1);
    fields_in(value, name, found, depth + 1);
  }
  for (const SortTerm& term : node->terms) fields_in(term.expression, name, found, depth + 1);
  for (const Stage& stage : node->stages) fields_in(stage.filter, name, found, depth + 1);
}

// Where no step of a path, no predicate and no function has given a context.
void top_level_in(const NodePtr& node, std::vector<std::string>& found, int depth) {
  if (node == nullptr || depth > kDeepest) return;
  const auto say = [&](std::string name) {
    if (std::ranges::find(found, name) == found.end()) found.push_back(std::move(name));
  };
  switch (node->kind) {
    case Node::Kind::name: return say(node->text);
    case Node::Kind::variable:
      if (node->text.empty() || node->text == "$") say("$" + node->text);
      return;
    case Node::Kind::path: return top_level_in(node->items.front(), found, depth + 1);
    case Node::Kind::lambda:  // the context of its call
    case Node::Kind::transform: return;
    default: break;
  }
  for (const NodePtr* child : {&node->left, &node->right, &node->third})
    top_level_in(*child, found, depth + 1);
  for (const NodePtr& item : node->items) top_level_in(item, found, depth + 1);
  for (const auto& [key, value] : node->pairs) {
    top_level_in(key, found, depth + 1);
    top_level_in(value, found, depth + 1);
  }
}

}  // namespace

std::vector<std::string> top_level_references(const Expression& expression) {
  std::vector<std::string> found;
  const NodePtr root{NodePtr{}, const_cast<Node*>(&expression.root())};  // NOLINT: only read
  top_level_in(root, found, 0);
  return found;
}

std::vector<std::string> fields_of(const Expression& expression, std::string_view name) {
  std::vector<std::string> found;
  const NodePtr root{NodePtr{}, const_cast<Node*>(&expression.root())};  // NOLINT: only read
  fields_in(root, name, found, 0);
  return found;
}

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
