// Functions of objects and of types. Source: docs.jsonata.org/object-functions.
#include <fmt/format.h>

#include "models/step_functions/jsonata/natives.hpp"

namespace opsim::jsonata {

namespace {

Value object_value(std::shared_ptr<Object> object) {
  return Value{std::shared_ptr<const Object>{std::move(object)}};
}

void add_keys(const Value& value, Object& seen, int depth) {
  if (const Object* object = value.object())
    for (const auto& [name, member] : object->members) seen.set(name, nullptr);
  if (const List* list = value.list(); list != nullptr && depth < 100)
    for (const Value& item : list->items) add_keys(item, seen, depth + 1);
}
Value keys(Evaluation&, Arguments& given) {
  Object seen;
  add_keys(given[0], seen, 0);
  std::vector<Value> names;
  for (const auto& [name, nothing] : seen.members) names.emplace_back(name);
  return sequence_of(std::move(names));
}
Value looked_up(Evaluation&, Arguments& given) {
  return given[1].text() ? lookup(given[0], *given[1].text()) : Value{};
}
Value spread(Evaluation& run, Arguments& given) {
  if (given[0].object() == nullptr && given[0].list() == nullptr) return given[0];
  std::vector<Value> found;
  for (const Value& item : items_of(given[0])) {
    if (item.object() == nullptr) {
      found.push_back(item);
      continue;
    }
    for (const auto& [name, member] : item.object()->members) {
      auto one = std::make_shared<Object>();
      one->set(name, member);
      found.push_back(object_value(std::move(one)));
      run.hold(sizeof(Object));
    }
  }
  return sequence_of(std::move(found));
}
Value merge(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  auto whole = std::make_shared<Object>();
  for (const Value& item : given[0].list()->items)
    for (const auto& [name, member] : item.object()->members) whole->set(name, member);
  run.hold(whole->members.size() * 100);
  return object_value(std::move(whole));
}
Value call_with(Evaluation& run, const Value& function, const Value& member,
                const std::string& name, const Value& whole) {
  Arguments arguments{member};
  const std::size_t most = arity_of(*function.function());
  if (most >= 2) arguments.emplace_back(name);
  if (most >= 3) arguments.push_back(whole);
  return run.call(*function.function(), std::move(arguments), nullptr);
}
Value each(Evaluation& run, Arguments& given) {
  if (given[0].object() == nullptr) return {};
  std::vector<Value> found;
  for (const auto& [name, member] : given[0].object()->members) {
    Value made = call_with(run, given[1], member, name, given[0]);
    if (made.defined()) found.push_back(std::move(made));
  }
  return sequence_of(std::move(found));
}
Value sift(Evaluation& run, Arguments& given) {
  if (given[0].object() == nullptr) return {};
  auto kept = std::make_shared<Object>();
  for (const auto& [name, member] : given[0].object()->members)
    if (truth(call_with(run, given[1], member, name, given[0]))) kept->set(name, member);
  return kept->members.empty() ? Value{} : object_value(std::move(kept));
}
Value error(Evaluation&, Arguments& given) {
  fail("D3137", given[0].text() ? *given[0].text() : "$error() function evaluated");
}
Value assertion(Evaluation&, Arguments& given) {
  if (given[0].flag() && *given[0].flag()) return {};
  fail("D3141", given[1].text() ? *given[1].text() : "$assert() statement failed");
}
Value type(Evaluation&, Arguments& given) {
  const Value& value = given[0];
  if (!value.defined()) return {};
  return Value{std::string{value.is_null()    ? "null"
                           : value.number()   ? "number"
                           : value.text()     ? "string"
                           : value.flag()     ? "boolean"
                           : value.list()     ? "array"
                           : value.function() ? "function"
                                              : "object"}};
}
Value clone(Evaluation&, Arguments& given) { return given[0]; }

constexpr Native kObjectFunctions[] = {
    {"assert", "bs?", assertion, 2},
    {"clone", "(oa)-", clone},
    {"each", "o-f", each, 2},
    {"error", "s?", error},
    {"keys", "x-", keys},
    {"lookup", "x-s", looked_up, 2},
    {"merge", "a<o>", merge},
    {"sift", "o-f?", sift, 2},
    {"spread", "x-", spread},
    {"type", "x", type},
};

}  // namespace

std::span<const Native> object_functions() { return kObjectFunctions; }

}  // namespace opsim::jsonata
