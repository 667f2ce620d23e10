// What calls may see of stack sets.
// AWS: CloudFormation API reference, data types StackSet, StackSetOperation, StackInstance.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/operations.hpp"
#include "models/cloudformation/stack_set_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

ApiResult<StackSet*> seen_set(CloudFormation& cfn, const Request& request) {
  const std::string name = input::text(request.input, "StackSetName");
  StackSet* set = find_set(cfn, request.place(), name);
  if (set == nullptr) return no_such_set(name);
  return set;
}

ApiResult<const StackSetOperation*> seen_operation(const StackSet& set, const Request& request) {
  const std::string id = input::text(request.input, "OperationId");
  for (const auto& operation : set.operations)
    if (operation->id == id) return operation.get();
  return ApiError{"OperationNotFoundException", fmt::format("Operation {} not found", id), 404};
}

Json instance_json(const StackSet& set, const StackInstance& instance) {
  Json shown{{"StackSetId", set.id},
             {"Account", instance.target.account},
             {"Region", instance.target.region},
             {"Status", instance.status},
             {"StackInstanceStatus", {{"DetailedStatus", instance.detailed}}},
             {"DriftStatus", instance.drift},
             {"LastOperationId", instance.last_operation}};
  if (!instance.stack_id.empty()) shown["StackId"] = instance.stack_id;
  if (!instance.reason.empty()) shown["StatusReason"] = instance.reason;
  if (!instance.unit.empty()) shown["OrganizationalUnitId"] = instance.unit;
  return shown;
}

Json operation_json(const StackSet& set, const StackSetOperation& operation) {
  Json shown{{"OperationId", operation.id},
             {"StackSetId", set.id},
             {"Action", operation.action},
             {"Status", operation.status},
             {"RetainStacks", operation.retain_stacks},
             {"OperationPreferences", operation.preferences.written},
             {"CreationTimestamp", iso8601(operation.created)},
             {"StatusDetails", {{"FailedStackInstancesCount", operation.failed}}}};
  if (!set.service_managed) {
    shown["AdministrationRoleARN"] = set.administration_role;
    shown["ExecutionRoleName"] = set.execution_role;
  }
  if (operation.ended) shown["EndTimestamp"] = iso8601(*operation.ended);
  return shown;
}

bool passes(const Json& input, std::string_view member, std::string_view value) {
  const std::string wanted = input::text(input, member);
  return wanted.empty() || wanted == value;
}

}  // namespace

ApiResult<Json> describe_stack_set(CloudFormation& cfn, const Request& request) {
  auto found = seen_set(cfn, request);
  if (!found) return found.error();
  const StackSet& set = **found;
  Json parameters = Json::array();
  for (const auto& [key, value] : set.spec.parameters)
    parameters.push_back({{"ParameterKey", key}, {"ParameterValue", value}});
  Json shown{{"StackSetId", set.id},
             {"StackSetName", set.name},
             {"StackSetARN", set.arn},
             {"Status", set.status},
             {"Description", set.description},
             {"TemplateBody", set.spec.body},
             {"Parameters", std::move(parameters)},
             {"Capabilities", set.spec.capabilities},
             {"PermissionModel", set.service_managed ? "SERVICE_MANAGED" : "SELF_MANAGED"}};
  if (set.service_managed) {
    shown["AutoDeployment"] = {{"Enabled", set.auto_deployment},
                               {"RetainStacksOnAccountRemoval", set.retain_on_removal}};
    shown["OrganizationalUnitIds"] = set.units;
  } else {
    shown["AdministrationRoleARN"] = set.administration_role;
    shown["ExecutionRoleName"] = set.execution_role;
  }
  return Json{{"StackSet", std::move(shown)}};
}

ApiResult<Json> list_stack_sets(CloudFormation& cfn, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, set] : cfn.sets)
    if (set->home == request.place() && passes(request.input, "Status", set->status))
      list.push_back(
          {{"StackSetName", set->name}, {"StackSetId", set->id}, {"Status", set->status}});
  return Json{{"Summaries", std::move(list)}};
}

ApiResult<Json> describe_stack_set_operation(CloudFormation& cfn, const Request& request) {
  auto set = seen_set(cfn, request);
  if (!set) return set.error();
  auto operation = seen_operation(**set, request);
  if (!operation) return operation.error();
  return Json{{"StackSetOperation", operation_json(**set, **operation)}};
}

ApiResult<Json> list_stack_set_operations(CloudFormation& cfn, const Request& request) {
  auto set = seen_set(cfn, request);
  if (!set) return set.error();
  Json list = Json::array();
  const auto& all = (*set)->operations;
  for (auto operation = all.rbegin(); operation != all.rend(); ++operation) {
    Json shown = operation_json(**set, **operation);
    shown.erase("StackSetId");
    list.push_back(std::move(shown));
  }
  return Json{{"Summaries", std::move(list)}};
}

ApiResult<Json> list_stack_set_operation_results(CloudFormation& cfn, const Request& request) {
  auto set = seen_set(cfn, request);
  if (!set) return set.error();
  auto operation = seen_operation(**set, request);
  if (!operation) return operation.error();
  Json list = Json::array();
  for (const auto& [place, result] : (*operation)->results) {
    Json shown{{"Account", place.account}, {"Region", place.region}, {"Status", result.status}};
    if (!result.reason.empty()) shown["StatusReason"] = result.reason;
    list.push_back(std::move(shown));
  }
  return Json{{"Summaries", std::move(list)}};
}

ApiResult<Json> list_stack_instances(CloudFormation& cfn, const Request& request) {
  auto set = seen_set(cfn, request);
  if (!set) return set.error();
  Json list = Json::array();
  for (const auto& [place, instance] : (*set)->instances)
    if (passes(request.input, "StackInstanceAccount", place.account) &&
        passes(request.input, "StackInstanceRegion", place.region))
      list.push_back(instance_json(**set, instance));
  return Json{{"Summaries", std::move(list)}};
}

ApiResult<Json> describe_stack_instance(CloudFormation& cfn, const Request& request) {
  auto set = seen_set(cfn, request);
  if (!set) return set.error();
  const Place place{input::text(request.input, "StackInstanceAccount"),
                    input::text(request.input, "StackInstanceRegion")};
  const auto found = (*set)->instances.find(place);
  if (found == (*set)->instances.end())
    return ApiError{"StackInstanceNotFoundException",
                    fmt::format("Stack instance for account {}, region {} not found", place.account,
                                place.region),
                    404};
  Json shown = instance_json(**set, found->second);
  shown["ParameterOverrides"] = Json::array();
  for (const auto& [key, value] : found->second.overrides)
    shown["ParameterOverrides"].push_back({{"ParameterKey", key}, {"ParameterValue", value}});
  return Json{{"StackInstance", std::move(shown)}};
}

}  // namespace opsim::cloudformation
