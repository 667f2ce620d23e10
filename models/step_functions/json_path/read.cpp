// Following a JSONPath through a value.
#include <algorithm>

#include <fmt/format.h>

#include "models/step_functions/json_path/json_path.hpp"

namespace opsim::json_path {

namespace {

constexpr std::size_t kMostResults = 1'000'000;

const Json* element(const Json& list, long index) {
  const long size = static_cast<long>(list.size());
  const long place = index < 0 ? size + index : index;
  return place >= 0 && place < size ? &list[static_cast<std::size_t>(place)] : nullptr;
}

using Found = std::vector<const Json*>;

void children(const Step& step, const Json& value, const Json& root, Found& found) {
  using enum Step::Kind;
  switch (step.kind) {
    case name:
    case names:
      if (!value.is_object()) return;
      for (const std::string& key : step.names)
        if (const auto at = value.find(key); at != value.end()) found.push_back(&*at);
      return;
    case index:
    case indexes:
      if (!value.is_array()) return;
      for (const long at : step.indexes)
        if (const Json* item = element(value, at)) found.push_back(item);
      return;
    case any:
      if (value.is_structured())
        for (const Json& item : value) found.push_back(&item);
      return;
    case slice: {
      if (!value.is_array()) return;
      const long size = static_cast<long>(value.size());
      const auto place = [size](long at) { return std::clamp(at < 0 ? size + at : at, 0L, size); };
      for (long at = place(step.first.value_or(0)); at < place(step.last.value_or(size)); ++at)
        found.push_back(&value[static_cast<std::size_t>(at)]);
      return;
    }
    case filter:
      if (value.is_array()) {
        for (const Json& item : value)
          if (holds(*step.filter, item, root)) found.push_back(&item);
      } else if (value.is_object() && holds(*step.filter, value, root)) {
        found.push_back(&value);
      }
  }
}

void descend(const Step& step, const Json& value, const Json& root, Found& found) {
  if (found.size() > kMostResults) return;
  children(step, value, root, found);
  if (value.is_structured())
    for (const Json& item : value) descend(step, item, root, found);
}

Found follow(const Path& path, const Json& root, const Json& top) {
  Found now{&root};
  for (const Step& step : path.steps) {
    Found next;
    for (const Json* value : now) {
      if (step.descend) {
        descend(step, *value, top, next);
      } else {
        children(step, *value, top, next);
      }
      if (next.size() > kMostResults) break;
    }
    now = std::move(next);
  }
  return now;
}

std::optional<Json> operand_value(const Operand& operand, const Json& item, const Json& root) {
  if (operand.literal) return operand.value;
  const Found found = follow(operand.path, operand.from_root ? root : item, root);
  if (operand.path.definite) return found.empty() ? std::nullopt : std::optional{*found.front()};
  Json list = Json::array();
  for (const Json* value : found) list.push_back(*value);
  return list;
}

// Jayway's words; UNDOCUMENTED for values that have no members.
std::string nothing_at(const Path& path, const Json& root) {
  const Json* value = &root;
  for (std::size_t at = 0; at < path.steps.size(); ++at) {
    Found next;
    children(path.steps[at], *value, root, next);
    if (!next.empty()) {
      value = next.front();
      continue;
    }
    const bool last = at + 1 == path.steps.size();
    return last ? fmt::format("No results for path: {}", normalized(path, at + 1))
                : fmt::format("Missing property in path {}", normalized(path, at + 1));
  }
  return {};
}

}  // namespace

bool holds(const Filter& filter, const Json& item, const Json& root) {
  using enum Filter::Op;
  if (filter.op == either)
    return holds(*filter.left, item, root) || holds(*filter.right, item, root);
  if (filter.op == both) return holds(*filter.left, item, root) && holds(*filter.right, item, root);
  if (filter.op == negated) return !holds(*filter.left, item, root);
  const std::optional<Json> left = operand_value(filter.first, item, root);
  if (filter.op == exists) {
    const bool nothing =
        !left || (!filter.first.literal && !filter.first.path.definite && left->empty());
    return !nothing;
  }
  const std::optional<Json> right = operand_value(filter.second, item, root);
  if (filter.op == eq) return left && right && *left == *right;
  if (filter.op == ne) return !left || !right || *left != *right;
  if (!left || !right) return false;
  const bool alike =
      (left->is_number() && right->is_number()) || (left->is_string() && right->is_string());
  if (!alike) return false;
  switch (filter.op) {
    case lt: return *left < *right;
    case le: return *left <= *right;
    case gt: return *left > *right;
    default: return *left >= *right;
  }
}

bool is_reference(const Path& path) { return path.definite; }

std::string normalized(const Path& path, std::size_t steps) {
  std::string text = "$";
  for (std::size_t at = 0; at < steps && at < path.steps.size(); ++at) {
    const Step& step = path.steps[at];
    text += step.kind == Step::Kind::name    ? fmt::format("['{}']", step.names.front())
            : step.kind == Step::Kind::index ? fmt::format("[{}]", step.indexes.front())
                                             : std::string{"[*]"};
  }
  return text;
}

std::variant<Json, std::string> read(const Path& path, const Json& root) {
  if (path.definite) {
    const Json* value = &root;
    for (const Step& step : path.steps) {
      const Json* next = nullptr;
      if (step.kind == Step::Kind::index) {
        if (value->is_array()) next = element(*value, step.indexes.front());
      } else if (value->is_object()) {
        const auto at = value->find(step.names.front());
        if (at != value->end()) next = &*at;
      }
      if (next == nullptr) return nothing_at(path, root);
      value = next;
    }
    return *value;
  }
  Json list = Json::array();
  for (const Json* value : follow(path, root, root)) list.push_back(*value);
  return list;
}

bool write(const Path& path, Json& root, Json value) {
  Json* at = &root;
  for (const Step& step : path.steps) {
    if (step.kind == Step::Kind::index) {
      const Json* item = at->is_array() ? element(*at, step.indexes.front()) : nullptr;
      if (item == nullptr) return false;
      at = const_cast<Json*>(item);  // NOLINT: `at` itself may be written
      continue;
    }
    if (at->is_null()) *at = Json::object();
    if (!at->is_object()) return false;
    at = &(*at)[step.names.front()];
  }
  *at = std::move(value);
  return true;
}

}  // namespace opsim::json_path
