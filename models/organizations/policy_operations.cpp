// AWS: AWS Organizations API reference: CreatePolicy, UpdatePolicy, DeletePolicy, DescribePolicy,
// ListPolicies, ListPoliciesForTarget, ListTargetsForPolicy, AttachPolicy, DetachPolicy.
// SIMPLIFIED: the type of policy is enabled from the beginning; lists are whole; only service and
// resource control policies are evaluated, other types are kept.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/organizations/organizations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::organizations {

namespace {

constexpr std::size_t kLongestPolicy = 10'240;  // characters (orgs_reference_limits)
constexpr std::size_t kLongestResourcePolicy = 5'120;
constexpr std::array<std::string_view, 6> kPolicyTypes = {
    "AISERVICES_OPT_OUT_POLICY", "BACKUP_POLICY",          "DECLARATIVE_POLICY_EC2",
    "RESOURCE_CONTROL_POLICY",   "SERVICE_CONTROL_POLICY", "TAG_POLICY"};

constexpr Shape kPolicyName{.kind = Kind::text, .min = 1, .max = 128};
constexpr Shape kPolicyText{.kind = Kind::text};
constexpr Shape kPolicyContent{.kind = Kind::any};
constexpr Shape kPolicyType{.kind = Kind::text, .allowed = kPolicyTypes};
constexpr Shape kTargets{.kind = Kind::list, .of = &kPolicyText};
constexpr Field kPolicyFields[] = {
    {.name = "Content",
     .shape = &kPolicyContent,
     .need = Need::required,
     .doc = "The policy, as JSON or as its text."},
    {.name = "Description", .shape = &kPolicyText},
    {.name = "Name", .shape = &kPolicyName, .need = Need::required},
    {.name = "Tags", .simulated = Simulated::no},
    {.name = "TargetIds",
     .shape = &kTargets,
     .doc = "The root, units and accounts that it is attached to."},
    {.name = "Type", .shape = &kPolicyType, .need = Need::required},
};

std::string policy_arn(const Organizations& organization, const ControlPolicy& policy) {
  const Place& home = organization.cloud.home();
  const std::string type = policy.type == "SERVICE_CONTROL_POLICY"    ? "service_control_policy"
                           : policy.type == "RESOURCE_CONTROL_POLICY" ? "resource_control_policy"
                                                                      : "policy";
  if (policy.aws_managed)
    return fmt::format("arn:{}:organizations::aws:policy/{}/{}", partition_of(home.region), type,
                       policy.id);
  return fmt::format("arn:{}:organizations::{}:policy/o-0001/{}/{}", partition_of(home.region),
                     home.account, type, policy.id);
}

Json summary_of(const Organizations& organization, const ControlPolicy& policy) {
  return {{"Id", policy.id},     {"Arn", policy_arn(organization, policy)},
          {"Name", policy.name}, {"Description", policy.description},
          {"Type", policy.type}, {"AwsManaged", policy.aws_managed}};
}

Json policy_json(const Organizations& organization, const ControlPolicy& policy) {
  return {{"Policy",
           {{"PolicySummary", summary_of(organization, policy)}, {"Content", policy.content}}}};
}

ApiError no_policy() {
  return {"PolicyNotFoundException",
          "We can't find a policy with the PolicyId that you specified."};
}
ApiError no_target() {
  return {"TargetNotFoundException",
          "We can't find a root, OU, or account with the TargetId that you specified."};
}
ApiError malformed() {
  return {"MalformedPolicyDocumentException",
          "The provided policy document does not meet the "
          "requirements of the specified policy type."};
}

/// orgs_manage_policies_scps_syntax: no Principal.
bool limits_principals(const Json& statement) {
  const std::string effect = input::text(statement, "Effect");
  const bool acts =
      statement.is_object() && statement.contains("Action") != statement.contains("NotAction");
  if (!acts || (effect != "Allow" && effect != "Deny")) return false;
  return !statement.contains("Principal") && !statement.contains("NotPrincipal");
}

/// orgs_manage_policies_rcps_syntax: Deny only, Principal "*" only, no NotAction nor NotPrincipal,
/// and "* by itself" is no Action of one's own policy.
bool limits_resources(const Json& statement) {
  const auto is = [&](const char* name, const char* value) {
    return input::member(statement, name) == value;
  };
  if (!statement.is_object() || !is("Effect", "Deny") || !is("Principal", "*")) return false;
  if (statement.contains("NotAction") || statement.contains("NotPrincipal")) return false;
  const std::vector<std::string> actions = input::texts(statement, "Action");
  if (actions.empty() && !input::member(statement, "Action").is_string()) return false;
  if (is("Action", "*") || std::ranges::count(actions, "*") > 0) return false;
  return statement.contains("Resource") != statement.contains("NotResource");
}

std::optional<ApiError> complaint_of(const std::string& content, std::string_view type) {
  const bool on_resources = type == "RESOURCE_CONTROL_POLICY";
  if (content.size() > (on_resources ? kLongestResourcePolicy : kLongestPolicy))
    return ApiError{"ConstraintViolationException", "You have exceeded the maximum policy size."};
  const Json document = Json::parse(content, nullptr, false);
  if (!document.is_object()) return malformed();
  if (type != "SERVICE_CONTROL_POLICY" && !on_resources) return std::nullopt;
  const Json& written = input::member(document, "Statement");
  const Json statements = written.is_object() ? Json::array({written}) : written;
  if (!statements.is_array() || statements.empty()) return malformed();
  for (const Json& statement : statements)
    if (!(on_resources ? limits_resources(statement) : limits_principals(statement)))
      return malformed();
  return std::nullopt;
}

ApiResult<const ControlPolicy*> named_policy(Organizations& organization, const Request& request) {
  const ControlPolicy* policy = organization.policies.find(input::text(request.input, "PolicyId"));
  if (policy == nullptr) return no_policy();
  return policy;
}

bool knows_target(const Organizations& organization, const std::string& id) {
  const bool home = id == organization.cloud.home().account;
  return home || organization.knows_parent(id) || organization.accounts.contains(id);
}

std::string content_of(const Json& members) {
  const Json& content = input::member(members, "Content");
  return content.is_string() ? content.get<std::string>() : content.dump();
}

}  // namespace

