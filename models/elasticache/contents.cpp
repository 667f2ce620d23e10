// What caches lose. What they hold is their callers' business: who sends requests (workloads) asks
// how often each part was found empty, and counts its hits from there.
// AWS: ElastiCache API Reference, RebootCacheCluster: "The reboot causes the contents of the cache
// (for each cache node being rebooted) to be lost"; User Guide, "Mitigating failures": a failed
// node is replaced by an empty one, or by a replica that has what the primary had.
// SIMPLIFIED: a replica has all that its primary had; no append-only files.
#include "models/elasticache/elasticache.hpp"

namespace opsim::elasticache {

void lose(Group& group, const std::function<bool(const Node&)>& reboots) {
  for (Shard& shard : group.shards) {
    // Replicas of an empty primary become empty too: they copy it.
    if (group.replicated && !shard.nodes.empty() && reboots(shard.nodes.front())) ++shard.losses;
    if (group.replicated) continue;
    for (Node& node : shard.nodes)
      if (reboots(node)) ++node.losses;
  }
}

ApiResult<Json> inspect_cache(ElastiCache& caches, const Request& request) {
  const std::string id = input::text(request.input, "Id");
  const Group* group = caches.find(request.place(), id);
  if (group == nullptr) return ApiError{"CacheClusterNotFound", "No such cache: " + id, 404};
  Json parts = Json::array();
  const auto add = [&](const std::string& part, const Node& node, std::int64_t losses) {
    const std::string& cluster = group->replicated ? node.id : group->id;
    parts.push_back({{"Id", part},
                     {"CacheClusterId", cluster},
                     {"CacheNodeId", group->replicated ? std::string{"0001"} : node.id},
                     {"Serves", !group->out_of_service && node.serves()},
                     {"Losses", losses}});
  };
  for (const Shard& shard : group->shards) {
    if (group->replicated && !shard.nodes.empty()) add(shard.id, shard.nodes.front(), shard.losses);
    if (group->replicated) continue;
    for (const Node& node : shard.nodes) add(node.id, node, node.losses);
  }
  return Json{{"Engine", group->engine}, {"Parts", std::move(parts)}};
}

}  // namespace opsim::elasticache
