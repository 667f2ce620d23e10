// A job from its creation to its end, and the copies that follow it.
// AWS: AWS Backup Developer Guide, "Backup plan options": a job that cannot start within the start
// window "is retried at least every 10 minutes until ... the start window" has passed: EXPIRED; one
// that does not complete in the completion window: ABORTED. "Monitoring AWS Backup events using
// EventBridge"; "AWS Backup metrics with CloudWatch".
#include <fmt/format.h>

#include <algorithm>

#include "models/backup/backup.hpp"

namespace opsim::backup {

namespace {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;
constexpr std::string_view kStartsIn = "lognormal(p50 2min, p99 30min)";  // estimate
constexpr std::string_view kTakes = "lognormal(p50 20min, p99 3h)";       // estimate
constexpr std::size_t kMostJobs = 100'000;

Job* find_job(Backup& backup, const std::string& id) {
  const auto found = backup.jobs.find(id);
  return found == backup.jobs.end() ? nullptr : &found->second;
}

void count(Backup& backup, const Job& job, std::string_view state) {
  if (state == "PENDING") return;
  std::string name{state.substr(0, 1)};
  for (const char c : state.substr(1)) name += static_cast<char>(c - 'A' + 'a');
  Metrics& metrics = backup.cloud.metrics();
  const SeriesId series =
      metrics.intern({job.place,
                      "AWS/Backup",
                      fmt::format("NumberOf{}Jobs{}", job.copies_point ? "Copy" : "Backup", name),
                      {{"BackupVaultName", job.vault}, {"ResourceType", job.type}}});
  metrics.put(series, {.timestamp = backup.now(), .values = {{1.0, 1.0}}, .unit = "Count"});
}

void tell(Backup& backup, const Job& job) {
  const std::string vault_arn = arn(job.place, "backup", "backup-vault:" + job.vault);
  Json detail{{"backupJobId", job.id},
              {"backupVaultArn", vault_arn},
              {"backupVaultName", job.vault},
              {"bytesTransferred", "0"},
              {"creationDate", moment(job.created)},
              {"iamRoleArn", job.role},
              {"resourceArn", job.resource},
              {"resourceType", job.type},
              {"state", job.state},
              {"startBy", moment(job.start_by)},
              {"percentDone", job.state == "COMPLETED" ? 100.0 : 0.0}};
  if (!job.message.empty()) detail["statusMessage"] = job.message;
  if (job.completed) detail["completionDate"] = moment(*job.completed);
  if (job.copies_point) {
    detail["copyJobId"] = job.id;
    detail.erase("backupJobId");
    detail["destinationBackupVaultArn"] = vault_arn;
  }
  std::vector<std::string> resources;
  if (!job.point.empty()) resources.push_back(job.point);
  backup.cloud.emit(
      {.source = "aws.backup",
       .detail_type = job.copies_point ? "Copy Job State Change" : "Backup Job State Change",
       .place = job.place,
       .resources = std::move(resources),
       .detail = std::move(detail),
       .line = fmt::format("{} of {} {}", job.copies_point ? "copy" : "backup",
                           backup.cloud.resources().name_of(job.resource), job.state)});
  count(backup, job, job.state);
}

void set_state(Backup& backup, Job& job, std::string state, std::string message = {}) {
  job.state = std::move(state);
  job.message = std::move(message);
  if (job.state != "CREATED" && job.state != "RUNNING") job.completed = backup.now();
  tell(backup, job);
}

/// What is copied faithfully: also what is of no use.
void take_damage(Backup& backup, const Job& job, Point& point) {
  if (const auto from = backup.points.find(job.from_point); from != backup.points.end()) {
    point.damage = from->second.damage;
    point.damage_cause = from->second.damage_cause;
  } else if (const auto hidden = backup.damage.find(job.resource); hidden != backup.damage.end()) {
    point.damage = hidden->second.percent;
    point.damage_cause = hidden->second.cause;
  }
}

void keep_point(Backup& backup, Job& job) {
  Vault* vault = backup.vault(job.place, job.vault);
  if (vault == nullptr) return;
  Point point{.arn = arn(job.place, "backup", "recovery-point:" + job.id),
              .vault = job.vault,
              .place = job.place,
              .resource = job.resource,
              .type = job.type,
              .created = job.created,
              .completed = backup.now(),
              .lifecycle = job.lifecycle,
              .plan = job.plan};
  take_damage(backup, job, point);
  if (const Resource* source = backup.cloud.resources().find(job.resource))
    point.tags = source->tags;
  job.point = point.arn;
  ++vault->points;
  if (point.lifecycle.delete_after) {
    const auto days = Days{std::min<std::int64_t>(*point.lifecycle.delete_after, 36'500)};
    backup.cloud.sim().at(point.created + days, [&backup, id = point.arn] {
      const auto old = backup.points.find(id);
      if (old == backup.points.end()) return;
      const Place place = old->second.place;
      const std::string from = old->second.vault;
      if (Vault* of = backup.vault(place, from)) --of->points;
      backup.points.erase(old);
      judge_vault(backup, place, from);
    });
  }
  backup.points.emplace(point.arn, std::move(point));
  judge_vault(backup, job.place, job.vault);
}

void end(Backup& backup, const std::string& id, bool works) {
  Job* job = find_job(backup, id);
  if (job == nullptr || job->state != "RUNNING") return;
  if (!works) return set_state(backup, *job, "FAILED", "the job failed");
  if (backup.vault(job->place, job->vault) == nullptr)
    return set_state(backup, *job, "FAILED", fmt::format("no backup vault {}", job->vault));
  keep_point(backup, *job);
  set_state(backup, *job, "COMPLETED");
  const auto point = backup.points.find(job->point);
  if (point == backup.points.end()) return;
  const Point kept = point->second;
  for (const CopyAction& copy : std::vector<CopyAction>(job->copies))
    copy_point(backup, kept, copy);
}

}  // namespace

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

std::string type_of_arn(const Arn& arn) {
  if (arn.service == "rds") return arn.resource.starts_with("cluster:") ? "Aurora" : "RDS";
  if (arn.service == "dynamodb") return "DynamoDB";
  if (arn.service == "s3") return "S3";
  if (arn.service == "elasticfilesystem") return "EFS";
  if (arn.service == "ec2") return arn.resource.starts_with("volume/") ? "EBS" : "EC2";
  return arn.service;
}

Json description_of(const Job& job) {
  Json one{{"BackupVaultName", job.vault},
           {"BackupVaultArn", arn(job.place, "backup", "backup-vault:" + job.vault)},
           {"ResourceArn", job.resource},
           {"ResourceType", job.type},
           {"CreationDate", moment(job.created)},
           {"State", job.state},
           {"PercentDone", job.state == "COMPLETED" ? "100.0" : "0.0"},
           {"IamRoleArn", job.role}};
  if (job.completed) one["CompletionDate"] = moment(*job.completed);
  if (!job.message.empty()) one["StatusMessage"] = job.message;
  if (!job.plan.empty())
    one["CreatedBy"] = {{"BackupPlanId", job.plan}, {"BackupRuleId", job.rule}};
  if (job.copies_point) {
    one["CopyJobId"] = job.id;
    one["SourceRecoveryPointArn"] = job.from_point;
    one["DestinationBackupVaultArn"] = one["BackupVaultArn"];
    if (!job.point.empty()) one["DestinationRecoveryPointArn"] = job.point;
  } else {
    one["BackupJobId"] = job.id;
    one["StartBy"] = moment(job.start_by);
    if (!job.point.empty()) one["RecoveryPointArn"] = job.point;
  }
  return one;
}

// The draws are made when the job is created: a changed window moves no other luck.
void begin(Backup& backup, Job job, std::chrono::minutes start_window,
           std::chrono::minutes completion_window, const PlanPhysics& physics) {
  static const Distribution kUsualStart = *Distribution::parse(kStartsIn);
  static const Distribution kUsualTime = *Distribution::parse(kTakes);
  if (backup.jobs.size() >= kMostJobs) backup.jobs.erase(backup.jobs.begin());
  Simulation& sim = backup.cloud.sim();
  if (job.id.empty()) job.id = backup.cloud.next_uuid("backup job");
  job.created = backup.now();
  job.start_by = job.created + start_window;
  Stream& luck = sim.random(fmt::format("backup {}", job.resource));
  const Duration waits =
      (physics.starts_in ? *physics.starts_in : kUsualStart).sample_duration(luck);
  const Duration takes = (physics.takes ? *physics.takes : kUsualTime).sample_duration(luck);
  const bool works = luck.chance(physics.success_share);
  const std::string id = job.id;
  Job& kept = backup.jobs[id] = std::move(job);
  tell(backup, kept);
  if (waits >= start_window) {
    sim.after(start_window, [&backup, id] {
      if (Job* late = find_job(backup, id); late != nullptr && late->state == "CREATED")
        set_state(backup, *late, "EXPIRED", "the start window has passed");
    });
    return;
  }
  sim.after(waits, [&backup, id] {
    if (Job* ready = find_job(backup, id); ready != nullptr && ready->state == "CREATED")
      set_state(backup, *ready, "RUNNING");
  });
  if (waits + takes > completion_window) {
    sim.after(completion_window, [&backup, id] {
      if (Job* slow = find_job(backup, id); slow != nullptr && slow->state == "RUNNING")
        set_state(backup, *slow, "ABORTED", "the completion window has passed");
    });
    return;
  }
  sim.after(waits + takes, [&backup, id, works] { end(backup, id, works); });
}

void copy_point(Backup& backup, const Point& point, const CopyAction& action) {
  const auto to = Arn::parse(action.vault_arn);
  if (!to) return;
  Job job;
  job.id = backup.cloud.next_uuid("copy job");
  job.place = to->place();
  job.vault = to->resource.substr(to->resource.find(':') + 1);
  job.resource = point.resource;
  job.type = point.type;
  job.lifecycle = action.lifecycle;
  job.copies_point = true;
  job.from_point = point.arn;
  begin(backup, std::move(job), std::chrono::hours{8}, std::chrono::hours{24 * 7}, {});
}

}  // namespace opsim::backup
