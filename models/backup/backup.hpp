#pragma once
/// AWS Backup: vaults, plans that run by schedule, jobs, recovery points. What is backed up are
/// names: a recovery point says that there is one and when it was.
/// AWS: AWS Backup Developer Guide, "Creating a backup plan", "Backup plan options and
/// configuration"; API Reference, BackupRule, Lifecycle, BackupJob.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/backup/restores.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/schedule.hpp"

namespace opsim::backup {

/// Days; nothing for never.
struct Lifecycle {
  std::optional<std::int64_t> cold_after;
  std::optional<std::int64_t> delete_after;
};

struct CopyAction {
  std::string vault_arn;
  Lifecycle lifecycle;
};

/// Defaults: API Reference, BackupRuleInput: start within 8 hours, complete within 7 days.
struct Rule {
  std::string id;
  std::string name;
  std::string vault;
  schedule::Expression when;
  std::chrono::minutes start_window{8 * 60};
  std::chrono::minutes completion_window{7 * 24 * 60};
  Lifecycle lifecycle;
  std::vector<CopyAction> copies;
};

/// Which resources a plan is for.
struct Selection {
  std::string id;
  std::string name;
  std::string role;
  std::vector<std::string> resources;                       // ARNs, * anywhere in them
  std::vector<std::pair<std::string, std::string>> any_of;  // ListOfTags: one is enough
  std::vector<std::pair<std::string, std::string>> all_of;  // Conditions.StringEquals
};

struct PlanPhysics {
  std::optional<Distribution> starts_in;
  std::optional<Distribution> takes;
  double success_share = 1;
  std::optional<Distribution> restores_in;  // of what this plan backed up
};

struct Plan {
  std::string id;
  std::string arn;
  std::string name;
  std::string version;
  Place place;
  std::vector<Rule> rules;
  std::vector<Selection> selections;
  PlanPhysics physics;
  SimTime created{};
  Json document;  // as it was given
};

struct Vault {
  std::string name;
  std::string arn;
  Place place;
  SimTime created{};
  std::int64_t points = 0;
};

struct Job {
  std::string id;
  Place place;
  std::string vault;
  std::string resource;  // ARN
  std::string type;      // "RDS"
  std::string role;
  std::string state = "CREATED";
  std::string message;
  SimTime created{};
  SimTime start_by{};
  std::optional<SimTime> completed;
  std::string point;  // recovery point ARN
  std::string plan;   // id, or ""
  std::string rule;
  Lifecycle lifecycle;
  std::vector<CopyAction> copies;
  bool copies_point = false;  // a copy job: `resource` is the recovery point's
  std::string from_point;
};

struct Point {
  std::string arn;
  std::string vault;
  Place place;
  std::string resource;
  std::string type;
  std::string status = "COMPLETED";
  SimTime created{};  // with its job: what it holds is as it was then
  SimTime completed{};
  Lifecycle lifecycle;
  double damage = 0;  // per cent of what it holds that is of no use
  CauseId damage_cause{};
  std::string plan;                           // id of the plan that made it, or ""
  std::map<std::string, std::string> tags{};  // its resource's, when it was made
};

/// What is wrong with the data of a resource, though nothing shows it: per cent of it.
struct Damage {
  double percent = 0;
  CauseId cause{};
};

class Backup : public Model {
 public:
  explicit Backup(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Vault> vaults;              // by name
  std::map<std::string, Plan> plans;                                  // by id
  std::map<std::string, Job> jobs;                                    // backup and copy jobs, by id
  std::map<std::string, Point> points;                                // by ARN
  std::map<std::string, RestoreJob> restores;                         // by id
  std::map<std::pair<Place, std::string>, RestoreTestingPlan> tests;  // by name
  std::map<std::string, Damage> damage;  // by ARN: of what is backed up, of what was restored

  bool ever_damaged = false;  // nobody asks how vaults are before

  [[nodiscard]] SimTime now() const { return cloud.sim().now(); }
  [[nodiscard]] Vault* vault(const Place& place, const std::string& name);
};

// ---- Reading (plans.cpp) ----
/// Cold for 90 days at least: DeleteAfterDays >= MoveToColdStorageAfterDays + 90.
ApiResult<Lifecycle> read_lifecycle(const Json& input);
ApiResult<Plan*> add_plan(Backup& backup, const Place& place, const Json& document);
ApiResult<std::string> add_selection(Backup& backup, Plan& plan, const Json& input);
ApiResult<Vault*> add_vault(Backup& backup, const Place& place, const std::string& name);
/// Plans the next run of a rule.
void plan_next(Backup& backup, const std::string& plan_id, std::size_t rule, SimTime anchor);

// ---- Jobs (jobs.cpp) ----
/// CREATED, then RUNNING, then COMPLETED, FAILED, EXPIRED or ABORTED.
void begin(Backup& backup, Job job, std::chrono::minutes start_window,
           std::chrono::minutes completion_window, const PlanPhysics& physics);
void copy_point(Backup& backup, const Point& point, const CopyAction& action);
std::string type_of_arn(const Arn& arn);
std::string moment(SimTime time);
/// "*" stands for any text, also for slashes.
bool matches(std::string_view pattern, std::string_view text);
Json description_of(const Job& job);

// ---- Restores (restores.cpp) ----
/// "Resources that are part of a restore testing plan contain a tag called" so.
inline constexpr std::string_view kTestTag = "awsbackup-restore-test";
/// PENDING, then RUNNING, then COMPLETED: what the point holds stands again, under a new name.
RestoreJob& begin_restore(Backup& backup, RestoreJob job, const Point& point);
/// What a restore test found. Only while one is awaited: VALIDATING.
void validate(Backup& backup, RestoreJob& job, std::string status, std::string message);
Json description_of(const RestoreJob& job);

// ---- Restore testing (restore_tests.cpp) ----
ApiResult<RestoreTestingPlan*> add_test(Backup& backup, const Place& place, const Json& input);
ApiResult<Json> add_test_selection(Backup& backup, const Place& place, const std::string& plan,
                                   const Json& input);

// ---- Damage that only a restore shows (damage.cpp) ----
/// A recovery point has come or gone: whether its vault still holds something of use.
void judge_vault(Backup& backup, const Place& place, const std::string& vault);
std::optional<double> read_damage(Model& model, std::string_view id, std::string_view part);
void change_damage(Model& model, std::string_view id, std::string_view part, Change change);
std::optional<double> read_vault_damage(Model& model, std::string_view id, std::string_view part);
void change_vault_damage(Model& model, std::string_view id, std::string_view part, Change change);
/// Why nobody found that a vault's recovery points are of no use.
std::vector<std::string> explain(Model& model, std::string_view subject);
extern const Shape kDamageShape;
void begin_damage(Model& model, const FaultRequest& request);

// ---- Operations ----
ApiResult<Json> create_backup_plan(Backup& backup, const Request& request);
ApiResult<Json> create_backup_selection(Backup& backup, const Request& request);
ApiResult<Json> create_backup_vault(Backup& backup, const Request& request);
ApiResult<Json> delete_recovery_point(Backup& backup, const Request& request);
ApiResult<Json> describe_backup_job(Backup& backup, const Request& request);
ApiResult<Json> describe_backup_vault(Backup& backup, const Request& request);
ApiResult<Json> describe_copy_job(Backup& backup, const Request& request);
ApiResult<Json> describe_recovery_point(Backup& backup, const Request& request);
ApiResult<Json> get_backup_plan(Backup& backup, const Request& request);
ApiResult<Json> list_backup_jobs(Backup& backup, const Request& request);
ApiResult<Json> list_backup_plans(Backup& backup, const Request& request);
ApiResult<Json> list_backup_vaults(Backup& backup, const Request& request);
ApiResult<Json> list_points_by_vault(Backup& backup, const Request& request);
ApiResult<Json> start_backup_job(Backup& backup, const Request& request);
ApiResult<Json> start_copy_job(Backup& backup, const Request& request);
// restore_operations.cpp
ApiResult<Json> create_restore_testing_plan(Backup& backup, const Request& request);
ApiResult<Json> create_restore_testing_selection(Backup& backup, const Request& request);
ApiResult<Json> delete_restore_testing_plan(Backup& backup, const Request& request);
ApiResult<Json> delete_restore_testing_selection(Backup& backup, const Request& request);
ApiResult<Json> describe_restore_job(Backup& backup, const Request& request);
ApiResult<Json> get_restore_testing_plan(Backup& backup, const Request& request);
ApiResult<Json> get_restore_testing_selection(Backup& backup, const Request& request);
ApiResult<Json> list_restore_jobs(Backup& backup, const Request& request);
ApiResult<Json> list_restore_jobs_of(Backup& backup, const Request& request);
ApiResult<Json> list_restore_testing_plans(Backup& backup, const Request& request);
ApiResult<Json> list_restore_testing_selections(Backup& backup, const Request& request);
ApiResult<Json> put_restore_validation_result(Backup& backup, const Request& request);
ApiResult<Json> start_restore_job(Backup& backup, const Request& request);

// ---- Resources, physics ----
ApiResult<Created> create_plan_resource(Backup& backup, const ResourceRequest& request);
ApiResult<Created> create_selection_resource(Backup& backup, const ResourceRequest& request);
ApiResult<Created> create_test_resource(Backup& backup, const ResourceRequest& request);
ApiResult<Created> create_test_selection_resource(Backup& backup, const ResourceRequest& request);
ApiResult<Created> create_vault_resource(Backup& backup, const ResourceRequest& request);
extern const Shape kPlanPhysics;
void apply_physics(Model& model, const PhysicsRequest& request);

}  // namespace opsim::backup
