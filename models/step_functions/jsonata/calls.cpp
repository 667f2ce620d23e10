// Functions: called, applied, closed over, composed; transformations.
#include <fmt/format.h>

#include "models/step_functions/intrinsics/intrinsics.hpp"
#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

Value function_value(Function function) {
  return Value{std::shared_ptr<const Function>{std::make_shared<Function>(std::move(function))}};
}

std::shared_ptr<Scope> inside(const std::shared_ptr<Scope>& scope) {
  auto inner = std::make_shared<Scope>();
  inner->outer = scope;
  return inner;
}

Value Evaluation::applied(const Node& node, const Value& input,
                          const std::shared_ptr<Scope>& scope) {
  const Value left = evaluate(*node.left, input, scope);
  if (node.right->kind == Node::Kind::call) {
    Value result = invoked(*node.right, input, scope, &left);
    for (const Stage& stage : node.right->stages)
      if (stage.filter != nullptr) result = filtered(*stage.filter, result, scope);
    return result;
  }
  const Value right = evaluate(*node.right, input, scope);
  if (right.function() == nullptr)
    throw Error{"T2006",
                "The right side of the function application operator ~> must be a function",
                node.position};
  if (left.function() != nullptr)
    return function_value({.first = std::make_shared<Function>(*left.function()),
                           .second = std::make_shared<Function>(*right.function())});
  return call(*right.function(), {left}, {});
}

Value Evaluation::invoked(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope,
                          const Value* first) {
  const Value callee = evaluate(*node.left, input, scope);
  if (callee.function() == nullptr) {
    const bool named = node.left->kind == Node::Kind::path && node.left->items.size() == 1 &&
                       find_native(node.left->items[0]->text) != nullptr;
    if (named)
      throw Error{"T1005",
                  fmt::format("Attempted to invoke a non-function. Did you mean ${}?",
                              node.left->items[0]->text),
                  node.position};
    throw Error{"T1006", "Attempted to invoke a non-function", node.position};
  }
  Arguments arguments;
  if (first != nullptr) arguments.push_back(*first);
  for (const NodePtr& argument : node.items) arguments.push_back(evaluate(*argument, input, scope));
  const Value kept = callee;
  return call(*kept.function(), std::move(arguments), input);
}

Value Evaluation::partial(const Node& node, const Value& input,
                          const std::shared_ptr<Scope>& scope) {
  const Value callee = evaluate(*node.left, input, scope);
  if (callee.function() == nullptr)
    throw Error{"T1008", "Attempted to partially apply a non-function", node.position};
  Function function{.partial_of = std::make_shared<Function>(*callee.function())};
  function.arity = 0;
  for (const NodePtr& argument : node.items) {
    const bool open = argument->kind == Node::Kind::placeholder;
    function.given.emplace_back(!open, open ? Value{} : evaluate(*argument, input, scope));
    function.arity += open ? 1 : 0;
  }
  return function_value(std::move(function));
}

std::size_t arity_of(const Function& function) {
  return function.native != nullptr ? function.native->arity : function.arity;
}

Value Evaluation::call(const Function& function, Arguments arguments, const Value& context) {
  const Deeper deeper{depth_, limits_.depth};
  step();
  if (function.native != nullptr) {
    Arguments fitting = checked(*function.native, std::move(arguments), context);
    return function.native->call(*this, fitting);
  }
  if (function.lambda != nullptr) {
    const auto scope = inside(function.scope);
    for (std::size_t at = 0; at < function.lambda->names.size(); ++at)
      scope->own[function.lambda->names[at]] = at < arguments.size() ? arguments[at] : Value{};
    return evaluate(*function.lambda->left, function.input, scope);
  }
  if (function.partial_of != nullptr) {
    Arguments whole;
    std::size_t next = 0;
    for (const auto& [given, value] : function.given)
      whole.push_back(given ? value : next < arguments.size() ? arguments[next++] : Value{});
    return call(*function.partial_of, std::move(whole), context);
  }
  if (function.first != nullptr) {
    const Value between = call(*function.first, std::move(arguments), context);
    return call(*function.second, {between}, context);
  }
  if (function.transform != nullptr)
    return transformed(*function.transform, arguments.empty() ? Value{} : arguments[0],
                       function.scope);
  if (function.regex != nullptr && !arguments.empty() && arguments[0].text() != nullptr) {
    const std::string& text = *arguments[0].text();
    const auto match = find_match(*function.regex, text, 0);
    if (!match) return {};
    auto object = std::make_shared<Object>();
    object->set(
        "match",
        Value{step_functions::valid_text(text.substr(match->start, match->end - match->start))});
    object->set("start", Value{static_cast<double>(match->start)});
    object->set("end", Value{static_cast<double>(match->end)});
    std::vector<Value> groups;
    for (const std::string& group : match->groups)
      groups.emplace_back(step_functions::valid_text(group));
    object->set("groups", list_of(std::move(groups)));
    return Value{std::shared_ptr<const Object>{std::move(object)}};
  }
  return {};
}

namespace {

// A copy of `value` in which each object that is one of `targets` is updated and stripped.
struct Change {
  const Object* target;
  Value update;
  std::vector<Value> removed;
};
Value changed(const Value& value, const std::vector<Change>& changes, int depth) {
  if (depth > 400) return value;
  if (const List* list = value.list()) {
    auto copy = std::make_shared<List>(*list);
    for (Value& item : copy->items) item = changed(item, changes, depth + 1);
    return Value{std::shared_ptr<const List>{std::move(copy)}};
  }
  const Object* const object = value.object();
  if (object == nullptr) return value;
  auto copy = std::make_shared<Object>();
  for (const auto& [name, member] : object->members)
    copy->set(name, changed(member, changes, depth + 1));
  for (const Change& change : changes) {
    if (change.target != object) continue;
    if (const Object* update = change.update.object())
      for (const auto& [name, member] : update->members) copy->set(name, member);
    auto stripped = std::make_shared<Object>();
    for (const auto& [name, member] : copy->members) {
      bool gone = false;
      for (const Value& removed : change.removed)
        gone = gone || (removed.text() && *removed.text() == name);
      if (!gone) stripped->set(name, member);
    }
    copy = std::move(stripped);
  }
  return Value{std::shared_ptr<const Object>{std::move(copy)}};
}

}  // namespace

Value Evaluation::transformed(const Node& node, const Value& target,
                              const std::shared_ptr<Scope>& scope) {
  if (!target.defined()) return {};
  std::vector<Change> changes;
  for (const Value& match : items_of(evaluate(*node.left, target, scope))) {
    if (match.object() == nullptr) continue;
    Change change{match.object(), evaluate(*node.right, match, scope), {}};
    if (change.update.defined() && change.update.object() == nullptr)
      throw Error{
          "T2011",
          fmt::format(
              "The insert/update clause of the transform expression must evaluate to an object: {}",
              text_of(change.update)),
          node.position};
    if (node.third != nullptr) change.removed = items_of(evaluate(*node.third, match, scope));
    changes.push_back(std::move(change));
  }
  return changed(target, changes, 0);
}

}  // namespace opsim::jsonata
