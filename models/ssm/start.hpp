#pragma once
/// Making executions and commands from what callers ask.
#include <string>
#include <string_view>

#include "models/ssm/command.hpp"
#include "models/ssm/execution.hpp"
#include "opsim/cloud/api.hpp"

namespace opsim::ssm {

/// AWS: StartAutomationExecution, its checks and the execution, not yet started. `input` has the
/// API's members.
ApiResult<Execution*> make_execution(Ssm& ssm, const Caller& caller, const Json& input);

/// The execution of one item of `parent`, whose document it shares; at a location it has targets of
/// its own.
ApiResult<Execution*> make_child(Ssm& ssm, const Execution& parent, const SpreadItem& item);

/// Targets, TargetMaps or TargetLocations.
[[nodiscard]] bool has_targets(const Json& input);
ApiResult<Spread> read_spread(Ssm& ssm, const Place& place, const Json& input,
                              const DocumentSpec& document);

/// The members of resource groups. SIMPLIFIED: a group is a resource of the world that has members.
ApiResult<std::vector<std::string>> members_of_groups(Ssm& ssm,
                                                      const std::vector<std::string>& groups);

/// AWS: SendCommand, its checks and the command, not yet started.
ApiResult<Command*> make_command(Ssm& ssm, const Caller& caller, const Json& input);

/// Instances that `Targets` name, by "InstanceIds", "tag:Name", "tag-key", "resource-groups:Name".
ApiResult<std::vector<std::string>> resolve_targets(Ssm& ssm, const Place& place,
                                                    const Json& targets);

}  // namespace opsim::ssm
