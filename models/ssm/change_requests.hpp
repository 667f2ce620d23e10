#pragma once
/// Change requests are automation executions, too, and those of models/change_manager: what the
/// operations of this table that take an AutomationExecutionId say of them.
#include <optional>

#include "models/ssm/operations.hpp"

namespace opsim::ssm {

/// The answer for a change request: its view, or whether it takes `signal` ("Approve", "Stop", ...)
/// from the caller. Nothing where the id is of none.
[[nodiscard]] std::optional<Answer> answer_of_change_request(Ssm& ssm, const Request& request,
                                                             std::string_view signal = {});
/// The summaries of all change requests of a place.
[[nodiscard]] Json change_requests_of(Ssm& ssm, const Place& place);

}  // namespace opsim::ssm
