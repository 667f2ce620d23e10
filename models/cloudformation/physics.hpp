#pragma once
#include "models/cloudformation/cloudformation.hpp"
#include "opsim/cloud/service.hpp"

namespace opsim::cloudformation {

extern const Shape kWorkShape;
/// physics of a resource or a type: how often its handler fails, how long it takes.
void apply_work_physics(CloudFormation& cfn, const PhysicsRequest& request);

/// An instance serves for the first time: user data that call cfn-signal have done so.
void on_ready(CloudFormation& cfn, std::string_view instance);

}  // namespace opsim::cloudformation
