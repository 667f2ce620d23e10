#pragma once
/// What the parts of the Amazon States Language share: a failure, a result that may be one, and
/// the values that paths and expressions read. Source: states-language.net.
#include <boost/system/result.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "opsim/json.hpp"

namespace opsim::step_functions {

/// An Error Output: both may be absent, as in a Fail state that names neither.
struct Failure {
  std::optional<std::string> error{};
  std::optional<std::string> cause{};
};
[[noreturn]] inline void throw_exception_from_error(const Failure& failure,
                                                    const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error{failure.cause.value_or("")}, where);
}
template <class T>
using Outcome = boost::system::result<T, Failure>;

inline constexpr const char* kRuntimeError = "States.Runtime";
inline constexpr const char* kQueryError = "States.QueryEvaluationError";

/// Variables of a workflow, and of the workflows around it: an inner one reads but never writes
/// the outer ones (Step Functions guide, workflow-variables, "Scope").
struct Variables {
  std::map<std::string, Json, std::less<>> own{};
  const Variables* outer = nullptr;
  [[nodiscard]] const Json* find(std::string_view name) const {
    for (const Variables* scope = this; scope != nullptr; scope = scope->outer)
      if (const auto at = scope->own.find(name); at != scope->own.end()) return &at->second;
    return nullptr;
  }
};

/// What can be read while a state runs. Borrowed for the length of a call.
struct Values {
  const Json& input;
  const std::function<Json()>& context;  ///< `$$`, made when it is asked for
  const Variables& variables;
  const Json* result = nullptr;        ///< $states.result
  const Json* error_output = nullptr;  ///< $states.errorOutput
};

}  // namespace opsim::step_functions
