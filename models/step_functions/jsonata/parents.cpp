// The parent operator: from which step each % takes its value. Source:
// docs.jsonata.org/path-operators.
#include "models/step_functions/jsonata/ast.hpp"

namespace opsim::jsonata {

namespace {

using Kind = Node::Kind;

/// A % that still looks for its step: how many steps up.
struct Seeker {
  Node* node;
  int level = 1;
};
using Seekers = std::vector<Seeker>;

void seek(Node& step, Seeker& seeker) {
  switch (step.kind) {
    case Kind::name:
    case Kind::wildcard:
      if (--seeker.level > 0) return;
      if (step.ancestor.empty()) step.ancestor = seeker.node->text;
      seeker.node->text = step.ancestor;
      step.tuples = true;
      return;
    case Kind::parent: ++seeker.level; return;
    case Kind::block:
      if (step.items.empty()) return;
      step.tuples = step.carries = true;
      seek(*step.items.back(), seeker);
      return;
    case Kind::path:
      step.tuples = step.carries = true;
      for (std::size_t at = step.items.size(); at-- > 0 && seeker.level > 0;)
        seek(*step.items[at], seeker);
      return;
    default:
      throw Error{"S0217",
                  "The object representing the 'parent' cannot be derived from this expression",
                  step.position};
  }
}

Seekers open_in(Node& node);

void add(Seekers& all, NodePtr& child) {
  if (child == nullptr) return;
  const Seekers more = open_in(*child);
  all.insert(all.end(), more.begin(), more.end());
}

// A predicate stands one level below its step.
void add_predicates(Seekers& all, Node& step) {
  for (Stage& stage : step.stages) {
    if (stage.filter == nullptr) continue;
    for (Seeker seeker : open_in(*stage.filter)) {
      if (stage.filter->kind == Kind::parent) {
      } else if (seeker.level == 1) {
        seek(step, seeker);
      } else {
        --seeker.level;
      }
      if (seeker.level > 0) all.push_back(seeker);
    }
  }
}

Seekers open_in_path(Node& path) {
  Seekers open;
  for (std::size_t at = 0; at < path.items.size(); ++at)
    for (Seeker seeker : open_in(*path.items[at])) {
      std::size_t before = at;
      while (seeker.level > 0 && before > 0) {
        Node* step = path.items[--before].get();
        // Steps that bind a variable one after the other stand at the same place.
        while (before > 0 && !step->focus.empty() && !path.items[before - 1]->focus.empty())
          step = path.items[--before].get();
        seek(*step, seeker);
      }
      if (seeker.level > 0) open.push_back(seeker);
    }
  for (const NodePtr& step : path.items) path.tuples = path.tuples || step->tuples;
  return open;
}

Seekers open_in(Node& node) {
  if (node.kind == Kind::path) {
    for (auto& [key, value] : node.pairs) {  // a % within a grouping finds nothing
      open_in(*key);
      open_in(*value);
    }
    return open_in_path(node);
  }
  Seekers open;
  if (node.kind == Kind::parent) open.push_back({&node});
  for (NodePtr* child : {&node.left, &node.right, &node.third}) add(open, *child);
  if (node.kind == Kind::lambda || node.kind == Kind::transform) open.clear();
  for (NodePtr& item : node.items) add(open, item);
  for (auto& [key, value] : node.pairs) {
    add(open, key);
    add(open, value);
  }
  for (SortTerm& term : node.terms) add(open, term.expression);
  add_predicates(open, node);
  return open;
}

}  // namespace

void resolve_parents(Node& root) {
  if (!open_in(root).empty())
    throw Error{"S0217",
                "The object representing the 'parent' cannot be derived from this expression", 0};
}

}  // namespace opsim::jsonata
