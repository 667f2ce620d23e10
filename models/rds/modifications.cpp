// What a modification changes, when, with which outage and which events.
// AWS: RDS User Guide, "Settings for DB instances" (which changes cause downtime), "Amazon RDS
// event categories and event messages"; "An outage occurs if you change the backup retention period
// from 0 to a nonzero value or from a nonzero value to 0". How long it takes: estimates.
#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr std::string_view kModification = "lognormal(p50 6min, p99 15min)";
constexpr std::string_view kFailoverOfModification = "uniform(60s, 120s)";
constexpr std::string_view kChanged = "configuration change";

/// The events of what is changed: as it begins, or as it ends.
std::vector<Told> events_of(const Json& changes, bool ends) {
  std::vector<Told> all;
  if (const auto spread = input::boolean(changes, "MultiAZ")) {
    const std::string to = *spread ? "Multi-AZ" : "standard (Single-AZ)";
    const std::string verb = ends ? "Finished applying" : "Applying";
    const std::string_view begun = *spread ? "RDS-EVENT-0024" : "RDS-EVENT-0030";
    const std::string_view ended = *spread ? "RDS-EVENT-0025" : "RDS-EVENT-0029";
    all.push_back({ends ? ended : begun, kChanged,
                   verb + " modification to convert to a " + to + " DB instance."});
  }
  if (changes.contains("DBInstanceClass"))
    all.push_back(ends ? Told{"RDS-EVENT-0014", kChanged,
                              "Finished applying modification to DB instance class."}
                       : Told{"RDS-EVENT-0012", kChanged,
                              "Applying modification to database instance class."});
  if (const auto days = input::integer(changes, "BackupRetentionPeriod"); days && ends)
    all.push_back(*days == 0 ? Told{"RDS-EVENT-0028", kChanged, "Disabled automated backups."}
                             : Told{"RDS-EVENT-0032", kChanged, "Enabled automated backups."});
  return all;
}

}  // namespace

Json changes_of(const Instance& instance, const Json& input) {
  Json changes = Json::object();
  for (const char* const member : {"AllocatedStorage", "BackupRetentionPeriod", "DBInstanceClass",
                                   "EngineVersion", "MultiAZ", "StorageType"})
    if (input.contains(member)) changes[member] = input[member];
  if (input::text(changes, "DBInstanceClass") == instance.instance_class)
    changes.erase("DBInstanceClass");
  if (const auto spread = input::boolean(changes, "MultiAZ");
      spread && *spread == instance.multi_az)
    changes.erase("MultiAZ");
  // From one number of days to another is done at once.
  if (const auto days = input::integer(changes, "BackupRetentionPeriod");
      days && (*days == 0) == (instance.backup_days == 0))
    changes.erase("BackupRetentionPeriod");
  return changes;
}

void apply(Databases& all, Instance& instance, const Json& changes) {
  const bool restarts = changes.contains("DBInstanceClass") || changes.contains("EngineVersion");
  const bool outage = restarts || changes.contains("BackupRetentionPeriod");
  if (const auto gib = input::integer(changes, "AllocatedStorage"))
    allocate(all, instance, static_cast<double>(*gib), Widened::by_hand);
  if (changes.size() == 1 && changes.contains("AllocatedStorage")) return;
  for (Told& told : events_of(changes, false)) tell(all, instance, std::move(told));
  const bool spared = restarts && instance.multi_az;  // the standby is modified first
  occupy(all, instance,
         {.status = "modifying",
          .takes = spared ? all.draw(instance.id, "failover", kFailoverOfModification)
                          : all.draw(instance.id, "modification", kModification),
          .out_of_service = outage,
          .why = "it is modified",
          .then = [&all, changes](Instance& after) {
            read_settings(after, changes);
            if (const auto gib = input::integer(changes, "AllocatedStorage"))
              after.allocated_gib = static_cast<double>(*gib);
            after.pending = Json::object();
            for (Told& told : events_of(changes, true)) tell(all, after, std::move(told));
            watch_storage(all, after);
            plan_backup(all, after);
          }});
}

}  // namespace opsim::rds
