#pragma once
/// Amazon RDS with Aurora, Amazon DocumentDB and Amazon Neptune: three services with one API, each
/// a model of its own. Databases do not answer queries here: they are available or not, and have a
/// storage that fills.
#include <functional>
#include <memory>
#include <span>

#include "models/rds/database.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::rds {

/// What the three services differ in.
struct Flavour {
  std::string_view service;           // "rds"
  std::string_view metric_namespace;  // "AWS/RDS"
  std::string_view type_prefix;       // "AWS::RDS::"
  std::string_view engine;            // where none is said
  std::int64_t port = 3306;
};
extern const Flavour kRdsFlavour;
extern const Flavour kDocDbFlavour;
extern const Flavour kNeptuneFlavour;

class Databases : public Model {
 public:
  Databases(Cloud& world, const Flavour& which) : cloud{world}, flavour{which} {}

  Cloud& cloud;
  const Flavour& flavour;
  using Key = std::pair<Place, std::string>;
  std::map<Key, std::unique_ptr<Instance>> instances;
  std::map<Key, std::unique_ptr<Cluster>> clusters;
  std::map<Key, Snapshot> snapshots;  // of instances and of clusters
  std::map<Key, Subscription> subscriptions;
  std::map<Key, Json> groups;  // subnet and parameter groups, by "kind name"
  std::vector<Json> events;    // the newest last; a bounded number

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] SimTime now() const { return cloud.sim().now(); }
  /// By identifier, in whatever case, or by ARN.
  [[nodiscard]] Instance* instance(const Place& near, std::string_view id);
  [[nodiscard]] Cluster* cluster(const Place& near, std::string_view id);
  /// How long something takes, by the stream of its subject.
  [[nodiscard]] Duration draw(std::string_view subject, std::string_view what,
                              std::string_view text);
};

// ---- Words ----
std::string lowered(std::string_view text);
std::string moment(SimTime time);
ApiError no_such_instance(std::string_view id);
ApiError no_such_cluster(std::string_view id);
ApiError wrong_state(const Instance& instance, std::string_view wanted);

// ---- Life of an instance (instances.cpp) ----
ApiResult<Instance*> add_instance(Databases& all, const Place& place, const Json& input);
/// What is kept and told of an instance, and changes nothing else here.
struct Flag {
  std::string_view shown;  // in DBInstance
  std::string_view input;  // in CreateDBInstance and ModifyDBInstance
  bool otherwise;
};
extern const std::span<const Flag> kFlags;
/// "8.0.42" where no version is given: the default of mid 2025, an estimate.
[[nodiscard]] std::string usual_version(std::string_view engine);
/// Takes over what an input says: class, storage, tier, ... Members that are absent stay.
void read_settings(Instance& instance, const Json& input);
struct Occupation {
  std::string status;                             // meanwhile
  Duration takes{};                               //
  bool out_of_service;                            // nobody is served meanwhile
  std::string why;                                // for people: "fails over"
  std::function<void(Instance&)> then = nullptr;  // at its end, before it is available again
  bool quiet = false;                             // everyday business: no line of the story
};
/// The instance is busy with this; whatever it was busy with before is over.
void occupy(Databases& all, Instance& instance, Occupation occupation);
/// For good, until something else is begun.
void leave(Databases& all, Instance& instance, std::string status, bool out_of_service,
           std::string why);
void remove_instance(Databases& all, Instance& instance);
/// It has another identifier from now on, and is available.
void take_name(Databases& all, Instance& instance, const std::string& to);
void start_instance(Databases& all, Instance& instance);
void stop_instance(Databases& all, Instance& instance);
/// Sets the health of the instance and of its cluster, and its metrics.
void refresh(Databases& all, Instance& instance);

// ---- Failover (failover.cpp) ----
void fail_over(Databases& all, Instance& instance, std::string_view status);
ApiResult<void> fail_over(Databases& all, Cluster& cluster, const std::string& target);
/// The host of the instance is gone: what AWS does about it.
void fail(Databases& all, Instance& instance);
void reboot(Databases& all, Instance& instance);

// ---- Clusters (clusters.cpp) ----
ApiResult<Cluster*> add_cluster(Databases& all, const Place& place, const Json& input);
void refresh(Databases& all, Cluster& cluster);
[[nodiscard]] Instance* writer_of(Databases& all, const Cluster& cluster);

// ---- Storage (storage.cpp) ----
/// Plans the next moment at which the storage crosses a line.
void watch_storage(Databases& all, Instance& instance);
void set_used(Databases& all, Instance& instance, double gib, double gib_per_second);
/// Who widens a storage: each has events of its own.
enum class Widened : std::uint8_t { by_hand, by_itself };
void allocate(Databases& all, Instance& instance, double gib, Widened by);

// ---- Modifications (modifications.cpp) ----
/// What is still to be done of a modification: the members that change something and take time.
Json changes_of(const Instance& instance, const Json& input);
void apply(Databases& all, Instance& instance, const Json& changes);

// ---- Windows and automated backups (backups.cpp) ----
/// Windows and the retention period of a call or a template.
ApiResult<void> check_settings(const Instance& instance, const Json& input);
/// Those that nobody gave.
void choose_windows(Databases& all, Instance& instance);
/// The next automated backup, where there is one.
void plan_backup(Databases& all, Instance& instance);
[[nodiscard]] SimTime next_maintenance(const Instance& instance, SimTime now);

