#include "models/cloudformation/concurrency.hpp"
#include "tests/models/cloudformation/stacks.hpp"

namespace opsim::tests {

namespace {

using cloudformation::concurrency_after;
using cloudformation::OperationPreferences;
using cloudformation::region_limits;

constexpr const char* kParameter =
    "Parameters: { Level: { Type: String, Default: '1' } }\nResources: { P: { Type: "
    "AWS::SSM::Parameter, Properties: { Name: /level, Type: String, Value: !Ref Level } } }";
// In some accounts the name is taken.
constexpr const char* kSecond =
    "Parameters: { Level: { Type: String, Default: '1' } }\nResources: { P: { Type: "
    "AWS::SSM::Parameter, Properties: { Name: /level, Type: String, Value: !Ref Level } }, Q: { "
    "Type: "
    "AWS::CloudWatch::Alarm, Properties: { AlarmName: taken, Namespace: N, MetricName: M, "
    "Statistic: "
    "Sum, Period: 60, EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, Threshold: 1 "
    "} } "
    "}";

struct Fleet : Stacks {
  std::vector<std::string> accounts{"200000000001", "200000000002", "200000000003", "200000000004",
                                    "200000000005"};
  Json made(Json preferences = Json::object()) {
    must("cloudformation", "CreateStackSet",
         {{"StackSetName", "base"}, {"TemplateBody", kParameter}});
    return must("cloudformation", "CreateStackInstances",
                {{"StackSetName", "base"},
                 {"Accounts", accounts},
                 {"Regions", {"us-east-1", "eu-west-1"}},
                 {"OperationPreferences", preferences}});
  }
  Json operation(const std::string& id) {
    return must("cloudformation", "DescribeStackSetOperation",
                {{"StackSetName", "base"}, {"OperationId", id}})["StackSetOperation"];
  }
  std::string end_of(const std::string& id) {
    for (int i = 0; i < 600 && operation(id)["Status"] == "RUNNING"; ++i) run_for(1min);
    return operation(id)["Status"].get<std::string>();
  }
  /// "CANCELLED 8, FAILED 2"
  std::string results(const std::string& id) {
    std::map<std::string, int> counts;
    const Json answer = must("cloudformation", "ListStackSetOperationResults",
                             {{"StackSetName", "base"}, {"OperationId", id}});
    for (const Json& one : answer["Summaries"]) ++counts[one["Status"].get<std::string>()];
    std::string text;
    for (const auto& [status, count] : counts)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", status, count);
    return text;
  }
  void take_name_in(const std::string& account) {
    Caller there = user();
    there.place = {account, "us-east-1"};
    const Json alarm{{"AlarmName", "taken"}, {"Namespace", "N"},
                     {"MetricName", "M"},    {"Statistic", "Sum"},
                     {"Period", 60},         {"EvaluationPeriods", 1},
                     {"Threshold", 1},       {"ComparisonOperator", "GreaterThanThreshold"}};
    REQUIRE(finish(cloud.call(there, "cloudwatch", "PutMetricAlarm", alarm)).has_value());
  }
};

}  // namespace

TEST_SUITE("cloudformation: stack sets") {
  // API reference, StackSetOperationPreferences: percentages round down, a concurrency of zero is
  // one; strict mode starts with the lower of MaxConcurrentCount and FailureToleranceCount + 1.
  TEST_CASE("limits") {
    OperationPreferences asked;
    asked.tolerance_percent = 10;
    asked.concurrent_percent = 25;
    CHECK(region_limits(asked, 24).tolerance == 2);
    CHECK(region_limits(asked, 24).max_concurrent == 6);
    CHECK(region_limits(asked, 3).tolerance == 0);
    CHECK(region_limits(asked, 3).max_concurrent == 1);
    CHECK(concurrency_after(region_limits(asked, 24), 0) == 3);
    CHECK(concurrency_after(region_limits(asked, 24), 1) == 2);
    CHECK(concurrency_after(region_limits(asked, 24), 3) == 0);
    asked.soft = true;
    CHECK(concurrency_after(region_limits(asked, 24), 2) == 6);
    const OperationPreferences nothing;
    CHECK(region_limits(nothing, 24).tolerance == 0);
    CHECK(region_limits(nothing, 24).max_concurrent == 1);
  }

  TEST_CASE("an operation reaches every account in every Region, Region after Region") {
    Fleet world;
    const auto id = world.made()["OperationId"].get<std::string>();
    CHECK(world.end_of(id) == "SUCCEEDED");
    CHECK(world.results(id) == "SUCCEEDED 10");
    const Json value = *world.cloud.inspect({"200000000005", "eu-west-1"}, "ssm", "GetParameter",
                                            {{"Name", "/level"}});
    CHECK(value["Parameter"]["Value"] == "1");
    CHECK(world.refusal("cloudformation", "DeleteStackSet", {{"StackSetName", "base"}}) ==
          "StackSetNotEmptyException");
  }

  TEST_CASE("failures beyond the tolerance stop the operation; later Regions are not attempted") {
    Fleet world;
    CHECK(world.end_of(
              world.made({{"MaxConcurrentCount", 5}, {"FailureToleranceCount", 4}})["OperationId"]
                  .get<std::string>()) == "SUCCEEDED");
    world.take_name_in("200000000001");
    world.take_name_in("200000000002");
    const Json begun = world.must("cloudformation", "UpdateStackSet",
                                  {{"StackSetName", "base"},
                                   {"TemplateBody", kSecond},
                                   {"OperationPreferences",
                                    {{"FailureToleranceCount", 1},
                                     {"MaxConcurrentCount", 2},
                                     {"RegionOrder", {"us-east-1", "eu-west-1"}}}}});
    const auto id = begun["OperationId"].get<std::string>();
    CHECK(world.refusal("cloudformation", "UpdateStackSet",
                        {{"StackSetName", "base"}, {"TemplateBody", kSecond}}) ==
          "OperationInProgressException");
    CHECK(world.end_of(id) == "FAILED");
    CHECK(world.results(id) == "CANCELLED 8, FAILED 2");
    const Json results = world.must("cloudformation", "ListStackSetOperationResults",
                                    {{"StackSetName", "base"}, {"OperationId", id}});
    for (const Json& one : results["Summaries"])
      if (one["Status"] == "CANCELLED")
        CHECK(one["StatusReason"] == "Cancelled since failure tolerance has exceeded");
  }

  TEST_CASE("an operation that is stopped finishes what runs and begins nothing more") {
    Fleet world;
    const auto id = world.made()["OperationId"].get<std::string>();
    world.run_for(30s);
    world.must("cloudformation", "StopStackSetOperation",
               {{"StackSetName", "base"}, {"OperationId", id}});
    world.run_for(10min);
    CHECK(world.operation(id)["Status"] == "STOPPED");
    const std::string results = world.results(id);
    CHECK(results.starts_with("CANCELLED "));
    CHECK(results.find("FAILED") == std::string::npos);
  }

  // Operation results: "Account ... should have '...' role with trust relationship to Role '...'."
  TEST_CASE("an account without the execution role fails, where roles are part of the world") {
    Fleet world;
    for (const char* account : {"200000000001", "200000000002", "200000000003", "200000000004"}) {
      Caller there = world.user();
      there.place = {account, "us-east-1"};
      const Json role{{"RoleName", "AWSCloudFormationStackSetExecutionRole"}};
      REQUIRE(world.finish(world.cloud.call(there, "iam", "CreateRole", role)).has_value());
      const Json all{{"RoleName", "AWSCloudFormationStackSetExecutionRole"},
                     {"PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess"}};
      REQUIRE(world.finish(world.cloud.call(there, "iam", "AttachRolePolicy", all)).has_value());
    }
    const auto id = world.made({{"FailureToleranceCount", 1}})["OperationId"].get<std::string>();
    CHECK(world.end_of(id) == "SUCCEEDED");
    CHECK(world.results(id) == "FAILED 2, SUCCEEDED 8");
    const Json results = world.must("cloudformation", "ListStackSetOperationResults",
                                    {{"StackSetName", "base"}, {"OperationId", id}});
    for (const Json& one : results["Summaries"])
      if (one["Status"] == "FAILED")
        CHECK(one["StatusReason"] ==
              "Account 200000000005 should have 'AWSCloudFormationStackSetExecutionRole' role with "
              "trust relationship to Role 'AWSCloudFormationStackSetAdministrationRole'.");
  }

  TEST_CASE("a set follows its organizational unit") {
    Fleet world;
    const auto unit =
        world
            .must("organizations", "CreateOrganizationalUnit",
                  {{"ParentId", "r-0001"}, {"Name", "prod"}})["OrganizationalUnit"]["Id"]
            .get<std::string>();
    const auto add = [&](const std::string& name) {
      const auto id =
          world
              .must("organizations", "CreateAccount",
                    {{"AccountName", name},
                     {"Email", name + "@example.com"}})["CreateAccountStatus"]["AccountId"]
              .get<std::string>();
      world.must("organizations", "MoveAccount",
                 {{"AccountId", id}, {"SourceParentId", "r-0001"}, {"DestinationParentId", unit}});
      return id;
    };
    add("first");
    world.must("cloudformation", "CreateStackSet",
               {{"StackSetName", "base"},
                {"TemplateBody", kParameter},
                {"PermissionModel", "SERVICE_MANAGED"},
                {"AutoDeployment", {{"Enabled", true}, {"RetainStacksOnAccountRemoval", false}}}});
    world.must("cloudformation", "CreateStackInstances",
               {{"StackSetName", "base"},
                {"DeploymentTargets", {{"OrganizationalUnitIds", {unit}}}},
                {"Regions", {"us-east-1"}}});
    world.run_for(10min);
    const std::string second = add("second");
    world.run_for(10min);
    CHECK(world.cloud.inspect({second, "us-east-1"}, "ssm", "GetParameter", {{"Name", "/level"}})
              .has_value());
    world.must(
        "organizations", "MoveAccount",
        {{"AccountId", second}, {"SourceParentId", unit}, {"DestinationParentId", "r-0001"}});
    world.run_for(10min);
    CHECK_FALSE(
        world.cloud.inspect({second, "us-east-1"}, "ssm", "GetParameter", {{"Name", "/level"}})
            .has_value());
  }
}

}  // namespace opsim::tests