ApiResult<Json> create_policy(Organizations& organization, const Request& request) {
  ControlPolicy policy{.id = "",
                       .name = input::text(request.input, "Name"),
                       .description = input::text(request.input, "Description"),
                       .type = input::text(request.input, "Type"),
                       .content = content_of(request.input)};
  if (policy.name.empty() || std::ranges::count(kPolicyTypes, policy.type) == 0)
    return ApiError{"InvalidInputException", "You specified an invalid value."};
  if (auto error = complaint_of(policy.content, policy.type)) return std::move(*error);
  for (const auto& [id, other] : organization.policies.all())
    if (other.name == policy.name && other.type == policy.type)
      return ApiError{"DuplicatePolicyException", "A policy with the same name already exists."};
  policy.id = organization.cloud.next_id("p-");
  Json shown = policy_json(organization, policy);
  organization.policies.put(std::move(policy));
  return shown;
}

ApiResult<Json> update_policy(Organizations& organization, const Request& request) {
  const auto found = named_policy(organization, request);
  if (!found) return found.error();
  ControlPolicy policy = **found;
  if (policy.aws_managed)
    return ApiError{"PolicyChangesInProgressException", "AWS managed policies cannot be changed."};
  if (const std::string name = input::text(request.input, "Name"); !name.empty())
    policy.name = name;
  if (const std::string text = input::text(request.input, "Description"); !text.empty())
    policy.description = text;
  if (!input::member(request.input, "Content").is_null())
    policy.content = content_of(request.input);
  if (auto error = complaint_of(policy.content, policy.type)) return std::move(*error);
  Json shown = policy_json(organization, policy);
  organization.policies.put(std::move(policy));
  return shown;
}

ApiResult<Json> delete_policy(Organizations& organization, const Request& request) {
  const auto found = named_policy(organization, request);
  if (!found) return found.error();
  const std::string id = (*found)->id;
  if ((*found)->aws_managed || !organization.policies.targets(id).empty())
    return ApiError{"PolicyInUseException",
                    "The policy is attached to one or more entities. You must detach it from all "
                    "roots, OUs, and accounts before performing this operation."};
  organization.policies.erase(id);
  return Json::object();
}

ApiResult<Json> describe_policy(Organizations& organization, const Request& request) {
  const auto found = named_policy(organization, request);
  if (!found) return found.error();
  return policy_json(organization, **found);
}

