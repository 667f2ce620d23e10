// Groups and their nodes. AWS: ElastiCache User Guide, "Replication: Redis (cluster mode enabled
// and disabled)", "Minimizing downtime with Multi-AZ"; API Reference, ReplicationGroup. How long
// anything takes is an estimate.
#include <fmt/format.h>

#include <algorithm>

#include "models/elasticache/elasticache.hpp"

namespace opsim::elasticache {

namespace {

std::string lowered(std::string_view text) {
  std::string lower{text};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

Json endpoint(const Group& group, std::string_view name) {
  return {{"Address", fmt::format("{}.c{}.{}.cache.amazonaws.com", name,
                                  group.place.account.substr(0, 6), group.place.region)},
          {"Port", group.port}};
}

/// AWS/ElastiCache by CacheClusterId, once a minute, while the node serves.
void publish(ElastiCache& caches, Group& group, const Node& node, bool replica) {
  Metrics& metrics = caches.cloud.metrics();
  const SimTime now = caches.cloud.sim().now();
  std::vector<SourceId>& sources = group.sources[node.id];
  const bool serves = !group.out_of_service && node.serves();
  // EngineCPUUtilization comes fourth; a primary's load is that of the workload.
  if (!sources.empty()) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      Waveform wave = metrics.waveform(sources[i]);
      const std::size_t row = group.replicated ? i : i % (sources.size() / 2);
      const bool cpu = row == 0 || row == 3;
      if (cpu && group.load && !replica) wave = {.from = now, .level = *group.load};
      if (serves)
        metrics.change(sources[i], wave);
      else
        metrics.stop(sources[i]);
    }
    return;
  }
  if (!serves) return;
  struct Row {
    std::string_view name;
    std::string_view unit;
    double level;  // estimates of an idle cache
  };
  const Row rows[] = {{"CPUUtilization", "Percent", kIdleCpu},
                      {"CurrConnections", "Count", 10},
                      {"DatabaseMemoryUsagePercentage", "Percent", 20},
                      {"EngineCPUUtilization", "Percent", 3},
                      {"Evictions", "Count", 0},
                      {"ReplicationLag", "Seconds", 0}};
  const auto add = [&](const Row& row, Dimensions dimensions) {
    const SeriesId series = metrics.intern(
        {group.place, "AWS/ElastiCache", std::string{row.name}, std::move(dimensions)});
    sources.push_back(metrics.publish(series, {.from = now, .level = row.level},
                                      {.unit = std::string{row.unit}}, node.id));
  };
  for (const Row& row : rows) {
    if (row.name == "ReplicationLag" && !replica) continue;
    add(row, {{"CacheClusterId", group.replicated ? node.id : group.id}});
  }
  // A replication group's nodes are cache clusters of one node each; a cluster's are told by node,
  // too.
  if (group.replicated) return;
  for (const Row& row : rows)
    if (row.name != "ReplicationLag" || replica)
      add(row, {{"CacheClusterId", group.id}, {"CacheNodeId", node.id}});
}

}  // namespace

Group* ElastiCache::find(const Place& place, std::string_view id) {
  const auto found = groups.find({place, lowered(id)});
  return found == groups.end() ? nullptr : &found->second;
}

void resize(Group& group, Shard& shard, std::size_t replicas) {
  const std::vector<std::string> zones = zones_of(group.place.region);
  shard.nodes.resize(std::min(shard.nodes.size(), replicas + 1));
  for (std::size_t i = 1; shard.nodes.size() < replicas + 1 && i <= 100; ++i) {
    const bool plain = !group.replicated;
    std::string id = plain                      ? fmt::format("{:04}", i)
                     : group.shards.size() == 1 ? fmt::format("{}-{:03}", group.id, i)
                                                : fmt::format("{}-{}-{:03}", group.id, shard.id, i);
    if (std::ranges::find(shard.nodes, id, &Node::id) != shard.nodes.end()) continue;
    const std::string& zone = zones[shard.nodes.size() % zones.size()];
    shard.nodes.push_back({.id = std::move(id), .zone = zone});
  }
}

void set_shards(Group& group, std::size_t count, std::size_t replicas) {
  group.shards.resize(std::min(group.shards.size(), count));
  while (group.shards.size() < count)
    group.shards.push_back({.id = fmt::format("{:04}", group.shards.size() + 1), .nodes = {}});
  for (Shard& shard : group.shards) resize(group, shard, replicas);
}

