#pragma once
/// The API of Step Functions, as the table of service.cpp lists it.
#include <initializer_list>

#include "models/step_functions/step_functions.hpp"

namespace opsim::step_functions {

ApiResult<Json> create_state_machine(StepFunctions& states, const Request& request);
ApiResult<Json> delete_state_machine(StepFunctions& states, const Request& request);
ApiResult<Json> describe_execution(StepFunctions& states, const Request& request);
ApiResult<Json> describe_state_machine(StepFunctions& states, const Request& request);
ApiResult<Json> describe_state_machine_for_execution(StepFunctions& states, const Request& request);
ApiResult<Json> get_execution_history(StepFunctions& states, const Request& request);
ApiResult<Json> list_executions(StepFunctions& states, const Request& request);
ApiResult<Json> list_state_machines(StepFunctions& states, const Request& request);
ApiResult<Json> redrive_execution(StepFunctions& states, const Request& request);
ApiResult<Json> send_task_failure(StepFunctions& states, const Request& request);
ApiResult<Json> send_task_heartbeat(StepFunctions& states, const Request& request);
ApiResult<Json> send_task_success(StepFunctions& states, const Request& request);
ApiResult<Json> start_execution(StepFunctions& states, const Request& request);
Process<ApiResult<Json>> start_sync_execution(StepFunctions& states, Request request);
ApiResult<Json> stop_execution(StepFunctions& states, const Request& request);
Process<ApiResult<Json>> test_state(StepFunctions& states, Request request);
ApiResult<Json> update_state_machine(StepFunctions& states, const Request& request);
ApiResult<Json> validate_state_machine_definition(StepFunctions& states, const Request& request);

// machine_versions.cpp
ApiResult<Json> create_state_machine_alias(StepFunctions& states, const Request& request);
ApiResult<Json> delete_state_machine_alias(StepFunctions& states, const Request& request);
ApiResult<Json> delete_state_machine_version(StepFunctions& states, const Request& request);
ApiResult<Json> describe_state_machine_alias(StepFunctions& states, const Request& request);
ApiResult<Json> list_state_machine_aliases(StepFunctions& states, const Request& request);
ApiResult<Json> list_state_machine_versions(StepFunctions& states, const Request& request);
ApiResult<Json> publish_state_machine_version(StepFunctions& states, const Request& request);
ApiResult<Json> update_state_machine_alias(StepFunctions& states, const Request& request);
ApiResult<Created> create_version_resource(StepFunctions& states, const ResourceRequest& request);
ApiResult<Created> create_alias_resource(StepFunctions& states, const ResourceRequest& request);

// activities.cpp
ApiResult<Json> create_activity(StepFunctions& states, const Request& request);
ApiResult<Json> delete_activity(StepFunctions& states, const Request& request);
ApiResult<Json> describe_activity(StepFunctions& states, const Request& request);
Process<ApiResult<Json>> get_activity_task(StepFunctions& states, Request request);
ApiResult<Json> list_activities(StepFunctions& states, const Request& request);
ApiResult<Created> create_activity_resource(StepFunctions& states, const ResourceRequest& request);

// map_runs.cpp
ApiResult<Json> describe_map_run(StepFunctions& states, const Request& request);
ApiResult<Json> list_map_runs(StepFunctions& states, const Request& request);
ApiResult<Json> update_map_run(StepFunctions& states, const Request& request);
/// ListExecutions of the children of a Map Run.
ApiResult<Json> list_children(StepFunctions& states, const std::string& run_arn, const Json& input);

ApiResult<Created> create_machine_resource(StepFunctions& states, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(StepFunctions& states, Delivery delivery);

/// The text of a definition: as it is given, or the JSON that `opsim call` and templates may pass.
std::string definition_text(const Json& value);
/// ValidationException where `key` is given and is none of `values`.
std::optional<ApiError> not_among(const Json& input, const std::string& key,
                                  std::initializer_list<std::string_view> values);
/// InvalidDefinition with the first error, or nothing.
std::optional<ApiError> refused_definition(const std::string& text, MachineType type);

}  // namespace opsim::step_functions
