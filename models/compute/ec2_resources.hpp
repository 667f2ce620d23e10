#pragma once
/// What CloudFormation makes of EC2 and Auto Scaling.
#include <span>
#include <string>

#include "models/compute/groups.hpp"

namespace opsim::compute {

/// The name of a resource whose template gives none: "web-WebFleet". SIMPLIFIED: CloudFormation
/// appends twelve random characters; here they would only be in the way.
[[nodiscard]] std::string generated_name(const ResourceRequest& request);

/// The tags that CloudFormation gives to what it makes, and that groups hand down.
[[nodiscard]] Tags stack_tags(const ResourceRequest& request);

ApiResult<Created> create_template_resource(Fleet& fleet, const ResourceRequest& request);

extern const std::span<const ResourceType> kEc2Resources;

// What is simulated of each type: ec2_shapes.cpp.
extern const Shape kInstanceProperties;
extern const Shape kLaunchTemplateProperties;
extern const Shape kSubnetProperties;
extern const Shape kVpcProperties;
extern const Shape kGroupProperties;
extern const Shape kLaunchConfigProperties;

}  // namespace opsim::compute
