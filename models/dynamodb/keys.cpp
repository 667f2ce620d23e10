// Keys and sizes of items. AWS: DynamoDB Developer Guide, "DynamoDB item sizes and formats".
#include <fmt/format.h>

#include "models/dynamodb/dynamodb.hpp"

namespace opsim::dynamodb {

namespace {

ApiResult<KeyPart> part_of(const std::string& name, const Json& item) {
  const Json& value = input::member(item, name);
  if (!value.is_object() || value.size() != 1)
    return validation_error(fmt::format(
        "One or more parameter values were invalid: Missing the key {} in the item", name));
  KeyPart part;
  part.type = value.begin().key();
  if (part.type == "N")
    part.number = number_of(value);
  else if (part.type == "S" || part.type == "B")
    part.text = input::text(value, part.type);
  else
    return validation_error(fmt::format("Type mismatch for key {}", name));
  if (part.type != "N" && part.text.empty())
    return validation_error(fmt::format(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
        "contain an empty string value. Key: {}",
        name));
  return part;
}

std::int64_t value_size(const Json& value) {
  if (value.is_string())
    return static_cast<std::int64_t>(value.get_ref<const std::string&>().size());
  if (!value.is_structured()) return 1;
  std::int64_t size = 3;  // of a list or a map, however many elements
  for (const auto& [key, part] : value.items())
    size += value_size(part) + (value.is_object() ? static_cast<std::int64_t>(key.size()) : 1);
  return size;
}

}  // namespace

ApiResult<ItemKey> key_of(const KeySchema& keys, const Json& item) {
  ItemKey key;
  ApiResult<KeyPart> hash = part_of(keys.hash, item);
  if (!hash) return hash.error();
  key.hash = *std::move(hash);
  if (keys.range.empty()) return key;
  ApiResult<KeyPart> range = part_of(keys.range, item);
  if (!range) return range.error();
  key.range = *std::move(range);
  return key;
}

std::optional<ApiError> wrong_type(const Table& table, const Json& item) {
  for (const Json& definition : table.attributes) {
    const std::string name = input::text(definition, "AttributeName");
    if (name != table.keys.hash && name != table.keys.range) continue;
    const Json& value = input::member(item, name);
    const std::string wanted = input::text(definition, "AttributeType");
    if (value.is_object() && value.size() == 1 && value.begin().key() != wanted)
      return validation_error(fmt::format(
          "One or more parameter values were invalid: Type mismatch for key {} expected: {} "
          "actual: {}",
          name, wanted, value.begin().key()));
  }
  return std::nullopt;
}

ApiResult<ItemKey> named_key(const Table& table, const Json& key) {
  const std::size_t parts = table.keys.range.empty() ? 1 : 2;
  const bool complete = key.is_object() && key.size() == parts && key.contains(table.keys.hash) &&
                        (parts == 1 || key.contains(table.keys.range));
  if (!complete || wrong_type(table, key))
    return validation_error("The provided key element does not match the schema");
  return key_of(table.keys, key);
}

std::int64_t size_of(const Json& item) {
  std::int64_t size = 0;
  for (const auto& [name, value] : item.items()) {
    size += static_cast<std::int64_t>(name.size());
    for (const auto& [type, content] : value.items()) size += value_size(content);
  }
  return size;
}

}  // namespace opsim::dynamodb
