// Tasks, services, clusters and task definitions as the API and the events show them.
// AWS: ECS API Reference, data types of the same names.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "models/ecs/views.hpp"

namespace opsim::ecs {

namespace {

std::string cluster_arn(const Place& place, std::string_view cluster) {
  return opsim::arn(place, "ecs", fmt::format("cluster/{}", cluster));
}

std::string_view status_of(const Container& container) {
  if (container.runs) return "RUNNING";
  return container.exit_code ? "STOPPED" : "PENDING";
}

Json container_json(const Task& task, const Container& container) {
  const ContainerSpec& spec = spec_of(task, container);
  Json shown{{"name", container.name},
             {"image", spec.image},
             {"taskArn", task.arn},
             {"containerArn", fmt::format("{}/{}", task.arn, container.name)},
             {"lastStatus", status_of(container)},
             {"healthStatus", to_string(container.health)},
             {"cpu", fmt::format("{}", spec.cpu_units)},
             {"networkInterfaces", Json::array({Json{{"privateIpv4Address", task.address}}})}};
  if (container.exit_code) shown["exitCode"] = *container.exit_code;
  if (!container.reason.empty()) shown["reason"] = container.reason;
  return shown;
}

/// The network interface of a task in the network mode awsvpc: what scripts find its address by.
Json attachments_of(const Task& task) {
  if (task.definition->network_mode != "awsvpc" || task.address.empty()) return Json::array();
  const std::string id = task.arn.substr(task.arn.rfind('/') + 1);  // 32 digits
  if (id.size() < 32) return Json::array();
  Json details = Json::array();
  const auto tell = [&details](std::string_view name, const std::string& value) {
    details.push_back({{"name", name}, {"value", value}});
  };
  if (!task.subnet.empty()) tell("subnetId", task.subnet);
  tell("networkInterfaceId", "eni-" + id.substr(15));
  tell("macAddress", fmt::format("0a:{}:{}:{}:{}:{}", id.substr(22, 2), id.substr(24, 2),
                                 id.substr(26, 2), id.substr(28, 2), id.substr(30, 2)));
  tell("privateIPv4Address", task.address);
  const bool gone = task.status == TaskStatus::stopped;
  const bool there = task.status != TaskStatus::provisioning;
  return Json::array({Json{{"id", fmt::format("{}-{}-{}-{}-{}", id.substr(0, 8), id.substr(8, 4),
                                              id.substr(12, 4), id.substr(16, 4), id.substr(20))},
                           {"type", "ElasticNetworkInterface"},
                           {"status", gone    ? "DELETED"
                                      : there ? "ATTACHED"
                                              : "PRECREATED"},
                           {"details", std::move(details)}}});
}

Json deployment_json(const Service& service, const Deployment& deployment) {
  std::int64_t pending = 0;
  std::int64_t running = 0;
  for (const auto& [arn, task] : service.tasks) {
    if (task->deployment != deployment.id) continue;
    if (task->status < TaskStatus::running) ++pending;
    if (task->status == TaskStatus::running) ++running;
  }
  const bool primary = deployment.id == service.deployments.front().id;
  return {{"id", deployment.id},
          {"status", primary ? "PRIMARY" : "ACTIVE"},
          {"taskDefinition", deployment.definition->arn},
          {"desiredCount", primary ? service.spec.desired : 0},
          {"pendingCount", pending},
          {"runningCount", running},
          {"failedTasks", deployment.failed_tasks},
          {"createdAt", iso8601(deployment.created)},
          {"updatedAt", iso8601(deployment.updated)},
          {"launchType", service.spec.launch_type},
          {"rolloutState", to_string(deployment.state)},
          {"rolloutStateReason", deployment.reason}};
}

Json deployment_configuration(const ServiceSpec& spec) {
  Json shown{{"minimumHealthyPercent", spec.minimum_healthy},
             {"maximumPercent", spec.maximum},
             {"deploymentCircuitBreaker",
              {{"enable", spec.breaker}, {"rollback", spec.breaker_rolls_back}}}};
  if (!spec.alarms.empty())
    shown["alarms"] = {
        {"alarmNames", spec.alarms}, {"enable", true}, {"rollback", spec.alarms_roll_back}};
  shown["strategy"] = spec.strategy.name;
  if (spec.strategy.in_two())
    shown["bakeTimeInMinutes"] =
        std::chrono::duration_cast<std::chrono::minutes>(spec.strategy.bake).count();
  return shown;
}

}  // namespace

std::string_view to_string(TaskStatus status) {
  constexpr std::string_view names[] = {"PROVISIONING", "PENDING",  "ACTIVATING",     "RUNNING",
                                        "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"};
  return names[static_cast<std::size_t>(status)];
}

std::string_view to_string(ContainerHealth health) {
  constexpr std::string_view names[] = {"UNKNOWN", "HEALTHY", "UNHEALTHY"};
  return names[static_cast<std::size_t>(health)];
}

Json task_json(const Task& task) {
  Json containers = Json::array();
  for (const Container& container : task.containers)
    containers.push_back(container_json(task, container));
  Json shown{{"taskArn", task.arn},
             {"clusterArn", cluster_arn(task.place, task.cluster)},
             {"taskDefinitionArn", task.definition->arn},
             {"group", task.group},
             {"startedBy", task.started_by},
             {"launchType", task.launch_type},
             {"availabilityZone", task.zone},
             {"lastStatus", to_string(task.status)},
             {"desiredStatus", task.wanted ? "RUNNING" : "STOPPED"},
             {"healthStatus", to_string(health_of(task))},
             {"connectivity", "CONNECTED"},
             {"cpu", fmt::format("{}", task.definition->cpu_units)},
             {"memory", fmt::format("{}", task.definition->memory_mib)},
             {"containers", std::move(containers)},
             {"attachments", attachments_of(task)},
             {"overrides", {{"containerOverrides", Json::array()}}},
             {"createdAt", iso8601(task.created)},
             {"version", task.version}};
  if (task.launch_type == "FARGATE") {
    shown["platformVersion"] = "1.4.0";
    shown["platformFamily"] = "Linux";
  }
  if (!task.capacity_provider.empty()) shown["capacityProviderName"] = task.capacity_provider;
  if (!task.container_instance.empty()) shown["containerInstanceArn"] = task.container_instance;
  const auto tell_time = [&shown](const char* name, const std::optional<SimTime>& time) {
    if (time) shown[name] = iso8601(*time);
  };
  tell_time("pullStartedAt", task.pull_started);
  tell_time("pullStoppedAt", task.pull_stopped);
  tell_time("startedAt", task.started);
  if (!task.stop_code.empty()) {
    shown["stopCode"] = task.stop_code;
    shown["stoppedReason"] = task.stopped_reason;
  }
  tell_time("stoppingAt", task.stopping);
  tell_time("executionStoppedAt", task.execution_stopped);
  tell_time("stoppedAt", task.stopped);
  return shown;
}

Json service_json(Ecs& ecs, Service& service) {
  const ServiceSpec& spec = service.spec;
  Json deployments = Json::array();
  if (spec.controller == "ECS")
    for (const Deployment& deployment : service.deployments)
      deployments.push_back(deployment_json(service, deployment));
  Json events = Json::array();
  for (auto message = service.messages.rbegin(); message != service.messages.rend(); ++message)
    events.push_back(
        {{"id", message->id}, {"createdAt", iso8601(message->at)}, {"message", message->text}});
  Json balancers = Json::array();
  for (const LoadBalancerRef& ref : spec.load_balancers)
    balancers.push_back({{"targetGroupArn", ref.target_group},
                         {"containerName", ref.container},
                         {"containerPort", ref.port}});
  const auto in = [&service](auto test) {
    return std::ranges::count_if(service.tasks,
                                 [&test](const auto& entry) { return test(entry.second->status); });
  };
  Json shown{{"serviceArn", service.arn},
             {"serviceName", spec.name},
             {"clusterArn", cluster_arn(service.place, spec.cluster)},
             {"loadBalancers", std::move(balancers)},
             {"status", service.active          ? "ACTIVE"
                        : service.tasks.empty() ? "INACTIVE"
                                                : "DRAINING"},
             {"desiredCount", spec.desired},
             {"runningCount", in([](TaskStatus status) { return status == TaskStatus::running; })},
             {"pendingCount", in([](TaskStatus status) { return status < TaskStatus::running; })},
             {"launchType", spec.launch_type},
             {"taskDefinition", service.primary().definition->arn},
             {"deploymentConfiguration", deployment_configuration(spec)},
             {"deployments", std::move(deployments)},
             {"events", std::move(events)},
             {"schedulingStrategy", spec.daemon ? "DAEMON" : "REPLICA"},
             {"deploymentController", {{"type", spec.controller}}},
             {"healthCheckGracePeriodSeconds",
              std::chrono::floor<std::chrono::seconds>(spec.grace).count()},
             {"networkConfiguration", spec.network},
             {"placementConstraints", spec.placement_constraints},
             {"placementStrategy", spec.placement_strategy},
             {"availabilityZoneRebalancing", spec.rebalances ? "ENABLED" : "DISABLED"},
             {"createdAt", iso8601(service.created)}};
  if (spec.launch_type == "FARGATE") shown["platformVersion"] = "LATEST";
  if (!spec.providers.empty()) {
    shown.erase("launchType");
    shown["capacityProviderStrategy"] = provider_strategy_json(spec.providers);
  }
  if (spec.controller != "ECS") shown["taskSets"] = task_sets_json(ecs, service);
  return shown;
}

Json cluster_json(Ecs& ecs, const Cluster& cluster) {
  std::int64_t running = 0;
  std::int64_t pending = 0;
  std::int64_t services = 0;
  for (const auto& [arn, task] : ecs.tasks) {
    if (task.place != cluster.place || task.cluster != cluster.name) continue;
    if (task.status == TaskStatus::running) ++running;
    if (task.status < TaskStatus::running) ++pending;
  }
  for (const auto& [arn, service] : ecs.services)
    if (service.active && service.place == cluster.place && service.spec.cluster == cluster.name)
      ++services;
  return {{"clusterArn", cluster.arn},
          {"clusterName", cluster.name},
          {"status", cluster.active ? "ACTIVE" : "INACTIVE"},
          {"registeredContainerInstancesCount", instances_in(ecs, cluster)},
          {"runningTasksCount", running},
          {"pendingTasksCount", pending},
          {"activeServicesCount", services},
          {"capacityProviders", cluster.capacity_providers},
          {"defaultCapacityProviderStrategy", cluster.default_strategy},
          {"settings", cluster.settings}};
}

Json definition_json(const TaskDefinition& definition) {
  Json shown = definition.shown;
  shown["taskDefinitionArn"] = definition.arn;
  shown["family"] = definition.family;
  shown["revision"] = definition.revision;
  shown["status"] = definition.active ? "ACTIVE" : "INACTIVE";
  shown["networkMode"] = definition.network_mode;
  shown["registeredAt"] = iso8601(definition.registered);
  return shown;
}

}  // namespace opsim::ecs
