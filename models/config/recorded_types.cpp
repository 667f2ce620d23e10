// AWS: Config Developer Guide, "Supported resource types": those that opsim's managed rules look
// at. "The service uses those same API calls to capture configuration details".
// SIMPLIFIED: a configuration item holds the answers of those calls, not AWS's schema of the type;
// relationships are not followed.
#include "models/config/recorded_types.hpp"

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::config {

namespace {

/// An answer, or null where the service says no.
Json ask(Cloud& cloud, const Place& place, std::string_view service, std::string_view operation,
         const Json& input) {
  ApiResult<Json> answer = cloud.inspect(place, service, operation, input);
  return answer ? *std::move(answer) : Json{};
}

/// The first of a list that a Describe call answers.
Json first_of(const Json& answer, std::string_view list) {
  const Json& all = input::member(answer, list);
  return all.is_array() && !all.empty() ? all.front() : Json{};
}

Json look_at_bucket(Cloud& cloud, const Place& place, const std::string& id) {
  const Json which{{"Bucket", id}};
  Json seen{{"name", id}};
  for (const std::string_view what :
       {"BucketAcl", "BucketEncryption", "BucketLogging", "BucketPolicy", "BucketPolicyStatus",
        "BucketTagging", "BucketVersioning", "PublicAccessBlock"})
    seen[std::string{what}] = ask(cloud, place, "s3", "Get" + std::string{what}, which);
  return seen;
}

Json look_at_group(Cloud& cloud, const Place& place, const std::string& id) {
  return first_of(ask(cloud, place, "ec2", "DescribeSecurityGroups", {{"GroupIds", {id}}}),
                  "SecurityGroups");
}

Json look_at_table(Cloud& cloud, const Place& place, const std::string& id) {
  const Json which{{"TableName", id}};
  Json seen = input::member(ask(cloud, place, "dynamodb", "DescribeTable", which), "Table");
  if (!seen.is_object()) return {};
  seen["ContinuousBackups"] = ask(cloud, place, "dynamodb", "DescribeContinuousBackups", which);
  return seen;
}

Json look_at_log_group(Cloud& cloud, const Place& place, const std::string& id) {
  const Json found = ask(cloud, place, "logs", "DescribeLogGroups", {{"logGroupNamePrefix", id}});
  const Json& groups = input::member(found, "logGroups");
  if (groups.is_array())
    for (const Json& group : groups)
      if (input::text(group, "logGroupName") == id) return group;
  return {};
}

Json look_at_database(Cloud& cloud, const Place& place, const std::string& id) {
  return first_of(ask(cloud, place, "rds", "DescribeDBInstances", {{"DBInstanceIdentifier", id}}),
                  "DBInstances");
}

// To record a type: a row here, and how it is looked at above.
constexpr RecordedType kTypes[] = {
    {"AWS::DynamoDB::Table", "dynamodb", "TableName", "Table", look_at_table},
    {"AWS::DynamoDB::Table", "dynamodb", "TableName", "ContinuousBackups", look_at_table},
    {"AWS::EC2::SecurityGroup", "ec2", "GroupId", "SecurityGroup", look_at_group},
    {"AWS::Logs::LogGroup", "logs", "logGroupName", "LogGroup", look_at_log_group},
    {"AWS::Logs::LogGroup", "logs", "logGroupName", "RetentionPolicy", look_at_log_group},
    {"AWS::RDS::DBInstance", "rds", "DBInstanceIdentifier", "DBInstance", look_at_database},
    {"AWS::S3::Bucket", "s3", "Bucket", "Bucket", look_at_bucket},
    {"AWS::S3::Bucket", "s3", "Bucket", "PublicAccessBlock", look_at_bucket},
};

}  // namespace

const RecordedType* find_recorded_type(std::string_view type) {
  const auto found = std::ranges::find(kTypes, type, &RecordedType::type);
  return found == std::end(kTypes) ? nullptr : &*found;
}

std::vector<std::string_view> recorded_types() {
  std::vector<std::string_view> types;
  for (const RecordedType& row : kTypes)
    if (types.empty() || types.back() != row.type) types.push_back(row.type);
  return types;
}

std::optional<Changed> changed_by(Cloud& cloud, const CallRecord& call) {
  if (call.read_only || !call.answer) return std::nullopt;
  for (const RecordedType& row : kTypes) {
    if (row.service != call.service || call.operation.find(row.word) == call.operation.npos)
      continue;
    std::string id = input::text(call.input, row.member);
    if (id.empty()) id = input::text(*call.answer, row.member);
    if (id.empty()) continue;
    const Resource* known = cloud.resources().find(id);
    return Changed{&row, id, known == nullptr ? call.caller.place : known->place};
  }
  return std::nullopt;
}

std::vector<std::string> resources_of(Cloud& cloud, const Place& place, std::string_view type) {
  std::vector<std::string> found;
  for (const Resource* resource : cloud.resources().of_type(type))
    if (resource->place == place) found.push_back(resource->physical_id);
  return found;
}

}  // namespace opsim::config
