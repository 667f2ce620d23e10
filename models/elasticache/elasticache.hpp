#pragma once
/// Amazon ElastiCache: replication groups of shards with a primary and replicas each, and clusters
/// of nodes. What caches hold is not kept: they serve or not, and lose what they held.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::elasticache {

inline constexpr double kIdleCpu = 5;  // per cent: an estimate

/// One node: of a shard (redis, valkey), or of a memcached cluster.
struct Node {
  std::string id;  // "orders-0001-002": a cache cluster of its own in a replication group
  std::string zone;
  std::string status = "available";
  bool powered = true;      // its zone has power
  std::int64_t losses = 0;  // how often it was found empty, of a cluster's nodes
  [[nodiscard]] bool serves() const { return powered && status == "available"; }
};

struct Shard {
  std::string id;           // "0001"
  std::vector<Node> nodes;  // the primary first
  std::int64_t losses = 0;  // how often all that it held was gone
};

/// A replication group, or a cluster without one (memcached; a single redis node).
struct Group {
  std::string id;
  Place place;
  std::string arn;
  bool replicated = true;
  std::string engine = "redis";
  std::string node_type = "cache.t3.micro";
  std::string status = "available";
  bool automatic_failover = false;
  bool multi_az = false;
  std::string topic;                 // NotificationTopicArn
  std::vector<SimTime> tested = {};  // failovers by TestFailover, of the last 24 hours
  std::string description;
  std::vector<Shard> shards;
  std::int64_t port = 6379;
  SimTime created{};
  std::uint64_t work = 0;
  bool out_of_service = false;
  std::string why;
  std::map<std::string, std::vector<SourceId>> sources;  // by node
  std::optional<double> load;                            // per cent of CPU, from a workload
  std::set<std::string> dark;                            // zones without power
};

struct CacheEvent {
  Place place;
  SimTime at{};
  std::string type;  // "cache-cluster", "replication-group"
  std::string source;
  std::string message;
};

class ElastiCache : public Model {
 public:
  explicit ElastiCache(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Group> groups;
  std::vector<CacheEvent> events;  // the newest last; a bounded number

  [[nodiscard]] Group* find(const Place& place, std::string_view id);
};

ApiResult<Group*> add_group(ElastiCache& caches, const Place& place, const Json& input,
                            bool replicated);
Json description_of(const Group& group);
/// The group is in `status` for a while; then `then` runs and it is available again.
struct Occupation {
  std::string status;
  std::string_view takes;  // a distribution
  bool out_of_service;
  std::string why;
  std::function<void(Group&)> then = nullptr;
};
void occupy(ElastiCache& caches, Group& group, Occupation occupation);
/// Health and metrics.
void refresh(ElastiCache& caches, Group& group);
/// Nodes of a shard up to `replicas` behind the primary.
void resize(Group& group, Shard& shard, std::size_t replicas);
void set_shards(Group& group, std::size_t count, std::size_t replicas);

// ---- events.cpp ----
struct Told {
  std::string_view type;
  std::string source;
  std::string message;
  std::string_view topic_word = {};  // "FailoverComplete": sent to the group's topic, too
};
void tell(ElastiCache& caches, const Group& group, const Told& told);
/// A replica has become the primary, and the old primary is recovered as a replica.
void tell_failover(ElastiCache& caches, const Group& group, const std::string& from,
                   const std::string& to);

// ---- contents.cpp: what caches held and lost ----

/// The nodes that `reboots` picks come back empty. A shard is as empty as its primary.
void lose(Group& group, const std::function<bool(const Node&)>& reboots);
/// InspectCache: no operation of AWS. By shard, or by node of a cluster without replication.
ApiResult<Json> inspect_cache(ElastiCache& caches, const Request& request);

// ---- power.cpp: "cpu" of a group; "power us-east-1a" of a replication group, 0 or 1 ----
std::optional<double> read_cpu(Model& model, std::string_view id, std::string_view part);
void change_cpu(Model& model, std::string_view id, std::string_view part, Change change);
std::optional<double> read_power(Model& model, std::string_view id, std::string_view zone);
void change_power(Model& model, std::string_view id, std::string_view zone, Change change);

// ---- Operations ----
ApiResult<Json> change_replicas(ElastiCache& caches, const Request& request);
ApiResult<Json> create_replication_group(ElastiCache& caches, const Request& request);
ApiResult<Json> delete_replication_group(ElastiCache& caches, const Request& request);
ApiResult<Json> describe_cache_clusters(ElastiCache& caches, const Request& request);
ApiResult<Json> describe_events(ElastiCache& caches, const Request& request);
ApiResult<Json> describe_replication_groups(ElastiCache& caches, const Request& request);
ApiResult<Json> modify_replication_group(ElastiCache& caches, const Request& request);
ApiResult<Json> modify_shards(ElastiCache& caches, const Request& request);
ApiResult<Json> reboot_cache_cluster(ElastiCache& caches, const Request& request);
ApiResult<Json> test_failover(ElastiCache& caches, const Request& request);

// ---- Resources ----
ApiResult<Created> create_cluster_resource(ElastiCache& caches, const ResourceRequest& request);
ApiResult<Created> create_group_resource(ElastiCache& caches, const ResourceRequest& request);
ApiResult<Created> create_name(ElastiCache& caches, const ResourceRequest& request);

}  // namespace opsim::elasticache
