// The life of an instance: what it is busy with, for how long, and who notices.
// AWS: RDS User Guide, "Viewing Amazon RDS DB instance status", "Stopping an Amazon RDS DB instance
// temporarily" (at most seven days). How long things take is not documented: estimates.
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr std::string_view kStarting = "lognormal(p50 5min, p99 12min)";  // estimate
constexpr std::string_view kStopping = "lognormal(p50 4min, p99 10min)";  // estimate
/// "You can stop a DB instance for up to seven days."
constexpr Duration kLongestStop = std::chrono::hours{24 * 7};

/// RDS identifiers: 1 to 63 letters, digits and hyphens; the first a letter; no two hyphens.
bool well_formed(std::string_view id) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !id.empty() && id.size() <= 63 && letter(id.front()) && id.back() != '-' &&
         id.find("--") == id.npos && std::ranges::all_of(id, [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '-';
         });
}

std::int64_t port_of(std::string_view engine, std::int64_t otherwise) {
  if (engine.find("postgres") != engine.npos) return 5432;
  if (engine.starts_with("oracle")) return 1521;
  if (engine.starts_with("sqlserver")) return 1433;
  return otherwise;
}

void take_text(const Json& input, std::string_view member, std::string& into) {
  if (std::string text = input::text(input, member); !text.empty()) into = std::move(text);
}

void take_lowered(const Json& input, std::string_view member, std::string& into) {
  if (const std::string text = input::text(input, member); !text.empty()) into = lowered(text);
}

/// "The maximum storage threshold must be set to at least 10% more than the current allocated
/// storage."
std::optional<ApiError> wrong_limit(const Instance& instance) {
  if (instance.most_gib <= 0 || instance.most_gib >= instance.allocated_gib * 1.1 - 1e-6)
    return std::nullopt;
  return ApiError{"InvalidParameterCombination",
                  fmt::format("Invalid max storage size for engine name {} and storage type {}: {}",
                              instance.engine, instance.storage_type, instance.most_gib)};
}

/// Writes what happened to an instance where its status says it.
void write_status(Databases& all, const Instance& instance, std::string_view text) {
  all.cloud.journal().write({.kind = EntryKind::resource,
                             .level = Level::story,
                             .subject = std::string{all.cloud.resources().name_of(instance.id)},
                             .text = std::string{text},
                             .source = std::string{all.cloud.resources().source_of(instance.id)}});
}

}  // namespace

