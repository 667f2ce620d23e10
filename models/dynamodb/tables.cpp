// Tables: how they are described, made, and changed over time.
// AWS: DynamoDB API Reference, CreateTable, TableDescription; Developer Guide, quotas. How long a
// table takes to be ACTIVE is not documented: estimates.
#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::dynamodb {

namespace {

constexpr std::string_view kActivation = "lognormal(p50 8s, p99 60s)";
constexpr std::string_view kRestore = "lognormal(p50 15min, p99 1h)";

KeySchema keys_in(const Json& schema) {
  KeySchema keys;
  if (!schema.is_array()) return keys;
  for (const Json& one : schema)
    (input::text(one, "KeyType") == "RANGE" ? keys.range : keys.hash) =
        input::text(one, "AttributeName");
  return keys;
}

Json schema_of(const KeySchema& keys) {
  Json schema = Json::array({{{"AttributeName", keys.hash}, {"KeyType", "HASH"}}});
  if (!keys.range.empty()) schema.push_back({{"AttributeName", keys.range}, {"KeyType", "RANGE"}});
  return schema;
}

void read_indexes(Table& table, const Json& list, bool global) {
  if (!list.is_array()) return;
  for (const Json& one : list)
    table.indexes.push_back({.name = input::text(one, "IndexName"),
                             .keys = keys_in(input::member(one, "KeySchema")),
                             .global = global,
                             .description = one});
}

bool defined(const Table& table, const std::string& attribute) {
  return std::ranges::any_of(table.attributes, [&](const Json& one) {
    return input::text(one, "AttributeName") == attribute;
  });
}

std::optional<ApiError> wrong_keys(const Table& table) {
  if (table.keys.hash.empty())
    return validation_error(
        "1 validation error detected: KeySchema needs an attribute of KeyType HASH");
  std::vector<KeySchema> all{table.keys};
  for (const Index& index : table.indexes) all.push_back(index.keys);
  for (const KeySchema& keys : all)
    for (const std::string& name : {keys.hash, keys.range})
      if (!name.empty() && !defined(table, name))
        return validation_error(
            "One or more parameter values were invalid: Some index key attributes are not defined "
            "in AttributeDefinitions.");
  return std::nullopt;
}

}  // namespace

Table* DynamoDb::find(const Place& near, std::string_view name) {
  Place place = near;
  std::string own{name};
  if (const auto parsed = Arn::parse(name)) {
    place = parsed->place();
    own = parsed->resource;
    if (own.starts_with("table/")) own.erase(0, 6);
    own = own.substr(0, own.find('/'));
  }
  const auto found = tables[place].find(own);
  return found == tables[place].end() ? nullptr : &found->second;
}

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

ApiError no_such_table(std::string_view name) {
  return {"ResourceNotFoundException",
          fmt::format("Requested resource not found: Table: {} not found", name)};
}

ApiResult<Table*> add_table(DynamoDb& dynamodb, const Place& place, const Json& input) {
  Table table;
  table.name = input::text(input, "TableName");
  if (table.name.size() < 3 || table.name.size() > 255)
    return validation_error(fmt::format(
        "TableName must be at least 3 characters long and at most 255: {}", table.name));
  if (dynamodb.tables[place].contains(table.name))
    return ApiError{"ResourceInUseException", fmt::format("Table already exists: {}", table.name)};
  table.place = place;
  table.arn = arn(place, "dynamodb", "table/" + table.name);
  table.created = dynamodb.cloud.sim().now();
  table.keys = keys_in(input::member(input, "KeySchema"));
  if (const Json& list = input::member(input, "AttributeDefinitions"); list.is_array())
    table.attributes = list;
  read_indexes(table, input::member(input, "GlobalSecondaryIndexes"), true);
  read_indexes(table, input::member(input, "LocalSecondaryIndexes"), false);
  if (const auto wrong = wrong_keys(table)) return *wrong;
  const Json& units = input::member(input, "ProvisionedThroughput");
  table.on_demand = input::text(input, "BillingMode") == "PAY_PER_REQUEST";
  if (!table.on_demand && units.is_null())
    return validation_error(
        "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must "
        "both be specified when BillingMode is PROVISIONED");
  for (Capacity* capacity : {&table.reads, &table.writes}) {
    const char* const member =
        capacity == &table.reads ? "ReadCapacityUnits" : "WriteCapacityUnits";
    capacity->units = static_cast<double>(
        std::clamp<std::int64_t>(input::integer(units, member).value_or(0), 0, 1'000'000));
    capacity->saved = capacity->units * 300;
    capacity->at = table.created;
  }
  establish_traffic(table, table.created);
  table.deletion_protection = input::boolean(input, "DeletionProtectionEnabled").value_or(false);
  table.tags = input::tags(input::member(input, "Tags"));
  Table& added = dynamodb.tables[place][table.name];
  added = std::move(table);
  if (const Json& stream = input::member(input, "StreamSpecification");
      stream.is_object() && input::boolean(stream, "StreamEnabled").value_or(true))
    if (auto refused = set_stream(dynamodb, added, stream)) {
      dynamodb.tables[place].erase(added.name);
      return *std::move(refused);
    }
  publish_capacity(dynamodb, added);
  return &added;
}

