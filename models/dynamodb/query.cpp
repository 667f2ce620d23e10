// Query and Scan, on a table or an index of it, in pages.
// AWS: DynamoDB API Reference, Query, Scan: 1 MB a page before the filter; items of one partition
// in the order of the sort key. SIMPLIFIED: an index is worked out at each query, at once
// consistent, and has every attribute.
#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"

namespace opsim::dynamodb {

namespace {

constexpr std::int64_t kLargestPage = 1'048'576;

struct Reading {
  const KeySchema& keys;  // of the table or the index
  const KeySchema& table_keys;
  std::optional<KeyCondition> condition;  // of a query
  Placeholders placeholders;
  const Json& input;
};

struct Row {
  ItemKey at;  // in the order of what is read
  ItemKey in_table;
  const Json* item;
};

/// The rows that the key condition takes, in order.
ApiResult<std::vector<Row>> rows_of(const Table& table, const Reading& reading) {
  std::vector<Row> rows;
  for (const auto& [key, item] : table.items) {
    const ApiResult<ItemKey> at = key_of(reading.keys, item);
    if (!at) continue;  // a sparse index has only what has its key
    if (reading.condition) {
      const ApiResult<bool> holds =
          condition_holds(reading.condition->rest, reading.placeholders, item);
      if (!holds) return holds.error();
      if (!*holds) continue;
    }
    rows.push_back({*at, key, &item});
  }
  const auto order = [](const Row& row) { return std::pair{row.at, row.in_table}; };
  std::ranges::sort(rows, {}, order);
  if (!input::boolean(reading.input, "ScanIndexForward").value_or(true)) std::ranges::reverse(rows);
  return rows;
}

Json key_attributes(const Reading& reading, const Json& item) {
  Json key = Json::object();
  for (const KeySchema* keys : {&reading.table_keys, &reading.keys})
    for (const std::string& name : {keys->hash, keys->range})
      if (!name.empty() && item.contains(name)) key[name] = item[name];
  return key;
}

struct Page {
  Json items = Json::array();
  std::int64_t scanned = 0;
  std::int64_t bytes = 0;
  Json last;  // LastEvaluatedKey, or null
};

ApiResult<Page> page_of(const std::vector<Row>& rows, const Reading& reading) {
  Page page;
  const Json& start = input::member(reading.input, "ExclusiveStartKey");
  const std::int64_t limit = input::integer(reading.input, "Limit").value_or(0);
  bool begun = !start.is_object();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Json& item = *rows[i].item;
    if (!begun) {
      begun = key_attributes(reading, item) == start;
      continue;
    }
    ++page.scanned;
    page.bytes += size_of(item);
    const ApiResult<bool> kept =
        condition_holds(input::text(reading.input, "FilterExpression"), reading.placeholders, item);
    if (!kept) return kept.error();
    if (*kept) {
      ApiResult<Json> chosen =
          projected(input::text(reading.input, "ProjectionExpression"), reading.placeholders, item);
      if (!chosen) return chosen.error();
      page.items.push_back(*std::move(chosen));
    }
    const bool full = (limit > 0 && page.scanned >= limit) || page.bytes >= kLargestPage;
    if (full && i + 1 < rows.size()) {
      page.last = key_attributes(reading, item);
      break;
    }
  }
  return page;
}

ApiResult<Json> read_items(DynamoDb& dynamodb, const Request& request, bool queries) {
  Table* table = dynamodb.asked_for(request);
  if (table == nullptr) return no_such_table(input::text(request.input, "TableName"));
  const std::string name = input::text(request.input, "IndexName");
  const auto index = std::ranges::find(table->indexes, name, &Index::name);
  if (!name.empty() && index == table->indexes.end())
    return validation_error(fmt::format("The table does not have the specified index: {}", name));
  Reading reading{.keys = name.empty() ? table->keys : index->keys,
                  .table_keys = table->keys,
                  .condition = {},
                  .placeholders = {input::member(request.input, "ExpressionAttributeNames"),
                                   input::member(request.input, "ExpressionAttributeValues")},
                  .input = request.input};
  if (queries) {
    ApiResult<KeyCondition> condition =
        read_key_condition(input::text(request.input, "KeyConditionExpression"),
                           reading.placeholders, reading.keys.hash);
    if (!condition) return condition.error();
    reading.condition = *std::move(condition);
  }
  const ApiResult<std::vector<Row>> rows = rows_of(*table, reading);
  if (!rows) return rows.error();
  const ApiResult<Page> page = page_of(*rows, reading);
  if (!page) return page.error();
  const bool consistent = input::boolean(request.input, "ConsistentRead").value_or(false);
  if (const auto throttled =
          consume(dynamodb, *table, Use::read, read_units(page->bytes, consistent)))
    return *throttled;
  Json answer{{"Count", page->items.size()}, {"ScannedCount", page->scanned}};
  if (input::text(request.input, "Select") != "COUNT") answer["Items"] = page->items;
  add_consumed(*table, request.input, answer);
  if (!page->last.is_null()) answer["LastEvaluatedKey"] = page->last;
  return answer;
}

}  // namespace

ApiResult<Json> query(DynamoDb& dynamodb, const Request& request) {
  return read_items(dynamodb, request, true);
}

ApiResult<Json> scan(DynamoDb& dynamodb, const Request& request) {
  return read_items(dynamodb, request, false);
}

}  // namespace opsim::dynamodb
