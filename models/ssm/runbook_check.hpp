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

/// Placeholders anywhere in `node` that name no parameter, step or variable.
void check_placeholders(const Node& node, const DocumentSpec& spec, Diagnostics& diagnostics);

}  // namespace opsim::ssm
