// Actions that make something physical different while they last: a quantity of each target.
// AWS: FIS User Guide, fis-actions-reference; defaults of the parameters are its.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>

#include "models/fis/actions.hpp"
#include "models/fis/effects.hpp"
#include "models/fis/experiment.hpp"
#include "models/fis/experiment_template.hpp"
#include "models/fis/look_up.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

/// What an action does to each target. With a parameter, to its number; else to `to`.
struct QuantityRow {
  std::string_view action;
  std::string_view quantity;
  std::string_view parameter;
  double to = 0;
};

// To add one: a row here, and a PhysicalQuantity in the model whose resources feel it.
constexpr QuantityRow kQuantityRows[] = {
    {"aws:dynamodb:global-table-pause-replication", "replication", "", 0},
    {"aws:ebs:pause-volume-io", "io", "", 0},
    {"aws:ebs:volume-io-latency", "read latency", "readIOLatencyMilliseconds"},
    {"aws:ebs:volume-io-latency", "write latency", "writeIOLatencyMilliseconds"},
    {"aws:ecs:task-cpu-stress", "cpu", "percent"},
    {"aws:ecs:task-io-stress", "io stress", "percent"},
    {"aws:ecs:task-network-blackhole-port", "connected", "", 0},
    {"aws:ecs:task-network-latency", "network latency", "delayMilliseconds"},
    {"aws:ecs:task-network-packet-loss", "packet loss", "lossPercent"},
    {"aws:eks:pod-cpu-stress", "cpu", "percent"},
    {"aws:eks:pod-io-stress", "io stress", "percent"},
    {"aws:eks:pod-memory-stress", "memory", "percent"},
    {"aws:eks:pod-network-blackhole-port", "connected", "", 0},
    {"aws:eks:pod-network-latency", "network latency", "delayMilliseconds"},
    {"aws:eks:pod-network-packet-loss", "packet loss", "lossPercent"},
    {"aws:kinesis:stream-expired-iterator-exception", "expired iterators", "percentage"},
    {"aws:kinesis:stream-provisioned-throughput-exception", "throttled calls", "percentage"},
    {"aws:lambda:invocation-add-delay", "added delay", "startupDelayMilliseconds"},
    {"aws:lambda:invocation-error", "failing invocations", "invocationPercentage"},
    {"aws:lambda:invocation-http-integration-response", "failing invocations",
     "invocationPercentage"},
    {"aws:s3:bucket-pause-replication", "replication", "", 0},
};

/// Asked for by its id, a root volume becomes one that can be changed by itself.
void ask_for_volumes(ActionRun& run) {
  for (const Resolved& target : run.targets)
    static_cast<void>(run.cloud.inspect(target.place, "ec2", "DescribeVolumes",
                                        {{"VolumeIds", Json::array({target.id})}}));
}

Process<std::string> change_quantities(ActionRun& run) {
  if (run.spec.row->type == "aws:ec2:ebs-volume") ask_for_volumes(run);
  for (const QuantityRow& row : kQuantityRows) {
    if (row.action != run.spec.row->id) continue;
    const double to = row.parameter.empty() ? row.to : number_of(run.spec.parameter(row.parameter));
    // "flowsPercent", "invocationPercentage", "sources": the share that is hit is a part of it.
    double share = 1;
    for (const char* part : {"flowsPercent", "invocationPercentage"})
      if (const std::string percent = run.spec.parameter(part);
          !percent.empty() && row.parameter != part)
        share *= number_of(percent) / 100;
    if (row.quantity.starts_with("network") || row.quantity.starts_with("packet"))
      share *= share_of_sources(run, run.spec.parameter("sources"));
    if (share <= 0) continue;
    for (const Resolved& target : run.targets)
      change_for_a_while(run, target.id, part_of(row.quantity, share), {Change::How::to, to});
  }
  co_return "";
}

std::vector<std::string> zones_of_action(const ActionRun& run) {
  std::vector<std::string> zones;
  for (const auto part :
       std::views::split(run.spec.parameter("availabilityZoneIdentifiers"), ',')) {
    std::string zone{part.begin(), part.end()};
    std::erase(zone, ' ');
    zones.push_back(zone_called(run.place, zone));
  }
  return zones;
}

/// "InsufficientInstanceCapacity for launches of the groups, or for RunInstances, StartInstances,
/// CreateFleet and CreateCapacityReservation of the roles, in the zones."
Process<std::string> refuse_launches(ActionRun& run) {
  const double percent = number_of(run.spec.parameter("percentage"));
  for (const Resolved& one : run.targets)
    for (const std::string& zone : zones_of_action(run))
      change_for_a_while(run, one.id, "shortage " + zone, {Change::How::to, percent});
  co_return "";
}

/// "The zone is a parameter of the target": its nodes there have no power while the action lasts.
Process<std::string> interrupt_power(ActionRun& run) {
  const auto zone = run.aimed_by.find("availabilityZoneIdentifier");
  if (zone == run.aimed_by.end()) co_return "The target names no availabilityZoneIdentifier";
  for (const Resolved& group : run.targets)
    change_for_a_while(run, group.id, "power " + zone_called(group.place, zone->second),
                       {Change::How::to, 0});
  co_return "";
}

/// A pod that is deleted is another one afterwards: nothing to undo.
Process<std::string> delete_pods(ActionRun& run) {
  for (const Resolved& pod : run.targets)
    change_for_good(run, pod.id, "running", {Change::How::to, 0});
  co_return "";
}

Process<std::string> terminate_nodes(ActionRun& run) {
  const double percent = number_of(run.spec.parameter("instanceTerminationPercentage"));
  for (const Resolved& group : run.targets)
    change_for_good(run, group.id, "terminated", {Change::How::to, percent});
  co_return "";
}

