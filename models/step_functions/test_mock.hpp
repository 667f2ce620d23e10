#pragma once
/// What a caller of TestState may make up: the answer of a task, the Context object.
#include <optional>
#include <string>

#include "models/step_functions/definition.hpp"
#include "models/step_functions/language.hpp"
#include "opsim/cloud/api.hpp"

namespace opsim::step_functions {

struct Mock {
  std::optional<Json> result{};
  std::optional<Failure> error{};
  [[nodiscard]] bool given() const { return result || error; }
};

/// ValidationException where AWS refuses the mock for this state.
ApiResult<Mock> read_mock(const Json& input, const State& state);
/// The Context object as the caller gave it; null where none was.
ApiResult<Json> read_context(const Json& input);

/// ValidationException for a state that is tested with a mock only.
std::optional<ApiError> needs_mock(const State& state);

ApiError invalid_test(std::string message);

}  // namespace opsim::step_functions
