// TestState. AWS: test-state-isolation; API Reference, TestState.
#include <fmt/format.h>

#include "models/step_functions/operations.hpp"

namespace opsim::step_functions {

Process<ApiResult<Json>> test_state(StepFunctions&, Request) {
  co_return ApiError{"NotSimulated", "TestState"};
}

}  // namespace opsim::step_functions
