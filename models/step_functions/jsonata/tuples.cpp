// Paths whose items carry variables: @$focus, #$index, and what a % means.
#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

using StepKind = Node::Kind;

// What a step makes of one item. A block or a path that binds variables itself hands them on.
Tuples Evaluation::stream_of(const Node& one, const Value& item,
                             const std::shared_ptr<Scope>& scope) {
  if (one.carries && one.kind == StepKind::path && !one.grouped) return tuples_of(one, item, scope);
  if (one.carries && one.kind == StepKind::block && !one.items.empty()) {
    const auto own = inside(scope);
    for (std::size_t at = 0; at + 1 < one.items.size(); ++at) evaluate(*one.items[at], item, own);
    return stream_of(*one.items.back(), item, own);
  }
  Tuples found;
  found.carries = false;
  const Value result = settled(inner(one, item, scope), one.keep_array);
  for (const Value& value : items_of(result)) found.add(value, scope);
  return found;
}

Tuples Evaluation::tuple_step(const Node& one, const Tuples& from) {
  if (one.kind == StepKind::sort) return sorted_tuples(one, from);
  Tuples next;
  for (std::size_t at = 0; at < from.items.size(); ++at) {
    const Tuples found = stream_of(one, from.items[at], from.scopes[at]);
    hold(found.items.size() * (kHeldValue + sizeof(Scope)));
    for (std::size_t place = 0; place < found.items.size(); ++place) {
      auto own = inside(found.scopes[place]);
      if (found.carries) {
        next.add(found.items[place], std::move(own));
        continue;
      }
      if (!one.focus.empty()) own->own[one.focus] = found.items[place];
      if (!one.index.empty()) own->own[one.index] = Value{static_cast<double>(place)};
      if (!one.ancestor.empty()) own->own[one.ancestor] = from.items[at];
      next.add(one.focus.empty() ? found.items[place] : from.items[at], std::move(own));
    }
  }
  tuple_stages(one, next);
  return next;
}

Tuples Evaluation::sorted_tuples(const Node& one, const Tuples& from) {
  Tuples next;
  std::vector<std::size_t> order;
  next.items = sorted(one, from.items, from.scopes, nullptr, order);
  for (std::size_t at = 0; at < order.size(); ++at) {
    next.scopes.push_back(inside(from.scopes[order[at]]));
    if (!one.index.empty()) next.scopes[at]->own[one.index] = Value{static_cast<double>(at)};
  }
  tuple_stages(one, next);
  return next;
}

void Evaluation::tuple_stages(const Node& one, Tuples& tuples) {
  for (const Stage& stage : one.stages) {
    Tuples kept;
    for (std::size_t at = 0; at < tuples.items.size(); ++at) {
      if (stage.filter == nullptr) {
        tuples.scopes[at]->own[stage.index] = Value{static_cast<double>(at)};
      } else if (!selects(evaluate(*stage.filter, tuples.items[at], tuples.scopes[at]), at,
                          tuples.items.size())) {
        continue;
      }
      kept.add(tuples.items[at], tuples.scopes[at]);
    }
    tuples = std::move(kept);
  }
}

// The steps before the first that binds something are those of any path.
Tuples Evaluation::tuples_of(const Node& node, const Value& input,
                             const std::shared_ptr<Scope>& scope) {
  std::vector<Value> items{input};
  if (input.list() != nullptr && node.items[0]->kind != StepKind::variable)
    items = input.list()->items;
  Tuples tuples;
  bool binding = false;
  for (std::size_t at = 0; at < node.items.size(); ++at) {
    const Node& one = *node.items[at];
    if (one.tuples && !binding) {
      binding = true;
      for (const Value& item : items) tuples.add(item, scope);
    }
    if (binding) {
      tuples = tuple_step(one, tuples);
      continue;
    }
    const Value result = at == 0 && one.cons_array
                             ? evaluate(one, input, scope)
                             : path_step(one, items, at + 1 == node.items.size(), scope);
    items = items_of(result);
  }
  if (!binding)
    for (const Value& item : items) tuples.add(item, scope);
  return tuples;
}

}  // namespace opsim::jsonata
