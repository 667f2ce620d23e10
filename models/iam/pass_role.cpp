// AWS: Service Authorization Reference, the "Dependent actions" column: iam:PassRole.
#include "models/iam/pass_role.hpp"

#include <algorithm>

namespace opsim::iam {

namespace {

/// One row of the table. `path` leads to the role, "[]" to each item of a list.
struct Passing {
  std::string_view call;  // endpoint:Operation
  std::string_view path;
  std::string_view service;
};

// Sorted by call.
constexpr Passing kPassings[] = {
    {"autoscaling:PutLifecycleHook", "RoleARN", "autoscaling.amazonaws.com"},
    {"backup:CreateBackupSelection", "BackupSelection.IamRoleArn", "backup.amazonaws.com"},
    {"cloudformation:CreateChangeSet", "RoleARN", "cloudformation.amazonaws.com"},
    {"cloudformation:CreateStack", "RoleARN", "cloudformation.amazonaws.com"},
    {"cloudformation:CreateStackSet", "AdministrationRoleARN", "cloudformation.amazonaws.com"},
    {"cloudformation:DeleteStack", "RoleARN", "cloudformation.amazonaws.com"},
    {"cloudformation:UpdateStack", "RoleARN", "cloudformation.amazonaws.com"},
    {"cloudwatch:PutMetricStream", "RoleArn", "streams.metrics.cloudwatch.amazonaws.com"},
    {"codebuild:CreateProject", "serviceRole", "codebuild.amazonaws.com"},
    {"codebuild:UpdateProject", "serviceRole", "codebuild.amazonaws.com"},
    {"codedeploy:CreateDeploymentGroup", "serviceRoleArn", "codedeploy.amazonaws.com"},
    {"codedeploy:UpdateDeploymentGroup", "serviceRoleArn", "codedeploy.amazonaws.com"},
    {"codepipeline:CreatePipeline", "pipeline.roleArn", "codepipeline.amazonaws.com"},
    {"codepipeline:UpdatePipeline", "pipeline.roleArn", "codepipeline.amazonaws.com"},
    {"ecs:RegisterTaskDefinition", "executionRoleArn", "ecs-tasks.amazonaws.com"},
    {"ecs:RegisterTaskDefinition", "taskRoleArn", "ecs-tasks.amazonaws.com"},
    {"events:CreateArchive", "RoleArn", "events.amazonaws.com"},
    {"events:PutRule", "RoleArn", "events.amazonaws.com"},
    {"events:PutTargets", "Targets[].RoleArn", "events.amazonaws.com"},
    {"fis:CreateExperimentTemplate", "roleArn", "fis.amazonaws.com"},
    {"fis:UpdateExperimentTemplate", "roleArn", "fis.amazonaws.com"},
    {"lambda:CreateFunction", "Role", "lambda.amazonaws.com"},
    {"lambda:UpdateFunctionConfiguration", "Role", "lambda.amazonaws.com"},
    {"logs:PutSubscriptionFilter", "roleArn", "logs.amazonaws.com"},
    {"pipes:CreatePipe", "RoleArn", "pipes.amazonaws.com"},
    {"pipes:UpdatePipe", "RoleArn", "pipes.amazonaws.com"},
    {"rds:CreateDBInstance", "MonitoringRoleArn", "monitoring.rds.amazonaws.com"},
    {"scheduler:CreateSchedule", "Target.RoleArn", "scheduler.amazonaws.com"},
    {"scheduler:UpdateSchedule", "Target.RoleArn", "scheduler.amazonaws.com"},
    {"ssm:RegisterTaskWithMaintenanceWindow", "ServiceRoleArn", "ssm.amazonaws.com"},
    {"ssm:SendCommand", "ServiceRoleArn", "ssm.amazonaws.com"},
    {"ssm:StartAutomationExecution", "Parameters.AutomationAssumeRole[]", "ssm.amazonaws.com"},
    {"states:CreateStateMachine", "roleArn", "states.amazonaws.com"},
    {"states:UpdateStateMachine", "roleArn", "states.amazonaws.com"},
};
static_assert(std::ranges::is_sorted(kPassings, {}, &Passing::call));

/// Calls `take` with every text at the path.
template <class Take>
void follow(const Json& value, std::string_view path, const Take& take) {
  if (path.empty()) {
    if (value.is_string()) take(value.get_ref<const std::string&>());
    return;
  }
  if (path.starts_with("[]")) {
    path.remove_prefix(2);
    if (path.starts_with('.')) path.remove_prefix(1);
    if (!value.is_array()) return follow(value, path, take);  // one text where a list may stand
    for (const Json& item : value) follow(item, path, take);
    return;
  }
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  const std::string_view name = path.substr(0, end);
  path.remove_prefix(end);
  if (path.starts_with('.')) path.remove_prefix(1);
  if (!value.is_object()) return;
  const auto member = value.find(name);
  if (member != value.end()) follow(*member, path, take);
}

}  // namespace

std::vector<PassedRole> roles_passed(const Request& request) {
  std::string call{request.service};
  call.append(":").append(request.operation);
  std::vector<PassedRole> passed;
  for (const Passing& row : std::ranges::equal_range(
           kPassings, call, {}, [](const Passing& one) { return std::string{one.call}; })) {
    follow(request.input, row.path, [&](const std::string& text) {
      if (text.find(":role/") != text.npos) passed.push_back({text, row.service});
    });
  }
  return passed;
}

}  // namespace opsim::iam
