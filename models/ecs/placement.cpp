// Where a task runs.
// AWS: ECS Developer Guide, "How Amazon ECS places tasks on container instances"; Fargate spreads
// over Availability Zones as well as it can. UNDOCUMENTED: how well; here to the zone with the
// fewest tasks of the service.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/ecs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

/// The zones of the service's subnets, or of the Region where they are not known.
std::vector<std::string> zones_for(Ecs& ecs, const TaskOrder& order) {
  std::vector<std::string> zones;
  if (!order.subnets.empty()) {
    const Json asked{{"SubnetIds", order.subnets}};
    if (const auto answer = ecs.cloud.inspect(order.place, "ec2", "DescribeSubnets", asked))
      for (const Json& subnet : input::member(*answer, "Subnets"))
        zones.push_back(input::text(subnet, "AvailabilityZone"));
  }
  std::ranges::sort(zones);
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  return zones.empty() ? zones_of(order.place.region) : zones;
}

std::string emptiest_zone(const TaskOrder& order, const std::vector<std::string>& zones) {
  if (order.service == nullptr) return zones.front();
  std::map<std::string_view, std::int64_t> tasks;
  for (const auto& [arn, task] : order.service->tasks)
    if (task->wanted) ++tasks[task->zone];
  return *std::ranges::min_element(zones, {},
                                   [&tasks](const std::string& zone) { return tasks[zone]; });
}

}  // namespace

bool place_task(Ecs& ecs, Task& task, const TaskOrder& order) {
  task.zone = emptiest_zone(order, zones_for(ecs, order));
  const std::uint64_t number = ecs.tasks_made;  // SIMPLIFIED: not out of the subnet's own range
  task.address = fmt::format("10.{}.{}.{}", 128 + (number / 64'516) % 127, number / 254 % 254,
                             1 + number % 254);
  return true;
}

std::int64_t instances_in(const Ecs& /*ecs*/, const Cluster& /*cluster*/) { return 0; }

}  // namespace opsim::ecs
