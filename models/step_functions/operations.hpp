#pragma once
/// The API of Step Functions, as the table of service.cpp lists it.
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
ApiResult<Json> send_task_failure(StepFunctions& states, const Request& request);
ApiResult<Json> send_task_heartbeat(StepFunctions& states, const Request& request);
ApiResult<Json> send_task_success(StepFunctions& states, const Request& request);
ApiResult<Json> start_execution(StepFunctions& states, const Request& request);
Process<ApiResult<Json>> start_sync_execution(StepFunctions& states, Request request);
ApiResult<Json> stop_execution(StepFunctions& states, const Request& request);
Process<ApiResult<Json>> test_state(StepFunctions& states, Request request);
ApiResult<Json> update_state_machine(StepFunctions& states, const Request& request);
ApiResult<Json> validate_state_machine_definition(StepFunctions& states, const Request& request);

ApiResult<Created> create_machine_resource(StepFunctions& states, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(StepFunctions& states, Delivery delivery);

/// The text of a definition: as it is given, or the JSON that `opsim call` and templates may pass.
std::string definition_text(const Json& value);
/// InvalidDefinition with the first error, or nothing.
std::optional<ApiError> refused_definition(const std::string& text, MachineType type);

}  // namespace opsim::step_functions