// ---- Metrics, events (publishing.cpp) ----
void publish(Databases& all, Instance& instance);
struct Told {
  std::string_view id;        // "RDS-EVENT-0049"
  std::string_view category;  // "failover"
  std::string message;
};
void tell(Databases& all, const Instance& instance, Told told);
void tell(Databases& all, const Cluster& cluster, Told told);
void tell(Databases& all, const Snapshot& snapshot, Told told);

// ---- Subscriptions (subscriptions.cpp) ----
ApiResult<Subscription*> add_subscription(Databases& all, const Place& place, const Json& input,
                                          const std::string& name);
void tell_subscribers(Databases& all, const Place& place, std::string_view type,
                      const std::string& source, const std::string& source_arn, const Told& told);

// ---- Snapshots (snapshot_operations.cpp) ----
/// A manual one, available after a while.
ApiResult<Snapshot*> take_snapshot(Databases& all, const Place& place, const std::string& id,
                                   Snapshot made);

// ---- Descriptions (descriptions.cpp) ----
Json description_of(Databases& all, const Instance& instance);
Json description_of(Databases& all, const Cluster& cluster);
Json description_of(const Snapshot& snapshot);

// ---- Operations ----
ApiResult<Json> add_tags(Databases& all, const Request& request);
ApiResult<Json> backtrack_cluster(Databases& all, const Request& request);
ApiResult<Json> create_cluster(Databases& all, const Request& request);
ApiResult<Json> create_cluster_snapshot(Databases& all, const Request& request);
ApiResult<Json> create_instance(Databases& all, const Request& request);
ApiResult<Json> create_read_replica(Databases& all, const Request& request);
ApiResult<Json> create_snapshot(Databases& all, const Request& request);
ApiResult<Json> create_subscription(Databases& all, const Request& request);
ApiResult<Json> delete_cluster(Databases& all, const Request& request);
ApiResult<Json> delete_instance(Databases& all, const Request& request);
ApiResult<Json> delete_snapshot(Databases& all, const Request& request);
ApiResult<Json> delete_subscription(Databases& all, const Request& request);
ApiResult<Json> describe_backtracks(Databases& all, const Request& request);
ApiResult<Json> describe_clusters(Databases& all, const Request& request);
ApiResult<Json> describe_events(Databases& all, const Request& request);
ApiResult<Json> describe_instances(Databases& all, const Request& request);
ApiResult<Json> describe_snapshots(Databases& all, const Request& request);
ApiResult<Json> describe_subnet_groups(Databases& all, const Request& request);
ApiResult<Json> describe_subscriptions(Databases& all, const Request& request);
ApiResult<Json> failover_cluster(Databases& all, const Request& request);
ApiResult<Json> list_tags(Databases& all, const Request& request);
ApiResult<Json> modify_cluster(Databases& all, const Request& request);
ApiResult<Json> modify_instance(Databases& all, const Request& request);
ApiResult<Json> modify_subscription(Databases& all, const Request& request);
ApiResult<Json> promote_read_replica(Databases& all, const Request& request);
ApiResult<Json> reboot_instance(Databases& all, const Request& request);
ApiResult<Json> restore_cluster(Databases& all, const Request& request);
ApiResult<Json> restore_instance(Databases& all, const Request& request);
ApiResult<Json> start_cluster(Databases& all, const Request& request);
ApiResult<Json> start_database(Databases& all, const Request& request);
ApiResult<Json> stop_cluster(Databases& all, const Request& request);
ApiResult<Json> stop_database(Databases& all, const Request& request);

// ---- Resources, physics, faults ----
ApiResult<Created> create_cluster_resource(Databases& all, const ResourceRequest& request);
ApiResult<Created> create_group_resource(Databases& all, const ResourceRequest& request);
ApiResult<Created> create_subscription_resource(Databases& all, const ResourceRequest& request);
ApiResult<Created> create_instance_resource(Databases& all, const ResourceRequest& request);
extern const Shape kInstanceProperties;
extern const Shape kSubscriptionProperties;
extern const Shape kClusterProperties;
extern const Shape kInstancePhysics;
extern const Shape kFailShape;
extern const Shape kGrowShape;
void apply_physics(Model& model, const PhysicsRequest& request);
void begin_failure(Model& model, const FaultRequest& request);
void begin_growth(Model& model, const FaultRequest& request);
std::optional<double> read_connections(Model& model, std::string_view id, std::string_view part);
std::optional<double> read_cpu(Model& model, std::string_view id, std::string_view part);
std::optional<double> read_lag(Model& model, std::string_view id, std::string_view part);
std::optional<double> read_storage(Model& model, std::string_view id, std::string_view part);
void change_connections(Model& model, std::string_view id, std::string_view part, Change change);
void change_cpu(Model& model, std::string_view id, std::string_view part, Change change);
void change_lag(Model& model, std::string_view id, std::string_view part, Change change);
void change_storage(Model& model, std::string_view id, std::string_view part, Change change);

}  // namespace opsim::rds