/// Traffic from the subnets to the Region is blocked.
Process<std::string> cut_region(ActionRun& run) {
  const std::string quantity = "region links " + run.spec.parameter("region");
  for (const Resolved& subnet : run.targets)
    change_for_a_while(run, subnet.id, quantity, {Change::How::to, 0});
  co_return "";
}

/// "Blocks traffic from the target transit gateway peering attachments that is destined for the
/// specified Region." SIMPLIFIED: what the attached VPCs send there goes over the transit gateway.
Process<std::string> cut_gateways(ActionRun& run) {
  const std::string quantity = "region links " + run.spec.parameter("region");
  for (const Resolved& gateway : run.targets)
    for (const std::string& subnet : subnets_behind(run.cloud, gateway.place, gateway.id))
      change_for_a_while(run, subnet, quantity, {Change::How::to, 0});
  co_return "";
}

/// "A rebalance recommendation at once; the interruption notice two minutes before."
Process<std::string> interrupt_spot(ActionRun& run) {
  const auto ahead = parse_iso_duration(run.spec.parameter("durationBeforeInterruption"));
  const double seconds = std::chrono::duration<double>(ahead.value_or(Duration{})).count();
  for (const Resolved& instance : run.targets)
    change_for_good(run, instance.id, "interruption", {Change::How::to, seconds});
  co_return "";
}

/// A process that is killed stays so until something starts it.
Process<std::string> kill_process(ActionRun& run) {
  const std::string process = "process " + run.spec.parameter("processName");
  for (const Resolved& target : run.targets)
    change_for_good(run, target.id, process, {Change::How::to, 0});
  co_return "";
}

/// SIMPLIFIED: tasks of a zone are in the subnets of that zone that are cut.
void cut_tasks(ActionRun& run) {
  for (const Resolved& subnet : run.targets) {
    const std::string zone = input::text(subnet.described, "AvailabilityZone");
    for (const Json& task : find_ecs_tasks(run.cloud, subnet.place, {}))
      if (input::text(task, "availabilityZone") == zone)
        change_for_a_while(run, input::text(task, "taskArn"), "connected", {Change::How::to, 0});
  }
}

/// "scope: all, availability-zone, dynamodb, prefix-list, s3, s3express, vpc." The network ACL that
/// FIS puts in place denies the subnet's traffic across its edge.
Process<std::string> cut_subnets(ActionRun& run) {
  const std::string scope = run.spec.parameter("scope");
  if (scope == "availability-zone") {
    // "Denies intra-VPC traffic to and from subnets in other Availability Zones."
    for (const Resolved& subnet : run.targets)
      change_for_a_while(run, subnet.id, "zone links", {Change::How::to, 0});
    co_return "";
  }
  const std::string quantity = scope == "all" ? "connected" : scope + " connected";
  if (scope == "all") cut_tasks(run);
  for (const Resolved& subnet : run.targets) {
    const auto answer = run.cloud.inspect(
        subnet.place, "ec2", "DescribeInstances",
        {{"Filters", {{{"Name", "subnet-id"}, {"Values", Json::array({subnet.id})}}}}});
    if (!answer) continue;
    for (const Json& reservation : input::member(*answer, "Reservations"))
      for (const Json& instance : input::member(reservation, "Instances"))
        change_for_a_while(run, input::text(instance, "InstanceId"), quantity,
                           {Change::How::to, 0});
  }
  co_return "";
}

}  // namespace

double number_of(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool change_for_good(ActionRun& run, const std::string& resource, std::string_view quantity,
                     Change change) {
  if (run.cloud.change_quantity(resource, quantity, change)) return true;
  // Once for all targets of an action: a zone has hundreds.
  if (!run.unfelt.insert(std::string{quantity}).second) return false;
  run.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = run.label,
       .text = fmt::format("not simulated: nothing feels {} of {}", quantity, resource)});
  return false;
}

void change_for_a_while(ActionRun& run, const std::string& resource, std::string_view quantity,
                        Change change) {
  Cloud& cloud = run.cloud;
  const std::optional<double> before = cloud.read_quantity(resource, quantity);
  if (!change_for_good(run, resource, quantity, change) || !before) return;
  auto& holds = static_cast<Fis*>(cloud.model("fis"))->holds;
  const std::pair key{resource, std::string{quantity}};
  Hold& hold = holds[key];
  if (hold.values.empty()) hold.original = *before;
  const std::uint64_t number = ++hold.last;
  hold.values[number] = change.value;
  run.undo.emplace_back([&cloud, &holds, key, number] {
    const auto held = holds.find(key);
    held->second.values.erase(number);
    const bool free = held->second.values.empty();
    const double now = free ? held->second.original : held->second.values.rbegin()->second;
    if (free) holds.erase(held);
    cloud.change_quantity(key.first, key.second, {Change::How::to, now});
  });
}

Process<> last(ActionRun& run, Duration duration) {
  if (run.halted) co_return;
  Signal::TimedWait wait = run.halt.wait_for(duration);
  co_await wait;
}

const Effect kDeletePods{.begin = delete_pods};
const Effect kDisruptConnectivity{.begin = cut_subnets};
const Effect kDisruptRegion{.begin = cut_region};
const Effect kDisruptTransit{.begin = cut_gateways};
const Effect kInterruptPower{.begin = interrupt_power};
const Effect kInterruptSpot{.begin = interrupt_spot};
const Effect kKillTaskProcess{.begin = kill_process};
const Effect kQuantities{.begin = change_quantities};
const Effect kRefuseLaunches{.begin = refuse_launches};
const Effect kTerminateNodes{.begin = terminate_nodes};
const Effect kWait{};

}  // namespace opsim::fis
