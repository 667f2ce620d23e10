// The policy simulator.
// AWS: IAM API Reference, SimulateCustomPolicy, SimulatePrincipalPolicy, EvaluationResult; IAM User
// Guide, access_policies_testing-policies. What ContextEntries do not give is missing, and named in
// MissingContextValues. Identity-based policies, one permissions boundary, one resource policy.
// SIMPLIFIED: of a matched statement only its policy is told, not where in it it stands.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <deque>

#include "models/iam/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim::iam {

namespace {

constexpr std::size_t kMostQuestions = 10'000;

std::string lower_text(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

struct SourcedPolicy {
  const Policy* policy;
  std::string_view type;  // "IAM Policy", "Resource Policy", ...
};

struct PolicyCase {
  std::deque<Policy> from_input;
  std::vector<SourcedPolicy> policies;
  std::vector<std::string> unknown;  // AWS managed policies
  std::vector<Policy> boundaries;
  bool bounded = false;
  PolicyContext context;
};

PolicyContext read_entries(const Json& entries) {
  PolicyContext context;
  context.complete = true;
  for (const Json& entry : entries) {
    const std::string key = lower_text(input::text(entry, "ContextKeyName"));
    if (!key.empty()) context.values[key] = input::texts(entry, "ContextKeyValues");
  }
  return context;
}

/// Keys that some condition asks for and no entry gives, in the policies' own spelling.
void find_missing(const Policy& policy, const PolicyContext& context,
                  std::vector<std::string>& missing) {
  for (const Statement& statement : policy.statements) {
    if (!statement.condition.is_object()) continue;
    for (const auto& [name, keys] : statement.condition.items()) {
      if (!keys.is_object()) continue;
      for (const auto& [key, wanted] : keys.items())
        if (!context.values.contains(lower_text(key)) && std::ranges::count(missing, key) == 0)
          missing.push_back(key);
    }
  }
}

Json result_of(const PolicyCase& given, const std::string& action, const std::string& resource) {
  const Question question{lower_text(action), {resource}, &given.context};
  bool allowed = false;
  bool denied = false;
  Json matched = Json::array();
  std::vector<std::string> missing;
  const auto add = [&](Decision one, const std::string& name, std::string_view type) {
    allowed = allowed || one == Decision::allowed;
    denied = denied || one == Decision::denied;
    if (one != Decision::silent)
      matched.push_back({{"SourcePolicyId", name}, {"SourcePolicyType", type}});
  };
  for (const SourcedPolicy& one : given.policies) {
    add(decide(one.policy->statements, question), one.policy->name, one.type);
    find_missing(*one.policy, given.context, missing);
  }
  const std::string operation = action.substr(std::min(action.find(':') + 1, action.size()));
  for (const std::string& arn : given.unknown)
    add(decide_unknown(arn, question.action, operation), arn.substr(arn.rfind('/') + 1),
        "IAM Policy");
  bool within = !given.bounded;
  for (const Policy& boundary : given.boundaries) {
    const Decision one = decide(boundary.statements, question);
    within = within || one == Decision::allowed;
    denied = denied || one == Decision::denied;
  }
  Json result = json_object("EvalActionName", action, "EvalDecision",
                            denied              ? "explicitDeny"
                            : allowed && within ? "allowed"
                                                : "implicitDeny",
                            "EvalResourceName", resource, "MatchedStatements", std::move(matched),
                            "MissingContextValues", missing);
  if (given.bounded)
    result["PermissionsBoundaryDecisionDetail"] = {{"AllowedByPermissionsBoundary", within}};
  return result;
}

ApiResult<Json> answer_of(const PolicyCase& given, const Request& request) {
  const std::vector<std::string> actions = input::texts(request.input, "ActionNames");
  std::vector<std::string> resources = input::texts(request.input, "ResourceArns");
  if (actions.empty()) return ApiError{"InvalidInput", "ActionNames is required"};
  if (resources.empty()) resources.emplace_back("*");
  if (actions.size() * resources.size() > kMostQuestions)
    return ApiError{"InvalidInput", "Too many actions and resources"};
  Json results = Json::array();
  for (const std::string& action : actions)
    for (const std::string& resource : resources)
      results.push_back(result_of(given, action, resource));
  return Json{{"EvaluationResults", std::move(results)}, {"IsTruncated", false}};
}

/// What both operations take: further policies, boundaries, a resource policy, the context.
std::optional<ApiError> read_given(const Request& request, PolicyCase& given) {
  const auto read = [&](std::string_view member, auto&& take) -> std::optional<ApiError> {
    std::size_t number = 0;
    for (const std::string& text : input::texts(request.input, member)) {
      if (std::string complaint = complaint_of_policy(Json(text)); !complaint.empty())
        return ApiError{"InvalidInput", std::move(complaint)};
      take(read_policy(fmt::format("{}.{}", member, ++number), Json(text)));
    }
    return std::nullopt;
  };
  given.context = read_entries(input::member(request.input, "ContextEntries"));
  auto error = read("PolicyInputList", [&](Policy policy) {
    given.policies.push_back({&given.from_input.emplace_back(std::move(policy)), "IAM Policy"});
  });
  if (!error)
    error = read("ResourcePolicy", [&](Policy policy) {
      given.policies.push_back(
          {&given.from_input.emplace_back(std::move(policy)), "Resource Policy"});
    });
  if (!error)
    error = read("PermissionsBoundaryPolicyInputList", [&](Policy policy) {
      given.bounded = true;
      given.boundaries.push_back(std::move(policy));
    });
  return error;
}

}  // namespace

ApiResult<Json> simulate_custom_policy(Iam& /*iam*/, const Request& request) {
  PolicyCase given;
  if (auto error = read_given(request, given)) return std::move(*error);
  return answer_of(given, request);
}

ApiResult<Json> simulate_principal_policy(Iam& iam, const Request& request) {
  const std::string source = input::text(request.input, "PolicySourceArn");
  const Identity* identity = role_of(iam, source);
  IdentityKind kind = IdentityKind::role;
  if (identity == nullptr) {
    identity = user_of(iam, source);
    kind = IdentityKind::user;
  }
  if (identity == nullptr)
    return ApiError{"NoSuchEntity", fmt::format("The entity {} cannot be found.", source), 404};
  PolicyCase given;
  if (auto error = read_given(request, given)) return std::move(*error);
  for (const Holder& holder : holders_of(iam, *identity, kind)) {
    for (const Policy* policy : known_policies(iam, holder))
      given.policies.push_back({policy, "IAM Policy"});
    for (std::string& arn : unknown_policies(iam, holder)) given.unknown.push_back(std::move(arn));
  }
  const auto boundary = iam.managed.find(identity->boundary);
  if (boundary != iam.managed.end() && !given.bounded) {
    given.bounded = true;
    given.boundaries.push_back(boundary->second);
  }
  return answer_of(given, request);
}

}  // namespace opsim::iam
