// Operations and resources. AWS: AWS Backup API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/backup/backup.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::backup {

namespace {

ApiError not_found(std::string_view what, std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("{} not found: {}", what, name)};
}

Json lifecycle_json(const Lifecycle& lifecycle) {
  Json one = Json::object();
  if (lifecycle.cold_after) one["MoveToColdStorageAfterDays"] = *lifecycle.cold_after;
  if (lifecycle.delete_after) one["DeleteAfterDays"] = *lifecycle.delete_after;
  return one;
}

Json vault_json(const Vault& vault) {
  return {{"BackupVaultName", vault.name},
          {"BackupVaultArn", vault.arn},
          {"CreationDate", moment(vault.created)},
          {"NumberOfRecoveryPoints", vault.points},
          {"Locked", false}};
}

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

SimTime days_after(const Point& point, std::int64_t days) {
  return point.created + Days{std::min<std::int64_t>(days, 36'500)};
}

/// "AWS Backup ignores the expression for resource types that do not support cold storage": of
/// those that stand here, EFS and DynamoDB do (Developer Guide, "Feature availability by
/// resource").
bool goes_cold(const Point& point) {
  return point.lifecycle.cold_after && (point.type == "EFS" || point.type == "DynamoDB");
}

/// "WARM | COLD"; when it changes and when it is deleted.
Json lifecycle_now(const Point& point, SimTime now) {
  Json calculated = Json::object();
  const bool colder = goes_cold(point);
  if (colder)
    calculated["MoveToColdStorageAt"] = moment(days_after(point, *point.lifecycle.cold_after));
  if (point.lifecycle.delete_after)
    calculated["DeleteAt"] = moment(days_after(point, *point.lifecycle.delete_after));
  const bool cold = colder && days_after(point, *point.lifecycle.cold_after) <= now;
  return {{"CalculatedLifecycle", std::move(calculated)}, {"StorageClass", cold ? "COLD" : "WARM"}};
}

Json point_json(const Point& point) {
  return {{"RecoveryPointArn", point.arn},
          {"BackupVaultName", point.vault},
          {"BackupVaultArn", arn(point.place, "backup", "backup-vault:" + point.vault)},
          {"ResourceArn", point.resource},
          {"ResourceType", point.type},
          {"Status", point.status},
          {"CreationDate", moment(point.created)},
          {"CompletionDate", moment(point.completed)},
          {"Lifecycle", lifecycle_json(point.lifecycle)}};
}

Json plan_json(const Plan& plan) {
  return {{"BackupPlanId", plan.id},
          {"BackupPlanArn", plan.arn},
          {"BackupPlanName", plan.name},
          {"VersionId", plan.version},
          {"CreationDate", moment(plan.created)}};
}

Plan* find_plan(Backup& backup, const std::string& id) {
  const auto found = backup.plans.find(id);
  return found == backup.plans.end() ? nullptr : &found->second;
}

ApiResult<Json> describe_job(Backup& backup, const std::string& id, bool copies) {
  const auto found = backup.jobs.find(id);
  if (found == backup.jobs.end() || found->second.copies_point != copies)
    return not_found("Job", id);
  const Json told = description_of(found->second);
  return copies ? Json{{"CopyJob", told}} : told;
}

constexpr Shape kTime{.kind = Kind::distribution, .example = "lognormal(p50 20min, p99 3h)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Field kPhysicsFields[] = {
    {.name = "restores in", .shape = &kTime, .doc = "How long a restore of its points takes."},
    {.name = "starts in", .shape = &kTime, .doc = "From the schedule to the start of a job."},
    {.name = "takes", .shape = &kTime, .doc = "How long a job runs."},
    {.name = "succeeds", .shape = &kShare, .doc = "How often it works (100 %)."},
};

}  // namespace

extern constexpr Shape kPlanPhysics{.kind = Kind::mapping,
                                    .name = "backup plan",
                                    .doc = "How the jobs of a backup plan go.",
                                    .fields = kPhysicsFields};

ApiResult<Json> create_backup_vault(Backup& backup, const Request& request) {
  const ApiResult<Vault*> made =
      add_vault(backup, request.place(), input::text(request.input, "BackupVaultName"));
  if (!made) return made.error();
  return vault_json(**made);
}

ApiResult<Json> describe_backup_vault(Backup& backup, const Request& request) {
  const std::string name = input::text(request.input, "BackupVaultName");
  const Vault* vault = backup.vault(request.place(), name);
  if (vault == nullptr) return not_found("Backup vault", name);
  return vault_json(*vault);
}

ApiResult<Json> list_backup_vaults(Backup& backup, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, vault] : backup.vaults)
    if (key.first == request.place()) list.push_back(vault_json(vault));
  return Json{{"BackupVaultList", list}};
}

