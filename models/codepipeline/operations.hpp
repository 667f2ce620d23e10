#pragma once
/// The API of CodePipeline and its CloudFormation type.
#include "models/codepipeline/codepipeline.hpp"

namespace opsim::codepipeline {

// ---- pipeline_operations.cpp ----
ApiResult<Json> create_pipeline(CodePipeline& all, const Request& request);
ApiResult<Json> delete_pipeline(CodePipeline& all, const Request& request);
ApiResult<Json> disable_transition(CodePipeline& all, const Request& request);
ApiResult<Json> enable_transition(CodePipeline& all, const Request& request);
ApiResult<Json> get_pipeline(CodePipeline& all, const Request& request);
ApiResult<Json> list_pipelines(CodePipeline& all, const Request& request);
ApiResult<Json> update_pipeline_call(CodePipeline& all, const Request& request);
ApiResult<Created> create_pipeline_resource(CodePipeline& all, const ResourceRequest& request);
void apply_action_physics(Model& model, const PhysicsRequest& request);
extern const Shape kActionPhysicsShape;

// ---- execution_operations.cpp ----
ApiResult<Json> override_condition(CodePipeline& all, const Request& request);
ApiResult<Json> put_approval_result(CodePipeline& all, const Request& request);
ApiResult<Json> put_job_failure(CodePipeline& all, const Request& request);
ApiResult<Json> put_job_success(CodePipeline& all, const Request& request);
ApiResult<Json> retry_stage_call(CodePipeline& all, const Request& request);
ApiResult<Json> rollback_stage(CodePipeline& all, const Request& request);
ApiResult<Json> start_execution_call(CodePipeline& all, const Request& request);
ApiResult<Json> stop_execution_call(CodePipeline& all, const Request& request);
Process<ApiResult<Json>> deliver_start(CodePipeline& all, Delivery delivery);

// ---- view_operations.cpp ----
ApiResult<Json> get_execution(CodePipeline& all, const Request& request);
ApiResult<Json> get_state(CodePipeline& all, const Request& request);
ApiResult<Json> list_actions(CodePipeline& all, const Request& request);
ApiResult<Json> list_executions(CodePipeline& all, const Request& request);

// ---- quantities.cpp ----
extern const std::span<const PhysicalQuantity> kPipelineQuantities;

/// The pipeline that a request names by `member`, or AWS's refusal.
[[nodiscard]] ApiResult<Pipeline*> named_pipeline(CodePipeline& all, const Request& request,
                                                  std::string_view member);
/// Its stage of that name.
[[nodiscard]] ApiResult<std::size_t> named_stage(const Pipeline& pipeline, const Json& input);

}  // namespace opsim::codepipeline
