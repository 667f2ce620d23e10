// Paths: steps, predicates, sorting, grouping, and the bindings @ and #.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

namespace {

using Kind = Node::Kind;

// Nothing, or the places that a predicate's numbers mean.
bool all_numbers(const Value& value, std::vector<double>& numbers) {
  if (value.number() != nullptr) {
    numbers = {*value.number()};
    return true;
  }
  const List* list = value.list();
  if (list == nullptr || list->items.empty()) return false;
  for (const Value& item : list->items) {
    if (item.number() == nullptr) return false;
    numbers.push_back(*item.number());
  }
  return true;
}

}  // namespace

bool selects(const Value& result, std::size_t at, std::size_t size) {
  std::vector<double> numbers;
  if (!all_numbers(result, numbers)) return truth(result);
  return std::ranges::any_of(numbers, [&](double number) {
    double place = std::floor(number);
    if (place < 0) place += static_cast<double>(size);
    return place == static_cast<double>(at);
  });
}

Value Evaluation::filtered(const Node& filter, const Value& input,
                           const std::shared_ptr<Scope>& scope) {
  const std::vector<Value> items = items_of(input);
  if (filter.kind == Kind::literal && filter.value.is_number()) {
    double place = std::floor(filter.value.get<double>());
    if (place < 0) place += static_cast<double>(items.size());
    if (place < 0 || place >= static_cast<double>(items.size())) return sequence_of({});
    const Value& item = items[static_cast<std::size_t>(place)];
    return item.list() != nullptr ? item : sequence_of({item});
  }
  std::vector<Value> kept;
  for (std::size_t at = 0; at < items.size(); ++at)
    if (selects(evaluate(filter, items[at], scope), at, items.size())) kept.push_back(items[at]);
  hold(kept.size() * kHeldValue);
  return sequence_of(std::move(kept));
}

Value Evaluation::path_step(const Node& step, const std::vector<Value>& items, bool last,
                            const std::shared_ptr<Scope>& scope) {
  if (step.kind == Kind::sort) {
    std::vector<std::size_t> order;
    Value sorted_items = sequence_of(sorted(step, items, {}, scope, order));
    for (const Stage& stage : step.stages)
      if (stage.filter != nullptr) sorted_items = filtered(*stage.filter, sorted_items, scope);
    return sorted_items;
  }
  std::vector<Value> results;
  for (const Value& item : items) {
    Value result = inner(step, item, scope);
    for (const Stage& stage : step.stages)
      if (stage.filter != nullptr) result = filtered(*stage.filter, result, scope);
    if (const List* list = result.list(); list != nullptr && list->sequence) {
      if (list->items.empty()) continue;
      if (list->items.size() == 1 && !list->keep_singleton) {
        const Value only = list->items.front();
        result = only;
      }
    }
    if (result.defined()) results.push_back(std::move(result));
  }
  if (last && results.size() == 1 && results[0].list() != nullptr && !results[0].list()->sequence)
    return results[0];
  std::vector<Value> flat;
  for (const Value& result : results) {
    const List* list = result.list();
    if (list == nullptr || list->cons) {
      flat.push_back(result);
    } else {
      flat.insert(flat.end(), list->items.begin(), list->items.end());
    }
  }
  hold(flat.size() * kHeldValue);
  return sequence_of(std::move(flat));
}

Value Evaluation::path(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope) {
  if (node.tuples) {
    Tuples tuples = tuples_of(node, input, scope);
    if (node.grouped) return grouped(node, tuples.items, tuples.scopes, scope);
    auto list = std::make_shared<List>();
    list->items = std::move(tuples.items);
    list->sequence = true;
    list->keep_singleton = node.keep_array;
    return Value{std::shared_ptr<const List>{std::move(list)}};
  }
  std::vector<Value> items{input};
  if (input.list() != nullptr && node.items[0]->kind != Kind::variable) items = input.list()->items;
  Value result;
  for (std::size_t at = 0; at < node.items.size(); ++at) {
    const Node& one = *node.items[at];
    if (at == 0 && one.cons_array) {
      result = evaluate(one, input, scope);
    } else {
      result = path_step(one, items, at + 1 == node.items.size(), scope);
    }
    if (!result.defined() || (result.list() != nullptr && result.list()->items.empty())) break;
    items = items_of(result);
  }
  if (node.keep_array && result.list() != nullptr) {
    auto kept = std::make_shared<List>(*result.list());
    kept->sequence = kept->sequence || kept->cons;
    kept->keep_singleton = true;
    result = Value{std::shared_ptr<const List>{std::move(kept)}};
  }
  if (node.grouped) return grouped(node, items_of(result), {}, scope);
  return result;
}

