// Items: put, get, update, delete, with conditions, alone and in batches.
// AWS: DynamoDB API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/dynamodb/dynamodb.hpp"

namespace opsim::dynamodb {

namespace {

constexpr std::size_t kMostItems = 100'000;  // a bound of this simulator, for one table

Placeholders placeholders_of(const Json& input) {
  return {input::member(input, "ExpressionAttributeNames"),
          input::member(input, "ExpressionAttributeValues")};
}

ApiError not_active() { return {"ResourceNotFoundException", "Requested resource not found"}; }

/// A table that takes requests.
ApiResult<Table*> usable(DynamoDb& dynamodb, const Place& place, const std::string& name) {
  Table* table = dynamodb.find(place, name);
  // Requests for items do not name the table in the message, those for tables do.
  if (table == nullptr)
    return ApiError{"ResourceNotFoundException", "Requested resource not found"};
  if (table->status == "CREATING" || table->status == "DELETING") return not_active();
  return table;
}

Json item_at(const Table& table, const ItemKey& key) {
  const auto found = table.items.find(key);
  return found == table.items.end() ? Json{} : found->second;
}

/// The condition of a write; a failed one is counted, consumes ("if a ConditionExpression evaluates
/// to false, DynamoDB still consumes write capacity", of the item that is there) and is answered as
/// AWS does.
std::optional<ApiError> unmet(DynamoDb& dynamodb, Table& table, const Json& input,
                              const Json& there) {
  const ApiResult<bool> holds =
      condition_holds(input::text(input, "ConditionExpression"), placeholders_of(input), there);
  if (!holds) return holds.error();
  if (*holds) return std::nullopt;
  if (auto throttled =
          consume(dynamodb, table, Use::write, write_units(there.is_null() ? 0 : size_of(there))))
    return throttled;
  count(dynamodb, table, "ConditionalCheckFailedRequests", 1);
  return ApiError{"ConditionalCheckFailedException", "The conditional request failed"};
}

std::optional<ApiError> store(DynamoDb& dynamodb, Table& table, const ItemKey& key, Json item) {
  const std::int64_t size = size_of(item);
  const Json there = item_at(table, key);
  const std::int64_t before = there.is_null() ? 0 : size_of(there);
  if (size > kLargestItem)
    return validation_error("Item size has exceeded the maximum allowed size");
  if (there.is_null() && table.items.size() >= kMostItems)
    return ApiError{"NotSimulated",
                    fmt::format("more than {} items in one table are not kept", kMostItems)};
  if (auto throttled = consume(dynamodb, table, Use::write, write_units(std::max(size, before))))
    return throttled;
  table.bytes += size - before;
  tell_stream(dynamodb, table, there, item);
  replicate(dynamodb, table, key, item);
  table.items[key] = std::move(item);
  return std::nullopt;
}

std::optional<ApiError> erase(DynamoDb& dynamodb, Table& table, const ItemKey& key) {
  const auto found = table.items.find(key);
  const std::int64_t size = found == table.items.end() ? 0 : size_of(found->second);
  if (auto throttled = consume(dynamodb, table, Use::write, write_units(size))) return throttled;
  if (found == table.items.end()) return std::nullopt;
  table.bytes -= size;
  tell_stream(dynamodb, table, found->second, nullptr);
  table.items.erase(found);
  replicate(dynamodb, table, key, {});
  return std::nullopt;
}

/// Of the attributes of `chosen` those that `other` has not, or otherwise.
Json differing(const Json& chosen, const Json& other) {
  Json some = Json::object();
  for (const auto& [name, value] : chosen.items())
    if (!other.is_object() || !other.contains(name) || other[name] != value) some[name] = value;
  return some;
}

/// ReturnValues: NONE, ALL_OLD, ALL_NEW, UPDATED_OLD, UPDATED_NEW.
/// SIMPLIFIED: the UPDATED_ ones give the attributes that are other than before, as a whole.
Json returned(const Table& table, const Json& input, const Json& before, const Json& after) {
  const std::string wanted = input::text(input, "ReturnValues");
  const bool old = wanted.ends_with("_OLD");
  const Json& chosen = old ? before : after;
  Json answer = Json::object();
  if (!wanted.empty() && wanted != "NONE" && chosen.is_object())
    answer["Attributes"] =
        wanted.starts_with("UPDATED") ? differing(chosen, old ? after : before) : chosen;
  add_consumed(table, input, answer);
  return answer;
}

/// By a table of either capacity mode.
bool is_throttled(const ApiError& error) {
  return error.code == "ProvisionedThroughputExceededException" ||
         error.code == "ThrottlingException";
}

}  // namespace

ApiResult<Json> put_item(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table =
      usable(dynamodb, request.place(), input::text(request.input, "TableName"));
  if (!table) return table.error();
  const Json& item = input::member(request.input, "Item");
  if (auto wrong = wrong_type(**table, item)) return *std::move(wrong);
  const ApiResult<ItemKey> key = key_of((*table)->keys, item);
  if (!key) return key.error();
  const Json before = item_at(**table, *key);
  if (const auto wrong = unmet(dynamodb, **table, request.input, before)) return *wrong;
  if (const auto wrong = store(dynamodb, **table, *key, item)) return *wrong;
  return returned(**table, request.input, before, item);
}

ApiResult<Json> get_item(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table =
      usable(dynamodb, request.place(), input::text(request.input, "TableName"));
  if (!table) return table.error();
  const ApiResult<ItemKey> key = named_key(**table, input::member(request.input, "Key"));
  if (!key) return key.error();
  const Json item = item_at(**table, *key);
  const bool consistent = input::boolean(request.input, "ConsistentRead").value_or(false);
  if (const auto throttled = consume(dynamodb, **table, Use::read,
                                     read_units(item.is_null() ? 0 : size_of(item), consistent)))
    return *throttled;
  Json answer = Json::object();
  add_consumed(**table, request.input, answer);
  if (item.is_null()) return answer;
  const ApiResult<Json> chosen = projected(input::text(request.input, "ProjectionExpression"),
                                           placeholders_of(request.input), item);
  if (!chosen) return chosen.error();
  answer["Item"] = *chosen;
  return answer;
}

ApiResult<Json> delete_item(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table =
      usable(dynamodb, request.place(), input::text(request.input, "TableName"));
  if (!table) return table.error();
  const ApiResult<ItemKey> key = named_key(**table, input::member(request.input, "Key"));
  if (!key) return key.error();
  const Json before = item_at(**table, *key);
  if (const auto wrong = unmet(dynamodb, **table, request.input, before)) return *wrong;
  if (const auto wrong = erase(dynamodb, **table, *key)) return *wrong;
  return returned(**table, request.input, before, Json{});
}

// "Edits an existing item's attributes, or adds a new item to the table if it does not already
// exist."
ApiResult<Json> update_item(DynamoDb& dynamodb, const Request& request) {
  const ApiResult<Table*> table =
      usable(dynamodb, request.place(), input::text(request.input, "TableName"));
  if (!table) return table.error();
  const Json& named = input::member(request.input, "Key");
  const ApiResult<ItemKey> key = named_key(**table, named);
  if (!key) return key.error();
  const Json before = item_at(**table, *key);
  if (const auto wrong = unmet(dynamodb, **table, request.input, before)) return *wrong;
  ApiResult<Json> after =
      updated(input::text(request.input, "UpdateExpression"), placeholders_of(request.input),
              before.is_null() ? named : before);
  if (!after) return after.error();
  const ApiResult<ItemKey> still = key_of((*table)->keys, *after);
  if (!still || *still != *key)
    return validation_error(
        "One or more parameter values were invalid: Cannot update attribute that is part of the "
        "key");
  if (const auto wrong = store(dynamodb, **table, *key, *after)) return *wrong;
  return returned(**table, request.input, before, *after);
}

// "as many as 25 item put or delete operations"; what is throttled is answered as UnprocessedItems.
// "If none of the items can be processed due to insufficient provisioned throughput on all of the
// tables in the request, then BatchWriteItem returns a ProvisionedThroughputExceededException."
ApiResult<Json> batch_write_item(DynamoDb& dynamodb, const Request& request) {
  Json rest = Json::object();
  std::size_t left = 0;
  std::optional<ApiError> throttled;
  std::size_t number = 0;
  const Json& tables = input::member(request.input, "RequestItems");
  for (const auto& [name, writes] : tables.items()) {
    const ApiResult<Table*> table = usable(dynamodb, request.place(), name);
    if (!table) return table.error();
    for (const Json& write : writes) {
      if (++number > 25)
        return validation_error("Too many items requested for the BatchWriteItem call");
      const Json& item = input::member(input::member(write, "PutRequest"), "Item");
      const Json& key = input::member(input::member(write, "DeleteRequest"), "Key");
      const ApiResult<ItemKey> at =
          item.is_null() ? named_key(**table, key) : key_of((*table)->keys, item);
      if (!at) return at.error();
      const auto wrong =
          item.is_null() ? erase(dynamodb, **table, *at) : store(dynamodb, **table, *at, item);
      if (wrong && !is_throttled(*wrong)) return *wrong;
      if (!wrong) continue;
      rest[name].push_back(write);
      throttled = wrong;
      ++left;
    }
  }
  if (throttled && left == number) return *throttled;
  return Json{{"UnprocessedItems", rest}};
}

ApiResult<Json> batch_get_item(DynamoDb& dynamodb, const Request& request) {
  Json found = Json::object();
  Json rest = Json::object();
  std::size_t number = 0;
  const Json& tables = input::member(request.input, "RequestItems");
  for (const auto& [name, wanted] : tables.items()) {
    const ApiResult<Table*> table = usable(dynamodb, request.place(), name);
    if (!table) return table.error();
    found[name] = Json::array();
    for (const Json& key : input::member(wanted, "Keys")) {
      if (++number > 100)
        return validation_error("Too many items requested for the BatchGetItem call");
      const ApiResult<ItemKey> at = named_key(**table, key);
      if (!at) return at.error();
      const Json item = item_at(**table, *at);
      if (consume(dynamodb, **table, Use::read,
                  read_units(item.is_null() ? 0 : size_of(item), false)))
        rest[name]["Keys"].push_back(key);
      else if (!item.is_null())
        found[name].push_back(item);
    }
  }
  return Json{{"Responses", found}, {"UnprocessedKeys", rest}};
}

}  // namespace opsim::dynamodb
