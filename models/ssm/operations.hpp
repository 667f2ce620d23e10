#pragma once
/// The API of Systems Manager, for the table in service.cpp. Each file names the pages it follows.
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

using Answer = ApiResult<Json>;

// operations_automation.cpp
/// The execution that a request names; null when this place has none of that id.
Execution* named_execution(Ssm& ssm, const Request& request);
ApiError no_such_execution(const Request& request);
Answer start_automation_execution(Ssm& ssm, const Request& request);
Answer get_automation_execution(Ssm& ssm, const Request& request);
Answer stop_automation_execution(Ssm& ssm, const Request& request);
Answer send_automation_signal(Ssm& ssm, const Request& request);

// operations_automation_list.cpp
Answer describe_automation_executions(Ssm& ssm, const Request& request);
Answer describe_automation_step_executions(Ssm& ssm, const Request& request);

// operations_commands.cpp
Answer send_command(Ssm& ssm, const Request& request);
Answer cancel_command_operation(Ssm& ssm, const Request& request);
Answer get_command_invocation(Ssm& ssm, const Request& request);
Answer describe_instance_information(Ssm& ssm, const Request& request);
Answer get_connection_status(Ssm& ssm, const Request& request);

// operations_command_lists.cpp
Answer list_commands(Ssm& ssm, const Request& request);
Answer list_command_invocations(Ssm& ssm, const Request& request);

// service_settings.cpp
Answer get_service_setting(Ssm& ssm, const Request& request);
Answer reset_service_setting(Ssm& ssm, const Request& request);
Answer update_service_setting(Ssm& ssm, const Request& request);

// operations_documents.cpp
Answer create_document(Ssm& ssm, const Request& request);
Answer update_document(Ssm& ssm, const Request& request);
Answer update_document_default_version(Ssm& ssm, const Request& request);
Answer get_document(Ssm& ssm, const Request& request);
Answer describe_document_permission(Ssm& ssm, const Request& request);
Answer list_document_versions(Ssm& ssm, const Request& request);
Answer modify_document_permission(Ssm& ssm, const Request& request);
Answer describe_document(Ssm& ssm, const Request& request);
Answer list_documents(Ssm& ssm, const Request& request);
Answer delete_document(Ssm& ssm, const Request& request);

// resources.cpp
ApiResult<Created> create_document_resource(Ssm& ssm, const ResourceRequest& request);
extern const Shape kDocumentProperties;

// deliveries.cpp
Process<Answer> deliver_to_automation(Ssm& ssm, Delivery delivery);
Process<Answer> deliver_to_document(Ssm& ssm, Delivery delivery);

/// Physics of a document or of one of its steps.
void apply_script_physics(Model& model, const PhysicsRequest& request);

/// Why a runbook or a step did not do what it might have done.
std::vector<std::string> explain(Model& model, std::string_view subject);

}  // namespace opsim::ssm
