#pragma once
/// The API of CodeDeploy and its CloudFormation types.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

// ---- operations_applications.cpp ----
ApiResult<Json> batch_get_groups(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> create_application(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> create_config(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> create_group(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> delete_application(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> delete_config(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> delete_group(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> get_application(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> get_config(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> get_group(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> list_applications(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> list_configs(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> list_groups(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> update_group(CodeDeploy& codedeploy, const Request& request);
ApiResult<Created> create_application_resource(CodeDeploy& codedeploy,
                                               const ResourceRequest& request);
ApiResult<Created> create_config_resource(CodeDeploy& codedeploy, const ResourceRequest& request);
ApiResult<Created> create_group_resource(CodeDeploy& codedeploy, const ResourceRequest& request);

// ---- operations_deployments.cpp ----
ApiResult<Json> batch_get_deployment_targets(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> batch_get_deployments(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> continue_deployment(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> create_deployment_call(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> get_deployment(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> get_deployment_target(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> list_deployment_targets(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> list_deployments(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> skip_termination_wait(CodeDeploy& codedeploy, const Request& request);
ApiResult<Json> stop_deployment_call(CodeDeploy& codedeploy, const Request& request);

}  // namespace opsim::codedeploy
