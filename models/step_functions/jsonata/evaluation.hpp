#pragma once
/// One evaluation of an expression: its limits, its host, its rules.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/step_functions/jsonata/value.hpp"

namespace opsim::jsonata {

using Arguments = std::vector<Value>;

/// A built-in function. The signature is that of docs.jsonata.org: "s-nn?" is a text, which the
/// context may give, a number, and perhaps another.
struct Native {
  std::string_view name;
  std::string_view signature;
  Value (*call)(Evaluation&, Arguments&);
  std::size_t arity = 1;  // how many arguments a higher-order function hands to it
};
const Native* find_native(std::string_view name);

/// One level more, or the error that says so.
struct Deeper {
  Deeper(int& the_depth, int most) : depth{the_depth} {
    if (++depth <= most) return;
    --depth;
    throw Error{"U1001",
                "Stack overflow error: Check for non-terminating recursive function. Consider "
                "rewriting as tail-recursive.",
                0};
  }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --depth; }
  int& depth;
};

/// Items of a path, each with the variables that were bound on its way.
struct Tuples {
  std::vector<Value> items{};
  std::vector<std::shared_ptr<Scope>> scopes{};
  bool carries = true;  // false: only items, of a step that binds nothing
  void add(Value item, std::shared_ptr<Scope> scope) {
    items.push_back(std::move(item));
    scopes.push_back(std::move(scope));
  }
};

/// What a value counts in the memory of an evaluation, and a range once: by these [1..873782] is
/// the longest that is evaluated, as on AWS.
inline constexpr std::size_t kHeldValue = 12;
inline constexpr std::size_t kHeldSequence = 376;

/// A call at the end of a function's body: made once the body is left, so that recursion of this
/// kind does not nest.
struct TailCall {
  Value callee{};
  Arguments arguments{};
  Value context{};
};

class Evaluation {
 public:
  Evaluation(const Host& the_host, const Limits& limits) : host{the_host}, limits_{limits} {}

  Value evaluate(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope);
  Value call(const Function& function, Arguments arguments, const Value& context);
  /// Charges for a value that is built.
  void hold(std::size_t bytes);
  void step();
  /// Functions hold their scope and their scope holds them: takes the circles apart.
  void release() {
    for (const auto& scope : captured_) scope->own.clear();
  }

  const Host& host;

 private:
  Value inner(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope);
  Value path(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope);
  Value path_step(const Node& step, const std::vector<Value>& items, bool last,
                  const std::shared_ptr<Scope>& scope);
  Tuples tuples_of(const Node& path, const Value& input, const std::shared_ptr<Scope>& scope);
  Tuples tuple_step(const Node& step, const Tuples& from);
  Tuples stream_of(const Node& step, const Value& item, const std::shared_ptr<Scope>& scope);
  void tuple_stages(const Node& step, Tuples& tuples);
  Tuples sorted_tuples(const Node& step, const Tuples& from);
  Value filtered(const Node& filter, const Value& input, const std::shared_ptr<Scope>& scope);
  std::vector<Value> sorted(const Node& step, std::vector<Value> items,
                            const std::vector<std::shared_ptr<Scope>>& scopes,
                            const std::shared_ptr<Scope>& scope, std::vector<std::size_t>& order);
  Value grouped(const Node& node, const std::vector<Value>& items,
                const std::vector<std::shared_ptr<Scope>>& scopes,
                const std::shared_ptr<Scope>& scope);
  Value binary(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope);
  Value arithmetic(const Node& node, const Value& left, const Value& right);
  Value comparison(const Node& node, const Value& left, const Value& right);
  Value range(const Node& node, const Value& left, const Value& right);
  Value array(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope);
  Value applied(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope);
  Value invoked(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope,
                const Value* first);
  Value partial(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope);
  Value transformed(const Node& node, const Value& target, const std::shared_ptr<Scope>& scope);
  Arguments checked(const Native& native, const Arguments& arguments, const Value& context);
  Value ending(const Node& node, const Value& input, const std::shared_ptr<Scope>& scope,
               TailCall& tail);
  Value lambda_called(const Function& function, Arguments arguments, const Value& context);

  Value captured(Function function);

  Limits limits_;
  std::vector<std::shared_ptr<Scope>> captured_{};  // by functions
  int depth_ = 0;
  int calls_ = 0;
  long steps_ = 0;
  long held_ = 0;
};

Value function_value(Function function);
std::shared_ptr<Scope> inside(const std::shared_ptr<Scope>& scope);

/// Whether a predicate that came to `result` keeps the item at that place.
bool selects(const Value& result, std::size_t at, std::size_t size);
/// A sequence of one is its item; of none, nothing.
Value settled(Value value, bool keep_array);
/// A name's value: of an object, or of all objects of a list.
Value lookup(const Value& input, std::string_view name);
/// How many arguments a function can be handed.
std::size_t arity_of(const Function& function);

// ---- Regular expressions ----

/// Places are bytes; `index` counts UTF-16 units, as JavaScript does.
struct Match {
  std::size_t start = 0, end = 0, index = 0, length = 0;
  std::string text{};
  std::vector<std::optional<std::string>> groups{};
};
/// The matches at or behind `from`, `most` of them. Throws Error for what is no regular
/// expression, for one that backtracks without end, and D1004 where a later match is empty.
std::vector<Match> matches_in(const Node& regex, const std::string& text, std::size_t from,
                              std::size_t most);
/// The first as a value: match, start, end, groups, next.
Value match_value(const Node& regex, const std::string& text, std::size_t from);

/// The places of items in order: of two, the second comes first where `swaps` says so. Merges, as
/// the reference does, so that a comparison that fails fails for the same two.
std::vector<std::size_t> merged_order(std::size_t size,
                                      const std::function<bool(std::size_t, std::size_t)>& swaps);

}  // namespace opsim::jsonata
