// Expressions, node by node.
#include <fmt/format.h>

#include <cmath>

#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

namespace {

using Kind = Node::Kind;

void collect_descendants(const Value& value, std::vector<Value>& found, int depth) {
  if (depth > 400) return;
  if (value.list() == nullptr && value.defined()) found.push_back(value);
  if (const List* list = value.list())
    for (const Value& item : list->items) collect_descendants(item, found, depth + 1);
  if (const Object* object = value.object())
    for (const auto& [name, member] : object->members)
      collect_descendants(member, found, depth + 1);
}

void flatten(const Value& value, std::vector<Value>& found, int depth) {
  if (const List* list = value.list(); list != nullptr && depth < 400) {
    for (const Value& item : list->items) flatten(item, found, depth + 1);
  } else {
    found.push_back(value);
  }
}

Value wildcard(const Value& input) {
  std::vector<Value> found;
  bool arrays = false;  // among them: what is found is an array, also of one
  const auto take = [&](const Value& member) {
    if (member.list() != nullptr) {
      arrays = true;
      flatten(member, found, 0);
    } else {
      found.push_back(member);
    }
  };
  if (const Object* object = input.object())
    for (const auto& [name, member] : object->members) take(member);
  if (const List* list = input.list())
    for (const Value& item : list->items) take(item);
  return arrays ? list_of(std::move(found)) : sequence_of(std::move(found));
}

Value negated_value(const Node& node, const Value& value) {
  if (!value.defined()) return {};
  if (value.number() == nullptr)
    throw Error{"D1002", fmt::format("Cannot negate a non-numeric value: {}", shown_text(value)),
                node.position};
  return Value{-*value.number()};
}

}  // namespace

Value settled(Value value, bool keep_array) {
  const List* list = value.list();
  if (list == nullptr || !list->sequence) return value;
  const bool keep = keep_array || list->keep_singleton;
  if (list->items.empty()) return {};
  if (list->items.size() == 1 && !keep) return list->items.front();
  if (keep && !list->keep_singleton) {
    auto kept = std::make_shared<List>(*list);
    kept->keep_singleton = true;
    return Value{std::shared_ptr<const List>{std::move(kept)}};
  }
  return value;
}

void Evaluation::step() {
  if (++steps_ > limits_.steps)
    throw Error{kBound, "Expression evaluation timeout: Check for infinite loop", 0};
}

