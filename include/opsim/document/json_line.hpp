#pragma once
/// JSON values made and printed where that happens for every event and every call.
#include <string>
#include <string_view>
#include <utility>

#include "opsim/json.hpp"

namespace opsim {

/// The value on one line without spaces: byte for byte what
/// dump(-1, ' ', false, Json::error_handler_t::replace) gives, in a fraction of the time.
[[nodiscard]] std::string json_line(const Json& value);
void append_json_line(std::string& out, const Json& value);
/// A text as a JSON string: quoted, escaped, what is no UTF-8 replaced.
void append_json_string(std::string& out, std::string_view text);

namespace detail {
inline void put_members(Json::object_t& /*members*/) {}
template <class Value, class... Rest>
void put_members(Json::object_t& members, std::string_view name, Value&& value, Rest&&... rest) {
  members.emplace_hint(members.end(), name, std::forward<Value>(value));
  put_members(members, std::forward<Rest>(rest)...);
}
}  // namespace detail

/// json_object("a", 1, "b", "x") is {"a": 1, "b": "x"} without the temporaries of a braced list.
/// Quickest where the names are in alphabetical order.
template <class... Members>
[[nodiscard]] Json json_object(Members&&... members) {
  Json object(Json::value_t::object);
  detail::put_members(object.get_ref<Json::object_t&>(), std::forward<Members>(members)...);
  return object;
}

}  // namespace opsim