Json description_of(const Table& table, SimTime now) {
  const auto units = [&](const Capacity& capacity) {
    return table.on_demand ? 0 : static_cast<std::int64_t>(capacity.units);
  };
  Json one{{"TableName", table.name},
           {"TableArn", table.arn},
           {"TableId", table.name},
           {"TableStatus", table.status},
           {"KeySchema", schema_of(table.keys)},
           {"AttributeDefinitions", table.attributes},
           {"CreationDateTime", moment(table.created)},
           {"ItemCount", table.items.size()},
           {"TableSizeBytes", table.bytes},
           {"DeletionProtectionEnabled", table.deletion_protection},
           {"ProvisionedThroughput",
            {{"ReadCapacityUnits", units(table.reads)},
             {"WriteCapacityUnits", units(table.writes)},
             {"NumberOfDecreasesToday", decreases_today(table, now)}}}};
  if (table.on_demand) one["BillingModeSummary"] = {{"BillingMode", "PAY_PER_REQUEST"}};
  for (const Index& index : table.indexes) {
    Json described = index.description;
    described["IndexStatus"] = "ACTIVE";
    described["IndexArn"] = fmt::format("{}/index/{}", table.arn, index.name);
    one[index.global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes"].push_back(described);
  }
  if (table.stream.is_object()) one["StreamSpecification"] = table.stream;
  if (!table.stream_arn.empty()) {
    one["LatestStreamArn"] = table.stream_arn;
    one["LatestStreamLabel"] = table.stream_arn.substr(table.stream_arn.rfind('/') + 1);
  }
  if (!table.replicas.empty()) one["Replicas"] = table.replicas;
  return one;
}

void become_active_later(DynamoDb& dynamodb, Table& table, std::string_view what) {
  const std::uint64_t work = ++table.work;
  Simulation& sim = dynamodb.cloud.sim();
  const bool restores = what == "restore";
  Stream& luck = sim.random(fmt::format("dynamodb {} {}", table.name, what));
  const Duration takes =
      Distribution::parse(restores ? kRestore : kActivation)->sample_duration(luck);
  sim.after(takes, [&dynamodb, place = table.place, name = table.name, work] {
    Table* after = dynamodb.find(place, name);
    if (after == nullptr || after->work != work) return;
    if (after->status != "DELETING") {
      after->status = "ACTIVE";
      return;
    }
    for (const auto& source : {after->read_units, after->write_units})
      if (source) dynamodb.cloud.metrics().stop(*source);
    close_stream(dynamodb, *after);
    dynamodb.cloud.resources().remove(name);
    dynamodb.tables[place].erase(name);
  });
}

ApiResult<Json> restore_as(DynamoDb& dynamodb, const Request& request, const Table& source) {
  const std::string name = input::text(request.input, "TargetTableName");
  if (dynamodb.find(request.place(), name) != nullptr)
    return ApiError{"TableAlreadyExistsException", fmt::format("Table already exists: {}", name)};
  Json like = description_of(source, dynamodb.cloud.sim().now());
  like["TableName"] = name;
  like["BillingMode"] = source.on_demand ? "PAY_PER_REQUEST" : "PROVISIONED";
  like.erase("StreamSpecification");  // not restored: streams, tags, TTL, alarms, policies
  like["DeletionProtectionEnabled"] = false;
  const std::map<ItemKey, Json> items = source.items;
  const std::int64_t bytes = source.bytes;
  const ApiResult<Table*> made = add_table(dynamodb, request.place(), like);
  if (!made) return made.error();
  Table& table = **made;
  table.items = items;
  table.bytes = bytes;
  table.status = "CREATING";
  dynamodb.cloud.resources().add({.type = "AWS::DynamoDB::Table",
                                  .physical_id = table.name,
                                  .arn = table.arn,
                                  .place = table.place});
  become_active_later(dynamodb, table, "restore");
  return Json{{"TableDescription", description_of(table, dynamodb.cloud.sim().now())}};
}

}  // namespace opsim::dynamodb
