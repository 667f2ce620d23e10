#pragma once
/// The operations, resource types and hooks that the table in service.cpp names.
#include "models/lambda/lambda.hpp"

namespace opsim::lambda {

// function_operations.cpp
ApiResult<Json> create_function(Lambda& lambda, const Request& request);
ApiResult<Json> delete_function(Lambda& lambda, const Request& request);
ApiResult<Json> get_function(Lambda& lambda, const Request& request);
ApiResult<Json> get_function_configuration(Lambda& lambda, const Request& request);
ApiResult<Json> list_functions(Lambda& lambda, const Request& request);
ApiResult<Json> update_function_code(Lambda& lambda, const Request& request);
ApiResult<Json> update_function_configuration(Lambda& lambda, const Request& request);
ApiResult<Json> get_account_settings(Lambda& lambda, const Request& request);

// version_operations.cpp
ApiResult<Json> publish_version(Lambda& lambda, const Request& request);
ApiResult<Json> list_versions_by_function(Lambda& lambda, const Request& request);
ApiResult<Json> create_alias(Lambda& lambda, const Request& request);
ApiResult<Json> delete_alias(Lambda& lambda, const Request& request);
ApiResult<Json> get_alias(Lambda& lambda, const Request& request);
ApiResult<Json> list_aliases(Lambda& lambda, const Request& request);
ApiResult<Json> update_alias(Lambda& lambda, const Request& request);

// concurrency_operations.cpp
ApiResult<Json> delete_function_concurrency(Lambda& lambda, const Request& request);
ApiResult<Json> delete_provisioned_concurrency_config(Lambda& lambda, const Request& request);
ApiResult<Json> get_function_concurrency(Lambda& lambda, const Request& request);
ApiResult<Json> get_provisioned_concurrency_config(Lambda& lambda, const Request& request);
ApiResult<Json> list_provisioned_concurrency_configs(Lambda& lambda, const Request& request);
ApiResult<Json> put_function_concurrency(Lambda& lambda, const Request& request);
ApiResult<Json> put_provisioned_concurrency_config(Lambda& lambda, const Request& request);

// invoke_operations.cpp
Process<ApiResult<Json>> invoke(Lambda& lambda, Request request);
ApiResult<Json> delete_function_event_invoke_config(Lambda& lambda, const Request& request);
ApiResult<Json> get_function_event_invoke_config(Lambda& lambda, const Request& request);
ApiResult<Json> list_function_event_invoke_configs(Lambda& lambda, const Request& request);
ApiResult<Json> put_function_event_invoke_config(Lambda& lambda, const Request& request);
ApiResult<Json> update_function_event_invoke_config(Lambda& lambda, const Request& request);
Process<ApiResult<Json>> take_delivery(Lambda& lambda, Delivery delivery);

// event_source_operations.cpp
ApiResult<Json> create_event_source_mapping(Lambda& lambda, const Request& request);
ApiResult<Json> delete_event_source_mapping(Lambda& lambda, const Request& request);
ApiResult<Json> get_event_source_mapping(Lambda& lambda, const Request& request);
ApiResult<Json> list_event_source_mappings(Lambda& lambda, const Request& request);
ApiResult<Json> update_event_source_mapping(Lambda& lambda, const Request& request);
ApiResult<Created> create_mapping_resource(Lambda& lambda, const ResourceRequest& request);
extern const Shape kEventSourceMappingShape;

// permission_operations.cpp
ApiResult<Json> add_permission(Lambda& lambda, const Request& request);
ApiResult<Json> get_policy(Lambda& lambda, const Request& request);
ApiResult<Json> remove_permission(Lambda& lambda, const Request& request);

// resources.cpp
ApiResult<Created> create_alias_resource(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_event_invoke_config(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_function_resource(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_layer_version(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_permission(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_url(Lambda& lambda, const ResourceRequest& request);
ApiResult<Created> create_version_resource(Lambda& lambda, const ResourceRequest& request);
extern const Shape kAliasShape;
extern const Shape kEventInvokeConfigShape;
extern const Shape kFunctionShape;
extern const Shape kLayerVersionShape;
extern const Shape kPermissionShape;
extern const Shape kUrlShape;
extern const Shape kVersionShape;

// quantities.cpp
void apply_physics(Model& model, const PhysicsRequest& request);
void apply_version_physics(Model& model, const PhysicsRequest& request);
extern const std::span<const PhysicalQuantity> kLambdaQuantities;

// ---- Permissions ----
/// A statement in the function's policy, from AddPermission's input or a template's properties.
void permit(Function& function, const std::string& qualifier, const std::string& id,
            const Json& permission);
/// The refusal of what a service hands over that no permission allows.
std::optional<ApiError> refused_invocation(const Function& function, const std::string& qualifier,
                                           const Delivery& delivery);

}  // namespace opsim::lambda
