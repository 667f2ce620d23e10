// A restore from its beginning to its end, and what becomes of what a restore test restored.
// AWS: AWS Backup Developer Guide, "Restore testing": it "runs restore jobs in the same way as
// on-demand restores"; "Once the optional validation completes or the validation window closes, AWS
// Backup deletes the resources involved". "Monitoring AWS Backup events using Amazon EventBridge".
#include "models/backup/restores.hpp"

#include <fmt/format.h>

#include "models/backup/backup.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::backup {

namespace {

constexpr std::string_view kPending = "lognormal(p50 1min, p99 5min)";  // estimate
constexpr std::string_view kRestores = "lognormal(p50 30min, p99 4h)";  // estimate
constexpr Duration kDeletion = std::chrono::minutes{10};                // estimate
constexpr std::size_t kMostRestores = 100'000;

RestoreJob* find_restore(Backup& backup, const std::string& id) {
  const auto found = backup.restores.find(id);
  return found == backup.restores.end() ? nullptr : &found->second;
}

void count(Backup& backup, const RestoreJob& job) {
  std::string name{job.status.substr(0, 1)};
  for (const char c : job.status.substr(1)) name += static_cast<char>(c - 'A' + 'a');
  Metrics& metrics = backup.cloud.metrics();
  const SeriesId series = metrics.intern({job.place,
                                          "AWS/Backup",
                                          fmt::format("NumberOfRestoreJobs{}", name),
                                          {{"ResourceType", job.type}}});
  metrics.put(series, {.timestamp = backup.now(), .values = {{1.0, 1.0}}, .unit = "Count"});
}

void tell(Backup& backup, const RestoreJob& job) {
  Json detail{{"restoreJobId", job.id},
              {"backupVaultArn", arn(job.place, "backup", "backup-vault:" + job.vault)},
              {"recoveryPointArn", job.point},
              {"sourceResourceArn", job.source},
              {"backupSizeInBytes", "0"},
              {"creationDate", moment(job.created)},
              {"iamRoleArn", job.role},
              {"percentDone", job.status == "COMPLETED" ? 100.0 : 0.0},
              {"resourceType", job.type},
              {"status", job.status}};
  if (!job.message.empty()) detail["statusMessage"] = job.message;
  if (!job.restored.empty()) detail["createdResourceArn"] = job.restored;
  if (job.completed) detail["completionDate"] = moment(*job.completed);
  if (!job.plan_arn.empty()) detail["restoreTestingPlanArn"] = job.plan_arn;
  backup.cloud.emit(
      {.source = "aws.backup",
       .detail_type = "Restore Job State Change",
       .place = job.place,
       .resources = {job.point},
       .detail = std::move(detail),
       .line = fmt::format("restore of {} {}", backup.cloud.resources().name_of(job.source),
                           job.status)});
  count(backup, job);
}

/// A result that goals count: of a restore, or of its validation.
CauseId write(Backup& backup, const RestoreJob& job, std::string text, std::string_view state) {
  const Resources& resources = backup.cloud.resources();
  return backup.cloud.journal().write({.kind = EntryKind::resource,
                                       .level = Level::story,
                                       .subject = std::string{resources.name_of(job.source)},
                                       .text = std::move(text),
                                       .source = std::string{resources.source_of(job.source)},
                                       .detail = {{"state", state}, {"restoreJobId", job.id}}});
}

/// What is restored has a new name: an id where AWS gives ids.
Arn new_name(Backup& backup, const RestoreJob& job) {
  Arn made = *Arn::parse(job.source);
  if (!made.region.empty()) made.region = job.place.region;
  if (job.type == "EC2") {
    made.resource = "instance/" + backup.cloud.next_id("i-");
  } else if (job.type == "EBS") {
    made.resource = "volume/" + backup.cloud.next_id("vol-");
  } else {
    const auto name = made.resource.find_last_of(":/");
    const std::string kind = name == std::string::npos ? "" : made.resource.substr(0, name + 1);
    made.resource =
        kind + backup.cloud.next_id(job.plan_arn.empty() ? "restored-" : "awsbackup-restore-test-");
  }
  return made;
}

/// The type of what stands: its source may be gone.
std::string_view resource_type(std::string_view type) {
  if (type == "Aurora") return "AWS::RDS::DBCluster";
  if (type == "DynamoDB") return "AWS::DynamoDB::Table";
  if (type == "EBS") return "AWS::EC2::Volume";
  if (type == "EC2") return "AWS::EC2::Instance";
  if (type == "EFS") return "AWS::EFS::FileSystem";
  if (type == "RDS") return "AWS::RDS::DBInstance";
  if (type == "S3") return "AWS::S3::Bucket";
  return {};
}

void stand_up(Backup& backup, RestoreJob& job) {
  const Arn made = new_name(backup, job);
  job.restored = made.text();
  const auto name = made.resource.find_last_of(":/");
  Resource resource{.type = std::string{resource_type(job.type)},
                    .physical_id = made.resource.substr(name == std::string::npos ? 0 : name + 1),
                    .arn = job.restored,
                    .place = job.place};
  if (!job.plan_arn.empty()) resource.tags.emplace(std::string{kTestTag}, job.id);
  if (!resource.type.empty()) backup.cloud.resources().add(std::move(resource));
}

void take_down(Backup& backup, const std::string& id) {
  RestoreJob* job = find_restore(backup, id);
  if (job == nullptr || !job->deletion.empty()) return;
  job->deletion = "DELETING";
  backup.cloud.sim().after(kDeletion, [&backup, id] {
    RestoreJob* old = find_restore(backup, id);
    if (old == nullptr) return;
    const Resource* made = backup.cloud.resources().find(old->restored);
    // "If a user removes this tag, AWS Backup cannot delete the resource".
    const bool kept =
        made != nullptr && !made->type.empty() && !made->tags.contains(std::string{kTestTag});
    old->deletion = kept ? "FAILED" : "SUCCESSFUL";
    if (kept) return;
    if (made != nullptr) backup.cloud.resources().remove(std::string{made->physical_id});
    backup.damage.erase(old->restored);
  });
}

void await_validation(Backup& backup, RestoreJob& job) {
  if (job.plan_arn.empty()) return;
  if (job.validation_window == std::chrono::hours{0}) return take_down(backup, job.id);
  job.validation = "VALIDATING";
  backup.cloud.sim().after(job.validation_window, [&backup, id = job.id] {
    RestoreJob* waits = find_restore(backup, id);
    if (waits != nullptr && waits->validation == "VALIDATING")
      validate(backup, *waits, "TIMED_OUT", "the validation window has closed");
  });
}

/// What the point holds stands again, as good or bad as it was kept.
void end(Backup& backup, const std::string& id) {
  RestoreJob* job = find_restore(backup, id);
  if (job == nullptr || job->status != "RUNNING") return;
  job->completed = backup.now();
  const auto point = backup.points.find(job->point);
  if (point == backup.points.end()) {
    job->status = "FAILED";
    job->message = "the recovery point is gone";
    write(backup, *job, "restore FAILED: " + job->message, "FAILED");
    return tell(backup, *job);
  }
  job->status = "COMPLETED";
  // That it is of no use comes of what did the damage; that it was restored, of the schedule.
  const bool damaged = point->second.damage > 0;
  const CauseScope because{backup.cloud.sim(),
                           damaged ? point->second.damage_cause : backup.cloud.sim().cause()};
  stand_up(backup, *job);
  if (damaged) backup.damage[job->restored] = {point->second.damage, point->second.damage_cause};
  await_validation(backup, *job);
  const CauseId told =
      write(backup, *job,
            fmt::format("restore COMPLETED in {}: {}", human(backup.now() - job->created),
                        backup.cloud.resources().name_of(job->restored)),
            "COMPLETED");
  const CauseScope completed{backup.cloud.sim(), told};
  tell(backup, *job);
}

const Distribution& restore_time(const Backup& backup, const Point& point) {
  static const Distribution kUsual = *Distribution::parse(kRestores);
  const auto plan = backup.plans.find(point.plan);
  const bool said = plan != backup.plans.end() && plan->second.physics.restores_in;
  return said ? *plan->second.physics.restores_in : kUsual;
}

}  // namespace

