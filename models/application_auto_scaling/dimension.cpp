#include "models/application_auto_scaling/dimension.hpp"

#include <algorithm>
#include <iterator>

namespace opsim::application_auto_scaling {

namespace {

// To let another dimension scale: two functions, and its row here. Rows without functions are known
// by name only.
// Default cooldowns: API StepScalingPolicyConfiguration and
// TargetTrackingScalingPolicyConfiguration
// ("300 for AppStream fleets, Aurora DB clusters, ECS services, EMR clusters, Neptune clusters,
// SageMaker endpoint variants, Spot Fleets, WorkSpaces pools, custom resources; 600 for ElastiCache
// replication groups; 0 for all other scalable targets").
constexpr Dimension kDimensions[] = {
    {"appstream:fleet:DesiredCapacity", "appstream", "fleet/", "desired capacity"},
    {"cassandra:table:ReadCapacityUnits", "cassandra", "keyspace/", "read capacity units", 0},
    {"cassandra:table:WriteCapacityUnits", "cassandra", "keyspace/", "write capacity units", 0},
    {"comprehend:document-classifier-endpoint:DesiredInferenceUnits", "comprehend",
     "arn:", "desired inference units", 0},
    {"comprehend:entity-recognizer-endpoint:DesiredInferenceUnits", "comprehend",
     "arn:", "desired inference units", 0},
    {"custom-resource:ResourceType:Property", "custom-resource", "https://", "desired capacity"},
    {"dynamodb:index:ReadCapacityUnits", "dynamodb", "table/", "read capacity units", 0},
    {"dynamodb:index:WriteCapacityUnits", "dynamodb", "table/", "write capacity units", 0},
    {"dynamodb:table:ReadCapacityUnits", "dynamodb", "table/", "read capacity units", 0,
     read_table_reads, change_table_reads},
    {"dynamodb:table:WriteCapacityUnits", "dynamodb", "table/", "write capacity units", 0,
     read_table_writes, change_table_writes},
    {"ec2:spot-fleet-request:TargetCapacity", "ec2", "spot-fleet-request/", "target capacity"},
    {"ecs:service:DesiredCount", "ecs", "service/", "desired count", 300, read_service,
     change_service},
    {"elasticache:cache-cluster:Nodes", "elasticache", "cache-cluster/", "nodes", 600},
    {"elasticache:replication-group:NodeGroups", "elasticache", "replication-group/", "node groups",
     600, read_node_groups, change_node_groups},
    {"elasticache:replication-group:Replicas", "elasticache", "replication-group/", "replicas", 600,
     read_replicas, change_replicas},
    {"elasticmapreduce:instancegroup:InstanceCount", "elasticmapreduce", "instancegroup/",
     "instance count"},
    {"kafka:broker-storage:VolumeSize", "kafka", "arn:", "volume size", 0},
    {"lambda:function:ProvisionedConcurrency", "lambda", "function:", "provisioned concurrency", 0,
     read_concurrency, change_concurrency},
    {"neptune:cluster:ReadReplicaCount", "neptune", "cluster:", "read replica count"},
    {"rds:cluster:ReadReplicaCount", "rds", "cluster:", "read replica count", 300, read_readers,
     change_readers},
    {"sagemaker:inference-component:DesiredCopyCount", "sagemaker", "inference-component/",
     "desired copy count"},
    {"sagemaker:variant:DesiredInstanceCount", "sagemaker", "endpoint/", "desired instance count"},
    {"sagemaker:variant:DesiredProvisionedConcurrency", "sagemaker", "endpoint/",
     "desired provisioned concurrency"},
    {"workspaces:workspacespool:DesiredUserSessions", "workspaces", "workspacespool/",
     "desired user sessions"},
};
static_assert(std::ranges::is_sorted(kDimensions, {}, &Dimension::name), "sorted by name");

}  // namespace

const Dimension* find_dimension(std::string_view name) {
  const auto found = std::ranges::find(kDimensions, name, &Dimension::name);
  return found == std::end(kDimensions) ? nullptr : &*found;
}

bool is_namespace(std::string_view name) {
  return std::ranges::find(kDimensions, name, &Dimension::service_namespace) !=
         std::end(kDimensions);
}

std::string dimensions_of(std::string_view service_namespace) {
  std::string list;
  for (const Dimension& row : kDimensions) {
    if (row.service_namespace != service_namespace) continue;
    list += list.empty() ? "" : ", ";
    list += row.name;
  }
  return list;
}

std::vector<std::string> parts_of(std::string_view resource) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= resource.size();) {
    const std::size_t end = std::min(resource.find('/', from), resource.size());
    parts.emplace_back(resource.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

}  // namespace opsim::application_auto_scaling