ApiResult<Json> list_policies(Organizations& organization, const Request& request) {
  const std::string type = input::text(request.input, "Filter");
  Json list = Json::array();
  for (const auto& [id, policy] : organization.policies.all())
    if (policy.type == type) list.push_back(summary_of(organization, policy));
  return Json{{"Policies", std::move(list)}};
}

ApiResult<Json> list_policies_for_target(Organizations& organization, const Request& request) {
  const std::string target = input::text(request.input, "TargetId");
  if (!knows_target(organization, target)) return no_target();
  Json list = Json::array();
  for (const ControlPolicy* policy :
       organization.policies.of(target, input::text(request.input, "Filter")))
    list.push_back(summary_of(organization, *policy));
  return Json{{"Policies", std::move(list)}};
}

ApiResult<Json> list_targets_for_policy(Organizations& organization, const Request& request) {
  const auto found = named_policy(organization, request);
  if (!found) return found.error();
  Json list = Json::array();
  for (const std::string& target : organization.policies.targets((*found)->id)) {
    const bool unit = organization.units.contains(target);
    list.push_back({{"TargetId", target},
                    {"Type", target == organization.root ? "ROOT"
                             : unit                      ? "ORGANIZATIONAL_UNIT"
                                                         : "ACCOUNT"}});
  }
  return Json{{"Targets", std::move(list)}};
}

ApiResult<Json> attach_policy(Organizations& organization, const Request& request) {
  const auto found = named_policy(organization, request);
  if (!found) return found.error();
  const std::string target = input::text(request.input, "TargetId");
  if (!knows_target(organization, target)) return no_target();
  if (organization.policies.attached((*found)->id, target))
    return ApiError{"DuplicatePolicyAttachmentException",
                    "The selected policy is already attached to the specified target."};
  organization.policies.attach((*found)->id, target);
  return Json::object();
}

ApiResult<Json> detach_policy(Organizations& organization, const Request& request) {
  const auto found = named_policy(organization, request);
  if (!found) return found.error();
  const std::string target = input::text(request.input, "TargetId");
  if (!knows_target(organization, target)) return no_target();
  if (!organization.policies.attached((*found)->id, target))
    return ApiError{"PolicyNotAttachedException",
                    "The policy isn't attached to the specified target in the specified root."};
  if ((*found)->id == ControlPolicies::kFullResourceAccess)
    return ApiError{"ConstraintViolationException", "You can't detach RCPFullAWSAccess."};
  const std::string type = (*found)->type;
  if (type == "SERVICE_CONTROL_POLICY" && organization.policies.of(target, type).size() == 1)
    return ApiError{"ConstraintViolationException",
                    "You attempted to detach the last service control policy: every entity needs "
                    "at least one."};
  organization.policies.detach((*found)->id, target);
  return Json::object();
}

extern constexpr Shape kPolicyShape{.kind = Kind::mapping,
                                    .name = "OrganizationsPolicy",
                                    .doc = "A policy of the organization.",
                                    .fields = kPolicyFields};

/// AWS::Organizations::Policy: Name, Type, Content, Description, TargetIds. Ref is its id.
ApiResult<Created> create_policy_resource(Organizations& organization,
                                          const ResourceRequest& request) {
  ControlPolicy policy{.id = "",
                       .name = input::text(request.properties, "Name"),
                       .description = input::text(request.properties, "Description"),
                       .type = input::text(request.properties, "Type"),
                       .content = content_of(request.properties)};
  if (std::ranges::count(kPolicyTypes, policy.type) == 0)
    return ApiError{"InvalidInputException",
                    fmt::format("{} is no type of policy", opsim::quoted(policy.type))};
  if (auto error = complaint_of(policy.content, policy.type)) return std::move(*error);
  const std::vector<std::string> targets = input::texts(request.properties, "TargetIds");
  for (const std::string& target : targets)
    if (!knows_target(organization, target)) return no_target();
  policy.id = organization.cloud.next_id("p-");
  Created created{.physical_id = policy.id, .arn = policy_arn(organization, policy)};
  created.attributes = {{"Id", policy.id}, {"Arn", created.arn}};
  for (const std::string& target : targets) organization.policies.attach(policy.id, target);
  organization.policies.put(std::move(policy));
  return created;
}

}  // namespace opsim::organizations
