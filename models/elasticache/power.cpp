// Nodes of one Availability Zone without power.
// AWS: FIS User Guide, fis-actions-reference (aws:elasticache:replicationgroup-interrupt-az-power):
// "the nodes in the zone are unavailable ... the replica with the least replication lag is promoted
// ... replacement in the zone is blocked until the action ends"; ElastiCache User Guide,
// "Minimizing downtime with Multi-AZ". SIMPLIFIED: replicas lag alike, so the first one left is
// promoted. How long promotion and replacement take are estimates.
#include <fmt/format.h>

#include <algorithm>

#include "models/elasticache/elasticache.hpp"

namespace opsim::elasticache {

namespace {

constexpr std::string_view kPowerLossPromotion = "uniform(15s, 60s)";
constexpr std::string_view kReplacement = "lognormal(p50 5min, p99 12min)";

Group* group_by_id(ElastiCache& caches, std::string_view id) {
  for (auto& [key, group] : caches.groups)
    if (group.id == id) return &group;
  return nullptr;
}

template <class Then>
void later(ElastiCache& caches, const Group& group, std::string_view takes, std::string_view what,
           Then then) {
  Stream& luck = caches.cloud.sim().random(fmt::format("elasticache {} {}", group.id, what));
  caches.cloud.sim().after(Distribution::parse(takes)->sample_duration(luck),
                           [&caches, place = group.place, id = group.id, then] {
                             if (Group* found = caches.find(place, id)) then(*found);
                           });
}

/// Shards whose primary has no power get another one, where a replica has.
void promote(ElastiCache& caches, Group& group) {
  for (Shard& shard : group.shards) {
    if (shard.nodes.empty() || shard.nodes.front().powered) continue;
    const auto replica = std::ranges::find(shard.nodes, true, &Node::powered);
    if (replica == shard.nodes.end()) continue;
    caches.cloud.journal().write(
        {.kind = EntryKind::resource,
         .level = Level::story,
         .subject = std::string{caches.cloud.resources().name_of(group.id)},
         .text = fmt::format("{} promoted to primary", replica->id),
         .detail = {{"act", "promoted"}, {"resource", group.id}}});
    tell_failover(caches, group, shard.nodes.front().id, replica->id);
    std::rotate(shard.nodes.begin(), replica, std::next(replica));
  }
  refresh(caches, group);
}

void power_up(ElastiCache& caches, Group& group, const std::string& zone) {
  if (group.dark.contains(zone)) return;  // it is out again
  lose(group, [&](const Node& node) { return node.zone == zone && !node.powered; });
  for (Shard& shard : group.shards)
    for (Node& node : shard.nodes)
      if (node.zone == zone) node.powered = true;
  refresh(caches, group);
}

}  // namespace

std::optional<double> read_cpu(Model& model, std::string_view id, std::string_view /*part*/) {
  const Group* group = group_by_id(static_cast<ElastiCache&>(model), id);
  return group == nullptr ? std::nullopt : std::optional{group->load.value_or(kIdleCpu)};
}
void change_cpu(Model& model, std::string_view id, std::string_view /*part*/, Change change) {
  auto& caches = static_cast<ElastiCache&>(model);
  Group* group = group_by_id(caches, id);
  if (group == nullptr) return;
  const double before = change.how == Change::How::by ? group->load.value_or(kIdleCpu) : 0;
  group->load = std::clamp(before + change.value, 0.0, 100.0);
  refresh(caches, *group);
}

std::optional<double> read_power(Model& model, std::string_view id, std::string_view zone) {
  const Group* group = group_by_id(static_cast<ElastiCache&>(model), id);
  if (group == nullptr) return std::nullopt;
  return group->dark.contains(std::string{zone}) ? 0 : 1;
}

void change_power(Model& model, std::string_view id, std::string_view zone_text, Change change) {
  auto& caches = static_cast<ElastiCache&>(model);
  Group* group = group_by_id(caches, id);
  if (group == nullptr) return;
  const std::string zone{zone_text};
  if (change.value >= 0.5) {
    if (group->dark.erase(zone) == 0) return;
    later(caches, *group, kReplacement, "replacement",
          [&caches, zone](Group& found) { power_up(caches, found, zone); });
    return;
  }
  group->dark.insert(zone);
  for (Shard& shard : group->shards)
    for (Node& node : shard.nodes)
      if (node.zone == zone) node.powered = false;
  refresh(caches, *group);
  if (group->automatic_failover)
    later(caches, *group, kPowerLossPromotion, "promotion",
          [&caches](Group& found) { promote(caches, found); });
}

}  // namespace opsim::elasticache
