// Operations on tables and their settings. AWS: DynamoDB API Reference.
#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"

namespace opsim::dynamodb {

namespace {

ApiResult<Table*> table_of(DynamoDb& dynamodb, const Request& request) {
  Table* table = dynamodb.asked_for(request);
  if (table == nullptr) return no_such_table(input::text(request.input, "TableName"));
  return table;
}

ApiError in_use(const Table& table) {
  return {"ResourceInUseException",
          fmt::format("Attempt to change a resource which is still in use: Table is being {}: {}",
                      table.status == "UPDATING" ? "updated" : "created", table.name)};
}

void read_replicas(DynamoDb& dynamodb, Table& table, const Json& updates) {
  if (!updates.is_array()) return;
  for (const Json& update : updates) {
    const std::string made = input::text(input::member(update, "Create"), "RegionName");
    const std::string gone = input::text(input::member(update, "Delete"), "RegionName");
    if (!made.empty()) add_replica(dynamodb, table, made);
    if (!gone.empty()) remove_replica(dynamodb, table, gone);
  }
}

/// "You can switch tables from provisioned to on-demand capacity mode up to four times in a 24-hour
/// rolling window ... from on-demand to provisioned at any time."
std::optional<ApiError> switch_mode(Table& table, const Json& input, SimTime now) {
  const std::string mode = input::text(input, "BillingMode");
  if (mode.empty()) return std::nullopt;
  if (mode != "PROVISIONED" && mode != "PAY_PER_REQUEST")
    return validation_error(
        fmt::format("1 validation error detected: Value '{}' at 'billingMode' failed to satisfy "
                    "constraint: Member must satisfy enum value set: [PROVISIONED, "
                    "PAY_PER_REQUEST]",
                    mode));
  const bool on_demand = mode == "PAY_PER_REQUEST";
  const bool units = input::member(input, "ProvisionedThroughput").is_object();
  if (on_demand == units && (on_demand || table.on_demand))
    return validation_error(
        on_demand ? "One or more parameter values were invalid: Neither ReadCapacityUnits nor "
                    "WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                  : "One or more parameter values were invalid: ReadCapacityUnits and "
                    "WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  if (on_demand && !table.on_demand) {
    std::erase_if(table.switches, [&](SimTime at) { return now - at >= std::chrono::hours{24}; });
    if (table.switches.size() >= 4)
      return ApiError{"LimitExceededException",
                      "Subscriber limit exceeded: Update to PayPerRequest mode are limited to four "
                      "times in 24 hours"};
    table.switches.push_back(now);
    establish_traffic(table, now);
  }
  table.on_demand = on_demand;
  return std::nullopt;
}

/// ProvisionedThroughput of UpdateTable.
std::optional<ApiError> set_capacity(Table& table, const Json& input, SimTime now,
                                     bool was_on_demand) {
  const Json& units = input::member(input, "ProvisionedThroughput");
  if (!units.is_object()) return std::nullopt;
  const auto reads = input::integer(units, "ReadCapacityUnits");
  const auto writes = input::integer(units, "WriteCapacityUnits");
  if (!reads || !writes || *reads < 1 || *writes < 1)
    return validation_error("ReadCapacityUnits and WriteCapacityUnits must be at least 1");
  const double to_reads = static_cast<double>(std::min<std::int64_t>(*reads, 1'000'000));
  const double to_writes = static_cast<double>(std::min<std::int64_t>(*writes, 1'000'000));
  if (input.size() == 2 && to_reads == table.reads.units && to_writes == table.writes.units)
    return validation_error(fmt::format(
        "The provisioned throughput for the table will not change. The requested value equals the "
        "current value. Current ReadCapacityUnits provisioned for the table: {0}. Requested "
        "ReadCapacityUnits: {0}. Current WriteCapacityUnits provisioned for the table: {1}. "
        "Requested WriteCapacityUnits: {1}. Refer to the Amazon DynamoDB Developer Guide for "
        "current limits and how to request higher limits.",
        *reads, *writes));
  if (!was_on_demand && (to_reads < table.reads.units || to_writes < table.writes.units))
    if (auto refused = decrease(table, now)) return refused;
  table.reads.units = to_reads;
  table.writes.units = to_writes;
  return std::nullopt;
}

}  // namespace

ApiResult<Json> create_table(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> made = add_table(dynamodb, request.place(), request.input);
  if (!made) return made.error();
  Table& table = **made;
  table.status = "CREATING";
  dynamodb.cloud.resources().add({.type = "AWS::DynamoDB::Table",
                                  .physical_id = table.name,
                                  .arn = table.arn,
                                  .place = table.place,
                                  .tags = table.tags});
  become_active_later(dynamodb, table, "creation");
  return Json{{"TableDescription", description_of(table, dynamodb.cloud.sim().now())}};
}

ApiResult<Json> delete_table(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> found = table_of(dynamodb, request);
  if (!found) return found.error();
  Table& table = **found;
  if (table.status != "ACTIVE") return in_use(table);
  if (table.deletion_protection)
    return validation_error(
        "Resource cannot be deleted as it is currently protected against deletion. Disable "
        "deletion protection first.");
  table.status = "DELETING";
  become_active_later(dynamodb, table, "deletion");
  return Json{{"TableDescription", description_of(table, dynamodb.cloud.sim().now())}};
}

ApiResult<Json> describe_table(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table = table_of(dynamodb, request);
  if (!table) return table.error();
  return Json{{"Table", description_of(**table, dynamodb.cloud.sim().now())}};
}

// SIMPLIFIED: all in one page.
ApiResult<Json> list_tables(DynamoDb& dynamodb, const Request& request) {
  Json names = Json::array();
  for (const auto& [name, table] : dynamodb.tables[request.place()]) names.push_back(name);
  return Json{{"TableNames", names}};
}

ApiResult<Json> update_table(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> found = table_of(dynamodb, request);
  if (!found) return found.error();
  Table& table = **found;
  if (table.status != "ACTIVE") return in_use(table);
  const SimTime now = dynamodb.cloud.sim().now();
  const bool was_on_demand = table.on_demand;
  if (auto refused = switch_mode(table, request.input, now)) return *std::move(refused);
  if (auto refused = set_capacity(table, request.input, now, was_on_demand))
    return *std::move(refused);
  if (const auto kept = input::boolean(request.input, "DeletionProtectionEnabled"))
    table.deletion_protection = *kept;
  if (const Json& stream = input::member(request.input, "StreamSpecification"); stream.is_object())
    if (auto refused = set_stream(dynamodb, table, stream)) return *std::move(refused);
  read_replicas(dynamodb, table, input::member(request.input, "ReplicaUpdates"));
  publish_capacity(dynamodb, table);
  table.status = "UPDATING";
  become_active_later(dynamodb, table, "update");
  return Json{{"TableDescription", description_of(table, dynamodb.cloud.sim().now())}};
}

ApiResult<Json> describe_time_to_live(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table = table_of(dynamodb, request);
  if (!table) return table.error();
  const std::string& by = (*table)->expires_by;
  Json told{{"TimeToLiveStatus", by.empty() ? "DISABLED" : "ENABLED"}};
  if (!by.empty()) told["AttributeName"] = by;
  return Json{{"TimeToLiveDescription", told}};
}

ApiResult<Json> update_time_to_live(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table = table_of(dynamodb, request);
  if (!table) return table.error();
  const Json& wanted = input::member(request.input, "TimeToLiveSpecification");
  const bool on = input::boolean(wanted, "Enabled").value_or(false);
  (*table)->expires_by = on ? input::text(wanted, "AttributeName") : "";
  return Json{{"TimeToLiveSpecification", wanted}};
}

ApiResult<Json> describe_contributor_insights(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table = table_of(dynamodb, request);
  if (!table) return table.error();
  return Json{{"TableName", (*table)->name},
              {"ContributorInsightsStatus", (*table)->contributor_insights},
              {"ContributorInsightsRuleList", Json::array()}};
}

ApiResult<Json> update_contributor_insights(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table = table_of(dynamodb, request);
  if (!table) return table.error();
  const bool on = input::text(request.input, "ContributorInsightsAction") == "ENABLE";
  (*table)->contributor_insights = on ? "ENABLED" : "DISABLED";
  return Json{{"TableName", (*table)->name},
              {"ContributorInsightsStatus", (*table)->contributor_insights}};
}

ApiResult<Json> describe_kinesis(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table = table_of(dynamodb, request);
  if (!table) return table.error();
  return Json{{"TableName", (*table)->name}, {"KinesisDataStreamDestinations", (*table)->kinesis}};
}

ApiResult<Json> tag_resource(DynamoDb& dynamodb, const Request& request) {
  const std::string name = input::text(request.input, "ResourceArn");
  Table* table = dynamodb.find(request.place(), name);
  if (table == nullptr) return no_such_table(name);
  for (auto& [key, value] : input::tags(input::member(request.input, "Tags")))
    table->tags.insert_or_assign(key, value);
  return Json::object();
}

ApiResult<Json> list_tags(DynamoDb& dynamodb, const Request& request) {
  const std::string name = input::text(request.input, "ResourceArn");
  const Table* table = dynamodb.find(request.place(), name);
  if (table == nullptr) return no_such_table(name);
  Json list = Json::array();
  for (const auto& [key, value] : table->tags) list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"Tags", list}};
}

}  // namespace opsim::dynamodb