std::string lowered(std::string_view text) {
  std::string lower{text};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

ApiError no_such_instance(std::string_view id) {
  return {"DBInstanceNotFound", fmt::format("DBInstance {} not found.", id), 404};
}

ApiError wrong_state(const Instance& instance, std::string_view wanted) {
  return {"InvalidDBInstanceState",
          fmt::format("Instance {} is not in {} state.", instance.id, wanted)};
}

Instance* Databases::instance(const Place& near, std::string_view id) {
  Place place = near;
  std::string name = lowered(id);
  if (const auto parsed = Arn::parse(id)) {
    place = parsed->place();
    name = lowered(std::string_view{parsed->resource}.substr(parsed->resource.find(':') + 1));
  }
  const auto found = instances.find({place, name});
  return found == instances.end() ? nullptr : found->second.get();
}

Duration Databases::draw(std::string_view subject, std::string_view what, std::string_view text) {
  Stream& luck = sim().random(fmt::format("{} {} {}", flavour.service, subject, what));
  return Distribution::parse(text)->sample_duration(luck);
}

void read_settings(Instance& instance, const Json& input) {
  take_text(input, "DBInstanceClass", instance.instance_class);
  take_text(input, "EngineVersion", instance.engine_version);
  take_text(input, "StorageType", instance.storage_type);
  take_text(input, "MasterUsername", instance.master_user);
  take_text(input, "DBName", instance.database);
  take_text(input, "DBSubnetGroupName", instance.subnet_group);
  take_lowered(input, "PreferredBackupWindow", instance.backup_window);
  take_lowered(input, "PreferredMaintenanceWindow", instance.maintenance_window);
  if (const auto most = input::integer(input, "MaxAllocatedStorage"))
    instance.most_gib = static_cast<double>(*most);
  if (const auto port = input::integer(input, "Port")) instance.port = *port;
  if (const auto days = input::integer(input, "BackupRetentionPeriod"))
    instance.backup_days = *days;
  if (const auto tier = input::integer(input, "PromotionTier")) instance.promotion_tier = *tier;
  if (const auto kept = input::boolean(input, "DeletionProtection"))
    instance.deletion_protection = *kept;
  if (const auto spread = input::boolean(input, "MultiAZ")) instance.multi_az = *spread;
  if (const auto seconds = input::integer(input, "MonitoringInterval"))
    instance.monitoring_seconds = *seconds;
  for (const Flag& flag : kFlags)
    for (const std::string_view name : {flag.shown, flag.input})
      if (const auto on = input::boolean(input, name))
        instance.flags[std::string{flag.shown}] = *on;
}

namespace {

constexpr Flag kFlagRows[] = {
    {"AutoMinorVersionUpgrade", "AutoMinorVersionUpgrade", true},
    {"CopyTagsToSnapshot", "CopyTagsToSnapshot", false},
    {"IAMDatabaseAuthenticationEnabled", "EnableIAMDatabaseAuthentication", false},
    {"PerformanceInsightsEnabled", "EnablePerformanceInsights", false},
    {"PubliclyAccessible", "PubliclyAccessible", false},
    {"StorageEncrypted", "StorageEncrypted", false},
};

struct EngineRow {
  std::string_view engine;
  std::string_view version;
};
constexpr EngineRow kEngines[] = {
    {"aurora-mysql", "8.0.mysql_aurora.3.08.2"},
    {"aurora-postgresql", "16.8"},
    {"docdb", "5.0.0"},
    {"mariadb", "11.4.5"},
    {"mysql", "8.0.42"},
    {"neptune", "1.4.5.0"},
    {"postgres", "17.4"},
};

}  // namespace

const std::span<const Flag> kFlags = kFlagRows;

std::string usual_version(std::string_view engine) {
  const auto row = std::ranges::find(kEngines, engine, &EngineRow::engine);
  return row == std::end(kEngines) ? std::string{} : std::string{row->version};
}

ApiResult<Instance*> add_instance(Databases& all, const Place& place, const Json& input) {
  const std::string id = lowered(input::text(input, "DBInstanceIdentifier"));
  if (!well_formed(id))
    return ApiError{
        "InvalidParameterValue",
        fmt::format("The parameter DBInstanceIdentifier is not a valid identifier: {}", id)};
  if (all.instances.contains({place, id}))
    return ApiError{"DBInstanceAlreadyExists", "DB instance already exists"};
  auto made = std::make_unique<Instance>();
  Instance& instance = *made;
  instance.id = id;
  instance.place = place;
  instance.arn = arn(place, "rds", "db:" + id);
  instance.engine = std::string{all.flavour.engine};
  take_text(input, "Engine", instance.engine);
  instance.port = port_of(instance.engine, all.flavour.port);
  instance.created = instance.storage_changed = all.now();
  const std::vector<std::string> zones = zones_of(place.region);
  const std::size_t number = all.instances.size();
  instance.zone = zones[number % zones.size()];
  instance.other_zone = zones[(number + 1) % zones.size()];
  take_text(input, "AvailabilityZone", instance.zone);
  if (const auto gib = input::integer(input, "AllocatedStorage"))
    instance.allocated_gib = std::clamp(static_cast<double>(*gib), 1.0, 262'144.0);
  if (auto fit = check_settings(instance, input); !fit) return fit.error();
  read_settings(instance, input);
  choose_windows(all, instance);
  if (auto wrong = wrong_limit(instance)) return *std::move(wrong);
  instance.storage = {all.now(), instance.allocated_gib * 0.3, 0};  // estimate: a third is in use
  instance.cluster = lowered(input::text(input, "DBClusterIdentifier"));
  if (Cluster* cluster = all.cluster(place, instance.cluster)) {
    instance.engine = cluster->engine;
    instance.port = cluster->port;
    cluster->members.push_back(id);
  } else if (!instance.cluster.empty()) {
    return no_such_cluster(instance.cluster);
  }
  if (instance.engine_version.empty()) instance.engine_version = usual_version(instance.engine);
  all.instances[{place, id}] = std::move(made);
  return &instance;
}

// ---- Transitions: the only places that assign a status. ----

void leave(Databases& all, Instance& instance, std::string status, bool out_of_service,
           std::string why) {
  ++instance.work;
  instance.status = std::move(status);
  instance.out_of_service = out_of_service;
  instance.why = std::move(why);
  refresh(all, instance);
}

void occupy(Databases& all, Instance& instance, Occupation occupation) {
  leave(all, instance, occupation.status, occupation.out_of_service, std::move(occupation.why));
  if (!occupation.quiet) write_status(all, instance, occupation.status);
  all.sim().after(occupation.takes,
                  [&all, place = instance.place, id = instance.id, work = instance.work,
                   then = std::move(occupation.then), quiet = occupation.quiet] {
                    Instance* after = all.instance(place, id);
                    if (after == nullptr || after->work != work) return;
                    if (then) then(*after);
                    if (all.instance(place, id) != after || after->work != work) return;
                    const bool full = after->storage.at(all.now()) >= after->allocated_gib;
                    leave(all, *after, full ? "storage-full" : "available", false, "");
                    if (!quiet || full) write_status(all, *after, after->status);
                  });
}

void refresh(Databases& all, Instance& instance) {
  const bool full =
      instance.cluster.empty() && instance.storage.at(all.now()) >= instance.allocated_gib;
  const bool crowded = instance.connections >= instance.most_connections;
  const double free = instance.allocated_gib - instance.storage.at(all.now());
  Health health = Health::ok;
  std::string why = "available";
  if (instance.cluster.empty() && free < instance.allocated_gib * 0.1) {
    health = Health::in_danger;
    why = fmt::format("{:.1f} GiB of storage are free", free);
  }
  if (crowded) {
    health = Health::down;
    why = "no connection is left";
  }
  if (full) {
    health = Health::down;
    why = "its storage is full";
  }
  if (instance.out_of_service) {
    health = Health::down;
    why = instance.why;
  }
  all.cloud.set_health(instance.id, health, why);
  publish(all, instance);
  if (Cluster* cluster = all.cluster(instance.place, instance.cluster)) refresh(all, *cluster);
}

void remove_instance(Databases& all, Instance& instance) {
  all.cloud.set_health(instance.id, Health::ok, "deleted");
  for (const auto& [name, source] : instance.sources) all.cloud.metrics().stop(source);
  all.sim().cancel(instance.storage_check);
  all.sim().cancel(instance.auto_start);
  all.sim().cancel(instance.backup);
  tell(all, instance, {"RDS-EVENT-0003", "deletion", "DB instance deleted."});
  // "Automated backups are deleted with the DB instance"; manual snapshots are not.
  std::erase_if(all.snapshots, [&](const auto& entry) {
    return entry.second.type == "automated" && entry.second.source == instance.id &&
           entry.second.place == instance.place;
  });
  all.cloud.resources().remove(instance.id);
  const Place place = instance.place;
  const std::string id = instance.id;
  Cluster* cluster = all.cluster(place, instance.cluster);
  // "If you delete the writer, Aurora fails over to a reader."
  if (cluster != nullptr && cluster->members.size() > 1 && cluster->members.front() == id)
    (void)fail_over(all, *cluster, "");
  all.instances.erase({place, id});
  if (cluster == nullptr) return;
  std::erase(cluster->members, id);
  refresh(all, *cluster);
}

void take_name(Databases& all, Instance& instance, const std::string& to) {
  const std::string from = instance.id;
  for (const auto& [name, source] : instance.sources) all.cloud.metrics().stop(source);
  instance.sources.clear();
  all.cloud.set_health(from, Health::ok, "renamed");
  all.cloud.resources().remove(from);
  auto taken = all.instances.extract({instance.place, from});
  taken.key().second = to;
  all.instances.insert(std::move(taken));
  instance.id = to;
  instance.arn = arn(instance.place, "rds", "db:" + to);
  for (const auto& [key, other] : all.instances)
    if (key.first == instance.place && other->replica_of == from) other->replica_of = to;
  if (Cluster* cluster = all.cluster(instance.place, instance.cluster))
    std::ranges::replace(cluster->members, from, to);
  all.cloud.resources().add({.type = fmt::format("{}DBInstance", all.flavour.type_prefix),
                             .physical_id = to,
                             .arn = instance.arn,
                             .place = instance.place,
                             .tags = instance.tags});
  leave(all, instance, "available", false, "");
  watch_storage(all, instance);
  plan_backup(all, instance);
}

void start_instance(Databases& all, Instance& instance) {
  all.sim().cancel(instance.auto_start);
  occupy(all, instance,
         {.status = "starting",
          .takes = all.draw(instance.id, "start", kStarting),
          .out_of_service = true,
          .why = "it starts",
          .then = [&all](Instance& after) {
            tell(all, after, {"RDS-EVENT-0088", "notification", "DB instance started."});
          }});
}

void stop_instance(Databases& all, Instance& instance) {
  occupy(all, instance,
         {.status = "stopping",
          .takes = all.draw(instance.id, "stop", kStopping),
          .out_of_service = true,
          .why = "it stops",
          .then = [&all](Instance& after) {
            leave(all, after, "stopped", true, "it is stopped");
            tell(all, after, {"RDS-EVENT-0087", "notification", "DB instance stopped."});
            after.auto_start = all.sim().after(
                kLongestStop, [&all, place = after.place, id = after.id, work = after.work] {
                  Instance* late = all.instance(place, id);
                  if (late == nullptr || late->work != work) return;
                  tell(all, *late,
                       {"RDS-EVENT-0154", "notification",
                        "DB instance is being started due to it exceeding the maximum allowed "
                        "time being stopped."});
                  start_instance(all, *late);
                });
          }});
}

}  // namespace opsim::rds
