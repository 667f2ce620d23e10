#pragma once
/// The state of IAM: roles, users, groups, instance profiles and their policies, a partition-wide
/// name space for each account.
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

/// What roles, users and groups have in common.
struct Identity {
  std::string name;
  std::string path = "/";
  std::string id;  // "AROA00000001"
  std::string arn;
  std::string account;
  SimTime created{};
  std::vector<Policy> inline_policies;
  std::vector<std::string> managed;  // ARNs of attached managed policies
  std::string boundary;              // ARN of a managed policy, or ""
  std::map<std::string, std::string> tags;
};

struct Role : Identity {
  std::string description;
  Json trust;  // AssumeRolePolicyDocument
  std::int64_t max_session_seconds = 3600;
};

struct User : Identity {
  std::vector<std::string> groups;  // names
};

using Group = Identity;

struct InstanceProfile {
  std::string name;
  std::string path = "/";
  std::string arn;
  std::string id;
  std::vector<std::string> roles;  // names
  SimTime created{};
};

enum class IdentityKind : std::uint8_t { group, role, user };

class Iam : public Model {
 public:
  explicit Iam(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<Name, Role> roles;
  std::map<Name, User> users;
  std::map<Name, Group> user_groups;
  std::map<Name, InstanceProfile> profiles;
  std::map<std::string, Policy, std::less<>> managed;  // of customers, by ARN
  /// Policies of stacks that name identities: they attach whether these stand already or not. The
  /// name is "role/NAME", "user/NAME" or "group/NAME".
  std::map<Name, std::vector<Policy>> attached;
  std::map<Name, std::vector<std::string>> attached_managed;

  /// Of sessions that AssumeRole limited, by the session's ARN.
  std::map<std::string, std::vector<Policy>, std::less<>> session_policies;

  [[nodiscard]] const Role* find_role(const std::string& account, std::string_view name) const;
};

// ---- authorization.cpp -----------------------------------------------------------------------

/// The role behind a principal: the ARN of a role, or of a session of it; null where it is no role
/// that a stack or a call made.
[[nodiscard]] const Role* role_of(const Iam& iam, std::string_view principal);
/// The user that a stack or a call made, or null.
[[nodiscard]] const User* user_of(const Iam& iam, std::string_view principal);
std::optional<ApiError> authorize(Iam& iam, const Request& request);
/// Whether the caller's own policies let it do that; the refusal, where they do not. Who is not
/// known is let.
std::optional<ApiError> authorize_action(Iam& iam, const Request& request,
                                         const std::string& action,
                                         const std::vector<std::string>& resources);

/// One who may have policies: with its kind, as `attached` names it.
struct Holder {
  const Identity* identity = nullptr;
  IdentityKind kind = IdentityKind::role;
};
/// The identity, and for a user its groups.
[[nodiscard]] std::vector<Holder> holders_of(const Iam& iam, const Identity& identity,
                                             IdentityKind kind);
/// Inline, attached and managed policies whose content is known.
[[nodiscard]] std::vector<const Policy*> known_policies(const Iam& iam, const Holder& holder);
/// ARNs of managed policies whose content is not known: AWS's own and those of elsewhere.
[[nodiscard]] std::vector<std::string> unknown_policies(const Iam& iam, const Holder& holder);
// ---- aws_managed.cpp -------------------------------------------------------------------------

/// What a managed policy that no stack made says of an action (in lower case).
[[nodiscard]] Decision decide_unknown(std::string_view arn, std::string_view action,
                                      std::string_view operation);

// ---- request_context.cpp ---------------------------------------------------------------------

/// The ARNs among a call's input, as far as they are obvious.
[[nodiscard]] std::vector<std::string> resources_named(const Request& request);
/// What conditions may ask of a call: once for each resource that the call names and that is known
/// here, since its tags count; at least once.
[[nodiscard]] std::vector<PolicyContext> contexts_of(const Request& request,
                                                     const Identity& identity, IdentityKind kind);

// ---- identities.cpp --------------------------------------------------------------------------

[[nodiscard]] std::string_view kind_name(IdentityKind kind);  // "role"
/// Every identity of a kind, or null.
[[nodiscard]] Identity* find_identity(Iam& iam, IdentityKind kind, const std::string& account,
                                      const std::string& name);
/// Makes one from Path, Tags, PermissionsBoundary, ...
[[nodiscard]] Identity& make_identity(Iam& iam, IdentityKind kind, const Place& place,
                                      const std::string& name, const Json& members);
/// Makes a role from Path, AssumeRolePolicyDocument, ...
[[nodiscard]] Role& make_role(Iam& iam, const Place& place, const std::string& name,
                              const Json& members);
[[nodiscard]] std::string iam_arn(const Place& place, std::string_view kind, std::string_view path,
                                  std::string_view name);

/// CloudFormation takes off what hangs on an identity, a profile or a policy before it deletes it.
[[nodiscard]] inline bool by_cloudformation(const Request& request) {
  return request.caller.invoked_by == "cloudformation.amazonaws.com";
}

/// Its policies and groups; a role leaves its instance profiles too.
void take_off_everything(Iam& iam, Identity& identity, IdentityKind kind);

// ---- iam_resources.cpp -----------------------------------------------------------------------

extern const std::span<const ResourceType> kIamResources;

}  // namespace opsim::iam
