#pragma once
/// Reading what callers and templates write, as AWS's front ends do: a number may come as text
/// ("3"), a boolean as "true", one value where a list is meant; a missing member reads as nothing.
///
/// Spelling  The members of some APIs begin with a small letter (`title`) where CloudFormation has
/// a
///           capital (`Title`): whichever is asked for finds both, so one `...Spec` reads both.
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::input {

/// The member, or null where `object` has none or is no mapping.
[[nodiscard]] inline const Json& member(const Json& object, std::string_view name) {
  static const Json null;
  if (!object.is_object() || name.empty()) return null;
  if (const auto found = object.find(name); found != object.end()) return *found;
  std::string other{name};
  other[0] = static_cast<char>(other[0] ^ 0x20);  // the other case of an ASCII letter
  const auto found = object.find(other);
  return found == object.end() ? null : *found;
}

/// "" for nothing, lists and mappings; numbers and booleans as they are written.
[[nodiscard]] inline std::string text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return {};
}
[[nodiscard]] inline std::string text(const Json& object, std::string_view name) {
  return text(member(object, name));
}

/// A whole number: 3, "3" and 3.0.
[[nodiscard]] inline std::optional<std::int64_t> integer(const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const double number = value.get<double>();
    const bool whole = number > -9e15 && number < 9e15 &&
                       number == static_cast<double>(static_cast<std::int64_t>(number));
    return whole ? std::optional{static_cast<std::int64_t>(number)} : std::nullopt;
  }
  const std::string written = text(value);
  std::int64_t number = 0;
  const char* const end = written.data() + written.size();
  const auto [stop, error] = std::from_chars(written.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}
[[nodiscard]] inline std::optional<std::int64_t> integer(const Json& object,
                                                         std::string_view name) {
  return integer(member(object, name));
}

[[nodiscard]] inline std::optional<bool> boolean(const Json& object, std::string_view name) {
  const std::string written = text(object, name);
  if (written == "true" || written == "True") return true;
  if (written == "false" || written == "False") return false;
  return std::nullopt;
}

/// A list of texts; a text alone counts as a list of one.
[[nodiscard]] inline std::vector<std::string> texts(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  if (value.is_string()) return {value.get<std::string>()};
  std::vector<std::string> found;
  if (value.is_array())
    for (const Json& item : value) found.push_back(text(item));
  return found;
}

/// "2026-03-02T09:00:00Z", or seconds since 1970 as boto3's JSON has them.
[[nodiscard]] inline std::optional<SimTime> time(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  if (value.is_string()) return parse_iso8601(value.get<std::string>());
  if (!value.is_number()) return std::nullopt;
  const double seconds = value.get<double>();
  if (!(seconds > -9e9 && seconds < 9e9)) return std::nullopt;
  return SimTime{} + Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

/// [{"Key": ..., "Value": ...}, ...] or {"key": "value", ...}.
[[nodiscard]] inline std::map<std::string, std::string> tags(const Json& value) {
  std::map<std::string, std::string> found;
  if (value.is_array())
    for (const Json& tag : value) found[text(tag, "Key")] = text(tag, "Value");
  if (value.is_object())
    for (const auto& [key, tag] : value.items()) found[key] = text(tag);
  return found;
}

}  // namespace opsim::input
