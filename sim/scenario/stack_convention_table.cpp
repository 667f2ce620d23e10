// AWS: CloudFormation User Guide, "Return values" of each type's page; Service Authorization
// Reference, "Resource types" (ARN formats).
#include "sim/scenario/stack_convention_table.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace opsim {

namespace {

using enum Reference;
using enum ArnScope;

// To add a type: one row, sorted.
constexpr Convention kConventions[] = {
    {"AWS::ApiGateway::RestApi", id, "api-", "apigateway", "/restapis/"},
    {"AWS::ApiGatewayV2::Api", id, "api-", "apigateway", "/apis/"},
    {"AWS::AutoScaling::AutoScalingGroup", name, "AutoScalingGroupName", "autoscaling",
     "autoScalingGroup:00000000:autoScalingGroupName/"},
    {"AWS::AutoScaling::LaunchConfiguration", name, "LaunchConfigurationName", "autoscaling",
     "launchConfiguration:00000000:launchConfigurationName/"},
    {"AWS::AutoScaling::ScalingPolicy", arn, "PolicyName", "autoscaling", "scalingPolicy:"},
    {"AWS::Batch::ComputeEnvironment", arn, "ComputeEnvironmentName", "batch",
     "compute-environment/"},
    {"AWS::Batch::JobDefinition", arn, "JobDefinitionName", "batch", "job-definition/"},
    {"AWS::Batch::JobQueue", arn, "JobQueueName", "batch", "job-queue/"},
    {"AWS::CloudFormation::Stack", arn, "StackName", "cloudformation", "stack/"},
    {"AWS::CloudFormation::WaitConditionHandle", url, "", "cloudformation", "waitcondition/"},
    {"AWS::CloudTrail::Trail", name, "TrailName", "cloudtrail", "trail/"},
    {"AWS::CloudWatch::Alarm", name, "AlarmName", "cloudwatch", "alarm:"},
    {"AWS::CloudWatch::Dashboard", name, "DashboardName", "cloudwatch", "dashboard/", account},
    {"AWS::CodeBuild::Project", name, "Name", "codebuild", "project/"},
    {"AWS::CodeDeploy::Application", name, "ApplicationName", "codedeploy", "application:"},
    {"AWS::CodePipeline::Pipeline", name, "Name", "codepipeline", ""},
    {"AWS::Config::ConfigRule", name, "ConfigRuleName", "config", "config-rule/"},
    {"AWS::DynamoDB::Table", name, "TableName", "dynamodb", "table/"},
    {"AWS::EC2::EIP", id, "eip-", "ec2", "elastic-ip/"},
    {"AWS::EC2::Instance", id, "i-", "ec2", "instance/"},
    {"AWS::EC2::InternetGateway", id, "igw-", "ec2", "internet-gateway/"},
    {"AWS::EC2::LaunchTemplate", id, "lt-", "ec2", "launch-template/"},
    {"AWS::EC2::NatGateway", id, "nat-", "ec2", "natgateway/"},
    {"AWS::EC2::NetworkInterface", id, "eni-", "ec2", "network-interface/"},
    {"AWS::EC2::RouteTable", id, "rtb-", "ec2", "route-table/"},
    {"AWS::EC2::SecurityGroup", id, "sg-", "ec2", "security-group/"},
    {"AWS::EC2::Subnet", id, "subnet-", "ec2", "subnet/"},
    {"AWS::EC2::VPC", id, "vpc-", "ec2", "vpc/"},
    {"AWS::EC2::VPCEndpoint", id, "vpce-", "ec2", "vpc-endpoint/"},
    {"AWS::EC2::Volume", id, "vol-", "ec2", "volume/"},
    {"AWS::ECS::Cluster", name, "ClusterName", "ecs", "cluster/"},
    {"AWS::ECS::Service", arn, "ServiceName", "ecs", "service/"},
    {"AWS::ECS::TaskDefinition", arn, "Family", "ecs", "task-definition/"},
    {"AWS::EFS::FileSystem", id, "fs-", "elasticfilesystem", "file-system/"},
    {"AWS::ElasticLoadBalancing::LoadBalancer", name, "LoadBalancerName", "elasticloadbalancing",
     "loadbalancer/"},
    {"AWS::ElasticLoadBalancingV2::Listener", arn, "", "elasticloadbalancing", "listener/app/"},
    {"AWS::ElasticLoadBalancingV2::ListenerRule", arn, "", "elasticloadbalancing",
     "listener-rule/app/"},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", arn, "Name", "elasticloadbalancing",
     "loadbalancer/app/"},
    {"AWS::ElasticLoadBalancingV2::TargetGroup", arn, "Name", "elasticloadbalancing",
     "targetgroup/"},
    {"AWS::Events::EventBus", name, "Name", "events", "event-bus/"},
    {"AWS::Events::Rule", name, "Name", "events", "rule/"},
    {"AWS::FIS::ExperimentTemplate", id, "EXT", "fis", "experiment-template/"},
    {"AWS::IAM::InstanceProfile", name, "InstanceProfileName", "iam", "instance-profile/", account},
    {"AWS::IAM::ManagedPolicy", arn, "ManagedPolicyName", "iam", "policy/", account},
    {"AWS::IAM::Role", name, "RoleName", "iam", "role/", account},
    {"AWS::IAM::User", name, "UserName", "iam", "user/", account},
    {"AWS::KMS::Alias", name, "AliasName", "kms", ""},
    {"AWS::KMS::Key", id, "key-", "kms", "key/"},
    {"AWS::Lambda::Function", name, "FunctionName", "lambda", "function:"},
    {"AWS::Logs::LogGroup", name, "LogGroupName", "logs", "log-group:"},
    {"AWS::Pipes::Pipe", name, "Name", "pipes", "pipe/"},
    {"AWS::RDS::DBCluster", name, "DBClusterIdentifier", "rds", "cluster:"},
    {"AWS::RDS::DBInstance", name, "DBInstanceIdentifier", "rds", "db:"},
    {"AWS::S3::Bucket", name, "BucketName", "s3", "", global},
    {"AWS::SNS::Subscription", arn, "", "sns", ""},
    {"AWS::SNS::Topic", arn, "TopicName", "sns", ""},
    {"AWS::SQS::Queue", url, "QueueName", "sqs", ""},
    {"AWS::SSM::Document", name, "Name", "ssm", "document/"},
    {"AWS::SSM::Parameter", name, "Name", "ssm", "parameter/"},
    {"AWS::SSMContacts::Contact", arn, "Alias", "ssm-contacts", "contact/"},
    {"AWS::SSMIncidents::ResponsePlan", arn, "Name", "ssm-incidents", "response-plan/", account},
    {"AWS::Scheduler::Schedule", name, "Name", "scheduler", "schedule/default/"},
    {"AWS::SecretsManager::Secret", arn, "Name", "secretsmanager", "secret:"},
    {"AWS::Serverless::Function", name, "FunctionName", "lambda", "function:"},
    {"AWS::Serverless::SimpleTable", name, "TableName", "dynamodb", "table/"},
    {"AWS::Serverless::StateMachine", arn, "Name", "states", "stateMachine:"},
    {"AWS::StepFunctions::Activity", arn, "Name", "states", "activity:"},
    {"AWS::StepFunctions::StateMachine", arn, "StateMachineName", "states", "stateMachine:"},
};
static_assert(std::ranges::adjacent_find(kConventions, std::ranges::greater_equal{},
                                         &Convention::type) == std::end(kConventions),
              "sorted by type, no duplicates");

}  // namespace

const Convention* find_convention(std::string_view type) {
  const auto row = std::ranges::lower_bound(kConventions, type, {}, &Convention::type);
  return row != std::end(kConventions) && row->type == type ? &*row : nullptr;
}

}  // namespace opsim