void Evaluation::hold(std::size_t bytes) {
  held_ += static_cast<long>(std::min<std::size_t>(bytes, 1'000'000'000));
  if (held_ > limits_.held)
    throw Error{kBound,
                "Expression evaluation memory limit exceeded: Check for excessive memory usage", 0};
}

Value Evaluation::captured(Function function) {
  captured_.push_back(function.scope);
  hold(sizeof(Function) + sizeof(Scope));
  return function_value(std::move(function));
}

Value lookup(const Value& input, std::string_view name) {
  if (const Object* object = input.object()) {
    const Value* found = object->find(name);
    return found == nullptr ? Value{} : *found;
  }
  const List* const list = input.list();
  if (list == nullptr) return {};
  std::vector<Value> found;
  for (const Value& item : list->items) {
    const Value value = lookup(item, name);
    if (!value.defined()) continue;
    if (const List* inner = value.list()) {
      found.insert(found.end(), inner->items.begin(), inner->items.end());
    } else {
      found.push_back(value);
    }
  }
  return sequence_of(std::move(found));
}

Value Evaluation::evaluate(const Node& node, const Value& input,
                           const std::shared_ptr<Scope>& scope) {
  const Deeper deeper{depth_, limits_.depth};
  step();
  Value result = inner(node, input, scope);
  if (node.kind != Kind::path)
    for (const Stage& stage : node.stages)
      if (stage.filter != nullptr) result = filtered(*stage.filter, result, scope);
  return settled(std::move(result), node.keep_array);
}

Value Evaluation::inner(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope) {
  switch (node.kind) {
    case Kind::literal: return value_of(node.value);
    case Kind::regex: return function_value({.regex = &node});
    case Kind::variable: {
      if (node.text.empty()) return input;
      const Value* found = scope->find(node.text);
      if (found != nullptr) return *found;
      const Native* native = find_native(node.text);
      return native == nullptr ? Value{} : function_value({.native = native});
    }
    case Kind::name: return lookup(input, node.text);
    case Kind::wildcard: return wildcard(input);
    case Kind::descendants: {
      std::vector<Value> found;
      collect_descendants(input, found, 0);
      hold(found.size() * kHeldValue);
      return sequence_of(std::move(found));
    }
    case Kind::path: return path(node, input, scope);
    case Kind::parent: {
      const Value* found = scope->find(node.text);
      return found == nullptr ? Value{} : *found;
    }
    case Kind::negate: return negated_value(node, evaluate(*node.left, input, scope));
    case Kind::binary: return binary(node, input, scope);
    case Kind::array: return array(node, input, scope);
    case Kind::object:
      return grouped(node, input.defined() ? items_of(input) : std::vector<Value>{}, {}, scope);
    case Kind::block: {
      const auto own = inside(scope);
      Value result;
      for (const NodePtr& item : node.items) result = evaluate(*item, input, own);
      return result;
    }
    case Kind::condition: {
      if (truth(evaluate(*node.left, input, scope))) return evaluate(*node.right, input, scope);
      return node.third == nullptr ? Value{} : evaluate(*node.third, input, scope);
    }
    case Kind::bind: {
      Value value = evaluate(*node.right, input, scope);
      scope->own[node.text] = value;
      return value;
    }
    case Kind::lambda:
      return captured(
          {.lambda = &node, .scope = scope, .input = input, .arity = node.names.size()});
    case Kind::call: return invoked(node, input, scope, nullptr);
    case Kind::partial: return partial(node, input, scope);
    case Kind::transform: return captured({.scope = scope, .transform = &node});
    case Kind::placeholder:
    case Kind::sort: break;
  }
  throw Error{"S0201", "Syntax error: \"?\"", node.position};
}

Value Evaluation::array(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope) {
  auto list = std::make_shared<List>();
  list->cons = node.cons_array;
  const bool is_range =
      node.items.size() == 1 && node.items[0]->kind == Kind::binary && node.items[0]->text == "..";
  if (!is_range) hold(kHeldSequence);
  for (const NodePtr& item : node.items) {
    const Value value = evaluate(*item, input, scope);
    if (!value.defined()) continue;
    const List* inner_list = item->kind == Kind::array ? nullptr : value.list();
    if (inner_list == nullptr) hold(kHeldValue);
    if (inner_list != nullptr) {
      list->items.insert(list->items.end(), inner_list->items.begin(), inner_list->items.end());
    } else {
      list->items.push_back(value);
    }
  }
  return Value{std::shared_ptr<const List>{std::move(list)}};
}

// ---- One evaluation ----

std::variant<std::optional<Json>, Error> evaluate(const Expression& expression,
                                                  const std::optional<Json>& input,
                                                  const std::map<std::string, Json>& variables,
                                                  const Host& host, const Limits& limits) {
  auto scope = std::make_shared<Scope>();
  for (const auto& [name, value] : variables) scope->own.emplace(name, value_of(value));
  const Value root = input ? value_of(*input) : Value{};
  scope->own.emplace("$", root);
  Evaluation evaluation{host, limits};
  std::variant<std::optional<Json>, Error> answer;
  try {
    const Value result = evaluation.evaluate(expression.root(), root, scope);
    if (result.function() != nullptr) {
      answer = Error{kNoJson, "a function has no JSON", 0};
    } else if (result.defined()) {
      answer = std::optional<Json>{json_of(result)};
    }
  } catch (const Error& error) {
    answer = error;
  }
  evaluation.release();
  return answer;
}

}  // namespace opsim::jsonata
