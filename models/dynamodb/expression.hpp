#pragma once
/// DynamoDB's expressions: conditions, filters, key conditions, updates, projections.
/// AWS: DynamoDB Developer Guide, "Using expressions in DynamoDB". Values have DynamoDB's JSON
/// form:
/// {"S": "text"}, {"N": "1"}, {"M": {...}}.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"

namespace opsim::dynamodb {

/// What #name and :value in an expression stand for.
struct Placeholders {
  const Json& names;
  const Json& values;
};

/// Whether the item is such; a null item is absent. "" is always true.
ApiResult<bool> condition_holds(std::string_view expression, const Placeholders& placeholders,
                                const Json& item);
/// SET, REMOVE, ADD, DELETE.
ApiResult<Json> updated(std::string_view expression, const Placeholders& placeholders, Json item);
/// The attributes of a ProjectionExpression; the whole item for "".
ApiResult<Json> projected(std::string_view expression, const Placeholders& placeholders,
                          const Json& item);

/// The equality of the partition key and the condition on the sort key.
struct KeyCondition {
  std::string hash_name;
  Json hash_value;
  std::string rest;  // the whole expression again: checked on each item
};
ApiResult<KeyCondition> read_key_condition(std::string_view expression,
                                           const Placeholders& placeholders,
                                           std::string_view hash_name);

/// -1, 0, 1; nothing where the types differ or have no order.
std::optional<int> compare(const Json& a, const Json& b);
/// Numbers are doubles. SIMPLIFIED: AWS keeps 38 digits.
double number_of(const Json& value);
std::string number_text(double number);

ApiError validation_error(std::string message);

}  // namespace opsim::dynamodb
