#include "models/codepipeline/action_type.hpp"

#include <algorithm>

namespace opsim::codepipeline {

namespace {

constexpr Duration kHour = std::chrono::hours{1};
constexpr Duration kDay = std::chrono::hours{24};
constexpr std::string_view kNoJobs = "jobs of other tools are not run here";
constexpr std::string_view kNoModel = "what it deploys to has no model here";

// Time-outs: limits, "Length of time before an action times out": approval 7 days, CloudFormation
// 3 days, CodeBuild 8 hours, CodeDeploy 5 days, S3 90 minutes for deployment, Step Functions 7
// days, Lambda 20 minutes; all others one hour.
constexpr ActionType kTypes[] = {
    {"Approval", "AWS", "Manual", 0, 0, 0, 0, "", 7 * kDay},
    {"Build", "AWS", "CodeBuild", 1, 5, 0, 5, "ProjectName", 8 * kHour},
    {"Build", "AWS", "ECRBuildAndPublish", 1, 1, 0, 0, "ECRRepositoryName", kHour, kNoModel},
    {"Compute", "AWS", "Commands", 1, 10, 0, 1, "", kHour},
    {"Deploy", "AWS", "AppConfig", 1, 1, 0, 0,
     "Application Environment ConfigurationProfile InputArtifactConfigurationPath "
     "DeploymentStrategy",
     kHour},
    {"Deploy", "AWS", "CloudFormation", 0, 10, 0, 1, "ActionMode StackName", 3 * kDay},
    {"Deploy", "AWS", "CloudFormationStackInstances", 0, 1, 0, 0, "StackSetName", 3 * kDay},
    {"Deploy", "AWS", "CloudFormationStackSet", 1, 3, 0, 0, "StackSetName TemplatePath", 3 * kDay},
    {"Deploy", "AWS", "CodeDeploy", 1, 1, 0, 0, "ApplicationName DeploymentGroupName", 5 * kDay},
    {"Deploy", "AWS", "CodeDeployToECS", 1, 5, 0, 0,
     "ApplicationName DeploymentGroupName TaskDefinitionTemplateArtifact AppSpecTemplateArtifact",
     5 * kDay},
    {"Deploy", "AWS", "EC2", 1, 1, 0, 0, "", kHour, kNoModel},
    {"Deploy", "AWS", "ECS", 1, 1, 0, 0, "ClusterName ServiceName", kHour},
    {"Deploy", "AWS", "EKS", 1, 1, 0, 0, "ClusterName", kHour, kNoModel},
    {"Deploy", "AWS", "ElasticBeanstalk", 1, 1, 0, 0, "ApplicationName EnvironmentName", kHour,
     kNoModel},
    {"Deploy", "AWS", "OpsWorks", 1, 1, 0, 0, "", kHour, kNoModel},
    {"Deploy", "AWS", "S3", 1, 1, 0, 0, "BucketName Extract", kHour + kHour / 2},
    {"Deploy", "AWS", "ServiceCatalog", 1, 1, 0, 0, "", kHour, kNoModel},
    {"Deploy", "ThirdParty", "AlexaSkillsKit", 0, 2, 0, 0, "", kHour, kNoModel},
    {"Invoke", "AWS", "CodePipeline", 0, 0, 0, 0, "PipelineName", 7 * kDay},
    {"Invoke", "AWS", "InspectorScan", 1, 1, 0, 2, "", kHour, "scans find what is not here"},
    {"Invoke", "AWS", "Lambda", 0, 5, 0, 5, "FunctionName", std::chrono::minutes{20}},
    {"Invoke", "AWS", "StepFunctions", 0, 1, 0, 1, "StateMachineArn", 7 * kDay},
    {"Source", "AWS", "CodeCommit", 0, 0, 1, 1, "RepositoryName BranchName", kHour},
    {"Source", "AWS", "CodeStarSourceConnection", 0, 0, 1, 1,
     "ConnectionArn FullRepositoryId BranchName", kHour},
    {"Source", "AWS", "ECR", 0, 0, 1, 1, "RepositoryName", kHour},
    {"Source", "AWS", "S3", 0, 0, 1, 1, "S3Bucket S3ObjectKey", kHour},
    {"Source", "ThirdParty", "GitHub", 0, 0, 1, 1, "Owner Repo Branch OAuthToken", kHour},
    {"Test", "AWS", "CodeBuild", 1, 5, 0, 5, "ProjectName", 8 * kHour},
    {"Test", "AWS", "DeviceFarm", 1, 1, 0, 0, "", kHour, kNoJobs},
    {"Test", "ThirdParty", "BlazeMeter", 1, 1, 0, 0, "", kHour, kNoJobs},
    {"Test", "ThirdParty", "GhostInspector", 1, 1, 0, 0, "", kHour, kNoJobs},
    {"Test", "ThirdParty", "Runscope", 1, 1, 0, 0, "", kHour, kNoJobs},
};

/// Owner Custom is whatever the account made of it: Jenkins is one.
constexpr ActionType kCustom{"", "Custom", "", 0, 5, 0, 5, "", kHour, kNoJobs};

}  // namespace

const ActionType* find_action_type(const TypeId& type) {
  if (type.owner == "Custom") return &kCustom;
  const auto found = std::ranges::find_if(kTypes, [&](const ActionType& one) {
    return one.category == type.category && one.owner == type.owner &&
           one.provider == type.provider;
  });
  return found == std::end(kTypes) ? nullptr : &*found;
}

std::string missing_key(const ActionType& type, const ActionSpec& action) {
  std::string_view keys = type.required;
  while (!keys.empty()) {
    const std::string key{keys.substr(0, keys.find(' '))};
    if (!action.configuration.contains(key)) return key;
    keys.remove_prefix(std::min(keys.size(), key.size() + 1));
  }
  return {};
}

}  // namespace opsim::codepipeline
