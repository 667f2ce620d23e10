// Policies and saved queries of CloudWatch Logs in a template.
// AWS: CloudFormation Template Reference, AWS::Logs::ResourcePolicy (Ref: its name),
// AWS::Logs::QueryDefinition (Ref and QueryDefinitionId: its id), AWS::Logs::AccountPolicy (Ref:
// account, type and name joined by '|').
#include <fmt/format.h>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

constexpr Shape kPolicyText{.kind = Kind::text};
constexpr Shape kPolicyTexts{.kind = Kind::list, .of = &kPolicyText};
constexpr Field kAccountPolicyFields[] = {
    {.name = "PolicyDocument", .shape = &kPolicyText, .need = Need::required},
    {.name = "PolicyName", .shape = &kPolicyText, .need = Need::required},
    {.name = "PolicyType", .shape = &kPolicyText, .need = Need::required},
    {.name = "Scope", .shape = &kPolicyText},
    {.name = "SelectionCriteria", .simulated = Simulated::no},
};
constexpr Field kQueryDefinitionFields[] = {
    {.name = "LogGroupNames", .shape = &kPolicyTexts},
    {.name = "Name", .shape = &kPolicyText, .need = Need::required},
    {.name = "Parameters", .simulated = Simulated::no},
    {.name = "QueryLanguage", .shape = &kPolicyText},
    {.name = "QueryString", .shape = &kPolicyText, .need = Need::required},
};
constexpr Field kResourcePolicyFields[] = {
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "PolicyName", .shape = &kPolicyText, .need = Need::required},
};

/// The operation that the resource stands for, as its stack calls it.
template <ApiResult<Json> (*Handle)(Logs&, const Request&)>
ApiResult<Json> call(Logs& logs, const ResourceRequest& request, std::string_view operation) {
  const Caller caller{request.place, "cloudformation.amazonaws.com", ""};
  return Handle(logs, {logs.cloud, caller, "logs", operation, request.properties});
}

}  // namespace

constexpr Shape kAccountPolicyShape{.kind = Kind::mapping, .fields = kAccountPolicyFields};
constexpr Shape kQueryDefinitionShape{.kind = Kind::mapping, .fields = kQueryDefinitionFields};
constexpr Shape kResourcePolicyShape{.kind = Kind::mapping, .fields = kResourcePolicyFields};

ApiResult<Created> create_account_policy_resource(Logs& logs, const ResourceRequest& request) {
  const auto made = call<put_account_policy>(logs, request, "PutAccountPolicy");
  if (!made) return made.error();
  const Json& policy = (*made)["accountPolicy"];
  return Created{.physical_id = fmt::format("{}|{}|{}", request.place.account,
                                            input::text(policy, "policyType"),
                                            input::text(policy, "policyName")),
                 .attributes = {{"AccountId", request.place.account}}};
}

ApiResult<Created> create_query_definition_resource(Logs& logs, const ResourceRequest& request) {
  const auto made = call<put_query_definition>(logs, request, "PutQueryDefinition");
  if (!made) return made.error();
  const std::string id = input::text(*made, "queryDefinitionId");
  return Created{.physical_id = id, .attributes = {{"QueryDefinitionId", id}}};
}

ApiResult<Created> create_resource_policy_resource(Logs& logs, const ResourceRequest& request) {
  const auto made = call<put_resource_policy>(logs, request, "PutResourcePolicy");
  if (!made) return made.error();
  return Created{.physical_id = input::text(request.properties, "PolicyName")};
}

}  // namespace opsim::logs