std::vector<Value> Evaluation::sorted(const Node& node, std::vector<Value> items,
                                      const std::vector<std::shared_ptr<Scope>>& scopes,
                                      const std::shared_ptr<Scope>& scope,
                                      std::vector<std::size_t>& order) {
  std::vector<std::vector<Value>> keys(items.size());
  for (std::size_t at = 0; at < items.size(); ++at)
    for (const SortTerm& term : node.terms) {
      keys[at].push_back(
          evaluate(*term.expression, items[at], scopes.empty() ? scope : scopes[at]));
    }
  // Two keys: before 0, the same 0, behind 0.
  const auto compared = [&](const Value& left, const Value& right) {
    if (!left.defined() || !right.defined())
      return left.defined() ? -1 : right.defined() ? 1 : 0;  // what has no key comes last
    for (const Value* key : {&left, &right})
      if (key->number() == nullptr && key->text() == nullptr)
        throw Error{
            "T2008",
            "The expressions within an order-by clause must evaluate to numeric or string values",
            node.position};
    if ((left.number() == nullptr) != (right.number() == nullptr))
      throw Error{"T2007",
                  fmt::format("Type mismatch when comparing values {} and {} in order-by clause",
                              shown_text(left), shown_text(right)),
                  node.position};
    if (left.number() == nullptr) return left.text()->compare(*right.text());
    return *left.number() < *right.number() ? -1 : *left.number() > *right.number() ? 1 : 0;
  };
  order = merged_order(items.size(), [&](std::size_t a, std::size_t b) {
    step();
    for (std::size_t term = 0; term < node.terms.size(); ++term) {
      const Value& left = keys[a][term];
      const Value& right = keys[b][term];
      const int sign = compared(left, right);
      if (sign == 0) continue;
      const bool turned = node.terms[term].descending && left.defined() && right.defined();
      return turned ? sign < 0 : sign > 0;
    }
    return false;
  });
  std::vector<Value> result;
  result.reserve(items.size());
  for (const std::size_t at : order) result.push_back(items[at]);
  return result;
}

// `{key: value}`: the items with the same key are taken together.
Value Evaluation::grouped(const Node& node, const std::vector<Value>& items,
                          const std::vector<std::shared_ptr<Scope>>& scopes,
                          const std::shared_ptr<Scope>& scope) {
  struct Group {
    std::string key;
    std::size_t pair = 0;
    std::vector<Value> items;
    std::shared_ptr<Scope> own;
  };
  std::vector<Group> groups;
  std::map<std::string, std::size_t, std::less<>> places;
  const std::vector<Value> alone{Value{}};
  const std::vector<Value>& each = items.empty() ? alone : items;
  for (std::size_t at = 0; at < each.size(); ++at)
    for (std::size_t pair = 0; pair < node.pairs.size(); ++pair) {
      const auto& own = scopes.empty() ? scope : scopes[at];
      const Value key = evaluate(*node.pairs[pair].first, each[at], own);
      if (!key.defined()) continue;
      if (key.text() == nullptr)
        throw Error{"T1003",
                    fmt::format("Key in object structure must evaluate to a string; got: {}",
                                shown_text(key)),
                    node.position};
      const auto [place, fresh] = places.emplace(*key.text(), groups.size());
      if (fresh) groups.push_back({*key.text(), pair, {}, own});
      Group& group = groups[place->second];
      if (group.pair != pair)
        throw Error{
            "D1009",
            fmt::format("Multiple key definitions evaluate to same key: \"{}\"", *key.text()),
            node.position};
      if (each[at].defined()) group.items.push_back(each[at]);
    }
  hold(kHeldSequence);
  auto object = std::make_shared<Object>();
  for (Group& group : groups) {
    const Value data = group.items.empty()       ? Value{}
                       : group.items.size() == 1 ? group.items[0]
                                                 : sequence_of(std::move(group.items));
    Value value = evaluate(*node.pairs[group.pair].second, data, group.own);
    if (value.defined()) object->set(group.key, std::move(value));
    hold(group.key.size() + kHeldValue);
  }
  return Value{std::shared_ptr<const Object>{std::move(object)}};
}

}  // namespace opsim::jsonata
