#pragma once
/// What can only be said of a runbook as a whole.
#include <string>

#include "models/ssm/action.hpp"
#include "models/ssm/document_reader.hpp"

namespace opsim::ssm {

/// The inputs of a step against those of its action: unknown ones, missing ones, wrong types.
void check_inputs(const Node& inputs, const Action& action, const std::string& subject,
                  Diagnostics& diagnostics);

/// Steps that nothing leads to, placeholders that name nothing, outputs; what is not simulated.
void check_runbook(const Node& content, const DocumentSpec& spec, Diagnostics& diagnostics,
                   Findings* findings);

/// "; is "service" meant?", where a key of the mapping is nearly the one that it lacks; or "".
[[nodiscard]] std::string instead_of(std::string_view key, const Node& mapping);

/// What would fail only when the step runs, where its inputs are written out: a sleep that is no
/// duration, parameters that one of AWS's documents does not have. For those who check a file:
/// CreateDocument takes it.
void check_written_values(const Node& node, const StepSpec& step, Diagnostics& diagnostics);

/// Placeholders anywhere in `node` that name no parameter, step or variable.
void check_placeholders(const Node& node, const DocumentSpec& spec, Diagnostics& diagnostics);

}  // namespace opsim::ssm
