// AWS Security Token Service: AssumeRole, GetCallerIdentity.
// AWS: STS API Reference; IAM User Guide, id_roles_use, id_roles_terms-and-concepts (role chaining:
// "a maximum of one hour"), access_policies#policies_session, troubleshoot_access-denied.
// SIMPLIFIED: credentials are names; who holds a session calls as its ARN. Sessions do not expire
// by themselves. A role of another account that nothing here made may be assumed.
#include <fmt/format.h>

#include "models/iam/operations.hpp"
#include "models/iam/trust.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

constexpr std::int64_t kShortestSession = 900;
constexpr std::int64_t kLongestSession = 43'200;
constexpr std::int64_t kLongestChained = 3600;

ApiError sts_constraint(std::string_view value, std::string_view member, std::string_view must) {
  return {"ValidationError",
          fmt::format("1 validation error detected: Value {} at '{}' failed to satisfy constraint: "
                      "Member must {}",
                      value, member, must)};
}

ApiError not_assumable(const Request& request, const std::string& role, std::string_view why) {
  return {"AccessDenied",
          fmt::format("User: {} is not authorized to perform: sts:AssumeRole on resource: {}{}{}",
                      request.caller.principal, role, why.empty() ? "" : " ", why),
          403};
}

/// A session of a role assumes the next one.
bool is_chained(const Request& request) {
  return request.caller.principal.find(":assumed-role/") != std::string::npos ||
         request.caller.principal.find(":role/") != std::string::npos;
}

std::optional<ApiError> check_duration(const Request& request, const Role* role) {
  const auto seconds = input::integer(request.input, "DurationSeconds");
  if (!seconds) return std::nullopt;
  if (*seconds < kShortestSession || *seconds > kLongestSession)
    return sts_constraint(fmt::format("'{}'", *seconds), "durationSeconds",
                          *seconds < kShortestSession ? "have value greater than or equal to 900"
                                                      : "have value less than or equal to 43200");
  if (is_chained(request) && *seconds > kLongestChained)
    return ApiError{"ValidationError",
                    "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                    "assumed by role chaining"};
  if (role != nullptr && *seconds > role->max_session_seconds)
    return ApiError{"ValidationError",
                    "The requested DurationSeconds exceeds the MaxSessionDuration set for this "
                    "role."};
  return std::nullopt;
}

/// Within an account either policy is enough where the trust names the caller; where it trusts the
/// account, and between accounts, the caller's own policies must allow it too.
std::optional<ApiError> check_trust(Iam& iam, const Request& request, const Role& role) {
  const Trust trust = trust_in(role, request);
  if (trust == Trust::denied)
    return not_assumable(request, role.arn, "with an explicit deny in the role trust policy");
  if (trust == Trust::silent)
    return not_assumable(request, role.arn,
                         "because no role trust policy allows the sts:AssumeRole action");
  const std::optional<Arn> caller = Arn::parse(request.caller.principal);
  const bool same = caller && caller->account == role.account;
  if (trust == Trust::principal && same) return std::nullopt;
  return authorize_action(iam, request, "sts:AssumeRole", {role.arn});
}

/// Policy and PolicyArns: "session policies limit permissions for a created session".
ApiResult<std::vector<Policy>> session_policies(const Iam& iam, const Request& request) {
  std::vector<Policy> policies;
  const Json& text = input::member(request.input, "Policy");
  if (!text.is_null()) {
    if (!complaint_of_policy(text).empty())
      return ApiError{"MalformedPolicyDocument", complaint_of_policy(text)};
    policies.push_back(read_policy("session", text));
  }
  for (const Json& one : input::member(request.input, "PolicyArns")) {
    const auto found = iam.managed.find(input::text(one, "arn"));
    if (found != iam.managed.end()) policies.push_back(found->second);
  }
  return policies;
}

}  // namespace

ApiResult<Json> assume_role(Iam& iam, const Request& request) {
  const std::string arn = input::text(request.input, "RoleArn");
  const std::string session = input::text(request.input, "RoleSessionName");
  if (arn.empty()) return sts_constraint("null", "roleArn", "not be null");
  if (session.size() < 2 || session.size() > 64)
    return sts_constraint(fmt::format("'{}'", session), "roleSessionName",
                          "have length between 2 and 64");
  const std::optional<Arn> parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "iam" || !parsed->resource.starts_with("role/"))
    return ApiError{"ValidationError", fmt::format("{} is invalid", arn)};
  const Role* role = role_of(iam, arn);
  const std::optional<Arn> caller = Arn::parse(request.caller.principal);
  if (role == nullptr && caller && caller->account == parsed->account)
    return not_assumable(request, arn, "");
  if (role != nullptr)
    if (auto error = check_trust(iam, request, *role)) return std::move(*error);
  if (auto error = check_duration(request, role)) return std::move(*error);
  auto policies = session_policies(iam, request);
  if (!policies) return policies.error();

  const std::string name = parsed->resource.substr(parsed->resource.rfind('/') + 1);
  const std::string principal = fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", parsed->partition,
                                            parsed->account, name, session);
  if (policies->empty())
    iam.session_policies.erase(principal);
  else
    iam.session_policies[principal] = *std::move(policies);
  const std::int64_t seconds = input::integer(request.input, "DurationSeconds").value_or(3600);
  const SimTime expires = iam.cloud.sim().now() + std::chrono::seconds{seconds};
  const std::string id = role == nullptr ? "AROAEXTERNAL" : role->id;
  return Json{{"Credentials",
               {{"AccessKeyId", iam.cloud.next_id("ASIA")},
                {"SecretAccessKey", "secret"},
                {"SessionToken", principal},
                {"Expiration", iso8601(std::chrono::floor<std::chrono::seconds>(expires))}}},
              {"AssumedRoleUser",
               {{"AssumedRoleId", fmt::format("{}:{}", id, session)}, {"Arn", principal}}}};
}

ApiResult<Json> get_caller_identity(Iam& iam, const Request& request) {
  std::string arn = request.caller.principal;
  std::string id = "AIDAEXTERNAL";
  if (const Role* role = role_of(iam, arn)) {
    const bool session = arn.find(":assumed-role/") != std::string::npos;
    const std::string name = session ? arn.substr(arn.rfind('/') + 1) : "session";
    if (!session)
      arn = fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", Arn::parse(arn)->partition,
                        role->account, role->name, name);
    id = fmt::format("{}:{}", role->id, name);
  } else if (const User* user = user_of(iam, arn)) {
    id = user->id;
  }
  return Json{{"Account", request.place().account}, {"Arn", arn}, {"UserId", id}};
}

}  // namespace opsim::iam
