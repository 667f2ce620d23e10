#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::jsonata {

struct Node;

/// The code of an Error where a result is a function: it has no JSON.
inline constexpr const char* kNoJson = "no JSON";

/// The code of an Error where an evaluation passes a bound of the service.
inline constexpr const char* kBound = "U1001";

/// Why an expression cannot be read or evaluated. Source: docs.jsonata.org and the reference
/// implementation's catalogue of errors.
struct Error {
  std::string code;          ///< "S0201", "T2001", "D3001", "U1001" …
  std::string message;       ///< the reference implementation's text, values filled in
  std::size_t position = 0;  ///< characters from the start of the expression
};

/// An expression that has been read once and may be evaluated many times.
class Expression {
 public:
  explicit Expression(std::shared_ptr<const Node> root) : root_{std::move(root)} {}
  const Node& root() const { return *root_; }

 private:
  std::shared_ptr<const Node> root_;
};

/// What an evaluation may ask of the world: nothing here reads a real clock or an unseeded number.
struct Host {
  std::function<double()> milliseconds;  ///< $now and $millis: since 1970-01-01T00:00:00Z
  std::function<double()> random;        ///< $random: 0 to 1
  std::function<std::string()> uuid;     ///< $uuid, which Step Functions adds
};

/// As measured on AWS (github.com/floci-io/floci, issue 2737): [1..873782] is evaluated and
/// [1..873783] is not; a text doubled 22 times is and 23 times is not; nesting ends near 100.
/// What one evaluation may cost; past it the evaluation ends with an error, never with a crash.
struct Limits {
  int depth = 100;               ///< of nested evaluations
  long steps = 10'000'000;       ///< nodes evaluated
  long held = 10 * 1024 * 1024;  ///< bytes of the values built
};

/// Reads an expression (without `{%` and `%}`).
std::variant<Expression, Error> parse(std::string_view text);

/// The names of variables that an expression reads freely ("states", "x"), without `$`, sorted:
/// what a validator needs to know.
std::vector<std::string> free_variables(const Expression& expression);

/// Names that an expression reads of a context that Step Functions does not give: fields, `$`,
/// `$$`.
std::vector<std::string> top_level_references(const Expression& expression);

/// Names of the fields that an expression reads of the variable `$name`, as `$name.field`.
std::vector<std::string> fields_of(const Expression& expression, std::string_view name);

/// A value; no value (JSONata's undefined); or why there is none. `variables` are bound as `$name`;
/// `input` is `$` (in Step Functions there is none: pass nullopt).
std::variant<std::optional<Json>, Error> evaluate(const Expression& expression,
                                                  const std::optional<Json>& input,
                                                  const std::map<std::string, Json>& variables,
                                                  const Host& host, const Limits& limits = {});

}  // namespace opsim::jsonata
