#pragma once
/// Works out compiled values for one stack.
#include <string>
#include <vector>

#include "sim/scenario/intrinsic.hpp"
#include "sim/scenario/stack_scope.hpp"

namespace opsim {

class Evaluation {
 public:
  explicit Evaluation(StackScope& scope) : scope_{scope} {}

  /// no_value() where nothing shall stand. What cannot be worked out is a complaint and "".
  [[nodiscard]] Json value(const Expression& expression);
  [[nodiscard]] std::string text(const Expression& expression);
  [[nodiscard]] bool holds(const Expression& condition);

 private:
  Json object(const Expression& expression);
  Json list(const Expression& expression);
  Json pseudo(const Expression& expression);
  Json reference(const Expression& expression);
  Json attribute(const Expression& expression);
  Json join(const Expression& expression);
  Json split(const Expression& expression);
  Json select(const Expression& expression);
  Json find_in_map(const Expression& expression);
  Json cidr(const Expression& expression);
  Json import_value(const Expression& expression);
  Json length(const Expression& expression);
  /// The resource, where it can be referred to.
  const Standing* standing(const Expression& expression);
  /// The value itself where it is constant, else worked out into `storage`.
  const Json& resolve(const Expression& expression, Json& storage);
  void append(std::string& text, const Json& value, const Expression& from);
  bool charge(std::size_t characters, const Expression& from);
  Json failed(const Expression& expression, std::string message);

  StackScope& scope_;
};

}  // namespace opsim
