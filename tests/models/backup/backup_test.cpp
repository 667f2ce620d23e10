// AWS: AWS Backup Developer Guide, "Backup plan options and configuration"; API Reference,
// BackupRuleInput, Lifecycle.
#include <doctest/doctest.h>

#include "models/backup/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kBackupOnly[] = {&kBackup};

struct VaultWorld : SmallWorld {
  VaultWorld() : SmallWorld{kBackupOnly} {
    make("AWS::Backup::BackupVault", "Vault", {{"BackupVaultName", "vault"}});
    cloud.resources().add({.logical_id = "Orders",
                           .type = "AWS::RDS::DBInstance",
                           .physical_id = "orders",
                           .arn = "arn:aws:rds:us-east-1:123456789012:db:orders",
                           .place = cloud.home(),
                           .tags = {{"backup", "yes"}}});
  }
  static Json rule(Json more = Json::object()) {
    Json made{{"RuleName", "daily"},
              {"TargetBackupVault", "vault"},
              {"ScheduleExpression", "cron(0 5 * * ? *)"}};
    made.update(more);
    return made;
  }
  void make_plan(const Json& with, std::string_view physics = "{}") {
    const std::string id =
        make("AWS::Backup::BackupPlan", "Plan",
             {{"BackupPlan", {{"BackupPlanName", "p"}, {"BackupPlanRule", {with}}}}});
    make("AWS::Backup::BackupSelection", "Selection",
         {{"BackupPlanId", id},
          {"BackupSelection",
           {{"SelectionName", "s"},
            {"IamRoleArn", "arn:aws:iam::123456789012:role/b"},
            {"ListOfTags",
             {{{"ConditionType", "STRINGEQUALS"},
               {"ConditionKey", "backup"},
               {"ConditionValue", "yes"}}}}}}});
    const Document text = read_yaml("t.yaml", std::string{physics});
    const Resource* plan = cloud.resources().find(id);
    kBackup.physics[0].apply(*cloud.model("backup"), {cloud, "Plan", "", plan, text.root});
  }
  /// "COMPLETED 2026-03-03T05:22:00Z"
  std::string jobs() {
    std::string all;
    const Json told = must("backup", "ListBackupJobs");
    for (const Json& job : told["BackupJobs"])
      all += (all.empty() ? "" : ", ") + job["State"].get<std::string>() + " " +
             job.value("CompletionDate", "");
    return all;
  }
};

}  // namespace