RestoreJob& begin_restore(Backup& backup, RestoreJob job, const Point& point) {
  static const Distribution kUsualWait = *Distribution::parse(kPending);
  if (backup.restores.size() >= kMostRestores) backup.restores.erase(backup.restores.begin());
  Simulation& sim = backup.cloud.sim();
  job.id = backup.cloud.next_uuid("restore job");
  job.created = backup.now();
  job.point = point.arn;
  job.point_created = point.created;
  job.vault = point.vault;
  job.source = point.resource;
  job.type = point.type;
  Stream& luck = sim.random(fmt::format("backup restore {}", point.resource));
  const Duration waits = kUsualWait.sample_duration(luck);
  const Duration takes = restore_time(backup, point).sample_duration(luck);
  RestoreJob& kept = backup.restores[job.id];
  kept = std::move(job);
  tell(backup, kept);
  sim.after(waits, [&backup, id = kept.id] {
    RestoreJob* ready = find_restore(backup, id);
    if (ready == nullptr || ready->status != "PENDING") return;
    ready->status = "RUNNING";
    tell(backup, *ready);
  });
  sim.after(waits + takes, [&backup, id = kept.id] { end(backup, id); });
  return kept;
}

void validate(Backup& backup, RestoreJob& job, std::string status, std::string message) {
  job.validation = std::move(status);
  job.validation_message = std::move(message);
  if (job.validation == "VALIDATING") return;
  write(backup, job,
        fmt::format("restore test {}{}{}", job.validation,
                    job.validation_message.empty() ? "" : ": ", job.validation_message),
        job.validation);
  take_down(backup, job.id);
}

Json description_of(const RestoreJob& job) {
  Json one{{"AccountId", job.place.account},
           {"RestoreJobId", job.id},
           {"RecoveryPointArn", job.point},
           {"RecoveryPointCreationDate", moment(job.point_created)},
           {"SourceResourceArn", job.source},
           {"BackupVaultArn", arn(job.place, "backup", "backup-vault:" + job.vault)},
           {"CreationDate", moment(job.created)},
           {"Status", job.status},
           {"PercentDone", job.status == "COMPLETED" ? "100.00%" : "0.00%"},
           {"BackupSizeInBytes", 0},
           {"IamRoleArn", job.role},
           {"ResourceType", job.type}};
  if (job.completed) one["CompletionDate"] = moment(*job.completed);
  if (!job.message.empty()) one["StatusMessage"] = job.message;
  if (!job.restored.empty()) one["CreatedResourceArn"] = job.restored;
  if (!job.plan_arn.empty()) one["CreatedBy"] = {{"RestoreTestingPlanArn", job.plan_arn}};
  if (!job.validation.empty()) one["ValidationStatus"] = job.validation;
  if (!job.validation_message.empty()) one["ValidationStatusMessage"] = job.validation_message;
  if (!job.deletion.empty()) one["DeletionStatus"] = job.deletion;
  return one;
}

}  // namespace opsim::backup
