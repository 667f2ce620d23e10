// Following a JSONPath through a value.
#include "models/ssm/selector.hpp"

#include <algorithm>

namespace opsim::ssm {

namespace {

using Part = Selector::Part;
using Matches = std::vector<const Json*>;

constexpr std::size_t kMostFound = 100'000;  // bounds `..` in a large answer

/// "State.Name" of an object, or null.
const Json* member(const Json& value, std::string_view path) {
  const Json* at = &value;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if (!at->is_object()) return nullptr;
    const auto found = at->find(name);
    if (found == at->end()) return nullptr;
    at = &*found;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

bool passes(const Json& item, const Selector::Comparison& comparison) {
  const Json* value = member(item, comparison.member);
  if (value == nullptr) return false;
  const std::string_view symbol = comparison.symbol;
  if (symbol.empty()) return true;
  if (symbol == "==") return *value == comparison.value;
  if (symbol == "!=") return *value != comparison.value;
  if (std::string_view{value->type_name()} != comparison.value.type_name()) return false;
  if (symbol == "<") return *value < comparison.value;
  if (symbol == "<=") return *value <= comparison.value;
  if (symbol == ">") return *value > comparison.value;
  return *value >= comparison.value;
}

void descend(const Json& value, const std::string& name, Matches& found) {
  if (found.size() >= kMostFound || !value.is_structured()) return;
  if (name.empty()) {
    found.push_back(&value);
  } else if (value.is_object()) {
    const auto named = value.find(name);
    if (named != value.end()) found.push_back(&*named);
  }
  for (const Json& child : value) descend(child, name, found);
}

void index_into(const Json& value, std::int64_t index, Matches& found) {
  if (!value.is_array()) return;
  const auto size = static_cast<std::int64_t>(value.size());
  const std::int64_t at = index < 0 ? size + index : index;
  if (at >= 0 && at < size) found.push_back(&value[static_cast<std::size_t>(at)]);
}

void slice_of(const Json& value, const Part& part, Matches& found) {
  if (!value.is_array()) return;
  const auto size = static_cast<std::int64_t>(value.size());
  const auto place = [&](std::int64_t i) {
    return std::clamp<std::int64_t>(i < 0 ? size + i : i, 0, size);
  };
  const std::int64_t end = part.open_end ? size : place(part.to);
  for (std::int64_t i = place(part.from); i < end; ++i)
    found.push_back(&value[static_cast<std::size_t>(i)]);
}

void follow(const Json& value, const Part& part, Matches& found) {
  switch (part.kind) {
    case Part::Kind::name: {
      if (!value.is_object()) return;
      const auto named = value.find(part.name);
      if (named != value.end()) found.push_back(&*named);
      return;
    }
    case Part::Kind::index: return index_into(value, part.from, found);
    case Part::Kind::slice: return slice_of(value, part, found);
    case Part::Kind::descend: return descend(value, part.name, found);
    case Part::Kind::every:
      if (!value.is_structured()) return;
      for (const Json& child : value) found.push_back(&child);
      return;
    case Part::Kind::filter:
      if (!value.is_array()) return;
      for (const Json& child : value)
        if (passes(child, part.comparison)) found.push_back(&child);
      return;
  }
}

}  // namespace

std::vector<const Json*> Selector::find(const Json& root) const {
  Matches found{&root};
  Matches next;
  for (const Part& part : parts_) {
    next.clear();
    for (const Json* value : found) {
      if (next.size() >= kMostFound) break;
      follow(*value, part, next);
    }
    found.swap(next);
    if (found.empty()) break;
  }
  return found;
}

std::optional<Json> Selector::read(const Json& root) const {
  const std::vector<const Json*> found = find(root);
  if (definite_) return found.empty() ? std::nullopt : std::optional<Json>{*found.front()};
  if (found.empty()) return std::nullopt;
  Json list = Json::array();
  for (const Json* value : found) list.push_back(*value);
  return list;
}

}  // namespace opsim::ssm
