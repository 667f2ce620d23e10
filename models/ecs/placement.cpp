// Where a task runs.
// AWS: ECS Developer Guide, "How Amazon ECS places tasks on container instances"; Fargate spreads
// over Availability Zones as well as it can. UNDOCUMENTED: how well; here to the zone with the
// fewest tasks of the service.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

/// The zones of subnets, or of the Region where they are not known.
std::vector<std::string> zones_for(Ecs& ecs, const Place& place,
                                   const std::vector<std::string>& subnets) {
  std::vector<std::string> zones;
  if (!subnets.empty()) {
    const Json asked{{"SubnetIds", subnets}};
    if (const auto answer = ecs.cloud.inspect(place, "ec2", "DescribeSubnets", asked))
      for (const Json& subnet : input::member(*answer, "Subnets"))
        zones.push_back(input::text(subnet, "AvailabilityZone"));
  }
  std::ranges::sort(zones);
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  return zones.empty() ? zones_of(place.region) : zones;
}

/// The first of the subnets that lies in the zone, or "".
std::string subnet_in(Ecs& ecs, const Place& place, const std::vector<std::string>& subnets,
                      std::string_view zone) {
  if (subnets.empty()) return {};
  const Json asked{{"SubnetIds", subnets}};
  const auto answer = ecs.cloud.inspect(place, "ec2", "DescribeSubnets", asked);
  if (!answer) return {};
  for (const Json& subnet : input::member(*answer, "Subnets"))
    if (input::text(subnet, "AvailabilityZone") == zone) return input::text(subnet, "SubnetId");
  return {};
}

std::string emptiest_zone(const TaskOrder& order, const std::vector<std::string>& zones) {
  if (order.service == nullptr) return zones.front();
  std::map<std::string_view, std::int64_t> tasks;
  for (const auto& [arn, task] : order.service->tasks)
    if (task->wanted) ++tasks[task->zone];
  return *std::ranges::min_element(zones, {},
                                   [&tasks](const std::string& zone) { return tasks[zone]; });
}

/// One of the service's strategies as a number: the least goes first.
std::int64_t rank_by(Ecs& ecs, const Json& strategy, const ContainerInstance& instance,
                     const TaskOrder& order) {
  const std::string type = input::text(strategy, "type");
  const std::string field = input::text(strategy, "field");
  const Remaining left = remaining(ecs, instance);
  if (type == "binpack") return field.ends_with("cpu") ? left.cpu_units : left.memory_mib;
  if (type != "spread") return 0;  // random: the first that fits
  const bool by_zone = field.find("availability-zone") != std::string::npos;
  std::int64_t alike = 0;
  for (const auto& [arn, task] : ecs.tasks) {
    if (!task.wanted || task.container_instance.empty() || task.group != order.group) continue;
    if (by_zone ? task.zone == instance.zone : task.container_instance == instance.arn) ++alike;
  }
  return alike;
}

/// "Tasks of a service are spread over Availability Zones" where no strategy is given.
Json strategies_of(const TaskOrder& order) {
  Json all = Json::array();
  if (order.service != nullptr) all = order.service->spec.placement_strategy;
  if (all.empty()) {
    all.push_back({{"type", "spread"}, {"field", "attribute:ecs.availability-zone"}});
    all.push_back({{"type", "spread"}, {"field", "instanceId"}});
  }
  return all;
}

bool has_room(Ecs& ecs, const ContainerInstance& instance, const TaskOrder& order) {
  Remaining left = remaining(ecs, instance);
  if (order.service == nullptr || !order.service->spec.daemon) {
    const Remaining kept = reserved_for_daemons(ecs, instance);
    left.cpu_units -= kept.cpu_units;
    left.memory_mib -= kept.memory_mib;
  }
  return left.cpu_units >= order.definition->cpu_units &&
         left.memory_mib >= order.definition->memory_mib;
}

ContainerInstance* choose_instance(Ecs& ecs, const TaskOrder& order) {
  const Json strategies = strategies_of(order);
  ContainerInstance* best = nullptr;
  std::vector<std::int64_t> best_rank;
  for (auto& [arn, instance] : ecs.instances) {
    if (!order.instance.empty() && order.instance != arn) continue;
    if (!is_eligible(ecs, instance, order) || !has_room(ecs, instance, order)) continue;
    std::vector<std::int64_t> rank;
    for (const Json& strategy : strategies) rank.push_back(rank_by(ecs, strategy, instance, order));
    if (best != nullptr && best_rank <= rank) continue;
    best = &instance;
    best_rank = std::move(rank);
  }
  return best;
}

