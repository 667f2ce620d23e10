#pragma once
/// Parts that calls, resources and roll-outs of stack sets share.
#include "models/cloudformation/cloudformation.hpp"

namespace opsim::cloudformation {

/// Where an operation goes: accounts, or organizational units, times Regions.
struct DeploymentTargets {
  std::vector<std::string> accounts;
  std::vector<std::string> units;
  std::vector<std::string> regions;
};

[[nodiscard]] StackSet* find_set(CloudFormation& cfn, const Place& home,
                                 std::string_view name_or_id);
[[nodiscard]] ApiError no_such_set(std::string_view name);
[[nodiscard]] ApiResult<OperationPreferences> read_preferences(const Json& written);
[[nodiscard]] DeploymentTargets read_targets(const Json& input);
/// Accounts of the units and of those below them, sorted; with the unit that each came from.
[[nodiscard]] std::map<std::string, std::string> accounts_of_units(
    CloudFormation& cfn, const StackSet& set, const std::vector<std::string>& units);
/// Every account of the targets in every Region, by Region order and account.
[[nodiscard]] std::vector<Place> places_of(CloudFormation& cfn, const StackSet& set,
                                           const DeploymentTargets& targets);

/// The operation runs from now on; AWS allows one at a time.
struct NewOperation {
  std::string action;
  std::vector<Place> targets{};
  OperationPreferences preferences{};
  bool retain_stacks = false;
  std::string id{};  // the caller's OperationId, or ""
};
ApiResult<StackSetOperation*> begin_operation(CloudFormation& cfn, StackSet& set,
                                              NewOperation asked);
Process<> run_operation(CloudFormation& cfn, StackSet& set, StackSetOperation& operation);

/// A new set, without instances.
ApiResult<StackSet*> make_set(CloudFormation& cfn, const Place& home, const Json& input);
/// Changes template, parameters and the like; a change makes every instance OUTDATED.
std::optional<ApiError> change_set_spec(CloudFormation& cfn, StackSet& set, const Json& input);
/// The parameters of one target's stack.
[[nodiscard]] Json instance_input(const StackSet& set, const StackInstance& instance);
/// Who acts in a target account.
[[nodiscard]] Caller executor(const StackSet& set, const Place& target);

/// Stands an instance up at once: the world begins with it.
void stand_instance_up(CloudFormation& cfn, StackSet& set, const Place& target);

/// Accounts that came into, or left, a unit that a set deploys to by itself.
void follow_organization(CloudFormation& cfn, const CallRecord& call);

}  // namespace opsim::cloudformation
