// Which call does what for a type, and how long it takes.
// AWS: the API reference of each service; durations are estimates, after what stacks usually show.
#include "models/cloudformation/resource_types.hpp"

#include <algorithm>
#include <iterator>

namespace opsim::cloudformation {

namespace {

// To add a type: one row, sorted.
// type, service, create, update, remove, id of update, id of remove, also, seconds
constexpr TypeRow kTypes[] = {
    {"AWS::AppConfig::Application", "appconfig", "CreateApplication", "", "", "", "", "", 2, 2, 2},
    {"AWS::AppConfig::Deployment", "appconfig", "StartDeployment", "", "", "", "", "", 30, 30, 2},
    {"AWS::AutoScaling::AutoScalingGroup", "autoscaling", "CreateAutoScalingGroup",
     "UpdateAutoScalingGroup", "DeleteAutoScalingGroup", "AutoScalingGroupName",
     "AutoScalingGroupName", "", 12, 5, 60},
    {"AWS::AutoScaling::LaunchConfiguration", "autoscaling", "CreateLaunchConfiguration", "",
     "DeleteLaunchConfiguration", "", "LaunchConfigurationName", "", 3, 3, 3},
    {"AWS::AutoScaling::LifecycleHook", "autoscaling", "PutLifecycleHook", "PutLifecycleHook",
     "DeleteLifecycleHook", "LifecycleHookName", "LifecycleHookName", "AutoScalingGroupName", 3, 3,
     3},
    {"AWS::AutoScaling::ScalingPolicy", "autoscaling", "PutScalingPolicy", "PutScalingPolicy",
     "DeletePolicy", "PolicyName", "PolicyName", "AutoScalingGroupName", 3, 3, 3},
    {"AWS::AutoScaling::ScheduledAction", "autoscaling", "PutScheduledUpdateGroupAction",
     "PutScheduledUpdateGroupAction", "DeleteScheduledAction", "ScheduledActionName",
     "ScheduledActionName", "AutoScalingGroupName", 3, 3, 3},
    {"AWS::AutoScaling::WarmPool", "autoscaling", "PutWarmPool", "PutWarmPool", "DeleteWarmPool",
     "AutoScalingGroupName", "AutoScalingGroupName", "", 3, 3, 60},
    {"AWS::CloudFormation::StackSet", "cloudformation", "CreateStackSet", "UpdateStackSet",
     "DeleteStackSet", "StackSetName", "StackSetName", "", 20, 30, 10},
    {"AWS::CloudWatch::Alarm", "cloudwatch", "PutMetricAlarm", "PutMetricAlarm", "DeleteAlarms",
     "AlarmName", "AlarmNames[]", "", 3, 3, 3},
    {"AWS::CloudWatch::AlarmMuteRule", "cloudwatch", "PutAlarmMuteRule", "PutAlarmMuteRule",
     "DeleteAlarmMuteRule", "", "AlarmMuteRuleName", "", 3, 3, 3},
    {"AWS::CloudWatch::AnomalyDetector", "cloudwatch", "PutAnomalyDetector", "PutAnomalyDetector",
     "DeleteAnomalyDetector", "", "",
     "Dimensions,MetricMathAnomalyDetector,MetricName,Namespace,SingleMetricAnomalyDetector,Stat",
     3, 3, 3},
    {"AWS::CloudWatch::CompositeAlarm", "cloudwatch", "PutCompositeAlarm", "PutCompositeAlarm",
     "DeleteAlarms", "AlarmName", "AlarmNames[]", "", 3, 3, 3},
    {"AWS::CloudWatch::Dashboard", "cloudwatch", "PutDashboard", "PutDashboard", "DeleteDashboards",
     "DashboardName", "DashboardNames[]", "", 3, 3, 3},
    {"AWS::CloudWatch::LogAlarm", "cloudwatch", "PutLogAlarm", "PutLogAlarm", "DeleteAlarms",
     "AlarmName", "AlarmNames[]", "", 3, 3, 3},
    {"AWS::CodeDeploy::Application", "codedeploy", "CreateApplication", "", "DeleteApplication", "",
     "applicationName", "", 3, 3, 3},
    {"AWS::CodeDeploy::DeploymentConfig", "codedeploy", "CreateDeploymentConfig", "",
     "DeleteDeploymentConfig", "", "deploymentConfigName", "", 3, 3, 3},
    {"AWS::CodeDeploy::DeploymentGroup", "codedeploy", "CreateDeploymentGroup",
     "UpdateDeploymentGroup", "DeleteDeploymentGroup", "CurrentDeploymentGroupName",
     "deploymentGroupName", "ApplicationName", 5, 5, 3},
    {"AWS::Config::ConfigRule", "config", "PutConfigRule", "PutConfigRule", "DeleteConfigRule",
     "ConfigRuleName", "ConfigRuleName", "", 10, 5, 20},
    {"AWS::Config::ConfigurationAggregator", "config", "PutConfigurationAggregator",
     "PutConfigurationAggregator", "DeleteConfigurationAggregator", "ConfigurationAggregatorName",
     "ConfigurationAggregatorName", "", 5, 5, 5},
    {"AWS::Config::ConformancePack", "config", "PutConformancePack", "PutConformancePack",
     "DeleteConformancePack", "ConformancePackName", "ConformancePackName", "", 90, 90, 60},
    {"AWS::Config::OrganizationConformancePack", "config", "PutOrganizationConformancePack",
     "PutOrganizationConformancePack", "DeleteOrganizationConformancePack",
     "OrganizationConformancePackName", "OrganizationConformancePackName", "", 300, 300, 300},
    {"AWS::Config::RemediationConfiguration", "config", "PutRemediationConfigurations",
     "PutRemediationConfigurations", "DeleteRemediationConfiguration", "", "ConfigRuleName", "", 5,
     5, 5},
    {"AWS::DynamoDB::Table", "dynamodb", "CreateTable", "UpdateTable", "DeleteTable", "TableName",
     "TableName", "", 20, 30, 15},
    {"AWS::EC2::Instance", "ec2", "RunInstances", "", "TerminateInstances", "", "InstanceIds[]", "",
     25, 60, 60},
    {"AWS::EC2::InternetGateway", "ec2", "CreateInternetGateway", "", "", "", "", "", 16, 5, 16},
    {"AWS::EC2::LaunchTemplate", "ec2", "CreateLaunchTemplate", "CreateLaunchTemplateVersion", "",
     "LaunchTemplateId", "", "", 3, 3, 3},
    {"AWS::EC2::NatGateway", "ec2", "CreateNatGateway", "", "", "", "", "", 105, 5, 60},
    {"AWS::EC2::SecurityGroup", "ec2", "CreateSecurityGroup", "", "DeleteSecurityGroup", "",
     "GroupId", "", 6, 6, 6},
    {"AWS::EC2::SecurityGroupEgress", "ec2", "AuthorizeSecurityGroupEgress", "",
     "RevokeSecurityGroupEgress", "", "SecurityGroupRuleIds[]", "", 3, 3, 3},
    {"AWS::EC2::SecurityGroupIngress", "ec2", "AuthorizeSecurityGroupIngress", "",
     "RevokeSecurityGroupIngress", "", "SecurityGroupRuleIds[]", "", 3, 3, 3},
    {"AWS::EC2::Volume", "ec2", "CreateVolume", "ModifyVolume", "DeleteVolume", "VolumeId",
     "VolumeId", "", 10, 30, 10},
    {"AWS::ECS::Cluster", "ecs", "CreateCluster", "", "DeleteCluster", "", "cluster", "", 6, 5, 6},
    {"AWS::ECS::Service", "ecs", "CreateService", "UpdateService", "DeleteService", "service",
     "service", "Cluster", 30, 20, 30},
    {"AWS::ECS::TaskDefinition", "ecs", "RegisterTaskDefinition", "", "DeregisterTaskDefinition",
     "", "taskDefinition", "", 2, 2, 2},
    {"AWS::EFS::FileSystem", "efs", "CreateFileSystem", "UpdateFileSystem", "DeleteFileSystem",
     "FileSystemId", "FileSystemId", "", 15, 10, 15},
    {"AWS::EFS::MountTarget", "efs", "CreateMountTarget", "", "DeleteMountTarget", "",
     "MountTargetId", "", 90, 5, 60},
    {"AWS::EKS::Cluster", "eks", "CreateCluster", "", "", "", "", "", 600, 600, 240},
    {"AWS::EKS::Nodegroup", "eks", "CreateNodegroup", "", "", "", "", "", 120, 300, 180},
    {"AWS::ElastiCache::ReplicationGroup", "elasticache", "CreateReplicationGroup",
     "ModifyReplicationGroup", "DeleteReplicationGroup", "ReplicationGroupId", "ReplicationGroupId",
     "", 480, 300, 300},
    {"AWS::ElasticLoadBalancing::LoadBalancer", "elb", "CreateLoadBalancer", "",
     "DeleteLoadBalancer", "", "LoadBalancerName", "", 10, 5, 10},
    {"AWS::ElasticLoadBalancingV2::Listener", "elbv2", "CreateListener", "ModifyListener",
     "DeleteListener", "ListenerArn", "ListenerArn", "", 3, 3, 3},
    {"AWS::ElasticLoadBalancingV2::ListenerRule", "elbv2", "CreateRule", "ModifyRule", "DeleteRule",
     "RuleArn", "RuleArn", "", 3, 3, 3},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "elbv2", "CreateLoadBalancer", "",
     "DeleteLoadBalancer", "", "LoadBalancerArn", "", 150, 5, 5},
    {"AWS::ElasticLoadBalancingV2::TargetGroup", "elbv2", "CreateTargetGroup", "ModifyTargetGroup",
     "DeleteTargetGroup", "TargetGroupArn", "TargetGroupArn", "", 3, 3, 3},
    {"AWS::Events::ApiDestination", "events", "CreateApiDestination", "UpdateApiDestination",
     "DeleteApiDestination", "Name", "Name", "", 3, 3, 3},
    {"AWS::Events::Archive", "events", "CreateArchive", "UpdateArchive", "DeleteArchive",
     "ArchiveName", "ArchiveName", "", 5, 5, 5},
    {"AWS::Events::Connection", "events", "CreateConnection", "UpdateConnection",
     "DeleteConnection", "Name", "Name", "", 10, 5, 5},
    {"AWS::Events::EventBus", "events", "CreateEventBus", "UpdateEventBus", "DeleteEventBus",
     "Name", "Name", "", 3, 3, 3},
    {"AWS::Events::Rule", "events", "PutRule", "PutRule", "DeleteRule", "Name", "Name", "", 60, 60,
     60},
    {"AWS::FIS::ExperimentTemplate", "fis", "CreateExperimentTemplate", "UpdateExperimentTemplate",
     "DeleteExperimentTemplate", "id", "id", "", 5, 5, 5},
    {"AWS::IAM::InstanceProfile", "iam", "CreateInstanceProfile", "", "DeleteInstanceProfile", "",
     "InstanceProfileName", "", 125, 5, 2},
    {"AWS::IAM::ManagedPolicy", "iam", "CreatePolicy", "CreatePolicyVersion", "DeletePolicy",
     "PolicyArn", "PolicyArn", "", 18, 5, 2},
    {"AWS::IAM::Policy", "iam", "PutRolePolicy", "", "", "", "", "", 16, 5, 2},
    {"AWS::IAM::Role", "iam", "CreateRole", "", "DeleteRole", "", "RoleName", "", 18, 18, 2},
    {"AWS::KMS::Alias", "kms", "CreateAlias", "UpdateAlias", "DeleteAlias", "AliasName",
     "AliasName", "", 3, 3, 60},
    {"AWS::KMS::Key", "kms", "CreateKey", "", "ScheduleKeyDeletion", "", "KeyId", "", 5, 5, 3},
    {"AWS::Kinesis::Stream", "kinesis", "CreateStream", "UpdateShardCount", "DeleteStream",
     "StreamName", "StreamName", "", 20, 30, 20},
    {"AWS::Lambda::Alias", "lambda", "CreateAlias", "UpdateAlias", "DeleteAlias", "", "",
     "FunctionName,Name", 3, 3, 3},
    {"AWS::Lambda::EventInvokeConfig", "lambda", "PutFunctionEventInvokeConfig",
     "UpdateFunctionEventInvokeConfig", "DeleteFunctionEventInvokeConfig", "", "",
     "FunctionName,Qualifier", 3, 3, 3},
    {"AWS::Lambda::EventSourceMapping", "lambda", "CreateEventSourceMapping",
     "UpdateEventSourceMapping", "DeleteEventSourceMapping", "UUID", "UUID", "", 15, 15, 15},
    {"AWS::Lambda::Function", "lambda", "CreateFunction", "UpdateFunctionConfiguration",
     "DeleteFunction", "FunctionName", "FunctionName", "", 7, 7, 4},
    {"AWS::Lambda::Permission", "lambda", "AddPermission", "", "", "", "", "", 3, 3, 3},
    {"AWS::Lambda::Version", "lambda", "PublishVersion", "", "DeleteFunction", "", "FunctionName",
     "", 3, 3, 3},
    {"AWS::Logs::LogGroup", "logs", "CreateLogGroup", "PutRetentionPolicy", "DeleteLogGroup",
     "logGroupName", "logGroupName", "", 15, 3, 3},
    {"AWS::Logs::MetricFilter", "logs", "PutMetricFilter", "PutMetricFilter", "DeleteMetricFilter",
     "filterName", "filterName", "LogGroupName", 3, 3, 3},
    {"AWS::Logs::SubscriptionFilter", "logs", "PutSubscriptionFilter", "PutSubscriptionFilter",
     "DeleteSubscriptionFilter", "filterName", "filterName", "LogGroupName", 3, 3, 3},
    {"AWS::Pipes::Pipe", "pipes", "CreatePipe", "UpdatePipe", "DeletePipe", "Name", "Name", "", 30,
     30, 30},
    {"AWS::RDS::DBCluster", "rds", "CreateDBCluster", "ModifyDBCluster", "DeleteDBCluster",
     "DBClusterIdentifier", "DBClusterIdentifier", "", 300, 60, 300},
    {"AWS::RDS::DBInstance", "rds", "CreateDBInstance", "ModifyDBInstance", "DeleteDBInstance",
     "DBInstanceIdentifier", "DBInstanceIdentifier", "", 360, 300, 240},
    {"AWS::Route53::HealthCheck", "route53", "CreateHealthCheck", "UpdateHealthCheck",
     "DeleteHealthCheck", "HealthCheckId", "HealthCheckId", "", 5, 5, 5},
    {"AWS::Route53::HostedZone", "route53", "CreateHostedZone", "", "DeleteHostedZone", "", "Id",
     "", 40, 5, 40},
    {"AWS::Route53::RecordSet", "route53", "ChangeResourceRecordSets", "ChangeResourceRecordSets",
     "ChangeResourceRecordSets", "", "", "", 40, 40, 40},
    {"AWS::S3::Bucket", "s3", "CreateBucket", "", "DeleteBucket", "", "Bucket", "", 20, 20, 20},
    {"AWS::S3::BucketPolicy", "s3", "PutBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy",
     "Bucket", "Bucket", "", 3, 3, 3},
    {"AWS::SNS::Subscription", "sns", "Subscribe", "SetSubscriptionAttributes", "Unsubscribe",
     "SubscriptionArn", "SubscriptionArn", "", 3, 3, 3},
    {"AWS::SNS::Topic", "sns", "CreateTopic", "SetTopicAttributes", "DeleteTopic", "TopicArn",
     "TopicArn", "", 12, 3, 3},
    {"AWS::SQS::Queue", "sqs", "CreateQueue", "SetQueueAttributes", "DeleteQueue", "QueueUrl",
     "QueueUrl", "", 65, 3, 65},
    {"AWS::SSM::Association", "ssm", "CreateAssociation", "UpdateAssociation", "DeleteAssociation",
     "AssociationId", "AssociationId", "", 4, 4, 3},
    {"AWS::SSM::Document", "ssm", "CreateDocument", "UpdateDocument", "DeleteDocument", "Name",
     "Name", "", 4, 4, 3},
    {"AWS::SSM::MaintenanceWindow", "ssm", "CreateMaintenanceWindow", "UpdateMaintenanceWindow",
     "DeleteMaintenanceWindow", "WindowId", "WindowId", "", 3, 3, 3},
    {"AWS::SSM::MaintenanceWindowTarget", "ssm", "RegisterTargetWithMaintenanceWindow", "",
     "DeregisterTargetFromMaintenanceWindow", "", "WindowTargetId", "WindowId", 3, 3, 3},
    {"AWS::SSM::MaintenanceWindowTask", "ssm", "RegisterTaskWithMaintenanceWindow", "",
     "DeregisterTaskFromMaintenanceWindow", "", "WindowTaskId", "WindowId", 3, 3, 3},
    {"AWS::SSM::OpsItem", "ssm", "CreateOpsItem", "UpdateOpsItem", "DeleteOpsItem", "OpsItemId",
     "OpsItemId", "", 2, 2, 2},
    {"AWS::SSM::Parameter", "ssm", "PutParameter", "PutParameter", "DeleteParameter", "Name",
     "Name", "", 3, 3, 3},
    {"AWS::SSMContacts::Contact", "ssm-contacts", "CreateContact", "UpdateContact", "DeleteContact",
     "ContactId", "ContactId", "", 5, 5, 5},
    {"AWS::SSMIncidents::ResponsePlan", "ssm-incidents", "CreateResponsePlan", "UpdateResponsePlan",
     "DeleteResponsePlan", "arn", "arn", "", 5, 5, 5},
    {"AWS::Scheduler::Schedule", "scheduler", "CreateSchedule", "UpdateSchedule", "DeleteSchedule",
     "Name", "Name", "GroupName", 3, 3, 3},
    {"AWS::Scheduler::ScheduleGroup", "scheduler", "CreateScheduleGroup", "", "DeleteScheduleGroup",
     "", "Name", "", 3, 3, 30},
    {"AWS::SecretsManager::Secret", "secretsmanager", "CreateSecret", "", "DeleteSecret", "",
     "SecretId", "", 3, 3, 3},
    {"AWS::StepFunctions::Activity", "states", "CreateActivity", "", "DeleteActivity", "",
     "activityArn", "", 3, 3, 3},
    {"AWS::StepFunctions::StateMachine", "states", "CreateStateMachine", "UpdateStateMachine",
     "DeleteStateMachine", "stateMachineArn", "stateMachineArn", "", 3, 3, 30},
};
static_assert(std::ranges::is_sorted(kTypes, {}, &TypeRow::type));

constexpr TypeRow kUsual{"", "", "", "", "", "", "", "", 5, 5, 5};

}  // namespace

std::span<const TypeRow> type_rows() { return kTypes; }

const TypeRow& type_row(std::string_view type) {
  const auto found = std::ranges::lower_bound(kTypes, type, {}, &TypeRow::type);
  return found != std::end(kTypes) && found->type == type ? *found : kUsual;
}

Json call_input(std::string_view id_member, std::string_view also, const std::string& physical_id,
                const Json& properties) {
  Json input = Json::object();
  if (id_member.ends_with("[]")) {
    id_member.remove_suffix(2);
    input[std::string{id_member}] = Json::array({physical_id});
  } else if (!id_member.empty()) {
    input[std::string{id_member}] = physical_id;
  }
  while (!also.empty()) {
    const auto comma = also.find(',');
    const std::string name{also.substr(0, comma)};
    if (const auto found = properties.find(name); found != properties.end()) input[name] = *found;
    also = comma == std::string_view::npos ? std::string_view{} : also.substr(comma + 1);
  }
  return input;
}

}  // namespace opsim::cloudformation