ApiResult<Json> create_backup_plan(Backup& backup, const Request& request) {
  const ApiResult<Plan*> made =
      add_plan(backup, request.place(), input::member(request.input, "BackupPlan"));
  if (!made) return made.error();
  return plan_json(**made);
}

ApiResult<Json> get_backup_plan(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "BackupPlanId");
  const Plan* plan = find_plan(backup, id);
  if (plan == nullptr) return not_found("Backup plan", id);
  Json told = plan_json(*plan);
  told["BackupPlan"] = plan->document;
  return told;
}

ApiResult<Json> list_backup_plans(Backup& backup, const Request& request) {
  Json list = Json::array();
  for (const auto& [id, plan] : backup.plans)
    if (plan.place == request.place()) list.push_back(plan_json(plan));
  return Json{{"BackupPlansList", list}};
}

ApiResult<Json> create_backup_selection(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "BackupPlanId");
  Plan* plan = find_plan(backup, id);
  if (plan == nullptr) return not_found("Backup plan", id);
  const ApiResult<std::string> made =
      add_selection(backup, *plan, input::member(request.input, "BackupSelection"));
  if (!made) return made.error();
  return Json{{"SelectionId", *made}, {"BackupPlanId", id}};
}

ApiResult<Json> start_backup_job(Backup& backup, const Request& request) {
  const std::string vault = input::text(request.input, "BackupVaultName");
  if (backup.vault(request.place(), vault) == nullptr) return not_found("Backup vault", vault);
  const auto resource = Arn::parse(input::text(request.input, "ResourceArn"));
  if (!resource) return ApiError{"InvalidParameterValueException", "Invalid ARN"};
  const ApiResult<Lifecycle> lifecycle = read_lifecycle(input::member(request.input, "Lifecycle"));
  if (!lifecycle) return lifecycle.error();
  const std::int64_t window = std::clamp<std::int64_t>(
      input::integer(request.input, "StartWindowMinutes").value_or(480), 0, 100'000);
  if (window < 60)
    return ApiError{"InvalidParameterValueException",
                    "StartWindowMinutes must be at least 60 minutes"};
  Job job;
  job.id = backup.cloud.next_uuid("backup job");
  job.place = request.place();
  job.vault = vault;
  job.resource = resource->text();
  job.type = type_of_arn(*resource);
  job.role = input::text(request.input, "IamRoleArn");
  job.lifecycle = *lifecycle;
  const std::string id = job.id;
  begin(backup, std::move(job), std::chrono::minutes{window}, std::chrono::hours{24 * 7}, {});
  return Json{{"BackupJobId", id}, {"CreationDate", moment(backup.now())}};
}

ApiResult<Json> start_copy_job(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "RecoveryPointArn");
  const auto point = backup.points.find(id);
  if (point == backup.points.end()) return not_found("Recovery point", id);
  const std::size_t before = backup.jobs.size();
  copy_point(backup, point->second, {input::text(request.input, "DestinationBackupVaultArn"), {}});
  if (backup.jobs.size() == before)
    return ApiError{"InvalidParameterValueException", "Invalid DestinationBackupVaultArn"};
  std::string newest;
  for (const auto& [job_id, job] : backup.jobs)
    if (job.copies_point && job_id > newest) newest = job_id;
  return Json{{"CopyJobId", newest}, {"CreationDate", moment(backup.now())}};
}

ApiResult<Json> describe_backup_job(Backup& backup, const Request& request) {
  return describe_job(backup, input::text(request.input, "BackupJobId"), false);
}

