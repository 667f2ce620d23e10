// What experiments aim at, and which describe call finds it.
// AWS: FIS User Guide, "Targets" (targets): resource types, their parameters and filters.
#include <algorithm>

#include "models/fis/actions.hpp"
#include "models/fis/look_up.hpp"

namespace opsim::fis {

namespace {

constexpr ParameterRow kZone[] = {{"availabilityZoneIdentifier"}};
constexpr ParameterRow kSubnetParameters[] = {{"availabilityZoneIdentifier"}, {"vpc"}};
constexpr ParameterRow kTaskParameters[] = {
    {"availabilityZoneIdentifier"}, {"cluster"}, {"service"}};
constexpr ParameterRow kPodParameters[] = {
    {"availabilityZoneIdentifier"}, {"clusterIdentifier", true}, {"namespace", true},
    {"selectorType", true},         {"selectorValue", true},     {"targetContainerName"},
};
constexpr ParameterRow kFunctionParameters[] = {{"functionQualifier"}};
constexpr ParameterRow kClusterParameters[] = {{"writerAvailabilityZoneIdentifiers"}};
constexpr ParameterRow kDatabaseParameters[] = {{"availabilityZoneIdentifiers"}};
constexpr ParameterRow kShiftParameters[] = {{"managedResourceTypes"}};

// To add one: a row here, sorted by type.
constexpr TargetRow kTargetRows[] = {
    {.type = "aws:arc:zonal-shift-managed-resource",
     .service = "arc-zonal-shift",
     .id = "arn",
     .arn = "arn",
     .parameters = kShiftParameters,
     .find = find_shiftable},
    {"aws:directconnect:virtual-interface",
     "",
     "",
     "",
     "",
     "",
     "",
     "",
     {},
     "Direct Connect is not simulated"},
    {"aws:dsql:cluster", "", "", "", "", "", "", "", {}, "Aurora DSQL is not simulated"},
    {.type = "aws:dynamodb:global-table",
     .service = "dynamodb",
     .id = "TableName",
     .arn = "TableArn",
     .of = "AWS::DynamoDB::GlobalTable",
     .find = find_global_tables},
    {"aws:ec2:autoscaling-group", "autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups",
     "AutoScalingGroupName", "AutoScalingGroupARN", "AWS::AutoScaling::AutoScalingGroup"},
    {"aws:ec2:ebs-volume", "ec2", "DescribeVolumes", "Volumes", "VolumeId", "volume/",
     "AWS::EC2::Volume", "AvailabilityZone", kZone},
    {"aws:ec2:instance", "ec2", "DescribeInstances", "Reservations/Instances", "InstanceId",
     "instance/", "AWS::EC2::Instance", "Placement.AvailabilityZone"},
    {"aws:ec2:spot-instance", "ec2", "DescribeInstances", "Reservations/Instances", "InstanceId",
     "instance/", "AWS::EC2::Instance", "Placement.AvailabilityZone"},
    {"aws:ec2:subnet", "ec2", "DescribeSubnets", "Subnets", "SubnetId", "subnet/",
     "AWS::EC2::Subnet", "AvailabilityZone", kSubnetParameters},
    {.type = "aws:ec2:transit-gateway",
     .service = "ec2",
     .id = "TransitGatewayId",
     .arn = "TransitGatewayArn",
     .of = "AWS::EC2::TransitGateway",
     .find = find_transit_gateways},
    {"aws:ec2:vpc-endpoint", "", "", "", "", "", "", "", {}, "VPC endpoints are not simulated"},
    {.type = "aws:ecs:cluster",
     .service = "ecs",
     .id = "clusterName",
     .arn = "clusterArn",
     .of = "AWS::ECS::Cluster",
     .find = find_ecs_clusters},
    {.type = "aws:ecs:task",
     .service = "ecs",
     .id = "taskArn",
     .arn = "taskArn",
     .of = "AWS::ECS::Task",
     .zone = "availabilityZone",
     .parameters = kTaskParameters,
     .find = find_ecs_tasks},
    {"aws:eks:cluster", "eks", "ListClusters", "clusters", "", "cluster/", "AWS::EKS::Cluster"},
    {.type = "aws:eks:nodegroup",
     .service = "eks",
     .id = "nodegroupArn",
     .arn = "nodegroupArn",
     .of = "AWS::EKS::Nodegroup",
     .find = find_nodegroups},
    {.type = "aws:eks:pod",
     .service = "eks",
     .id = "id",
     .arn = "pod/",
     .of = "Kubernetes::Pod",
     .zone = "availabilityZone",
     .parameters = kPodParameters,
     .find = find_pods},
    {"aws:elasticache:redis-replicationgroup", "elasticache", "DescribeReplicationGroups",
     "ReplicationGroups", "ReplicationGroupId", "ARN", "AWS::ElastiCache::ReplicationGroup",
     "NodeGroups.NodeGroupMembers.PreferredAvailabilityZone", kZone},
    {"aws:elasticache:replicationgroup", "elasticache", "DescribeReplicationGroups",
     "ReplicationGroups", "ReplicationGroupId", "ARN", "AWS::ElastiCache::ReplicationGroup",
     "NodeGroups.NodeGroupMembers.PreferredAvailabilityZone", kZone},
    {"aws:iam:role", "iam", "", "", "", "role/", "AWS::IAM::Role"},
    {"aws:kinesis:stream", "kinesis", "ListStreams", "StreamNames", "", "stream/",
     "AWS::Kinesis::Stream"},
    {"aws:lambda:function", "lambda", "ListFunctions", "Functions", "FunctionName", "FunctionArn",
     "AWS::Lambda::Function", "", kFunctionParameters},
    {"aws:memorydb:multi-region-cluster",
     "",
     "",
     "",
     "",
     "",
     "",
     "",
     {},
     "MemoryDB is not simulated"},
    {"aws:rds:cluster", "rds", "DescribeDBClusters", "DBClusters", "DBClusterIdentifier",
     "DBClusterArn", "AWS::RDS::DBCluster", "", kClusterParameters},
    {"aws:rds:db", "rds", "DescribeDBInstances", "DBInstances", "DBInstanceIdentifier",
     "DBInstanceArn", "AWS::RDS::DBInstance", "AvailabilityZone", kDatabaseParameters},
    {"aws:s3:bucket", "s3", "ListBuckets", "Buckets", "Name", "", "AWS::S3::Bucket"},
};
static_assert(std::ranges::is_sorted(kTargetRows, {}, &TargetRow::type));

}  // namespace

std::span<const TargetRow> target_rows() { return kTargetRows; }

}  // namespace opsim::fis
