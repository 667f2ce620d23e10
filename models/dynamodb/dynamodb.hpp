#pragma once
/// Amazon DynamoDB: tables, their items, their capacity, their backups.
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/dynamodb/expression.hpp"
#include "models/dynamodb/streams.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::dynamodb {

/// One attribute of a key, with an order of its own: numbers by value, texts by their bytes.
struct KeyPart {
  std::string type;  // "S", "N", "B", or "" where there is none
  double number = 0;
  std::string text;
  auto operator<=>(const KeyPart&) const = default;
};
struct ItemKey {
  KeyPart hash;
  KeyPart range;
  auto operator<=>(const ItemKey&) const = default;
};

struct KeySchema {
  std::string hash;
  std::string range;  // "" where there is none
};
struct Index {
  std::string name;
  KeySchema keys;
  bool global = true;
  Json description;  // as it was given
};

/// Read or write capacity of a provisioned table. "DynamoDB currently retains up to 5 minutes (300
/// seconds) of unused read and write capacity."
struct Capacity {
  double units = 0;  // a second
  double saved = 0;
  SimTime at{};
};

/// Traffic of an on-demand table: what it has served, and so what it serves at once.
struct Traffic {
  double peak = 0;    // a second: established
  double lately = 0;  // the highest second since `since`
  SimTime since{};
  SimTime second{};  // the second that is counted
  double counted = 0;
};

/// "4 decreases at any time of a UTC day; then one more an hour" (Quotas, "Decreasing provisioned
/// throughput").
struct Decreases {
  std::int64_t today = 0;
  std::int64_t day = 0;  // since 1970
  SimTime last{};
};

/// A write on its way to another Region; a null item is a deletion.
struct ReplicatedWrite {
  ItemKey key;
  Json item;
  SimTime at{};
};

struct Table {
  std::string name;
  Place place;
  std::string arn;
  std::string status = "ACTIVE";
  KeySchema keys;
  Json attributes = Json::array();  // AttributeDefinitions
  std::vector<Index> indexes;
  bool on_demand = false;
  Capacity reads;
  Capacity writes;
  double consumed = 0;  // units, by the last request
  Traffic read_traffic;
  Traffic write_traffic;
  Decreases decreases;
  std::vector<SimTime> switches;  // to on-demand, of the last 24 hours
  std::map<ItemKey, Json> items;
  std::int64_t bytes = 0;
  bool deletion_protection = false;
  bool point_in_time = false;
  SimTime point_in_time_since{};
  std::string expires_by;                                  // the TTL attribute
  Json stream;                                             // StreamSpecification, or null
  std::string stream_arn;                                  // the latest
  Json replicas = Json::array();                           // of a global table: the others
  bool replicates = true;                                  // to them and from them
  std::vector<std::pair<Place, ReplicatedWrite>> waiting;  // while it or the other does not
  std::map<ItemKey, SimTime> written;  // of a global table: the last writer wins
  std::string contributor_insights = "DISABLED";
  Json kinesis = Json::array();  // streaming destinations
  SimTime created{};
  std::uint64_t work = 0;
  std::map<std::string, std::string> tags;
  std::optional<SourceId> read_units;
  std::optional<SourceId> write_units;
};

struct Backup {
  std::string arn;
  std::string name;
  Place place;
  std::string status = "CREATING";
  Table table;  // as it was
  SimTime created{};
};

