// Backups and point-in-time recovery.
// AWS: DynamoDB Developer Guide, "Point-in-time recovery" (35 days, up to five minutes ago; a new
// table), "Backing up and restoring".
// SIMPLIFIED: a restore to a point in time has the items of now: no history is kept.
#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"

namespace opsim::dynamodb {

namespace {

constexpr std::size_t kMostBackups = 1'000;
constexpr Duration kLongest = std::chrono::hours{24 * 35};
constexpr Duration kBehind = std::chrono::minutes{5};

ApiError no_such_backup(std::string_view arn_text) {
  return {"BackupNotFoundException", fmt::format("Backup not found: {}", arn_text)};
}

Json summary_of(const Backup& backup) {
  return {{"BackupArn", backup.arn},
          {"BackupName", backup.name},
          {"BackupStatus", backup.status},
          {"BackupType", "USER"},
          {"BackupSizeBytes", backup.table.bytes},
          {"BackupCreationDateTime", moment(backup.created)},
          {"TableName", backup.table.name},
          {"TableArn", backup.table.arn}};
}

Backup* asked_backup(DynamoDb& dynamodb, const Request& request) {
  const auto found = dynamodb.backups.find(input::text(request.input, "BackupArn"));
  return found == dynamodb.backups.end() ? nullptr : &found->second;
}

}  // namespace

ApiResult<Json> create_backup(DynamoDb& dynamodb, const Request& request) {
  const Table* table = dynamodb.asked_for(request);
  if (table == nullptr) {
    ApiError error = no_such_table(input::text(request.input, "TableName"));
    error.code = "TableNotFoundException";
    return error;
  }
  if (dynamodb.backups.size() >= kMostBackups)
    return ApiError{"LimitExceededException", "Too many backups"};
  Backup backup;
  backup.arn = fmt::format("{}/backup/{}", table->arn, dynamodb.cloud.next_id("0"));
  backup.name = input::text(request.input, "BackupName");
  backup.place = table->place;
  backup.table = *table;
  backup.created = dynamodb.cloud.sim().now();
  const std::string id = backup.arn;
  const Json told = summary_of(backup);
  dynamodb.backups.emplace(id, std::move(backup));
  // "On-demand backups complete in seconds."
  dynamodb.cloud.sim().after(std::chrono::seconds{5}, [&dynamodb, id] {
    const auto done = dynamodb.backups.find(id);
    if (done != dynamodb.backups.end()) done->second.status = "AVAILABLE";
  });
  return Json{{"BackupDetails", told}};
}

ApiResult<Json> describe_backup(DynamoDb& dynamodb, const Request& request) {
  const Backup* backup = asked_backup(dynamodb, request);
  if (backup == nullptr) return no_such_backup(input::text(request.input, "BackupArn"));
  return Json{
      {"BackupDescription",
       {{"BackupDetails", summary_of(*backup)},
        {"SourceTableDetails", description_of(backup->table, dynamodb.cloud.sim().now())}}}};
}

ApiResult<Json> delete_backup(DynamoDb& dynamodb, const Request& request) {
  const Backup* backup = asked_backup(dynamodb, request);
  if (backup == nullptr) return no_such_backup(input::text(request.input, "BackupArn"));
  const Json told = summary_of(*backup);
  dynamodb.backups.erase(input::text(request.input, "BackupArn"));
  return Json{{"BackupDescription", {{"BackupDetails", told}}}};
}

ApiResult<Json> list_backups(DynamoDb& dynamodb, const Request& request) {
  const std::string name = input::text(request.input, "TableName");
  Json list = Json::array();
  for (const auto& [id, backup] : dynamodb.backups)
    if (backup.place == request.place() && (name.empty() || backup.table.name == name))
      list.push_back(summary_of(backup));
  return Json{{"BackupSummaries", list}};
}

ApiResult<Json> restore_from_backup(DynamoDb& dynamodb, const Request& request) {
  const Backup* backup = asked_backup(dynamodb, request);
  if (backup == nullptr) return no_such_backup(input::text(request.input, "BackupArn"));
  if (backup->status != "AVAILABLE")
    return ApiError{"BackupInUseException", "The backup is being created"};
  return restore_as(dynamodb, request, backup->table);
}

ApiResult<Json> describe_continuous_backups(DynamoDb& dynamodb, const Request& request) {
  const Table* table = dynamodb.asked_for(request);
  if (table == nullptr) return no_such_table(input::text(request.input, "TableName"));
  Json point{{"PointInTimeRecoveryStatus", table->point_in_time ? "ENABLED" : "DISABLED"}};
  if (table->point_in_time) {
    const SimTime now = dynamodb.cloud.sim().now();
    const SimTime earliest = std::max(table->point_in_time_since, now - kLongest);
    point["EarliestRestorableDateTime"] = moment(earliest);
    point["LatestRestorableDateTime"] = moment(std::max(earliest, now - kBehind));
    point["RecoveryPeriodInDays"] = 35;
  }
  return Json{
      {"ContinuousBackupsDescription",
       {{"ContinuousBackupsStatus", "ENABLED"}, {"PointInTimeRecoveryDescription", point}}}};
}

ApiResult<Json> update_continuous_backups(DynamoDb& dynamodb, const Request& request) {
  Table* table = dynamodb.asked_for(request);
  if (table == nullptr) return no_such_table(input::text(request.input, "TableName"));
  const bool on = input::boolean(input::member(request.input, "PointInTimeRecoverySpecification"),
                                 "PointInTimeRecoveryEnabled")
                      .value_or(false);
  if (on && !table->point_in_time) table->point_in_time_since = dynamodb.cloud.sim().now();
  table->point_in_time = on;
  return describe_continuous_backups(dynamodb, request);
}

ApiResult<Json> restore_to_point_in_time(DynamoDb& dynamodb, const Request& request) {
  std::string of = input::text(request.input, "SourceTableName");
  if (of.empty()) of = input::text(request.input, "SourceTableArn");
  const Table* source = dynamodb.find(request.place(), of);
  if (source == nullptr) return no_such_table(of);
  if (!source->point_in_time)
    return ApiError{"PointInTimeRecoveryUnavailableException",
                    "Point in time recovery is not enabled for table"};
  const SimTime now = dynamodb.cloud.sim().now();
  if (const auto to = input::time(request.input, "RestoreDateTime"))
    if (*to > now - kBehind || *to < std::max(source->point_in_time_since, now - kLongest))
      return ApiError{"InvalidRestoreTimeException",
                      "The restore time is not between the earliest and the latest restorable "
                      "time"};
  return restore_as(dynamodb, request, *source);
}

}  // namespace opsim::dynamodb
