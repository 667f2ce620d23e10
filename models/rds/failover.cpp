// Who takes over when a host is gone, and how long nobody answers.
// AWS: RDS User Guide, "Failing over a Multi-AZ DB instance" ("typically 60-120 seconds"),
// "Failing over a Multi-AZ DB cluster" ("typically under 35 seconds"); Aurora User Guide, "High
// availability for Aurora" ("typically restored in less than 60 seconds, and often less than 30";
// without a reader the primary is re-created, "typically ... in less than 10 minutes"; the lowest
// promotion tier first, then the largest).
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr std::string_view kMultiAzInstance = "uniform(60s, 120s)";
constexpr std::string_view kMultiAzCluster = "uniform(15s, 35s)";
constexpr std::string_view kShared = "lognormal(p50 25s, p99 60s)";
constexpr std::string_view kRecreation = "uniform(3min, 10min)";
constexpr std::string_view kReboot = "lognormal(p50 60s, p99 4min)";      // estimate
constexpr std::string_view kRecovery = "lognormal(p50 8min, p99 30min)";  // estimate: a new host

/// db.r6g.4xlarge -> 4 x 8: the larger, the more.
double size_of(std::string_view instance_class) {
  const std::string_view size = instance_class.substr(instance_class.rfind('.') + 1);
  constexpr std::string_view kSizes[] = {"micro", "small", "medium", "large", "xlarge"};
  const auto found = std::ranges::find(kSizes, size);
  if (found != std::end(kSizes)) return static_cast<double>(found - std::begin(kSizes));
  double number = 0;
  for (const char c : size) {
    if (c < '0' || c > '9') break;
    number = number * 10 + (c - '0');
  }
  return 4 + number;
}

/// The reader that goes first, or null.
Instance* successor(Databases& all, const Cluster& cluster) {
  Instance* best = nullptr;
  const auto rank = [](const Instance& one) {
    return std::tuple{one.promotion_tier, -size_of(one.instance_class), one.id};
  };
  for (std::size_t i = 1; i < cluster.members.size(); ++i) {
    Instance* reader = all.instance(cluster.place, cluster.members[i]);
    if (reader == nullptr || reader->out_of_service) continue;
    if (best == nullptr || rank(*reader) < rank(*best)) best = reader;
  }
  return best;
}

void end_failover(Databases& all, Cluster& cluster, const std::string& target) {
  const auto found = std::ranges::find(cluster.members, target);
  if (found != cluster.members.end()) std::rotate(cluster.members.begin(), found, found + 1);
  cluster.status = "available";
  cluster.out_of_service = false;
  cluster.why.clear();
  tell(all, cluster,
       {"RDS-EVENT-0071", "failover",
        fmt::format("Completed failover to DB instance: {}.", target)});
  for (const std::string& id : std::vector<std::string>(cluster.members))
    if (Instance* member = all.instance(cluster.place, id)) publish(all, *member);
  refresh(all, cluster);
}

}  // namespace

void fail_over(Databases& all, Instance& instance, std::string_view status) {
  tell(all, instance, {"RDS-EVENT-0013", "failover", "Multi-AZ instance failover started."});
  occupy(
      all, instance,
      {.status = std::string{status},
       .takes = all.draw(instance.id, "failover", kMultiAzInstance),
       .out_of_service = true,
       .why = "it fails over to its standby",
       .then = [&all](Instance& after) {
         std::swap(after.zone, after.other_zone);
         tell(all, after,
              {"RDS-EVENT-0015", "failover",
               "Multi-AZ failover to standby complete - DNS propagation may take a few "
               "minutes."});
         tell(all, after, {"RDS-EVENT-0049", "failover", "Multi-AZ instance failover completed."});
       }});
}

ApiResult<void> fail_over(Databases& all, Cluster& cluster, const std::string& target) {
  const Instance* next =
      target.empty() ? successor(all, cluster) : all.instance(cluster.place, target);
  if (next == nullptr || next->cluster != cluster.id || next->id == cluster.members.front())
    return ApiError{"InvalidDBClusterStateFault",
                    fmt::format("No eligible target for failover in cluster {}.", cluster.id)};
  const Instance* writer = writer_of(all, cluster);
  const bool same_zone = writer != nullptr && writer->zone == next->zone;
  tell(all, cluster,
       {same_zone ? "RDS-EVENT-0072" : "RDS-EVENT-0073", "failover",
        fmt::format("Started {} AZ failover to DB instance: {}.", same_zone ? "same" : "cross",
                    next->id)});
  cluster.status = "failing-over";
  cluster.out_of_service = true;
  cluster.why = fmt::format("it fails over to {}", next->id);
  const std::uint64_t work = ++cluster.work;
  refresh(all, cluster);
  const Duration takes =
      all.draw(cluster.id, "failover", cluster.shares_storage() ? kShared : kMultiAzCluster);
  all.sim().after(takes, [&all, place = cluster.place, id = cluster.id, work, to = next->id] {
    Cluster* after = all.cluster(place, id);
    if (after != nullptr && after->work == work) end_failover(all, *after, to);
  });
  return {};
}

void fail(Databases& all, Instance& instance) {
  if (instance.multi_az && instance.cluster.empty()) return fail_over(all, instance, "rebooting");
  Cluster* cluster = all.cluster(instance.place, instance.cluster);
  const bool writes =
      cluster != nullptr && !cluster->members.empty() && cluster->members.front() == instance.id;
  const std::string_view takes = cluster == nullptr ? kRecovery : kRecreation;
  tell(all, instance,
       {"RDS-EVENT-0020", "recovery",
        "Recovery of the DB instance has started. Recovery time will vary with the amount of data "
        "to be recovered."});
  occupy(all, instance,
         {.status = "failed",
          .takes = all.draw(instance.id, "recovery", takes),
          .out_of_service = true,
          .why = "its host failed",
          .then = [&all](Instance& after) {
            tell(all, after,
                 {"RDS-EVENT-0021", "recovery", "Recovery of the DB instance is complete."});
          }});
  if (writes) (void)fail_over(all, *cluster, "");
}

void reboot(Databases& all, Instance& instance) {
  tell(all, instance, {"RDS-EVENT-0004", "availability", "DB instance shutdown."});
  occupy(all, instance,
         {.status = "rebooting",
          .takes = all.draw(instance.id, "reboot", kReboot),
          .out_of_service = true,
          .why = "it reboots",
          .then = [&all](Instance& after) {
            tell(all, after, {"RDS-EVENT-0006", "availability", "DB instance restarted."});
          }});
}

}  // namespace opsim::rds
