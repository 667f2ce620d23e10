#include "models/iam/service_control.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

constexpr int kDeepest = 8;  // "five levels of OUs" between the root and an account, and some room

std::string account_of(const Request& request) {
  const std::optional<Arn> principal = Arn::parse(request.caller.principal);
  const bool named = principal && !principal->account.empty();
  return named ? principal->account : request.place().account;
}

/// What the policies attached to one target say. `none` where there are none at all: no
/// organization, or one that knows no such account.
struct Level {
  Decision decision = Decision::silent;
  bool none = true;
};

Level decide_level(Cloud& cloud, const std::string& target, const Question& question) {
  Level level;
  const Json filter{{"TargetId", target}, {"Filter", "SERVICE_CONTROL_POLICY"}};
  const ApiResult<Json> attached =
      cloud.inspect(cloud.home(), "organizations", "ListPoliciesForTarget", filter);
  if (!attached) return level;
  level.none = false;
  for (const Json& summary : attached->at("Policies")) {
    const Json wanted{{"PolicyId", summary.at("Id")}};
    const ApiResult<Json> found =
        cloud.inspect(cloud.home(), "organizations", "DescribePolicy", wanted);
    if (!found) continue;
    const Policy policy = read_policy("", Json(input::text(found->at("Policy"), "Content")));
    const Decision one = decide(policy.statements, question);
    if (one == Decision::denied) level.decision = one;
    if (one == Decision::allowed && level.decision == Decision::silent) level.decision = one;
  }
  return level;
}

std::string parent_of(Cloud& cloud, const std::string& child) {
  const ApiResult<Json> parents =
      cloud.inspect(cloud.home(), "organizations", "ListParents", {{"ChildId", child}});
  if (!parents || parents->at("Parents").empty()) return {};
  return input::text(parents->at("Parents").at(0), "Id");
}

}  // namespace

bool organization_has_say(Iam& iam, const Request& request) {
  if (account_of(request) == iam.cloud.home().account) return false;
  if (iam.cloud.model("organizations") == nullptr) return false;
  return request.caller.principal.find(":role/aws-service-role/") == std::string::npos;
}

std::string refused_by_organization(Iam& iam, const Request& request, const Question& question) {
  Cloud& cloud = iam.cloud;
  std::string target = account_of(request);
  bool silent = false;
  for (int depth = 0; depth < kDeepest && !target.empty(); ++depth) {
    const Level level = decide_level(cloud, target, question);
    if (level.none) return {};
    if (level.decision == Decision::denied)
      return "with an explicit deny in a service control policy";
    silent = silent || level.decision == Decision::silent;
    target = parent_of(cloud, target);
  }
  if (!silent) return {};
  return fmt::format("because no service control policy allows the {}:{} action", request.service,
                     request.operation);
}

}  // namespace opsim::iam
