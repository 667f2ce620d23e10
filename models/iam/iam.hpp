#pragma once
/// The state of IAM: roles, instance profiles and the policies of both, a partition-wide name space
/// for each account.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/iam/policy.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::iam {

/// An account and a name: IAM has no Regions.
using Name = std::pair<std::string, std::string>;

struct Role {
  std::string name;
  std::string path = "/";
  std::string id;  // "AROA00000001"
  std::string arn;
  std::string account;
  std::string description;
  SimTime created{};
  Json trust;  // AssumeRolePolicyDocument
  std::vector<Policy> inline_policies;
  std::vector<std::string> managed;  // ARNs of attached managed policies
};

struct InstanceProfile {
  std::string name;
  std::string arn;
  std::string id;
  std::vector<std::string> roles;  // names
  SimTime created{};
};

class Iam : public Model {
 public:
  explicit Iam(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<Name, Role> roles;
  std::map<Name, InstanceProfile> profiles;
  std::map<std::string, Policy, std::less<>> managed;  // of customers, by ARN
  /// Policies of stacks that name roles: they attach to those whether these stand already or not.
  std::map<Name, std::vector<Policy>> attached;
  std::map<Name, std::vector<std::string>> attached_managed;

  [[nodiscard]] const Role* find_role(const std::string& account, std::string_view name) const;
};

// ---- authorization.cpp -----------------------------------------------------------------------

/// The role behind a principal: the ARN of a role, or of a session of it; null where it is no role
/// that a stack or a call made.
[[nodiscard]] const Role* role_of(const Iam& iam, std::string_view principal);
/// The ARNs among a call's input, as far as they are obvious.
[[nodiscard]] std::vector<std::string> resources_named(const Request& request);
std::optional<ApiError> authorize(Iam& iam, const Request& request);

// ---- iam_operations.cpp ----------------------------------------------------------------------

ApiResult<Json> attach_role_policy(Iam& iam, const Request& request);
ApiResult<Json> create_role(Iam& iam, const Request& request);
ApiResult<Json> delete_instance_profile(Iam& iam, const Request& request);
ApiResult<Json> delete_policy(Iam& iam, const Request& request);
ApiResult<Json> delete_role(Iam& iam, const Request& request);
ApiResult<Json> detach_role_policy(Iam& iam, const Request& request);
ApiResult<Json> get_role(Iam& iam, const Request& request);
ApiResult<Json> list_attached_role_policies(Iam& iam, const Request& request);
ApiResult<Json> list_roles(Iam& iam, const Request& request);
ApiResult<Json> put_role_policy(Iam& iam, const Request& request);

/// Makes a role from RoleName, Path, AssumeRolePolicyDocument, ...
[[nodiscard]] Role& make_role(Iam& iam, const Place& place, const std::string& name,
                              const Json& members);

// ---- iam_resources.cpp -----------------------------------------------------------------------

extern const std::span<const ResourceType> kIamResources;

}  // namespace opsim::iam
