// Managed policies of customers.
// AWS: IAM API Reference, CreatePolicy, GetPolicy, GetPolicyVersion, ListPolicies, DeletePolicy.
// SIMPLIFIED: a policy has one version, v1.
#include <fmt/format.h>

#include <algorithm>

#include "models/iam/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

/// How many identities hold the policy.
std::size_t attachments_of(const Iam& iam, const std::string& arn) {
  std::size_t count = 0;
  const auto in = [&](const auto& all) {
    for (const auto& [name, one] : all)
      count += static_cast<std::size_t>(std::ranges::count(one.managed, arn));
  };
  in(iam.roles);
  in(iam.users);
  in(iam.user_groups);
  for (const auto& [name, arns] : iam.attached_managed)
    count += static_cast<std::size_t>(std::ranges::count(arns, arn));
  return count;
}

Json policy_json(const Iam& iam, const Policy& policy) {
  return {{"PolicyName", policy.name},
          {"Arn", policy.arn},
          {"DefaultVersionId", "v1"},
          {"IsAttachable", true},
          {"AttachmentCount", attachments_of(iam, policy.arn)}};
}

ApiError no_policy(std::string_view arn) {
  return {"NoSuchEntity", fmt::format("Policy {} was not found.", arn), 404};
}

void detach_everywhere(Iam& iam, const std::string& arn) {
  const auto from = [&](auto& all) {
    for (auto& [name, one] : all) std::erase(one.managed, arn);
  };
  from(iam.roles);
  from(iam.users);
  from(iam.user_groups);
  for (auto& [name, arns] : iam.attached_managed) std::erase(arns, arn);
}

}  // namespace

ApiResult<Json> create_policy(Iam& iam, const Request& request) {
  const std::string name = input::text(request.input, "PolicyName");
  const Json& document = input::member(request.input, "PolicyDocument");
  if (name.empty() || name.size() > 128)
    return ApiError{"ValidationError", "PolicyName must be 1 to 128 characters"};
  if (std::string complaint = complaint_of_policy(document); !complaint.empty())
    return ApiError{"MalformedPolicyDocument", std::move(complaint)};
  const std::string arn =
      iam_arn(request.place(), "policy", input::text(request.input, "Path"), name);
  if (iam.managed.contains(arn))
    return ApiError{"EntityAlreadyExists",
                    fmt::format("A policy called {} already exists. Duplicate names are not "
                                "allowed.",
                                name),
                    409};
  Policy& policy = iam.managed[arn] = read_policy(name, document);
  policy.arn = arn;
  return Json{{"Policy", policy_json(iam, policy)}};
}

ApiResult<Json> get_policy(Iam& iam, const Request& request) {
  const std::string arn = input::text(request.input, "PolicyArn");
  const auto found = iam.managed.find(arn);
  if (found == iam.managed.end()) return no_policy(arn);
  return Json{{"Policy", policy_json(iam, found->second)}};
}

ApiResult<Json> get_policy_version(Iam& iam, const Request& request) {
  const std::string arn = input::text(request.input, "PolicyArn");
  const auto found = iam.managed.find(arn);
  if (found == iam.managed.end()) return no_policy(arn);
  const std::string version = input::text(request.input, "VersionId");
  if (version != "v1")
    return ApiError{
        "NoSuchEntity",
        fmt::format("Policy {} version {} does not exist or is not attachable.", arn, version),
        404};
  return Json{
      {"PolicyVersion",
       {{"Document", found->second.document}, {"VersionId", "v1"}, {"IsDefaultVersion", true}}}};
}

ApiResult<Json> list_policies(Iam& iam, const Request& request) {
  const std::string account = fmt::format(":iam::{}:policy/", request.place().account);
  Json list = Json::array();
  for (const auto& [arn, policy] : iam.managed)
    if (arn.find(account) != arn.npos) list.push_back(policy_json(iam, policy));
  return Json{{"Policies", std::move(list)}, {"IsTruncated", false}};
}

/// SIMPLIFIED: one version is kept, the default one; it goes on being v1.
ApiResult<Json> create_policy_version(Iam& iam, const Request& request) {
  const std::string arn = input::text(request.input, "PolicyArn");
  const Json& document = input::member(request.input, "PolicyDocument");
  const auto found = iam.managed.find(arn);
  if (found == iam.managed.end()) return no_policy(arn);
  if (std::string complaint = complaint_of_policy(document); !complaint.empty())
    return ApiError{"MalformedPolicyDocument", std::move(complaint)};
  Policy next = read_policy(found->second.name, document);
  next.arn = arn;
  found->second = std::move(next);
  return Json{{"PolicyVersion", {{"VersionId", "v1"}, {"IsDefaultVersion", true}}}};
}

ApiResult<Json> delete_policy(Iam& iam, const Request& request) {
  const std::string arn = input::text(request.input, "PolicyArn");
  if (!iam.managed.contains(arn)) return no_policy(arn);
  if (by_cloudformation(request)) detach_everywhere(iam, arn);
  if (attachments_of(iam, arn) > 0)
    return ApiError{"DeleteConflict", "Cannot delete a policy attached to entities.", 409};
  iam.managed.erase(arn);
  return Json::object();
}

}  // namespace opsim::iam
