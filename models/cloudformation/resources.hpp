#pragma once
#include <span>

#include "models/cloudformation/cloudformation.hpp"
#include "opsim/cloud/service.hpp"

namespace opsim::cloudformation {

ApiResult<Created> create_stack_set_resource(CloudFormation& cfn, const ResourceRequest& request);
ApiResult<Created> create_wait_condition(CloudFormation& cfn, const ResourceRequest& request);
ApiResult<Created> create_wait_handle(CloudFormation& cfn, const ResourceRequest& request);

extern const Shape kStackSetShape;

}  // namespace opsim::cloudformation
