#pragma once
/// The API of CodeBuild and its CloudFormation type.
#include "models/codebuild/codebuild.hpp"

namespace opsim::codebuild {

ApiResult<Json> batch_get_builds(CodeBuild& all, const Request& request);
ApiResult<Json> batch_get_projects(CodeBuild& all, const Request& request);
ApiResult<Json> create_project(CodeBuild& all, const Request& request);
ApiResult<Json> delete_project(CodeBuild& all, const Request& request);
ApiResult<Json> list_builds(CodeBuild& all, const Request& request);
ApiResult<Json> list_builds_for_project(CodeBuild& all, const Request& request);
ApiResult<Json> list_projects(CodeBuild& all, const Request& request);
ApiResult<Json> retry_build(CodeBuild& all, const Request& request);
ApiResult<Json> start_build_call(CodeBuild& all, const Request& request);
ApiResult<Json> stop_build_call(CodeBuild& all, const Request& request);
ApiResult<Json> update_project(CodeBuild& all, const Request& request);
ApiResult<Created> create_project_resource(CodeBuild& all, const ResourceRequest& request);
Process<ApiResult<Json>> deliver_start(CodeBuild& all, Delivery delivery);

extern const Shape kPhasePhysicsShape;
void apply_phase_physics(Model& model, const PhysicsRequest& request);

}  // namespace opsim::codebuild
