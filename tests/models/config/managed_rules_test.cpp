// AWS: Config Developer Guide, "List of AWS Config managed rules": the page of each rule.
#include <doctest/doctest.h>

#include <algorithm>

#include "models/catalog.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

struct Row {
  const char* rule;
  Json parameters;
  const char* type;
  Json properties;
  const char* expected;
};

/// What the rule says of the one resource some minutes after it was put.
std::string judged(const Row& row) {
  SmallWorld world{catalog()};
  world.must("config", "PutConfigurationRecorder",
             {{"ConfigurationRecorder", {{"name", "default"}, {"roleARN", "role"}}}});
  world.must("config", "PutDeliveryChannel", {{"DeliveryChannel", {{"s3BucketName", "history"}}}});
  world.must("config", "StartConfigurationRecorder", {{"ConfigurationRecorderName", "default"}});
  const std::string id = world.make(row.type, "It", row.properties);
  world.must("config", "PutConfigRule",
             {{"ConfigRule",
               {{"ConfigRuleName", "rule"},
                {"InputParameters", row.parameters.dump()},
                {"Source", {{"Owner", "AWS"}, {"SourceIdentifier", row.rule}}}}}});
  world.run_for(10min);
  const Json found = world.must("config", "GetComplianceDetailsByResource", {{"ResourceId", id}});
  if (found["EvaluationResults"].empty()) return "";
  return found["EvaluationResults"][0]["ComplianceType"].get<std::string>();
}

}  // namespace

TEST_SUITE("config: managed rules") {
  TEST_CASE("each judges as its page says") {
    const Json none = Json::object();
    const Json database{{"DBInstanceIdentifier", "orders"},
                        {"DBInstanceClass", "db.m6g.large"},
                        {"Engine", "mysql"},
                        {"AllocatedStorage", "20"}};
    const auto with = [](Json object, const Json& more) {
      object.update(more);
      return object;
    };
    const Json table{{"TableName", "orders"},
                     {"BillingMode", "PAY_PER_REQUEST"},
                     {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
                     {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}}};
    const Json bucket{{"BucketName", "files"}};
    const char* const kDb = "AWS::RDS::DBInstance";
    const char* const kTable = "AWS::DynamoDB::Table";
    const char* const kLogs = "AWS::Logs::LogGroup";
    const char* const kBucket = "AWS::S3::Bucket";
    const Row rows[] = {
        {"RDS_MULTI_AZ_SUPPORT", none, kDb, database, "NON_COMPLIANT"},
        {"RDS_MULTI_AZ_SUPPORT", none, kDb, with(database, {{"MultiAZ", true}}), "COMPLIANT"},
        {"DB_INSTANCE_BACKUP_ENABLED", none, kDb, with(database, {{"BackupRetentionPeriod", 0}}),
         "NON_COMPLIANT"},
        {"DB_INSTANCE_BACKUP_ENABLED", none, kDb, with(database, {{"BackupRetentionPeriod", 7}}),
         "COMPLIANT"},
        {"RDS_INSTANCE_DELETION_PROTECTION_ENABLED", none, kDb, database, "NON_COMPLIANT"},
        {"RDS_INSTANCE_DELETION_PROTECTION_ENABLED", none, kDb,
         with(database, {{"DeletionProtection", true}}), "COMPLIANT"},
        {"DYNAMODB_PITR_ENABLED", none, kTable, table, "NON_COMPLIANT"},
        {"DYNAMODB_PITR_ENABLED", none, kTable,
         with(table,
              {{"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", true}}}}),
         "COMPLIANT"},
        {"DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED", none, kTable, table, "NON_COMPLIANT"},
        {"DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED", none, kTable,
         with(table, {{"DeletionProtectionEnabled", true}}), "COMPLIANT"},
        // "MinRetentionTime: default 365"; a group that keeps for ever keeps long enough.
        {"CW_LOGGROUP_RETENTION_PERIOD_CHECK", none, kLogs, {{"LogGroupName", "app"}}, "COMPLIANT"},
        {"CW_LOGGROUP_RETENTION_PERIOD_CHECK",
         none,
         kLogs,
         {{"LogGroupName", "app"}, {"RetentionInDays", 30}},
         "NON_COMPLIANT"},
        {"CW_LOGGROUP_RETENTION_PERIOD_CHECK",
         {{"MinRetentionTime", "30"}},
         kLogs,
         {{"LogGroupName", "app"}, {"RetentionInDays", 30}},
         "COMPLIANT"},
        {"S3_BUCKET_VERSIONING_ENABLED", none, kBucket, bucket, "NON_COMPLIANT"},
        {"S3_BUCKET_VERSIONING_ENABLED", none, kBucket,
         with(bucket, {{"VersioningConfiguration", {{"Status", "Enabled"}}}}), "COMPLIANT"},
        {"S3_BUCKET_LOGGING_ENABLED", none, kBucket, bucket, "NON_COMPLIANT"},
        // Since January 2023 every bucket is encrypted by default.
        {"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", none, kBucket, bucket, "COMPLIANT"},
        {"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", none, kBucket, bucket, "COMPLIANT"},
        {"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", none, kBucket,
         with(bucket, {{"PublicAccessBlockConfiguration", {{"BlockPublicAcls", true}}}}),
         "NON_COMPLIANT"},
        {"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
         {{"excludedPublicBuckets", "site, files"}},
         kBucket,
         with(bucket, {{"PublicAccessBlockConfiguration", {{"BlockPublicAcls", true}}}}),
         "COMPLIANT"},
        {"S3_BUCKET_SSL_REQUESTS_ONLY", none, kBucket, bucket, "NON_COMPLIANT"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.rule);
      CAPTURE(row.properties.dump());
      CHECK(judged(row) == row.expected);
    }
  }
}

}  // namespace opsim::tests
