#pragma once
/// How an organization brings a new version to the targets of a stack set: physics of the set, and
/// what a timeline says.
#include "models/cloudformation/cloudformation.hpp"
#include "opsim/cloud/service.hpp"

namespace opsim::cloudformation {

extern const Shape kRolloutPhysics;
extern const Shape kRolloutFault;

void apply_rollout_physics(CloudFormation& cfn, const PhysicsRequest& request);
/// `roll out version 2 on Baseline`
void begin_rollout(CloudFormation& cfn, const FaultRequest& request);

/// Numbers of a set: targets at the wanted version, targets where a change failed, changes that
/// nobody's role stands behind.
std::optional<double> read_targets_current(CloudFormation& cfn, std::string_view set);
std::optional<double> read_targets_broken(CloudFormation& cfn, std::string_view set);
std::optional<double> read_changes_by_keys(CloudFormation& cfn, std::string_view set);

}  // namespace opsim::cloudformation
