// Which properties cannot be changed in place.
// AWS: CloudFormation Template Reference, "Update requires" on the page of each type. Properties
// that are not listed here are updated without interruption or with some: both keep the physical
// id.
#include <algorithm>
#include <iterator>

#include "models/cloudformation/resource_types.hpp"

namespace opsim::cloudformation {

namespace {

/// Names by commas; "*" stands for every property.
struct Behaviour {
  std::string_view type;
  std::string_view replaced;
  std::string_view conditional = {};
};

// To add a type: one row, sorted.
constexpr Behaviour kBehaviours[] = {
    {"AWS::AppConfig::ConfigurationProfile", "ApplicationId,LocationUri,Type"},
    {"AWS::AppConfig::Deployment", "*"},
    {"AWS::AppConfig::DeploymentStrategy", "Name,ReplicateTo"},
    {"AWS::AppConfig::Environment", "ApplicationId"},
    {"AWS::AppConfig::HostedConfigurationVersion", "*"},
    {"AWS::AutoScaling::AutoScalingGroup", "AutoScalingGroupName,InstanceId"},
    {"AWS::AutoScaling::LaunchConfiguration", "*"},
    {"AWS::AutoScaling::LifecycleHook", "AutoScalingGroupName,LifecycleHookName"},
    {"AWS::AutoScaling::ScalingPolicy", "AutoScalingGroupName"},
    {"AWS::AutoScaling::ScheduledAction", "AutoScalingGroupName"},
    {"AWS::AutoScaling::WarmPool", "AutoScalingGroupName"},
    {"AWS::CloudFormation::StackSet", "CallAs,PermissionModel,StackSetName"},
    {"AWS::CloudFormation::WaitCondition", "*"},
    {"AWS::CloudWatch::Alarm", "AlarmName"},
    {"AWS::CloudWatch::AnomalyDetector", "Dimensions,MetricName,Namespace,Stat"},
    {"AWS::CloudWatch::CompositeAlarm", "AlarmName"},
    {"AWS::CloudWatch::Dashboard", "DashboardName"},
    {"AWS::CloudWatch::LogAlarm", "AlarmName"},
    {"AWS::CodeDeploy::Application", "ApplicationName,ComputePlatform"},
    {"AWS::CodeDeploy::DeploymentConfig", "*"},
    {"AWS::CodeDeploy::DeploymentGroup", "ApplicationName,DeploymentGroupName"},
    {"AWS::Config::ConfigRule", "ConfigRuleName"},
    {"AWS::Config::ConfigurationAggregator", "ConfigurationAggregatorName"},
    {"AWS::Config::ConformancePack", "ConformancePackName"},
    {"AWS::Config::OrganizationConformancePack", "OrganizationConformancePackName"},
    {"AWS::Config::RemediationConfiguration", "ConfigRuleName"},
    {"AWS::DynamoDB::Table", "ImportSourceSpecification,KeySchema,LocalSecondaryIndexes,TableName",
     "AttributeDefinitions"},
    {"AWS::EC2::Instance",
     "AvailabilityZone,CpuOptions,EnclaveOptions,HibernationOptions,ImageId,Ipv6AddressCount,"
     "Ipv6Addresses,KeyName,LaunchTemplate,LicenseSpecifications,NetworkInterfaces,"
     "PlacementGroupName,PrivateIpAddress,SecurityGroups,SubnetId",
     "AdditionalInfo,Affinity,BlockDeviceMappings,EbsOptimized,HostId,InstanceType,KernelId,"
     "RamdiskId,SecurityGroupIds,Tenancy,UserData"},
    {"AWS::EC2::LaunchTemplate", "LaunchTemplateName,TagSpecifications"},
    {"AWS::EC2::SecurityGroup", "GroupDescription,GroupName,VpcId"},
    {"AWS::EC2::SecurityGroupEgress", "*"},
    {"AWS::EC2::SecurityGroupIngress", "*"},
    {"AWS::EC2::Subnet", "AvailabilityZone,CidrBlock,VpcId"},
    {"AWS::EC2::VPC", "CidrBlock", "InstanceTenancy"},
    {"AWS::EC2::Volume", "AvailabilityZone,Encrypted,KmsKeyId,OutpostArn,SnapshotId"},
    {"AWS::ECS::Cluster", "ClusterName"},
    {"AWS::ECS::Service",
     "Cluster,DeploymentController,LaunchType,Role,SchedulingStrategy,ServiceName"},
    {"AWS::ECS::TaskDefinition", "*"},
    {"AWS::EFS::FileSystem", "AvailabilityZoneName,Encrypted,KmsKeyId,PerformanceMode"},
    {"AWS::EFS::MountTarget", "FileSystemId,IpAddress,SubnetId"},
    {"AWS::EKS::Cluster", "EncryptionConfig,Name,RoleArn"},
    {"AWS::EKS::Nodegroup",
     "AmiType,CapacityType,ClusterName,DiskSize,InstanceTypes,"
     "NodeRole,NodegroupName,RemoteAccess,Subnets"},
    {"AWS::ElastiCache::ReplicationGroup",
     "AtRestEncryptionEnabled,KmsKeyId,Port,ReplicationGroupId,SnapshotName"},
    {"AWS::ElasticLoadBalancing::LoadBalancer", "LoadBalancerName,Scheme"},
    {"AWS::ElasticLoadBalancingV2::Listener", "LoadBalancerArn"},
    {"AWS::ElasticLoadBalancingV2::ListenerRule", "ListenerArn"},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "Name,Scheme,Type"},
    {"AWS::ElasticLoadBalancingV2::TargetGroup",
     "IpAddressType,Name,Port,Protocol,ProtocolVersion,TargetType,VpcId"},
    {"AWS::Events::ApiDestination", "Name"},
    {"AWS::Events::Archive", "ArchiveName,SourceArn"},
    {"AWS::Events::Connection", "Name"},
    {"AWS::Events::EventBus", "Name"},
    {"AWS::Events::Rule", "EventBusName,Name"},
    {"AWS::IAM::InstanceProfile", "InstanceProfileName,Path"},
    {"AWS::IAM::ManagedPolicy", "Description,ManagedPolicyName,Path"},
    {"AWS::IAM::Role", "Path,RoleName"},
    {"AWS::KMS::Alias", "AliasName"},
    {"AWS::Kinesis::Stream", "Name"},
    {"AWS::Lambda::Alias", "FunctionName,Name"},
    {"AWS::Lambda::EventInvokeConfig", "FunctionName,Qualifier"},
    {"AWS::Lambda::EventSourceMapping",
     "AmazonManagedKafkaEventSourceConfig,EventSourceArn,SelfManagedEventSource,StartingPosition,"
     "StartingPositionTimestamp"},
    {"AWS::Lambda::Function", "FunctionName,PackageType"},
    {"AWS::Lambda::LayerVersion", "*"},
    {"AWS::Lambda::Permission", "*"},
    {"AWS::Lambda::Url", "Qualifier,TargetFunctionArn"},
    {"AWS::Lambda::Version", "*"},
    {"AWS::Logs::LogGroup", "LogGroupName"},
    {"AWS::Logs::MetricFilter", "FilterName,LogGroupName"},
    {"AWS::Logs::SubscriptionFilter", "FilterName,LogGroupName"},
    {"AWS::Pipes::Pipe", "Name,Source"},
    {"AWS::RDS::DBCluster",
     "AvailabilityZones,DBClusterIdentifier,DBSubnetGroupName,DatabaseName,EngineMode,KmsKeyId,"
     "RestoreType,SnapshotIdentifier,SourceDBClusterIdentifier,StorageEncrypted"},
    {"AWS::RDS::DBInstance",
     "CharacterSetName,DBClusterIdentifier,DBInstanceIdentifier,DBName,DBSnapshotIdentifier,"
     "DBSubnetGroupName,KmsKeyId,MasterUsername,StorageEncrypted,Timezone",
     "AvailabilityZone,Port,SourceDBInstanceIdentifier"},
    {"AWS::Route53::HostedZone", "Name"},
    {"AWS::Route53::RecordSet", "HostedZoneId,HostedZoneName,Name"},
    {"AWS::S3::Bucket", "BucketName"},
    {"AWS::S3::BucketPolicy", "Bucket"},
    {"AWS::SNS::Subscription", "Endpoint,Protocol,TopicArn"},
    {"AWS::SNS::Topic", "FifoTopic,TopicName"},
    {"AWS::SQS::Queue", "FifoQueue,QueueName"},
    {"AWS::SSM::Association", "Name"},
    {"AWS::SSM::Document", "DocumentType,Name",
     "Attachments,Content,DocumentFormat,Requires,"
     "TargetType,VersionName"},
    {"AWS::SSM::Parameter", "DataType,Name"},
    {"AWS::SSMContacts::Contact", "Alias,Type"},
    {"AWS::SSMIncidents::ResponsePlan", "Name"},
    {"AWS::Scheduler::Schedule", "Name"},
    {"AWS::Scheduler::ScheduleGroup", "Name"},
    {"AWS::SecretsManager::Secret", "Name"},
    {"AWS::StepFunctions::Activity", "Name"},
    {"AWS::StepFunctions::StateMachine", "StateMachineName,StateMachineType"},
};
static_assert(std::ranges::is_sorted(kBehaviours, {}, &Behaviour::type));

bool lists(std::string_view names, std::string_view name) {
  if (names == "*") return true;
  while (!names.empty()) {
    const auto comma = names.find(',');
    if (names.substr(0, comma) == name) return true;
    if (comma == std::string_view::npos) return false;
    names.remove_prefix(comma + 1);
  }
  return false;
}

/// "Replacement if you edit an existing AttributeDefinition": adding one changes nothing that
/// stands.
bool edits_attribute(const Json& before, const Json& after) {
  if (!before.is_array() || !after.is_array()) return true;
  for (const Json& old : before)
    for (const Json& now : after)
      if (old.is_object() && now.is_object() &&
          old.value("AttributeName", Json{}) == now.value("AttributeName", Json{}) && old != now)
        return true;
  return false;
}

}  // namespace

std::string_view to_string(Recreation recreation) {
  switch (recreation) {
    case Recreation::never: return "Never";
    case Recreation::conditionally: return "Conditionally";
    case Recreation::always: return "Always";
  }
  return "";
}

Recreation recreation_of(std::string_view type, std::string_view property, const Json& before,
                         const Json& after) {
  const auto found = std::ranges::lower_bound(kBehaviours, type, {}, &Behaviour::type);
  if (found == std::end(kBehaviours) || found->type != type) return Recreation::never;
  // "Tags: Update requires: No interruption" of nearly every type.
  if (property == "Tags") return Recreation::never;
  if (lists(found->replaced, property)) return Recreation::always;
  if (!lists(found->conditional, property)) return Recreation::never;
  if (property == "AttributeDefinitions" && !edits_attribute(before, after))
    return Recreation::never;
  return Recreation::conditionally;
}

}  // namespace opsim::cloudformation