ApiResult<Group*> add_group(ElastiCache& caches, const Place& place, const Json& input,
                            bool replicated) {
  Group group;
  group.id = lowered(input::text(input, replicated ? "ReplicationGroupId" : "CacheClusterId"));
  if (group.id.empty()) group.id = lowered(input::text(input, "ClusterName"));
  if (group.id.empty() || group.id.size() > 50)
    return ApiError{"InvalidParameterValue", "The identifier has from 1 to 50 characters"};
  if (caches.groups.contains({place, group.id}))
    return ApiError{replicated ? "ReplicationGroupAlreadyExistsFault" : "CacheClusterAlreadyExists",
                    fmt::format("{} already exists", group.id)};
  group.place = place;
  group.replicated = replicated;
  group.arn = arn(place, "elasticache",
                  fmt::format("{}:{}", replicated ? "replicationgroup" : "cluster", group.id));
  group.created = caches.cloud.sim().now();
  group.description = input::text(input, "ReplicationGroupDescription");
  if (const std::string engine = input::text(input, "Engine"); !engine.empty())
    group.engine = engine;
  if (const std::string type = input::text(input, "CacheNodeType"); !type.empty())
    group.node_type = type;
  group.port = input::integer(input, "Port").value_or(group.engine == "memcached" ? 11211 : 6379);
  group.automatic_failover = input::boolean(input, "AutomaticFailoverEnabled").value_or(false);
  group.multi_az = input::boolean(input, "MultiAZEnabled").value_or(false);
  group.topic = input::text(input, "NotificationTopicArn");
  const auto bounded = [](std::int64_t value, std::int64_t least, std::int64_t most) {
    return static_cast<std::size_t>(std::clamp(value, least, most));
  };
  const std::size_t shards = bounded(input::integer(input, "NumNodeGroups").value_or(1), 1, 500);
  const std::int64_t nodes = input::integer(input, "NumCacheClusters")
                                 .value_or(input::integer(input, "NumCacheNodes").value_or(1));
  const std::size_t replicas =
      bounded(input::integer(input, "ReplicasPerNodeGroup").value_or(nodes - 1), 0, 40);
  set_shards(group, shards, replicas);
  Group& added = caches.groups[{place, group.id}] = std::move(group);
  refresh(caches, added);
  return &added;
}

Json description_of(const Group& group) {
  Json shards = Json::array();
  Json members = Json::array();
  for (const Shard& shard : group.shards) {
    Json nodes = Json::array();
    for (std::size_t i = 0; i < shard.nodes.size(); ++i) {
      const Node& node = shard.nodes[i];
      members.push_back(node.id);
      Json one{{"CacheClusterId", node.id},
               {"CacheNodeId", "0001"},
               {"PreferredAvailabilityZone", node.zone}};
      if (group.shards.size() == 1) one["CurrentRole"] = i == 0 ? "primary" : "replica";
      nodes.push_back(std::move(one));
    }
    Json row{{"NodeGroupId", shard.id}, {"Status", group.status}, {"NodeGroupMembers", nodes}};
    if (group.shards.size() == 1) row["PrimaryEndpoint"] = endpoint(group, group.id + ".primary");
    shards.push_back(std::move(row));
  }
  Json one{{"ReplicationGroupId", group.id},
           {"ARN", group.arn},
           {"Description", group.description},
           {"Status", group.status},
           {"MemberClusters", members},
           {"NodeGroups", shards},
           {"AutomaticFailover", group.automatic_failover ? "enabled" : "disabled"},
           {"MultiAZ", group.multi_az ? "enabled" : "disabled"},
           {"ClusterEnabled", group.shards.size() > 1},
           {"CacheNodeType", group.node_type},
           {"PendingModifiedValues", Json::object()}};
  if (group.shards.size() > 1) one["ConfigurationEndpoint"] = endpoint(group, group.id + ".cfg");
  return one;
}

void refresh(ElastiCache& caches, Group& group) {
  std::size_t out = 0;
  bool primary_out = false;
  for (const Shard& shard : group.shards)
    for (std::size_t i = 0; i < shard.nodes.size(); ++i) {
      const bool serves = shard.nodes[i].serves();
      if (!serves) ++out;
      primary_out = primary_out || (!serves && i == 0);
      publish(caches, group, shard.nodes[i], i > 0);
    }
  const bool down = group.out_of_service || primary_out;
  const std::string why =
      group.out_of_service ? group.why
      : out > 0 ? fmt::format("{} of its nodes {} not serve", out, out == 1 ? "does" : "do")
                : "available";
  caches.cloud.set_health(group.id,
                          down      ? Health::down
                          : out > 0 ? Health::in_danger
                                    : Health::ok,
                          why);
}

void occupy(ElastiCache& caches, Group& group, Occupation occupation) {
  group.status = std::move(occupation.status);
  group.out_of_service = occupation.out_of_service;
  group.why = std::move(occupation.why);
  const std::uint64_t work = ++group.work;
  refresh(caches, group);
  Simulation& sim = caches.cloud.sim();
  Stream& luck = sim.random(fmt::format("elasticache {} {}", group.id, group.status));
  const Duration takes = Distribution::parse(occupation.takes)->sample_duration(luck);
  sim.after(takes,
            [&caches, place = group.place, id = group.id, work, then = std::move(occupation.then)] {
              Group* after = caches.find(place, id);
              if (after == nullptr || after->work != work) return;
              after->status = "available";
              after->out_of_service = false;
              if (then) then(*after);
              if (Group* still = caches.find(place, id)) refresh(caches, *still);
            });
}

}  // namespace opsim::elasticache
