// Public runbooks that look after databases, tables and caches, unmodified, against the models of
// these services: each ends as its authors say, and what it was for has happened. What only a
// Python script decides, physics says.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/catalog.hpp"
#include "opsim/document/read.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/scenario/stack.hpp"
#include "opsim/scenario/world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

namespace {

const Place kStoresHome{"123456789012", "us-east-1"};

constexpr std::string_view kStack = R"(
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties: { DBInstanceIdentifier: orders, DBInstanceClass: db.m6g.large, Engine: mysql,
                  AllocatedStorage: 100, MultiAZ: true }
  Main:
    Type: AWS::RDS::DBCluster
    Properties: { DBClusterIdentifier: main, Engine: aurora-mysql, BacktrackWindow: 86400 }
  Writer:
    Type: AWS::RDS::DBInstance
    Properties: { DBInstanceIdentifier: writer, DBClusterIdentifier: !Ref Main }
  Reader:
    Type: AWS::RDS::DBInstance
    Properties: { DBInstanceIdentifier: reader, DBClusterIdentifier: !Ref Main }
  Papers:
    Type: AWS::DocDB::DBCluster
    Properties: { DBClusterIdentifier: papers }
  First:
    Type: AWS::DocDB::DBInstance
    Properties: { DBInstanceIdentifier: first, DBClusterIdentifier: !Ref Papers }
  Second:
    Type: AWS::DocDB::DBInstance
    Properties: { DBInstanceIdentifier: second, DBClusterIdentifier: !Ref Papers }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: items
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties: { ReplicationGroupId: cache, NumCacheClusters: 2, AutomaticFailoverEnabled: true }
  Files: { Type: AWS::S3::Bucket, Properties: { BucketName: made-up-files } }
  Synthetic:
    Type: AWS::CloudWatch::Alarm
    Properties: { AlarmName: synthetic, Namespace: N, MetricName: M, Statistic: Sum, Period: 60,
                  EvaluationPeriods: 1, Threshold: 1, TreatMissingData: notBreaching,
                  ComparisonOperator: GreaterThanThreshold }
)";

class StoresWorld {
 public:
  StoresWorld()
      : world_{catalog(), kStoresHome, *parse_iso8601("2026-03-02T09:00:00Z"), Seed{1},
               Level::nothing} {
    Diagnostics diagnostics;
    const Template text = Template::read(read_yaml("stack.yaml", kStack), diagnostics);
    Exports exports;
    const StackSettings settings{.name = "stores", .place = kStoresHome};
    stand_up(world_.cloud(), text, settings, exports, diagnostics);
    REQUIRE(diagnostics.text() == "");
    run_for(std::chrono::minutes{10});
  }
  void run_for(Duration duration) { world_.run_until(world_.sim().now() + duration); }

  ApiResult<Json> call(std::string service, std::string operation, Json input) {
    std::optional<ApiResult<Json>> answer;
    static constexpr auto ask = [](World& in, std::string to, std::string what, Json with,
                                   std::optional<ApiResult<Json>>& out) -> Process<> {
      Process<ApiResult<Json>> calling =
          in.cloud().call(in.user(), std::move(to), std::move(what), std::move(with));
      ApiResult<Json> given = co_await std::move(calling);
      out = std::move(given);
    };
    world_.sim().spawn(
        ask(world_, std::move(service), std::move(operation), std::move(input), answer));
    while (!answer && world_.sim().run_one()) {
    }
    REQUIRE(answer.has_value());
    return *answer;
  }
  /// Plays a document of the corpus; how it ended.
  std::string play(const std::string& content, const Json& parameters) {
    const auto made = call("ssm", "CreateDocument",
                           {{"Name", "Real"},
                            {"DocumentType", "Automation"},
                            {"DocumentFormat", "YAML"},
                            {"Content", content}});
    if (!made) return made.error().message;
    const auto started = call("ssm", "StartAutomationExecution",
                              {{"DocumentName", "Real"}, {"Parameters", parameters}});
    if (!started) return started.error().message;
    run_for(std::chrono::hours{3});
    const auto ended = call("ssm", "GetAutomationExecution",
                            {{"AutomationExecutionId", started->at("AutomationExecutionId")}});
    const Json& execution = ended->at("AutomationExecution");
    const std::string status = execution.at("AutomationExecutionStatus").get<std::string>();
    return status == "Success" ? status : status + ": " + execution.value("FailureMessage", "");
  }
  /// One value of an answer: "$.Table.ProvisionedThroughput" as a pointer.
  std::string look(const std::string& service, const std::string& operation, const Json& input,
                   const std::string& pointer) {
    const auto answer = call(service, operation, input);
    if (!answer) return answer.error().code;
    const Json::json_pointer at{pointer};
    if (!answer->contains(at)) return "none";
    const Json& value = (*answer)[at];
    return value.is_string() ? value.get<std::string>() : value.dump();
  }