/// "attribute:ecs.availability-zone" and its like, "ec2InstanceId", "agentConnected".
std::map<std::string, std::string> attributes_of(const ContainerInstance& instance) {
  return {{"agentConnected", instance.connected ? "true" : "false"},
          {"attribute:ecs.availability-zone", instance.zone},
          {"attribute:ecs.instance-type", instance.type},
          {"attribute:ecs.os-type", "linux"},
          {"ec2InstanceId", instance.instance}};
}

/// "distinctInstance: place each task on a different container instance".
bool runs_one_alike(const Ecs& ecs, const ContainerInstance& instance, const TaskOrder& order) {
  return std::ranges::any_of(ecs.tasks, [&](const auto& entry) {
    const Task& task = entry.second;
    return task.wanted && task.container_instance == instance.arn && task.group == order.group;
  });
}

bool meets(const Ecs& ecs, const Json& constraints, const ContainerInstance& instance,
           const TaskOrder& order) {
  if (!constraints.is_array()) return true;
  return std::ranges::all_of(constraints, [&](const Json& one) {
    if (input::text(one, "type") == "distinctInstance")
      return !runs_one_alike(ecs, instance, order);
    return holds(input::text(one, "expression"), attributes_of(instance)).value_or(false);
  });
}

}  // namespace

Remaining remaining(const Ecs& ecs, const ContainerInstance& instance) {
  Remaining left{instance.cpu_units, instance.memory_mib};
  for (const auto& [arn, task] : ecs.tasks) {
    if (task.container_instance != instance.arn || task.status >= TaskStatus::deprovisioning)
      continue;
    left.cpu_units -= task.definition->cpu_units;
    left.memory_mib -= task.definition->memory_mib;
    ++left.tasks;
  }
  return left;
}

NoRoom why_no_room(Ecs& ecs, const TaskOrder& order) {
  NoRoom why;
  std::int64_t least = 0;  // what the closest one lacks, of CPU units and MiB together
  for (const auto& [arn, instance] : ecs.instances) {
    if (instance.place != order.place || instance.cluster != order.cluster) continue;
    const std::string id = arn.substr(arn.rfind('/') + 1);
    if (why.instance.empty()) why.instance = id;
    if (!is_eligible(ecs, instance, order)) continue;
    const Remaining left = remaining(ecs, instance);
    const std::int64_t cpu =
        std::max<std::int64_t>(0, order.definition->cpu_units - left.cpu_units);
    const std::int64_t memory =
        std::max<std::int64_t>(0, order.definition->memory_mib - left.memory_mib);
    if (!why.lacks.empty() && cpu + memory >= least) continue;
    why = {.instance = id, .lacks = memory > 0 ? "MEMORY" : "CPU"};
    least = cpu + memory;
  }
  return why;
}

std::vector<std::string> service_zones(Ecs& ecs, const Service& service) {
  if (service.spec.launch_type == "FARGATE")
    return zones_for(ecs, service.place, service.spec.subnets);
  std::vector<std::string> zones;
  for (const auto& [arn, instance] : ecs.instances)
    if (instance.place == service.place && instance.cluster == service.spec.cluster &&
        instance.connected && !instance.draining)
      zones.push_back(instance.zone);
  std::ranges::sort(zones);
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  return zones;
}

bool is_eligible(const Ecs& ecs, const ContainerInstance& instance, const TaskOrder& order) {
  if (instance.place != order.place || instance.cluster != order.cluster) return false;
  if (instance.draining || !instance.connected) return false;
  if (!order.zone.empty() && instance.zone != order.zone) return false;
  const Json& of_definition = input::member(order.definition->shown, "placementConstraints");
  if (!meets(ecs, of_definition, instance, order)) return false;
  if (order.service == nullptr) return true;
  const ServiceSpec& spec = order.service->spec;
  if (!order.capacity_provider.empty() && instance.capacity_provider != order.capacity_provider)
    return false;
  return meets(ecs, spec.placement_constraints, instance, order);
}

bool place_task(Ecs& ecs, Task& task, const TaskOrder& order) {
  const std::uint64_t number = ecs.tasks_made;  // SIMPLIFIED: not out of the subnet's own range
  task.address = fmt::format("10.{}.{}.{}", 128 + (number / 64'516) % 127, number / 254 % 254,
                             1 + number % 254);
  if (order.launch_type == "FARGATE") {
    task.zone = !order.zone.empty()
                    ? order.zone
                    : emptiest_zone(order, zones_for(ecs, order.place, order.subnets));
    task.subnet = subnet_in(ecs, order.place, order.subnets, task.zone);
    return true;
  }
  const ContainerInstance* instance = choose_instance(ecs, order);
  if (instance == nullptr) return false;
  task.container_instance = instance->arn;
  task.zone = instance->zone;
  task.host_down = instance->down;
  task.subnet = subnet_in(ecs, order.place, order.subnets, task.zone);
  if (order.definition->network_mode != "awsvpc") task.address = instance->address;
  return true;
}

}  // namespace opsim::ecs
