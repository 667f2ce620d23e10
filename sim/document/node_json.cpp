// Document -> JSON, and JSON -> document.
#include <algorithm>
#include <charconv>

#include "opsim/document/node.hpp"
#include "opsim/document/read.hpp"
#include "opsim/json.hpp"
#include "sim/document/scalars.hpp"

namespace opsim {
namespace {

/// Integers stay exact as far as 64 bits reach; beyond, they are doubles, as everywhere in JSON.
Json number_json(std::string_view spelling) {
  if (spelling.find_first_of(".eE") != std::string_view::npos) return number_value(spelling);
  if (const std::optional<std::int64_t> whole = whole_number(spelling)) return *whole;
  std::uint64_t positive = 0;
  const char* last = spelling.data() + spelling.size();
  const auto [end, error] = std::from_chars(spelling.data(), last, positive);
  if (error == std::errc() && end == last) return positive;
  return number_value(spelling);
}

}  // namespace

// Recursion is as deep as the document, which ReadOptions::max_depth bounds.
Json Node::to_json() const {
  switch (kind()) {
    case NodeKind::null: return nullptr;
    case NodeKind::boolean: return as_boolean().value_or(false);
    case NodeKind::number: return number_json(spelling());
    case NodeKind::text: return std::string(spelling());
    case NodeKind::list: {
      Json::array_t list;
      list.reserve(size());
      for (const Node& item : items()) list.push_back(item.to_json());
      return list;
    }
    case NodeKind::mapping: {
      Json::object_t object;
      for (const Entry& entry : entries()) {
        object.insert_or_assign(std::string(entry.key), entry.value.to_json());
      }
      return object;
    }
  }
  return nullptr;
}

Document document_of(std::string_view name, const Json& value) {
  // Through text: one reader knows how to build a tree, and it holds the limits.
  return read_json(name, value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace opsim
