// AWS: AWS Backup Developer Guide, "Restore testing", "Restore testing validation"; API Reference,
// RestoreTestingPlanForCreate, RestoreTestingSelectionForCreate, PutRestoreValidationResult.
#include <doctest/doctest.h>

#include "models/backup/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kBackupAlone[] = {&kBackup};
constexpr const char* kOrders = "arn:aws:rds:us-east-1:123456789012:db:orders";

/// A database that was backed up once, an hour or so ago.
struct RestoreWorld : SmallWorld {
  RestoreWorld() : SmallWorld{kBackupAlone} {
    make("AWS::Backup::BackupVault", "Vault", {{"BackupVaultName", "vault"}});
    cloud.resources().add({.logical_id = "Orders",
                           .type = "AWS::RDS::DBInstance",
                           .physical_id = "orders",
                           .arn = kOrders,
                           .place = cloud.home(),
                           .tags = {{"tier", "gold"}}});
  }
  void back_up() {
    must("backup", "StartBackupJob",
         {{"BackupVaultName", "vault"}, {"ResourceArn", kOrders}, {"IamRoleArn", "r"}});
    run_for(12h);
  }
  Json plan(Json more = Json::object()) {
    Json made{{"RestoreTestingPlanName", "weekly"},
              {"ScheduleExpression", "cron(0 8 ? * SUN *)"},
              {"RecoveryPointSelection",
               {{"Algorithm", "LATEST_WITHIN_WINDOW"},
                {"IncludeVaults", {"*"}},
                {"RecoveryPointTypes", {"SNAPSHOT"}}}}};
    made.update(more);
    return made;
  }
  static Json selection(Json more = Json::object()) {
    Json made{{"RestoreTestingSelectionName", "databases"},
              {"ProtectedResourceType", "RDS"},
              {"IamRoleArn", "r"},
              {"ProtectedResourceArns", {"*"}}};
    made.update(more);
    return made;
  }
  void stand_test(Json plan_more = Json::object(), Json selection_more = Json::object()) {
    must("backup", "CreateRestoreTestingPlan",
         {{"RestoreTestingPlan", plan(std::move(plan_more))}});
    must("backup", "CreateRestoreTestingSelection",
         {{"RestoreTestingPlanName", "weekly"},
          {"RestoreTestingSelection", selection(std::move(selection_more))}});
  }
  Json jobs() { return must("backup", "ListRestoreJobs")["RestoreJobs"]; }
  void damage(const std::string& text) {
    const Document arguments = read_yaml("t.yaml", text);
    kBackup.faults[0].begin(*cloud.model("backup"),
                            {cloud, arguments.root, {"orders"}, "t.yaml:1", {}});
  }
};

}  // namespace

