// AWS: Config Developer Guide, "List of AWS Config managed rules": the page of each, for its
// identifier, its trigger type, its parameters and when it is noncompliant.
#include "models/config/managed_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "opsim/cloud/input.hpp"

namespace opsim::config {

namespace {

Judgement compliant() { return {"COMPLIANT"}; }
Judgement noncompliant(std::string why) { return {"NON_COMPLIANT", std::move(why)}; }
Judgement not_applicable() { return {"NOT_APPLICABLE"}; }

/// An answer, or null where the service says no.
Json ask(const Look& look, std::string_view service, std::string_view operation,
         const Json& input) {
  ApiResult<Json> answer = look.cloud.inspect(look.place, service, operation, input);
  return answer ? *std::move(answer) : Json{};
}
Json ask_bucket(const Look& look, std::string_view operation) {
  return ask(look, "s3", operation, {{"Bucket", look.id}});
}

// ---- S3 ----

bool is_blocked(const Look& look, std::string_view setting) {
  const Json block = ask_bucket(look, "GetPublicAccessBlock");
  return input::boolean(input::member(block, "PublicAccessBlockConfiguration"), setting)
      .value_or(false);
}

/// Statements that let everybody do something that matches one of these.
bool policy_lets_everybody(const Look& look, std::span<const std::string_view> words) {
  const Json answer = ask_bucket(look, "GetBucketPolicy");
  const Json policy = Json::parse(input::text(answer, "Policy"), nullptr, false);
  const Json& statements = input::member(policy, "Statement");
  const bool open =
      input::boolean(input::member(ask_bucket(look, "GetBucketPolicyStatus"), "PolicyStatus"),
                     "IsPublic")
          .value_or(false);
  if (!open || !statements.is_array()) return open;
  return std::ranges::any_of(statements, [&](const Json& statement) {
    if (input::text(statement, "Effect") != "Allow") return false;
    const std::vector<std::string> actions = input::texts(statement, "Action");
    return std::ranges::any_of(actions, [&](const std::string& action) {
      if (action == "*" || action == "s3:*") return true;
      return std::ranges::any_of(
          words, [&](std::string_view word) { return action.find(word) != action.npos; });
    });
  });
}

bool acl_lets_everybody(const Look& look, std::span<const std::string_view> permissions) {
  const Json acl = ask_bucket(look, "GetBucketAcl");
  const Json& grants = input::member(acl, "Grants");
  if (!grants.is_array()) return false;
  return std::ranges::any_of(grants, [&](const Json& grant) {
    const std::string group = input::text(input::member(grant, "Grantee"), "URI");
    const std::string permission = input::text(grant, "Permission");
    return (group.ends_with("/AllUsers") || group.ends_with("/AuthenticatedUsers")) &&
           std::ranges::find(permissions, permission) != permissions.end();
  });
}

Judgement judge_openness(const Look& look, std::span<const std::string_view> words,
                         std::span<const std::string_view> permissions, std::string_view what) {
  if (!is_blocked(look, "RestrictPublicBuckets") && policy_lets_everybody(look, words))
    return noncompliant(fmt::format("The S3 bucket policy allows public {} access.", what));
  if (!is_blocked(look, "IgnorePublicAcls") && acl_lets_everybody(look, permissions))
    return noncompliant(fmt::format("The S3 bucket ACL allows public {} access.", what));
  return compliant();
}

Judgement public_read(const Look& look) {
  constexpr std::string_view kWords[] = {":Get", ":List"};
  constexpr std::string_view kPermissions[] = {"FULL_CONTROL", "READ", "READ_ACP"};
  return judge_openness(look, kWords, kPermissions, "read");
}

Judgement public_write(const Look& look) {
  constexpr std::string_view kWords[] = {":Delete", ":Put"};
  constexpr std::string_view kPermissions[] = {"FULL_CONTROL", "WRITE", "WRITE_ACP"};
  return judge_openness(look, kWords, kPermissions, "write");
}

bool in_csv(std::string_view list, std::string_view item) {
  for (const auto part : std::views::split(list, ',')) {
    std::string_view one{part.begin(), part.end()};
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == item) return true;
  }
  return false;
}

/// "bucket level settings are public": any of the four is off.
Judgement bucket_level_access(const Look& look) {
  if (in_csv(input::text(look.parameters, "excludedPublicBuckets"), look.id)) return compliant();
  for (const std::string_view setting :
       {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"})
    if (!is_blocked(look, setting)) return noncompliant(fmt::format("{} is not set", setting));
  return compliant();
}

Judgement bucket_versioning(const Look& look) {
  const Json answer = ask_bucket(look, "GetBucketVersioning");
  if (input::text(answer, "Status") == "Enabled") return compliant();
  return noncompliant("Versioning is not enabled for the S3 bucket.");
}

Judgement bucket_encryption(const Look& look) {
  const Json answer = ask_bucket(look, "GetBucketEncryption");
  if (!input::member(answer, "ServerSideEncryptionConfiguration").is_null()) return compliant();
  return noncompliant("The S3 bucket has no default encryption.");
}

/// "targetBucket (Optional): Target S3 bucket for storing server access logs", targetPrefix too.
Judgement bucket_logging(const Look& look) {
  const Json answer = ask_bucket(look, "GetBucketLogging");
  const Json& logging = input::member(answer, "LoggingEnabled");
  if (logging.is_null()) return noncompliant("Logging is not enabled for the S3 bucket.");
  for (const auto& [parameter, member] :
       {std::pair{"targetBucket", "TargetBucket"}, {"targetPrefix", "TargetPrefix"}})
    if (const std::string wanted = input::text(look.parameters, parameter);
        !wanted.empty() && wanted != input::text(logging, member))
      return noncompliant(fmt::format("{} is not {}.", member, wanted));
  return compliant();
}

/// "requests ... only SSL": a statement denies where aws:SecureTransport is false.
Judgement bucket_ssl(const Look& look) {
  const Json answer = ask_bucket(look, "GetBucketPolicy");
  const Json policy = Json::parse(input::text(answer, "Policy"), nullptr, false);
  const Json& statements = input::member(policy, "Statement");
  if (statements.is_array())
    for (const Json& statement : statements)
      if (input::text(statement, "Effect") == "Deny" &&
          input::text(input::member(input::member(statement, "Condition"), "Bool"),
                      "aws:SecureTransport") == "false")
        return compliant();
  return noncompliant("The S3 bucket policy does not deny requests without SSL.");
}

// ---- Security groups ----

bool is_open_world(const Json& permission) {
  const auto any = [&](std::string_view list, std::string_view member, std::string_view whole) {
    const Json& ranges = input::member(permission, list);
    return ranges.is_array() && std::ranges::any_of(ranges, [&](const Json& range) {
             return input::text(range, member) == whole;
           });
  };
  return any("IpRanges", "CidrIp", "0.0.0.0/0") || any("Ipv6Ranges", "CidrIpv6", "::/0");
}

bool covers(const Json& permission, std::int64_t port) {
  if (input::text(permission, "IpProtocol") == "-1") return true;
  if (input::text(permission, "IpProtocol") != "tcp") return false;
  return input::integer(permission, "FromPort").value_or(0) <= port &&
         port <= input::integer(permission, "ToPort").value_or(65'535);
}

/// Null where there is no such group.
Json permissions_of(const Look& look) {
  const Json answer = ask(look, "ec2", "DescribeSecurityGroups", {{"GroupIds", {look.id}}});
  const Json& groups = input::member(answer, "SecurityGroups");
  if (!groups.is_array() || groups.empty()) return {};
  return input::member(groups.front(), "IpPermissions");
}

Judgement closed_ports(const Look& look, std::span<const std::int64_t> ports) {
  const Json permissions = permissions_of(look);
  if (!permissions.is_array()) return not_applicable();
  for (const std::int64_t port : ports)
    for (const Json& permission : permissions)
      if (is_open_world(permission) && covers(permission, port))
        return noncompliant(fmt::format("Port {} is open to all addresses.", port));
  return compliant();
}

Judgement ssh(const Look& look) {
  constexpr std::int64_t kPorts[] = {22};
  return closed_ports(look, kPorts);
}

/// restricted-common-ports: 20, 21, 3389, 3306 and 4333 unless parameters say others.
Judgement common_ports(const Look& look) {
  constexpr std::int64_t kUsual[] = {20, 21, 3389, 3306, 4333};
  std::vector<std::int64_t> ports;
  for (int i = 1; i <= 5; ++i)
    ports.push_back(input::integer(look.parameters, fmt::format("blockedPort{}", i))
                        .value_or(kUsual[static_cast<std::size_t>(i - 1)]));
  return closed_ports(look, ports);
}

// ---- Stores ----

Judgement table_recovery(const Look& look) {
  const Json answer = ask(look, "dynamodb", "DescribeContinuousBackups", {{"TableName", look.id}});
  const Json& backups = input::member(answer, "ContinuousBackupsDescription");
  if (input::text(input::member(backups, "PointInTimeRecoveryDescription"),
                  "PointInTimeRecoveryStatus") == "ENABLED")
    return compliant();
  return noncompliant("Point-in-time recovery is not enabled.");
}

/// "LogGroupNames (Optional): A comma-separated list"; "MinRetentionTime (Optional): default 365".
Judgement log_retention(const Look& look) {
  const std::string only = input::text(look.parameters, "LogGroupNames");
  if (!only.empty() && !in_csv(only, look.id)) return not_applicable();
  const Json answer = ask(look, "logs", "DescribeLogGroups", {{"logGroupNamePrefix", look.id}});
  const Json& groups = input::member(answer, "logGroups");
  const auto least = input::integer(look.parameters, "MinRetentionTime").value_or(365);
  if (groups.is_array())
    for (const Json& group : groups) {
      if (input::text(group, "logGroupName") != look.id) continue;
      const auto days = input::integer(group, "retentionInDays");
      if (!days || *days >= least) return compliant();
      return noncompliant(fmt::format("Retention is {} days, less than {}.", *days, least));
    }
  return not_applicable();
}

Json database_of(const Look& look) {
  const Json answer = ask(look, "rds", "DescribeDBInstances", {{"DBInstanceIdentifier", look.id}});
  const Json& all = input::member(answer, "DBInstances");
  return all.is_array() && !all.empty() ? all.front() : Json{};
}

Judgement database_zones(const Look& look) {
  const Json database = database_of(look);
  // "This rule does not evaluate Amazon Aurora DB, Amazon DocumentDB and Amazon Neptune instances."
  const std::string engine = input::text(database, "Engine");
  if (database.is_null() || engine.starts_with("aurora") || engine == "docdb" ||
      engine == "neptune")
    return not_applicable();
  if (input::boolean(database, "MultiAZ").value_or(false)) return compliant();
  return noncompliant("The DB instance has no standby in another Availability Zone.");
}

/// db-instance-backup-enabled: "backupRetentionPeriod (Optional): Retention period for backups".
Judgement database_backups(const Look& look) {
  const Json database = database_of(look);
  if (database.is_null()) return not_applicable();
  const auto days = input::integer(database, "BackupRetentionPeriod").value_or(0);
  const auto least = input::integer(look.parameters, "backupRetentionPeriod").value_or(1);
  if (days >= least) return compliant();
  return noncompliant(fmt::format("Backups are kept for {} days.", days));
}

Judgement database_protection(const Look& look) {
  const Json database = database_of(look);
  if (database.is_null()) return not_applicable();
  if (input::boolean(database, "DeletionProtection").value_or(false)) return compliant();
  return noncompliant("Deletion protection is not enabled.");
}

Judgement table_protection(const Look& look) {
  const Json answer = ask(look, "dynamodb", "DescribeTable", {{"TableName", look.id}});
  const Json& table = input::member(answer, "Table");
  if (!table.is_object()) return not_applicable();
  if (input::boolean(table, "DeletionProtectionEnabled").value_or(false)) return compliant();
  return noncompliant("Deletion protection is not enabled.");
}

// To add a rule: how it judges above, and a row here.
constexpr ManagedRule kRules[] = {
    {"CW_LOGGROUP_RETENTION_PERIOD_CHECK", "AWS::Logs::LogGroup", Trigger::periodic, log_retention},
    {"DB_INSTANCE_BACKUP_ENABLED", "AWS::RDS::DBInstance", Trigger::change, database_backups},
    {"DYNAMODB_PITR_ENABLED", "AWS::DynamoDB::Table", Trigger::change, table_recovery},
    {"DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED", "AWS::DynamoDB::Table", Trigger::change,
     table_protection},
    {"INCOMING_SSH_DISABLED", "AWS::EC2::SecurityGroup", Trigger::both, ssh},
    {"RDS_INSTANCE_DELETION_PROTECTION_ENABLED", "AWS::RDS::DBInstance", Trigger::change,
     database_protection},
    {"RDS_MULTI_AZ_SUPPORT", "AWS::RDS::DBInstance", Trigger::change, database_zones},
    {"RESTRICTED_INCOMING_TRAFFIC", "AWS::EC2::SecurityGroup", Trigger::both, common_ports},
    {"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "AWS::S3::Bucket", Trigger::change,
     bucket_level_access},
    {"S3_BUCKET_LOGGING_ENABLED", "AWS::S3::Bucket", Trigger::change, bucket_logging},
    {"S3_BUCKET_PUBLIC_READ_PROHIBITED", "AWS::S3::Bucket", Trigger::both, public_read},
    {"S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "AWS::S3::Bucket", Trigger::both, public_write},
    {"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", "AWS::S3::Bucket", Trigger::change,
     bucket_encryption},
    {"S3_BUCKET_SSL_REQUESTS_ONLY", "AWS::S3::Bucket", Trigger::change, bucket_ssl},
    {"S3_BUCKET_VERSIONING_ENABLED", "AWS::S3::Bucket", Trigger::change, bucket_versioning},
};

}  // namespace

const ManagedRule* find_managed_rule(std::string_view identifier) {
  const auto found = std::ranges::find(kRules, identifier, &ManagedRule::identifier);
  return found == std::end(kRules) ? nullptr : &*found;
}

}  // namespace opsim::config
