// CodeDeployLambdaAliasUpdate: the traffic of an alias is moved by CodeDeploy, and the update
// waits. AWS: CloudFormation Template Reference, "UpdatePolicy attribute": ApplicationName and
// DeploymentGroupName; BeforeAllowTrafficHook and AfterAllowTrafficHook name functions.
// UNDOCUMENTED: the wording of the reason; the way back sets the alias at once.
#include <fmt/format.h>

#include "models/cloudformation/resource_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr Duration kLookAtDeployment = std::chrono::seconds{15};  // estimate

/// An AppSpec file for a Lambda function, as CodeDeploy reads it.
std::string appspec_of(const Json& policy, const Json& before, const Json& after) {
  const Json properties{{"Name", input::text(after, "FunctionName")},
                        {"Alias", input::text(after, "Name")},
                        {"CurrentVersion", input::text(before, "FunctionVersion")},
                        {"TargetVersion", input::text(after, "FunctionVersion")}};
  const Json function{{"Type", "AWS::Lambda::Function"}, {"Properties", properties}};
  const Json resource{{"alias", function}};
  Json appspec{{"version", 0.0}, {"Resources", Json::array({resource})}};
  for (const char* hook : {"BeforeAllowTraffic", "AfterAllowTraffic"})
    if (const std::string name = input::text(policy, std::string{hook} + "Hook"); !name.empty())
      appspec["Hooks"].push_back(Json::object({{hook, name}}));
  return appspec.dump();
}

Process<std::string> follow_deployment(CloudFormation& cfn, Stack& stack, std::string deployment) {
  const Json ask{{"deploymentId", deployment}};
  while (true) {
    co_await cfn.sim().sleep(kLookAtDeployment);
    const auto answer = cfn.cloud.inspect(stack.place, "codedeploy", "GetDeployment", ask);
    if (!answer) co_return answer.error().message;
    const Json& seen = input::member(*answer, "deploymentInfo");
    const std::string status = input::text(seen, "status");
    if (status == "Succeeded") co_return "";
    if (status != "Failed" && status != "Stopped") continue;
    const std::string why = input::text(input::member(seen, "errorInformation"), "message");
    co_return fmt::format("CodeDeploy deployment {} {}: {}", deployment,
                          status == "Failed" ? "failed" : "was stopped", why);
  }
}

}  // namespace

Json alias_update_policy(const Stack& stack, const std::string& type, const Json& attributes,
                         const Json& before, const Json& after) {
  if (type != "AWS::Lambda::Alias" || stack.status.find("ROLLBACK") != std::string::npos ||
      input::text(before, "FunctionVersion") == input::text(after, "FunctionVersion") ||
      input::text(before, "FunctionVersion").empty())
    return {};
  return input::member(input::member(attributes, "UpdatePolicy"), "CodeDeployLambdaAliasUpdate");
}

Process<std::string> update_alias_by_deployment(CloudFormation& cfn, Stack& stack, Json policy,
                                                Json before, Json after) {
  Json input{{"applicationName", input::text(policy, "ApplicationName")},
             {"deploymentGroupName", input::text(policy, "DeploymentGroupName")},
             {"revision",
              {{"revisionType", "AppSpecContent"},
               {"appSpecContent", {{"content", appspec_of(policy, before, after)}}}}}};
  Process<ApiResult<Json>> call =
      work_call(cfn, stack, "codedeploy", "CreateDeployment", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return handler_message(cfn, answer.error());
  Process<std::string> end = follow_deployment(cfn, stack, input::text(*answer, "deploymentId"));
  co_return co_await end;
}

}  // namespace opsim::cloudformation
