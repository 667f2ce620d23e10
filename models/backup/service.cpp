#include "models/backup/service.hpp"

#include <algorithm>

#include "models/backup/backup.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using backup::Backup;

template <ApiResult<Json> (*Handle)(Backup&, const Request&)>
constexpr auto on_backup = immediate<Backup, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateBackupPlan", Access::write, on_backup<backup::create_backup_plan>},
    {"CreateBackupSelection", Access::write, on_backup<backup::create_backup_selection>},
    {"CreateBackupVault", Access::write, on_backup<backup::create_backup_vault>},
    {"DeleteRecoveryPoint", Access::write, on_backup<backup::delete_recovery_point>},
    {"DescribeBackupJob", Access::read, on_backup<backup::describe_backup_job>},
    {"DescribeBackupVault", Access::read, on_backup<backup::describe_backup_vault>},
    {"DescribeCopyJob", Access::read, on_backup<backup::describe_copy_job>},
    {"DescribeRecoveryPoint", Access::read, on_backup<backup::describe_recovery_point>},
    {"GetBackupPlan", Access::read, on_backup<backup::get_backup_plan>},
    {"ListBackupJobs", Access::read, on_backup<backup::list_backup_jobs>},
    {"ListBackupPlans", Access::read, on_backup<backup::list_backup_plans>},
    {"ListBackupVaults", Access::read, on_backup<backup::list_backup_vaults>},
    {"ListCopyJobs", Access::read, on_backup<backup::list_backup_jobs>},
    {"ListRecoveryPointsByBackupVault", Access::read, on_backup<backup::list_points_by_vault>},
    {"StartBackupJob", Access::write, on_backup<backup::start_backup_job>},
    {"StartCopyJob", Access::write, on_backup<backup::start_copy_job>},
    {.name = "StartRestoreJob",
     .not_simulated = "recovery points hold nothing; restore with the service's own operations"},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kVaultFields[] = {
    {.name = "AccessPolicy", .simulated = Simulated::no},
    {.name = "BackupVaultName", .shape = &kText, .need = Need::required},
    {.name = "BackupVaultTags"},
    {.name = "EncryptionKeyArn", .simulated = Simulated::no},
    {.name = "LockConfiguration", .simulated = Simulated::no},
    {.name = "Notifications", .simulated = Simulated::no},
};
constexpr Field kPlanFields[] = {
    {.name = "BackupPlan", .need = Need::required},
    {.name = "BackupPlanTags"},
};
constexpr Field kSelectionFields[] = {
    {.name = "BackupPlanId", .shape = &kText, .need = Need::required},
    {.name = "BackupSelection", .need = Need::required},
};
constexpr Shape kVault{.kind = Kind::mapping, .fields = kVaultFields};
constexpr Shape kPlan{.kind = Kind::mapping, .fields = kPlanFields};
constexpr Shape kSelection{.kind = Kind::mapping, .fields = kSelectionFields};

constexpr ResourceType kResources[] = {
    {"AWS::Backup::BackupPlan", create<Backup, backup::create_plan_resource>, &kPlan},
    {"AWS::Backup::BackupSelection", create<Backup, backup::create_selection_resource>,
     &kSelection},
    {"AWS::Backup::BackupVault", create<Backup, backup::create_vault_resource>, &kVault},
};
constexpr Physics kPhysics[] = {
    {"AWS::Backup::BackupPlan", &backup::kPlanPhysics, backup::apply_physics}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "plans by schedule, start and completion windows, lifecycles and their rule "
     "of 90 days",
     "AWS Backup Developer Guide, plan-options-and-configuration; API Reference, BackupRuleInput"},
    {Grade::simulated, "selections by ARN and tags; copies to other vaults",
     "AWS Backup Developer Guide, assigning-resources"},
    {Grade::simulated, "Backup and Copy Job State Change events, job metrics",
     "AWS Backup Developer Guide, eventbridge, cloudwatch"},
    {Grade::simplified, "how long jobs wait and run: estimates, or physics of the plan"},
    {Grade::absent, "content, restores, restore testing, vault locks, continuous backups, reports"},
};

}  // namespace

extern const Service kBackup{
    .name = "backup",
    .title = "AWS Backup",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Backup>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .fidelity = kFidelity,
};

}  // namespace opsim
