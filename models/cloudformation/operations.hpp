#pragma once
#include "models/cloudformation/cloudformation.hpp"

namespace opsim::cloudformation {

// ---- stack_operations.cpp --------------------------------------------------------------------
ApiResult<Json> cancel_update_stack(CloudFormation& cfn, const Request& request);
ApiResult<Json> continue_update_rollback(CloudFormation& cfn, const Request& request);
ApiResult<Json> create_stack(CloudFormation& cfn, const Request& request);
ApiResult<Json> delete_stack(CloudFormation& cfn, const Request& request);
ApiResult<Json> rollback_stack(CloudFormation& cfn, const Request& request);
ApiResult<Json> set_stack_policy(CloudFormation& cfn, const Request& request);
ApiResult<Json> signal_resource(CloudFormation& cfn, const Request& request);
ApiResult<Json> update_stack(CloudFormation& cfn, const Request& request);
ApiResult<Json> update_termination_protection(CloudFormation& cfn, const Request& request);

/// What calls and stack sets have in common. The answer is the stack, already at work.
ApiResult<Stack*> begin_creation(CloudFormation& cfn, const Caller& caller, StackSpec spec);
ApiResult<Stack*> begin_update(CloudFormation& cfn, const Caller& caller, Stack& stack,
                               StackSpec spec);
ApiResult<Stack*> begin_deletion(CloudFormation& cfn, const Caller& caller, Stack& stack,
                                 std::vector<std::string> retained);
/// The living stack that StackName says.
ApiResult<Stack*> named_stack(CloudFormation& cfn, const Request& request);

// ---- stack_views.cpp -------------------------------------------------------------------------
ApiResult<Json> describe_stack_events(CloudFormation& cfn, const Request& request);
ApiResult<Json> describe_stack_resource(CloudFormation& cfn, const Request& request);
ApiResult<Json> describe_stack_resources(CloudFormation& cfn, const Request& request);
ApiResult<Json> describe_stacks(CloudFormation& cfn, const Request& request);
ApiResult<Json> get_stack_policy(CloudFormation& cfn, const Request& request);
ApiResult<Json> get_template(CloudFormation& cfn, const Request& request);
ApiResult<Json> get_template_summary(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_exports(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_imports(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_stack_resources(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_stacks(CloudFormation& cfn, const Request& request);
ApiResult<Json> validate_template(CloudFormation& cfn, const Request& request);

// ---- change_sets.cpp -------------------------------------------------------------------------
ApiResult<Json> create_change_set(CloudFormation& cfn, const Request& request);
ApiResult<Json> delete_change_set(CloudFormation& cfn, const Request& request);
ApiResult<Json> describe_change_set(CloudFormation& cfn, const Request& request);
ApiResult<Json> execute_change_set(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_change_sets(CloudFormation& cfn, const Request& request);

// ---- drift.cpp -------------------------------------------------------------------------------
ApiResult<Json> describe_drift_detection(CloudFormation& cfn, const Request& request);
ApiResult<Json> describe_resource_drifts(CloudFormation& cfn, const Request& request);
ApiResult<Json> detect_resource_drift(CloudFormation& cfn, const Request& request);
ApiResult<Json> detect_stack_drift(CloudFormation& cfn, const Request& request);
/// Compares every resource that can be compared; answers how many differ.
std::int64_t compare_stack(CloudFormation& cfn, Stack& stack);

// ---- stack_set_operations.cpp ----------------------------------------------------------------
ApiResult<Json> create_stack_instances(CloudFormation& cfn, const Request& request);
ApiResult<Json> create_stack_set(CloudFormation& cfn, const Request& request);
ApiResult<Json> delete_stack_instances(CloudFormation& cfn, const Request& request);
ApiResult<Json> delete_stack_set(CloudFormation& cfn, const Request& request);
ApiResult<Json> detect_stack_set_drift(CloudFormation& cfn, const Request& request);
ApiResult<Json> stop_stack_set_operation(CloudFormation& cfn, const Request& request);
ApiResult<Json> update_stack_instances(CloudFormation& cfn, const Request& request);
ApiResult<Json> update_stack_set(CloudFormation& cfn, const Request& request);

// ---- stack_set_views.cpp ---------------------------------------------------------------------
ApiResult<Json> describe_stack_instance(CloudFormation& cfn, const Request& request);
ApiResult<Json> describe_stack_set(CloudFormation& cfn, const Request& request);
ApiResult<Json> describe_stack_set_operation(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_stack_instances(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_stack_set_operation_results(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_stack_set_operations(CloudFormation& cfn, const Request& request);
ApiResult<Json> list_stack_sets(CloudFormation& cfn, const Request& request);

}  // namespace opsim::cloudformation
