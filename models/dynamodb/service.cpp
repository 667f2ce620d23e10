#include "models/dynamodb/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using dynamodb::DynamoDb;

template <ApiResult<Json> (*Handle)(DynamoDb&, const Request&)>
constexpr auto on_dynamodb = immediate<DynamoDb, Handle>;

// Estimate: single-digit milliseconds for items (Developer Guide), more for tables.
constexpr CallPhysics kItems{.typical = std::chrono::milliseconds{6}};
constexpr std::string_view kNoTransactions = "transactions: use conditional writes";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"BatchGetItem", Access::read, on_dynamodb<dynamodb::batch_get_item>, nullptr, kItems},
    {"BatchWriteItem", Access::write, on_dynamodb<dynamodb::batch_write_item>, nullptr, kItems},
    {"CreateBackup", Access::write, on_dynamodb<dynamodb::create_backup>},
    {"CreateTable", Access::write, on_dynamodb<dynamodb::create_table>},
    {"DeleteBackup", Access::write, on_dynamodb<dynamodb::delete_backup>},
    {"DeleteItem", Access::write, on_dynamodb<dynamodb::delete_item>, nullptr, kItems},
    {"DeleteTable", Access::write, on_dynamodb<dynamodb::delete_table>},
    {"DescribeBackup", Access::read, on_dynamodb<dynamodb::describe_backup>},
    {"DescribeContinuousBackups", Access::read, on_dynamodb<dynamodb::describe_continuous_backups>},
    {"DescribeContributorInsights", Access::read,
     on_dynamodb<dynamodb::describe_contributor_insights>},
    {"DescribeKinesisStreamingDestination", Access::read, on_dynamodb<dynamodb::describe_kinesis>},
    {"DescribeStream", Access::read, on_dynamodb<dynamodb::describe_stream>},
    {"DescribeTable", Access::read, on_dynamodb<dynamodb::describe_table>},
    {"DescribeTimeToLive", Access::read, on_dynamodb<dynamodb::describe_time_to_live>},
    {.name = "ExecuteStatement", .not_simulated = "PartiQL"},
    {"GetItem", Access::read, on_dynamodb<dynamodb::get_item>, nullptr, kItems},
    {"GetRecords", Access::read, on_dynamodb<dynamodb::get_records>, nullptr, kItems},
    {"GetShardIterator", Access::read, on_dynamodb<dynamodb::get_shard_iterator>},
    {"ListBackups", Access::read, on_dynamodb<dynamodb::list_backups>},
    {"ListStreams", Access::read, on_dynamodb<dynamodb::list_streams>},
    {"ListTables", Access::read, on_dynamodb<dynamodb::list_tables>},
    {"ListTagsOfResource", Access::read, on_dynamodb<dynamodb::list_tags>},
    {"PutItem", Access::write, on_dynamodb<dynamodb::put_item>, nullptr, kItems},
    {"Query", Access::read, on_dynamodb<dynamodb::query>, nullptr, kItems},
    {"RestoreTableFromBackup", Access::write, on_dynamodb<dynamodb::restore_from_backup>},
    {"RestoreTableToPointInTime", Access::write, on_dynamodb<dynamodb::restore_to_point_in_time>},
    {"Scan", Access::read, on_dynamodb<dynamodb::scan>, nullptr, kItems},
    {"TagResource", Access::write, on_dynamodb<dynamodb::tag_resource>},
    {.name = "TransactGetItems", .not_simulated = kNoTransactions},
    {.name = "TransactWriteItems", .not_simulated = kNoTransactions},
    {"UpdateContinuousBackups", Access::write, on_dynamodb<dynamodb::update_continuous_backups>},
    {"UpdateContributorInsights", Access::write,
     on_dynamodb<dynamodb::update_contributor_insights>},
    {"UpdateItem", Access::write, on_dynamodb<dynamodb::update_item>, nullptr, kItems},
    {"UpdateTable", Access::write, on_dynamodb<dynamodb::update_table>},
    {"UpdateTimeToLive", Access::write, on_dynamodb<dynamodb::update_time_to_live>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr std::string_view kModes[] = {"PAY_PER_REQUEST", "PROVISIONED"};
constexpr Shape kMode{.kind = Kind::text, .allowed = kModes};
constexpr Shape kUnits{.kind = Kind::integer, .min = 1};
constexpr Field kThroughputFields[] = {
    {.name = "ReadCapacityUnits", .shape = &kUnits, .need = Need::required},
    {.name = "WriteCapacityUnits", .shape = &kUnits, .need = Need::required},
};
constexpr Shape kThroughput{.kind = Kind::mapping, .fields = kThroughputFields};
constexpr Field kTableFields[] = {
    {.name = "AttributeDefinitions"},
    {.name = "BillingMode", .shape = &kMode},
    {.name = "ContributorInsightsSpecification", .simulated = Simulated::no},
    {.name = "DeletionProtectionEnabled", .shape = &kBoolean},
    {.name = "GlobalSecondaryIndexes"},
    {.name = "KeySchema", .need = Need::required},
    {.name = "KinesisStreamSpecification", .simulated = Simulated::no},
    {.name = "LocalSecondaryIndexes"},
    {.name = "PointInTimeRecoverySpecification"},
    {.name = "ProvisionedThroughput", .shape = &kThroughput},
    {.name = "SSESpecification", .simulated = Simulated::no},
    {.name = "StreamSpecification"},
    {.name = "TableClass", .simulated = Simulated::no},
    {.name = "TableName", .shape = &kText},
    {.name = "Tags"},
    {.name = "TimeToLiveSpecification", .simulated = Simulated::no},
};

constexpr Field kGlobalTableFields[] = {
    {.name = "AttributeDefinitions", .need = Need::required},
    {.name = "BillingMode", .shape = &kMode},
    {.name = "GlobalSecondaryIndexes"},
    {.name = "GlobalTableWitnesses", .simulated = Simulated::no},
    {.name = "KeySchema", .need = Need::required},
    {.name = "LocalSecondaryIndexes"},
    {.name = "MultiRegionConsistency", .simulated = Simulated::no},
    {.name = "Replicas", .need = Need::required},
    {.name = "SSESpecification", .simulated = Simulated::no},
    {.name = "StreamSpecification"},
    {.name = "TableName", .shape = &kText},
    {.name = "TimeToLiveSpecification", .simulated = Simulated::no},
    {.name = "WarmThroughput", .simulated = Simulated::no},
    {.name = "WriteOnDemandThroughputSettings", .simulated = Simulated::no},
    {.name = "WriteProvisionedThroughputSettings", .simulated = Simulated::no},
};
constexpr Shape kGlobalTable{.kind = Kind::mapping, .fields = kGlobalTableFields};

constexpr ResourceType kResources[] = {
    {"AWS::DynamoDB::GlobalTable", create<DynamoDb, dynamodb::create_global_table_resource>,
     &kGlobalTable},
    {"AWS::DynamoDB::Table", create<DynamoDb, dynamodb::create_table_resource>,
     &dynamodb::kTableProperties},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "items with conditions, updates, projections; Query and Scan with pages and "
     "indexes",
     "DynamoDB Developer Guide, Expressions"},
    {Grade::simulated, "provisioned capacity with 300 seconds of burst, throttling, its metrics",
     "DynamoDB Developer Guide, provisioned-capacity-mode, burst-adaptive-capacity, "
     "metrics-dimensions"},
    {Grade::simulated, "on-demand throughput: twice the last peak, doubling in 30 minutes",
     "DynamoDB Developer Guide, on-demand-capacity-mode"},
    {Grade::simulated, "four decreases of capacity a day, then one an hour; four switches of mode",
     "DynamoDB Developer Guide, ServiceQuotas"},
    {Grade::simulated, "tables with their states, backups, point-in-time restores into new tables",
     "DynamoDB Developer Guide, PointInTimeRecovery_Howitworks"},
    {Grade::simulated,
     "global tables: replicas in other Regions, the last writer wins, ReplicationLatency, pauses",
     "DynamoDB Developer Guide, GlobalTables; fis/userguide: fis-actions-reference"},
    {Grade::simplified,
     "replicated writes cost no capacity; the lag (median 400 ms) is an estimate; no multi-Region "
     "strong consistency"},
    {Grade::simplified,
     "numbers are doubles; on-demand tables take whatever comes; indexes are "
     "consistent and have every attribute"},
    {Grade::simulated,
     "streams: records in order for 24 hours, four views, read by functions and pipes",
     "DynamoDB Developer Guide, Streams; API Reference, DynamoDB Streams"},
    {Grade::simplified, "a stream has one shard; its iterators do not expire"},
    {Grade::simplified, "a restore to a point in time has the items of now"},
    {Grade::simplified, "how long tables and restores take: estimates"},
    {Grade::absent,
     "expiry of items, transactions, PartiQL, adaptive "
     "capacity by partition"},
};

}  // namespace

