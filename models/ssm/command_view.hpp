#pragma once
/// Commands and their invocations as the API shows them.
#include "models/ssm/command.hpp"

namespace opsim::ssm {

[[nodiscard]] std::string time_text(SimTime time);
[[nodiscard]] Json command_view(const Command& command);
[[nodiscard]] Json invocation_summary(const Command& command, const Invocation& invocation);

}  // namespace opsim::ssm