 private:
  World world_;
};

struct Row {
  std::string_view file;  // a part of its name
  Json parameters;
  std::string service;  // what is looked at when it has ended
  std::string operation;
  Json input;
  std::string pointer;
  std::string expected;
};

std::optional<std::string> document_like(const std::filesystem::path& folder,
                                         std::string_view part) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().find(part) == std::string::npos) continue;
    std::ifstream stream{entry.path(), std::ios::binary};
    return std::string{std::istreambuf_iterator<char>{stream}, {}};
  }
  return std::nullopt;
}

const Row kRows[] = {
    {"rds__test__force_maz_failover",
     {{"DbInstanceId", {"orders"}},
      {"SyntheticAlarmName", {"synthetic"}},
      {"AutomationAssumeRole", {"arn:aws:iam::123456789012:role/r"}}},
     "rds",
     "DescribeDBInstances",
     {{"DBInstanceIdentifier", "orders"}},
     "/DBInstances/0/AvailabilityZone",
     "us-east-1b"},
    {"rds__test__force_aurora_failover",
     {{"ClusterId", {"main"}},
      {"InstanceId", {"reader"}},
      {"SyntheticAlarmName", {"synthetic"}},
      {"AutomationAssumeRole", {"arn:aws:iam::123456789012:role/r"}}},
     "rds",
     "DescribeDBClusters",
     {{"DBClusterIdentifier", "main"}},
     "/DBClusters/0/DBClusterMembers/0/DBInstanceIdentifier",
     "reader"},
    {"rds__sop__backtrack",
     {{"DbClusterIdentifier", {"main"}},
      {"BacktrackTo", {"2026-03-02T08:30:00Z"}},
      {"AutomationAssumeRole", {"arn:aws:iam::123456789012:role/r"}}},
     "rds",
     "DescribeDBClusters",
     {{"DBClusterIdentifier", "main"}},
     "/DBClusters/0/Status",
     "available"},
    {"docdb__sop__promote_read_replica",
     {{"DBClusterIdentifier", {"papers"}},
      {"DBInstanceReplicaIdentifier", {"second"}},
      {"AutomationAssumeRole", {"arn:aws:iam::123456789012:role/r"}}},
     "docdb",
     "DescribeDBClusters",
     {{"DBClusterIdentifier", "papers"}},
     "/DBClusters/0/DBClusterMembers/0/DBInstanceIdentifier",
     "second"},
    {"dynamodb__sop__update_provisioned_capacity",
     {{"DynamoDBTableName", {"items"}},
      {"DynamoDBTableRCU", {"10"}},
      {"DynamoDBTableWCU", {"12"}},
      {"AutomationAssumeRole", {"arn:aws:iam::123456789012:role/r"}}},
     "dynamodb",
     "DescribeTable",
     {{"TableName", "items"}},
     "/Table/ProvisionedThroughput/WriteCapacityUnits",
     "12"},
    {"elasticache__sop__redis_increase_replica_count",
     {{"ReplicationGroupId", {"cache"}},
      {"NewReplicaCount", {"3"}},
      {"AutomationAssumeRole", {"arn:aws:iam::123456789012:role/r"}}},
     "elasticache",
     "DescribeReplicationGroups",
     {{"ReplicationGroupId", "cache"}},
     "/ReplicationGroups/0/MemberClusters/3",
     "cache-004"},
    {"EnableS3BucketKeys__Documents",
     {{"BucketName", {"made-up-files"}},
      {"AutomationAssumeRole", {"arn:aws:iam::123456789012:role/r"}}},
     "s3",
     "GetBucketEncryption",
     {{"Bucket", "made-up-files"}},
     "/ServerSideEncryptionConfiguration/Rules/0/BucketKeyEnabled",
     "true"},
};

}  // namespace

TEST_SUITE("runbooks of stores") {
  TEST_CASE("public runbooks do to databases, tables, caches and buckets what they are for") {
    const auto shared = shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    for (const Row& row : kRows) {
      CAPTURE(row.file);
      const auto content = document_like(*shared / "corpus" / "ssm-automation", row.file);
      REQUIRE(content.has_value());
      StoresWorld world;
      CHECK(world.play(*content, row.parameters) == "Success");
      CHECK(world.look(row.service, row.operation, row.input, row.pointer) == row.expected);
    }
  }
}

}  // namespace opsim::tests
