// AWS: ECS API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include "models/ecs/capacity.hpp"
#include "models/ecs/operations.hpp"
#include "models/ecs/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

Cluster* cluster_asked(Ecs& ecs, const Request& request) {
  return ecs.cluster(request.place(), input::text(request.input, "cluster"));
}
ApiError cluster_missing() { return {"ClusterNotFoundException", "Cluster not found."}; }

bool listed(const Task& task, const Cluster& cluster, const Request& request) {
  if (task.place != cluster.place || task.cluster != cluster.name) return false;
  const std::string wanted = input::text(request.input, "desiredStatus");
  if (task.wanted == (wanted == "STOPPED")) return false;
  const std::string family = input::text(request.input, "family");
  if (!family.empty() && task.definition->family != family) return false;
  const std::string launch_type = input::text(request.input, "launchType");
  if (!launch_type.empty() && task.launch_type != launch_type) return false;
  // An ARN, or the id at its end.
  const std::string instance = input::text(request.input, "containerInstance");
  if (!instance.empty() && !task.container_instance.ends_with(instance)) return false;
  const std::string service = input::text(request.input, "serviceName");
  if (!service.empty() && task.group != fmt::format("service:{}", service)) return false;
  const std::string started_by = input::text(request.input, "startedBy");
  return started_by.empty() || task.started_by == started_by;
}

}  // namespace

ApiResult<Json> describe_tasks(Ecs& ecs, const Request& request) {
  const Cluster* cluster = cluster_asked(ecs, request);
  if (cluster == nullptr) return cluster_missing();
  const std::vector<std::string> names = input::texts(request.input, "tasks");
  if (names.empty()) return ApiError{"InvalidParameterException", "Tasks cannot be empty."};
  if (names.size() > 100)
    return ApiError{"InvalidParameterException", "Tasks cannot have more than 100 items."};
  Json found = Json::array();
  Json failures = Json::array();
  for (const std::string& name : names) {
    if (const Task* task = ecs.task(*cluster, name)) {
      found.push_back(task_json(*task));
    } else {
      failures.push_back({{"arn", name}, {"reason", "MISSING"}});
    }
  }
  return Json{{"tasks", std::move(found)}, {"failures", std::move(failures)}};
}

ApiResult<Json> list_tasks(Ecs& ecs, const Request& request) {
  const Cluster* cluster = cluster_asked(ecs, request);
  if (cluster == nullptr) return cluster_missing();
  Json arns = Json::array();
  for (const auto& [arn, task] : ecs.tasks)
    if (listed(task, *cluster, request)) arns.push_back(arn);
  return Json{{"taskArns", std::move(arns)}};
}

ApiResult<Json> run_task(Ecs& ecs, const Request& request) {
  const Cluster* cluster = cluster_asked(ecs, request);
  if (cluster == nullptr) return cluster_missing();
  const auto definition =
      ecs.definition(request.place(), input::text(request.input, "taskDefinition"));
  if (definition == nullptr || !definition->active)
    return ApiError{"ClientException", "Unable to find task definition."};
  const std::int64_t count = input::integer(request.input, "count").value_or(1);
  if (count < 1 || count > 10)
    return ApiError{"InvalidParameterException", "count must be between 1 and 10."};
  TaskOrder order{.place = request.place(),
                  .cluster = cluster->name,
                  .service = nullptr,
                  .deployment = {},
                  .definition = definition,
                  .launch_type = input::text(request.input, "launchType"),
                  .group = input::text(request.input, "group"),
                  .started_by = input::text(request.input, "startedBy"),
                  .subnets = {},
                  .why = {}};
  const Json& strategy = input::member(request.input, "capacityProviderStrategy");
  if (strategy.is_array() && !strategy.empty()) {
    const auto providers = read_provider_strategy(strategy);
    if (!providers) return providers.error();
    order.capacity_provider = providers->front().name;  // SIMPLIFIED: all of them on the first
    order.launch_type = order.capacity_provider.starts_with("FARGATE") ? "FARGATE" : "EC2";
  }
  if (order.launch_type.empty()) order.launch_type = definition->fargate ? "FARGATE" : "EC2";
  if (order.launch_type == "FARGATE" && !definition->fargate)
    return ApiError{"InvalidParameterException",
                    "Task definition does not support launch_type FARGATE."};
  if (order.group.empty()) order.group = fmt::format("family:{}", definition->family);
  const Json& network = input::member(request.input, "networkConfiguration");
  order.subnets = input::texts(input::member(network, "awsvpcConfiguration"), "subnets");
  if (order.launch_type == "EC2" && order.capacity_provider.empty() &&
      instances_in(ecs, *cluster) == 0) {
    discover_instances(ecs, cluster->place);
    if (instances_in(ecs, *cluster) == 0)
      return ApiError{"InvalidParameterException",
                      "No Container Instances were found in your cluster."};
  }
  Json tasks = Json::array();
  Json failures = Json::array();
  for (std::int64_t i = 0; i < count; ++i) {
    if (const Task* task = start_task(ecs, order)) {
      tasks.push_back(task_json(*task));
    } else {
      const NoRoom why = why_no_room(ecs, order);
      failures.push_back({{"arn", opsim::arn(cluster->place, "ecs",
                                             fmt::format("container-instance/{}/{}", cluster->name,
                                                         why.instance))},
                          {"reason", why.lacks.empty() ? std::string{"ATTRIBUTE"}
                                                       : fmt::format("RESOURCE:{}", why.lacks)}});
    }
  }
  return Json{{"tasks", std::move(tasks)}, {"failures", std::move(failures)}};
}

ApiResult<Json> stop_task_operation(Ecs& ecs, const Request& request) {
  const Cluster* cluster = cluster_asked(ecs, request);
  if (cluster == nullptr) return cluster_missing();
  Task* task = ecs.task(*cluster, input::text(request.input, "task"));
  if (task == nullptr)
    return ApiError{"InvalidParameterException", "The referenced task was not found."};
  const std::string reason = input::text(request.input, "reason");
  stop_task(ecs, *task, "UserInitiated", reason.empty() ? "Task stopped by user" : reason);
  return Json{{"task", task_json(*task)}};
}

}  // namespace opsim::ecs
