#include "models/iam/service_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "opsim/cloud/iam_action.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

constexpr int kDeepest = 8;  // "five levels of OUs" between the root and an account, and some room
/// "RCPs apply to actions for the following AWS services" (orgs_manage_policies_rcps): prefixes.
constexpr std::array<std::string_view, 11> kUnderResourceControl = {
    "aoss", "cognito-identity", "cognito-idp", "dynamodb", "ecr", "kms", "logs",
    "s3",   "secretsmanager",   "sqs",         "sts"};

std::string account_of(const Request& request) {
  const std::optional<Arn> principal = Arn::parse(request.caller.principal);
  const bool named = principal && !principal->account.empty();
  return named ? principal->account : request.place().account;
}

bool service_linked(const Request& request) {
  return request.caller.principal.find(":role/aws-service-role/") != std::string::npos;
}

/// What the policies attached to one target say. `none` where there are none at all: no
/// organization, or one that knows no such account.
struct Level {
  Decision decision = Decision::silent;
  std::string denied_by = {};  // an ARN
  bool none = true;
};

Level decide_level(Cloud& cloud, const std::string& target, std::string_view type,
                   const Question& question) {
  Level level;
  const Json filter{{"TargetId", target}, {"Filter", type}};
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
    if (one == Decision::denied && level.decision != Decision::denied)
      level.denied_by = input::text(summary, "Arn");
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
  const std::string& management = iam.cloud.home().account;
  if (account_of(request) == management && request.place().account == management) return false;
  return iam.cloud.model("organizations") != nullptr && !service_linked(request);
}

std::string refused_by_service_control(Iam& iam, const Request& request, const Question& question) {
  Cloud& cloud = iam.cloud;
  std::string target = account_of(request);
  if (target == cloud.home().account) return {};
  bool silent = false;
  for (int depth = 0; depth < kDeepest && !target.empty(); ++depth) {
    const Level level = decide_level(cloud, target, "SERVICE_CONTROL_POLICY", question);
    if (level.none) return {};
    if (level.decision == Decision::denied)
      return fmt::format("with an explicit deny in a service control policy: {}", level.denied_by);
    silent = silent || level.decision == Decision::silent;
    target = parent_of(cloud, target);
  }
  if (!silent) return {};
  return fmt::format("because no service control policy allows the {} action",
                     iam_action(request.service, request.operation));
}

std::string refused_by_resource_control(Iam& iam, const Request& request,
                                        const std::string& account, const Question& question) {
  const std::string_view action = question.action;
  const std::string_view service = action.substr(0, action.find(':'));
  if (account == iam.cloud.home().account) return {};
  if (std::ranges::count(kUnderResourceControl, service) == 0 || service_linked(request)) return {};
  std::string target = account;
  for (int depth = 0; depth < kDeepest && !target.empty(); ++depth) {
    const Level level = decide_level(iam.cloud, target, "RESOURCE_CONTROL_POLICY", question);
    if (level.none) return {};
    if (level.decision == Decision::denied)
      return fmt::format("with an explicit deny in a resource control policy: {}", level.denied_by);
    target = parent_of(iam.cloud, target);
  }
  return {};
}

void add_organization_keys(Iam& iam, const Request& request, PolicyContext& context) {
  Cloud& cloud = iam.cloud;
  const std::string account = account_of(request);
  const ApiResult<Json> own =
      cloud.inspect(cloud.home(), "organizations", "DescribeOrganization", Json::object());
  const ApiResult<Json> member =
      cloud.inspect(cloud.home(), "organizations", "DescribeAccount", {{"AccountId", account}});
  context.values["aws:principalisawsservice"] = {"false"};
  context.values["aws:viaawsservice"] = {"false"};
  if (own && (member || account == cloud.home().account)) {
    context.values["aws:principalorgid"] = {input::text(own->at("Organization"), "Id")};
  } else {
    context.absent.insert("aws:principalorgid");
  }
}

}  // namespace opsim::iam
