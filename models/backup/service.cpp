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
    {"CreateRestoreTestingPlan", Access::write, on_backup<backup::create_restore_testing_plan>},
    {"CreateRestoreTestingSelection", Access::write,
     on_backup<backup::create_restore_testing_selection>},
    {"DeleteRecoveryPoint", Access::write, on_backup<backup::delete_recovery_point>},
    {"DeleteRestoreTestingPlan", Access::write, on_backup<backup::delete_restore_testing_plan>},
    {"DeleteRestoreTestingSelection", Access::write,
     on_backup<backup::delete_restore_testing_selection>},
    {"DescribeBackupJob", Access::read, on_backup<backup::describe_backup_job>},
    {"DescribeBackupVault", Access::read, on_backup<backup::describe_backup_vault>},
    {"DescribeCopyJob", Access::read, on_backup<backup::describe_copy_job>},
    {"DescribeRecoveryPoint", Access::read, on_backup<backup::describe_recovery_point>},
    {"DescribeRestoreJob", Access::read, on_backup<backup::describe_restore_job>},
    {"GetBackupPlan", Access::read, on_backup<backup::get_backup_plan>},
    {"GetRestoreTestingPlan", Access::read, on_backup<backup::get_restore_testing_plan>},
    {"GetRestoreTestingSelection", Access::read, on_backup<backup::get_restore_testing_selection>},
    {"ListBackupJobs", Access::read, on_backup<backup::list_backup_jobs>},
    {"ListBackupPlans", Access::read, on_backup<backup::list_backup_plans>},
    {"ListBackupVaults", Access::read, on_backup<backup::list_backup_vaults>},
    {"ListCopyJobs", Access::read, on_backup<backup::list_backup_jobs>},
    {"ListRecoveryPointsByBackupVault", Access::read, on_backup<backup::list_points_by_vault>},
    {"ListRestoreJobs", Access::read, on_backup<backup::list_restore_jobs>},
    {"ListRestoreJobsByProtectedResource", Access::read, on_backup<backup::list_restore_jobs_of>},
    {"ListRestoreTestingPlans", Access::read, on_backup<backup::list_restore_testing_plans>},
    {"ListRestoreTestingSelections", Access::read,
     on_backup<backup::list_restore_testing_selections>},
    {"PutRestoreValidationResult", Access::write, on_backup<backup::put_restore_validation_result>},
    {"StartBackupJob", Access::write, on_backup<backup::start_backup_job>},
    {"StartCopyJob", Access::write, on_backup<backup::start_copy_job>},
    {"StartRestoreJob", Access::write, on_backup<backup::start_restore_job>},
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
constexpr Field kTestFields[] = {
    {.name = "RecoveryPointSelection", .need = Need::required},
    {.name = "RestoreTestingPlanName", .shape = &kText, .need = Need::required},
    {.name = "ScheduleExpression", .shape = &kText, .need = Need::required},
    {.name = "ScheduleExpressionTimezone", .shape = &kText},
    {.name = "StartWindowHours"},
    {.name = "Tags"},
};
constexpr Field kTestSelectionFields[] = {
    {.name = "IamRoleArn", .shape = &kText, .need = Need::required},
    {.name = "ProtectedResourceArns"},
    {.name = "ProtectedResourceConditions"},
    {.name = "ProtectedResourceType", .shape = &kText, .need = Need::required},
    {.name = "RestoreMetadataOverrides", .simulated = Simulated::no},
    {.name = "RestoreTestingPlanName", .shape = &kText, .need = Need::required},
    {.name = "RestoreTestingSelectionName", .shape = &kText, .need = Need::required},
    {.name = "ValidationWindowHours"},
};
constexpr Shape kTest{.kind = Kind::mapping, .fields = kTestFields};
constexpr Shape kTestSelection{.kind = Kind::mapping, .fields = kTestSelectionFields};
constexpr Shape kVault{.kind = Kind::mapping, .fields = kVaultFields};
constexpr Shape kPlan{.kind = Kind::mapping, .fields = kPlanFields};
constexpr Shape kSelection{.kind = Kind::mapping, .fields = kSelectionFields};

constexpr ResourceType kResources[] = {
    {"AWS::Backup::BackupPlan", create<Backup, backup::create_plan_resource>, &kPlan},
    {"AWS::Backup::BackupSelection", create<Backup, backup::create_selection_resource>,
     &kSelection},
    {"AWS::Backup::BackupVault", create<Backup, backup::create_vault_resource>, &kVault},
    {"AWS::Backup::RestoreTestingPlan", create<Backup, backup::create_test_resource>, &kTest},
    {"AWS::Backup::RestoreTestingSelection", create<Backup, backup::create_test_selection_resource>,
     &kTestSelection},
};
constexpr Physics kPhysics[] = {
    {"AWS::Backup::BackupPlan", &backup::kPlanPhysics, backup::apply_physics}};

/// Of what is backed up, and of what was restored: what of it is of no use.
constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::Backup::BackupVault", "damage", "%", backup::read_vault_damage,
     backup::change_vault_damage},
    {"AWS::DocDB::DBCluster", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::DynamoDB::Table", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::EC2::Instance", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::EC2::Volume", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::EFS::FileSystem", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::Neptune::DBCluster", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::RDS::DBCluster", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::RDS::DBInstance", "damage", "%", backup::read_damage, backup::change_damage},
    {"AWS::S3::Bucket", "damage", "%", backup::read_damage, backup::change_damage},
};
constexpr Fault kFaults[] = {{"damage backups", &backup::kDamageShape, backup::begin_damage}};

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
    {Grade::simulated,
     "restore jobs; restore testing plans and selections: start window, algorithm, selection "
     "window, validation and its window, deletion afterwards",
     "AWS Backup Developer Guide, restore-testing, restore-testing-validation; API Reference, "
     "RestoreTestingPlanForCreate, RestoreTestingSelectionForCreate"},
    {Grade::simplified,
     "what is restored is a name with an ARN, and the damage that its recovery point holds: its "
     "own "
     "service does not know it, and a restore test's StartRestoreJob is no call in CloudTrail"},
    {Grade::simplified, "PutRestoreValidationResult is taken only while VALIDATING; no page says"},
    {Grade::absent, "content, restore metadata, vault locks, continuous backups, reports"},
};

}  // namespace

extern const Service kBackup{
    .name = "backup",
    .title = "AWS Backup",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Backup>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .quantities = kQuantities,
    .faults = kFaults,
    .fidelity = kFidelity,
    .explain = backup::explain,
};

}  // namespace opsim