ApiResult<Json> describe_copy_job(Backup& backup, const Request& request) {
  return describe_job(backup, input::text(request.input, "CopyJobId"), true);
}

ApiResult<Json> list_backup_jobs(Backup& backup, const Request& request) {
  const bool copies = request.operation == "ListCopyJobs";
  const std::string state = input::text(request.input, "ByState");
  const std::string resource = input::text(request.input, "ByResourceArn");
  Json list = Json::array();
  for (const auto& [id, job] : backup.jobs)
    if (job.place == request.place() && job.copies_point == copies &&
        (state.empty() || job.state == state) && (resource.empty() || job.resource == resource))
      list.push_back(description_of(job));
  return Json{{copies ? "CopyJobs" : "BackupJobs", list}};
}

ApiResult<Json> list_points_by_vault(Backup& backup, const Request& request) {
  const std::string name = input::text(request.input, "BackupVaultName");
  if (backup.vault(request.place(), name) == nullptr) return not_found("Backup vault", name);
  Json list = Json::array();
  for (const auto& [id, point] : backup.points)
    if (point.place == request.place() && point.vault == name) list.push_back(point_json(point));
  return Json{{"RecoveryPoints", list}};
}

ApiResult<Json> describe_recovery_point(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "RecoveryPointArn");
  const auto point = backup.points.find(id);
  if (point == backup.points.end()) return not_found("Recovery point", id);
  Json answer = point_json(point->second);
  answer.update(lifecycle_now(point->second, backup.now()));
  return answer;
}

ApiResult<Json> delete_recovery_point(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "RecoveryPointArn");
  const auto point = backup.points.find(id);
  if (point == backup.points.end()) return not_found("Recovery point", id);
  const Place place = point->second.place;
  const std::string from = point->second.vault;
  if (Vault* vault = backup.vault(place, from)) --vault->points;
  backup.points.erase(point);
  judge_vault(backup, place, from);
  return Json::object();
}

ApiResult<Created> create_vault_resource(Backup& backup, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "BackupVaultName");
  const ApiResult<Vault*> made = add_vault(backup, request.place, name);
  if (!made) return made.error();
  return Created{name, (*made)->arn, {{"BackupVaultArn", (*made)->arn}, {"BackupVaultName", name}}};
}

ApiResult<Created> create_plan_resource(Backup& backup, const ResourceRequest& request) {
  const ApiResult<Plan*> made =
      add_plan(backup, request.place, input::member(request.properties, "BackupPlan"));
  if (!made) return made.error();
  const Plan& plan = **made;
  return Created{
      plan.id,
      plan.arn,
      {{"BackupPlanArn", plan.arn}, {"BackupPlanId", plan.id}, {"VersionId", plan.version}}};
}

ApiResult<Created> create_selection_resource(Backup& backup, const ResourceRequest& request) {
  const std::string id = input::text(request.properties, "BackupPlanId");
  Plan* plan = find_plan(backup, id);
  if (plan == nullptr) return not_found("Backup plan", id);
  const ApiResult<std::string> made =
      add_selection(backup, *plan, input::member(request.properties, "BackupSelection"));
  if (!made) return made.error();
  return Created{
      fmt::format("{}_{}", *made, id), "", {{"SelectionId", *made}, {"BackupPlanId", id}}};
}

void apply_physics(Model& model, const PhysicsRequest& request) {
  Backup& backup = static_cast<Backup&>(model);
  Plan* plan =
      request.resource == nullptr ? nullptr : find_plan(backup, request.resource->physical_id);
  if (plan == nullptr) return;
  const auto read = [&](std::string_view key, std::optional<Distribution>& into) {
    const auto written = request.values.find(key);
    if (!written) return;
    if (const ParsedDistribution parsed = Distribution::parse(written->spelling())) into = *parsed;
  };
  read("restores in", plan->physics.restores_in);
  read("starts in", plan->physics.starts_in);
  read("takes", plan->physics.takes);
  if (const auto share = request.values.find("succeeds"))
    if (const auto percent = parse_percent(share->spelling()))
      plan->physics.success_share = *percent / 100;
}

}  // namespace opsim::backup
