// The role that SAM makes for a function or a state machine that names none.
// AWS: SAM specification, AWS::Serverless::Function "Policies": names of AWS managed policies,
// ARNs, policy documents and SAM policy templates.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/scenario/serverless_expansion.hpp"

namespace opsim {

namespace {

/// AWS managed policies whose ARN has the path service-role/.
bool is_of_service_role(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "AWSLambdaBasicExecutionRole",    "AWSLambdaDynamoDBExecutionRole",
      "AWSLambdaENIManagementAccess",   "AWSLambdaKinesisExecutionRole",
      "AWSLambdaMSKExecutionRole",      "AWSLambdaRole",
      "AWSLambdaSQSQueueExecutionRole", "AWSLambdaVPCAccessExecutionRole"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

Draft managed_policy(std::string_view name, const Node& at) {
  if (name.starts_with("arn:")) return Draft::text(std::string{name}, at);
  return substituted(fmt::format("arn:${{AWS::Partition}}:iam::aws:policy/{}{}",
                                 is_of_service_role(name) ? "service-role/" : "", name),
                     at);
}

bool is_function(const Node& policy) {
  return policy.is_mapping() && policy.size() == 1 &&
         (policy.entry(0).key == "Ref" || policy.entry(0).key.starts_with("Fn::"));
}

/// A policy of everything, for a policy template that is not known: no call fails for it.
Draft everything(const Node& at) {
  return Draft::json({{"Version", "2012-10-17"},
                      {"Statement", {{{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}}}}},
                     at);
}

Draft trust(std::string_view service, const Node& at) {
  return Draft::json({{"Version", "2012-10-17"},
                      {"Statement",
                       {{{"Effect", "Allow"},
                         {"Principal", {{"Service", {service}}}},
                         {"Action", {"sts:AssumeRole"}}}}}},
                     at);
}

}  // namespace

std::string ServerlessExpansion::add_role(const ServerlessResource& resource,
                                          std::string_view service,
                                          const std::vector<std::string>& managed) {
  const Node& at = resource.text;
  Draft arns = Draft::list(at);
  Draft inlined = Draft::list(at);
  for (const std::string& name : managed) arns.add(managed_policy(name, at));
  std::vector<Node> policies;
  const Node written = resource.properties.find("Policies").value_or(Node{});
  if (written.is_list())
    for (const Node& one : written.items()) policies.push_back(one);
  else if (!written.is_null())
    policies.push_back(written);
  for (const Node& policy : policies) {
    if (policy.is_text()) {
      arns.add(managed_policy(policy.spelling(), policy));
      continue;
    }
    if (is_function(policy)) {
      arns.add(Draft::of(policy));
      continue;
    }
    std::optional<Draft> document;
    if (policy.contains("Statement")) {
      document = Draft::of(policy);
    } else if (policy.is_mapping() && policy.size() == 1) {
      document = policy_of_template(policy.entry(0).key, policy.entry(0).value);
      if (!document) {
        not_simulated(fmt::format("SAM policy template {}", policy.entry(0).key));
        document = everything(policy);
      }
    }
    if (!document) continue;
    Draft entry = Draft::mapping(policy);
    entry.set(
        "PolicyName",
        Draft::text(fmt::format("{}RolePolicy{}", resource.id, inlined.parts().size()), policy));
    entry.set("PolicyDocument", *std::move(document));
    inlined.add(std::move(entry));
  }
  Draft role = Draft::mapping(at);
  const auto assumed = resource.properties.find("AssumeRolePolicyDocument");
  role.set("AssumeRolePolicyDocument", assumed ? Draft::of(*assumed) : trust(service, at));
  if (!arns.parts().empty()) role.set("ManagedPolicyArns", std::move(arns));
  if (!inlined.parts().empty()) role.set("Policies", std::move(inlined));
  copy(resource.properties, "RolePath", role, "Path");
  copy(resource.properties, {"PermissionsBoundary"}, role);
  std::string id = resource.id + "Role";
  add(id, "AWS::IAM::Role", std::move(role), resource.text);
  return id;
}

}  // namespace opsim
