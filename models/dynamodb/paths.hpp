#pragma once
/// Document paths: "a", "#status", "info.rating", "pictures[0]".
#include <string>
#include <variant>
#include <vector>

#include "models/dynamodb/expression.hpp"
#include "models/dynamodb/tokens.hpp"

namespace opsim::dynamodb {

using PathStep = std::variant<std::string, std::size_t>;
using Path = std::vector<PathStep>;

ApiResult<Path> read_path(Tokens& tokens, const Placeholders& placeholders);
/// Null where nothing stands there.
const Json* at_path(const Json& item, const Path& path);
Json* at_path(Json& item, const Path& path);
/// Its parents must stand, as DynamoDB wants it; else false.
bool set_at(Json& item, const Path& path, Json value);
void remove_at(Json& item, const Path& path);
/// The value of ":name", or why there is none.
ApiResult<Json> placeholder_value(const std::string& word, const Placeholders& placeholders);

}  // namespace opsim::dynamodb
