#pragma once
/// Parts of the work on one resource.
#include "models/cloudformation/cloudformation.hpp"
#include "models/cloudformation/resource_types.hpp"

namespace opsim::cloudformation {

/// CREATE, or UPDATE where a resource of an update is replaced: the statuses begin with it.
Process<std::string> make(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                          std::uint32_t number, std::string verb);

/// `Resource handler returned message: "..." (RequestToken: ..., HandlerErrorCode: ...)`
std::string handler_message(CloudFormation& cfn, const ApiError& error);
/// "No export named X found", where the reader of templates says it at more length.
std::string in_aws_words(std::string failure);
/// How long a handler takes for it: the table's median, drawn around it, or what physics say.
Duration work_time(CloudFormation& cfn, const Stack& stack, const std::string& logical_id,
                   const std::string& type, double median_seconds);
/// The handler's failure by a scenario's physics, or "".
std::string physical_failure(CloudFormation& cfn, const Stack& stack, const std::string& logical_id,
                             const std::string& type);

// ---- update_calls.cpp ------------------------------------------------------------------------

struct ServiceCall {
  std::string service;
  std::string operation;
  Json input;
};
/// A call by the worker; handlers wait and try again where they are throttled.
Process<ApiResult<Json>> patient_call(CloudFormation& cfn, Stack& stack, ServiceCall call);
/// The calls that make what stands as `physical_id` of `before` be as `after` says; none where the
/// type's update is not simulated.
std::vector<ServiceCall> update_calls(const std::string& type, const std::string& physical_id,
                                      const Json& before, const Json& after,
                                      const Json& attributes);
/// Those that take it away; `snapshot`: the name of the one to keep, or "".
std::vector<ServiceCall> remove_calls(const Doomed& doomed, const std::string& snapshot);
/// The call that Assembly::create stands for, to ask for its permission and to record it.
ServiceCall create_call(const std::string& type, const Json& properties);

// ---- signals.cpp -----------------------------------------------------------------------------

/// CreationPolicy of a resource, or UpdatePolicy's WaitOnResourceSignals. "" or why not enough.
Process<std::string> await_signals(CloudFormation& cfn, Stack& stack, std::string logical_id,
                                   std::int64_t count, Duration timeout,
                                   std::int64_t min_success_percent);
struct CreationPolicy {
  std::int64_t count = 0;
  Duration timeout = std::chrono::minutes{5};  // "Timeout: the default is PT5M"
  std::int64_t min_success_percent = 100;
};
CreationPolicy read_creation_policy(const Json& attributes, const Json& properties,
                                    std::string_view type);

// ---- nested.cpp ------------------------------------------------------------------------------

Process<std::string> make_nested(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                 std::uint32_t number, const Json& properties);
Process<std::string> update_nested(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                   std::uint32_t number, const Json& properties);
Process<std::string> delete_nested(CloudFormation& cfn, Stack& stack, std::string id);

// ---- rolling_update.cpp ----------------------------------------------------------------------

/// Whether a group's change is one that its UpdatePolicy is for: what instances are made of, or
/// where they stand.
bool changes_instances(const Json& before, const Json& after);
/// UpdatePolicy of an Auto Scaling group: instances are replaced batch by batch. "" or why not.
Process<std::string> apply_update_policy(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                         std::uint32_t number, const Json& before,
                                         const Json& after);

// ---- alias_update.cpp ------------------------------------------------------------------------

/// CodeDeployLambdaAliasUpdate of an alias that gets another version, or null.
Json alias_update_policy(const Stack& stack, const std::string& type, const Json& attributes,
                         const Json& before, const Json& after);
Process<std::string> update_alias_by_deployment(CloudFormation& cfn, Stack& stack, Json policy,
                                                Json before, Json after);

// ---- stabilization.cpp -----------------------------------------------------------------------

/// Until the service says that it is steady (ECS). "" or why it never will be.
Process<std::string> await_stable(CloudFormation& cfn, Stack& stack, std::string type,
                                  std::string physical_id, Json properties);

}  // namespace opsim::cloudformation
