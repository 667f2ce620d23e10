#pragma once
/// Reading API input and template properties as AWS's front ends do: a number may come as text
/// ("3"), a boolean as "true", one value where a list is meant. A missing member reads as nothing.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::compute {

using Tags = std::map<std::string, std::string, std::less<>>;

/// The member, or null where `object` has none or is no object.
[[nodiscard]] const Json& member(const Json& object, std::string_view name);
/// "" for null, lists and mappings; numbers and booleans as they are written.
[[nodiscard]] std::string text_of(const Json& value);
[[nodiscard]] std::string text_of(const Json& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> integer_of(const Json& value);
[[nodiscard]] std::optional<std::int64_t> integer_of(const Json& object, std::string_view name);
[[nodiscard]] std::optional<bool> boolean_of(const Json& object, std::string_view name);
/// A list of texts; one text counts as a list of one, "a,b" as a list of two.
[[nodiscard]] std::vector<std::string> texts_of(const Json& object, std::string_view name);
/// [{"Key": ..., "Value": ...}, ...]
[[nodiscard]] Tags tags_of(const Json& list);
[[nodiscard]] Json tags_json(const Tags& tags);
/// "2026-03-02T09:00:00Z": AWS's times have no fraction here.
[[nodiscard]] std::string time_text(SimTime time);
/// The decoded text where `text` is base64 of text, else `text` itself: templates and callers hand
/// user data over in both forms.
[[nodiscard]] std::string plain_user_data(std::string_view text);

}  // namespace opsim::compute
