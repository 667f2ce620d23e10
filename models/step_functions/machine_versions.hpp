#pragma once
/// Versions of a state machine, and aliases that lead to one or two of them.
/// AWS: concepts-cd-aliasing-versioning; API Reference, PublishStateMachineVersion,
/// CreateStateMachineAlias.
#include "models/step_functions/step_functions.hpp"

namespace opsim::step_functions {

/// What StartExecution's ARN means: the machine as it stands, a version, or an alias's version of
/// this time.
struct Startable {
  StateMachine* machine = nullptr;
  const MachineVersion* version = nullptr;
  const MachineAlias* alias = nullptr;
};
/// Draws where an alias has weights. Nothing where there is no such machine, version or alias.
std::optional<Startable> startable(StepFunctions& states, std::string_view arn);
const MachineVersion& publish_version(StepFunctions& states, StateMachine& machine,
                                      std::string description);
ApiResult<Execution*> begin_by_arn(StepFunctions& states, std::string_view arn, StartSpec spec);

}  // namespace opsim::step_functions
