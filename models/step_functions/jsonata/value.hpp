#pragma once
/// Values while an expression is evaluated: JSON, and also nothing, functions, and sequences.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/step_functions/jsonata/ast.hpp"
#include "models/step_functions/jsonata/jsonata.hpp"

namespace opsim::jsonata {

struct List;
struct Object;
struct Function;

/// A result of nothing is monostate; JSON's null is nullptr.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) : held_{nullptr} {}  // NOLINT(google-explicit-constructor)
  explicit Value(bool flag) : held_{flag} {}
  explicit Value(double number) : held_{number} {}
  explicit Value(std::string text) : held_{std::move(text)} {}
  explicit Value(std::shared_ptr<const List> list) : held_{std::move(list)} {}
  explicit Value(std::shared_ptr<const Object> object) : held_{std::move(object)} {}
  explicit Value(std::shared_ptr<const Function> function) : held_{std::move(function)} {}

  bool defined() const { return held_.index() != 0; }
  bool is_null() const { return held_.index() == 1; }
  const bool* flag() const { return std::get_if<bool>(&held_); }
  const double* number() const { return std::get_if<double>(&held_); }
  const std::string* text() const { return std::get_if<std::string>(&held_); }
  const List* list() const {
    const auto* at = std::get_if<std::shared_ptr<const List>>(&held_);
    return at == nullptr ? nullptr : at->get();
  }
  const Object* object() const {
    const auto* at = std::get_if<std::shared_ptr<const Object>>(&held_);
    return at == nullptr ? nullptr : at->get();
  }
  const Function* function() const {
    const auto* at = std::get_if<std::shared_ptr<const Function>>(&held_);
    return at == nullptr ? nullptr : at->get();
  }

 private:
  std::variant<std::monostate, std::nullptr_t, bool, double, std::string,
               std::shared_ptr<const List>, std::shared_ptr<const Object>,
               std::shared_ptr<const Function>>
      held_;
};

/// An array. A sequence is one that a path made: of one item it is that item, of none nothing.
struct List {
  std::vector<Value> items{};
  bool sequence = false;
  bool keep_singleton = false;
  bool cons = false;  // an array constructor within a path is not flattened
};

/// In the order in which members were made.
struct Object {
  std::vector<std::pair<std::string, Value>> members{};
  std::map<std::string, std::size_t, std::less<>> places{};
  void set(const std::string& name, Value value);
  const Value* find(std::string_view name) const;
};

struct Scope;
class Evaluation;
struct Native;

struct Function {
  const Native* native = nullptr;
  // A lambda:
  const Node* lambda = nullptr;
  std::shared_ptr<Scope> scope{};
  Value input{};
  // A partial application: some arguments are there already.
  std::shared_ptr<const Function> partial_of{};
  std::vector<std::pair<bool, Value>> given{};
  // Composed with ~>: first, then second.
  std::shared_ptr<const Function> first{}, second{};
  // A regular expression, and a transformation: their node.
  const Node* regex = nullptr;
  const Node* transform = nullptr;
  std::size_t arity = 1;
  // The `next` of a match: the same text, from there.
  std::shared_ptr<const std::string> subject{};
  std::size_t from = 0;
};

struct Scope {
  std::shared_ptr<Scope> outer{};
  std::map<std::string, Value, std::less<>> own{};
  const Value* find(std::string_view name) const;
};

Value list_of(std::vector<Value> items);
Value sequence_of(std::vector<Value> items);
/// The items of a list, the value itself, or nothing.
std::vector<Value> items_of(const Value& value);
Value value_of(const Json& json);
/// Nothing within an object or an array is left out, or becomes null. Functions become "".
Json json_of(const Value& value);
bool equal(const Value& left, const Value& right);
/// As JavaScript writes it into a message: text in quotes.
std::string shown_text(const Value& value);
/// JavaScript's truth, as $boolean defines it.
bool truth(const Value& value);
std::string number_text(double number);  // as JavaScript prints it
/// As $string: text as it is, the rest as JSON with 15 digits.
std::string text_of(const Value& value, bool pretty = false);

}  // namespace opsim::jsonata
