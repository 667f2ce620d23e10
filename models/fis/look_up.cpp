// Types of targets that no single describe call lists: found the way a script would find them.
// AWS: FIS User Guide, "Targets" (targets): resource parameters of tasks, pods and node groups.
#include "models/fis/look_up.hpp"

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

constexpr std::size_t kTasksAtOnce = 100;  // API DescribeTasks

std::string given(const Texts& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

std::vector<std::string> names_of(Cloud& cloud, const Place& place, std::string_view service,
                                  std::string_view operation, const Json& input,
                                  std::string_view list) {
  const auto answer = cloud.inspect(place, service, operation, input);
  return answer ? input::texts(*answer, list) : std::vector<std::string>{};
}

void append(const ApiResult<Json>& answer, std::string_view list, std::vector<Json>& into) {
  if (!answer) return;
  const Json& found = input::member(*answer, list);
  if (found.is_array()) into.insert(into.end(), found.begin(), found.end());
}

bool is_named(const std::string& arn, const std::string& name) {
  return name.empty() || arn == name || arn.ends_with("/" + name);
}

}  // namespace

std::vector<Json> find_ecs_clusters(Cloud& cloud, const Place& place, const Texts& /*parameters*/) {
  std::vector<Json> found;
  const std::vector<std::string> arns =
      names_of(cloud, place, "ecs", "ListClusters", Json::object(), "clusterArns");
  if (arns.empty()) return found;
  append(cloud.inspect(place, "ecs", "DescribeClusters", {{"clusters", arns}}), "clusters", found);
  return found;
}

std::vector<Json> find_ecs_tasks(Cloud& cloud, const Place& place, const Texts& parameters) {
  std::vector<Json> found;
  for (const std::string& cluster :
       names_of(cloud, place, "ecs", "ListClusters", Json::object(), "clusterArns")) {
    if (!is_named(cluster, given(parameters, "cluster"))) continue;
    Json input{{"cluster", cluster}};
    if (const std::string service = given(parameters, "service"); !service.empty())
      input["serviceName"] = service.substr(service.rfind('/') + 1);
    const std::vector<std::string> tasks =
        names_of(cloud, place, "ecs", "ListTasks", input, "taskArns");
    for (std::size_t i = 0; i < tasks.size(); i += kTasksAtOnce) {
      const auto end =
          tasks.begin() + static_cast<std::ptrdiff_t>(std::min(tasks.size(), i + kTasksAtOnce));
      const std::vector<std::string> some{tasks.begin() + static_cast<std::ptrdiff_t>(i), end};
      append(cloud.inspect(place, "ecs", "DescribeTasks", {{"cluster", cluster}, {"tasks", some}}),
             "tasks", found);
    }
  }
  return found;
}

std::vector<Json> find_transit_gateways(Cloud& cloud, const Place& place,
                                        const Texts& /*parameters*/) {
  std::vector<Json> found;
  for (const Resource* one : cloud.resources().of_type("AWS::EC2::TransitGateway"))
    if (one->place == place)
      found.push_back({{"TransitGatewayId", one->physical_id}, {"TransitGatewayArn", one->arn}});
  return found;
}

std::vector<std::string> subnets_behind(Cloud& cloud, const Place& place,
                                        const std::string& gateway) {
  std::vector<std::string> vpcs;
  for (const char* type :
       {"AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment"})
    for (const Resource* one : cloud.resources().of_type(type))
      if (input::text(one->attributes, "TransitGatewayId") == gateway)
        vpcs.push_back(input::text(one->attributes, "VpcId"));
  std::vector<Json> subnets;
  append(cloud.inspect(place, "ec2", "DescribeSubnets", Json::object()), "Subnets", subnets);
  std::vector<std::string> found;
  for (const Json& subnet : subnets)
    if (std::ranges::find(vpcs, input::text(subnet, "VpcId")) != vpcs.end())
      found.push_back(input::text(subnet, "SubnetId"));
  return found;
}

// "aws:dynamodb:global-table": tables with replicas elsewhere.
std::vector<Json> find_global_tables(Cloud& cloud, const Place& place,
                                     const Texts& /*parameters*/) {
  std::vector<Json> found;
  for (const std::string& name :
       names_of(cloud, place, "dynamodb", "ListTables", Json::object(), "TableNames")) {
    const auto told = cloud.inspect(place, "dynamodb", "DescribeTable", {{"TableName", name}});
    if (!told || !input::member(told->at("Table"), "Replicas").is_array()) continue;
    Json table = told->at("Table");
    const auto tags = cloud.inspect(place, "dynamodb", "ListTagsOfResource",
                                    {{"ResourceArn", table["TableArn"]}});
    if (tags) table["Tags"] = input::member(*tags, "Tags");
    found.push_back(std::move(table));
  }
  return found;
}

std::vector<Json> find_nodegroups(Cloud& cloud, const Place& place, const Texts& /*parameters*/) {
  std::vector<Json> found;
  for (const std::string& cluster :
       names_of(cloud, place, "eks", "ListClusters", Json::object(), "clusters"))
    for (const std::string& group : names_of(cloud, place, "eks", "ListNodegroups",
                                             {{"clusterName", cluster}}, "nodegroups")) {
      const auto told = cloud.inspect(place, "eks", "DescribeNodegroup",
                                      {{"clusterName", cluster}, {"nodegroupName", group}});
      if (told) found.push_back(input::member(*told, "nodegroup"));
    }
  return found;
}

/// What has opted in to zonal shift, with its kind and whether zonal autoshift is enabled for it.
std::vector<Json> find_shiftable(Cloud& cloud, const Place& place, const Texts& parameters) {
  struct Kind {
    std::string_view name;  // of managedResourceTypes
    std::string_view part;  // of the ARN
  };
  constexpr Kind kinds[] = {
      {"ALB", "loadbalancer/app/"}, {"ASG", ":autoScalingGroup:"}, {"NLB", "loadbalancer/net/"}};
  const std::string wanted = given(parameters, "managedResourceTypes");
  std::vector<std::string> arns;
  std::vector<Json> described;
  append(cloud.inspect(place, "elbv2", "DescribeLoadBalancers", Json::object()), "LoadBalancers",
         described);
  for (const Json& one : described) arns.push_back(input::text(one, "LoadBalancerArn"));
  described.clear();
  append(cloud.inspect(place, "autoscaling", "DescribeAutoScalingGroups", Json::object()),
         "AutoScalingGroups", described);
  for (const Json& one : described) arns.push_back(input::text(one, "AutoScalingGroupARN"));
  std::vector<Json> found;
  for (const std::string& arn : arns) {
    const auto kind = std::ranges::find_if(
        kinds, [&](const Kind& one) { return arn.find(one.part) != arn.npos; });
    if (kind == std::end(kinds) || (!wanted.empty() && wanted.find(kind->name) == wanted.npos))
      continue;
    const auto managed = cloud.inspect(place, "arc-zonal-shift", "GetManagedResource",
                                       {{"resourceIdentifier", arn}});
    if (managed)
      found.push_back({{"arn", arn},
                       {"managedResourceType", kind->name},
                       {"zonalAutoshiftStatus", input::text(*managed, "zonalAutoshiftStatus")}});
  }
  return found;
}

std::vector<Json> find_pods(Cloud& cloud, const Place& place, const Texts& parameters) {
  std::vector<Json> found;
  append(cloud.inspect(place, "eks", "InspectPods", Json(parameters)), "pods", found);
  return found;
}

}  // namespace opsim::fis