TEST_SUITE("backup: restores") {
  TEST_CASE("a restore test runs by its schedule, within its start window, and is deleted again") {
    RestoreWorld world;  // Monday, 2 March
    world.back_up();
    world.stand_test({{"StartWindowHours", 2}}, {{"ValidationWindowHours", 3}});
    world.run_for(24h * 5 + 10h);  // Sunday, 07:00
    CHECK(world.jobs().empty());
    world.run_for(24h);
    REQUIRE(world.jobs().size() == 1);
    const Json job = world.jobs()[0];
    CHECK(job["Status"] == "COMPLETED");
    CHECK(job["CreationDate"].get<std::string>() >= "2026-03-08T08:00:00Z");
    CHECK(job["CreationDate"].get<std::string>() <= "2026-03-08T10:00:00Z");
    CHECK(job["SourceResourceArn"] == kOrders);
    // Nobody validated it: the window closed.
    CHECK(job["ValidationStatus"] == "TIMED_OUT");
    CHECK(job["DeletionStatus"] == "SUCCESSFUL");
    const std::string made = job["CreatedResourceArn"].get<std::string>();
    CHECK(world.cloud.resources().find(made)->type.empty());  // gone: a name without a type
  }

  TEST_CASE("what is validated within the window is deleted then, and has its result") {
    RestoreWorld world;
    world.back_up();
    world.stand_test({{"StartWindowHours", 1}}, {{"ValidationWindowHours", 168}});
    world.run_for(24h * 6);
    const std::string id = world.jobs()[0]["RestoreJobId"].get<std::string>();
    CHECK(world.jobs()[0]["ValidationStatus"] == "VALIDATING");
    CHECK(world.refusal("backup", "PutRestoreValidationResult",
                        {{"RestoreJobId", id}, {"ValidationStatus", "GOOD"}}) ==
          "InvalidParameterValueException");
    CHECK(world.refusal("backup", "PutRestoreValidationResult", {{"RestoreJobId", id}}) ==
          "MissingParameterValueException");
    world.must("backup", "PutRestoreValidationResult",
               {{"RestoreJobId", id},
                {"ValidationStatus", "SUCCESSFUL"},
                {"ValidationStatusMessage", "12 rows"}});
    world.run_for(1h);
    const Json job = world.must("backup", "DescribeRestoreJob", {{"RestoreJobId", id}});
    CHECK(job["ValidationStatus"] == "SUCCESSFUL");
    CHECK(job["ValidationStatusMessage"] == "12 rows");
    CHECK(job["DeletionStatus"] == "SUCCESSFUL");
    CHECK(job["CreatedBy"]["RestoreTestingPlanArn"].get<std::string>().find(
              "restore-testing-plan:weekly") != std::string::npos);
  }

  TEST_CASE("windows and names have their limits") {
    struct Row {
      Json more;
      std::string code;
    };
    const Json days_0{{"Algorithm", "LATEST_WITHIN_WINDOW"},
                      {"IncludeVaults", {"*"}},
                      {"RecoveryPointTypes", {"SNAPSHOT"}},
                      {"SelectionWindowDays", 0}};
    const Row rows[] = {
        {{{"StartWindowHours", 1}}, ""},
        {{{"StartWindowHours", 168}}, ""},
        {{{"StartWindowHours", 0}}, "InvalidParameterValueException"},
        {{{"StartWindowHours", 169}}, "InvalidParameterValueException"},
        {{{"RestoreTestingPlanName", "with-hyphen"}}, "InvalidParameterValueException"},
        {{{"RecoveryPointSelection", days_0}}, "InvalidParameterValueException"},
        {{{"ScheduleExpression", "daily"}}, "InvalidParameterValueException"},
    };
    for (const auto& [more, code] : rows) {
      RestoreWorld world;
      CAPTURE(more.dump());
      CHECK(world.refusal("backup", "CreateRestoreTestingPlan",
                          {{"RestoreTestingPlan", world.plan(more)}}) == code);
    }
    RestoreWorld world;
    world.stand_test();
    CHECK(world.refusal("backup", "CreateRestoreTestingSelection",
                        {{"RestoreTestingPlanName", "weekly"},
                         {"RestoreTestingSelection",
                          RestoreWorld::selection({{"RestoreTestingSelectionName", "b"},
                                                   {"ValidationWindowHours", 169}})}}) ==
          "InvalidParameterValueException");
  }

  TEST_CASE("a selection is for a type, and for what has its tags") {
    for (const auto& [type, tag, expected] :
         {std::tuple{"RDS", "gold", 1u}, {"RDS", "bronze", 0u}, {"EC2", "gold", 0u}}) {
      RestoreWorld world;
      world.back_up();
      world.stand_test(Json::object(),
                       {{"ProtectedResourceType", type},
                        {"ProtectedResourceArns", nullptr},
                        {"ProtectedResourceConditions",
                         {{"StringEquals", {{{"Key", "aws:ResourceTag/tier"}, {"Value", tag}}}}}}});
      world.run_for(24h * 8);
      CAPTURE(type);
      CAPTURE(tag);
      CHECK(world.jobs().size() == expected);
    }
  }

  // DeleteRestoreTestingPlan: "all testing selections must be deleted" before.
  TEST_CASE("a plan is deleted after its selections, and then restores nothing") {
    RestoreWorld world;
    world.back_up();
    world.stand_test();
    const Json plan{{"RestoreTestingPlanName", "weekly"}};
    const Json selection{{"RestoreTestingPlanName", "weekly"},
                         {"RestoreTestingSelectionName", "databases"}};
    CHECK(world.must("backup", "GetRestoreTestingSelection",
                     selection)["RestoreTestingSelection"]["ProtectedResourceArns"] ==
          Json::array({"*"}));
    CHECK(world.must("backup", "ListRestoreTestingSelections", plan)["RestoreTestingSelections"]
              .size() == 1);
    CHECK(world.refusal("backup", "DeleteRestoreTestingPlan", plan) == "InvalidRequestException");
    world.must("backup", "DeleteRestoreTestingSelection", selection);
    CHECK(world.refusal("backup", "GetRestoreTestingSelection", selection) ==
          "ResourceNotFoundException");
    world.must("backup", "DeleteRestoreTestingPlan", plan);
    CHECK(world.must("backup", "ListRestoreTestingPlans")["RestoreTestingPlans"].empty());
    world.run_for(24h * 8);
    CHECK(world.jobs().empty());
  }

  // "The resource types you can assign"; "30 protected resource ARNs per selection"; "can include
  // a wildcard value for ProtectedResourceArns along with ProtectedResourceConditions".
  TEST_CASE("what a selection may say") {
    const Json conditions{{"StringEquals", {{{"Key", "aws:ResourceTag/tier"}, {"Value", "gold"}}}}};
    Json thirty_one = Json::array();
    for (int i = 0; i <= 30; ++i) thirty_one.push_back(kOrders);
    struct Row {
      Json more;
      std::string code;
    };
    const Row rows[] = {
        {{{"ProtectedResourceType", "Storage Gateway"}}, "InvalidParameterValueException"},
        {{{"ProtectedResourceArns", thirty_one}}, "InvalidParameterValueException"},
        {{{"ProtectedResourceArns", {"*"}}, {"ProtectedResourceConditions", conditions}}, ""},
        {{{"RestoreTestingSelectionName", "other"},
          {"ProtectedResourceArns", {kOrders, kOrders}},
          {"ProtectedResourceConditions", conditions}},
         "InvalidParameterValueException"},
        {{{"RestoreTestingSelectionName", "with-hyphen"}}, ""},
    };
    RestoreWorld world;
    world.must("backup", "CreateRestoreTestingPlan", {{"RestoreTestingPlan", world.plan()}});
    for (const auto& [more, code] : rows) {
      CAPTURE(more.dump());
      CHECK(world.refusal("backup", "CreateRestoreTestingSelection",
                          {{"RestoreTestingPlanName", "weekly"},
                           {"RestoreTestingSelection", RestoreWorld::selection(more)}}) == code);
    }
  }

  // "Tags on protected resources are evaluated by checking the tags on the latest recovery point".
  TEST_CASE("tags are those of the latest recovery point, not of the resource today") {
    RestoreWorld world;
    world.back_up();
    world.cloud.resources().find("orders")->tags["tier"] = "bronze";
    world.stand_test(
        Json::object(),
        {{"ProtectedResourceConditions",
          {{"StringEquals", {{{"Key", "aws:ResourceTag/tier"}, {"Value", "gold"}}}}}}});
    world.run_for(24h * 8);
    CHECK(world.jobs().size() == 1);
    CHECK(world
              .must("backup", "ListRestoreJobsByProtectedResource",
                    {{"ResourceArn", kOrders}})["RestoreJobs"]
              .size() == 1);
  }

  // "If a user removes this tag, AWS Backup cannot delete the resource at the end".
  TEST_CASE("what has lost its tag is not deleted") {
    RestoreWorld world;
    world.back_up();
    world.stand_test({{"StartWindowHours", 1}}, {{"ValidationWindowHours", 168}});
    world.run_for(24h * 6);
    const Json job = world.jobs()[0];
    const std::string made = job["CreatedResourceArn"].get<std::string>();
    world.cloud.resources().find(made)->tags.clear();
    world.must("backup", "PutRestoreValidationResult",
               {{"RestoreJobId", job["RestoreJobId"]}, {"ValidationStatus", "SUCCESSFUL"}});
    world.run_for(1h);
    CHECK(world.jobs()[0]["DeletionStatus"] == "FAILED");
    CHECK(world.cloud.resources().find(made)->type == "AWS::RDS::DBInstance");
  }

  TEST_CASE("a recovery point older than the selection window is not restored") {
    RestoreWorld world;
    world.back_up();
    world.stand_test({{"RecoveryPointSelection",
                       {{"Algorithm", "RANDOM_WITHIN_WINDOW"},
                        {"IncludeVaults", {"*"}},
                        {"RecoveryPointTypes", {"SNAPSHOT"}},
                        {"SelectionWindowDays", 7}}}});
    world.run_for(24h * 20);
    CHECK(world.jobs().size() == 1);  // 8 March, not 15 March
  }

  TEST_CASE("damage is backed up and restored as it is, and no job says so") {
    RestoreWorld world;
    world.back_up();
    world.damage("{ on: Orders, by: 5 % }");
    CHECK(world.cloud.health("vault") == Health::ok);
    world.back_up();
    CHECK(world.cloud.health("vault") == Health::in_danger);
    const Json points = world.must("backup", "ListRecoveryPointsByBackupVault",
                                   {{"BackupVaultName", "vault"}})["RecoveryPoints"];
    REQUIRE(points.size() == 2);
    std::vector<double> found;
    for (const Json& point : points) {
      const Json job = world.must("backup", "StartRestoreJob",
                                  {{"RecoveryPointArn", point["RecoveryPointArn"]},
                                   {"IamRoleArn", "r"},
                                   {"Metadata", Json::object()}});
      world.run_for(12h);
      const Json told =
          world.must("backup", "DescribeRestoreJob", {{"RestoreJobId", job["RestoreJobId"]}});
      CHECK(told["Status"] == "COMPLETED");
      const std::string made = told["CreatedResourceArn"].get<std::string>();
      found.push_back(world.cloud.read_quantity(made, "damage").value_or(-1));
    }
    std::ranges::sort(found);
    CHECK(found == std::vector<double>{0, 5});
  }

  TEST_CASE("a vault is down once it holds nothing of a resource that can be used") {
    RestoreWorld world;
    world.back_up();
    const Json points = world.must("backup", "ListRecoveryPointsByBackupVault",
                                   {{"BackupVaultName", "vault"}})["RecoveryPoints"];
    world.damage("{ on: Orders }");
    world.back_up();
    world.must("backup", "DeleteRecoveryPoint",
               {{"BackupVaultName", "vault"}, {"RecoveryPointArn", points[0]["RecoveryPointArn"]}});
    CHECK(world.cloud.health("vault") == Health::down);
    // Mended, it is still down until something good is kept.
    world.cloud.change_quantity("vault", "damage", {Change::How::to, 0});
    CHECK(world.cloud.health("vault") == Health::down);
    world.back_up();
    CHECK(world.cloud.health("vault") == Health::ok);
  }
}

}  // namespace opsim::tests