TEST_SUITE("backup") {
  TEST_CASE("bk-cold-001, bk-cold-002, bk-cold-003: cold storage lasts 90 days at least") {
    struct Row {
      Json lifecycle;
      bool valid;
    };
    const Row rows[] = {
        {{{"MoveToColdStorageAfterDays", 30}, {"DeleteAfterDays", 120}}, true},
        {{{"MoveToColdStorageAfterDays", 30}, {"DeleteAfterDays", 119}}, false},
        {{{"MoveToColdStorageAfterDays", 0}, {"DeleteAfterDays", 90}}, true},
        {{{"DeleteAfterDays", 1}}, true},
    };
    for (const auto& [lifecycle, valid] : rows) {
      VaultWorld world;
      const Json plan{
          {"BackupPlanName", "p"},
          {"Rules",
           {{{"RuleName", "r"}, {"TargetBackupVaultName", "vault"}, {"Lifecycle", lifecycle}}}}};
      CAPTURE(lifecycle.dump());
      CHECK((world.refusal("backup", "CreateBackupPlan", {{"BackupPlan", plan}}) == "") == valid);
    }
  }

  TEST_CASE("bk-win-002: a start window has an hour at least") {
    VaultWorld world;
    for (const auto& [minutes, code] :
         {std::pair{59, "InvalidParameterValueException"}, std::pair{60, ""}}) {
      const Json plan{{"BackupPlanName", "p"},
                      {"Rules",
                       {{{"RuleName", "r"},
                         {"TargetBackupVaultName", "vault"},
                         {"StartWindowMinutes", minutes}}}}};
      CHECK(world.refusal("backup", "CreateBackupPlan", {{"BackupPlan", plan}}) == code);
    }
  }

  TEST_CASE("bk-win-001: a job that never starts expires at the end of its window") {
    VaultWorld world;
    world.make_plan(VaultWorld::rule({{"StartWindowMinutes", 60}}), "{ starts in: 2h }");
    world.run_for(20h + 30min);  // 05:30 of the next day
    CHECK(world.jobs() == "CREATED ");
    world.run_for(1h);
    CHECK(world.jobs() == "EXPIRED 2026-03-03T06:00:00Z");
  }

  TEST_CASE("a job that runs too long is aborted, one that fails has failed") {
    struct Row {
      std::string physics;
      std::string end;
    };
    const Row rows[] = {
        {"{ starts in: 10min, takes: 20min }", "COMPLETED 2026-03-03T05:30:00Z"},
        {"{ starts in: 10min, takes: 9h }", "ABORTED 2026-03-03T08:00:00Z"},
        {"{ starts in: 10min, takes: 20min, succeeds: 0 % }", "FAILED 2026-03-03T05:30:00Z"},
    };
    for (const auto& [physics, end] : rows) {
      VaultWorld world;
      world.make_plan(VaultWorld::rule({{"CompletionWindowMinutes", 180}}), physics);
      world.run_for(24h);
      CHECK(world.jobs() == end);
    }
  }

  TEST_CASE("recovery points are kept as long as the lifecycle says, and copied") {
    VaultWorld world;
    world.make("AWS::Backup::BackupVault", "Other", {{"BackupVaultName", "other"}});
    world.make_plan(
        VaultWorld::rule({{"Lifecycle", {{"DeleteAfterDays", 3}}},
                          {"CopyActions",
                           {{{"DestinationBackupVaultArn",
                              "arn:aws:backup:us-east-1:123456789012:backup-vault:other"}}}}}));
    world.run_for(24h * 10);
    const auto points = [&](const std::string& vault) {
      return world.must("backup", "DescribeBackupVault",
                        {{"BackupVaultName", vault}})["NumberOfRecoveryPoints"];
    };
    CHECK(points("vault") == 3);
    CHECK(points("other") == 10);
    CHECK(world.must("backup", "ListCopyJobs", {{"ByState", "COMPLETED"}})["CopyJobs"].size() ==
          10);
  }

  // API Reference, DescribeRecoveryPoint: StorageClass, CalculatedLifecycle; Lifecycle: "ignored
  // for resource types that do not support" cold storage.
  TEST_CASE("a recovery point of a file system is cold after its days, one of a database never") {
    VaultWorld world;
    const auto point_of = [&](const char* arn) {
      const Json job = world.must(
          "backup", "StartBackupJob",
          {{"BackupVaultName", "vault"},
           {"ResourceArn", arn},
           {"IamRoleArn", "r"},
           {"Lifecycle", {{"MoveToColdStorageAfterDays", 30}, {"DeleteAfterDays", 120}}}});
      world.run_for(24h);
      return world
          .must("backup", "DescribeBackupJob",
                {{"BackupJobId", job["BackupJobId"]}})["RecoveryPointArn"]
          .get<std::string>();
    };
    const std::string files =
        point_of("arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1");
    const std::string orders = point_of("arn:aws:rds:us-east-1:123456789012:db:orders");
    const auto described = [&](const std::string& point) {
      return world.must("backup", "DescribeRecoveryPoint",
                        {{"BackupVaultName", "vault"}, {"RecoveryPointArn", point}});
    };
    CHECK(described(files)["StorageClass"] == "WARM");
    CHECK(described(files)["CalculatedLifecycle"].size() == 2);
    CHECK(described(orders)["CalculatedLifecycle"].size() == 1);
    world.run_for(24h * 40);
    CHECK(described(files)["StorageClass"] == "COLD");
    CHECK(described(orders)["StorageClass"] == "WARM");
    world.run_for(24h * 80);
    CHECK(world.refusal("backup", "DescribeRecoveryPoint",
                        {{"BackupVaultName", "vault"}, {"RecoveryPointArn", files}}) ==
          "ResourceNotFoundException");
  }

  TEST_CASE("the events of a job, in its order") {
    VaultWorld world;
    world.must("backup", "StartBackupJob",
               {{"BackupVaultName", "vault"},
                {"ResourceArn", "arn:aws:rds:us-east-1:123456789012:db:orders"},
                {"IamRoleArn", "r"}});
    world.run_for(24h);
    const auto told = world.told({EntryKind::event});
    REQUIRE(told.size() == 3);
    CHECK(told[0].find("backup of Orders CREATED") != std::string::npos);
    CHECK(told[1].find("backup of Orders RUNNING") != std::string::npos);
    CHECK(told[2].find("backup of Orders COMPLETED") != std::string::npos);
  }
}

}  // namespace opsim::tests