class DynamoDb : public Model {
 public:
  explicit DynamoDb(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<Place, std::map<std::string, Table, std::less<>>> tables;
  std::map<std::string, Backup> backups;  // by ARN
  TableStreams streams;
  std::uint64_t stream_sequence = 0;

  /// A name or an ARN, of an index of it too.
  [[nodiscard]] Table* find(const Place& near, std::string_view name);
  [[nodiscard]] Table* asked_for(const Request& request) {
    return find(request.place(), input::text(request.input, "TableName"));
  }
};

// ---- Tables (tables.cpp) ----
std::string moment(SimTime time);
ApiError no_such_table(std::string_view name);
/// From CreateTable's input or the properties of AWS::DynamoDB::Table.
ApiResult<Table*> add_table(DynamoDb& dynamodb, const Place& place, const Json& input);
Json description_of(const Table& table, SimTime now);
void publish_capacity(DynamoDb& dynamodb, Table& table);
/// What a table has served before counts, where it becomes an on-demand table.
void establish_traffic(Table& table, SimTime now);
/// How often the capacity was decreased on this UTC day.
[[nodiscard]] std::int64_t decreases_today(const Table& table, SimTime now);
/// Counts a decrease, or says why there may not be one.
std::optional<ApiError> decrease(Table& table, SimTime now);
/// CREATING, UPDATING, DELETING for a while.
void become_active_later(DynamoDb& dynamodb, Table& table, std::string_view what);
/// A copy under another name, for restores.
ApiResult<Json> restore_as(DynamoDb& dynamodb, const Request& request, const Table& source);

// ---- Global tables (replication.cpp) ----
/// Tells the other replicas of a write; a null item is a deletion.
void replicate(DynamoDb& dynamodb, Table& table, const ItemKey& key, const Json& item);
void add_replica(DynamoDb& dynamodb, Table& table, const std::string& region);
void remove_replica(DynamoDb& dynamodb, Table& table, const std::string& region);
ApiResult<Created> create_global_table_resource(DynamoDb& dynamodb, const ResourceRequest& request);
extern const std::span<const PhysicalQuantity> kQuantities;

// ---- Keys and sizes (keys.cpp) ----
ApiResult<ItemKey> key_of(const KeySchema& keys, const Json& item);
/// `Key` of a request: the attributes of the table's key, of their types, and no others.
ApiResult<ItemKey> named_key(const Table& table, const Json& key);
/// A key attribute of an item has another type than the table's definition.
std::optional<ApiError> wrong_type(const Table& table, const Json& item);
/// Names and values, as DynamoDB counts them.
std::int64_t size_of(const Json& item);
/// "400 KB"
inline constexpr std::int64_t kLargestItem = 400 * 1024;

// ---- Capacity (capacity.cpp) ----
enum class Use : std::uint8_t { read, write };
/// Takes units, or refuses as a throttled request. Both are told in the metrics.
std::optional<ApiError> consume(DynamoDb& dynamodb, Table& table, Use use, double units);
/// ConsumedCapacity of the last request, where ReturnConsumedCapacity asks for it.
void add_consumed(const Table& table, const Json& input, Json& answer);
double read_units(std::int64_t bytes, bool consistent);
double write_units(std::int64_t bytes);
void count(DynamoDb& dynamodb, const Table& table, std::string_view metric, double value);

// ---- Operations: tables and backups ----
ApiResult<Json> create_backup(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> create_table(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> delete_backup(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> delete_table(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> describe_backup(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> describe_continuous_backups(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> describe_contributor_insights(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> describe_kinesis(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> describe_table(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> describe_time_to_live(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> list_backups(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> list_tables(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> list_tags(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> restore_from_backup(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> restore_to_point_in_time(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> tag_resource(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> update_continuous_backups(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> update_contributor_insights(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> update_table(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> update_time_to_live(DynamoDb& dynamodb, const Request& request);

// ---- Operations: items ----
ApiResult<Json> batch_get_item(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> batch_write_item(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> delete_item(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> get_item(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> put_item(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> query(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> scan(DynamoDb& dynamodb, const Request& request);
ApiResult<Json> update_item(DynamoDb& dynamodb, const Request& request);

// ---- Resources ----
ApiResult<Created> create_table_resource(DynamoDb& dynamodb, const ResourceRequest& request);
extern const Shape kTableProperties;

}  // namespace opsim::dynamodb
