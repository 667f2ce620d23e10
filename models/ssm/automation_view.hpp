#pragma once
/// Executions as the API shows them.
#include "models/ssm/execution.hpp"
#include "opsim/json.hpp"

namespace opsim::ssm {

class Ssm;

/// AWS: AutomationExecution, StepExecution, AutomationExecutionMetadata.
Json execution_view(Ssm& ssm, const Execution& execution);
Json execution_summary(const Execution& execution);
Json step_view(Ssm& ssm, const Execution& execution, std::size_t number);
/// All of them; of an execution with targets, one for each.
Json step_views(Ssm& ssm, const Execution& execution);
/// {"describe.State": ["running"]}
Json execution_outputs(const Execution& execution);

}  // namespace opsim::ssm
