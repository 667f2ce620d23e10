// Container instances: EC2 instances whose agent has registered with a cluster.
// AWS: ECS Developer Guide, "Amazon ECS container instances", "Draining Amazon ECS container
// instances", "Container instance state change events". An instance belongs to the cluster that its
// user data names (ECS_CLUSTER), or to that of the capacity provider of its Auto Scaling group.
// SIMPLIFIED: an agent takes some time to come up (an estimate); no ports or GPUs.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

/// From running until the agent has registered.
Distribution agent_takes() { return *Distribution::parse("lognormal(p50 40s, p99 2min)"); }

struct HostSize {
  std::string_view type;
  std::int64_t cpu_units;
  std::int64_t memory_mib;
};
// EC2 instance types, and what the agent registers of their memory (about 5 % less).
constexpr HostSize kHostSizes[] = {
    {"c5.large", 2048, 3768},     {"c5.xlarge", 4096, 7678},   {"m5.2xlarge", 8192, 31'566},
    {"m5.large", 2048, 7694},     {"m5.xlarge", 4096, 15'587}, {"m6i.large", 2048, 7694},
    {"m6i.xlarge", 4096, 15'587}, {"t3.large", 2048, 7763},    {"t3.medium", 2048, 3827},
    {"t3.micro", 2048, 957},      {"t3.small", 2048, 1939},
};

std::string user_data_of(Ecs& ecs, const Place& place, std::string_view instance) {
  const Json asked{{"InstanceId", instance}, {"Attribute", "userData"}};
  const auto answer = ecs.cloud.inspect(place, "ec2", "DescribeInstanceAttribute", asked);
  return answer ? input::text(input::member(*answer, "UserData"), "Value") : std::string{};
}

std::string group_of(const Json& instance) {
  const auto tags = input::tags(input::member(instance, "Tags"));
  const auto found = tags.find("aws:autoscaling:groupName");
  return found == tags.end() ? std::string{} : found->second;
}

/// "ECS_CLUSTER=prod" in user data.
std::string named_cluster(std::string_view text) {
  constexpr std::string_view key = "ECS_CLUSTER=";
  const auto at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  return std::string{text.substr(0, text.find_first_of(" \t\r\n'\";&|>"))};
}

struct Belonging {
  Cluster* cluster = nullptr;
  std::string provider = {};
};

Belonging belonging_of(Ecs& ecs, const Place& place, const Json& instance) {
  const std::string group = group_of(instance);
  for (auto& [key, cluster] : ecs.clusters) {
    if (key.first != place) continue;
    for (const std::string& name : cluster.capacity_providers) {
      const auto provider = ecs.providers.find({place, name});
      if (provider != ecs.providers.end() && !group.empty() && provider->second.group == group)
        return {&cluster, name};
    }
  }
  const std::string named =
      named_cluster(user_data_of(ecs, place, input::text(instance, "InstanceId")));
  return {named.empty() ? nullptr : ecs.cluster(place, named)};
}

void emit_instance_state(Ecs& ecs, const ContainerInstance& instance) {
  Event event;
  event.source = "aws.ecs";
  event.detail_type = "ECS Container Instance State Change";
  event.place = instance.place;
  event.resources = {instance.arn};
  event.detail = instance_json(ecs, instance);
  event.detail["clusterArn"] =
      opsim::arn(instance.place, "ecs", fmt::format("cluster/{}", instance.cluster));
  event.detail["updatedAt"] = iso8601(ecs.now());
  event.line = fmt::format("{} {}", instance.instance, input::text(event.detail, "status"));
  ecs.cloud.emit(std::move(event));
}

ContainerInstance* known(Ecs& ecs, std::string_view instance) {
  for (auto& [arn, one] : ecs.instances)
    if (one.instance == instance) return &one;
  return nullptr;
}

void look_at_services(Ecs& ecs, const ContainerInstance& instance) {
  capacity_changed(ecs, instance.place, instance.cluster);
  for (auto& [arn, service] : ecs.services)
    if (service.active && service.place == instance.place &&
        service.spec.cluster == instance.cluster && service.spec.launch_type == "EC2")
      look_soon(ecs, service);
}

void register_instance(Ecs& ecs, const Place& place, const Json& described) {
  const std::string id = input::text(described, "InstanceId");
  const Belonging belongs = belonging_of(ecs, place, described);
  if (belongs.cluster == nullptr || known(ecs, id) != nullptr) return;
  const std::string arn = opsim::arn(
      place, "ecs",
      fmt::format("container-instance/{}/{:032x}", belongs.cluster->name, ++ecs.instances_made));
  const auto size =
      std::ranges::find(kHostSizes, input::text(described, "InstanceType"), &HostSize::type);
  const bool sized = size != std::end(kHostSizes);
  ContainerInstance& made = ecs.instances[arn];
  made = {.arn = arn,
          .instance = id,
          .type = input::text(described, "InstanceType"),
          .place = place,
          .cluster = belongs.cluster->name,
          .zone = input::text(input::member(described, "Placement"), "AvailabilityZone"),
          .address = input::text(described, "PrivateIpAddress"),
          .capacity_provider = belongs.provider,
          .cpu_units = sized ? size->cpu_units : 2048,
          .memory_mib = sized ? size->memory_mib : 7694,
          .registered = ecs.now()};
  if (ecs.now() == ecs.sim().start()) {  // it stands from the start
    return capacity_changed(ecs, place, belongs.cluster->name);
  }
  emit_instance_state(ecs, made);
  look_at_services(ecs, made);
}

template <class Do>
void for_instances(Ecs& ecs, const Place& place, const Json& asked, Do&& each) {
  const auto answer = ecs.cloud.inspect(place, "ec2", "DescribeInstances", asked);
  if (!answer) return;
  for (const Json& reservation : input::member(*answer, "Reservations"))
    for (const Json& instance : input::member(reservation, "Instances"))
      if (input::text(input::member(instance, "State"), "Name") == "running") each(instance);
}

/// Its tasks end with it. UNDOCUMENTED: the code; the reason as the guide's list of them has it.
void lose_instance(Ecs& ecs, ContainerInstance& instance, std::string_view state) {
  instance.connected = false;
  instance.down = true;
  ++instance.version;
  emit_instance_state(ecs, instance);
  const bool gone = state == "terminated" || state == "shutting-down";
  std::vector<Task*> lost;
  for (auto& [arn, task] : ecs.tasks)
    if (task.container_instance == instance.arn && task.wanted) lost.push_back(&task);
  for (Task* task : lost) {
    task->host_down = true;
    refresh_health(ecs, *task);
    stop_task(ecs, *task, "TerminationNotice",
              fmt::format("Host EC2 (instance {}) {}.", instance.instance,
                          gone ? "terminated" : "stopped"));
  }
  const std::string cluster = instance.cluster;
  const Place place = instance.place;
  if (gone) ecs.instances.erase(std::string{instance.arn});
  capacity_changed(ecs, place, cluster);
}

}  // namespace

std::int64_t instances_in(const Ecs& ecs, const Cluster& cluster) {
  return std::ranges::count_if(ecs.instances, [&cluster](const auto& entry) {
    return entry.second.place == cluster.place && entry.second.cluster == cluster.name;
  });
}

void discover_instances(Ecs& ecs, const Place& place) {
  for_instances(ecs, place, Json::object(),
                [&](const Json& instance) { register_instance(ecs, place, instance); });
}

void instance_state_changed(Ecs& ecs, const Place& place, std::string_view instance,
                            std::string_view state) {
  ContainerInstance* registered = known(ecs, instance);
  if (registered != nullptr && state != "running" && state != "pending")
    return lose_instance(ecs, *registered, state);
  if (state != "running" || ecs.clusters.empty()) return;
  Stream luck{ecs.sim().seed(), fmt::format("ecs.agent.{}", instance)};
  ecs.sim().after(agent_takes().sample_duration(luck), [&ecs, place, id = std::string{instance}] {
    if (ContainerInstance* again = known(ecs, id)) {  // it was stopped and started
      again->connected = true;
      again->down = false;
      emit_instance_state(ecs, *again);
      return look_at_services(ecs, *again);
    }
    const Json asked{{"InstanceIds", Json::array({id})}};
    for_instances(ecs, place, asked, [&](const Json& one) { register_instance(ecs, place, one); });
  });
}

/// An instance that hangs takes its tasks along; its agent is no longer connected, which stops
/// nothing: ECS waits for the instance.
void instance_health_changed(Ecs& ecs, std::string_view instance, Health health) {
  ContainerInstance* host = known(ecs, instance);
  const bool down = health == Health::down;
  if (host == nullptr || host->down == down) return;
  host->down = down;
  host->connected = !down;
  ++host->version;
  emit_instance_state(ecs, *host);
  for (auto& [arn, task] : ecs.tasks) {
    if (task.container_instance != host->arn || task.status >= TaskStatus::deprovisioning) continue;
    task.host_down = down;
    condition_changed(ecs, task);
  }
}

void set_draining(Ecs& ecs, ContainerInstance& instance, bool draining) {
  if (instance.draining == draining) return;
  instance.draining = draining;
  ++instance.version;
  emit_instance_state(ecs, instance);
  look_at_services(ecs, instance);
}

bool is_draining(const Ecs& ecs, const Task& task) {
  const auto host = ecs.instances.find(task.container_instance);
  return host != ecs.instances.end() && host->second.draining;
}

Json instance_json(const Ecs& ecs, const ContainerInstance& instance) {
  const Remaining left = remaining(ecs, instance);
  const auto resources = [](std::int64_t cpu, std::int64_t memory) {
    return Json::array({Json{{"name", "CPU"}, {"type", "INTEGER"}, {"integerValue", cpu}},
                        Json{{"name", "MEMORY"}, {"type", "INTEGER"}, {"integerValue", memory}}});
  };
  Json shown{{"containerInstanceArn", instance.arn},
             {"ec2InstanceId", instance.instance},
             {"status", instance.draining ? "DRAINING" : "ACTIVE"},
             {"agentConnected", instance.connected},
             {"registeredResources", resources(instance.cpu_units, instance.memory_mib)},
             {"remainingResources", resources(left.cpu_units, left.memory_mib)},
             {"runningTasksCount", left.tasks},
             {"pendingTasksCount", 0},
             {"attributes",
              Json::array({Json{{"name", "ecs.availability-zone"}, {"value", instance.zone}}})},
             {"registeredAt", iso8601(instance.registered)},
             {"version", instance.version}};
  if (!instance.capacity_provider.empty())
    shown["capacityProviderName"] = instance.capacity_provider;
  return shown;
}

}  // namespace opsim::ecs
