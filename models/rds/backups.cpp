// Automated backups: once a day in the backup window, kept as long as the retention period says.
// AWS: RDS User Guide, "Introduction to backups" ("Your DB instance must be in the available state
// for automated backups to occur"; the default retention is one day by the API, 0 to 35; the
// default window is "selected at random from an 8-hour block of time for each Region").
// SIMPLIFIED: one block for all Regions, and only its first six hours are drawn from. How long a
// backup takes is an estimate. Aurora's continuous backups are not events here.
#include <fmt/format.h>

#include "models/rds/rds.hpp"
#include "models/rds/windows.hpp"

namespace opsim::rds {

namespace {

constexpr std::string_view kBackup = "lognormal(p50 4min, p99 20min)";

/// "rds:db-2026-03-03-04-30"
std::string name_of_backup(const Instance& instance, SimTime now) {
  std::string time = iso8601(now).substr(0, 16);
  for (char& c : time)
    if (c == 'T' || c == ':') c = '-';
  return fmt::format("rds:{}-{}", instance.id, time);
}

/// "Automated backups are deleted when their retention period expires."
void expire(Databases& all, const Instance& instance) {
  const SimTime oldest = all.now() - std::chrono::hours{24 * instance.backup_days};
  std::erase_if(all.snapshots, [&](const auto& entry) {
    const Snapshot& snapshot = entry.second;
    return snapshot.type == "automated" && snapshot.source == instance.id &&
           snapshot.place == instance.place && snapshot.created < oldest;
  });
}

void finish_backup(Databases& all, const Databases::Key& key, const std::string& owner) {
  const auto done = all.snapshots.find(key);
  if (done == all.snapshots.end()) return;
  done->second.status = "available";
  tell(all, done->second, {"RDS-EVENT-0091", "creation", "Automated snapshot created."});
  const Instance* instance = all.instance(key.first, owner);
  if (instance == nullptr) return;
  tell(all, *instance, {"RDS-EVENT-0002", "backup", "Finished DB instance backup."});
  expire(all, *instance);
}

void begin_backup(Databases& all, Instance& instance) {
  plan_backup(all, instance);  // the next one
  if (instance.status != "available") return;
  Snapshot made;
  made.id = name_of_backup(instance, all.now());
  made.place = instance.place;
  made.arn = arn(instance.place, "rds", "snapshot:" + made.id);
  made.source = instance.id;
  made.type = "automated";
  made.settings = description_of(all, instance);
  made.used_gib = instance.storage.at(all.now());
  made.created = all.now();
  tell(all, instance, {"RDS-EVENT-0001", "backup", "Backing up DB instance."});
  tell(all, made, {"RDS-EVENT-0090", "creation", "Creating automated snapshot."});
  const Databases::Key key{made.place, made.id};
  all.snapshots[key] = std::move(made);
  const Duration takes = all.draw(instance.id, "backup", kBackup);
  all.sim().after(takes, [&all, key, owner = instance.id] { finish_backup(all, key, owner); });
  occupy(all, instance,
         {.status = "backing-up",
          .takes = takes,
          .out_of_service = false,
          .why = "",
          .then = nullptr,
          .quiet = true});
}

}  // namespace

ApiResult<void> check_settings(const Instance& instance, const Json& input) {
  const auto wrong = [](std::string message) {
    return ApiError{"InvalidParameterValue", std::move(message)};
  };
  if (const auto days = input::integer(input, "BackupRetentionPeriod");
      days && (*days < 0 || *days > 35))
    return wrong(fmt::format(
        "Invalid backup retention period: {}. Retention period must be between 0 and 35.", *days));
  std::string backup = input::text(input, "PreferredBackupWindow");
  std::string maintenance = input::text(input, "PreferredMaintenanceWindow");
  if (!backup.empty() && !parse_daily(backup))
    return wrong(
        fmt::format("Invalid backup window format: {}. Should be specified as a range "
                    "hh24:mi-hh24:mi (24H Clock UTC). Example: 04:00-04:30",
                    backup));
  if (!maintenance.empty() && !parse_weekly(maintenance))
    return wrong(
        fmt::format("Invalid maintenance window format: {}. Should be specified as a "
                    "range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: "
                    "Sun:23:45-Mon:00:15",
                    maintenance));
  if (backup.empty() && maintenance.empty()) return {};
  if (backup.empty()) backup = instance.backup_window;
  if (maintenance.empty()) maintenance = instance.maintenance_window;
  const auto daily = parse_daily(backup);
  const auto weekly = parse_weekly(maintenance);
  // Where only the maintenance window is given for a new instance, the other one gives way.
  if (!instance.backup_window.empty() || !input::text(input, "PreferredBackupWindow").empty())
    if (daily && weekly && overlap(*daily, *weekly))
      return ApiError{"InvalidParameterCombination",
                      "The backup window and maintenance window must not overlap."};
  return {};
}

void choose_windows(Databases& all, Instance& instance) {
  if (instance.maintenance_window.empty()) {
    // SIMPLIFIED: AWS draws a day and half an hour.
    instance.maintenance_window = "sun:05:00-sun:05:30";
    const auto daily = parse_daily(instance.backup_window);
    if (daily && overlap(*daily, *parse_weekly(instance.maintenance_window)))
      instance.maintenance_window = "sun:12:00-sun:12:30";
  }
  if (!instance.backup_window.empty()) return;
  const std::uint64_t key = name_key(fmt::format("rds.window {}", instance.id));
  std::int64_t half_hour = static_cast<std::int64_t>(uniform_at(all.sim().seed(), key, 0) * 12);
  const Window maintenance = *parse_weekly(instance.maintenance_window);
  for (std::int64_t tries = 0; tries < 16; ++tries, half_hour = (half_hour + 1) % 16)
    if (!overlap({180 + half_hour * 30, 30}, maintenance)) break;
  const std::int64_t begins = 180 + half_hour * 30;  // 03:00 to 11:00
  instance.backup_window = fmt::format("{:02}:{:02}-{:02}:{:02}", begins / 60, begins % 60,
                                       (begins + 30) / 60, (begins + 30) % 60);
}

void plan_backup(Databases& all, Instance& instance) {
  all.sim().cancel(instance.backup);
  if (instance.backup_days == 0 || !instance.cluster.empty() || all.flavour.service != "rds")
    return;
  const auto window = parse_daily(instance.backup_window);
  if (!window) return;
  const CauseScope nobody{all.sim(), CauseId::none};
  instance.backup = all.sim().at(next_begin(*window, kMinutesOfDay, all.now()),
                                 [&all, place = instance.place, id = instance.id] {
                                   if (Instance* due = all.instance(place, id))
                                     begin_backup(all, *due);
                                 });
}

SimTime next_maintenance(const Instance& instance, SimTime now) {
  return next_begin(parse_weekly(instance.maintenance_window).value_or(Window{6'780, 30}),
                    kMinutesOfWeek, now);
}

}  // namespace opsim::rds
