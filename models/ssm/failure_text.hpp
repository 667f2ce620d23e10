#pragma once
/// FailureMessage, as the API words it. The timeline tells the reason alone.
#include <string>

#include "models/ssm/action.hpp"

namespace opsim::ssm {

/// `answer`: what the step gave all the same, such as a command's id and response code.
[[nodiscard]] std::string failure_message(const StepSpec& step, Status status,
                                          const std::string& failure, const Json& answer);

}  // namespace opsim::ssm
