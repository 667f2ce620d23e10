// Functions: called, applied, closed over, composed; transformations.
#include <fmt/format.h>

#include "models/step_functions/jsonata/evaluation.hpp"
#include "models/step_functions/jsonata/signature.hpp"

namespace opsim::jsonata {

Value function_value(Function function) {
  return Value{std::shared_ptr<const Function>{std::make_shared<Function>(std::move(function))}};
}

std::shared_ptr<Scope> inside(const std::shared_ptr<Scope>& scope) {
  auto inner = std::make_shared<Scope>();
  inner->outer = scope;
  return inner;
}

namespace {

constexpr int kMostCalls = 1'000;  // of functions within functions that are not of the expression

// A built-in function written without its $ is a common slip.
Error not_a_function(const Node& callee, const char* named, const char* other, const char* what,
                     std::size_t position) {
  if (callee.kind != Node::Kind::path || callee.items.size() != 1 ||
      find_native(callee.items[0]->text) == nullptr)
    return Error{other, what, position};
  return Error{named, fmt::format("{}. Did you mean ${}?", what, callee.items[0]->text), position};
}

std::string called_name(const Node& callee) {
  const Node& named =
      callee.kind == Node::Kind::path && !callee.items.empty() ? *callee.items[0] : callee;
  return named.kind == Node::Kind::variable || named.kind == Node::Kind::name
             ? Json(named.text).dump()
             : "undefined";
}

}  // namespace

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
  if (left.function() != nullptr) hold(kHeldSequence);
  if (left.function() != nullptr)
    return function_value({.first = std::make_shared<Function>(*left.function()),
                           .second = std::make_shared<Function>(*right.function())});
  return call(*right.function(), {left}, nullptr);
}

Value Evaluation::invoked(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope,
                          const Value* first) {
  const Value callee = evaluate(*node.left, input, scope);
  if (callee.function() == nullptr) {
    throw not_a_function(*node.left, "T1005", "T1006", "Attempted to invoke a non-function",
                         node.position);
  }
  Arguments arguments;
  if (first != nullptr) arguments.push_back(*first);
  for (const NodePtr& argument : node.items) arguments.push_back(evaluate(*argument, input, scope));
  const Value kept = callee;
  try {
    return call(*kept.function(), std::move(arguments), input);
  } catch (Error& error) {
    // The name by which a function was called stands in its complaints.
    const auto at = error.message.find(kCalled);
    if (at != std::string::npos) error.message.replace(at, 1, called_name(*node.left));
    throw;
  }
}

Value Evaluation::partial(const Node& node, const Value& input,
                          const std::shared_ptr<Scope>& scope) {
  const Value callee = evaluate(*node.left, input, scope);
  if (callee.function() == nullptr)
    throw not_a_function(*node.left, "T1007", "T1008",
                         "Attempted to partially apply a non-function", node.position);
  hold(kHeldSequence);
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

Value Evaluation::lambda_called(const Function& function, Arguments arguments,
                                const Value& context) {
  Value kept;  // the function that is called now, where it is not the first
  const Function* current = &function;
  Value where = context;
  while (true) {
    const Node& lambda = *current->lambda;
    if (!lambda.flags.empty())
      arguments = fitting_arguments(parameters_of(lambda.flags), arguments, where);
    const auto scope = inside(current->scope);
    for (std::size_t at = 0; at < lambda.names.size(); ++at)
      scope->own[lambda.names[at]] = at < arguments.size() ? arguments[at] : Value{};
    TailCall tail;
    Value result = ending(*lambda.left, current->input, scope, tail);
    if (!tail.callee.defined()) return result;
    step();
    kept = std::move(tail.callee);
    current = kept.function();
    arguments = std::move(tail.arguments);
    where = std::move(tail.context);
  }
}

// The value of a body; or the call of a lambda that it ends with, which is still to be made.
Value Evaluation::ending(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope,
                         TailCall& tail) {
  if (!node.stages.empty() || node.keep_array) return evaluate(node, input, scope);
  const Deeper deeper{depth_, limits_.depth};
  step();
  if (node.kind == Node::Kind::condition) {
    const bool holds = truth(evaluate(*node.left, input, scope));
    const NodePtr& taken = holds ? node.right : node.third;
    return taken == nullptr ? Value{} : ending(*taken, input, scope, tail);
  }
  if (node.kind == Node::Kind::block && !node.items.empty()) {
    const auto own = inside(scope);
    for (std::size_t at = 0; at + 1 < node.items.size(); ++at)
      evaluate(*node.items[at], input, own);
    return ending(*node.items.back(), input, own, tail);
  }
  if (node.kind == Node::Kind::call && node.left->kind == Node::Kind::variable) {
    const Value callee = evaluate(*node.left, input, scope);
    if (callee.function() != nullptr && callee.function()->lambda != nullptr) {
      for (const NodePtr& argument : node.items)
        tail.arguments.push_back(evaluate(*argument, input, scope));
      tail.callee = callee;
      tail.context = input;
      return {};
    }
  }
  return evaluate(node, input, scope);
}

namespace {

// A match of no length would be found for ever.
Value next_match(const Node& regex, const std::string& text, std::size_t from) {
  if (from >= text.size()) return {};
  const auto matches = matches_in(regex, text, from, 1);
  if (!matches.empty() && matches[0].length == 0)
    throw Error{"D1004", "Regular expression matches zero length string", regex.position};
  return match_value(regex, text, from);
}

}  // namespace

Value Evaluation::call(const Function& function, Arguments arguments, const Value& context) {
  const Deeper deeper{calls_, kMostCalls};
  step();
  if (function.native != nullptr) {
    Arguments fitting = checked(*function.native, arguments, context);
    return function.native->call(*this, fitting);
  }
  if (function.lambda != nullptr) return lambda_called(function, std::move(arguments), context);
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
  if (function.regex != nullptr && function.subject != nullptr)
    return next_match(*function.regex, *function.subject, function.from);
  if (function.regex != nullptr && !arguments.empty() && arguments[0].text() != nullptr)
    return match_value(*function.regex, *arguments[0].text(), 0);
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
              shown_text(change.update)),
          node.position};
    if (node.third != nullptr) {
      const Value removed = evaluate(*node.third, match, scope);
      change.removed = items_of(removed);
      for (const Value& name : change.removed)
        if (name.text() == nullptr)
          throw Error{"T2012",
                      fmt::format("The delete clause of the transform expression must evaluate to "
                                  "a string or array of strings: {}",
                                  shown_text(removed)),
                      node.position};
    }
    changes.push_back(std::move(change));
  }
  return changed(target, changes, 0);
}

}  // namespace opsim::jsonata
