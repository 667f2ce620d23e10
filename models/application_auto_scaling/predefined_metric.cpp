// PredefinedMetricSpecification: which metric of CloudWatch a predefined type is.
// AWS: API PredefinedMetricSpecification; the page of each integrated service.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/application_auto_scaling/dimension.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/tracked_metric.hpp"

namespace opsim::application_auto_scaling {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs of_service(const std::string& resource) {
  const auto parts = parts_of(resource);
  return {{"ClusterName", parts.at(1)}, {"ServiceName", parts.at(2)}};
}
Pairs of_table(const std::string& resource) {
  const auto parts = parts_of(resource);
  Pairs pairs{{"TableName", parts.at(1)}};
  if (parts.size() == 4) pairs.emplace_back("GlobalSecondaryIndexName", parts[3]);
  return pairs;
}
Pairs of_function(const std::string& resource) {  // "function:NAME:ALIAS"
  const std::string qualified = resource.substr(resource.find(':') + 1);
  return {{"FunctionName", qualified.substr(0, qualified.rfind(':'))}, {"Resource", qualified}};
}
Pairs of_readers(const std::string& resource) {
  return {{"DBClusterIdentifier", resource.substr(resource.find(':') + 1)}, {"Role", "READER"}};
}
Pairs of_primaries(const std::string& resource) {
  return {{"ReplicationGroupId", parts_of(resource).at(1)}, {"Role", "Primary"}};
}
Pairs of_replicas(const std::string& resource) {
  return {{"ReplicationGroupId", parts_of(resource).at(1)}, {"Role", "Replica"}};
}

struct Row {
  std::string_view type;
  std::string_view dimension;  // how the scalable dimension begins
  std::string_view metric_namespace;
  std::string_view metric;
  std::string_view statistic;
  Pairs (*dimensions)(const std::string& resource);  // null: from the ResourceLabel
  Utilization utilization = Utilization::average;
};
constexpr Row kRows[] = {
    {"ALBRequestCountPerTarget", "ecs:service:", "AWS/ApplicationELB", "RequestCountPerTarget",
     "Sum", nullptr},
    {"DynamoDBReadCapacityUtilization", "dynamodb:table:Read", "AWS/DynamoDB",
     "ConsumedReadCapacityUnits", "Sum", of_table, Utilization::consumed_sum},
    {"DynamoDBReadCapacityUtilization", "dynamodb:index:Read", "AWS/DynamoDB",
     "ConsumedReadCapacityUnits", "Sum", of_table, Utilization::consumed_sum},
    {"DynamoDBWriteCapacityUtilization", "dynamodb:table:Write", "AWS/DynamoDB",
     "ConsumedWriteCapacityUnits", "Sum", of_table, Utilization::consumed_sum},
    {"DynamoDBWriteCapacityUtilization", "dynamodb:index:Write", "AWS/DynamoDB",
     "ConsumedWriteCapacityUnits", "Sum", of_table, Utilization::consumed_sum},
    {"ECSServiceAverageCPUUtilization", "ecs:service:", "AWS/ECS", "CPUUtilization", "Average",
     of_service},
    {"ECSServiceAverageMemoryUtilization", "ecs:service:", "AWS/ECS", "MemoryUtilization",
     "Average", of_service},
    {"ElastiCacheDatabaseCapacityUsageCountedForEvictPercentage", "elasticache:", "AWS/ElastiCache",
     "DatabaseCapacityUsageCountedForEvictPercentage", "Average", of_primaries},
    {"ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage", "elasticache:", "AWS/ElastiCache",
     "DatabaseMemoryUsageCountedForEvictPercentage", "Average", of_primaries},
    {"ElastiCachePrimaryEngineCPUUtilization", "elasticache:", "AWS/ElastiCache",
     "EngineCPUUtilization", "Average", of_primaries},
    {"ElastiCacheReplicaEngineCPUUtilization", "elasticache:", "AWS/ElastiCache",
     "EngineCPUUtilization", "Average", of_replicas},
    {"LambdaProvisionedConcurrencyUtilization", "lambda:", "AWS/Lambda",
     "ProvisionedConcurrencyUtilization", "Average", of_function},
    {"RDSReaderAverageCPUUtilization", "rds:", "AWS/RDS", "CPUUtilization", "Average", of_readers},
    {"RDSReaderAverageDatabaseConnections", "rds:", "AWS/RDS", "DatabaseConnections", "Average",
     of_readers},
};

ApiError metric_error(std::string message) { return {"ValidationException", std::move(message)}; }

}  // namespace

ApiResult<PredefinedMetric> predefined_metric(const Dimension& dimension,
                                              const std::string& resource,
                                              const Json& specification) {
  const std::string type = input::text(specification, "PredefinedMetricType");
  const auto row = std::ranges::find_if(kRows, [&](const Row& one) {
    return one.type == type && dimension.name.starts_with(one.dimension);
  });
  if (row == std::end(kRows))
    return metric_error(
        fmt::format("PredefinedMetricType {} is not supported for {}", type, dimension.name));
  PredefinedMetric found;
  found.utilization = row->utilization;
  found.metric = {{"Namespace", row->metric_namespace},
                  {"MetricName", row->metric},
                  {"Statistic", row->statistic},
                  {"Period", 60},
                  {"Dimensions", Json::array()}};
  const std::string label = input::text(specification, "ResourceLabel");
  if (row->dimensions == nullptr) {
    auto dimensions = load_balancer_dimensions(label);
    if (!dimensions)
      return metric_error(fmt::format(
          "ResourceLabel is '{}'; it must be app/NAME/ID/targetgroup/NAME/ID, the ends of the ARNs "
          "of a load balancer and a target group",
          label));
    found.metric["Dimensions"] = *std::move(dimensions);
    return found;
  }
  if (!label.empty()) return metric_error(fmt::format("ResourceLabel is not for {}", type));
  for (const auto& [name, value] : row->dimensions(resource))
    found.metric["Dimensions"].push_back({{"Name", name}, {"Value", value}});
  return found;
}

}  // namespace opsim::application_auto_scaling