namespace dynamodb {

extern constexpr Shape kTableProperties{.kind = Kind::mapping, .fields = kTableFields};

ApiResult<Created> create_table_resource(DynamoDb& dynamodb, const ResourceRequest& request) {
  Json properties = request.properties;
  if (input::text(properties, "TableName").empty())
    properties["TableName"] =
        dynamodb.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  const ApiResult<Table*> made = add_table(dynamodb, request.place, properties);
  if (!made) return made.error();
  Table& table = **made;
  table.point_in_time =
      input::boolean(input::member(properties, "PointInTimeRecoverySpecification"),
                     "PointInTimeRecoveryEnabled")
          .value_or(false);
  table.point_in_time_since = table.created;
  table.expires_by =
      input::text(input::member(properties, "TimeToLiveSpecification"), "AttributeName");
  Json attributes{{"Arn", table.arn}};
  if (!table.stream_arn.empty()) attributes["StreamArn"] = table.stream_arn;
  return Created{table.name, table.arn, std::move(attributes)};
}

}  // namespace dynamodb

extern const Service kDynamoDb{
    .name = "dynamodb",
    .title = "Amazon DynamoDB",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<DynamoDb>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .quantities = dynamodb::kQuantities,
    .fidelity = kFidelity,
};

}  // namespace opsim
