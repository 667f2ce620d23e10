// AWS: DynamoDB Developer Guide, "Referring to item attributes when using expressions".
#include "models/dynamodb/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "opsim/cloud/input.hpp"

namespace opsim::dynamodb {

namespace {

constexpr std::size_t kDeepest = 32;  // DynamoDB quotas: nested attributes
constexpr std::size_t kLongestList = 100'000;

/// "" for a #name that stands for nothing.
std::string name_of(const std::string& word, const Placeholders& placeholders) {
  return word.starts_with('#') ? input::text(placeholders.names, word) : word;
}

ApiError no_name() {
  return validation_error("An expression attribute name used in the document path is not defined");
}

/// The list or mapping behind a value, or null.
const Json* inside(const Json& value, const PathStep& step) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    const auto map = value.find("M");
    if (map == value.end() || !map->is_object()) return nullptr;
    const auto found = map->find(*name);
    return found == map->end() ? nullptr : &*found;
  }
  const auto list = value.find("L");
  const std::size_t index = std::get<std::size_t>(step);
  return list == value.end() || !list->is_array() || index >= list->size() ? nullptr
                                                                           : &(*list)[index];
}

}  // namespace

ApiError validation_error(std::string message) {
  return {"ValidationException", std::move(message)};
}

ApiResult<Path> read_path(Tokens& tokens, const Placeholders& placeholders) {
  Path path;
  std::string first = name_of(tokens.next(), placeholders);
  if (first.empty()) return no_name();
  path.emplace_back(std::move(first));
  while (path.size() <= kDeepest) {
    if (tokens.take(".")) {
      std::string name = name_of(tokens.next(), placeholders);
      if (name.empty()) return no_name();
      path.emplace_back(std::move(name));
    } else if (tokens.take("[")) {
      const auto index = input::integer(Json(tokens.next()));
      if (!index || *index < 0 || !tokens.take("]"))
        return validation_error("Syntax error: a list index is expected");
      path.emplace_back(static_cast<std::size_t>(*index));
    } else {
      return path;
    }
  }
  return validation_error("The document path has too many nesting elements");
}

const Json* at_path(const Json& item, const Path& path) {
  if (!item.is_object() || path.empty()) return nullptr;
  const auto found = item.find(std::get<std::string>(path.front()));
  if (found == item.end()) return nullptr;
  const Json* value = &*found;
  for (std::size_t i = 1; i < path.size() && value != nullptr; ++i)
    value = value->is_object() ? inside(*value, path[i]) : nullptr;
  return value;
}

Json* at_path(Json& item, const Path& path) {
  return const_cast<Json*>(at_path(std::as_const(item), path));
}

bool set_at(Json& item, const Path& path, Json value) {
  if (path.size() == 1) {
    item[std::get<std::string>(path.front())] = std::move(value);
    return true;
  }
  const Path parent{path.begin(), path.end() - 1};
  Json* holder = at_path(item, parent);
  if (holder == nullptr) return false;
  if (const auto* name = std::get_if<std::string>(&path.back())) {
    if (!holder->contains("M")) return false;
    (*holder)["M"][*name] = std::move(value);
    return true;
  }
  if (!holder->contains("L")) return false;
  Json& list = (*holder)["L"];
  const std::size_t index = std::get<std::size_t>(path.back());
  if (list.size() >= kLongestList) return false;
  // "If you add an element beyond the end, it is appended."
  if (index < list.size())
    list[index] = std::move(value);
  else
    list.push_back(std::move(value));
  return true;
}

void remove_at(Json& item, const Path& path) {
  if (path.size() == 1) {
    item.erase(std::get<std::string>(path.front()));
    return;
  }
  const Path parent{path.begin(), path.end() - 1};
  Json* holder = at_path(item, parent);
  if (holder == nullptr) return;
  if (const auto* name = std::get_if<std::string>(&path.back())) {
    if (holder->contains("M")) (*holder)["M"].erase(*name);
    return;
  }
  const std::size_t index = std::get<std::size_t>(path.back());
  if (holder->contains("L") && index < (*holder)["L"].size()) (*holder)["L"].erase(index);
}

ApiResult<Json> placeholder_value(const std::string& word, const Placeholders& placeholders) {
  const Json& value = input::member(placeholders.values, word);
  if (!word.starts_with(':') || !value.is_object())
    return validation_error(fmt::format(
        "Invalid expression: An expression attribute value used in expression is not defined; "
        "attribute value: {}",
        word));
  return value;
}

}  // namespace opsim::dynamodb
