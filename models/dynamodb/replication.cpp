// Global tables: what is written in one Region appears in the others.
// AWS: DynamoDB Developer Guide, "Global tables" (V2, multi-Region eventual consistency): "changes
// are typically replicated to the other replica tables within a second or less"; of concurrent
// writes to an item the last writer wins. FIS User Guide, fis-actions-reference,
// aws:dynamodb:global-table-pause-replication: paused, and resumed from where it was.
// SIMPLIFIED: replicated writes cost no capacity; a pause is felt at once, where AWS may go on for
// up to five minutes; no multi-Region strong consistency. The lag (median 400 ms) is an estimate.
#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::dynamodb {

namespace {

constexpr std::string_view kLag = "lognormal(p50 400ms, p99 1500ms)";  // estimate

Table* table_at(DynamoDb& dynamodb, const Place& place, const std::string& name) {
  auto& tables = dynamodb.tables[place];
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

std::vector<Place> others_of(const Table& table) {
  std::vector<Place> places;
  for (const Json& replica : table.replicas)
    places.push_back({table.place.account, input::text(replica, "RegionName")});
  return places;
}

void put_metric(DynamoDb& dynamodb, const Table& from, const Place& to, Duration lag) {
  Metrics& metrics = dynamodb.cloud.metrics();
  const SeriesId series =
      metrics.intern({from.place,
                      "AWS/DynamoDB",
                      "ReplicationLatency",
                      {{"ReceivingRegion", to.region}, {"TableName", from.name}}});
  const double milliseconds = std::chrono::duration<double, std::milli>(lag).count();
  metrics.put(series, {.timestamp = dynamodb.cloud.sim().now(),
                       .values = {{milliseconds, 1.0}},
                       .unit = "Milliseconds"});
}

void apply_change(DynamoDb& dynamodb, const Place& from, const std::string& name, const Place& to,
                  const ReplicatedWrite& write) {
  Table* target = table_at(dynamodb, to, name);
  Table* source = table_at(dynamodb, from, name);
  if (target == nullptr || source == nullptr) return;
  if (!target->replicates || !source->replicates) {
    source->waiting.emplace_back(to, write);
    return;
  }
  put_metric(dynamodb, *source, to, dynamodb.cloud.sim().now() - write.at);
  SimTime& last = target->written[write.key];
  if (last > write.at) return;  // the last writer wins
  last = write.at;
  const auto there = target->items.find(write.key);
  const Json before = there == target->items.end() ? Json{} : there->second;
  tell_stream(dynamodb, *target, before, write.item);
  if (there != target->items.end()) {
    target->bytes -= size_of(there->second);
    target->items.erase(there);
  }
  if (write.item.is_null()) return;
  target->bytes += size_of(write.item);
  target->items[write.key] = write.item;
}

void send(DynamoDb& dynamodb, const Table& table, const Place& to, ReplicatedWrite write) {
  static const Distribution kUsual = *Distribution::parse(kLag);
  Stream& luck = dynamodb.cloud.sim().random(fmt::format("dynamodb {} replication", table.name));
  dynamodb.cloud.sim().after(
      kUsual.sample_duration(luck),
      [&dynamodb, from = table.place, name = table.name, to, write = std::move(write)] {
        apply_change(dynamodb, from, name, to, write);
      });
}

/// What waited goes on from where it was; what waits for another paused replica keeps waiting.
void resume(DynamoDb& dynamodb, const std::string& name) {
  for (auto& [place, tables] : dynamodb.tables) {
    const auto found = tables.find(name);
    if (found == tables.end()) continue;
    std::vector<std::pair<Place, ReplicatedWrite>> waiting = std::move(found->second.waiting);
    found->second.waiting.clear();
    for (auto& [to, write] : waiting) send(dynamodb, found->second, to, std::move(write));
  }
}

/// The replica that an experiment in its Region means: where the resource stands.
Table* table_of_resource(DynamoDb& dynamodb, std::string_view resource) {
  const Resource* known = dynamodb.cloud.resources().find(resource);
  return dynamodb.find(known == nullptr ? dynamodb.cloud.home() : known->place, resource);
}

std::optional<double> read_replication(Model& model, std::string_view resource,
                                       std::string_view /*part*/) {
  const Table* table = table_of_resource(static_cast<DynamoDb&>(model), resource);
  if (table == nullptr || table->replicas.empty()) return std::nullopt;
  return table->replicates ? 1 : 0;
}

void change_replication(Model& model, std::string_view resource, std::string_view /*part*/,
                        opsim::Change change) {
  auto& dynamodb = static_cast<DynamoDb&>(model);
  Table* table = table_of_resource(dynamodb, resource);
  if (table == nullptr) return;
  const bool before = std::exchange(table->replicates, change.value > 0.5);
  if (!before && table->replicates) resume(dynamodb, table->name);
}

constexpr PhysicalQuantity kRows[] = {
    {"AWS::DynamoDB::GlobalTable", "replication", "", read_replication, change_replication},
    {"AWS::DynamoDB::Table", "replication", "", read_replication, change_replication},
};

}  // namespace

const std::span<const PhysicalQuantity> kQuantities = kRows;

void replicate(DynamoDb& dynamodb, Table& table, const ItemKey& key, const Json& item) {
  if (table.replicas.empty()) return;
  const SimTime now = dynamodb.cloud.sim().now();
  table.written[key] = now;
  for (const Place& to : others_of(table)) send(dynamodb, table, to, {key, item, now});
}

void add_replica(DynamoDb& dynamodb, Table& table, const std::string& region) {
  const Place to{table.place.account, region};
  if (region.empty() || to == table.place || table_at(dynamodb, to, table.name) != nullptr) return;
  Table replica = table;
  replica.place = to;
  replica.arn = arn(to, "dynamodb", "table/" + table.name);
  replica.read_units.reset();
  replica.write_units.reset();
  // Each knows all the others.
  std::vector<Table*> group{&table};
  for (const Place& other : others_of(table))
    if (Table* known = table_at(dynamodb, other, table.name)) group.push_back(known);
  replica.replicas = Json::array();
  for (Table* other : group) {
    replica.replicas.push_back({{"RegionName", other->place.region}, {"ReplicaStatus", "ACTIVE"}});
    other->replicas.push_back({{"RegionName", region}, {"ReplicaStatus", "ACTIVE"}});
  }
  // A replica has a stream of its own.
  const Json streams = std::exchange(replica.stream, Json{});
  replica.stream_arn.clear();
  Table& added = dynamodb.tables[to][table.name] = std::move(replica);
  if (streams.is_object()) set_stream(dynamodb, added, streams);
  publish_capacity(dynamodb, added);
  dynamodb.cloud.resources().add({.type = "AWS::DynamoDB::Table",
                                  .physical_id = added.arn,
                                  .arn = added.arn,
                                  .place = to,
                                  .tags = added.tags});
}

void remove_replica(DynamoDb& dynamodb, Table& table, const std::string& region) {
  const Place gone{table.place.account, region};
  const auto forget = [&](Table& one) {
    Json kept = Json::array();
    for (const Json& replica : one.replicas)
      if (input::text(replica, "RegionName") != region) kept.push_back(replica);
    one.replicas = std::move(kept);
  };
  for (const Place& other : others_of(table))
    if (Table* known = table_at(dynamodb, other, table.name)) forget(*known);
  forget(table);
  Table* replica = table_at(dynamodb, gone, table.name);
  if (replica == nullptr || gone == table.place) return;
  for (const auto& source : {replica->read_units, replica->write_units})
    if (source) dynamodb.cloud.metrics().stop(*source);
  close_stream(dynamodb, *replica);
  dynamodb.cloud.resources().remove(replica->arn);
  dynamodb.tables[gone].erase(table.name);
}

ApiResult<Created> create_global_table_resource(DynamoDb& dynamodb,
                                                const ResourceRequest& request) {
  Json properties = request.properties;
  // "WriteProvisionedThroughputSettings" and each replica's reads scale by themselves.
  if (input::text(properties, "BillingMode") != "PAY_PER_REQUEST")
    properties["ProvisionedThroughput"] = {{"ReadCapacityUnits", 1'000},
                                           {"WriteCapacityUnits", 1'000}};
  if (input::text(properties, "TableName").empty())
    properties["TableName"] =
        dynamodb.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  const Json& replicas = input::member(request.properties, "Replicas");
  const auto is_here = [&](const Json& one) {
    return input::text(one, "Region") == request.place.region;
  };
  // "You must specify a replica in the stack's Region."
  if (!replicas.is_array() || std::ranges::none_of(replicas, is_here))
    return validation_error(
        fmt::format("Replicas must name the Region of the stack, {}", request.place.region));
  const ApiResult<Table*> made = add_table(dynamodb, request.place, properties);
  if (!made) return made.error();
  Table& table = **made;
  for (const Json& one : replicas) {
    if (is_here(one)) table.tags = input::tags(input::member(one, "Tags"));
    add_replica(dynamodb, table, input::text(one, "Region"));
  }
  return Created{
      .physical_id = table.name,
      .arn = table.arn,
      .attributes = {{"Arn", table.arn}, {"StreamArn", table.stream_arn}, {"TableId", table.name}}};
}

}  // namespace opsim::dynamodb
